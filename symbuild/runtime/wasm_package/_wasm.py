"""What a package on wasm runs: one instance of the component's core module, in wasmtime.

The generated ``_glue.py`` lifts and lowers by the Canonical ABI with what is here. A call converts its arguments
first, into blocks of bytes: user code may run then, and may fail, but nothing was taken. Only then the instance is
locked, room for the blocks is asked of the component, and the function is called. While the result is read, no code of
the component runs, so the memory stays where it is.

wasmtime's own calls take some hundred steps of Python each, so functions are called by its C API: a row of numbers goes
in, a number comes out, or a trap. A core value is an unsigned number, or a float.
"""

from __future__ import annotations

import contextlib
import ctypes
import struct
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from threading import Lock, RLock, get_ident
from types import TracebackType
from typing import Any, NoReturn, Self, SupportsIndex

import wasmtime
from wasmtime import _ffi, _func

from . import _wasi
from ._values import I32, Block, Trap, in_range, mistyped

# The C API: context, function, values, how many, trap -> error. With the interpreter's lock, and without.
_INVOKE = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p)
_invoke_locked = ctypes.PYFUNCTYPE(*_INVOKE)(("wasmtime_func_call_unchecked", _ffi.dll))
_invoke_free = ctypes.CFUNCTYPE(*_INVOKE)(("wasmtime_func_call_unchecked", _ffi.dll))
_OF_MEMORY = (ctypes.c_size_t, ctypes.c_void_p, ctypes.c_void_p)
_memory_data = ctypes.PYFUNCTYPE(*_OF_MEMORY)(("wasmtime_memory_data", _ffi.dll))
_memory_size = ctypes.PYFUNCTYPE(*_OF_MEMORY)(("wasmtime_memory_data_size", _ffi.dll))

# Sections of a component's file.
_CORE_MODULE, _NESTED_COMPONENT = 1, 4
# How the C API holds core values, each in 16 bytes.
_RAW = {"i32": "I12x", "ptr": "I12x", "len": "I12x", "i64": "Q8x", "f32": "f12x", "f64": "d8x"}


# ---- resources -------------------------------------------------------------------------------------------------------
# What changes in an object of Python's is changed by one thread at a time.
_objects = RLock()


class Resource:
    """An object of the component that Python owns. The classes of resources derive from it."""

    __slots__ = ("_end", "_given", "_lent", "_rep")
    _rep: int | None
    _end: Callable[[int], None]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with _objects:
            if getattr(self, "_lent", False):
                raise ValueError(f"{self!r} is lent to a call")
            if getattr(self, "_given", False):
                raise ValueError(f"{self!r} is given to a call")
            rep, self._rep = getattr(self, "_rep", None), None
        if rep is not None:
            self._end(rep)

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError(f"cannot pickle {type(self).__name__!r} object")

    def __del__(self) -> None:
        rep, self._rep = getattr(self, "_rep", None), None
        if rep is not None:
            self._end(rep)


# A handle's number, and what the instance has under it.
_Box = tuple[int, tuple[tuple[str, str], Any]]


