"""The languages of components: how their bindings are made, and how they are compiled for a shared object."""

from __future__ import annotations

import os
import shlex
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

import symbuild
from benchmarks.process import SYMBUILD, run
from symbuild.steps.toolchain import c_compiler

C_SOURCES = Path(__file__).parent / "c"

# Loops at their best alignment everywhere: else that luck is a fifth of a call of five cycles.
_ALIGNED = ("-falign-functions=64", "-falign-loops=64")
# As most shared objects are compiled: calls of other objects go through the PLT.
SHARED = ("-O2", "-fPIC", "-fvisibility=hidden", *_ALIGNED)
# What the Meson module compiles components with.
COMPONENT = (*SHARED, "-fno-plt")
_RUST = ("--edition=2021", "-O", "-Cllvm-args=-align-all-functions=6", "-Cllvm-args=-align-loops=64")
_RUST_RUNTIME = Path(symbuild.__file__).parent / "runtime" / "rust" / "src" / "lib.rs"


class Language(Protocol):
    """One way of writing a component."""

    @property
    def label(self) -> str:
        """What rows call it."""
        ...

    @property
    def linker(self) -> tuple[str, ...]:
        """The command that links its objects."""
        ...

    def compile(self, sources: Path, world: str, folder: Path) -> tuple[str | Path, ...]:
        """Compile ``sources/<world>.*`` and the world's bindings in ``folder``, to what the linker is given."""
        ...


@dataclass(frozen=True, slots=True)
class ByHand:
    """C whose border was written by hand: ``hand.h`` beside it has both worlds."""

    label: str
    flags: tuple[str, ...]

    @property
    def linker(self) -> tuple[str, ...]:
        return compiler()

    def compile(self, sources: Path, world: str, folder: Path) -> tuple[str | Path, ...]:
        command = (*compiler(), "-std=gnu11", *self.flags)
        return (_object(command, sources / f"{world}.c", sources / "hand.h", folder),)


@dataclass(frozen=True, slots=True)
class Native:
    """C or C++ with generated bindings, whose exports view what they are lent."""

    label: str
    name: str
    header: str
    linker: tuple[str, ...]
    flags: tuple[str, ...]

    def compile(self, sources: Path, world: str, folder: Path) -> tuple[str | Path, ...]:
        _generate(self.name, sources, world, folder, "--api-style", "symmetric")
        # Generated C++ includes the author's classes of resources.
        command = (*self.linker, *self.flags, *COMPONENT, f"-I{sources}")
        header = folder / self.header.format(world)
        authored = next(sources.glob(f"{world}.{self.name}"))
        return tuple(_object(command, source, header, folder) for source in (authored, folder / authored.name))


@dataclass(frozen=True, slots=True)
class Rust:
    """Rust with generated bindings: a static library, which the C compiler links."""

    label: str
    command: tuple[str, ...]

    @property
    def linker(self) -> tuple[str, ...]:
        return compiler()

    def compile(self, sources: Path, world: str, folder: Path) -> tuple[str | Path, ...]:
        _generate("rust", sources, world, folder)
        library, runtime = folder / f"lib{world}.a", self._runtime(folder.parent)
        crate = ("--crate-type=staticlib", f"--extern=wit_bindgen={runtime}", sources / f"{world}.rs")
        run([*self.command, *_RUST, *crate, "-o", library], folder, BINDINGS=f"{folder / world}.rs")
        return ("-Wl,--whole-archive", library, "-Wl,--no-whole-archive", "-Wl,--gc-sections", "-lgcc_s")

    def _runtime(self, folder: Path) -> Path:
        made = folder / "libwit_bindgen.rlib"
        if not made.exists():
            crate = ("--crate-type=rlib", "--crate-name=wit_bindgen", '--cfg=feature="std"', _RUST_RUNTIME)
            run([*self.command, *_RUST, *crate, "-o", made], folder)
        return made


def _generate(language: str, sources: Path, world: str, folder: Path, *options: str) -> None:
    wit = next(sources.glob("*.wit"))
    # As a build does: a component's classes of resources are the author's, so none is sketched.
    run([*SYMBUILD, "bindgen", language, wit, "-w", world, "--component", world, "--out-dir", folder, *options], folder)


def _object(command: tuple[str, ...], source: Path, header: Path, folder: Path) -> Path:
    made = folder / f"{source.parent.name}-{source.name}.o"
    places = (f"-I{header.parent}", f"-I{C_SOURCES}", f'-DBINDINGS="{header.name}"')
    run([*command, *places, "-c", source, "-o", made], folder)
    return made


@cache
def compiler() -> tuple[str, ...]:
    """The C compiler's command: ``CC`` where it is set."""
    return c_compiler().command


def cpp_compiler() -> tuple[str, ...] | None:
    """The C++ compiler's command: ``CXX``, else the first on PATH of c++, g++ and clang++."""
    return _command("CXX", "c++", "g++", "clang++")


def rust_compiler() -> tuple[str, ...] | None:
    """The Rust compiler's command: ``RUSTC``, else rustc on PATH."""
    return _command("RUSTC", "rustc")


def _command(variable: str, *names: str) -> tuple[str, ...] | None:
    if chosen := os.environ.get(variable):
        return tuple(shlex.split(chosen))
    return next(((found,) for name in names if (found := shutil.which(name))), None)


def c() -> Language:
    """C, which every machine with benchmarks has."""
    return Native("C", "c", "{}.h", compiler(), ("-std=gnu11",))


def cpp(*, exceptions: bool = False) -> Language | None:
    """C++20, or None where there is no compiler."""
    label, option = ("C++ with exceptions", "-fexceptions") if exceptions else ("C++", "-fno-exceptions")
    command = cpp_compiler()
    return Native(label, "cpp", "{}_cpp.h", command, ("-std=c++20", option)) if command else None


def rust() -> Language | None:
    """Rust, or None where there is no compiler."""
    command = rust_compiler()
    return Rust("Rust", command) if command else None
