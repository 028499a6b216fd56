"""Size, alignment and offsets (CanonicalABI.md, "Alignment" and "Element Size"), with pointers of either width.

Written for one pointer width; ``width.both`` lifts an answer to both. ``handle`` says what a handle, stream or future
is in memory: a 4-byte index (Canonical ABI) or a pointer (symmetric-abi.md, section 3).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Literal, assert_never

from symbuild.abi.width import Width, both
from symbuild.model.types import (
    Bits,
    Channel,
    FixedSeq,
    Handle,
    Product,
    Scalar,
    ScalarName,
    Seq,
    Sum,
    Text,
    Type,
    shape,
)

HandleForm = Literal["index", "pointer"]
Access = Literal["u8", "s8", "u16", "s16", "i32", "i64", "f32", "f64", "ptr", "len"]

SCALAR_ACCESS: dict[ScalarName, Access] = {
    "bool": "u8",
    "u8": "u8",
    "s8": "s8",
    "u16": "u16",
    "s16": "s16",
    "u32": "i32",
    "s32": "i32",
    "char": "i32",
    "u64": "i64",
    "s64": "i64",
    "f32": "f32",
    "f64": "f64",
}
ACCESS_SIZE = {"u8": 1, "s8": 1, "u16": 2, "s16": 2, "i32": 4, "i64": 8, "f32": 4, "f64": 8}


def align_to(offset: int, alignment: int) -> int:
    """The next multiple of ``alignment``."""
    return -(-offset // alignment) * alignment


def discriminant_access(t: Sum) -> Access:
    """How a Sum's discriminant is stored: the narrowest unsigned integer that numbers its cases."""
    return "u8" if len(t.cases) <= 1 << 8 else "u16" if len(t.cases) <= 1 << 16 else "i32"


def bits_access(t: Bits) -> Access:
    """How flags are stored: up to 8, 16 or 32 in one integer, more in 32-bit words of which this is one."""
    return "u8" if len(t.labels) <= 8 else "u16" if len(t.labels) <= 16 else "i32"


def bits_words(t: Bits) -> int:
    """How many integers hold the flags."""
    return max(1, -(-len(t.labels) // 32))


@cache
def alignment(t: Type, handle: HandleForm, pointer: int) -> int:
    """Alignment of ``t`` in bytes."""
    match shape(t):
        case Scalar(name):
            return ACCESS_SIZE[SCALAR_ACCESS[name]]
        case Text() | Seq():
            return pointer
        case FixedSeq(elem, _):
            return alignment(elem, handle, pointer)
        case Product(fields):
            return max((alignment(f.type, handle, pointer) for f in fields), default=1)
        case Sum(cases) as s:
            payloads = (alignment(c.type, handle, pointer) for c in cases if c.type)
            return max(ACCESS_SIZE[discriminant_access(s)], *payloads, 1)
        case Bits() as b:
            return ACCESS_SIZE[bits_access(b)]
        case Handle() | Channel():
            return pointer if handle == "pointer" else 4
        case unknown:
            assert_never(unknown)


@cache
def size(t: Type, handle: HandleForm, pointer: int) -> int:
    """Size of ``t`` in bytes, a multiple of its alignment."""
    match shape(t):
        case Scalar(name):
            return ACCESS_SIZE[SCALAR_ACCESS[name]]
        case Text() | Seq():
            return 2 * pointer
        case FixedSeq(elem, count):
            return count * size(elem, handle, pointer)
        case Product(fields) as p:
            return align_to(offsets((f.type for f in fields), handle, pointer)[-1], alignment(p, handle, pointer))
        case Sum(cases) as s:
            body = max((size(c.type, handle, pointer) for c in cases if c.type), default=0)
            return align_to(payload_offset(s, handle, pointer) + body, alignment(s, handle, pointer))
        case Bits() as b:
            return ACCESS_SIZE[bits_access(b)] * bits_words(b)
        case Handle() | Channel():
            return pointer if handle == "pointer" else 4
        case unknown:
            assert_never(unknown)


def offsets(types: Iterable[Type], handle: HandleForm, pointer: int) -> list[int]:
    """The offset of each part laid out in order, then the end without padding."""
    found, end = [], 0
    for t in types:
        end = align_to(end, alignment(t, handle, pointer))
        found.append(end)
        end += size(t, handle, pointer)
    return [*found, end]


def payload_offset(t: Sum, handle: HandleForm, pointer: int) -> int:
    """Where the payloads of all cases start."""
    widest = max((alignment(c.type, handle, pointer) for c in t.cases if c.type), default=1)
    return align_to(ACCESS_SIZE[discriminant_access(t)], widest)


def extent(t: Type, handle: HandleForm) -> tuple[Width, Width]:
    """Size and alignment for both pointer widths."""
    return both(lambda p: size(t, handle, p)), both(lambda p: alignment(t, handle, p))
