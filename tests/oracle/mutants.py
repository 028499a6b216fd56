"""Wrong versions of the ABI stage, each a mistake that somebody could make.

A mutant replaces a function, wherever it was imported to, or rewrites the statements that the walk emits.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from symbuild.abi import convention, flatten, glue, layout, message, peer, place, walk
from symbuild.abi import nodes as n
from symbuild.abi.flatten import Core
from symbuild.abi.layout import ACCESS_SIZE, HandleForm
from symbuild.abi.width import Width
from symbuild.model.types import Handle, Product, Scalar, Seq, Sum, Type, shape
from symbuild.model.world import is_exported

_CACHED = (
    flatten.flatten,
    layout.alignment,
    layout.size,
    walk.owns_memory,
    walk.has_invalid_bits,
    walk.holds_bool,
    message.can_cross,
)


def forget() -> None:
    """Empty the caches, which know nothing of mutants."""
    for function in _CACHED:
        function.cache_clear()


class Patch:
    """Makes changes that pytest takes back."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch

    def everywhere(self, old: object, new: object) -> None:
        """Put ``new`` wherever the ABI stage or the oracle names ``old``."""
        for name, module in list(sys.modules.items()):
            if name.startswith(("symbuild.abi.", "oracle.")) and not name.endswith(("mutants", "reference")):
                for key in [key for key, value in vars(module).items() if value is old]:
                    self.monkeypatch.setattr(module, key, new)

    def method(self, owner: type, name: str, new: Callable[..., Any]) -> None:
        """Replace a method; ``new`` is given the old one first."""
        old = getattr(owner, name)
        self.monkeypatch.setattr(owner, name, lambda *args, **named: new(old, *args, **named))

    def wrap(self, old: Callable[..., Any], new: Callable[..., Any]) -> None:
        """Replace a function; ``new`` is given the old one first, without its cache."""
        inner = getattr(old, "__wrapped__", old)
        self.everywhere(old, lambda *args, **named: new(inner, *args, **named))

    def emitted(self, rewrite: Callable[[n.Stmt], tuple[n.Stmt, ...]]) -> None:
        """Rewrite every statement that the walk emits."""

        def emit(old: Callable[..., None], self_: walk.Walk, statement: n.Stmt) -> None:
            for s in rewrite(statement):
                old(self_, s)

        self.method(walk.Walk, "emit", emit)

    def without(self, *kinds: type) -> None:
        """Emit no statement of these kinds."""
        self.emitted(lambda s: () if isinstance(s, kinds) else (s,))

    def row(self, old: convention.Convention, **changes: Any) -> None:
        """Change one row of the convention table."""
        self.everywhere(old, replace(old, **changes))


@dataclass(frozen=True, slots=True)
class Mutant:
    """A mistake, and the part of the oracle (a key of ``CHECKS``) that must notice it."""

    name: str
    caught_by: str
    apply: Callable[[Patch], None]


MUTANTS: list[Mutant] = []


def mutant(name: str, caught_by: str) -> Callable[[Callable[[Patch], None]], Callable[[Patch], None]]:
    """Register a mutant."""

    def register(apply: Callable[[Patch], None]) -> Callable[[Patch], None]:
        MUTANTS.append(Mutant(name, caught_by, apply))
        return apply

    return register


# ---- layout ----------------------------------------------------------------------------------------------------------
@mutant("a discriminant of one byte for 257 cases", "own vectors")
def _(patch: Patch) -> None:
    patch.wrap(layout.discriminant_access, lambda old, t: "u8" if len(t.cases) == 257 else old(t))


@mutant("a discriminant of two bytes for 256 cases", "own vectors")
def _(patch: Patch) -> None:
    patch.wrap(layout.discriminant_access, lambda old, t: "u16" if len(t.cases) == 256 else old(t))


@mutant("an enum of four bytes, as a C compiler's", "vectors")
def _(patch: Patch) -> None:
    patch.wrap(layout.discriminant_access, lambda old, t: "i32" if t.sugar == "enum" else old(t))


@mutant("nine flags in one byte", "vectors")
def _(patch: Patch) -> None:
    patch.wrap(layout.bits_access, lambda old, t: "u8" if len(t.labels) == 9 else old(t))


@mutant("seventeen flags in two bytes", "vectors")
def _(patch: Patch) -> None:
    patch.wrap(layout.bits_access, lambda old, t: "u16" if len(t.labels) == 17 else old(t))


