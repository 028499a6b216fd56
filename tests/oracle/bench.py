"""The test bench: write and read values through the walk, and make whole calls between two languages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from oracle.boxes import MADE, OPERATIONS, OTHER, Seen, boxes
from oracle.languages import OBJECTS
from oracle.random_calls import Call
from symbuild.abi.convention import CANONICAL_IMPORT, SYMMETRIC, Convention
from symbuild.abi.flatten import Core, CoreSignature, core_signature
from symbuild.abi.glue import Glue, export_glue, import_glue
from symbuild.abi.heap import Heap, Holding
from symbuild.abi.interp import Frame, Language, Machine
from symbuild.abi.layout import HandleForm, extent
from symbuild.abi.nodes import Expr, Mode, Var
from symbuild.abi.place import FlatSink, FlatSource, Memory, Source
from symbuild.abi.reference import Codec
from symbuild.abi.walk import Subroutines, Walk
from symbuild.model.types import Handle, Type, tuple_of
from symbuild.model.world import Function

PLACE = "test:calls/i#f"
BORROW = Handle(OTHER, owned=False)


def core_types(cores: Sequence[Core], pointer: int) -> tuple[str, ...]:
    """Core types as the specification prints them, for one pointer width."""
    address = "i32" if pointer == 4 else "i64"
    return tuple(address if core in ("ptr", "len") else core for core in cores)


# A value lies at an address, or is flat.
At = int | Sequence[Any]


@dataclass(slots=True)
class Bench:
    """One component's memory and language, and walks over it outside of any call."""

    language: Language
    handle: HandleForm
    heap: Heap
    subroutines: Subroutines = field(default_factory=Subroutines)
    # The table of the resource that the component makes, and what it knows of another one's.
    operations: int = OPERATIONS
    foreign: dict[tuple[int, str], Callable[..., Any]] = field(default_factory=dict)
    given: list[int] = field(default_factory=list)
    dropped: list[int] = field(default_factory=list)

    @property
    def machine(self) -> Machine:
        """What runs whole pieces of glue here."""
        made = {MADE: self.operations}
        return Machine(self.heap, self.language, self.subroutines, made, self.foreign, self.given, self.dropped)

    @property
    def codec(self) -> Codec:
        """The specification's own loads and stores, on this memory."""
        return Codec(self.heap, self.heap.pointer if self.handle == "pointer" else 4, "surrogateescape")

    @property
    def seen(self) -> Codec:
        """Loads what the component's user is shown."""
        return Seen(self.heap, self.codec.handle, "surrogateescape")

    def area(self, t: Type, holding: Holding = "static") -> int:
        """Room for a value."""
        size, align = extent(t, self.handle)
        return self.heap.allocate(size.at(self.heap.pointer), align.at(self.heap.pointer), holding)

    def store(self, t: Type, value: Any, address: int, holding: Holding) -> None:
        """Write a value as the specification's text does, what it refers to held so."""
        self.codec.store(t, value, address, lambda size, align: self.heap.allocate(size, align, holding))

    def write(self, t: Type, value: Any, address: int) -> None:
        """Write a value through the walk, giving away what it refers to."""
        walk = self._walk()
        walk.write_whole(t, Var("value"), walk.memory(Var("at")), given=True)
        self._run(walk, {"value": value, "at": address}, owed=t)

    def lower(self, t: Type, value: Any) -> list[Any]:
        """The flat form of a value, giving away what it refers to."""
        walk, sink = self._walk(), FlatSink(self.handle)
        walk.write(t, Var("value"), sink, given=True, moved=False)
        return self._run(walk, {"value": value}, *sink.slots)

    def read(self, t: Type, at: At, mode: Mode = "adopt") -> Any:
        """Read a value through the walk."""
        walk, (source, env) = self._walk(), self._source(at)
        return self._run(walk, env, walk.read(t, source, mode))[0]

    def free(self, t: Type, at: At) -> None:
        """Free what a value refers to."""
        walk, (source, env) = self._walk(), self._source(at)
        walk.free(t, source)
        self._run(walk, env)

    def _source(self, at: At) -> tuple[Source, dict[str, Any]]:
        if isinstance(at, int):
            return Memory(self.handle, Var("at")), {"at": at}
        env = {f"flat{i}": core for i, core in enumerate(at)}
        return FlatSource(self.handle, tuple(map(Var, env))), env

    def _walk(self) -> Walk:
        walk = Walk(SYMMETRIC if self.handle == "pointer" else CANONICAL_IMPORT, self.language.traits, self.subroutines)
        walk.where = PLACE
        return walk

    def _run(self, walk: Walk, env: dict[str, Any], *wanted: Expr, owed: Type | None = None) -> list[Any]:
        frame = Frame(self.machine, self.handle, env, may_scratch=walk.uses_scratch)
        frame.owe(owed)
        frame.run(walk.body)
        found = [frame.value(x) for x in wanted]
        frame.leave()
        return found


@dataclass(slots=True)
class User:
    """An exported function's author: remembers what it was called with, returns what it was told to."""

    result: Any
    seen: list[Any] = field(default_factory=list)

    def __call__(self, *args: Any) -> Any:
        self.seen.append(list(args))
        return self.result


