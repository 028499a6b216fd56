"""Calls of a Python package on wasm, to those of wasmtime's own bindings and of the native package."""

from __future__ import annotations

import importlib
import sys
import sysconfig
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.languages import compiler
from benchmarks.process import ROOT, SYMBUILD, run
from benchmarks.row import Row, compared, skipped
from symbuild.errors import ToolError
from symbuild.steps.wasm_toolchain import wasm_compiler

ROUNDS = 7
SOURCES = ROOT / "benchmarks" / "packaged"
WIT = (SOURCES / "packaged.wit", "-w", "packaged")
_MIB = 1 << 20
# What is called, with what, how often in a round; wasmtime's own bindings take a second for a MiB.
_Words = list[str | Path]
_Call = tuple[str, str, tuple[Any, ...], int]
CALLS: tuple[_Call, ...] = (
    ("add", "(s32, s32) -> s32", (1, 2), 500),
    ("ends", "1 MiB of list<u8> given", (bytes(_MIB),), 20),
    ("make", "1 MiB of list<u8> returned", (_MIB,), 20),
    ("samples", "1,000 records returned", (1000,), 5),
)
# To wasmtime's own bindings; to the native package, wasm is what it is.
_GOALS = {"add": 0.25, "ends": 0.01, "make": 0.01, "samples": 0.25}


def measure(scratch: Path, rounds: int) -> list[Row]:
    """Four kinds of calls from Python, in three ways."""
    if sys.platform != "linux":
        return [skipped("packaged: a call from Python", None, "Linux only")]
    try:
        command = wasm_compiler("c").command
        import wasmtime  # noqa: F401  # is it there, and does it load on this machine?
    except (ToolError, ImportError) as error:
        return [skipped("packaged: a call from Python", None, str(error))]
    native, package = _native(scratch), _wasm(scratch, command)
    kinds = {"native": native.kinds, "wasm": package.kinds}
    callers: dict[str, Callable[[str], Callable[..., object]]] = {
        name: partial(getattr, found) for name, found in kinds.items()
    }
    callers["wasmtime"] = _wasmtime(scratch / "onwasm" / "_native.wasm")
    times: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for _ in range(rounds):
        for name, called in callers.items():
            for kind, _what, given, count in CALLS:
                times[name][kind].append(
                    _timed(called(kind), given, count if name != "wasmtime" else max(count // 20, 1))
                )
    rows = []
    for kind, what, _given, _count in CALLS:
        ours = times["wasm"][kind]
        rows.append(
            compared(f"packaged: {what}, to wasmtime's bindings", _GOALS[kind], ours, times["wasmtime"][kind], "us")
        )
        rows.append(compared(f"packaged: {what}, to the native package", None, ours, times["native"][kind], "us"))
    return rows


def _native(scratch: Path) -> ModuleType:
    """The package whose extension calls a library."""
    folder, package = scratch / "library", scratch / "natively"
    run([*SYMBUILD, "bindgen", "c", *WIT, "--component", "packaged", "--out-dir", folder], scratch)
    run([*SYMBUILD, "bindgen", "python", *WIT, "--out-dir", package], scratch)
    library, shared = folder / "libpackaged.so", ("-O2", "-fPIC", "-shared", f"-I{folder}")
    sources: _Words = [SOURCES / "packaged.c", folder / "packaged.c", folder / "packaged_manifest.c"]
    run([*compiler(), *shared, *sources, "-o", library], scratch)
    include = f"-I{sysconfig.get_path('include')}"
    link: _Words = [library, f"-Wl,-rpath,{folder}", "-o", package / "_native.abi3.so"]
    run([*compiler(), *shared, include, package / "_native.c", *link], scratch)
    return _imported(package)


def _wasm(scratch: Path, command: tuple[str, ...]) -> ModuleType:
    """The package that runs the component of the same source."""
    folder, package = scratch / "module", scratch / "onwasm"
    run([*SYMBUILD, "bindgen", "c", *WIT, "--out-dir", folder], scratch)
    run([*SYMBUILD, "bindgen", "python", *WIT, "--target", "wasm32-wasip2", "--out-dir", package], scratch)
    core, sources = folder / "core.wasm", (SOURCES / "packaged.c", folder / "packaged.c")
    run([*command, "-O2", "-mexec-model=reactor", f"-I{folder}", *sources, "-o", core], scratch)
    wrap: _Words = [*SYMBUILD, "componentize", core, "--wit", *WIT, "--strip", "-o", package / "_native.wasm"]
    run(wrap, scratch)
    return _imported(package)


def _imported(package: Path) -> ModuleType:
    sys.path.insert(0, str(package.parent))
    try:
        return importlib.import_module(package.name)
    finally:
        sys.path.remove(str(package.parent))


def _wasmtime(file: Path) -> Callable[[str], Callable[..., object]]:
    """The component's functions as wasmtime's own bindings have them."""
    import wasmtime
    from wasmtime import component

    store = wasmtime.Store()
    linker = component.Linker(store.engine)
    linker.add_wasip2()
    store.set_wasi(wasmtime.WasiConfig())
    made: Any = linker.instantiate(store, component.Component.from_file(store.engine, str(file)))
    interface = made.get_export_index(store, "bench:packaged/kinds")

    def named(kind: str) -> Callable[..., object]:
        function = made.get_func(store, made.get_export_index(store, kind, interface))

        def call(*given: object) -> object:
            found: object = function(store, *given)
            function.post_return(store)
            return found

        return call

    return named


def _timed(function: Callable[..., object], given: tuple[Any, ...], count: int) -> float:
    """Microseconds of a call."""
    begun = time.thread_time_ns()
    for _ in range(count):
        function(*given)
    return (time.thread_time_ns() - begun) / count / 1000
