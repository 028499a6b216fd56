"""What a call between processes copies (``message.py`` says how): the part of it that is known before any call."""

from __future__ import annotations

from typing import assert_never

from symbuild.abi.glue import params_tuple
from symbuild.abi.layout import extent
from symbuild.abi.message import is_plain
from symbuild.abi.walk import owns_memory
from symbuild.abi.width import ZERO, Width
from symbuild.frozen import frozen
from symbuild.model.types import Bits, Channel, FixedSeq, Handle, Product, Scalar, Seq, Sum, Text, Type, shape
from symbuild.model.world import Function


@frozen
class Crossing:
    """A function's messages: how many bytes they have without what values refer to, and what is copied besides.

    ``in_place``: parameters whose lists the receiver reads where they were written, if they are long. ``copied``:
    parameters that it copies out, for they hold texts or must be checked. ``gives``: the result refers to more.
    """

    arguments: Width
    result: Width
    in_place: tuple[str, ...] = ()
    copied: tuple[str, ...] = ()
    gives: bool = False


def crossing_of(f: Function) -> Crossing:
    """What a call of the function copies between two processes."""
    return Crossing(
        extent(params_tuple(f), "pointer")[0] if f.params else ZERO,
        extent(f.result, "pointer")[0] if f.result else ZERO,
        tuple(p.name for p in f.params if True in lists_in(p.type)),
        tuple(p.name for p in f.params if False in lists_in(p.type)),
        f.result is not None and owns_memory(f.result),
    )


def lists_in(t: Type) -> frozenset[bool]:
    """Of the lists and texts in a value: True where some are plain, and so read in place; False for others."""
    match shape(t):
        case Text():
            return frozenset((False,))
        case Seq(elem):
            return frozenset((is_plain(elem),)) | lists_in(elem)
        case FixedSeq(elem):
            return lists_in(elem)
        case Product(fields):
            return frozenset().union(*(lists_in(f.type) for f in fields))
        case Sum(cases):
            return frozenset().union(*(lists_in(c.type) for c in cases if c.type))
        case Scalar() | Bits() | Handle() | Channel():
            return frozenset()
        case unknown:
            assert_never(unknown)
