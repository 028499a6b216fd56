"""What calls cost in a fused file, to the same by hand in one program; on wasm, to the same components composed."""

from __future__ import annotations

import shutil
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.languages import compiler
from benchmarks.process import ROOT, SYMBUILD, run
from benchmarks.row import Row, compared, skipped
from symbuild.errors import ToolError
from symbuild.steps.wasm_toolchain import wasm_compiler

ROUNDS = 15
SOURCES = ROOT / "benchmarks" / "fusing"
NAMES = ("caller", "callee")
KINDS = {"add": "(s32, s32) -> s32", "ends": "a string of 16 bytes", "edges": "64 KiB of list<u8>"}
# Calls of other objects through the PLT, as most programs are compiled.
_FLAGS = ("-std=gnu11", "-O2", "-fPIC", "-fvisibility=hidden", "-falign-functions=64", "-falign-loops=64")
_Times = Mapping[str, Mapping[str, list[float]]]


def measure(scratch: Path, rounds: int) -> list[Row]:
    """A scalar natively, with and without link-time optimisation; and three kinds of calls on wasm."""
    if sys.platform != "linux":
        return [skipped("fused: a call", None, "Linux only")]
    for name in NAMES:
        bindgen = [*SYMBUILD, "bindgen", "c", SOURCES / "fused.wit", "-w", name, "--component", name]
        run([*bindgen, "--api-style", "symmetric", "--out-dir", scratch / name], scratch)
    return [*_native(scratch, rounds), *_wasm(scratch, rounds)]


def _native(scratch: Path, rounds: int) -> list[Row]:
    base = _by_hand(scratch, "direct", compiler())
    programs = {"fused": _fused(scratch, "fused", compiler()), "direct": base, "plt": _through_plt(scratch)}
    clang = shutil.which("clang")
    if clang:
        programs["inlined"] = _fused(scratch, "inlined", (clang, "-flto"), "--lto", "--linker", clang)
        programs["one"] = _by_hand(scratch, "one", (clang, "-flto"))
    times = _times({name: (program,) for name, program in programs.items()}, scratch, rounds)
    what = f"fused: {KINDS['add']}"
    rows = [compared(f"{what}, to a direct call by hand", 1.0, times["fused"]["add"], times["direct"]["add"], "ns")]
    if clang:
        inlined = times["inlined"]["add"]
        rows.append(compared(f"{what}, clang -flto, to one program", 1.0, inlined, times["one"]["add"], "ns"))
        rows.append(compared(f"{what}, clang -flto, to a PLT call", 0.25, inlined, times["plt"]["add"], "ns"))
    else:
        rows.append(skipped(f"{what}, clang -flto, to one program", 1.0, "needs clang"))
    return rows


def _wasm(scratch: Path, rounds: int) -> list[Row]:
    goals = {"add": 1.0, "ends": 1.0, "edges": 1 / 3}
    try:
        command = wasm_compiler("c").command
    except ToolError as error:
        return [skipped("fused: calls on wasm", None, str(error))]
    fused, composed = scratch / "fused.wasm", scratch / "composed.wasm"
    made = {name: _objects(scratch, name, "wasm", command) for name in NAMES}
    worlds = [f"--world-file={scratch / name / name}.world.json" for name in NAMES]
    components = [word for name, objects in made.items() for word in ("--component", name, *objects)]
    run([*SYMBUILD, "fuse", *components, *worlds, "--root", "caller", "--program", "-o", fused], scratch)
    for name, objects in made.items():
        # A component that is no program has no `main` to start with.
        core, flags = scratch / f"{name}.core.wasm", () if name == "caller" else ("-mexec-model=reactor",)
        run([*command, "-O2", *flags, *objects, "-o", core], scratch)
        program = ("--program",) if name == "caller" else ()
        wrap = [*SYMBUILD, "componentize", core, "--wit", SOURCES / "fused.wit", "-w", name, *program]
        run([*wrap, "-o", scratch / f"{name}.wasm"], scratch)
    run([*SYMBUILD, "compose", *(scratch / f"{name}.wasm" for name in NAMES), "-o", composed], scratch)
    times = _times({file.stem: (*SYMBUILD, "run", file) for file in (fused, composed)}, scratch, rounds)
    rows = [
        compared(
            f"fused: {what}, wasm, to composition", goals[kind], times["fused"][kind], times["composed"][kind], "ns"
        )
        for kind, what in KINDS.items()
    ]
    size = fused.stat().st_size / composed.stat().st_size
    detail = f"{fused.stat().st_size} / {composed.stat().st_size} bytes"
    return [*rows, Row("fused: size of the file, wasm, to composition", 1.0, size, detail)]


def _objects(scratch: Path, name: str, kind: str, command: Sequence[str]) -> list[Path]:
    """A component's objects: of its source, its bindings and, natively, its manifest."""
    folder, made = scratch / name, []
    native = () if kind == "wasm" else (*_FLAGS, "-fno-plt")
    sources = [
        SOURCES / f"{name}.c",
        folder / f"{name}.c",
        *([] if kind == "wasm" else [folder / f"{name}_manifest.c"]),
    ]
    for source in sources:
        made.append(folder / f"{kind}-{source.parent.name}-{source.stem}.o")
        # The world is read from the object, so that is machine code.
        code = ("-fno-lto",) if source.stem == f"{name}_manifest" else ()
        run([*command, "-O2", *native, *code, f"-I{folder}", "-c", source, "-o", made[-1]], scratch)
    return made


def _fused(scratch: Path, out: str, command: Sequence[str], *options: str) -> Path:
    words = [w for n in NAMES for w in ("--component", n, *_objects(scratch, n, out, command))]
    run([*SYMBUILD, "fuse", *words, "--root", "caller", *options, "-o", scratch / out], scratch)
    return scratch / out


def _by_hand(scratch: Path, out: str, command: Sequence[str]) -> Path:
    """One program of separate sources."""
    objects = [scratch / f"{out}-{name}.o" for name in NAMES]
    for name, object in zip(NAMES, objects, strict=True):
        run([*command, *_FLAGS, "-DBY_HAND", "-c", SOURCES / f"{name}.c", "-o", object], scratch)
    run([*command, "-O2", *objects, "-o", scratch / out], scratch)
    return scratch / out


def _through_plt(scratch: Path) -> Path:
    """A program and a shared library."""
    command = (*compiler(), "-std=gnu11", "-O2", "-DBY_HAND", "-falign-functions=64", "-falign-loops=64")
    run([*command, "-fPIC", "-shared", SOURCES / "callee.c", "-o", scratch / "libcallee.so"], scratch)
    found = [f"-Wl,-rpath,{scratch}", scratch / "libcallee.so"]
    run([*command, SOURCES / "caller.c", *found, "-o", scratch / "plt"], scratch)
    return scratch / "plt"


def _times(programs: Mapping[str, Sequence[str | Path]], scratch: Path, rounds: int) -> _Times:
    """Nanoseconds of each program's calls by their kind, a round each; programs take turns."""
    times: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for _ in range(rounds):
        for name, command in programs.items():
            for kind, value in map(str.split, run(command, scratch).splitlines()):
                times[name][kind].append(float(value))
    return times
