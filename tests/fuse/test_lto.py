"""Link-time optimisation over the borders of fused components."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from symbuild.cli import run
from symbuild.steps.binary import read
from symbuild.steps.manifest import decode_all

from .parts import NATIVE, Compiled, Compilers, compile_to, compiled, same
from .test_fuse import TELL, fuse, require_all_apart

CLANG: Compilers = (("clang", "-fPIC", "-flto"), ("clang++", "-fPIC", "-flto"))

WIT = """\
package a:b;
interface sum { add: func(a: u32, b: u32) -> u32; }
world adder { export sum; }
world user { import sum; export four: func() -> u32; }
"""
ADDER = """\
#include "adder.h"
uint32_t exports_a_b_sum_add(uint32_t a, uint32_t b) { return a + b; }
"""
USER = """\
#include "user.h"
uint32_t exports_user_four(void) { return a_b_sum_add(1, 3); }
"""


def require(*programs: str) -> None:
    """Skip where something is not installed."""
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"needs {program}")


def with_worlds(parts: Sequence[Compiled]) -> list[str]:
    """Arguments that name the worlds: intermediate code shows no sections."""
    return [f"--world-file={part.folder / part.name}.world.json" for part in parts]


def adding(folder: Path, compilers: Compilers) -> list[Compiled]:
    """Two components: one adds, one has two numbers."""
    (folder / "w.wit").write_text(WIT, encoding="utf-8")
    made = []
    for name, source in (("user", USER), ("adder", ADDER)):
        (folder / f"{name}.c").write_text(source, encoding="utf-8")
        made.append(compiled(folder, name, folder / "w.wit", name, folder / f"{name}.c", compilers, ("-O2",)))
    return made


def test_equal_names_stay_apart(tmp_path: Path) -> None:
    require("clang", "clang++", "llvm-link", "opt")
    parts = same(tmp_path, CLANG, "-DNO_REGISTRY")
    library = tmp_path / "libfused.so"
    assert fuse(parts, library, "--lto", "--linker", "clang++", *with_worlds(parts)) == 0
    require_all_apart(library)
    assert run(["check", str(library)]) == 0
    names = [m.component for m in decode_all(read(library).wit or b"")]
    assert names == ["fused", "first", "second", "third"]


def test_machine_code_and_intermediate_code(tmp_path: Path) -> None:
    """A component may have both, as with a library that came from elsewhere; components may differ, too."""
    require("clang", "clang++", "llvm-link", "opt")
    (tmp_path / "lto").mkdir()
    (tmp_path / "native").mkdir()
    lto = same(tmp_path / "lto", CLANG, "-DNO_REGISTRY")
    native = same(tmp_path / "native", NATIVE, "-DNO_REGISTRY")
    first = Compiled("first", (*lto[0].files[:-1], native[0].files[-1]), lto[0].folder)
    parts = [first, native[1], lto[2]]
    library = tmp_path / "libfused.so"
    assert fuse(parts, library, "--lto", "--linker", "clang++", *with_worlds(parts)) == 0
    require_all_apart(library)


def test_a_call_is_inlined(tmp_path: Path) -> None:
    require("clang", "llvm-link", "opt", "objdump")
    parts = adding(tmp_path, CLANG)
    library = tmp_path / "libfused.so"
    assert fuse(parts, library, "--lto", *with_worlds(parts)) == 0
    shown = subprocess.run(
        ["objdump", "-d", "--no-show-raw-insn", f"--disassemble={TELL.replace('tell', 'four')}", str(library)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "ret" in shown
    assert not re.search(r"\bcall", shown)


def test_intermediate_code_is_refused_without_the_option(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    require("clang")
    parts = adding(tmp_path, CLANG)
    capfd.readouterr()
    assert fuse(parts, tmp_path / "libfused.so", *with_worlds(parts)) == 3
    assert "names in LLVM's intermediate code cannot be changed" in capfd.readouterr().err
    assert fuse(parts, tmp_path / "libfused.so", "--lto", "--linker", "gcc", *with_worlds(parts)) == 4
    assert "`gcc` has no `llvm-nm` beside it" in capfd.readouterr().err


def test_sections_of_intermediate_code_are_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    require("clang", "clang++", "llvm-link", "opt")
    parts = same(tmp_path, CLANG)
    capfd.readouterr()
    assert fuse(parts, tmp_path / "libfused.so", "--lto", *with_worlds(parts)) == 3
    assert "sections in intermediate code cannot be told apart" in capfd.readouterr().err


def test_gcc_optimises_a_component_first(tmp_path: Path) -> None:
    """GCC's intermediate code cannot be renamed, so a component becomes one object of machine code before fusion."""
    lto: Compilers = (("gcc", "-fPIC", "-flto"), ("g++", "-fPIC", "-flto"))
    made = []
    for part in same(tmp_path, lto):
        whole = part.folder / "whole.o"
        library = compile_to(
            part.folder / "library.o",
            Path(__file__).parent / "data/library.c",
            *lto[0],
            f"-DLIBRARY_VERSION={number(part)}",
        )
        command = ["g++", "-O2", "-flto", "-r", "-nostdlib", "-flinker-output=nolto-rel"]
        subprocess.run([*command, *map(str, part.files[:-1]), str(library), "-o", str(whole)], check=True)
        made.append(Compiled(part.name, (whole,), part.folder))
    library = tmp_path / "libfused.so"
    assert fuse(made, library) == 0
    require_all_apart(library)


def number(part: Compiled) -> int:
    """Which of the three it is."""
    return ("first", "second", "third").index(part.name) + 1
