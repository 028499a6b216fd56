"""Components in one module with what calls them, in builds of CMake's for wasm: the same objects, linked once more."""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from machine import needs_rust_for_wasm

from symbuild.cli import compose, fuse

from .cmake_door import Tree, needs_cmake, tree
from .door import RUN, Meson, copy_of
from .test_cmake import OURS, PRESETS, SAMPLES, commands_of
from .test_fused_cmake import BOTH
from .test_parity import commands_of as commands_of_meson

New = Callable[[str | Path], Tree]

pytestmark = needs_cmake
pytest.importorskip("wasmtime", reason="needs wasmtime: pip install '.[wasm]'")

WASM = ("-DSYM_TARGET=wasm32-wasip2", "-DCMAKE_BUILD_TYPE=Release")


@pytest.fixture
def project(tmp_path: Path) -> New:
    """A copy of a project; the space in its path is part of the test."""
    return lambda source: tree(source, tmp_path / "a project" / Path(source).name)


def hashes(copy: Tree) -> dict[str, str]:
    """The objects and components in the build directory, but for the program."""
    files = (p for p in sorted(copy.build.rglob("*")) if p.suffix in (".o", ".wasm") and "app" not in p.name)
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def wit_of(copy: Tree, file: str) -> str:
    return copy.do("python3", RUN, "wit", file)


@pytest.mark.parametrize("generator", ["Ninja", pytest.param("Unix Makefiles", marks=pytest.mark.slow)])
def test_switching_compiles_nothing(generator: str, project: New) -> None:
    chain = project("chain")
    chain.configure(*WASM, generator=generator)
    chain.make()
    direct, composed = hashes(chain), (chain.build / "app.wasm").stat().st_size
    chain.configure("-DSYM_PROFILE=fused", generator=generator)
    steps = chain.make()
    assert sorted(re.sub(r"^\W*\d+\W*(\d+\W+)?", "", step) for step in steps) == ["Composing app.wasm", "Fusing app"]
    assert chain.make() == []
    assert hashes(chain) == direct
    assert (chain.build / "app.wasm").stat().st_size < composed
    assert "demo:chain/adder <- calc: fused, a call within one file\n" in chain.do("python3", RUN, "explain", "b")
    # Composed, it would hold those of its components.
    (chain.build / "calc.wasm").rename(chain.build / "away")
    chain.test()
    assert "demo:chain/adder" not in wit_of(chain, "b/app.wasm")
    (chain.build / "away").rename(chain.build / "calc.wasm")
    chain.configure("-DSYM_PROFILE=direct", generator=generator)
    assert [step for step in chain.make() if "Compiling" in step] == []
    assert (chain.build / "app.wasm").stat().st_size == composed
    chain.test()


def test_cmake_fuses_as_meson_does(project: New, tmp_path: Path, meson: Meson) -> None:
    ours, theirs = project("chain"), copy_of("chain", tmp_path / "chain", meson)
    ours.configure(*WASM, "-DSYM_PROFILE=fused")
    theirs.declare_options()
    theirs.setup("-Dsym_target=wasm32-wasip2", "-Dsym_profile=fused", "--buildtype=release")
    both = commands_of_meson(theirs), commands_of(ours)
    for verb in (fuse, compose):
        name = verb.__name__.rpartition(".")[2]
        ((wanted,), (found,)) = ([argv[1:] for argv in commands if argv[0] == name] for commands in both)
        assert plain(found, verb) == plain(wanted, verb)


def plain(argv: list[str], verb: ModuleType) -> dict[str, object]:
    """What a command says, without what differs: places of files, and how it is written that there are no providers."""
    parser = argparse.ArgumentParser()
    verb.add_arguments(parser)
    names = (re.sub(r"([\w.-]+/)+(symbuild-)?(\w+-wasm_)?", "", word) for word in argv)
    said = vars(parser.parse_args(["" if word == "," else word for word in names]))
    return {**said, "linker": shlex.split(said.get("linker", ""))}


def test_one_fused_and_another_beside_it(project: New) -> None:
    chain = project("chain")
    (chain.folder / "one.toml").write_text('[component.calc]\nplacement = "fused"\n')
    chain.configure(*WASM, "-DSYM_PROFILE=one.toml")
    chain.make()
    chain.test()
    said = chain.do("python3", RUN, "explain", "b")
    assert "demo:chain/adder <- calc: fused, a call within one file\n" in said
    assert "demo:chain/logging <- logger: fused" not in said
    assert "import demo:chain/logging" in wit_of(chain, "b/app-wasm/fused/app.wasm")
    # A profile that is edited is read anew; one that misspells a component is an error.
    (chain.folder / "one.toml").write_text('[component.calk]\nplacement = "fused"\n')
    assert "the profile names a component `calk`, which this build does not have" in chain.make_fails()


