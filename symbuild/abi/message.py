"""Calls between processes: how core values become a message, and a message core values again.

A message is the image of what a call passes, laid out as in memory. Its blocks follow each other as the walk meets
them, a block before what its elements refer to, element by element: so a receiver knows where each lies, and has to
check nothing but lengths. Pointers in it are zero and never looked at; a handle is a number of the connection's.

Four verbs: *spill* (flat to memory) and *unspill* (back), *pack* (memory to message) and *take* (message to memory, in
place). A type all of whose byte patterns are values needs no walk: it is copied with the block it is in.
"""

from __future__ import annotations

from functools import cache, partial
from typing import assert_never

from symbuild.abi.convention import SYMMETRIC
from symbuild.abi.flatten import CoreSignature, core_signature, flatten
from symbuild.abi.glue import Glue, core_param, forward, param_sources, params_tuple, spilled_params
from symbuild.abi.layout import SCALAR_ACCESS, bits_access, bits_words, discriminant_access, extent
from symbuild.abi.nodes import (
    ADDRESS,
    TO,
    Attempt,
    Block,
    Branch,
    BranchArm,
    Buffer,
    CallCore,
    CallSubroutine,
    CheckRange,
    CheckScalar,
    CheckText,
    Const,
    Cross,
    Each,
    Expr,
    FromCore,
    Return,
    SendBlock,
    SendHandle,
    Store,
    Subroutine,
    TakeBlock,
    TakeHandle,
    TakeInto,
    ToCore,
    Var,
)
from symbuild.abi.place import FlatSink, FlatSource, Memory, coerce
from symbuild.abi.resources import handles_in, is_drop
from symbuild.abi.walk import BYTE, Subroutines, Traits, Walk, has_invalid_bits, is_enum, owns_memory
from symbuild.abi.width import Width
from symbuild.model.types import Bits, Channel, FixedSeq, Handle, Named, Product, Scalar, Seq, Sum, Text, Type, shape
from symbuild.model.world import Function

ONE = Const(1)
# What lies at the border is the ABI's own; no language looks at it.
AS_IT_LIES = Traits(lambda t: True, utf8=True, views=True, moves=True)


def is_plain(t: Type) -> bool:
    """Whether every byte pattern is a value of ``t``: it refers to nothing, and nothing of it has to be checked."""
    return not has_invalid_bits(t, handles=True)


def refers_on(t: Type) -> bool:
    """Whether a message's image of ``t`` is more than its bytes: blocks it refers to, or handles."""
    return owns_memory(t) or bool(handles_in(t))


@cache
def can_cross(t: Type) -> bool:
    """Whether a value can be sent: streams and futures cannot yet."""
    match shape(t):
        case Channel():
            return False
        case Seq(elem) | FixedSeq(elem):
            return can_cross(elem)
        case Product(fields):
            return all(can_cross(f.type) for f in fields)
        case Sum(cases):
            return all(c.type is None or can_cross(c.type) for c in cases)
        case Scalar() | Text() | Bits() | Handle():
            return True
        case unknown:
            assert_never(unknown)


