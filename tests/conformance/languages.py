"""One class a language: how a source and its generated bindings become object files."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from .discover import Source
from .process import find_compiler, run
from .rust import Crates

# As wit-bindgen's own tests are compiled, plus what a native component needs.
_CODE = ("-g", "-fPIC", "-fvisibility=hidden", "-fno-plt", "-UNDEBUG")
_WARNINGS = ("-Wall", "-Wextra", "-Wno-unused-parameter")


@dataclass(frozen=True, slots=True)
class Built:
    """A compiled source: its objects, the version script of its component, and the command that links it."""

    objects: tuple[Path, ...]
    version_script: Path
    linker: tuple[str, ...]


class Language(Protocol):
    """What a run needs of a language."""

    def build(self, source: Source, folder: Path, flags: tuple[str, ...]) -> Built:
        """Generate bindings and compile them and ``source`` in ``folder``. Raises Failure."""
        ...


def generate(language: str, source: Source, folder: Path, options: tuple[str, ...] = ()) -> None:
    """Write the bindings of ``source``'s world, and what its component is linked with, into ``folder``.

    ``options`` are those that the language always gets.
    """
    command = [sys.executable, "-m", "symbuild", "bindgen", language, str(source.wit), "-w", source.world]
    command += ["--out-dir", str(folder), "--component", source.component, *options, *source.header.args]
    run(command, cwd=Path.cwd(), what=f"bindgen for {source.path.name}")


class C:
    """C, by ``$CC`` or the first of cc, gcc and clang."""

    def build(self, source: Source, folder: Path, flags: tuple[str, ...]) -> Built:
        generated = folder / "generated"
        generate("c", source, generated)
        world = source.world.replace("-", "_")
        bindings = generated / f"{world}.c"
        manifest = generated / f"{source.component}_manifest.c"
        flags = (*source.header.cflags, *flags)
        objects = (
            # Our own output has to be free of warnings; upstream's sources were written for another compiler.
            self.compile(bindings, folder, (*flags, "-std=c11", "-Wpedantic", "-Werror")),
            self.compile(manifest, folder, flags),
            self.compile(source.path, folder, flags, include=generated),
        )
        linker = (*self.compiler(), *source.header.ldflags)
        return Built(objects, generated / f"{source.component}.map", linker)

    def compile(self, path: Path, folder: Path, flags: tuple[str, ...], *, include: Path | None = None) -> Path:
        """Compile one file into ``folder`` and return the object."""
        # The bindings of `test.c` are called `test.c`, too.
        made = folder / f"{path.stem}{'_source' if include else ''}.o"
        where = ("-I", str(include)) if include else ()
        command = (*self.compiler(), *_CODE, *_WARNINGS, *where, *flags, "-c", str(path), "-o", str(made))
        run(command, cwd=folder, what=f"compiling {path.name}")
        return made

    def compiler(self) -> tuple[str, ...]:
        return find_compiler(("cc", "gcc", "clang"), "CC")


class Cpp:
    """C++20, by ``$CXX`` or the first of c++, g++ and clang++; like wit-bindgen's tests without exceptions."""

    def build(self, source: Source, folder: Path, flags: tuple[str, ...]) -> Built:
        generated = folder / "generated"
        generate("cpp", source, generated)
        headers = source.path.parent / "cpp"
        if headers.is_dir():
            # Classes and types that a test defines in headers of its own.
            shutil.copytree(headers, generated, dirs_exist_ok=True)
        world = source.world.replace("-", "_")
        mine = ("-std=c++20", "-fno-exceptions", *source.header.cflags, *flags)
        objects = (
            self.compile(generated / f"{world}.cpp", folder, (*mine, "-Wpedantic", "-Werror"), generated),
            C().compile(generated / f"{source.component}_manifest.c", folder, flags),
            self.compile(source.path, folder, mine, generated),
        )
        linker = (*self.compiler(), *source.header.ldflags)
        return Built(objects, generated / f"{source.component}.map", linker)

    def compile(self, path: Path, folder: Path, flags: tuple[str, ...], include: Path) -> Path:
        """Compile one file into ``folder`` and return the object."""
        made = folder / f"{path.parent.name}-{path.stem}.o"
        command = (*self.compiler(), *_CODE, *_WARNINGS, "-I", str(include), *flags, "-c", str(path), "-o", str(made))
        run(command, cwd=folder, what=f"compiling {path.name}")
        return made

    def compiler(self) -> tuple[str, ...]:
        return find_compiler(("c++", "g++", "clang++"), "CXX")


class Rust:
    """Rust, by ``$RUSTC`` or rustc: a static library, linked like any object."""

    def __init__(self) -> None:
        self._crates = Crates(_rustc)

    def build(self, source: Source, folder: Path, flags: tuple[str, ...]) -> Built:
        bindings = generate_rust(source, folder / "generated")
        library = self._crates.build(source, folder, bindings, "staticlib", _checks(flags))
        version_script = bindings.with_name(f"{source.component}.map")
        # The members of an archive are linked in only where something asks for them: its exports do.
        wanted = re.findall(r"^\s+(\w+);$", version_script.read_text(encoding="utf-8"), re.MULTILINE)
        asked = tuple(f"-Wl,-u,{symbol}" for symbol in wanted)
        manifest = C().compile(bindings.with_name(f"{source.component}_manifest.c"), folder, flags)
        linker = (*C().compiler(), *source.header.ldflags, *asked, "-Wl,--gc-sections", "-lgcc_s")
        return Built((library, manifest), version_script, linker)


def generate_rust(source: Source, folder: Path) -> Path:
    """Write Rust bindings into ``folder``; returns the file that a source includes."""
    options = ("--x86",) if _is_x86(_rustc()) else ()
    generate("rust", source, folder, (*options, *(("--generate-all",) if source.default_args else ())))
    return folder / f"{source.world.replace('-', '_')}.rs"


def _rustc() -> tuple[str, ...]:
    return (*find_compiler(("rustc",), "RUSTC"), "--edition=2021")


def _checks(flags: tuple[str, ...]) -> tuple[str, ...]:
    """Rust's part in ``-fsanitize``.

    A stable compiler has none in ``address``: the sanitizer then knows which blocks are in use, but not who reads them.
    The part in ``undefined`` is what the standard library asserts of the callers of its unsafe functions.
    """
    wanted = {name for f in flags if f.startswith("-fsanitize=") for name in f.partition("=")[2].split(",")}
    checks = ("-Cdebug-assertions",) if "undefined" in wanted else ()
    return (*checks, "-Zsanitizer=address") if "address" in wanted and _is_nightly(_rustc()) else checks


@cache
def _is_nightly(compiler: tuple[str, ...]) -> bool:
    """Whether a Rust compiler takes unstable options."""
    return subprocess.run([*compiler, "-Zhelp"], capture_output=True, check=False).returncode == 0


@cache
def _is_x86(compiler: tuple[str, ...]) -> bool:
    """Whether a Rust compiler makes code for 32-bit x86."""
    said = subprocess.run([*compiler, "--print=cfg"], capture_output=True, text=True, check=False).stdout
    return 'target_arch="x86"' in said.splitlines()


LANGUAGES: dict[str, Language] = {"c": C(), "cpp": Cpp(), "rust": Rust()}
