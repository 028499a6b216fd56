"""A build with nothing to do: what the Meson module adds to ninja's own work."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from benchmarks.process import run, time_rounds
from benchmarks.row import Row, compared
from symbuild.doors import symmeson
from symbuild.steps.toolchain import ninja

ROUNDS = 21
COMPONENTS = 60

MESON = (sys.executable, symmeson.__file__)
MACHINE_FILE = f"[binaries]\nsymbuild = ['{sys.executable}', '{Path(symmeson.__file__).with_name('run.py')}']\n"


def measure(scratch: Path, rounds: int) -> list[Row]:
    """A project of components against one of plain shared libraries, both built and up to date."""
    ours, plain = _components(scratch / "components"), _libraries(scratch / "libraries")
    program = ninja().command[0]
    commands: dict[str, list[str | Path]] = {folder.name: [program, "-C", folder / "b"] for folder in (ours, plain)}
    for folder in (ours, plain):
        run([*MESON, "setup", "b", "--native-file", "machine.ini"], scratch, folder)
        run(commands[folder.name], scratch)
    times = time_rounds(commands, scratch, rounds)
    executed = re.findall(r"^\[\d+/\d+\]", run(commands[ours.name], scratch), re.MULTILINE)
    # A component takes more steps than a library, and ninja looks at each: the cost of a step is what compares.
    per_step = {
        folder.name: [cpu * 1e6 / _steps(program, folder, scratch) for cpu in times[folder.name].cpu]
        for folder in (ours, plain)
    }
    name = f"build: no-op of {COMPONENTS} components, CPU a step, to that of as many plain libraries"
    return [
        Row("build: steps that a no-op runs", 0, len(executed), unit="steps"),
        compared(name, 1.1, per_step[ours.name], per_step[plain.name], "us"),
    ]


def _steps(program: str, folder: Path, scratch: Path) -> int:
    return len(run([program, "-C", folder / "b", "-t", "commands"], scratch).splitlines())


def _components(folder: Path) -> Path:
    numbers = range(COMPONENTS)
    interfaces = "".join(
        f"interface i{n} {{ f: func(a: u32) -> u32; }}\nworld c{n} {{ export i{n}; }}\n" for n in numbers
    )
    imports = "".join(f"  import i{n};\n" for n in numbers)
    files = {
        "meson.build": "\n".join(
            [
                "project('components', 'c', meson_version: '>=1.3')",
                "sym = import('symbuild')",
                *(f"c{n} = sym.component('c{n}', sources: 'c{n}.c')" for n in numbers),
                f"sym.program('app', sources: 'app.c', components: [{', '.join(f'c{n}' for n in numbers)}])\n",
            ]
        ),
        "wit/all.wit": f"package bench:build;\n\n{interfaces}world app {{\n{imports}}}\n",
        "app.c": _program('#include "app.h"', "bench_build_i{n}_f"),
        "machine.ini": MACHINE_FILE,
    }
    for n in numbers:
        files[f"c{n}.c"] = _library(f'#include "c{n}.h"', f"exports_bench_build_i{n}_f")
    return _written(folder, files)


def _libraries(folder: Path) -> Path:
    numbers = range(COMPONENTS)
    files = {
        "meson.build": "\n".join(
            [
                "project('libraries', 'c')",
                *(f"l{n} = shared_library('l{n}', 'l{n}.c')" for n in numbers),
                f"executable('app', 'app.c', link_with: [{', '.join(f'l{n}' for n in numbers)}])\n",
            ]
        ),
        "app.c": _program("\n".join(f"unsigned f{n}(unsigned a);" for n in numbers), "f{n}"),
        "machine.ini": MACHINE_FILE,
    }
    for n in numbers:
        files[f"l{n}.c"] = _library("", f"f{n}")
    return _written(folder, files)


def _library(head: str, name: str) -> str:
    return f"{head}\nunsigned {name}(unsigned a) {{ return a + 1; }}\n"


def _program(head: str, name: str) -> str:
    calls = "".join(f"  sum = {name.format(n=n)}(sum);\n" for n in range(COMPONENTS))
    return f"{head}\n\nint main(void) {{\n  unsigned sum = 0;\n{calls}  return sum != {COMPONENTS};\n}}\n"


def _written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return folder
