"""Python packages of components, in builds of CMake's."""

from __future__ import annotations

import re
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

from symbuild.steps.step import Planned, python_package

from .cmake_door import Tree, needs_cmake, tree
from .door import Project
from .test_cmake import commands_of, common
from .test_parity import commands_of as commands_of_meson
from .test_python import USE_TWO, check_is_dense, provide_from_python, two_components

HEADERS = Path(sysconfig.get_paths()["include"], "Python.h")
pytestmark = [needs_cmake, pytest.mark.skipif(not HEADERS.exists(), reason="needs Python's headers")]
THIS_PYTHON = f"-DPython_EXECUTABLE={sys.executable}"


@pytest.fixture
def tokens(tmp_path: Path) -> Tree:
    """A package of one component, not configured; the space in its path is part of the test."""
    return tree("python", tmp_path / "a project")


def check_installed(tokens: Tree, root: Path) -> None:
    """Install, and use what was installed when the build directory is gone."""
    tokens.do("cmake", "--install", "b", "--prefix", root)
    tokens.build.rename(tokens.folder / "gone")
    assert tokens.do(sys.executable, "check.py", environment={"PYTHONPATH": str(root)}) == "fine\n"


@pytest.mark.parametrize("profile", ["direct", "isolated"])
def test_a_component_is_a_package(profile: str, tokens: Tree, tmp_path: Path) -> None:
    tokens.configure(f"-DSYM_PROFILE={profile}", THIS_PYTHON)
    tokens.make()
    tokens.test()
    assert tokens.make() == []
    check_is_dense(tokens.build / "tokens" / "_native.abi3.so")
    root = tmp_path / "root"
    check_installed(tokens, root)
    files = {path.name for path in root.rglob("tokens/*") if path.is_file()}
    assert files == {"__init__.py", "__init__.pyi", "py.typed", "_native.abi3.so", "libtok.so"}
    for library in ("_native.abi3.so", "libtok.so"):
        dynamic = tokens.do("readelf", "-d", root / "tokens" / library)
        assert re.findall(r"\((?:RUNPATH|RPATH)\).*\[(.*)\]", dynamic) == ["$ORIGIN"], library


@pytest.mark.parametrize("profile", ["direct", "isolated"])
def test_python_provides_an_import(profile: str, tokens: Tree) -> None:
    provide_from_python(tokens)
    tokens.edit("CMakeLists.txt", "SOURCES tok.c", "SOURCES tok.c OPEN_IMPORTS")
    tokens.edit("CMakeLists.txt", "COMPONENTS tok)", "COMPONENTS tok BINDGEN_ARGS --provide demo:tok/tally)")
    tokens.configure(f"-DSYM_PROFILE={profile}", THIS_PYTHON)
    tokens.make()
    tokens.test()


def test_two_components_are_one_package(tokens: Tree) -> None:
    two_components(tokens.folder)
    lines = ("shop_counters WORLD tally SOURCES counters.c", "keeper SOURCES keeper.c COMPONENTS shop_counters")
    components = "".join(f"symbuild_add_component({line} WIT two)\n" for line in lines)
    tokens.edit("CMakeLists.txt", "COMPONENTS tok)", f"COMPONENTS tok)\n{components}{TWO}")
    tokens.configure(THIS_PYTHON)
    tokens.make()
    use = tokens.do(sys.executable, "-c", USE_TWO, environment={"PYTHONPATH": str(tokens.build)})
    assert use == "fine\n"
    tokens.edit("CMakeLists.txt", "COMPONENTS keeper shop_counters", "COMPONENTS keeper tok")
    assert "'keeper' and 'tok' differ in their WIT or target" in tokens.configure_fails(THIS_PYTHON)


@pytest.mark.slow
def test_each_configuration_has_a_package(tokens: Tree, tmp_path: Path) -> None:
    tokens.configure(THIS_PYTHON, generator="Ninja Multi-Config")
    for config in ("Debug", "Release"):
        tokens.make("--config", config)
        tokens.test("-C", config)
        assert (tokens.build / config / "tokens" / "py.typed").exists()
    assert tokens.make("--config", "Release") == []


@pytest.mark.slow
def test_makefiles_build_a_package(tokens: Tree) -> None:
    tokens.configure(THIS_PYTHON, generator="Unix Makefiles")
    tokens.make()
    tokens.test()
    assert tokens.make() == []


def test_cmake_runs_the_step_that_meson_runs(tokens: Tree, project: Callable[[str], Project]) -> None:
    of_meson = project("python")
    of_meson.setup()
    tokens.configure(THIS_PYTHON)
    ran = [argv for argv in map(common, commands_of(tokens)) if argv[:2] == ["bindgen", "python"]]
    assert ran == [list(python_package(Planned("tok", str(tokens.folder / "wit"), "tok"), "tokens").argv)]
    ran = [argv for argv in commands_of_meson(of_meson) if argv[:2] == ["bindgen", "python"]]
    assert ran == [list(python_package(Planned("tok", str(of_meson.folder / "wit"), "tok"), "tokens").argv)]


@pytest.mark.slow
def test_a_changed_world_makes_the_package_anew(tokens: Tree) -> None:
    tokens.configure(THIS_PYTHON)
    tokens.make()
    tokens.edit("wit/tok.wit", "count: u32 }", "number: u32 }")
    tokens.edit("tok.c", ".count = 1", ".number = 1")
    tokens.edit("check.py", "count=1", "number=1")
    assert "Generating package tokens" in tokens.make()
    tokens.test()


TWO = "symbuild_add_python_extension(two COMPONENTS keeper shop_counters)\n"
EXTENSION = "symbuild_add_python_extension(tokens COMPONENTS tok)"
WRONG = {
    "symbuild_add_python_extension(to-kens COMPONENTS tok)": "'to-kens' is no name of a module, as Python imports it",
    "symbuild_add_python_extension(tokens)": "takes the component that the module is of, or several",
    "symbuild_add_python_extension(tokens COMPONENT tok)": "unknown argument 'COMPONENT' help: known: COMPONENTS",
    "symbuild_add_python_extension(tok COMPONENTS tok)": "a target of that name exists already",
    "symbuild_add_python_extension(tokens COMPONENTS tik)": "no component of that name is declared above",
}


@pytest.mark.parametrize("declared", WRONG)
def test_what_cannot_be_is_said(declared: str, tokens: Tree) -> None:
    tokens.edit("CMakeLists.txt", EXTENSION, declared)
    assert WRONG[declared] in tokens.configure_fails(THIS_PYTHON)