def symmetric_call(call: Call, as_seen: Call, caller: Language, callee: Language, heap: Heap) -> None:
    """Make a call across the symmetric ABI, both sides in one memory: the arguments and the result come through, owned
    handles change hands once, and nothing stays allocated."""
    near, far = Bench(caller, "pointer", heap), Bench(callee, "pointer", heap)
    user = User(as_seen.result)
    assert core_signature(call.function, SYMMETRIC) == core_signature(as_seen.function, SYMMETRIC)
    made_call(call, near, exporter(as_seen.function, far, user))
    assert user.seen == [as_seen.args]
    assert sorted(far.given) == call.returned
    assert far.dropped == []


def made_call(call: Call, near: Bench, core: Callable[..., Any]) -> None:
    """The caller's side of a call across the symmetric ABI."""
    before = boxes_in(near.heap)
    glue = import_glue(call.function, SYMMETRIC, near.language.traits, near.subroutines, PLACE)
    got = near.machine.run_import(glue, call.args, core)
    assert got == call.result
    assert sorted(near.given) == call.given
    assert near.dropped == []
    assert near.heap.alive() == {}
    assert boxes_in(near.heap) == before, "a handle is not what it was"


def exporter(f: Function, far: Bench, user: Callable[..., Any]) -> Callable[..., Any]:
    """The core function of the callee's side."""
    glue = export_glue(f, SYMMETRIC, far.language.traits, far.subroutines, PLACE)
    assert glue.post_return is None

    def core(*cores: Any) -> Any:
        assert len(cores) == len(glue.signature.params)
        return far.machine.run_export(glue, cores, user)

    return core


def boxes_in(heap: Heap) -> list[bytes]:
    """The bytes that the handles of a memory point at."""
    of = boxes(heap.pointer)
    return [heap.read(handle, 2 * heap.pointer) for handle in (*of.handles, of.foreign, of.dropped)]


@dataclass(frozen=True, slots=True)
class Side:
    """One end of a bridged call."""

    language: Language
    row: Convention
    pointer: int


def bridged_call(call: Call, caller: Side, callee: Side) -> None:
    """Make a call from one memory, and possibly ABI and pointer width, into another. The bridge between them reads what
    one side wrote and writes what the other reads: fusion, a host, or messages."""
    f = call.function
    near = Bench(caller.language, caller.row.handle, Heap(caller.pointer))
    far = Bench(callee.language, callee.row.handle, Heap(callee.pointer))
    imported = import_glue(f, caller.row, caller.language.traits, near.subroutines, PLACE)
    exported = export_glue(f, callee.row, callee.language.traits, far.subroutines, PLACE)
    user = User(call.result)

    bridge = Bridge(
        f,
        Bench(OBJECTS, caller.row.handle, near.heap),
        Bench(OBJECTS, callee.row.handle, far.heap),
        imported.signature,
        exported,
    )

    def core(*cores: Any) -> Any:
        values = bridge.read_args(cores)
        inner = bridge.write_args(values)
        returned = far.machine.run_export(exported, inner, user)
        value = bridge.read_result(inner, returned)
        if exported.post_return is not None:
            far.machine.run_post_return(exported, returned)
        return bridge.write_result(value, cores)

    got = near.machine.run_import(imported, call.args, core)
    assert user.seen == [call.args]
    assert got == call.result
    assert (sorted(near.given), sorted(far.given)) == (call.given, call.returned)
    assert near.dropped == []
    # A language that takes bytes with borrows in them as they are leaves dropping those to its user.
    if not callee.language.traits.same_bytes(BORROW):
        assert sorted(far.dropped) == (call.lent if callee.row.drops_borrows else [])
    assert near.heap.alive() == {}
    assert far.heap.alive() == {}


@dataclass(frozen=True, slots=True)
class Bridge:
    """Between the core function one side calls and the one the other side defines: four steps of one call."""

    f: Function
    near: Bench
    far: Bench
    called: CoreSignature
    exported: Glue

    @property
    def params(self) -> Type:
        """All parameters at once: their flat form is that of each in turn."""
        return tuple_of(*(p.type for p in self.f.params))

    def read_args(self, cores: Sequence[Any]) -> Any:
        """What the caller lent."""
        flat = cores[: len(cores) - (self.called.area == "out")]
        return self.near.read(self.params, cores[0] if self.called.spilled else flat, "copy")

    def write_args(self, values: Any) -> list[Any]:
        """The callee's core arguments."""
        if self.exported.signature.spilled:
            cores = [self.far.area(self.params, "given" if self.exported.row.params == "given" else "static")]
            self.far.write(self.params, values, cores[0])
        else:
            cores = self.far.lower(self.params, values)
        if self.exported.signature.area == "out" and self.f.result:
            cores.append(self.far.area(self.f.result))
        return cores

    def read_result(self, cores: Sequence[Any], returned: Any) -> Any:
        """The callee's result; then what it was lent is freed."""
        value = None
        if self.f.result:
            at = {"out": cores[-1:], "returned": [returned], None: []}[self.exported.signature.area]
            mode: Mode = "adopt" if self.exported.row.freed_by == "receiver" else "copy"
            value = self.far.read(self.f.result, at[0] if at else [returned], mode)
        if self.exported.row.params == "lent":
            flat = cores[: len(cores) - (self.exported.signature.area == "out")]
            self.far.free(self.params, cores[0] if self.exported.signature.spilled else flat)
        return value

    def write_result(self, value: Any, cores: Sequence[Any]) -> Any:
        """What the caller's core call returns."""
        if not self.f.result:
            return None
        if self.called.area == "out":
            self.near.write(self.f.result, value, cores[-1])
            return None
        return self.near.lower(self.f.result, value)[0]
