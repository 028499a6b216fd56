"""Who compiles Rust for WASI 0.2: the rustc of the build, where it has a standard library for that target.

No other tool is needed: rustc calls the linker that comes with it. What that makes is a core module, which imports WASI
0.2 itself (of preview 1 it needs no adapter) and says so in sections that ``component new`` reads.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from symbuild.errors import ToolError
from symbuild.frozen import frozen
from symbuild.steps.graph_file import component_of
from symbuild.steps.world_file import WorldFile

TARGET = "wasm32-wasip2"
# The target's own linker makes a component of WASI's world; ours comes later, of the world that the sources have.
LINK = ("-Clinker=rust-lld",)
# rustup has a toolchain in this folder, under its name.
_RUSTUP = "toolchains"


@frozen
class WasmRust:
    """The command that compiles a crate for wasm, in which rustc is the compiler itself and not rustup's proxy."""

    command: tuple[str, ...]

    @property
    def origin(self) -> str:
        """Who has it."""
        return self.command[0]


def unexported(file: WorldFile) -> tuple[str, ...]:
    """Arguments of rustc's that keep what only fused modules call out of a module's exports.

    rustc has the linker export every symbol of a `cdylib`. One that is wrapped is not what its name stands for any
    more, and nothing else wants it, so the linker leaves it out.
    """
    return tuple(f"-Clink-arg=--wrap={port.symbol}" for port in component_of(file).exports)


def without_target(command: Sequence[str]) -> tuple[str, ...]:
    """A command of rustc's without the target it has: a machine file's may be native."""
    words: list[str] = []
    for word in command:
        if words[-1:] == ["--target"]:
            words.pop()
        elif not word.startswith("--target="):
            words.append(word)
    return tuple(words)


@cache
def wasm_rust(rustc: tuple[str, ...] = ()) -> WasmRust:
    """The Rust compiler for wasm. ``rustc`` is the build's command; by default ``RUSTC``, else of PATH.

    Raises ToolError, with what to install, where a crate cannot be compiled and linked.
    """
    named = without_target(rustc) or (os.environ.get("RUSTC") or "rustc",)
    found = _itself(named)
    with tempfile.TemporaryDirectory() as folder:
        made = [*found, "--target", TARGET, "--crate-type=cdylib", *LINK, "-", "-o", f"{folder}/a.wasm"]
        done = subprocess.run(made, input="", capture_output=True, text=True, check=False)
    if done.returncode:
        raise _missing(done.stderr, found)
    return WasmRust((*found, "--target", TARGET))


def _itself(command: tuple[str, ...]) -> tuple[str, ...]:
    """The compiler that rustup's proxy stands for here: which one depends on the folder that it is run in."""
    try:
        asked = subprocess.run([*command, "--print", "sysroot"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise ToolError(
            f"no Rust compiler found: cannot run `{' '.join(command)}`",
            help=f"install Rust (https://rustup.rs), then `rustup target add {TARGET}`",
        ) from error
    compiler = Path(asked.stdout.strip(), "bin", "rustc")
    # A script around rustc, which gives it another sysroot, is not to be gone around.
    if not (compiler.is_file() and compiler.parents[2].name == _RUSTUP):
        return command
    proxy = next((i for i, word in enumerate(command) if Path(word).stem == "rustc"), 0)  # `rustup run stable rustc`
    return (str(compiler), *(word for word in command[proxy + 1 :] if not word.startswith("+")))


def _missing(said: str, rustc: tuple[str, ...]) -> ToolError:
    """What is wrong with a compiler that made no module of an empty crate."""
    compiler = Path(rustc[0])
    if "can't find crate for `std`" in said or "can't find crate for `core`" in said:
        what = f"Rust has no standard library for {TARGET}"
        if compiler.is_absolute() and compiler.parents[2].name == _RUSTUP:
            cure = f"`rustup target add {TARGET} --toolchain {compiler.parents[1].name}`"
        else:
            cure = f"install your distribution's, or take Rust from https://rustup.rs and `rustup target add {TARGET}`"
    elif "linker `rust-lld` not found" in said:
        what = "Rust has no linker for wasm: `rust-lld` is not there"
        cure = "install your distribution's lld for Rust, or take Rust from https://rustup.rs"
    else:
        what = f"Rust cannot compile for {TARGET}: {said.strip().partition(chr(10))[0].removeprefix('error: ')}"
        cure = "use Rust 1.85 or newer"
    return ToolError(what, where=str(compiler), help=cure)
