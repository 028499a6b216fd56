"""Rust for wasm: the sources and packages that are built natively elsewhere, and what is said of mistakes."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from machine import needs_rust_for_wasm

from symbuild.steps.step import Planned, wasm_steps

from .door import RUN, Meson, Project, copy_of

New = Callable[[str], Project]

pytest.importorskip("wasmtime", reason="needs wasmtime: pip install '.[wasm]'")
pytest.importorskip("ziglang", reason="needs ziglang: pip install '.[wasm]'")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, meson: Meson) -> New:
    """Projects built for wasm once, in a folder whose name has a space, for tests that change nothing."""

    @cache
    def build(name: str) -> Project:
        copy = copy_of(name, tmp_path_factory.mktemp(name) / f"the {name}", meson)
        copy.for_wasm()
        copy.setup("-Dwarning_level=3", "-Dwerror=true", "--wrap-mode=nodownload")
        copy.ninja()
        return copy

    return build


@needs_rust_for_wasm
@pytest.mark.parametrize("name", ["rust", "cargo"])
def test_rust_and_c_meet_in_either_program(name: str, built: New) -> None:
    project = built(name)
    project.do("test", "-C", "b")
    assert project.run("b/in-c").stdout == "2 words\n"
    assert project.run("b/in-rust").stdout == "2 words\n"
    assert project.ninja() == []


@needs_rust_for_wasm
def test_a_module_exports_its_world(built: New) -> None:
    wit = built("rust").run("symbuild", "wit", "b/stats.wasm").stdout
    assert [line for line in wit.splitlines() if "export" in line] == ["  export demo:rusty/stats;"]
    # Its standard library writes what a panic says, and reads RUST_BACKTRACE then.
    assert set(re.findall(r"import wasi:(\w+)/", wit)) == {"cli", "io"}


@needs_rust_for_wasm
def test_a_cross_build_makes_the_same(project: New, built: New) -> None:
    rust = project("rust")
    (rust.folder / "wasi.ini").write_text(rust.run("symbuild", "cross-file", "wasm32-wasip2").stdout)
    rust.setup("--cross-file", "wasi.ini")
    rust.ninja()
    rust.do("test", "-C", "b")
    assert rust.run("b/in-rust").stdout == "2 words\n"
    wits = [each.run("symbuild", "wit", "b/in-rust.wasm").stdout for each in (rust, built("rust"))]
    assert wits[0] == wits[1] and "export wasi:cli/run@" in wits[0]


SILENT = """
wit_bindgen::generate!("logger");

struct Logger;

export!(Logger);

impl exports::demo::chain::logging::Guest for Logger {
    fn write(level: u32) -> u32 {
        level.wrapping_add(1)
    }
}
"""


@needs_rust_for_wasm
def test_what_cannot_panic_imports_no_wasi(project: New) -> None:
    chain = project("chain")
    chain.for_wasm()
    (chain.folder / "logger.rs").write_text(SILENT)
    chain.edit("meson.build", "sources: 'logger.c'", "sources: 'logger.rs'")
    chain.setup("--buildtype=release")
    chain.ninja()
    assert chain.run("b/app").stdout == "sum 103\n"
    assert "wasi:" not in chain.run("symbuild", "wit", "b/logger.wasm").stdout
    assert (chain.build / "logger.wasm").stat().st_size < 30_000


MIXED = """
here = sym.component('stats', target: 'wasm32-wasip2', world: 'stats-impl', sources: files('stats.rs'),
  override_options: ['rust_std=2024', 'b_lto=true'])