@mutant("more than 32 flags in one word", "own vectors")
def _(patch: Patch) -> None:
    patch.wrap(layout.bits_words, lambda old, t: 1)


@mutant("fields without padding between them", "vectors")
def _(patch: Patch) -> None:
    patch.wrap(layout.align_to, lambda old, offset, alignment: offset)


@mutant("records without padding at the end", "vectors")
def _(patch: Patch) -> None:
    def size(old: Any, t: Type, handle: HandleForm, pointer: int) -> Any:
        of = shape(t)
        if isinstance(of, Product):
            return layout.offsets((f.type for f in of.fields), handle, pointer)[-1]
        return old(t, handle, pointer)

    patch.wrap(layout.size, size)


@mutant("a payload right behind its discriminant", "vectors")
def _(patch: Patch) -> None:
    patch.wrap(layout.payload_offset, lambda old, t, handle, pointer: ACCESS_SIZE[layout.discriminant_access(t)])


@mutant("a payload at its own alignment instead of the widest case's", "vectors")
def _(patch: Patch) -> None:
    def payload(old: Any, self: place.Memory, t: Sum, case: int) -> Any:
        # Alone in its Sum, a case is the widest; its discriminant has one byte, as that of most.
        return old(self, Sum((t.cases[case],)), 0)

    patch.method(place.Memory, "payload", payload)


@mutant("a variant as large as its first case", "vectors")
def _(patch: Patch) -> None:
    def size(old: Any, t: Type, handle: HandleForm, pointer: int) -> Any:
        of = shape(t)
        return old(Sum(of.cases[:1]) if isinstance(of, Sum) and len(of.cases) <= 256 else t, handle, pointer)

    patch.wrap(layout.size, size)


@mutant("handles of four bytes in the symmetric ABI", "own vectors")
def _(patch: Patch) -> None:
    for measure in (layout.size, layout.alignment):
        patch.wrap(measure, lambda old, t, handle, p: 4 if isinstance(shape(t), Handle) else old(t, handle, p))


@mutant("u64 aligned to four bytes, as in C on 32-bit x86", "vectors")
def _(patch: Patch) -> None:
    patch.wrap(layout.alignment, lambda old, t, handle, p: min(p, old(t, handle, p)))


@mutant("the length four bytes behind the pointer, however wide that is", "vectors")
def _(patch: Patch) -> None:
    patch.everywhere(place.POINTER, Width(4, 4))


@mutant("length before pointer", "vectors")
def _(patch: Patch) -> None:
    patch.method(place.Memory, "pair", lambda old, self: old(self)[::-1])
    patch.method(place.Memory, "put_pair", lambda old, self, scope, p, length: old(self, scope, length, p))


@mutant("fields in reverse order", "vectors")
def _(patch: Patch) -> None:
    def parts(old: Any, self: place.Memory, types: Any) -> Any:
        return old(self, list(types)[::-1])[::-1]

    patch.method(place.Memory, "parts", parts)


# ---- flat forms ------------------------------------------------------------------------------------------------------
def _joins(a: Core, b: Core, wrong: Core, caught_by: str) -> None:
    def apply(patch: Patch) -> None:
        patch.wrap(flatten.join, lambda old, x, y: wrong if {x, y} == {a, b} else old(x, y))

    mutant(f"{a} and {b} join to {wrong}", caught_by)(apply)


_joins("i32", "f32", "f32", "vectors")
_joins("i32", "i64", "i32", "vectors")
_joins("f32", "i64", "f32", "vectors")
_joins("f32", "f64", "f64", "own vectors")
_joins("i64", "f64", "f64", "own vectors")
_joins("i32", "f64", "f64", "vectors")
_joins("ptr", "i32", "i32", "vectors")
_joins("ptr", "f32", "i32", "own vectors")
_joins("ptr", "i64", "ptr", "own vectors")
_joins("ptr", "f64", "ptr", "own vectors")
_joins("len", "i32", "i32", "vectors")
_joins("len", "i64", "len", "own vectors")
_joins("ptr", "len", "i32", "own vectors")


@mutant("a joined payload is not brought back", "vectors")
def _(patch: Patch) -> None:
    patch.method(place.FlatSource, "payload", lambda old, self, t, case: place.FlatSource(self.handle, self.slots[1:]))


@mutant("a payload is not carried as its join", "vectors")
def _(patch: Patch) -> None:
    patch.wrap(place.coerce, lambda old, source, target, value: value)


