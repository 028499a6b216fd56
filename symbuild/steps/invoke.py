"""Calls the exports of a native component from here: the interpreter of glue, run on this process's own memory.

A component that traps ends the process, so who calls it runs this in a process of its own (``cli/run.py``).
"""

from __future__ import annotations

import ctypes
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from symbuild.abi.convention import SYMMETRIC
from symbuild.abi.flatten import Core, CoreSignature
from symbuild.abi.glue import import_glue
from symbuild.abi.heap import Heap, Holding, Trap
from symbuild.abi.interface_hash import ABI_VERSION
from symbuild.abi.interp import Language, Machine
from symbuild.abi.mangle import ROOT, demangle, export_name, symbol
from symbuild.abi.walk import Subroutines, Traits
from symbuild.errors import Difference, InputError, UsageError, close_matches
from symbuild.frozen import frozen
from symbuild.model.types import Type
from symbuild.model.wave_read import Value, callee, read_arguments
from symbuild.model.wave_write import write_value
from symbuild.model.world import Function, World
from symbuild.steps.binary import Binary, read
from symbuild.steps.embedded import manifests_of, world_of
from symbuild.steps.manifest import Manifest
from symbuild.wit.check import require_supported

_C_TYPES: dict[Core, Any] = {
    # Core integers are their bits, as unsigned numbers (abi/scalars.py).
    "i32": ctypes.c_uint32,
    "i64": ctypes.c_uint64,
    "f32": ctypes.c_float,
    "f64": ctypes.c_double,
    "ptr": ctypes.c_size_t,
    "len": ctypes.c_size_t,
}


def _never(_: Type) -> bool:
    return False


# Values live elsewhere, strings are no UTF-8: everything is copied.
_PYTHON = Language(Traits(_never, utf8=False, views=False, moves=False), validates=True)


@frozen
class Export:
    """A function that a component exports, and where: an interface's id, a label or ``$root``."""

    module: str
    function: Function

    @property
    def place(self) -> str:
        """``ns:pkg/iface#f``, or the name of a world's own function."""
        return export_name(self.module, self.function.name)


@frozen
class Call:
    """An export and the arguments it is to be called with."""

    export: Export
    arguments: tuple[Value, ...]


class Component:
    """A component's file that can be called: it was read, not loaded yet."""

    def __init__(self, path: Path) -> None:
        """Raises InputError for a file that is no component which can be called."""
        self.path = path
        self._binary = read(path)
        _require_library(self._binary, str(path))
        manifest = manifests_of(self._binary, str(path))[0]
        _require_abi(manifest, str(path))
        self.world = world_of(manifest, str(path))
        require_supported(self.world, str(path))

    def call_of(self, text: str) -> Call:
        """What ``iface#f(1, "x")`` means here. Raises UsageError where it means nothing."""
        export = find_export(self.world, callee(text))
        name = symbol(export.module, export.function.name)
        if name not in {s.name for s in self._binary.exports}:
            help = "`symbuild check` lists all that is wrong with the file"
            raise InputError(
                f"the file does not export `{export.place}` of its own world", where=str(self.path), help=help
            )
        return Call(export, tuple(read_arguments(text, export.function.params)))

    def load(self, before: Iterable[Path] = ()) -> Loaded:
        """Load the file, after libraries that provide what it leaves open. Raises InputError for what is missing."""
        for path in before:
            self._open(path, ctypes.RTLD_GLOBAL)
        return Loaded(self._open(self.path, ctypes.DEFAULT_MODE))

    def _open(self, path: Path, mode: int) -> ctypes.CDLL:
        try:
            # A bare name would be looked for among the system's libraries.
            return ctypes.CDLL(str(path.resolve()), mode=mode)
        except OSError as error:
            raise _load_error(str(error), path) from None


