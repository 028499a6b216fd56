"""Handles: the addresses of boxes {operations table, object} in a memory that two components share.

symmetric-abi.md, section 5. A memory's boxes are its first blocks, so they lie at the same addresses in each that is
made anew, and a value made for one is a value in all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from symbuild.abi.heap import Heap
from symbuild.abi.reference import Codec, Value, Visit, ignore
from symbuild.model.types import Handle, Resource, Type, TypeDef, shape
from symbuild.model.world import is_exported

# What the component under test makes, as those see it who import it, and as it sees it itself.
IMPORTED = TypeDef("r", "import test:calls/i", Resource())
MADE = TypeDef("r", "export test:calls/i", Resource())
# What a third component makes, and both others import.
OTHER = TypeDef("o", "import test:calls/o", Resource())
# Operations tables go by their addresses, at which nobody looks in these tests.
OPERATIONS, FOREIGN_OPERATIONS, UNKNOWN_OPERATIONS, DROPPED = 0x7AB1_E000, 0x7AB1_E100, 0x7AB1_E200, 0
_OBJECTS = range(0x0B1E_C700, 0x0B1E_C880, 8)
# How many of them a call lends; it gives others away, each once.
_LENT = 8


@dataclass(frozen=True, slots=True)
class Boxes:
    """The handles in a memory: those the component made, one of a component it knows nothing of, and one dropped."""

    objects: dict[int, int]
    foreign: int
    dropped: int

    @property
    def handles(self) -> tuple[int, ...]:
        """Of objects that are alive."""
        return tuple(self.objects)

    @property
    def lent(self) -> tuple[int, ...]:
        """Those that a call may lend, any number of times."""
        return self.handles[:_LENT]

    @property
    def given(self) -> tuple[int, ...]:
        """Those that a call may give away."""
        return self.handles[_LENT:]


def memory(pointer: int) -> Heap:
    """A fresh memory with ``boxes(pointer)`` in it."""
    return _filled(pointer)[0]


@cache
def boxes(pointer: int) -> Boxes:
    """What is in every ``memory(pointer)``."""
    return _filled(pointer)[1]


def _filled(pointer: int) -> tuple[Heap, Boxes]:
    heap = Heap(pointer)

    def box(operations: int, rep: int) -> int:
        handle = heap.allocate(2 * pointer, pointer, "box")
        heap.fill(handle, b"".join(word.to_bytes(pointer, "little") for word in (operations, rep)))
        return handle

    made = {box(OPERATIONS, rep): rep for rep in _OBJECTS}
    return heap, Boxes(made, box(UNKNOWN_OPERATIONS, 0xBAD), box(DROPPED, 0xDEAD))


class Seen(Codec):
    """Loads what the user of a component is shown: of a borrow of its own resource, the object."""

    def load(self, t: Type, at: int, visit: Visit = ignore) -> Value:
        value = super().load(t, at, visit)
        of = shape(t)
        if isinstance(of, Handle) and is_exported(of.resource) and not of.owned:
            return boxes(self.heap.pointer).objects[value]
        return value
