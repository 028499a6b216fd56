"""Several components in one file, in builds of CMake's: libraries, and programs in Rust."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from .cmake_door import Tree, needs_cmake, needs_rust, tree
from .door import RUN
from .test_build import exported, wanted

New = Callable[[str], Tree]

pytestmark = needs_cmake

BOTH = """
symbuild_add_fused_library(both COMPONENTS calc logger)
symbuild_add_program(user WORLD app SOURCES app.c COMPONENTS both)
add_test(NAME user COMMAND user)
"""


@pytest.fixture
def project(tmp_path: Path) -> New:
    """A copy of a project; the space in its path is part of the test."""
    return lambda name: tree(name, tmp_path / "a project" / name)


def test_a_library(project: New) -> None:
    chain = project("chain")
    chain.append("CMakeLists.txt", BOTH)
    chain.configure()
    chain.make()
    assert chain.make() == []
    chain.test()
    # Both files may be in one process, so each importer says which it means.
    adder = "demoX3AchainX2FadderX00add"
    assert wanted(chain.build / "user") == [f"{adder}@both"]
    assert wanted(chain.build / "app") == [f"{adder}@calc"]
    assert "demo:chain/adder <- both: version node of both" in chain.do("python3", RUN, "explain", "b")
    for library in ("libcalc.so", "liblogger.so"):
        (chain.build / library).unlink()
    assert chain.do("b/user") == "sum 103\n"


def test_one_build_directory_has_all_configurations(project: New) -> None:
    chain = project("chain")
    chain.append("CMakeLists.txt", BOTH)
    chain.configure("-DSYM_PROFILE=fused", generator="Ninja Multi-Config")
    for configuration in ("Debug", "Release"):
        chain.make("--config", configuration)
        assert chain.make("--config", configuration) == []
        chain.test("-C", configuration)
        assert exported(chain.build / configuration / "app") == ["app"]
        assert (chain.build / "both-fused" / configuration / "libboth-fused.a").is_file()
        assert wanted(chain.build / configuration / "user") == ["demoX3AchainX2FadderX00add@both"]


@pytest.mark.slow
def test_a_provider_outside(project: New) -> None:
    chain = project("chain")
    chain.append("CMakeLists.txt", BOTH.replace("calc logger", "calc"))
    chain.configure()
    chain.make()
    chain.test()
    assert "liblogger.so" in chain.do("readelf", "-d", "b/libboth.so")
    chain.edit("CMakeLists.txt", "both COMPONENTS calc", "both COMPONENTS")
    assert "symbuild_add_fused_library(both): it takes COMPONENTS" in chain.configure_fails()


@pytest.mark.slow
@needs_rust
@pytest.mark.parametrize("name", ["rust", "cargo"])
def test_programs_in_rust_and_c_beside_a_crate(project: New, name: str) -> None:
    if name == "cargo" and os.environ.get("CARGO_NET_OFFLINE"):
        pytest.skip("needs a registry")
    rust = project(name)
    rust.configure("-DSYM_PROFILE=fused", "-DCMAKE_BUILD_TYPE=Release")
    rust.make()
    assert rust.make() == []
    rust.test()
    assert "libstats" not in rust.do("ldd", "b/in-rust") + rust.do("ldd", "b/in-c")
