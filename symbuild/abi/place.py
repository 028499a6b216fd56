"""Where scalars live: at offsets in memory, or in a run of core values. The walk asks a place, never which it is.

Joins, padding and discriminants are the business of the flat places; offsets that of memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from symbuild.abi.flatten import Core, flatten
from symbuild.abi.layout import Access, HandleForm, offsets, payload_offset
from symbuild.abi.nodes import Arm, Coerce, Const, Expr, Load, Match, Stmt, Store, Var
from symbuild.abi.width import POINTER, ZERO, Width, both
from symbuild.frozen import frozen
from symbuild.model.types import Sum, Type


class Scope(Protocol):
    """What a place needs of the walk: to emit a statement, and a fresh name."""

    def emit(self, statement: Stmt) -> None: ...
    def name(self, hint: str) -> str: ...


class Source(Protocol):
    """A place to read from."""

    def parts(self, types: Iterable[Type]) -> Sequence[Source]: ...
    def payload(self, t: Sum, case: int) -> Source: ...
    def get(self, access: Access) -> Expr: ...
    def pair(self) -> tuple[Expr, Expr]: ...


# Fills one case of a Sum: (case, place for the discriminant, place for the payload) -> the arm.
FillCase = Callable[[int, "Sink", "Sink"], Arm]


class Sink(Protocol):
    """A place to write to."""

    def parts(self, types: Iterable[Type]) -> Sequence[Sink]: ...
    def put(self, scope: Scope, access: Access, value: Expr) -> None: ...
    def put_pair(self, scope: Scope, pointer: Expr, length: Expr) -> None: ...
    def match(self, scope: Scope, t: Sum, named: Type, value: Expr, fill: FillCase) -> None: ...


@frozen
class Memory:
    """Scalars at fixed offsets from an address."""

    handle: HandleForm
    address: Expr
    offset: Width = ZERO

    def at(self, offset: Width) -> Memory:
        """The place ``offset`` bytes further on."""
        return Memory(self.handle, self.address, self.offset + offset)

    def parts(self, types: Iterable[Type]) -> list[Memory]:
        """The parts laid out in order."""
        types = list(types)
        narrow, wide = (offsets(types, self.handle, p) for p in (4, 8))
        return [self.at(Width(*pair)) for pair in zip(narrow[:-1], wide[:-1], strict=True)]

    def payload(self, t: Sum, case: int) -> Memory:
        """Where the payload lies, the same for every case."""
        return self.at(both(lambda p: payload_offset(t, self.handle, p)))

    def get(self, access: Access) -> Expr:
        """The scalar here."""
        return Load(access, self.address, self.offset)

    def pair(self) -> tuple[Expr, Expr]:
        """The pointer and length here."""
        return Load("ptr", self.address, self.offset), Load("len", self.address, self.offset + POINTER)

    def put(self, scope: Scope, access: Access, value: Expr) -> None:
        """Write a scalar here."""
        scope.emit(Store(access, self.address, self.offset, value))

    def put_pair(self, scope: Scope, pointer: Expr, length: Expr) -> None:
        """Write a pointer and a length here."""
        scope.emit(Store("ptr", self.address, self.offset, pointer))
        scope.emit(Store("len", self.address, self.offset + POINTER, length))

    def match(self, scope: Scope, t: Sum, named: Type, value: Expr, fill: FillCase) -> None:
        """Every arm stores what it has; nothing is yielded."""
        arms = tuple(fill(i, self, self.payload(t, i)) for i in range(len(t.cases)))
        scope.emit(Match(t, value, named, arms, ()))


@frozen
class FlatSource:
    """A run of core values being read."""

    handle: HandleForm
    slots: tuple[Expr, ...]

    def parts(self, types: Iterable[Type]) -> list[FlatSource]:
        """Each part's own run."""
        found, start = [], 0
        for t in types:
            end = start + len(flatten(t, self.handle))
            found.append(FlatSource(self.handle, self.slots[start:end]))
            start = end
        return found

    def payload(self, t: Sum, case: int) -> FlatSource:
        """The slots behind the discriminant, each brought back from the join to what this case put in."""
        payload = t.cases[case].type
        joined = flatten(t, self.handle)[1:]
        wanted = flatten(payload, self.handle) if payload else ()
        return FlatSource(
            self.handle,
            tuple(coerce(have, want, slot) for have, want, slot in zip(joined, wanted, self.slots[1:], strict=False)),
        )

    def get(self, access: Access) -> Expr:
        """The scalar here."""
        return self.slots[0]

    def pair(self) -> tuple[Expr, Expr]:
        """The pointer and length here."""
        return self.slots[0], self.slots[1]


class FlatSink:
    """A run of core values being produced, in order."""

    def __init__(self, handle: HandleForm) -> None:
        self.handle = handle
        self.slots: list[Expr] = []

    def parts(self, types: Iterable[Type]) -> list[FlatSink]:
        """Parts follow each other, so each is written to the same run."""
        return [self for _ in types]

    def put(self, scope: Scope, access: Access, value: Expr) -> None:
        """Add a scalar."""
        self.slots.append(value)

    def put_pair(self, scope: Scope, pointer: Expr, length: Expr) -> None:
        """Add a pointer and a length."""
        self.slots.extend((pointer, length))

    def match(self, scope: Scope, t: Sum, named: Type, value: Expr, fill: FillCase) -> None:
        """Every arm yields the joined slots: its own coerced, the rest zero."""
        joined = flatten(t, self.handle)
        out: tuple[tuple[str, Core], ...] = tuple((scope.name("flat"), core) for core in joined)
        arms = []
        for i, case in enumerate(t.cases):
            run = FlatSink(self.handle)
            arm = fill(i, run, run)
            own: tuple[Core, ...] = ("i32", *(flatten(case.type, self.handle) if case.type else ()))
            yields = [coerce(have, want, slot) for have, want, slot in zip(own, joined, run.slots, strict=False)]
            yields += [Const(0, core) for core in joined[len(yields) :]]
            arms.append(Arm(arm.case, arm.bind, arm.body, tuple(yields)))
        scope.emit(Match(t, value, named, tuple(arms), out))
        self.slots.extend(Var(name) for name, _ in out)


def coerce(source: Core, target: Core, value: Expr) -> Expr:
    """``value`` carried as ``target``, or as it is where nothing changes."""
    return value if source == target else Coerce(source, target, value)
