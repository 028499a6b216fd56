"""Components of a few files each, compiled once, for fusion in one way or another."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from symbuild.cli import run

# The command of C's and of C++'s compiler.
Compilers = tuple[tuple[str, ...], tuple[str, ...]]
NATIVE: Compilers = (("gcc", "-fPIC"), ("g++", "-fPIC"))

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Compiled:
    """A component's objects and archives, and the folder of its bindings."""

    name: str
    files: tuple[Path, ...]
    folder: Path

    @property
    def arguments(self) -> list[str]:
        """Of ``symbuild fuse``."""
        return ["--component", self.name, *map(str, self.files)]


def compile_to(made: Path, source: Path, *command: str, include: Path | None = None) -> Path:
    """The object of a source."""
    includes = [f"-I{include}"] if include else []
    done = subprocess.run(
        [*command, "-c", str(source), *includes, "-o", str(made)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return made


def compiled(
    folder: Path,
    name: str,
    wit: Path,
    world: str,
    source: Path,
    compilers: Compilers = NATIVE,
    options: Sequence[str] = ("-O1",),
    bindgen: Sequence[str] = (),
) -> Compiled:
    """Generate C bindings, compile them and a source of C or C++."""
    bindings = folder / name
    generate = ["bindgen", "c", str(wit), "-w", world, "--component", name, *bindgen]
    assert run([*generate, "--out-dir", str(bindings)]) == 0
    driver = compilers[source.suffix == ".cpp"]
    objects = [compile_to(bindings / "user.o", source, *driver, *options, include=bindings)]
    for generated in (f"{world.replace('-', '_')}.c", f"{name}_manifest.c"):
        plain = [*compilers[0], *(o for o in options if not o.startswith("-D"))]
        objects.append(compile_to(bindings / f"{generated}.o", bindings / generated, *plain, include=bindings))
    return Compiled(name, tuple(objects), bindings)


def archive(made: Path, *objects: Path, command: Sequence[str] = ("ar",)) -> Path:
    """A static library, by the machine's archiver."""
    made.unlink(missing_ok=True)
    subprocess.run([*command, "rcs", str(made), *map(str, objects)], check=True)
    return made


def same(folder: Path, compilers: Compilers, *more: str) -> tuple[Compiled, ...]:
    """Three components in which all private names are equal: see ``data/same.cpp``."""
    made = []
    for number, world in enumerate(("first", "second", "third"), 1):
        options = ("-O1", f"-DNUMBER={number}", *more)
        part = compiled(folder, world, DATA / "same.wit", world, DATA / "same.cpp", compilers, options)
        version = f"-DLIBRARY_VERSION={number}"
        member = compile_to(folder / f"library{number}.o", DATA / "library.c", *compilers[0], "-O1", version)
        library = archive(part.folder / "liblibrary.a", member)
        made.append(Compiled(world, (*part.files, library), part.folder))
    return tuple(made)


# What each component, by its number, answers to a question of `data/same.cpp`, and to the same one again.
ANSWERS: list[Callable[[int], tuple[int, int]]] = [
    lambda n: (n * 100, n * 100 + 1),
    lambda n: (n, n),
    lambda n: (n * 10 + 1, n * 10 + 2),
    lambda n: (n + 16 * n, n + 1 + 16 * n),
    lambda n: (n, n),
    lambda n: (n * 1000 + 1, n * 1000 + 2),
    lambda n: (n, n + 1),
    lambda n: (2 * n, 2 * n),
    lambda n: (33 * n, 33 * n),
    lambda n: (n + 1, n + 1),
    lambda n: (n * n, n * n),
    lambda n: (n, n),
]
