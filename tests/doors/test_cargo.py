"""Components and programs of Cargo packages: with crates of their own, in one process, apart."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from symbuild.steps.step import Planned, steps

from .door import RUN, Meson, Project, copy_of
from .test_build import exported

pytestmark = pytest.mark.skipif(
    not (shutil.which("rustc") and shutil.which("cargo")), reason="needs rustc and its cargo"
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, meson: Meson) -> Project:
    """The packages, built without a network, in a folder whose name has a space."""
    project = copy_of("cargo", tmp_path_factory.mktemp("cargo") / "the packages", meson)
    project.setup("-Dwerror=true", "--wrap-mode=nodownload", "--prefix=/usr", "--libdir=lib")
    project.ninja()
    return project


def commands_of(project: Project) -> list[list[str]]:
    """The runs of ``symbuild`` that make the project."""
    text = project.run("ninja", "-C", "b", "-t", "commands").stdout
    return [shlex.split(found[1]) for found in re.finditer(rf"{re.escape(str(RUN))} (.*)", text)]


def test_a_package_is_a_component_or_a_program(built: Project) -> None:
    built.do("test", "-C", "b", "--no-rebuild")
    assert built.run("b/in-c").stdout == "2 words\n"
    assert built.run("b/in-rust").stdout == "2 words\n"
    assert exported(built.build / "libstats.so") == ["demoX3AcratesX2FstatsX00summarise@@stats", "stats"]
    assert exported(built.build / "in-rust") == ["in_rust"]


def test_a_program_of_a_package_is_installed_as_any_other(built: Project, tmp_path: Path) -> None:
    built.do("install", "-C", "b", "--no-rebuild", "--destdir", str(tmp_path))
    usr = tmp_path / "usr"
    assert "RUNPATH" not in built.run("readelf", "-d", usr / "bin" / "in-rust").stdout
    environment = {"LD_LIBRARY_PATH": str(usr / "lib")}
    assert built.run(usr / "bin" / "in-rust", environment=environment).stdout == "2 words\n"


def test_the_steps_are_those_of_every_door(built: Project) -> None:
    wit = str(built.folder / "wit")
    stats = Planned("stats", wit, "stats-impl", language="rust", manifest=str(built.folder / "stats" / "Cargo.toml"))
    in_c = Planned("in-c", wit, "app", ("app.c",), providers=("stats",), is_program=True)
    manifest = str(built.folder / "app" / "Cargo.toml")
    in_rust = Planned("in-rust", wit, "app", (), "rust", ("stats",), is_program=True, manifest=manifest)
    ran = commands_of(built)
    for step in steps([stats, in_c, in_rust]):
        # What follows belongs to the build system: the compiler and its profile; names of objects.
        assert [argv for argv in ran if argv[: len(step.argv)] == list(step.argv)], step
    assert len(ran) == len(steps([stats, in_c, in_rust]))
    assert all("--offline" in argv for argv in ran if argv[0] == "cargo")


def test_a_change_in_a_crate_reaches_what_uses_it(built: Project, tmp_path: Path) -> None:
    project = Project(tmp_path / "cargo", built.meson)
    shutil.copytree(built.folder, project.folder, ignore=shutil.ignore_patterns("b"))
    project.setup("-Dbuildtype=release")
    project.ninja()
    assert project.ninja() == []
    (project.folder / "words" / "src" / "lib.rs").touch()
    ran = project.ninja()
    # Cargo is asked, and what it makes is found the same (a debug build's incremental compiler makes up names).
    assert len(ran) == 2 and all("-cargo with" in step for step in ran), ran
    assert project.ninja() == []
    project.edit("words/src/lib.rs", "split_whitespace()", "split_whitespace().rev()")
    assert "Linking target libstats.so" in project.ninja()
    assert project.run("b/in-c").stdout == "2 two\n"
    project.edit("wit/cargo.wit", "count: u32", "count: u64")
    assert "expected `u64`, found `u32`" in project.ninja_fails()


def test_users_choose_features_and_profiles(project: Callable[[str], Project]) -> None:
    packages = project("cargo")
    packages.edit("meson.build", "'stats/Cargo.toml'", "'stats/Cargo.toml', cargo_args: ['--features', 'loud']")
    packages.append("stats/Cargo.toml", "\n[profile.release]\nlto = true\npanic = 'abort'\n")
    packages.setup("-Dbuildtype=release")
    packages.ninja()
    assert packages.run("b/in-c").stdout == "2 WORDS\n"
    assert (packages.build / "stats-bindings" / "stats-cargo" / "release" / "libstats.a").exists()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("stats/Cargo", "stat/Cargo", "component 'stats': no file 'stat/Cargo.toml'; set 'cargo' to the Cargo.toml of"),
        ("cargo: 'stats", "sources: 'stats.rs', cargo: 'stats", "component 'stats': 'cargo' says what is built; leave"),
        (
            "cargo: 'stats/Cargo.toml'",
            "sources: 'a.rs', cargo_args: '-q'",
            "'cargo_args' are for a package; set 'cargo'",
        ),
    ],
)
def test_configuring_says(old: str, new: str, said: str, project: Callable[[str], Project]) -> None:
    packages = project("cargo")
    packages.edit("meson.build", old, new)
    assert said in packages.setup_fails()


def test_cargo_is_missing(project: Callable[[str], Project]) -> None:
    packages = project("cargo")
    (packages.folder / "none.ini").write_text("[binaries]\ncargo = 'no-such-cargo'\n")
    message = (
        "component 'stats': no cargo found for 'Cargo.toml'; install it beside rustc, or name it in a machine file"
    )
    assert message in packages.setup_fails("--native-file", "none.ini")


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory, meson: Meson) -> Project:
    project = copy_of("worlds", tmp_path_factory.mktemp("worlds") / "worlds", meson)
    project.setup("-Dwarning_level=3", "-Dwerror=true")
    project.ninja()
    return project


def test_components_in_rust_keep_their_worlds(worlds: Project) -> None:
    """Both are one source: packages, crates, statics and exports of the same names, in one process."""
    assert worlds.run("b/app").stdout.splitlines() == [
        "versions 1.0.0 2.0.0",
        "counts 101 201 102",
        "threads 1 2 1",
        "another thread (1, 1)",
        "blocks 10 0",
        "panics 1 2",
        "panics 1 3",
        "the program 0 1",
    ]


@pytest.mark.parametrize("name", ["north", "south"])
def test_components_in_rust_export_their_worlds(name: str, worlds: Project) -> None:
    functions = ["blocks", "count", "count_in_thread", "fall", "stumble", "version", "watch"]
    symbols = [f"demoX3AworldsX2FprobeX00{function}@@{name}" for function in functions]
    assert exported(worlds.build / f"lib{name}.so") == [*symbols, name]


@pytest.mark.parametrize(("name", "version"), [("north", "1.0.0"), ("south", "2.0.0")])
def test_a_panic_crosses_no_border(name: str, version: str, worlds: Project) -> None:
    done = worlds.run("b/app", name)
    assert done.returncode < 0
    assert f"trap: demo:worlds/probe#fall: panicked: {version} fell\n" in done.stdout
