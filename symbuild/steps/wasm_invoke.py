"""Runs wasm components in wasmtime: their ``main``, or single exports with the values that native ones are given."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symbuild.abi.mangle import ROOT
from symbuild.abi.symbols import imports_of
from symbuild.errors import Difference, InputError, ToolError, UsageError
from symbuild.model.wave_read import callee, read_arguments
from symbuild.model.wave_write import write_value
from symbuild.model.world import World
from symbuild.steps.binary import read
from symbuild.steps.componentize import componentize_program
from symbuild.steps.invoke import Call, Export, find_export
from symbuild.steps.wasm_types import for_wasmtime
from symbuild.steps.wasm_values import from_wasmtime, tagged_variants, to_wasmtime
from symbuild.wit import load_world
from symbuild.wit.check import require_supported

if TYPE_CHECKING:
    from wasmtime import Config, Engine, Store
    from wasmtime.component import Component, Instance

_WASI = "wasi:"
_RUN = "wasi:cli/run@"
_COMPOSE = "put the component together with those it needs: `symbuild compose`"


class WasmComponent:
    """A wasm component's file that can be called."""

    def __init__(self, path: Path) -> None:
        """Raises InputError for a file that cannot be called, ToolError where wasmtime is missing."""
        self.path = path
        self.world = _world_of(path)
        require_supported(self.world, str(path))

    def call_of(self, text: str) -> Call:
        """What ``iface#f(1, "x")`` means here. Raises UsageError where it means nothing."""
        export = find_export(self.world, callee(text))
        return Call(export, tuple(read_arguments(text, export.function.params)))

    def load(self, before: Iterable[Path] = ()) -> LoadedWasm:
        """Instantiate it. Raises InputError for imports other than WASI's, UsageError for libraries."""
        if any(before):
            raise UsageError("`--with` takes native libraries, for native components", help=_COMPOSE)
        _require_no_imports(self.world, self.path)
        store, instance = _instantiate(self.path, ())
        return LoadedWasm(store, instance, str(self.path))


class LoadedWasm:
    """An instance of a component."""

    def __init__(self, store: Store, instance: Instance, where: str) -> None:
        self._store, self._instance, self._where = store, instance, where

    def run(self, call: Call) -> str | None:
        """Make a call; its result as WAVE, None where it has none. Raises Difference where the component traps."""
        from wasmtime import ExitTrap

        f = call.export.function
        arguments = [to_wasmtime(p.type, value) for p, value in zip(f.params, call.arguments, strict=True)]
        try:
            with _traps_told("component", self._where):
                found = _call(self._store, self._function(call.export), arguments)
        except ExitTrap as exited:
            what = f"the component ended the process, with status {exited.code}"
            raise Difference(what, where=self._where) from None
        return write_value(f.result, from_wasmtime(f.result, found)) if f.result else None

    def _function(self, export: Export) -> Any:
        inside = None
        if export.module != ROOT:
            inside = self._instance.get_export_index(self._store, export.module)
        index = self._instance.get_export_index(self._store, export.function.name, inside)
        assert index is not None, "the world was read from the component itself"
        return self._instance.get_func(self._store, index)


def run_program(path: Path, arguments: Sequence[str] = (), *, absolute_paths: bool = False) -> int:
    """Run a component's ``main`` with this process's streams, environment and working directory; its exit code.

    ``absolute_paths``: it sees the other directories of this machine too.

    A core module with a ``main`` is made a component first. Raises InputError for a component without one, Difference
    where it traps.
    """
    if read(path).kind == "module":
        with tempfile.TemporaryDirectory() as folder:
            component = Path(folder, path.name)
            component.write_bytes(componentize_program(path))
            return run_program(component, arguments, absolute_paths=absolute_paths)
    world = _world_of(path)
    name = next((item.key for item in world.exports if item.key.startswith(_RUN)), None)
    if name is None:
        help = "call one of its functions: `--invoke 'f()'`"
        raise InputError("the component has no `main` to run", where=str(path), help=help)
    _require_no_imports(world, path)
    store, instance = _instantiate(path, arguments, _roots() if absolute_paths else ())
    index = instance.get_export_index(store, "run", instance.get_export_index(store, name))
    assert index, "the interface has this function"
    from wasmtime import ExitTrap

    try:
        with _traps_told("program", str(path)):
            return int(_call(store, instance.get_func(store, index)).tag == "err")
    except ExitTrap as exited:
        return exited.code