there = sym.program('in-wasm', target: 'wasm32-wasip2', world: 'app', sources: 'app.rs', components: here)
test('in-wasm', there.executable())
"""


@needs_rust_for_wasm
def test_a_native_and_a_wasm_component_of_the_same_sources(project: New) -> None:
    rust = project("rust")
    rust.append("meson.build", MIXED)
    rust.setup("--buildtype=release")
    rust.ninja()
    assert rust.run("b/in-rust").stdout == rust.run("b/in-wasm").stdout == "2 words\n"
    assert (rust.build / "libstats.so").is_file()
    assert (rust.build / "stats.wasm").stat().st_size < 55_000


@needs_rust_for_wasm
def test_what_changes_is_made_again(built: New, tmp_path: Path) -> None:
    rust = Project(tmp_path / "rust", built("rust").meson)
    shutil.copytree(built("rust").folder, rust.folder, ignore=shutil.ignore_patterns("b"))
    rust.setup()
    rust.ninja()
    rust.edit("words.rs", "split_whitespace()", "split_whitespace().rev()")
    assert [step.split()[1] for step in rust.ninja()][:2] == ["stats-wasm/stats_core.wasm", "stats.wasm"]
    assert rust.run("b/in-c").stdout == "2 two\n"
    rust.edit("wit/rusty.wit", "count: u32", "count: u64")
    assert "expected `u64`, found `u32`" in rust.ninja_fails()


@needs_rust_for_wasm
def test_users_choose_features_and_arguments(project: New) -> None:
    cargo = project("cargo")
    cargo.for_wasm()
    arguments = "cargo_args: ['--features', 'loud'], link_args: '-Wl,-z,stack-size=65536'"
    cargo.edit("meson.build", "'stats/Cargo.toml'", f"'stats/Cargo.toml', {arguments}")
    cargo.setup()
    cargo.ninja()
    assert cargo.run("b/in-c").stdout == "2 WORDS\n"


@needs_rust_for_wasm
def test_meson_runs_the_steps(built: New) -> None:
    project = built("cargo")
    wit = str(project.folder / "wit")
    stats, app = (str(project.folder / name / "Cargo.toml") for name in ("stats", "app"))
    parts = [
        Planned("stats", wit, "stats-impl", language="rust", manifest=stats),
        Planned("in-c", wit, "app", ("app.c",), providers=("stats",), is_program=True),
        Planned("in-rust", wit, "app", language="rust", providers=("stats",), is_program=True, manifest=app),
    ]
    commands = project.run("ninja", "-C", "b", "-t", "commands").stdout
    ran = [shlex.split(found[1]) for found in re.finditer(rf"{re.escape(str(RUN))} (.*)", commands)]
    for step in wasm_steps(parts):
        # What follows belongs to the build system: the compiler and its profile.
        assert [argv for argv in ran if argv[: len(step.argv)] == list(step.argv)], step
    assert len([argv for argv in ran if argv[0] != "wasm-cc"]) == len(wasm_steps(parts))


def without_library(project: Project) -> dict[str, str]:
    """The environment of a rustc whose standard library is for no target at all."""
    script = project.folder / "lonely-rustc"
    script.write_text('#!/bin/sh\nexec rustc --sysroot /nonexistent "$@"\n')
    script.chmod(0o755)
    return {"RUSTC": str(script)}


@pytest.mark.skipif(not shutil.which("rustc"), reason="needs rustc")
def test_a_missing_target_is_named(project: New) -> None:
    rust = project("rust")
    rust.for_wasm()
    log = rust.setup_fails(environment=without_library(rust))
    assert "error: Rust has no standard library for wasm32-wasip2" in log
    assert "`rustup target add wasm32-wasip2`" in log


@pytest.mark.skipif(not shutil.which("rustc"), reason="needs rustc")
def test_a_project_asks_what_can_be_built(project: New) -> None:
    rust = project("rust")
    rust.for_wasm()
    rust.edit("meson.build", "stats = ", "if not sym.can_build('rust')\n  error('in C, then')\nendif\nstats = ")
    assert "in C, then" in rust.setup_fails(environment=without_library(rust))


CONFIGURING = {
    "native library": (
        "'stats.rs', dependencies: dependency('threads')",
        "component 'stats': a native library of 'dependencies' cannot be linked to wasm32-wasip2 (-pthread); "
        "leave it out where sym.target() says so, or take the crate that has it, by 'cargo'",
    ),
    "no crate": (
        "'meson.build', language: 'rust'",
        "component 'stats': no file of 'sources' ends in .rs, as the crate's does",
    ),
}


@needs_rust_for_wasm
@pytest.mark.parametrize(("sources", "said"), CONFIGURING.values(), ids=CONFIGURING.keys())
def test_configuring_says(sources: str, said: str, project: New) -> None:
    rust = project("rust")
    rust.for_wasm()
    rust.edit("meson.build", "'stats.rs'", sources)
    assert said in rust.setup_fails()


MISTAKES = {
    "nothing exported": (
        ("stats.rs", "export!(Stats);", "const _: fn(Stats) = |_| {};"),
        (
            "error: failed to find export of interface `demo:rusty/stats` function `summarise`",
            "(in Rust: `export!` the type that implements it)",
        ),
    ),
    "what WASI lacks": (
        ("stats.rs", "mod words;", "mod words;\nuse std::os::unix::fs::symlink as _;"),
        ("error: WASI has no std::os::unix, which this source uses", "`target: 'native'`"),
    ),
}


@needs_rust_for_wasm
@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())
def test_building_says(mistake: tuple[tuple[str, str, str], tuple[str, ...]], project: New) -> None:
    edit, said = mistake
    rust = project("rust")
    rust.for_wasm()
    rust.edit(*edit)
    rust.setup()
    log = rust.ninja_fails()
    for text in said:
        assert text in log


@needs_rust_for_wasm
def test_a_package_with_the_crate_of_the_registry(project: New) -> None:
    cargo = project("cargo")
    cargo.for_wasm()
    shutil.copytree(cargo.folder / "words", cargo.folder / "theirs")
    cargo.edit("theirs/Cargo.toml", 'name = "words"', 'name = "wit-bindgen"')
    cargo.append("stats/Cargo.toml", "[target.'cfg(target_family = \"wasm\")'.dependencies]\n")
    cargo.append("stats/Cargo.toml", 'wit-bindgen = { path = "../theirs" }\n')
    cargo.setup()
    said = "help: the package depends on `wit-bindgen`, which symbuild itself brings: make it `optional = true`"
    assert said in cargo.ninja_fails()
