"""How a call's values pass: what of them refers to memory, and which handles change hands or are lent."""

from __future__ import annotations

from functools import cache
from typing import assert_never

from symbuild.abi.walk import owns_memory
from symbuild.frozen import frozen
from symbuild.model.types import Bits, Channel, FixedSeq, Handle, Product, Scalar, Seq, Sum, Text, Type, shape
from symbuild.model.world import Function


@frozen
class Passing:
    """``lends``: parameters that refer to the caller's memory. ``gives``: the result refers to memory of its own.

    ``moves`` and ``borrows``: parameters with owned and with borrowed handles. ``makes``: the result has owned ones.
    """

    lends: tuple[str, ...] = ()
    gives: bool = False
    moves: tuple[str, ...] = ()
    borrows: tuple[str, ...] = ()
    makes: bool = False


def passing_of(f: Function) -> Passing:
    """How the values of a function's calls pass (symmetric-abi.md, section 4)."""
    return Passing(
        lends=tuple(p.name for p in f.params if owns_memory(p.type)),
        gives=f.result is not None and owns_memory(f.result),
        moves=tuple(p.name for p in f.params if True in handles_in(p.type)),
        borrows=tuple(p.name for p in f.params if False in handles_in(p.type)),
        makes=f.result is not None and True in handles_in(f.result),
    )


@cache
def handles_in(t: Type) -> frozenset[bool]:
    """Of the handles in a value: True where some are owned, False where some are borrowed."""
    match shape(t):
        case Handle(_, owned):
            return frozenset((owned,))
        case Seq(elem) | FixedSeq(elem):
            return handles_in(elem)
        case Product(fields):
            return frozenset().union(*(handles_in(f.type) for f in fields))
        case Sum(cases):
            return frozenset().union(*(handles_in(c.type) for c in cases if c.type))
        case Scalar() | Text() | Bits() | Channel():
            return frozenset()
        case unknown:
            assert_never(unknown)
