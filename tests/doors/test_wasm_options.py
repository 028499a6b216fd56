"""Meson's options are honoured where it does not know the compiler for wasm, or what is left out is said."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from .door import Project

New = Callable[[str], Project]

pytest.importorskip("wasmtime", reason="needs wasmtime: pip install '.[wasm]'")
pytest.importorskip("ziglang", reason="needs ziglang: pip install '.[wasm]'")


@pytest.fixture
def chain(project: New) -> Project:
    """The chain, not yet configured."""
    copy = project("chain")
    copy.for_wasm()
    return copy


def commands(project: Project, file: str) -> list[list[str]]:
    """How ``compile_commands.json`` says a source is compiled."""
    entries = json.loads((project.build / "compile_commands.json").read_text())
    path = (project.folder / file).resolve()
    return [
        e.get("arguments") or shlex.split(e["command"])
        for e in entries
        if Path(e["directory"], e["file"]).resolve() == path
    ]


@pytest.mark.parametrize(
    ("options", "flags", "others"),
    [
        (["--buildtype=debug"], "-g -O0 -Wall -Wextra -Wpedantic -Werror", "-DNDEBUG -flto"),
        (["--buildtype=release", "-Db_ndebug=if-release"], "-O3 -DNDEBUG", "-g"),
        (["-Dwarning_level=everything", "-Dwerror=false"], "-Weverything", "-Werror"),
        (["-Dwarning_level=0", "-Doptimization=s"], "-Os", "-Wall -Wextra"),
        (["-Dc_std=c99", "-Dc_args=-DGIVEN=1"], "-std=c99 -DGIVEN=1", ""),
        (["-Db_lto=true"], "-flto", ""),
        (["-Db_sanitize=undefined"], "-fsanitize=undefined -fsanitize-trap=undefined", ""),
    ],
    ids=["debug", "release", "everything", "size", "standard", "lto", "sanitizer"],
)
def test_options_are_flags(options: list[str], flags: str, others: str, chain: Project) -> None:
    chain.edit("meson.build", "default_options: [", "default_options: ['b_lundef=false', ")
    chain.setup(*options)
    (command,) = commands(chain, "logger.c")
    assert set(flags.split()) <= set(command)
    assert not set(others.split()) & set(command)


def test_options_of_cpp_are_flags(chain: Project) -> None:
    (chain.folder / "extra.cpp").write_text("int extra() { return 0; }\n")
    chain.edit("meson.build", "'c', version", "['c', 'cpp'], version")
    chain.edit("meson.build", "sources: 'logger.c'", "sources: ['logger.c', 'extra.cpp'], language: 'c'")
    chain.setup("-Dcpp_rtti=false", "-Dcpp_args=-DGIVEN=1", "-Dcpp_std=c++23")
    (command,) = commands(chain, "extra.cpp")
    assert {"-fno-rtti", "-DGIVEN=1", "-std=c++23", "-fno-exceptions"} <= set(command)


def test_the_linker_s_options_are_its_flags(chain: Project) -> None:
    chain.setup("-Db_lto=true", "-Dc_link_args=-Wl,--strip-debug")
    written = (chain.build / "build.ninja").read_text()
    (link,) = [
        line for line in written.splitlines() if " COMMAND = " in line and "-o logger-wasm/logger.core.wasm" in line
    ]
    assert {"-flto", "-Wl,--strip-debug"} <= set(link.split())


def test_what_cannot_be_had_is_said_once(chain: Project) -> None:
    log = chain.setup("-Db_sanitize=address,undefined", "-Db_coverage=true", "-Db_lundef=false")
    warnings = [line for line in log.splitlines() if "left out" in line]
    assert len(warnings) == 1
    assert "b_sanitize=address, b_coverage=true: not for wasm32-wasip2" in warnings[0]
    assert "-fsanitize=undefined" in commands(chain, "logger.c")[0]


def test_undefined_behaviour_traps_and_unity_builds_run(chain: Project) -> None:
    chain.edit("logger.c", "return level + 1", "return (uint32_t)((int32_t)0x7fffffff + (int32_t)level)")
    chain.setup("-Db_sanitize=undefined", "-Db_lundef=false", "--unity=on")
    chain.ninja()
    done = chain.run("b/app")
    assert done.returncode == 1
    assert "error: the program trapped: wasm `unreachable` instruction executed" in done.stdout


def test_arguments_of_this_machine_are_told_from_mistakes(chain: Project) -> None:
    chain.setup("-Dc_args=-mcpu=native")
    log = chain.ninja_fails()
    assert "error: an argument is for this machine's compiler" in log
    assert "`c_args`" in log


def test_editors_know_every_source_of_a_mixed_build(chain: Project) -> None:
    chain.append("meson.build", "\nsym.component('logger', target: 'native', sources: 'logger.c')\n")
    for _ in range(2):  # configuring again adds nothing twice
        chain.setup("--reconfigure")
        native, wasm = sorted(commands(chain, "logger.c"), key=lambda command: "wasm" in " ".join(command))
        assert "-fPIC" in native
        assert any("wasm32-wasi" in word for word in wasm)
        assert len(commands(chain, "app.c")) == 1