class MessageWalk(Walk):
    """Builds the glue of one call between processes."""

    def __init__(self, subroutines: Subroutines) -> None:
        super().__init__(SYMMETRIC, AS_IT_LIES, subroutines)

    def fresh(self) -> MessageWalk:
        """A walk of the same kind with nothing emitted."""
        return MessageWalk(self.subroutines)

    # -- spill, unspill: between flat values and memory ----------------------------------------------------------------
    def spill(self, t: Type, at: FlatSource, to: Memory) -> None:
        """Write a value's core values to memory, narrow ones cut to what they mean; traps on a case out of range."""
        match shape(t):
            case Scalar(name):
                to.put(self, SCALAR_ACCESS[name], self._proper(t, at.slots[0]))
            case Text() | Seq():
                to.put_pair(self, *at.pair())
            case FixedSeq(elem, n):
                self._spill_parts([elem] * n, at, to)
            case Product(fields):
                self._spill_parts([f.type for f in fields], at, to)
            case Bits() as b if bits_words(b) == 1:
                to.put(self, bits_access(b), at.slots[0])
            case Bits() as b:
                self._spill_parts([Scalar("u32")] * bits_words(b), at, to)
            case Handle():
                to.put(self, "ptr", at.slots[0])
            case Sum() as s if is_enum(s):
                to.put(self, discriminant_access(s), self._proper(t, at.slots[0]))
            case Sum() as s:
                self._spill_sum(t, s, at, to)
            case Channel():
                raise _no_channels()
            case unknown:
                assert_never(unknown)

    def _proper(self, t: Type, core: Expr) -> Expr:
        return ToCore(t, FromCore(t, core, self.where))

    def _spill_parts(self, types: list[Type], at: FlatSource, to: Memory) -> None:
        for of, source, place in zip(types, at.parts(types), to.parts(types), strict=True):
            self.spill(of, source, place)

    def _spill_sum(self, t: Type, s: Sum, at: FlatSource, to: Memory) -> None:
        def fill(case: int, of: Type | None) -> None:
            to.put(self, discriminant_access(s), Const(case))
            if of:
                self.spill(of, at.payload(s, case), to.payload(s, case))

        arms = [BranchArm(i, self.nested(partial(fill, i, case.type))[0]) for i, case in enumerate(s.cases)]
        self.emit(Branch(s, t, at.slots[0], tuple(arms), None, self.where))

    def unspill(self, t: Type, at: Memory, to: FlatSink) -> None:
        """Add the core values of a value in memory, which was checked."""
        match shape(t):
            case Scalar(name):
                to.put(self, SCALAR_ACCESS[name], at.get(SCALAR_ACCESS[name]))
            case Text() | Seq():
                to.put_pair(self, *at.pair())
            case FixedSeq(elem, n):
                self._unspill_parts([elem] * n, at, to)
            case Product(fields):
                self._unspill_parts([f.type for f in fields], at, to)
            case Bits() as b if bits_words(b) == 1:
                to.put(self, bits_access(b), at.get(bits_access(b)))
            case Bits() as b:
                self._unspill_parts([Scalar("u32")] * bits_words(b), at, to)
            case Handle():
                to.put(self, "ptr", at.get("ptr"))
            case Sum() as s if is_enum(s):
                to.put(self, discriminant_access(s), at.get(discriminant_access(s)))
            case Sum() as s:
                self._unspill_sum(t, s, at, to)
            case Channel():
                raise _no_channels()
            case unknown:
                assert_never(unknown)

    def _unspill_parts(self, types: list[Type], at: Memory, to: FlatSink) -> None:
        for of, place in zip(types, at.parts(types), strict=True):
            self.unspill(of, place, to)

    def _unspill_sum(self, t: Type, s: Sum, at: Memory, to: FlatSink) -> None:
        joined = flatten(t, self.handle)
        out = tuple((self.name("flat"), core) for core in joined)
        arms = []
        for i, case in enumerate(s.cases):
            run = FlatSink(self.handle)
            run.slots.append(Const(i))
            body = self.nested(partial(self.unspill, case.type, at.payload(s, i), run))[0] if case.type else ()
            own = ("i32", *(flatten(case.type, self.handle) if case.type else ()))
            yields = [coerce(have, want, slot) for have, want, slot in zip(own, joined, run.slots, strict=False)]
            yields += [Const(0, core) for core in joined[len(yields) :]]
            arms.append(BranchArm(i, body, yields=tuple(yields)))
        self.emit(Branch(s, t, at.get(discriminant_access(s)), tuple(arms), None, self.where, out))
        to.slots.extend(Var(name) for name, _ in out)

    # -- pack: memory to message ---------------------------------------------------------------------------------------
    def pack(self, t: Type, at: Memory, to: Memory) -> None:
        """Send what the value at ``at`` refers to; its bytes are at ``to`` in the message already."""
        if not refers_on(t):
            return
        if (definition := self._subroutine_of(t)) is not None:
            verb = Subroutine("pack", definition)
            self._built(verb)
            self.emit(CallSubroutine(verb, at.address, at.offset, self.where, to=to.address, to_offset=to.offset))
            return
        match shape(t):
            case Text():
                self._pack_block(at, to, BYTE, BYTE, plain=False)
            case Seq(elem):
                self._pack_seq(elem, at, to)
            case FixedSeq(elem, n):
                self._pack_parts([elem] * n, at, to)
            case Product(fields):
                self._pack_parts([f.type for f in fields], at, to)
            case Sum() as s:
                self._branch(t, s, at, lambda of, _: self.pack(of, at.payload(s, 0), to.payload(s, 0)))
            case Handle():
                to.put(self, "ptr", SendHandle(t, at.get("ptr"), self.where))
            case Channel():
                raise _no_channels()
            case Scalar() | Bits():
                pass
            case unknown:
                assert_never(unknown)

    def _pack_parts(self, types: list[Type], at: Memory, to: Memory) -> None:
        for of, source, place in zip(types, at.parts(types), to.parts(types), strict=True):
            self.pack(of, source, place)

    def _pack_seq(self, elem: Type, at: Memory, to: Memory) -> None:
        size, align = extent(elem, self.handle)
        if not refers_on(elem):
            self._pack_block(at, to, size, align, plain=is_plain(elem))
            return
        sent = self.name("sent")
        pointer, length = self._pack_block(at, to, size, align, plain=False, var=sent)
        slot, beside = self.name("at"), self.name("to")
        body, _ = self.nested(lambda: self.pack(elem, self.memory(Var(slot)), self.memory(Var(beside))))
        self.emit(Each(pointer, length, size, slot, body, (beside, Var(sent))))

    def _pack_block(
        self, at: Memory, to: Memory, size: Width, align: Width, *, plain: bool, var: str | None = None
    ) -> tuple[Expr, Expr]:
        pointer, length = self._pair(at)
        self.emit(CheckRange(pointer, length, size, align, self.where))
        self.emit(SendBlock(var, pointer, length, size, align, plain))
        # An address of the sender's is nobody's business.
        self.emit(Store("ptr", to.address, to.offset, Const(0, "ptr")))
        return pointer, length

    # -- take: message to memory, in place -----------------------------------------------------------------------------
    def take(self, t: Type, at: Memory) -> None:
        """Make the message's bytes at ``at`` a value: check what has to be, take what it refers to."""
        if is_plain(t):
            return
        if (definition := self._subroutine_of(t)) is not None:
            self._call(Subroutine("take", definition), at)
            return
        match shape(t):
            case Scalar(name):
                self.emit(CheckScalar(t, SCALAR_ACCESS[name], at.address, at.offset, mend=True, where=self.where))
            case Text():
                pointer, length = self._take_block(at, BYTE, BYTE, plain=False)
                self.emit(CheckText(pointer, length, self.where))
            case Seq(elem):
                size, align = extent(elem, self.handle)
                pointer, length = self._take_block(at, size, align, plain=is_plain(elem))
                self._each(pointer, length, size, lambda slot: self.take(elem, slot))
            case FixedSeq(elem, n):
                self._take_parts([elem] * n, at)
            case Product(fields):
                self._take_parts([f.type for f in fields], at)
            case Sum() as s if is_enum(s):
                self.emit(CheckScalar(t, discriminant_access(s), at.address, at.offset, mend=True, where=self.where))
            case Sum() as s:
                self._branch(t, s, at, lambda of, _: self.take(of, at.payload(s, 0)))
            case Handle():
                at.put(self, "ptr", TakeHandle(t, at.get("ptr"), self.where))
            case Channel():
                raise _no_channels()
            case Bits():
                pass
            case unknown:
                assert_never(unknown)

    def _take_parts(self, types: list[Type], at: Memory) -> None:
        for of, place in zip(types, at.parts(types), strict=True):
            self.take(of, place)

    def _take_block(self, at: Memory, size: Width, align: Width, *, plain: bool) -> tuple[Expr, Expr]:
        _, there = at.pair()
        length = self.let("len", there, "len")
        pointer = self.name("ptr")
        self.emit(TakeBlock(pointer, length, size, align, plain))
        self.emit(Store("ptr", at.address, at.offset, Var(pointer)))
        return Var(pointer), length

    def _expand(self, subroutine: Subroutine) -> None:
        t, at = Named(subroutine.type), self.memory(Var(ADDRESS))
        match subroutine.verb:
            case "pack":
                self.pack(t, at, self.memory(Var(TO)))
            case "take":
                self.take(t, at)
            case _:
                super()._expand(subroutine)


