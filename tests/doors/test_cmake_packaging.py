"""The CMake package from symbuild's own wheel: plain CMake, and scikit-build-core in an isolated build."""

from __future__ import annotations

import shutil
import sys
import venv
from pathlib import Path

import pytest

from .cmake_door import Tree, needs_cmake
from .test_packaging import build_wheel, call, environment

pytestmark = [needs_cmake, pytest.mark.slow]
HELLO = Path(__file__).parents[2] / "samples" / "hello"

PROJECT = """\
[build-system]
requires = ["scikit-build-core>=0.10", "symbuild"]
build-backend = "scikit_build_core.build"

[project]
name = "hello"
version = "1.0"
"""


def hello(folder: Path) -> Tree:
    """The sample, which no checkout is told of."""
    shutil.copytree(HELLO, folder)
    return Tree(folder)


def test_an_installed_wheel_serves_plain_cmake(tmp_path: Path) -> None:
    commands = environment(tmp_path / "env", build_wheel(tmp_path))
    package = call(commands / "symbuild", "cmake-dir", cwd=tmp_path).strip()
    assert package == str(next(tmp_path.glob("env/lib/python*/site-packages")) / "symbuild" / "_cmake")
    project = hello(tmp_path / "hello")
    # The environment is not activated: the package knows the command that was installed with it.
    project.do("cmake", "-G", "Ninja", "-B", "b", f"-Dsymbuild_DIR={package}")
    project.make()
    project.test()
    assert str(commands / "symbuild") in (project.build / "build.ninja").read_text()


def test_scikit_build_core_finds_the_package_in_an_isolated_build(tmp_path: Path) -> None:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    build_wheel(wheels)
    project = hello(tmp_path / "hello")
    (project.folder / "pyproject.toml").write_text(PROJECT)
    project.append(
        "CMakeLists.txt",
        "symbuild_install(TARGETS greeter app LIBRARY_DESTINATION hello RUNTIME_DESTINATION hello)\n",
    )
    # The rest of what the build requires comes from where pip looks, symbuild from the folder.
    found = {"PIP_FIND_LINKS": str(wheels), "CMAKE_GENERATOR": "Ninja"}
    venv.create(tmp_path / "env", with_pip=False)
    python = tmp_path / "env" / "bin" / "python"
    project.do(sys.executable, "-m", "pip", "--python", python, "install", ".", environment=found)
    package = next(tmp_path.glob("env/lib/python*/site-packages/hello"))
    assert call(package / "app", "Ada", cwd=tmp_path) == "Hello, Ada!\n"
    assert sorted(file.name for file in package.iterdir()) == ["app", "libgreeter.so"]