@mutant("unused slots of a variant are not zero", "vectors")
def _(patch: Patch) -> None:
    def ones(arm: n.Arm) -> n.Arm:
        rest = (n.Const(1, y.core) if isinstance(y, n.Const) else y for y in arm.yields[1:])
        return replace(arm, yields=(*arm.yields[:1], *rest))

    patch.emitted(lambda s: (replace(s, arms=tuple(map(ones, s.arms))) if isinstance(s, n.Match) else s,))


@mutant("at most 15 flat parameters", "signatures")
def _(patch: Patch) -> None:
    patch.row(convention.SYMMETRIC, max_params=15)


@mutant("17 flat parameters", "signatures")
def _(patch: Patch) -> None:
    patch.row(convention.SYMMETRIC, max_params=17)


@mutant("two flat results", "signatures")
def _(patch: Patch) -> None:
    patch.row(convention.SYMMETRIC, max_results=2)


@mutant("the result's area is the callee's", "signatures")
def _(patch: Patch) -> None:
    patch.row(convention.SYMMETRIC, big_result="returned")


@mutant("the result's area is the first parameter", "areas")
def _(patch: Patch) -> None:
    def sources(old: Any, f: Any, signature: Any, w: walk.Walk) -> Any:
        if signature.area != "out" or signature.spilled:
            return old(f, signature, w)
        shifted = tuple(n.Var(glue.core_param(i)) for i in range(1, len(signature.params)))
        return place.FlatSource(w.handle, shifted).parts(p.type for p in f.params)

    patch.wrap(glue.param_sources, sources)


@mutant("the area of spilled parameters is packed", "areas")
def _(patch: Patch) -> None:
    def spilled(old: Any, f: Any, area: place.Memory) -> Any:
        places = old(f, area)
        return [places[0], *(p.at(Width(-1, -1)) for p in places[1:])]

    patch.wrap(glue.spilled_params, spilled)


# ---- ownership -------------------------------------------------------------------------------------------------------
@mutant("a received block is not freed", "calls")
def _(patch: Patch) -> None:
    patch.without(n.Release)


@mutant("the elements of a list are not freed", "bridges")
def _(patch: Patch) -> None:
    patch.without(n.Each)


@mutant("a block is freed twice", "calls")
def _(patch: Patch) -> None:
    patch.emitted(lambda s: (s, s) if isinstance(s, n.Release) else (s,))


@mutant("a block is freed by the count of its elements, not by their size", "calls")
def _(patch: Patch) -> None:
    patch.emitted(lambda s: (replace(s, size=Width(1, 1)),) if isinstance(s, n.Release) else (s,))


@mutant("a result is lent instead of given", "calls")
def _(patch: Patch) -> None:
    patch.method(walk.Walk, "write_whole", lambda old, self, t, v, to, given: old(self, t, v, to, given=False))


@mutant("arguments are given instead of lent", "calls")
def _(patch: Patch) -> None:
    def write(old: Any, self: walk.Walk, t: Type, value: n.Expr, to: Any, *, given: bool, moved: bool) -> None:
        old(self, t, value, to, given=True, moved=moved)

    patch.method(walk.Walk, "write", write)


@mutant("the callee frees what it was lent", "calls")
def _(patch: Patch) -> None:
    given = replace(convention.SYMMETRIC, params="given")
    patch.wrap(glue.export_glue, lambda old, f, row, *rest: old(f, given if row.name == given.name else row, *rest))


@mutant("the callee adopts what it was lent", "calls")
def _(patch: Patch) -> None:
    patch.method(walk.Walk, "read", lambda old, self, t, at, mode: old(self, t, at, "adopt"))


@mutant("a buffer to give lies in the arena", "calls")
def _(patch: Patch) -> None:
    patch.emitted(lambda s: (replace(s, life="scratch"),) if isinstance(s, n.Buffer) and s.life == "given" else (s,))


@mutant("a buffer for one element, however many there are", "calls")
def _(patch: Patch) -> None:
    patch.emitted(lambda s: (replace(s, count=n.Const(1)),) if isinstance(s, n.Buffer) else (s,))


@mutant("a copied result is not destroyed", "calls")
def _(patch: Patch) -> None:
    patch.without(n.Dispose)