def _no_channels() -> AssertionError:
    return AssertionError("what cannot cross is refused before")


# ---- whole pieces ----------------------------------------------------------------------------------------------------
def call_over(f: Function, subroutines: Subroutines, place: str, *, recovers: bool = False) -> Glue:
    """The core function that stands for one in another process: send the arguments, take the result.

    It is a maker as every exporter is, so that calls on handles of other makers are left to those. ``recovers``: where
    the other process fails, the result is the function's error. ``place`` is what traps call the function.
    """
    signature = core_signature(f, SYMMETRIC)
    walk = MessageWalk(subroutines)
    if f.kind == "method" or is_drop(f):
        walk.emit(forward(f, signature, param_sources(f, signature, walk)[0], place))
    ask, _ = walk.nested(lambda: _ask(f, signature, walk, place))
    answer, value = walk.nested(lambda: _answer(f, signature, walk, place))
    for statement in (Attempt(ask, answer),) if recovers else (*ask, *answer):
        walk.emit(statement)
    walk.emit(Cross("end"))
    walk.emit(Return(value))
    return Glue(f, SYMMETRIC, signature, walk.body, uses_scratch=False)


def _ask(f: Function, signature: CoreSignature, walk: MessageWalk, place: str) -> None:
    walk.emit(Cross("begin"))
    if f.params:
        area = walk.memory(Var(core_param(0))) if signature.spilled else _spill_params(f, walk, place)
        to = _send(walk, params_tuple(f), area)
        for p, at, there in zip(f.params, spilled_params(f, area), spilled_params(f, to), strict=True):
            walk.where = f"{place}: parameter {p.name}"
            walk.pack(p.type, at, there)
    walk.emit(Cross("go"))