class Loaded:
    """A component in this process."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library
        self._libc = ctypes.CDLL(None)
        self._memory = ProcessMemory(self._libc)

    def run(self, call: Call) -> str | None:
        """Make a call; its result as WAVE, None where it has none. Raises Difference for bytes that are no value."""
        f, subroutines = call.export.function, Subroutines()
        glue = import_glue(f, SYMMETRIC, _PYTHON.traits, subroutines, call.export.place)
        core = self._core(symbol(call.export.module, f.name), glue.signature)
        machine = Machine(self._memory, _PYTHON, subroutines, operations=None)
        try:
            value = machine.run_import(glue, call.arguments, core)
        except Trap as trap:
            raise Difference(f"the component returned what is no value: {trap.reason}", where=trap.where) from None
        finally:
            self._libc.fflush(None)  # what the component printed comes before its result
        return write_value(f.result, value) if f.result else None

    def _core(self, name: str, signature: CoreSignature) -> Any:
        core = self._library[name]
        core.argtypes = [_C_TYPES[c] for c in signature.params]
        core.restype = _C_TYPES[signature.result] if signature.result else None
        return core


class ProcessMemory(Heap):
    """The memory of this process, with the C library's allocator: the border's own (symmetric-abi.md, section 4)."""

    def __init__(self, libc: ctypes.CDLL) -> None:
        super().__init__(ctypes.sizeof(ctypes.c_void_p))
        self._malloc, self._free = libc.malloc, libc.free
        self._malloc.argtypes, self._malloc.restype = [ctypes.c_size_t], ctypes.c_size_t
        self._free.argtypes, self._free.restype = [ctypes.c_size_t], None

    def allocate(self, size: int, align: int, holding: Holding) -> int:
        """A block of malloc, which suits every alignment of the ABI; of no bytes, an aligned address."""
        if not size:
            return align
        address: int = self._malloc(size)
        if not address:
            raise MemoryError(size)
        return address

    def end(self, address: int) -> None:
        """Free a block of our own."""
        self._free(address)

    def take(self, address: int, size: int) -> None:
        """Free a block of a result."""
        if size:
            self._free(address)

    def read(self, address: int, size: int) -> bytes:
        """Bytes from anywhere: an address that is none ends the process."""
        return ctypes.string_at(address, size) if size else b""

    def fill(self, address: int, data: bytes) -> None:
        """Write to anywhere."""
        ctypes.memmove(address, data, len(data))

    def write(self, address: int, data: bytes) -> None:
        """Write to anywhere."""
        self.fill(address, data)


# ---- which function --------------------------------------------------------------------------------------------------
def find_export(world: World, name: str) -> Export:
    """The export that ``f``, ``iface#f`` or ``ns:pkg/iface#f`` means. Raises UsageError for none, and for several."""
    exports = list(_exports(world))
    found = [e for e in exports if e.place == name] or [e for e in exports if name in _short_names(e)]
    match found:
        case [export]:
            return export
        case []:
            raise UsageError(f"world `{world.id}` exports no function `{name}`", help=_known(exports, name))
        case several:
            listed = ", ".join(f"`{export.place}`" for export in several)
            raise UsageError(f"`{name}` means several functions of world `{world.id}`", help=f"name one: {listed}")


def _exports(world: World) -> Iterator[Export]:
    for item in world.exports:
        yield from (Export(item.key, f) for f in item.interface.functions)
    yield from (Export(ROOT, f) for f in world.exported_functions)


def _short_names(export: Export) -> tuple[str, ...]:
    name = export.function.name
    unversioned = export.module.partition("@")[0]
    return name, f"{unversioned}#{name}", f"{unversioned.rpartition('/')[2]}#{name}"


def _known(exports: Sequence[Export], name: str) -> str:
    if not exports:
        return "it exports nothing"
    names = [export.place for export in exports] + [export.function.name for export in exports]
    return close_matches(name, names if "#" not in name else names[: len(exports)]) or ""


# ---- what cannot be loaded -------------------------------------------------------------------------------------------
def _require_library(binary: Binary, where: str) -> None:
    if binary.kind != "library":
        help = "start it as it is" if binary.kind == "program" else "link it into a component"
        raise InputError(f"`run` calls components; this is a file of kind `{binary.kind}`", where=where, help=help)
    if sys.platform == "win32":
        raise InputError("`run` does not work on Windows yet", help="write a program that imports the component")


def _require_abi(manifest: Manifest, where: str) -> None:
    if manifest.abi_version != ABI_VERSION:
        what = f"built for version {manifest.abi_version} of the symmetric ABI; this symbuild knows {ABI_VERSION}"
        raise InputError(what, where=where, help="build the file again from its WIT")


# glibc and musl; dyld.
_NOT_FOUND = re.compile(r"(\S+): cannot open shared object|loading shared library (\S+):|Library not loaded: (\S+)")


def _load_error(message: str, path: Path) -> InputError:
    """What the system's loader means by its message."""
    where = str(path)
    library = _NOT_FOUND.search(message)
    if library:
        name = next(group for group in library.groups() if group)
        return InputError(
            f"the library `{name}` is not found, which provides imports of the component",
            where=where,
            help="build it; installed or moved files find each other by the run path or LD_LIBRARY_PATH",
        )
    functions = [wit for word in re.findall(r"\w+", message) if (wit := demangle(word))]
    if functions:
        return InputError(
            f"nothing that is loaded provides the import `{functions[0]}`",
            where=where,
            help="name a library that provides it: `--with libNAME.so`",
        )
    return InputError(f"the file cannot be loaded here: {message.removeprefix(f'{path.resolve()}: ')}", where=where)
