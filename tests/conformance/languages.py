"""One class a language: how a source and its generated bindings become object files."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from .discover import Source
from .process import find_compiler, run

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


def generate(language: str, source: Source, folder: Path) -> None:
    """Write the bindings of ``source``'s world, as a component named like the world, into ``folder``."""
    command = [sys.executable, "-m", "symbuild", "bindgen", language, str(source.wit), "-w", source.world]
    command += ["--out-dir", str(folder), "--component", source.world, *source.header.args]
    run(command, cwd=Path.cwd(), what=f"bindgen for {source.path.name}")


class C:
    """C, by ``$CC`` or the first of cc, gcc and clang."""

    def build(self, source: Source, folder: Path, flags: tuple[str, ...]) -> Built:
        generated = folder / "generated"
        generate("c", source, generated)
        world = source.world.replace("-", "_")
        bindings = generated / f"{world}.c"
        manifest = generated / f"{source.world}_manifest.c"
        flags = (*source.header.cflags, *flags)
        objects = (
            # Our own output has to be free of warnings; upstream's sources were written for another compiler.
            self.compile(bindings, folder, (*flags, "-std=c11", "-Wpedantic", "-Werror")),
            self.compile(manifest, folder, flags),
            self.compile(source.path, folder, flags, include=generated),
        )
        linker = (*self.compiler(), *source.header.ldflags)
        return Built(objects, generated / f"{source.world}.map", linker)

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


LANGUAGES: dict[str, Language] = {"c": C()}