def _spill_params(f: Function, walk: MessageWalk, place: str) -> Memory:
    area = _area(walk, "args", params_tuple(f))
    flat = FlatSource(walk.handle, tuple(Var(core_param(i)) for i in range(len(flatten(params_tuple(f), walk.handle)))))
    types = [p.type for p in f.params]
    for p, at, to in zip(f.params, flat.parts(types), area.parts(types), strict=True):
        walk.where = f"{place}: parameter {p.name}"
        walk.spill(p.type, at, to)
    return area


def _area(walk: MessageWalk, hint: str, t: Type) -> Memory:
    name = walk.name(hint)
    walk.emit(Buffer(name, ONE, *extent(t, walk.handle), "frame", zeroed=True))
    return walk.memory(Var(name))


def _send(walk: MessageWalk, t: Type, at: Memory) -> Memory:
    """Send a whole value's own bytes; returns where they lie in the message."""
    sent = walk.name("sent")
    # Never as plain: whoever takes it wants it in one place with what it refers to.
    walk.emit(SendBlock(sent if refers_on(t) else None, at.address, ONE, *extent(t, walk.handle), plain=False))
    return walk.memory(Var(sent))


def _answer(f: Function, signature: CoreSignature, walk: MessageWalk, place: str) -> Expr | None:
    if not f.result:
        return None
    walk.where = f"{place}: result"
    out = walk.memory(Var(core_param(len(signature.params) - 1)))
    at = out if signature.area else _area(walk, "ret", f.result)
    walk.emit(TakeInto(at.address, *extent(f.result, walk.handle)))
    walk.take(f.result, at)
    if signature.area:
        return None
    sink = FlatSink(walk.handle)
    walk.unspill(f.result, at, sink)
    return sink.slots[0] if sink.slots else None


def serve(f: Function, subroutines: Subroutines, place: str) -> Glue:
    """On the side that has the core function: take the arguments, call it, send the result."""
    signature = core_signature(f, SYMMETRIC)
    walk = MessageWalk(subroutines)
    args = _take_params(f, signature, walk, place)
    area = None
    if f.result and signature.area:
        area = _area(walk, "ret", f.result)
        args.append(area.address)
    got = walk.name("core") if signature.result else None
    walk.emit(CallCore(tuple(args), got, signature.result))
    walk.emit(Cross("reply"))
    if f.result:
        walk.where = f"{place}: result"
        _reply(f.result, area, Var(got) if got else None, walk)
    walk.emit(Return())
    return Glue(f, SYMMETRIC, signature, walk.body, uses_scratch=False)


def _take_params(f: Function, signature: CoreSignature, walk: MessageWalk, place: str) -> list[Expr]:
    area = walk.name("args")
    sink = FlatSink(walk.handle)
    if f.params:
        walk.emit(TakeBlock(area, ONE, *extent(params_tuple(f), walk.handle), plain=False))
    places = spilled_params(f, walk.memory(Var(area)))
    for p, at in zip(f.params, places, strict=True):
        walk.where = f"{place}: parameter {p.name}"
        walk.take(p.type, at)
    walk.emit(Cross("taken"))
    if signature.spilled:
        return [Var(area)]
    for p, at in zip(f.params, places, strict=True):
        walk.where = f"{place}: parameter {p.name}"
        walk.unspill(p.type, at, sink)
    return sink.slots


def _reply(result: Type, area: Memory | None, core: Expr | None, walk: MessageWalk) -> None:
    if area is None:
        area = _area(walk, "ret", result)
        walk.spill(result, FlatSource(walk.handle, (core,) if core else ()), area)
    walk.pack(result, area, _send(walk, result, area))
    walk.free(result, area)


def pack_value(t: Type, subroutines: Subroutines) -> Block:
    """Send the value at ``ADDRESS``: what a constant message is made with."""
    walk = MessageWalk(subroutines)
    at = walk.memory(Var(ADDRESS))
    walk.pack(t, at, _send(walk, t, at))
    return walk.body