class Handles:
    """The objects that a call lends and gives. They are given once it is made, and lent until it is over.

    Objects of the component are Python's by their addresses; those that Python provides are the component's by handles.
    """

    __slots__ = ("_given", "_given_boxes", "_instance", "_lent", "_lent_boxes", "place")

    def __init__(self, instance: Instance, place: str) -> None:
        self._instance, self.place = instance, place
        self._lent: list[Any] = []
        self._given: list[tuple[Any, tuple[str, str], int]] = []
        self._lent_boxes: list[_Box] = []
        self._given_boxes: list[_Box] = []

    def __enter__(self) -> Handles:
        return self

    def __exit__(self, *_: object) -> None:
        with _objects:
            for value in self._lent:
                value._lent -= 1
            for value, key, index in self._given:
                value._given = False
                self._instance.taken(key, index)
            for box in (*self._lent_boxes, *self._given_boxes):
                self._instance.end(box)

    def made(self) -> None:
        """The call is made now: what it is given is Python's no more."""
        for value, _, _ in self._given:
            value._rep = None
            value._given = False
        self._given.clear()
        self._given_boxes.clear()

    def lend(self, value: Any, cls: type[Any]) -> int:
        """What the component calls an object."""
        with _objects:
            rep = self._usable(value, cls)
            value._lent += 1
            self._lent.append(value)
            return rep

    def give(self, value: Any, cls: type[Any], key: tuple[str, str]) -> int:
        """The handle by which the component finds an object that it is given."""
        with _objects:
            if type(value) is cls and getattr(value, "_lent", False):
                raise ValueError(f"{self.place}: the resource is lent, and cannot be given away")
            index = self._instance.new(key, self._usable(value, cls))
            value._given = True
            self._given.append((value, key, index))
            return index

    def lend_object(self, value: Any, key: tuple[str, str]) -> int:
        """A handle of an object of Python's, for as long as the call takes."""
        box = self._instance.box(key, value, lent=True)
        self._lent_boxes.append(box)
        return box[0]

    def give_object(self, value: Any, key: tuple[str, str]) -> int:
        """A handle of an object of Python's, for the component."""
        box = self._instance.box(key, value)
        self._given_boxes.append(box)
        return box[0]

    def _usable(self, value: Any, cls: type[Any]) -> int:
        if type(value) is not cls:
            mistyped(self.place, cls, value)
        rep: int | None = getattr(value, "_rep", None)
        if rep is None:
            raise ValueError(f"{self.place}: the resource was dropped or given away")
        if value._given:
            raise ValueError(f"{self.place}: the resource is given away in the same call")
        return rep


# ---- the instance ----------------------------------------------------------------------------------------------------
class Function:
    """An exported core function, which ``place`` names. ``releases``: others may run Python while it runs."""

    __slots__ = (
        "_address",
        "_invoke",
        "_kept",
        "_pack",
        "_raw",
        "_room",
        "_size",
        "_unpack",
        "instance",
        "place",
        "post",
    )

    def __init__(
        self,
        instance: Instance,
        name: str,
        params: str,
        result: str,
        place: str,
        post: str = "",
        releases: bool = False,
    ) -> None:
        self.instance, self.place = instance, place
        self._kept = instance.export(name)
        self._address = ctypes.addressof(self._kept._func)
        cores = params.split()
        self._size = max(len(cores), 1)
        self._room = ctypes.create_string_buffer(16 * self._size)
        self._raw = ctypes.addressof(self._room)
        self._pack = struct.Struct("<" + "".join(map(_RAW.__getitem__, cores))).pack_into
        self._unpack = struct.Struct("<" + _RAW[result][0]).unpack_from if result else None
        self._invoke = _invoke_free if releases else _invoke_locked
        self.post = Function(instance, post, result, "", place) if instance.has(post) else None

    def __call__(self, *args: Any) -> Any:
        """Call it with numbers; the number that it returns."""
        self.instance.lock(self.place)
        try:
            return self.invoke(*args)
        finally:
            self.instance.unlock()

    def enter(self, *args: Any) -> tuple[Any, memoryview]:
        """Call it with numbers and blocks; what it returns and the memory, which stay until ``leave``."""
        instance = self.instance
        instance.lock(self.place)
        try:
            found = self.invoke(*instance.lowered(args, self.place))
            return found, instance.memory()
        except BaseException:
            instance.unlock()
            raise

    def leave(self, found: Any) -> None:
        """What it returned was read: have it freed."""
        try:
            if self.post is not None and self.instance.failure is None:
                self.post.invoke(found)
        finally:
            self.instance.unlock()

    def invoke(self, *args: Any) -> Any:
        """Call it, with the instance locked."""
        instance = self.instance
        self._pack(self._room, 0, *args)
        error = self._invoke(instance.context, self._address, self._raw, self._size, instance.trap_address)
        if error or instance.trap:
            instance.fail(self.place, error)
        return self._unpack(self._room)[0] if self._unpack is not None else None


Provider = Callable[..., "int | float | None"]
_NONE: Mapping[tuple[str, str], Provider] = {}


