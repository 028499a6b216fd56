"""A project with components and programs in C++ and C."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .door import Meson, Project, copy_of
from .test_build import exported

pytestmark = pytest.mark.skipif(not shutil.which("c++"), reason="needs c++")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, meson: Meson) -> Project:
    project = copy_of("cpp", tmp_path_factory.mktemp("cpp") / "cpp", meson)
    # The project has no C++ standard of its own: components get the one they need.
    project.setup("-Dwarning_level=3", "-Dwerror=true", "--prefix=/usr", "--libdir=lib")
    project.ninja()
    return project


def test_cpp_and_c_meet_in_either_program(built: Project) -> None:
    built.do("test", "-C", "b", "--no-rebuild")
    assert built.run("b/app").stdout == "2 words no text\n"
    assert built.run("b/in-c").stdout == "2 words\n"


def test_a_component_exports_its_world_and_nothing_of_the_standard_library(built: Project) -> None:
    names = [f"demoX3AmixedX2FcountingX00{f}@@words" for f in ("add", "summarise")]
    assert exported(built.build / "libwords.so") == [*names, "words"]


def test_an_exception_traps_at_the_border_with_the_wit_name(built: Project) -> None:
    ended = built.run("b/app", "throw")
    assert ended.returncode != 0
    assert "trap: demo:mixed/counting#add: uncaught C++ exception" in ended.stdout


@pytest.mark.parametrize(
    ("wrong", "answers"),
    [
        ("wit::string Summarise(wit::string text)", ["// summarise: func(text: string) -> result<summary, string>"]),
        ("auto Summarise(wit::vector<uint8_t> text)", ["Summarise", "does not define", "words.wit:5"]),
    ],
    ids=["result", "parameters"],
)
def test_a_wrong_signature_is_answered_with_the_wit(
    wrong: str, answers: list[str], built: Project, tmp_path: Path
) -> None:
    """One that differs in its result is an error of the compiler, one in its parameters another function."""
    project = Project(tmp_path / "copy", built.meson)
    shutil.copytree(built.folder, project.folder, ignore=shutil.ignore_patterns("b"))
    source = project.folder / "words.cpp"
    text = source.read_text(encoding="utf-8")
    start, end = text.index("std::expected<Summary"), text.index("uint32_t Add")
    source.write_text(f"{text[:start]}{wrong} {{ return text; }}\n\n{text[end:]}", encoding="utf-8")
    project.setup()
    output = project.run("ninja", "-C", "b").stdout
    for answer in answers:
        assert answer in output