@mutant("a moved result is destroyed as well", "calls")
def _(patch: Patch) -> None:
    def write(old: Any, self: walk.Walk, t: Type, value: n.Expr, to: Any, *, given: bool) -> None:
        old(self, t, value, to, given=given)
        if walk.owns_memory(t):
            self.emit(n.Dispose(t, value))

    patch.method(walk.Walk, "write_whole", write)


@mutant("the arena is not freed", "calls")
def _(patch: Patch) -> None:
    patch.without(n.EndScratch)


@mutant("the arena is freed before the call", "calls")
def _(patch: Patch) -> None:
    def rewrite(s: n.Stmt) -> tuple[n.Stmt, ...]:
        match s:
            case n.EndScratch():
                return ()
            case n.CallCore() | n.CallUser():
                return (n.EndScratch(), s)
            case _:
                return (s,)

    patch.emitted(rewrite)


@mutant("a subroutine's use of the arena is not told", "calls")
def _(patch: Patch) -> None:
    patch.wrap(n.SubroutineBody, lambda old, subroutine, body, uses_scratch: old(subroutine, body, False))


@mutant("given arguments are freed before the user has looked at them", "bridges")
def _(patch: Patch) -> None:
    patch.wrap(glue.export_glue, lambda old, *args: _release_first(old(*args)))


def _release_first(made: glue.Glue) -> glue.Glue:
    released = [s for s in made.body if isinstance(s, n.Release)]
    kept = [s for s in made.body if not isinstance(s, n.Release)]
    at = next(i for i, s in enumerate(kept) if isinstance(s, n.CallUser))
    return replace(made, body=(*kept[:at], *released, *kept[at:]))


@mutant("a given area of parameters is not freed", "bridges")
def _(patch: Patch) -> None:
    patch.wrap(glue._release_spilled, lambda old, f, w: None)


@mutant("no post-return", "bridges")
def _(patch: Patch) -> None:
    patch.wrap(glue._post_return, lambda old, *args: None)


@mutant("what an option holds is not freed", "bridges")
def _(patch: Patch) -> None:
    patch.wrap(walk.owns_memory, lambda old, t: not isinstance(shape(t), Sum) and old(t))


@mutant("lists of strings are copied one level deep", "calls")
def _(patch: Patch) -> None:
    def receives(old: Any, self: walk.Walk, elem: Type, mode: n.Mode) -> Any:
        return "copy" if mode == "copy" and self.traits.same_bytes(elem) else old(self, elem, mode)

    patch.method(walk.Walk, "_receives_elements", receives)


@mutant("a string's length in characters", "calls")
def _(patch: Patch) -> None:
    # The interpreter counts a str's characters where it is told to count a list's elements.
    characters = Seq(Scalar("u8"))

    def write(old: Any, self: walk.Walk, t: Type, value: n.Expr, to: Any, *, given: bool, moved: bool) -> None:
        pointer = n.SeqCopy(t, value) if given else n.SeqPointer(t, value)
        to.put_pair(self, pointer, n.SeqLength(characters, value))

    patch.method(walk.Walk, "_write_text", write)


# ---- checks ----------------------------------------------------------------------------------------------------------
@mutant("pointers and lengths are not checked", "hostile")
def _(patch: Patch) -> None:
    patch.without(n.CheckRange)


@mutant("elements that are viewed are not checked", "hostile")
def _(patch: Patch) -> None:
    patch.without(n.CheckScalar, n.Each)


@mutant("chars that are viewed are not checked", "hostile")
def _(patch: Patch) -> None:
    patch.wrap(walk.has_invalid_bits, lambda old, t, handles: shape(t) != Scalar("char") and old(t, handles))


@mutant("discriminants that are viewed are not checked", "hostile")
def _(patch: Patch) -> None:
    patch.wrap(walk.has_invalid_bits, lambda old, t, handles: not isinstance(shape(t), Sum) and old(t, handles))


@mutant("bools are taken as they are", "hostile")
def _(patch: Patch) -> None:
    patch.wrap(walk.has_invalid_bits, lambda old, t, handles: shape(t) != Scalar("bool") and old(t, handles))


@mutant("bools of a result are not mended", "hostile")
def _(patch: Patch) -> None:
    patch.emitted(lambda s: (replace(s, mend=False),) if isinstance(s, n.CheckScalar) else (s,))


@mutant("bools are mended in lent memory", "hostile")
def _(patch: Patch) -> None:
    patch.emitted(lambda s: (replace(s, mend=True),) if isinstance(s, n.CheckScalar) else (s,))


