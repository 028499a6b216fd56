"""Core values and a language's scalars: what ``FromCore``, ``ToCore`` and ``Coerce`` mean.

See CanonicalABI.md, "Flat Lifting" and "Flat Lowering". An integer of a core type is its bits, as an unsigned number.
"""

from __future__ import annotations

import struct
from typing import Any

from symbuild.abi.flatten import Core
from symbuild.model.types import Bits, Channel, Handle, Scalar, Sum, Type, shape

CoreValue = Any

_SCALAR_BITS = {"u8": 8, "s8": 8, "u16": 16, "s16": 16, "u32": 32, "s32": 32, "u64": 64, "s64": 64}
# How a float is packed, and its bits.
FLOAT_FORMATS: dict[str, tuple[str, str]] = {"f32": ("<f", "<I"), "f64": ("<d", "<Q")}


def invalid(t: Type, value: CoreValue) -> str | None:
    """Why a core value is no value of a scalar type; None where it is one."""
    match shape(t):
        case Scalar("char") if value >= 0x110000 or 0xD800 <= value <= 0xDFFF:
            return f"{value:#x} is no char"
        case Sum(cases) if value >= len(cases):
            return f"enum index {value} is out of range"
        case _:
            return None


def from_core(t: Type, value: CoreValue) -> Any:
    """The language's value of a core value that is valid: a narrow integer is cut to its bits."""
    match shape(t):
        case Scalar("bool"):
            return value != 0
        case Scalar("char"):
            return chr(value)
        case Scalar(name) if name in _SCALAR_BITS:
            bits = _SCALAR_BITS[name]
            value &= (1 << bits) - 1
            return value - (1 << bits) if name.startswith("s") and value >> (bits - 1) else value
        case Bits(labels):
            return value & ((1 << len(labels)) - 1)
        case Scalar() | Sum() | Handle() | Channel():
            return value
        case other:
            raise AssertionError(f"{other} is no scalar")


def to_core(t: Type, value: Any) -> CoreValue:
    """The core value of a scalar: a negative one is sign-extended to the core type's bits."""
    match shape(t):
        case Scalar("char"):
            return ord(value)
        case Scalar("u64" | "s64"):
            return value & 0xFFFF_FFFF_FFFF_FFFF
        case Scalar(name) if name in _SCALAR_BITS:
            return value & 0xFFFF_FFFF
        case Scalar("bool"):
            return int(value)
        case Scalar() | Bits() | Sum() | Handle() | Channel():
            return value
        case other:
            raise AssertionError(f"{other} is no scalar")


def coerce(source: Core, target: Core, value: CoreValue, pointer: int) -> CoreValue:
    """``value`` carried by another core type: a float's bits, an integer widened with zeros or cut."""
    if source in FLOAT_FORMATS:
        as_float, as_bits = FLOAT_FORMATS[source]
        value = struct.unpack(as_bits, struct.pack(as_float, value))[0]
    cut = value & ((1 << _core_bits(target, pointer)) - 1)
    if target in FLOAT_FORMATS:
        as_float, as_bits = FLOAT_FORMATS[target]
        return struct.unpack(as_float, struct.pack(as_bits, cut))[0]
    return cut


def _core_bits(core: Core, pointer: int) -> int:
    match core:
        case "i32" | "f32":
            return 32
        case "i64" | "f64":
            return 64
        case "ptr" | "len":
            return 8 * pointer