class Instance:
    """An instance of the core module, with its handles and its memory."""

    def __init__(
        self, path: Path, resources: tuple[tuple[str, str], ...], provided: Mapping[tuple[str, str], Provider] = _NONE
    ) -> None:
        self._provided = provided
        self._raised: Exception | None = None  # by what provides an import
        self.failure: str | None = None
        self.handles: dict[int, tuple[tuple[str, str], Any]] = {}
        self._free: list[int] = []
        self._on_loan: set[int] = set()  # handles of Python's objects that end with a call
        self._lock, self._owner = Lock(), 0
        self._ending: deque[tuple[Function, int]] = deque()
        self.trap = ctypes.c_void_p()
        self.trap_address = ctypes.addressof(self.trap)
        self._store = wasmtime.Store(_engine())
        self.context: int = ctypes.cast(self._store._context(), ctypes.c_void_p).value or 0
        self._wasi = _wasi.Wasi(self)
        module = wasmtime.Module(self._store.engine, core_module(path))
        instance = self._linker(module).instantiate(self._store, module)
        self._exports = instance.exports(self._store)
        self._memory: Any = self.export("memory")
        self._memory_address = ctypes.addressof(self._memory._memory)
        self._view, self._at = memoryview(b""), (0, 0)
        self._dtors: dict[tuple[str, str], Function] = {}
        if "_initialize" in self._exports:
            Function(self, "_initialize", "", "", "the component's initialisation")()
        has_realloc = "cabi_realloc" in self._exports
        self._realloc = (
            Function(self, "cabi_realloc", "i32 i32 i32 i32", "i32", "cabi_realloc") if has_realloc else None
        )
        for module_name, resource in resources:
            name = f"{module_name}#[dtor]{resource}"
            if name in self._exports:
                self._dtors[module_name, resource] = Function(self, name, "i32", "", name)

    def has(self, name: str) -> bool:
        """Whether the module has an export."""
        return name in self._exports

    def export(self, name: str) -> Any:
        """An export of the module. Raises ImportError where it has none of this name."""
        try:
            return self._exports[name]
        except KeyError:
            raise ImportError(f"the component's module lacks the export {name}") from None

    # -- calls ---------------------------------------------------------------------------------------------------------
    def lock(self, place: str) -> None:
        """Let no other thread call the component. Raises Trap where it can be called no more."""
        me = get_ident()
        if self._owner == me:
            raise RuntimeError(f"{place}: the component is in a call of this thread already")
        self._lock.acquire()
        if self.failure is not None:
            self._lock.release()
            raise Trap(f"{place}: cannot be called any more, since {self.failure}")
        self._owner = me

    def unlock(self) -> None:
        """Let others, once what ended meanwhile is dropped."""
        self._owner = 0
        self._lock.release()
        if self._ending:
            self._drain()

    def fail(self, place: str, error: int | None) -> NoReturn:
        """Raise Trap for what has ended a call."""
        self.failure = f"{place} trapped"
        what: object
        exit_code: int | None = None
        if error:
            found = wasmtime.WasmtimeError._from_ptr(ctypes.cast(error, ctypes.POINTER(_ffi.wasmtime_error_t)))
            exit_code = found.code if isinstance(found, wasmtime.ExitTrap) else None
            what = found
        else:
            trap, self.trap.value = ctypes.cast(self.trap, ctypes.POINTER(_ffi.wasm_trap_t)), None
            what = wasmtime.Trap._from_ptr(trap)
        try:
            _func.maybe_raise_last_exn()
        except _wasi.Exit as exit:
            exit_code = exit.code
        except Exception as mine:
            if mine is self._raised:
                raise Trap(f"{place}: {type(mine).__name__}: {mine}") from mine
            what = mine
        if exit_code is None:
            raise Trap(f"{place}: {str(what).strip()}")
        self.failure = f"{place} ended it"
        raise Trap(f"{place}: it ended the process, with status {exit_code}")

    # -- memory --------------------------------------------------------------------------------------------------------
    def memory(self) -> memoryview:
        """The memory where it is now: whenever code of the component runs, it may grow and move."""
        at = _memory_data(self.context, self._memory_address), _memory_size(self.context, self._memory_address)
        if at != self._at:
            self._view = memoryview((ctypes.c_ubyte * at[1]).from_address(at[0])).cast("B")
            self._at = at
        return self._view

    def allocate(self, size: int, align: int, place: str) -> int:
        """Room that the component gives."""
        if self._realloc is None:
            raise Trap(f"{place}: the component exports no cabi_realloc")
        found = int(self._realloc.invoke(0, 0, align, size))
        in_range(self.memory(), found, size, 1, align, place)
        return found

    def lowered(self, args: tuple[Any, ...], place: str) -> list[Any]:
        """The arguments, with blocks written to memory and their addresses in their place."""
        blocks: list[Block] = []
        for arg in args:
            if type(arg) is Block:
                self._place(arg, blocks, place)
        if blocks:
            self._write(blocks)
        return [arg.address if type(arg) is Block else arg for arg in args]

    def hand_over(self, result: Block, address: int, place: str) -> None:
        """Write an import's result to the room that the component has for it; what it refers to gets room there."""
        in_range(self.memory(), address, len(result.data), 1, result.align, place)
        blocks = [result]
        for _, inner in result.pointers:
            self._place(inner, blocks, place)
        result.address = address
        self._write(blocks)

    def _write(self, blocks: Iterable[Block]) -> None:
        memory = self.memory()
        for block in blocks:
            for offset, inner in block.pointers:
                I32.pack_into(block.data, offset, inner.address)
            memory[block.address : block.address + len(block.data)] = block.data

    def _place(self, block: Block, placed: list[Block], place: str) -> None:
        """Find room for a block and all that it refers to. What is empty is nowhere, but aligned."""
        size = len(block.data)
        if not size:
            block.address = block.align
            return
        block.address = self.allocate(size, block.align, place)
        placed.append(block)
        for _, inner in block.pointers:
            self._place(inner, placed, place)

    # -- resources -----------------------------------------------------------------------------------------------------
    def new(self, key: tuple[str, str], rep: Any) -> int:
        """A handle of an object, for the component."""
        with _objects:
            index = self._free.pop() if self._free else len(self.handles) + 1
            self.handles[index] = (key, rep)
            return index

    def box(self, key: tuple[str, str], value: Any, *, lent: bool = False) -> _Box:
        """A handle of an object of Python's."""
        with _objects:
            index = self.new(key, value)
            if lent:
                self._on_loan.add(index)
            return index, self.handles[index]

    def given(self, key: tuple[str, str], index: int) -> Any:
        """The object of a handle that the component gives away. Raises Trap where it is none, or only lent."""
        if index in self._on_loan:
            raise Trap(f"handle {index} of {key[0]}#{key[1]} is lent, and cannot be given away")
        return self.taken(key, index)

    def end(self, box: _Box) -> None:
        """End a handle, unless its number is another's by now."""
        index, entry = box
        with _objects:
            if self.handles.get(index) is entry:
                self._on_loan.discard(index)
                del self.handles[index]
                self._free.append(index)

    def rep(self, key: tuple[str, str], index: int) -> Any:
        """What is behind a handle: the address of a component's object, or Python's. Raises Trap where it is none."""
        found = self.handles.get(index)
        if found is None or found[0] != key:
            raise Trap(f"handle {index} is none of {key[0]}#{key[1]}")
        return found[1]

    def taken(self, key: tuple[str, str], index: int) -> Any:
        """What is behind a handle, which ends."""
        with _objects:
            rep = self.rep(key, index)
            self._on_loan.discard(index)
            del self.handles[index]
            self._free.append(index)
            return rep

    def made(self, cls: type, key: tuple[str, str], index: int) -> Any:
        """The object of Python that a handle becomes."""
        made: Any = object.__new__(cls)
        made._rep, made._lent, made._given = None, 0, False
        dtor = self._dtors.get(key)
        made._end = (lambda rep: None) if dtor is None else (lambda rep: self._end(dtor, rep))
        made._rep = self.taken(key, index)
        return made

    def _end(self, dtor: Function, rep: int) -> None:
        """End an object now, or once a call is over: objects also end in the middle of one."""
        self._ending.append((dtor, rep))
        self._drain()

    def _drain(self) -> None:
        while self._ending and self._lock.acquire(blocking=False):
            self._owner = get_ident()
            try:
                while self._ending and self.failure is None:
                    dtor, rep = self._ending.popleft()
                    dtor.invoke(rep)
                self._ending.clear()
            finally:
                self._owner = 0
                self._lock.release()

    # -- imports -------------------------------------------------------------------------------------------------------
    def _linker(self, module: wasmtime.Module) -> wasmtime.Linker:
        linker = wasmtime.Linker(self._store.engine)
        if any(imported.module == "wasi_snapshot_preview1" for imported in module.imports):
            wasi = wasmtime.WasiConfig()
            wasi.inherit_stdout()
            wasi.inherit_stderr()
            self._store.set_wasi(wasi)
            linker.define_wasi()
        for imported in module.imports:
            if imported.module != "wasi_snapshot_preview1":
                name = imported.name or ""
                found = self._provider(imported.module, name) or self._intrinsic(imported.module, name)
                found = found or self._wasi.function(imported.module, name)
                if found is None or not isinstance(imported.type, wasmtime.FuncType):
                    raise ImportError(f"the component imports {imported.module}#{name}, and nothing provides it")
                linker.define_func(imported.module, name, imported.type, found)
        return linker

    def _provider(self, module: str, name: str) -> Provider | None:
        """What Python has for an import, where it has something."""
        function = self._provided.get((module, name))

        def call(*args: Any) -> Any:
            assert function
            try:
                return function(*args)
            except Exception as error:
                self._raised = error
                raise

        return call if function else None

    def _intrinsic(self, module: str, name: str) -> Callable[..., int | None] | None:
        """What the Canonical ABI has for the maker of a resource."""
        what, _, resource = name.partition("]")
        key = module.removeprefix("[export]"), resource
        if module == key[0]:
            return None
        match what:
            case "[resource-new":
                return lambda rep: self.new(key, rep & 0xFFFFFFFF)
            case "[resource-rep":
                return lambda index: self.rep(key, index & 0xFFFFFFFF)
            case "[resource-drop":
                return lambda index: self._drop(key, index & 0xFFFFFFFF)
            case _:
                return None

    def _drop(self, key: tuple[str, str], index: int) -> None:
        """The component drops a handle that it owns."""
        rep, dtor = self.taken(key, index), self._dtors.get(key)
        if dtor is not None:
            dtor.invoke(rep)