@mutant("a copied list keeps its odd bools", "hostile")
def _(patch: Patch) -> None:
    patch.wrap(walk.holds_bool, lambda old, t: False)


# ---- handles ---------------------------------------------------------------------------------------------------------
def _checks_handles(name: str, caught_by: str, check: Callable[[n.HandleCheck], n.HandleCheck]) -> None:
    def apply(patch: Patch) -> None:
        patch.method(walk.Walk, "_handle_check", lambda old, self, h: check(old(self, h)))

    mutant(name, caught_by)(apply)


_checks_handles("a null handle is taken", "handles", lambda check: "none" if check == "null" else check)
_checks_handles("another maker's handle is taken", "handles", lambda check: "null" if check == "maker" else check)
_checks_handles(
    "a handle of an import must be one's own", "handles", lambda check: "maker" if check == "null" else check
)


def _takes_roles(name: str, caught_by: str, role: Callable[[Handle, n.Role], n.Role]) -> None:
    def apply(patch: Patch) -> None:
        patch.method(walk.Walk, "_role", lambda old, self, h: role(h, old(self, h)))

    mutant(name, caught_by)(apply)


_takes_roles(
    "the user is shown the handle of an object", "calls", lambda h, role: "borrow" if role == "object" else role
)
_takes_roles(
    "an object's handle is taken for its address", "calls", lambda h, role: "rep" if role == "object" else role
)
_takes_roles("another component's object is looked at", "calls", lambda h, role: "object" if role == "borrow" else role)
_takes_roles("an owned handle is looked into", "calls", lambda h, role: "object" if is_exported(h.resource) else role)
_takes_roles("an owned handle is only lent", "calls", lambda h, role: "borrow" if role == "own" else role)


@mutant("a borrow of one's own is passed whole, as bytes", "calls")
def _(patch: Patch) -> None:
    patch.method(walk.Walk, "_same_bytes", lambda old, self, t: self.traits.same_bytes(t))


@mutant("handles that are received whole are not checked", "handles")
def _(patch: Patch) -> None:
    patch.without(n.CheckHandle)


@mutant("a handle is lent and given in one call", "handles")
def _(patch: Patch) -> None:
    patch.without(n.MarkGiven)


@mutant("a handle that was given stays marked", "handles")
def _(patch: Patch) -> None:
    patch.emitted(lambda s: () if isinstance(s, n.MarkGiven) and not s.on else (s,))


@mutant("lists of handles are not checked", "handles")
def _(patch: Patch) -> None:
    patch.wrap(walk.has_invalid_bits, lambda old, t, handles: old(t, False))


@mutant("an owned handle is given up twice", "calls")
def _(patch: Patch) -> None:
    def twice(s: n.Stmt) -> tuple[n.Stmt, ...]:
        return (s, s) if isinstance(s, n.Store) and isinstance(s.value, n.ToHandle) else (s,)

    patch.emitted(twice)


@mutant("freeing a result ends the objects in it", "bridges")
def _(patch: Patch) -> None:
    def free(old: Any, self: walk.Walk, t: Type, at: place.Source) -> None:
        of = shape(t)
        if isinstance(of, Handle):
            self.emit(n.Destroy(of.resource, "own", at.get("i32")))
        old(self, t, at)

    patch.wrap(walk.owns_memory, lambda old, t: isinstance(shape(t), Handle) or old(t))
    patch.method(walk.Walk, "free", free)


@mutant("borrows are dropped where there is no table", "calls")
def _(patch: Patch) -> None:
    patch.row(convention.SYMMETRIC, drops_borrows=True)


@mutant("borrows stay in the table", "bridges")
def _(patch: Patch) -> None:
    patch.method(walk.Walk, "_read_handle", lambda old, self, t, h, at: replace(old(self, t, h, at), drops=False))


@mutant("owned handles are dropped at the end of a call", "bridges")
def _(patch: Patch) -> None:
    patch.method(walk.Walk, "_read_handle", lambda old, self, t, h, at: replace(old(self, t, h, at), drops=True))


@mutant("a method of another maker's is not forwarded", "forward")
def _(patch: Patch) -> None:
    patch.without(n.Forward)


@mutant("the self of a spilled method is looked for in the first parameter", "forward")
def _(patch: Patch) -> None:
    first = n.Var(glue.core_param(0))
    patch.emitted(lambda s: (replace(s, handle=first),) if isinstance(s, n.Forward) else (s,))


