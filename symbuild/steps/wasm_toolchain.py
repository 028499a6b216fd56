"""Who compiles C and C++ for WASI: the compilers of the machine, in the order in which users would want them."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal

from symbuild.errors import ToolError
from symbuild.frozen import frozen

CompiledLanguage = Literal["c", "cpp"]

_DRIVERS: dict[CompiledLanguage, str] = {"c": "clang", "cpp": "clang++"}
ZIG = "the Python package ziglang"
_INSTALL = "`pip install symbuild[wasm]`, install clang with a WASI sysroot, or set WASI_SDK_PATH"


@frozen
class WasmCompiler:
    """A compiler for ``wasm32-wasi``: its command, and flags to compile and to link. ``origin`` says who has it."""

    language: CompiledLanguage
    origin: str
    driver: tuple[str, ...]
    flags: tuple[str, ...]

    @property
    def command(self) -> tuple[str, ...]:
        """The command with its flags."""
        return (*self.driver, *self.flags)

    @property
    def link_flags(self) -> tuple[str, ...]:
        """What a link is given besides.

        The stack goes below the data, so that an overflow traps and writes over nothing; zig has no flag for it, but a
        stack of 16 MiB, and builds its C and C++ libraries for each level of optimisation once.
        """
        return ("-O2",) if self.origin == ZIG else ("-Wl,--stack-first",)


def wasm_compiler(language: CompiledLanguage) -> WasmCompiler:
    """The compiler of WASI_SDK_PATH, else a clang that finds a WASI sysroot, else zig. Raises ToolError for none."""
    return _found(language, os.environ.get("PATH"), os.environ.get("WASI_SDK_PATH"))


@cache
def _found(language: CompiledLanguage, _path: str | None, _sdk: str | None) -> WasmCompiler:
    """Trying them takes compiling, so it is done once for each environment."""
    for compiler in _candidates(language):
        if compiler is not None:
            return compiler
    raise ToolError(
        f"no compiler of {'C++' if language == 'cpp' else 'C'} for wasm32-wasi found",
        where="searched WASI_SDK_PATH, clang with a WASI sysroot on PATH, and the Python package ziglang",
        help=_INSTALL,
    )


def _candidates(language: CompiledLanguage) -> Iterator[WasmCompiler | None]:
    yield _wasi_sdk(language)
    yield _clang(language)
    yield _zig(language)


def _wasi_sdk(language: CompiledLanguage) -> WasmCompiler | None:
    folder = os.environ.get("WASI_SDK_PATH")
    if not folder:
        return None
    program = Path(folder, "bin", _DRIVERS[language])
    if not program.is_file():
        raise ToolError(f"WASI_SDK_PATH has no {program}", help="correct or unset WASI_SDK_PATH")
    sysroot = Path(folder, "share", "wasi-sysroot")
    where = (f"--sysroot={sysroot}",) if sysroot.is_dir() else ()
    mistakes = []
    for target in ("wasm32-wasip1", "wasm32-wasi"):  # what it is called since wasi-sdk 22, and before
        flags = (f"--target={target}", *where)
        mistake = _mistake((str(program), *flags), language)
        if mistake is None:
            return _of("WASI_SDK_PATH", language, (str(program),), flags)
        mistakes.append(mistake)
    what = f"the compiler of WASI_SDK_PATH makes no program: {mistakes[0]}"
    raise ToolError(what, where=str(program), help="correct or unset WASI_SDK_PATH")


def _clang(language: CompiledLanguage) -> WasmCompiler | None:
    for program in _clangs(_DRIVERS[language]):
        # Debian's sysroot has its folders under the old name of the target, of which newer clangs warn.
        flags = ("--target=wasm32-wasi", "-Wno-deprecated")
        if _mistake((program, *flags), language) is None:
            return _of(program, language, (program,), flags)
    return None


def _clangs(driver: str) -> Iterator[str]:
    """Clangs on PATH, the plain name first, then the newest version."""
    found: dict[int, str] = {}
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        for file in Path(folder or ".").glob(f"{driver}-*"):
            if version := re.fullmatch(rf"{re.escape(driver)}-(\d+)", file.name):
                found.setdefault(int(version[1]), str(file))
    plain = shutil.which(driver)
    yield from [plain] if plain else []
    yield from (found[version] for version in sorted(found, reverse=True))


def _mistake(command: tuple[str, ...], language: CompiledLanguage) -> str | None:
    """What a compiler says that lacks headers, libraries or the linker for WASI; None where all are there."""
    header = "<string>" if language == "cpp" else "<stdlib.h>"
    source = f"#include {header}\nint main(void) {{ return 0; }}\n"
    with tempfile.TemporaryDirectory() as folder:
        arguments = [*command, "-x", "c++" if language == "cpp" else "c", "-", "-o", f"{folder}/a.wasm"]
        done = subprocess.run(arguments, input=source, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return None
    return next((line for line in done.stderr.splitlines() if "error" in line), f"it ends with {done.returncode}")


def _zig(language: CompiledLanguage) -> WasmCompiler | None:
    if not importlib.util.find_spec("ziglang"):
        return None
    driver = "c++" if language == "cpp" else "cc"
    # The target stands in the command, by which Meson knows zig's linker.
    command = (sys.executable, "-m", "ziglang", driver, "-target", "wasm32-wasi")
    # Without optimisation zig checks for undefined behaviour, by functions that its libraries of other levels lack.
    return _of(ZIG, language, command, ("-fno-sanitize=undefined",))


def _of(origin: str, language: CompiledLanguage, driver: tuple[str, ...], flags: tuple[str, ...]) -> WasmCompiler:
    # WASI's C++ libraries come without exceptions, and an error of theirs could cross no border anyway.
    return WasmCompiler(language, origin, driver, (*flags, *(("-fno-exceptions",) if language == "cpp" else ())))


def archiver(compiler: WasmCompiler) -> tuple[str, ...]:
    """The ``ar`` that goes with a compiler."""
    if compiler.origin == ZIG:
        return (*compiler.driver[:3], "ar")
    beside = Path(compiler.driver[0]).with_name(Path(compiler.driver[0]).name.replace("clang", "llvm-ar"))
    return (str(beside) if beside.is_file() else shutil.which("llvm-ar") or "ar",)
