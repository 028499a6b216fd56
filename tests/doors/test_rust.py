"""A project with components and programs in Rust and C."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .door import Meson, Project, copy_of
from .test_build import exported

pytestmark = pytest.mark.skipif(not shutil.which("rustc"), reason="needs rustc")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, meson: Meson) -> Project:
    project = copy_of("rust", tmp_path_factory.mktemp("rust") / "rust", meson)
    project.setup("-Dwarning_level=3", "-Dwerror=true", "--prefix=/usr", "--libdir=lib")
    project.ninja()
    return project


def test_rust_and_c_meet_in_either_program(built: Project) -> None:
    built.do("test", "-C", "b", "--no-rebuild")
    assert built.run("b/in-c").stdout == "2 words\n"
    assert built.run("b/in-rust").stdout == "2 words\n"


def test_a_component_exports_its_world_and_nothing_of_the_standard_library(built: Project) -> None:
    assert exported(built.build / "libstats.so") == ["demoX3ArustyX2FstatsX00summarise@@stats", "stats"]


def test_a_changed_module_is_compiled_again_and_nothing_else(built: Project) -> None:
    assert built.ninja() == []
    built.append("words.rs", "// changed\n")
    compiled = [step for step in built.ninja() if step.startswith("Compiling")]
    assert len(compiled) == 1 and "stats.rs" in compiled[0]


def test_a_changed_world_reaches_the_source(built: Project, tmp_path: Path) -> None:
    project = Project(tmp_path / "rust", built.meson)
    shutil.copytree(built.folder, project.folder, ignore=shutil.ignore_patterns("b"))
    project.setup()
    project.ninja()
    project.edit("wit/rusty.wit", "count: u32", "count: u64")
    message = project.ninja_fails()
    assert "expected `u64`, found `u32`" in message


def test_options_of_the_macro_belong_to_the_target(built: Project, tmp_path: Path) -> None:
    project = Project(tmp_path / "rust", built.meson)
    shutil.copytree(built.folder, project.folder, ignore=shutil.ignore_patterns("b"))
    project.edit("stats.rs", '{ world: "stats-impl" }', '{ world: "stats-impl", raw_strings }')
    project.setup()
    assert "give `raw_strings` to the target: `bindgen_args: [..]`" in project.ninja_fails()
