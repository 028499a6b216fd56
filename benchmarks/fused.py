"""What calls cost in a fused file, to the same by hand in one program; on wasm, to the same components composed."""

from __future__ import annotations

import shutil
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.languages import compiler
from benchmarks.process import ROOT, SYMBUILD, run
from benchmarks.row import Row, compared, skipped
from symbuild.errors import ToolError
from symbuild.steps.wasm_toolchain import wasm_compiler

if TYPE_CHECKING:
    import wasmtime

ROUNDS = 15
SOURCES = ROOT / "benchmarks" / "fusing"
NAMES = ("caller", "callee")
KINDS = {"add": "(s32, s32) -> s32", "ends": "a string of 16 bytes", "edges": "64 KiB of list<u8>"}
# Calls of other objects through the PLT, as most programs are compiled.
_FLAGS = ("-std=gnu11", "-O2", "-fPIC", "-fvisibility=hidden", "-falign-functions=64", "-falign-loops=64")
# On wasm: goals to a composition; calls in a batch, by kind, and batches of which the best counts.
_GOALS = {"add": 1.0, "ends": 1.0, "edges": 1 / 3, "size": 1.0}
_COUNTS, _BATCHES = (200_000, 20_000, 2_000), 5
_OTHERS = {"composed": "composition", "melded": "meld"}
_Words = list[str | Path]
_Times = Mapping[str, Mapping[str, list[float]]]


def measure(scratch: Path, rounds: int) -> list[Row]:
    """A scalar natively, with and without link-time optimisation; and three kinds of calls on wasm."""
    if sys.platform != "linux":
        return [skipped("fused: a call", None, "Linux only")]
    for name in NAMES:
        bindgen: _Words = [*SYMBUILD, "bindgen", "c", SOURCES / "fused.wit", "-w", name, "--component", name]
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
    try:
        command = wasm_compiler("c").command
        import wasmtime
    except (ToolError, ImportError) as error:
        return [skipped("fused: calls on wasm", None, str(error))]
    files = _modules(scratch, command)
    store = wasmtime.Store()
    batches = {name: _batch(store, file) for name, file in files.items()}
    times: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for _ in range(rounds):
        for name, batch in batches.items():
            for number, kind in enumerate(KINDS):
                times[name][kind].append(min(_timed(batch, number) for _ in range(_BATCHES)))
    rows = []
    for other in files.keys() - {"fused"}:
        goals: Mapping[str, float | None] = _GOALS if other == "composed" else dict.fromkeys(_GOALS)
        for kind, what in KINDS.items():
            ours, theirs = times["fused"][kind], times[other][kind]
            rows.append(compared(f"fused: {what}, wasm, to {_OTHERS[other]}", goals[kind], ours, theirs, "ns"))
        sizes = files["fused"].stat().st_size, files[other].stat().st_size
        what = f"fused: size of the file, wasm, to {_OTHERS[other]}"
        rows.append(Row(what, goals["size"], sizes[0] / sizes[1], f"{sizes[0]} / {sizes[1]} bytes"))
    if "melded" not in files:
        rows.append(skipped("fused: calls on wasm, to meld", None, "needs meld: pip install meld-cli"))
    return sorted(rows, key=lambda row: row.name)


def _modules(scratch: Path, command: Sequence[str]) -> dict[str, Path]:
    """The same two components as one module, as a composition, and fused by meld where that is installed."""
    fused, composed, melded = (scratch / f"{name}.wasm" for name in ("fused", "composed", "melded"))
    made = {name: _objects(scratch, name, "wasm", command) for name in NAMES}
    worlds = [f"--world-file={scratch / name / name}.world.json" for name in NAMES]
    components = [word for name, objects in made.items() for word in _component(name, objects)]
    run([*SYMBUILD, "fuse", *components, *worlds, "--root", "caller", "--strip", "-o", fused], scratch)
    parts = [scratch / f"{name}.wasm" for name in NAMES]
    for part, objects in zip(parts, made.values(), strict=True):
        core = scratch / f"{part.stem}.core.wasm"
        run([*command, "-O2", "-mexec-model=reactor", *objects, "-o", core], scratch)
        wrap: _Words = [*SYMBUILD, "componentize", core, "--wit", SOURCES / "fused.wit", "-w", part.stem, "--strip"]
        run([*wrap, "-o", part], scratch)
    run([*SYMBUILD, "compose", *parts, "-o", composed], scratch)
    files = {"fused": fused, "composed": composed}
    if meld := shutil.which("meld"):
        # What tells of its inputs is left out, as ours are without names.
        quiet = ("--no-attestation", "--no-component-provenance", "--dwarf=strip")
        run([meld, "fuse", *reversed(parts), "--memory=multi", *quiet, "-o", melded], scratch)
        files["melded"] = melded
    return files


def _batch(store: wasmtime.Store, file: Path) -> Callable[[int, int], object]:
    """The function that makes calls, of a component or, as meld makes them, a module."""
    import wasmtime
    from wasmtime import component

    if file.stem == "melded":
        found: Any = wasmtime.Instance(store, wasmtime.Module.from_file(store.engine, str(file)), []).exports(store)
        if "_initialize" in found:
            found["_initialize"](store)
        return partial(found["batch"], store)
    made: Any = component.Linker(store.engine).instantiate(
        store, component.Component.from_file(store.engine, str(file))
    )
    return partial(_called, store, made.get_func(store, "batch"))


def _called(store: wasmtime.Store, function: Any, kind: int, count: int) -> None:
    function(store, kind, count)
    function.post_return(store)


def _timed(batch: Callable[[int, int], object], kind: int) -> float:
    """Nanoseconds of a call."""
    count = _COUNTS[kind]
    start = time.perf_counter_ns()
    batch(kind, count)
    return (time.perf_counter_ns() - start) / count


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


def _component(name: str, objects: Sequence[Path]) -> _Words:
    """What `symbuild fuse` is told of a component."""
    return ["--component", name, *objects]


def _fused(scratch: Path, out: str, command: Sequence[str], *options: str) -> Path:
    words = [word for name in NAMES for word in _component(name, _objects(scratch, name, out, command))]
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
    found: _Words = [f"-Wl,-rpath,{scratch}", scratch / "libcallee.so"]
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