def _roots() -> Iterator[str]:
    """The directories that absolute paths begin with. Windows has none that a WASI path could name.

    Not the root: C libraries of WASI leave out a leading slash when they look for the directory that has a file, and so
    would look there for relative paths as well. What the working directory has too, it keeps.
    """
    if os.name == "posix":
        with os.scandir("/") as entries:
            for entry in entries:
                if entry.is_dir() and os.access(entry.path, os.R_OK | os.X_OK) and not Path(entry.name).exists():
                    yield entry.path


def _call(store: Store, function: Any, arguments: Sequence[Any] = ()) -> Any:
    with tagged_variants():
        found = function(store, *arguments)
    function.post_return(store)
    return found


@contextmanager
def _traps_told(what: str, where: str) -> Iterator[None]:
    """Make a Difference of a trap inside, but for that of WASI's ``exit``."""
    from wasmtime import ExitTrap, Trap, WasmtimeError

    try:
        yield
    except ExitTrap:
        raise
    except (Trap, WasmtimeError) as error:
        raise Difference(f"the {what} trapped: {_reason(error)}", where=where) from None


def _world_of(path: Path) -> World:
    if read(path).kind != "component":
        raise InputError("not a WebAssembly component", where=str(path), help="`symbuild componentize` makes one")
    return load_world(path).world


def _require_no_imports(world: World, path: Path) -> None:
    """Raise InputError for an imported function that is not WASI's; types need no provider."""
    for missing in imports_of(world):
        if not missing.module.startswith(_WASI):
            unit = missing.function if missing.module == ROOT else missing.module
            raise InputError(f"nothing provides the import `{unit}`", where=str(path), help=_COMPOSE)


def _instantiate(path: Path, arguments: Sequence[str], directories: Iterable[str] = ()) -> tuple[Store, Instance]:
    try:
        from wasmtime import Engine, Store, WasiConfig, WasmtimeError
        from wasmtime.component import Linker
    except ModuleNotFoundError:
        raise ToolError("wasmtime is not installed, which runs wasm", help="`pip install symbuild[wasm]`") from None
    engine = Engine(_config())
    store = Store(engine)
    wasi = WasiConfig()
    wasi.argv = (path.name, *arguments)
    wasi.env = list(os.environ.items())
    wasi.inherit_stdin()
    wasi.inherit_stdout()
    wasi.inherit_stderr()
    for directory in (".", *directories):
        wasi.preopen_dir(directory, directory)
    store.set_wasi(wasi)
    linker = Linker(engine)
    linker.add_wasip2()
    sys.stdout.flush()
    try:
        return store, linker.instantiate(store, _loaded(engine, path.read_bytes()))
    except WasmtimeError as error:
        raise InputError(f"wasmtime cannot load it: {_reason(error)}", where=str(path)) from None


def _loaded(engine: Engine, data: bytes) -> Component:
    from wasmtime import WasmtimeError
    from wasmtime.component import Component

    try:
        return Component(engine, data)
    except WasmtimeError:
        known = for_wasmtime(data)
        if known is data:
            raise
        return Component(engine, known)


def _config() -> Config:
    from wasmtime import Config

    config = Config()
    config.cache = True  # compiled code is kept from run to run, as the wasmtime command does
    config.wasm_component_model_implements = True  # imports by label, which wasm-tools writes without being asked
    return config


def _reason(error: Exception) -> str:
    """What happened: the last cause in wasmtime's report, which begins with what it was doing and wasm's stack."""
    _, causes, last = str(error).rpartition("Caused by:")
    lines = [line.strip() for line in (last if causes else str(error)).splitlines() if line.strip()]
    reason = re.sub(r"^\d+: ", "", lines[-1]) if causes else lines[0]
    return reason.removeprefix("wasm trap: ")