def test_a_library(project: New, tmp_path: Path) -> None:
    chain = project("chain")
    chain.append("CMakeLists.txt", BOTH + "symbuild_install(TARGETS both)\n")
    chain.configure(*WASM)
    chain.make()
    assert chain.make() == []
    chain.test()
    wit = wit_of(chain, "b/both.wasm")
    assert "export demo:chain/adder" in wit
    assert "logging" not in wit
    assert "demo:chain/adder <- both: " in chain.do("python3", RUN, "explain", "b")
    chain.do("cmake", "--install", "b", "--prefix", tmp_path / "prefix")
    assert (tmp_path / "prefix/lib/both.wasm").read_bytes() == (chain.build / "both.wasm").read_bytes()


@pytest.mark.slow
def test_a_provider_outside(project: New) -> None:
    chain = project("chain")
    chain.append("CMakeLists.txt", BOTH.replace("calc logger", "calc"))
    chain.configure(*WASM)
    chain.make()
    chain.test()
    assert "import demo:chain/logging" in wit_of(chain, "b/both.wasm")


@pytest.mark.slow
def test_one_build_directory_has_all_configurations(project: New) -> None:
    chain = project("chain")
    (chain.folder / "CMakePresets.json").write_text(PRESETS)
    chain.append("CMakeLists.txt", BOTH)
    chain.do("cmake", "--preset", "all", *OURS, WASM[0], "-DSYM_PROFILE=fused")
    for preset in ("debug", "release"):
        chain.do("cmake", "--build", "--preset", preset)
        assert "no work to do" in chain.do("cmake", "--build", "--preset", preset)
        chain.test("-C", preset.capitalize())
        assert "demo:chain/adder" not in wit_of(chain, f"b/{preset.capitalize()}/app.wasm")
        assert "export demo:chain/adder" in wit_of(chain, f"b/{preset.capitalize()}/both.wasm")


def test_what_is_refused(project: New) -> None:
    chain = project("chain")
    chain.append("CMakeLists.txt", "symbuild_add_fused_library(both COMPONENTS calc logger)\n")
    chain.edit("CMakeLists.txt", "logger SOURCES", "logger PLACEMENT fused SOURCES")
    said = "component 'logger' is fused, and 'calc', which imports from it, is direct"
    assert said in chain.configure_fails(*WASM)
    chain.edit("CMakeLists.txt", "logger PLACEMENT fused SOURCES", "logger SOURCES")
    chain.append("CMakeLists.txt", "symbuild_add_fused_library(all COMPONENTS both)\n")
    said = "'both' is fused already help: name the components of it"
    assert said in chain.configure_fails()
    here = "symbuild_add_component(here WORLD logger TARGET native SOURCES logger.c)\n"
    chain.edit("CMakeLists.txt", "symbuild_add_fused_library(both", f"{here}symbuild_add_fused_library(both")
    chain.edit("CMakeLists.txt", "all COMPONENTS both", "all COMPONENTS calc here")
    assert "'here' is built for native, others for wasm32-wasip2" in chain.configure_fails()


@pytest.mark.slow
@needs_rust_for_wasm
@pytest.mark.parametrize(
    "source", ["rivals", "cpp", "rust", SAMPLES / "hello", SAMPLES / "text-pipeline", SAMPLES / "kv-store"]
)
def test_projects_and_samples_pass_their_tests(source: str | Path, project: New) -> None:
    """Several providers of one interface, labels and middleware; programs in Rust and in C beside a crate."""
    copy = project(source)
    copy.configure(*WASM, "-DSYM_PROFILE=fused")
    copy.make()
    assert copy.make() == []
    copy.test()


@pytest.mark.slow
@needs_rust_for_wasm
@pytest.mark.parametrize("generator", ["Ninja", "Unix Makefiles"])
def test_packages_of_cargo_s(generator: str, project: New) -> None:
    """A component, and programs beside it: one of Cargo's, and one in C."""
    if os.environ.get("CARGO_NET_OFFLINE"):
        pytest.skip("needs a registry")
    cargo = project("cargo")
    cargo.configure(*WASM, generator=generator)
    cargo.make()
    cargo.configure("-DSYM_PROFILE=fused", generator=generator)
    assert [step for step in cargo.make() if "stats" in step] == []
    assert cargo.make() == []
    cargo.test()
    assert "demo:crates/stats" not in wit_of(cargo, "b/in-rust.wasm") + wit_of(cargo, "b/in-c.wasm")
    # What was built before the switch is out of date.
    cargo.edit("app/src/main.rs", "println!", "assert!(summary.count > 0);\n    println!")
    cargo.make()
    cargo.configure("-DSYM_PROFILE=direct", generator=generator)
    assert [step for step in cargo.make() if "package of in-rust" in step] != []
    cargo.test()
