"""Components in one module with what calls them, in builds of Meson's for wasm: the same objects, linked once more."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable

import pytest
from machine import needs_rust_for_wasm

from symbuild.abi.mangle import symbol

from .door import RUN, Project
from .test_fused import profile
from .test_wasm import wit_of

New = Callable[[str], Project]

pytest.importorskip("wasmtime", reason="needs wasmtime: pip install '.[wasm]'")

WASM = "-Dsym_target=wasm32-wasip2"


@pytest.fixture
def chain(project: New) -> Project:
    """The chain, with options; not set up."""
    copy = project("chain")
    copy.declare_options()
    return copy


def hashes(project: Project) -> dict[str, str]:
    """The objects and components in the build directory, but for the program."""
    files = (p for p in sorted(project.build.rglob("*")) if p.suffix in (".o", ".wasm") and "app" not in p.name)
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_a_profile_fuses_every_component(chain: Project) -> None:
    chain.setup(WASM, "-Dsym_profile=fused")
    chain.ninja()
    assert chain.ninja() == []
    chain.do("test", "-C", "b")
    assert chain.run("b/app").stdout == "sum 103\n"
    text = chain.run(sys.executable, RUN, "explain", "b").stdout
    assert "demo:chain/adder <- calc: fused, a call within one file\n" in text
    # Composed, it would hold those of its components.
    for file in ("calc.wasm", "logger.wasm"):
        (chain.build / file).unlink()
    assert chain.run("b/app").stdout == "sum 103\n"
    assert "demo:chain/adder" not in wit_of(chain, "b/app.wasm")


def test_switching_compiles_nothing(chain: Project) -> None:
    chain.setup(WASM)
    chain.ninja()
    direct = hashes(chain)
    composed = (chain.build / "app.wasm").stat().st_size
    chain.do("configure", "b", "-Dsym_profile=fused")
    steps = chain.ninja()
    assert [step for step in steps if ".o " in step or "calc.wasm" in step or "core.wasm" in step] == []
    assert [step for step in steps if "app-fused" in step] != []
    assert hashes(chain) == direct
    assert (chain.build / "app.wasm").stat().st_size < composed
    assert chain.run("b/app").stdout == "sum 103\n"
    chain.do("configure", "b", "-Dsym_profile=direct")
    assert [step for step in chain.ninja() if ".o " in step] == []
    assert hashes(chain) == direct
    assert chain.run("b/app").stdout == "sum 103\n"


def test_one_fused_and_another_beside_it(chain: Project) -> None:
    chain.setup(WASM, profile(chain, '[component.calc]\nplacement = "fused"\n'))
    chain.ninja()
    assert chain.run("b/app").stdout == "sum 103\n"
    text = chain.run(sys.executable, RUN, "explain", "b").stdout
    assert "demo:chain/adder <- calc: fused, a call within one file\n" in text
    assert "demo:chain/logging <- logger: fused" not in text
    assert "demo:chain/adder" not in wit_of(chain, "b/app-fused/app.wasm")
    assert "import demo:chain/logging" in wit_of(chain, "b/app-fused/app.wasm")


def test_what_cannot_be_fused_is_refused(chain: Project) -> None:
    said = chain.setup_fails(WASM, profile(chain, '[component.logger]\nplacement = "fused"\n'))
    assert "component 'calc' is not fused, but its provider 'logger' is, which leaves no file to call" in said
    said = chain.setup_fails(WASM, "-Dsym_profile=fused", "-Db_lto=true")
    assert "component 'logger': for wasm32-wasip2, with 'b_lto' objects hold intermediate code" in said


def test_a_misspelt_name_is_found(chain: Project) -> None:
    chain.setup(WASM, profile(chain, '[component.calk]\nplacement = "fused"\n'))
    said = chain.ninja_fails()
    assert "the profile names a component `calk`, which this build does not have" in said


@needs_rust_for_wasm
def test_programs_in_rust_and_c_beside_a_crate(project: New) -> None:
    rust = project("rust")
    rust.declare_options()
    rust.setup(WASM, "--buildtype=release")
    rust.ninja()
    direct = {file.name: file.stat().st_mtime_ns for file in rust.build.rglob("*stats*.*") if file.suffix != ".json"}
    composed = (rust.build / "in-c.wasm").stat().st_size
    # Only fused modules call the symmetric definition; rustc would export it.
    assert (
        symbol("demo:rusty/stats", "summarise").encode() not in (rust.build / "stats-wasm/stats_core.wasm").read_bytes()
    )
    rust.do("configure", "b", "-Dsym_profile=fused")
    assert [step for step in rust.ninja() if "stats_core" in step or "stats.wasm" in step] == []
    assert rust.ninja() == []
    rebuilt = {file.name: file.stat().st_mtime_ns for file in rust.build.rglob("*stats*.*") if file.suffix != ".json"}
    assert rebuilt == direct
    (rust.build / "stats.wasm").unlink()
    assert rust.run("b/in-c").stdout == "2 words\n"
    assert rust.run("b/in-rust").stdout == "2 words\n"
    assert "rusty/stats" not in wit_of(rust, "b/in-rust.wasm") + wit_of(rust, "b/in-c.wasm")
    assert (rust.build / "in-c.wasm").stat().st_size < composed


@pytest.mark.slow
@needs_rust_for_wasm
def test_packages_of_cargo_s(project: New) -> None:
    """A component, and programs beside it: one of Cargo's, and one in C."""
    cargo = project("cargo")
    cargo.for_wasm()
    cargo.declare_options()
    cargo.setup(WASM, "-Dsym_profile=fused")
    cargo.ninja()
    assert cargo.ninja() == []
    cargo.do("test", "-C", "b")
    assert "demo:crates/stats" not in wit_of(cargo, "b/in-rust.wasm") + wit_of(cargo, "b/in-c.wasm")
    cargo.do("configure", "b", "-Dsym_profile=direct")
    assert [step for step in cargo.ninja() if "stats" in step] == []
    cargo.do("test", "-C", "b")


@pytest.mark.parametrize("name", ["rivals", pytest.param("cpp", marks=pytest.mark.slow)])
def test_every_project_passes_its_tests(name: str, project: New) -> None:
    """Several providers of one interface, labels and middleware; C++."""
    copy = project(name)
    copy.declare_options()
    copy.setup(WASM, "-Dsym_profile=fused")
    copy.ninja()
    copy.do("test", "-C", "b")


def test_a_cross_build(chain: Project) -> None:
    printed = chain.run("symbuild", "cross-file", "wasm32-wasip2")
    (chain.folder / "wasi.ini").write_text(printed.stdout)
    chain.setup("--cross-file", "wasi.ini", "-Dsym_profile=fused", "--prefix=/usr")
    chain.ninja()
    assert chain.run("b/app").stdout == "sum 103\n"
    assert "demo:chain/adder" not in wit_of(chain, "b/app.wasm")
    chain.do("install", "-C", "b", "--destdir", str(chain.folder / "root"))
    assert (chain.folder / "root" / "usr" / "bin" / "app.wasm").read_bytes() == (chain.build / "app.wasm").read_bytes()
