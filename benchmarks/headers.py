"""What compiling a generated C++ header costs, against the standard headers that it includes."""

from __future__ import annotations

import re
import shutil
from itertools import product
from pathlib import Path

from benchmarks.interfaces import wit
from benchmarks.process import SYMBUILD, run, time_rounds
from benchmarks.row import Row, compared, skipped

ROUNDS = 11
GOAL = 1.3

COMPILERS = ("g++", "clang++")
SIDES = {"import": "imported", "export": "exported"}


def measure(scratch: Path, rounds: int) -> list[Row]:
    """One interface of ten functions with types of every kind, imported and exported, for each compiler there is."""
    rows = []
    for compiler, (side, done) in product(COMPILERS, SIDES.items()):
        name = f"headers: one interface {done}, {compiler}, to its standard headers, CPU"
        if shutil.which(compiler):
            rows.append(_measured(name, compiler, side, scratch, rounds))
        else:
            rows.append(skipped(name, GOAL, f"no {compiler} here"))
    return rows


def _measured(name: str, compiler: str, side: str, scratch: Path, rounds: int) -> Row:
    folder = scratch / f"{compiler}-{side}"
    folder.mkdir()
    source = folder / "one.wit"
    source.write_text(wit(1, sides=(side,)))
    run([*SYMBUILD, "bindgen", "cpp", source, "--out-dir", folder], scratch)
    generated, standard = folder / "generated.cpp", folder / "standard.cpp"
    command = (compiler, "-std=c++20", "-O2")
    generated.write_text('#include "many_cpp.h"\n')
    standard.write_text("".join(f"#include {header}\n" for header in _standard_headers(command, generated, scratch)))
    commands: dict[str, list[str | Path]] = {
        unit.stem: [*command, "-c", unit, "-o", unit.with_suffix(".o")] for unit in (generated, standard)
    }
    times = time_rounds(commands, scratch, rounds)
    return compared(name, GOAL, times["generated"].cpu, times["standard"].cpu, "s")


def _standard_headers(command: tuple[str, ...], source: Path, scratch: Path) -> list[str]:
    """The standard headers that a source's own headers include, as the preprocessor meets them."""
    headers: dict[str, None] = {}
    ours = False
    for line in run([*command, "-E", "-dI", source], scratch).splitlines():
        if place := re.match(r'# \d+ "([^"]*)"', line):
            ours = Path(place[1]).is_relative_to(source.parent)
        elif ours and (include := re.match(r"#include (<[^>]+>)", line)):
            headers[include[1]] = None
    return list(headers)