def core_module(path: Path) -> bytes:
    """The component's code: its first core module. What follows that stands between it and WASI, as we do.

    Component model, ``Binary.md``: a section is an id, a size in LEB128, content. Raises ImportError for a file that is
    no component, or one of several components.
    """
    try:
        file = path.read_bytes()
    except OSError as error:
        raise ImportError(f"the package lacks the component's file {path.name}: {error.strerror}") from None
    if file[:8] == b"\0asm\1\0\0\0":
        return file
    at = 8
    while file[:8] == b"\0asm\x0d\0\1\0" and at < len(file):
        kind, at, size, shift = file[at], at + 1, 0, 0
        while True:
            size |= (file[at] & 0x7F) << shift
            at, shift = at + 1, shift + 7
            if file[at - 1] < 0x80:
                break
        if kind == _NESTED_COMPONENT:
            raise ImportError("the component is composed of several: fuse them (`symbuild fuse`), and take that")
        if kind == _CORE_MODULE:
            return file[at : at + size]
        at += size
    raise ImportError(f"{path.name} is no WebAssembly component")


def _engine() -> wasmtime.Engine:
    """Compiled code is kept where wasmtime keeps it, if there is such a place."""
    config = wasmtime.Config()
    with contextlib.suppress(wasmtime.WasmtimeError):
        config.cache = True
    return wasmtime.Engine(config)
