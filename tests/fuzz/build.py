"""Builds a component and its hostile peer into one libFuzzer program."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from symbuild.cli import run
from symbuild.wit import load_world

from .defects import Defect
from .forward import forward_c, forward_cpp, forward_rust
from .rust import fuzzed
from .tables import tables

HERE = Path(__file__).parent
WIT = HERE / "dense.wit"
WORLD = "dense"
# What allocates; the names in capitals are C++'s new and delete.
WRAPPED = ("malloc", "calloc", "realloc", "free", "posix_memalign", "_Znwm", "_ZdlPv", "_ZdlPvm")
SANITIZE = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"]
SUFFIXES = {"c": "c", "cpp": "cpp", "rust": "rs"}
COVERAGE = ["-fprofile-instr-generate", "-fcoverage-mapping"]


@dataclass(frozen=True, slots=True)
class Subject:
    """A component under test: bindings for ``language`` made with ``options``, and the user's code in ``works``.

    ``macros`` tell the peer and the user's code what the options change, ``cfg`` tells the latter in Rust.
    """

    language: str
    options: tuple[str, ...]
    macros: tuple[str, ...]
    cfg: tuple[str, ...] = ()

    @property
    def works(self) -> Path:
        """The user's code; it includes what was generated."""
        return HERE / f"works.{SUFFIXES[self.language]}"

    @property
    def compiler(self) -> list[str]:
        """The command that compiles it, in C and C++."""
        warnings = ["-Wall", "-Wextra", "-Werror", "-g", "-O1"]
        cpp = ["clang++", "-std=c++20", "-fno-exceptions", "-fno-rtti"]
        return [*(cpp if self.language == "cpp" else ["clang", "-std=gnu11"]), *warnings]


_C_SYMMETRIC = ("--api-style", "symmetric")
# The peer wants to see all entries of a map, as they came.
_RUST = ("--map-type", "crate::Pairs")
SUBJECTS = {
    "c": Subject("c", (), ()),
    "c-views": Subject("c", _C_SYMMETRIC, ("FZ_VIEWS=1",)),
    "c-utf16": Subject("c", ("--string-encoding", "utf16"), ("FZ_UTF16=1", "FZ_VALIDATES=1")),
    "cpp": Subject("cpp", (), ()),
    "cpp-views": Subject("cpp", ("--api-style", "symmetric"), ("FZ_VIEWS=1",)),
    "rust": Subject("rust", _RUST, ("FZ_VALIDATES=1",)),
    "rust-raw": Subject("rust", (*_RUST, "--raw-strings"), ("FZ_VALIDATES=1",), ("raw_strings",)),
}


def build(subject: Subject, folder: Path, *, defect: Defect | None = None, coverage: bool = False) -> Path:
    """Build in ``folder``; returns the program. With ``coverage`` it counts instead of looking for defects."""
    generate(subject, folder)
    if defect:
        source = folder / f"{WORLD}.{SUFFIXES[subject.language]}"
        source.write_text(defect.apply(source.read_text()))
    macros = [f"-D{macro}" for macro in subject.macros]
    if defect:
        macros.append("-Wno-error")
    sanitize = [] if coverage else SANITIZE
    includes = ["-I", str(folder), "-I", str(HERE)]
    peer = ["clang", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-g", "-O1", *macros, *includes, *sanitize]
    objects = [compiled(peer, folder / "tables.c"), compiled(peer, HERE / "peer.c", folder)]
    # Only the component guides the fuzzer, and only what was generated of it is counted.
    if subject.language == "rust":
        kind = sanitize
        objects.append(fuzzed(subject.works, folder, subject.cfg, coverage=coverage))
    else:
        kind = COVERAGE if coverage else SANITIZE
        works = [*subject.compiler, *macros, *includes, "-fsanitize=fuzzer-no-link", *kind]
        objects.append(compiled(works, subject.works, folder))
    program = folder / "fuzz"
    wraps = [f"-Wl,--wrap={name}" for name in WRAPPED]
    tool(["clang++", "-fsanitize=fuzzer", *kind, *map(str, objects), *wraps, "-o", str(program)])
    return program


def generate(subject: Subject, folder: Path) -> None:
    """Write the bindings, the peer's tables and the user's code that only passes on."""
    folder.mkdir(parents=True, exist_ok=True)
    if subject.language == "cpp":
        for header in HERE.glob("exports-*.h"):
            (folder / header.name).write_text(header.read_text())
    argv = ["bindgen", subject.language, str(WIT), "--world", WORLD, "--out-dir", str(folder), "--component", WORLD]
    assert run([*argv, *subject.options]) == 0
    (folder / "tables.c").write_text(tables(load_world(WIT, WORLD, all_features=True).world))
    match subject.language:
        case "c":
            (folder / "forward.c").write_text(forward_c((folder / f"{WORLD}.h").read_text()))
        case "rust":
            (folder / "forward.rs").write_text(forward_rust((folder / f"{WORLD}.rs").read_text()))
        case _:
            (folder / "forward.h").write_text(forward_cpp((folder / f"{WORLD}_cpp.h").read_text()))


def compiled(command: Sequence[str], source: Path, folder: Path | None = None) -> Path:
    """The object file of a source."""
    made = (folder or source.parent) / f"{source.name}.o"
    tool([*command, "-c", str(source), "-o", str(made)])
    return made


def tool(command: Sequence[str], **variables: str) -> str:
    """Run a tool; returns what it prints."""
    env = {**os.environ, **variables}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout
