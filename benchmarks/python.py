"""Calls of a component from Python through the generated extension, to one written by hand, nanobind and Cython."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import sysconfig
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median
from timeit import Timer
from types import ModuleType

from benchmarks.languages import COMPONENT, compiler, cpp_compiler
from benchmarks.process import PYTHON, ROOT, SYMBUILD, run, time_rounds
from benchmarks.row import Row, compared, skipped

ROUNDS = 31
SOURCES = ROOT / "benchmarks" / "extensions"
_WIT = (SOURCES / "extension.wit", "-w", "extension")
_KINDS = "bench:extension/kinds"
_FLAGS = ("-O2", "-fPIC", "-shared", "-fvisibility=hidden", f"-I{SOURCES}", f"-I{sysconfig.get_path('include')}")
# What nanobind's own build has: https://nanobind.readthedocs.io/en/latest/building.html
_NANOBIND = (
    "-std=c++17",
    "-fno-strict-aliasing",
    "-ffunction-sections",
    "-fdata-sections",
    "-Wl,--gc-sections",
    "-DNDEBUG",
)
# What our build modules have.
_OURS = ("-fno-plt", "-Wl,-z,noseparate-code")
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Call:
    """What is timed: a statement on ``m``, an extension; ``setup`` runs before. ``count`` of them are a round."""

    what: str
    statement: str
    count: int
    setup: str = ""


@dataclass(frozen=True, slots=True)
class Goal:
    """That a call of ours costs at most ``goal`` times what it costs with ``peer``."""

    call: str
    peer: str
    goal: float | None


CALLS = {
    "add": Call("(s32, s32) -> s32", "f(1, 2)", 20000, "f = m.add"),
    "echo": Call("string of 16 -> string", "f('sixteen letters!')", 20000, "f = m.echo"),
    "method": Call("a method, (s32) -> s32", "c.add(1)", 20000, "c = m.Counter(0)"),
    "construct": Call("a resource made and dropped", "f(1)", 5000, "f = m.Counter"),
    "ends": Call("1 MiB of bytes given", "f(x)", 5000, f"f = m.ends; x = bytes({_MIB})"),
    "make": Call("1 MiB of list<u8> returned", f"f({_MIB})", 20, "f = m.make"),
    "hand_over": Call("1 MiB returned as a memoryview", f"f({_MIB})", 20, "f = m.hand_over"),
    "sum": Call("1,000 floats given", "f(x)", 500, "f = m.sum; x = [i / 3 for i in range(1000)]"),
    "samples": Call("1,000 records returned", "f(1000)", 20, "f = m.samples"),
    "equal": Call("two records compared", "a == b", 5000, "a, b = (m.Sample(1, 0.5, 'sample') for _ in range(2))"),
    "hash": Call("a record hashed", "hash(a)", 5000, "a = m.Sample(1, 0.5, 'sample')"),
    "show": Call("a record shown", "repr(a)", 1000, "a = m.Sample(1, 0.5, 'sample')"),
    "read": Call("1,000 records returned and read", "[(s.at, s.value, s.name) for s in f(1000)]", 20, "f = m.samples"),
}
GOALS = (
    *(Goal(call, "by hand", 1.10) for call in ("add", "echo", "method", "ends", "make")),
    # Which copies to bytes.
    Goal("hand_over", "by hand", 0.05),
    Goal("construct", "by hand", None),
    Goal("sum", "by hand", 0.55),
    Goal("sum", "Cython", None),
    *(Goal(call, "nanobind", 1.00) for call in ("add", "echo", "method")),
    Goal("sum", "nanobind", None),
    # Whose fields are C++'s until they are read.
    Goal("samples", "nanobind", None),
    Goal("read", "nanobind", 1.20),
    *(Goal(call, "a frozen dataclass", 1.50) for call in ("equal", "hash", "show")),
)


class Dataclasses:
    """The record as its author would write it."""

    @dataclass(frozen=True, slots=True)
    class Sample:
        """What ``extension.wit`` has."""

        at: int
        value: float
        name: str


def measure(scratch: Path, rounds: int) -> list[Row]:
    """Every call, the extension's size, and what its import costs."""
    if sys.platform != "linux":
        return [skipped("python: a call of an extension", None, "Linux only")]
    ours = _package(scratch)
    peers: dict[str, Path | str] = {
        "by hand": _by_hand("hand", scratch),
        "nanobind": _nano(scratch),
        "Cython": _loops(scratch),
    }
    modules: dict[str, object] = {peer: _imported(made) for peer, made in peers.items() if isinstance(made, Path)}
    modules["a frozen dataclass"] = Dataclasses
    timed = _times({"ours": _imported(ours).kinds, **modules}, rounds)
    rows = []
    for goal in GOALS:
        name, peer = f"python: {CALLS[goal.call].what}, to {goal.peer}", peers.get(goal.peer)
        if isinstance(peer, str):
            rows.append(skipped(name, goal.goal, peer))
        else:
            rows.append(compared(name, goal.goal, timed[goal.call, "ours"], timed[goal.call, goal.peer], "us"))
    return [*rows, _size(ours / "_native.abi3.so", peers["nanobind"]), _import(ours, scratch, rounds)]


def _times(modules: Mapping[str, object], rounds: int) -> dict[tuple[str, str], list[float]]:
    """Microseconds of every call with every module that has it, a round each. Garbage is collected meanwhile."""
    timers = {}
    for name, call in CALLS.items():
        called = {goal.peer for goal in GOALS if goal.call == name} | {"ours"}
        for peer, module in modules.items():
            if peer in called:
                names = {"m": module}
                setup = f"import gc; gc.enable(); {call.setup}"
                timers[name, peer] = Timer(call.statement, setup, time.thread_time_ns, globals=names)
    found: dict[tuple[str, str], list[float]] = {key: [] for key in timers}
    for _ in range(rounds):
        for (name, peer), timer in timers.items():
            count = CALLS[name].count
            found[name, peer].append(timer.timeit(count) / count / 1000)
    return found


def _size(extension: Path, peer: Path | str) -> Row:
    name = "python: size without symbols, to nanobind"
    if isinstance(peer, str):
        return skipped(name, 0.25, peer)
    ours, theirs = extension.stat().st_size, peer.stat().st_size
    return Row(name, 0.25, ours / theirs, f"{ours} / {theirs} bytes")


def _import(package: Path, scratch: Path, rounds: int) -> Row:
    """What an interpreter takes to import the package, over what it takes to import an empty extension."""
    _by_hand("empty", scratch)
    command = (*PYTHON, "-c", "import sys; sys.path.insert(0, sys.argv[1]); __import__(sys.argv[2])")
    names = (package.name, "empty")
    times = time_rounds({name: (*command, scratch, name) for name in names}, scratch, rounds)
    ours, base = ([1000 * cpu for cpu in times[name].cpu] for name in names)
    over = median(mine - its for mine, its in zip(ours, base, strict=True))
    detail = f"{median(ours):.3g} / {median(base):.3g} ms"
    return Row("python: import, over an empty extension", 5.0, over, detail, "ms")


# -- what is measured --------------------------------------------------------------------------------------------------
def _package(scratch: Path) -> Path:
    """The generated package, with the component as Meson's module compiles both."""
    package = scratch / "packaged"
    run([*SYMBUILD, "bindgen", "python", *_WIT, "--buffer", f"{_KINDS}#hand-over", "--out-dir", package], scratch)
    include = f"-I{sysconfig.get_path('include')}"
    source, made = package / "_native.c", package / "_native.abi3.so"
    run([*compiler(), *_FLAGS, *_OURS, "-s", include, source, *_component(scratch), "-o", made], scratch)
    return package


@cache
def _component(scratch: Path) -> tuple[str | Path, ...]:
    """What links an extension with the component."""
    folder = scratch / "component"
    library = folder / "libextension.so"
    run(
        [*SYMBUILD, "bindgen", "c", *_WIT, "--component", "extension", "--api-style", "symmetric", "--out-dir", folder],
        scratch,
    )
    sources = (SOURCES / "extension.c", folder / "extension.c", folder / "extension_manifest.c")
    run([*compiler(), "-std=gnu11", *COMPONENT, "-shared", f"-I{folder}", *sources, "-o", library], scratch)
    return (library, f"-Wl,-rpath,{folder}")


def _by_hand(name: str, scratch: Path) -> Path:
    made = scratch / f"{name}.abi3.so"
    run([*compiler(), *_FLAGS, "-s", SOURCES / f"{name}.c", *_component(scratch), "-o", made], scratch)
    return made


def _nano(scratch: Path) -> Path | str:
    """The extension with nanobind; why there is none."""
    command = cpp_compiler()
    if command is None:
        return "no C++ compiler"
    found = importlib.util.find_spec("nanobind")
    if found is None or found.origin is None:
        return "no nanobind here (pip install nanobind)"
    made, base = scratch / "nano.so", Path(found.origin).parent
    includes = (f"-I{base / 'include'}", f"-I{base / 'ext' / 'robin_map' / 'include'}")
    sources = (SOURCES / "nano.cpp", base / "src" / "nb_combined.cpp")
    run([*command, *_FLAGS, *_NANOBIND, *includes, "-s", *sources, *_component(scratch), "-o", made], scratch)
    return made


def _loops(scratch: Path) -> Path | str:
    """The loop that Cython compiles; why there is none."""
    if importlib.util.find_spec("Cython") is None:
        return "no Cython here (pip install cython)"
    source, made = scratch / "loops.c", scratch / "loops.so"
    run([*PYTHON, "-m", "cython", SOURCES / "loops.pyx", "-o", source], scratch)
    run([*compiler(), *_FLAGS, "-w", "-s", source, *_component(scratch), "-o", made], scratch)
    return made


def _imported(made: Path) -> ModuleType:
    """A package or an extension module, by its file."""
    sys.path.insert(0, str(made.parent))
    try:
        return importlib.import_module(made.name.partition(".")[0])
    finally:
        sys.path.remove(str(made.parent))