@mutant("a method is forwarded without its result's area", "forward")
def _(patch: Patch) -> None:
    patch.emitted(lambda s: (replace(s, args=s.args[:-1]),) if isinstance(s, n.Forward) else (s,))


@mutant("a method is forwarded after its arguments were read", "forward")
def _(patch: Patch) -> None:
    def late(old: Any, *args: Any) -> glue.Glue:
        made: glue.Glue = old(*args)
        first, *rest = made.body
        at = next(i for i, s in enumerate(rest) if isinstance(s, n.CallUser))
        body = (*rest[:at], first, *rest[at:]) if isinstance(first, n.Forward) else made.body
        return replace(made, body=body)

    patch.wrap(glue.export_glue, late)


def _by_handle(s: n.Stmt) -> n.Stmt:
    return replace(s, role="own") if isinstance(s, n.Destroy) else s


def _drops(name: str, change: Callable[[glue.Glue], glue.Glue]) -> None:
    def apply(patch: Patch) -> None:
        patch.wrap(glue.drop_glue, lambda old, *args: change(old(*args)))

    mutant(name, "drops")(apply)


_drops("a drop is not forwarded", lambda made: replace(made, body=made.body[-1:]))
_drops("a drop is forwarded after the object is destroyed", lambda made: replace(made, body=made.body[::-1]))
_drops("a dropped handle keeps its object", lambda made: replace(made, body=made.body[:-1]))


_drops("an object is taken for its handle", lambda made: replace(made, body=tuple(map(_by_handle, made.body))))


@mutant("a trap names no place", "hostile")
def _(patch: Patch) -> None:
    patch.emitted(lambda s: (replace(s, where=None),) if isinstance(s, n.CheckRange) else (s,))


# ---- messages --------------------------------------------------------------------------------------------------------
@mutant("a message keeps its sender's pointers", "messages")
def _(patch: Patch) -> None:
    patch.emitted(
        lambda s: () if isinstance(s, n.Store) and s.access == "ptr" and isinstance(s.value, n.Const) else (s,)
    )


@mutant("a message is sent with what lay on the stack", "messages")
def _(patch: Patch) -> None:
    patch.emitted(lambda s: (replace(s, zeroed=False),) if isinstance(s, n.Buffer) else (s,))


@mutant("what the elements of a list refer to is not sent", "messages")
def _(patch: Patch) -> None:
    patch.emitted(lambda s: () if isinstance(s, n.Each) and s.beside else (s,))


@mutant("a text is taken unchecked", "damaged messages")
def _(patch: Patch) -> None:
    patch.without(n.CheckText)


@mutant("a taken scalar is not checked", "damaged messages")
def _(patch: Patch) -> None:
    patch.without(n.CheckScalar)


@mutant("the elements of a taken list are not checked", "damaged messages")
def _(patch: Patch) -> None:
    patch.wrap(message.is_plain, lambda old, t: isinstance(shape(t), Scalar | Sum) or old(t))


@mutant("a message may go on behind what was taken", "damaged messages")
def _(patch: Patch) -> None:
    patch.method(peer.Incoming, "require_end", lambda old, self: None)


@mutant("a result is not freed once it is sent", "messages")
def _(patch: Patch) -> None:
    patch.method(walk.Walk, "free", lambda old, self, t, at: None)


@mutant("a lent handle is given up", "messages")
def _(patch: Patch) -> None:
    def given(s: n.Stmt) -> tuple[n.Stmt, ...]:
        if not (isinstance(s, n.Store) and isinstance(s.value, n.SendHandle | n.TakeHandle)):
            return (s,)
        of = shape(s.value.type)
        assert isinstance(of, Handle)
        return (replace(s, value=replace(s.value, type=Handle(of.resource, owned=True))),)

    patch.emitted(given)


@mutant("a bool beyond 1 loses its upper bits in memory", "flat values")
def _(patch: Patch) -> None:
    patch.method(message.MessageWalk, "_proper", lambda old, self, t, core: core)


@mutant("a case is put in memory without its discriminant", "messages")
def _(patch: Patch) -> None:
    patch.emitted(
        lambda s: () if isinstance(s, n.Store) and isinstance(s.value, n.Const) and s.value.core == "i32" else (s,)
    )


@mutant("a failure that comes late is none", "failures")
def _(patch: Patch) -> None:
    patch.emitted(lambda s: (replace(s, answer=()), *s.answer) if isinstance(s, n.Attempt) else (s,))
