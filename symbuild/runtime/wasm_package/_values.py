"""Values of Python to bytes and core values of the Canonical ABI, and back: one function for each step of the glue.

What changes while it is read, such as a list, is read once. ``where`` is the WIT function that is called, or the place
in its result. A core value is an unsigned number, or a float.
"""

from __future__ import annotations

import array
import ctypes
import struct
import sys
from collections.abc import Callable
from typing import Any, NoReturn

__all__ = [
    "F32",
    "F64",
    "I32",
    "I64",
    "S8",
    "S16",
    "U8",
    "U16",
    "bits32",
    "bits64",
    "broken",
    "case",
    "element",
    "elements",
    "entries",
    "field",
    "float32",
    "float64",
    "from_char",
    "in_range",
    "item",
    "member",
    "mistyped",
    "number",
    "numbers",
    "owned",
    "room",
    "text",
    "to_bool",
    "to_char",
    "to_f32",
    "to_f64",
    "to_s8",
    "to_s16",
    "to_s32",
    "to_s64",
    "to_u8",
    "to_u16",
    "to_u32",
    "to_u64",
    "unsigned",
]

if sys.byteorder != "little":
    raise ImportError("packages on wasm need a little-endian machine")

I32, F32, I64, F64 = map(struct.Struct, ("<I", "<f", "<Q", "<d"))
U8, S8, U16, S16 = map(struct.Struct, ("<B", "<b", "<H", "<h"))


class Trap(RuntimeError):
    """The component has trapped, or ended itself: it can be called no more."""


# ---- what is lowered -------------------------------------------------------------------------------------------------
class Block:
    """Bytes that the component is given, ``count`` elements; other blocks' addresses are ``pointers`` in them."""

    __slots__ = ("address", "align", "count", "data", "pointers")

    def __init__(self, data: Any, align: int, count: int) -> None:
        self.data = data
        self.align = align
        self.count = count
        self.pointers: list[tuple[int, Block]] = []
        self.address = 0

    def put(self, offset: int, value: Block) -> None:
        """Leave the address of a block at an offset."""
        self.pointers.append((offset, value))


def room(count: int, size: int, align: int) -> Block:
    """A block to be filled."""
    return Block(bytearray(count * size), align, count)


# ---- from Python: scalars --------------------------------------------------------------------------------------------
def mistyped(where: str, expected: object, found: object) -> NoReturn:
    """Raise TypeError."""
    raise TypeError(f"{where}: expected {expected}, not {type(found)}")


def _to_integer(name: str) -> Callable[[Any, str], int]:
    bits = int(name[1:])
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if name[0] == "s" else (0, (1 << bits) - 1)
    mask = (1 << max(bits, 32)) - 1

    def convert(value: Any, where: str) -> int:
        if type(value) is not int:
            value = value.__index__() if hasattr(value, "__index__") else mistyped(where, "an int", value)
        if not low <= value <= high:
            raise OverflowError(f"{where}: {value!r} is out of range for {name}")
        return int(value) & mask

    return convert


to_u8, to_s8, to_u16, to_s16 = map(_to_integer, ("u8", "s8", "u16", "s16"))
to_u32, to_s32, to_u64, to_s64 = map(_to_integer, ("u32", "s32", "u64", "s64"))


def to_f64(value: Any, where: str) -> float:
    """A number as a float."""
    if type(value) is float:
        return value
    if (not hasattr(value, "__float__") and not hasattr(value, "__index__")) or isinstance(value, str | bytes):
        mistyped(where, "a float", value)
    return float(value)


def to_f32(value: Any, where: str) -> float:
    """The nearest float of 32 bits, which for a large number is infinite."""
    return ctypes.c_float(to_f64(value, where)).value


def to_bool(value: Any, where: str) -> int:
    """0 or 1."""
    if value is True or value is False:
        return int(value)
    mistyped(where, "a bool", value)


def to_char(value: Any, where: str) -> int:
    """The number of a character."""
    if not isinstance(value, str) or len(value) != 1:
        mistyped(where, "a string of one character", value)
    found = ord(value)
    if 0xD800 <= found < 0xE000:
        raise ValueError(f"{where}: a lone surrogate is no char")
    return found


# ---- from Python: parts of values ------------------------------------------------------------------------------------
def field(value: Any, cls: type, name: str, where: str) -> Any:
    """A field of a value of exactly a class."""
    if type(value) is not cls:
        mistyped(where, cls, value)
    return getattr(value, name)


def item(value: Any, count: int, index: int, where: str) -> Any:
    """An item of a tuple."""
    if not isinstance(value, tuple):
        mistyped(where, "a tuple", value)
    if len(value) != count:
        raise ValueError(f"{where}: expected a tuple of {count}, not of {len(value)}")
    return value[index]


def element(value: Any, count: int, index: int, where: str) -> Any:
    """An element of a sequence of a fixed length."""
    if isinstance(value, str) or not hasattr(value, "__getitem__") or not hasattr(value, "__len__"):
        mistyped(where, "a sequence", value)
    if len(value) != count:
        raise ValueError(f"{where}: expected {count} elements, not {len(value)}")
    return value[index]


def case(value: Any, classes: list[type], where: str) -> int:
    """Which of the classes of a variant's cases a value has."""
    try:
        return classes.index(type(value))
    except ValueError:
        mistyped(where, f"{classes[0]} or another case of it", value)


def number(value: Any, cls: type[Any], where: str) -> Any:
    """The number of an enum's member, or the bits of flags."""
    if type(value) is not cls:
        mistyped(where, cls, value)
    return value._value_


def elements(value: Any, where: str) -> tuple[Any, ...]:
    """What a sequence holds now."""
    if isinstance(value, str | dict | set | frozenset) or not hasattr(value, "__getitem__"):
        mistyped(where, "a sequence", value)
    return tuple(value)


def entries(value: Any, where: str) -> tuple[Any, ...]:
    """What a dict holds now."""
    if not isinstance(value, dict):
        mistyped(where, "a dict", value)
    return tuple(value.items())


def text(value: Any, where: str) -> Block:
    """A string in UTF-8."""
    if not isinstance(value, str):
        mistyped(where, "a str", value)
    data = value.encode()
    return Block(data, 1, len(data))


def numbers(value: Any, code: str, formats: str, where: str) -> Block:
    """Numbers in a row: of a buffer that holds them so, else of a sequence. ``code`` is that of ``array``."""
    size = struct.calcsize(code)
    try:
        view = memoryview(value)
    except (TypeError, BufferError):
        pass
    else:
        fits = view.ndim == 1 and view.itemsize == size and view.format.lstrip("@=") in tuple(formats)
        if fits and view.c_contiguous:
            return Block(view.cast("B"), size, len(view))
    found = elements(value, where)
    try:
        return Block(memoryview(array.array(code, found)).cast("B"), size, len(found))
    except OverflowError as error:
        raise OverflowError(f"{where}: {error}") from None


# ---- core values as others -------------------------------------------------------------------------------------------
def bits32(value: float) -> int:
    """The bits of a float."""
    return int(I32.unpack(F32.pack(value))[0])


def bits64(value: float) -> int:
    """The bits of a float."""
    return int(I64.unpack(F64.pack(value))[0])


def float32(bits: int) -> float:
    """The float of bits."""
    return float(F32.unpack(I32.pack(bits & 0xFFFFFFFF))[0])


def float64(bits: int) -> float:
    """The float of bits."""
    return float(F64.unpack(I64.pack(bits))[0])


# ---- to Python -------------------------------------------------------------------------------------------------------
def broken(where: str, what: str) -> NoReturn:
    """The component has sent what is no value."""
    raise SystemError(f"{where}: {what}")


def from_char(value: int, where: str) -> str:
    """A character."""
    if value > 0x10FFFF or 0xD800 <= value < 0xE000:
        broken(where, "char out of range")
    return chr(value)


def member(members: tuple[Any, ...], index: int, where: str) -> Any:
    """The member of an enum."""
    return members[index] if index < len(members) else broken(where, "case out of range")


def in_range(memory: memoryview, pointer: int, count: int, size: int, align: int, where: str) -> None:
    """Raise Trap unless elements can lie there."""
    if pointer % align or pointer + count * size > len(memory):
        raise Trap(f"{where}: {count} elements of {size} bytes at {pointer:#x} are not in the component's memory")


def owned(code: str, octets: memoryview) -> memoryview:
    """Numbers in a block of their own, which may be written to; ``code`` is that of `array`."""
    block = array.array(code)
    block.frombytes(octets)
    return memoryview(block)


# ---- what Python provides --------------------------------------------------------------------------------------------
_MASKS = {"i32": 0xFFFFFFFF, "ptr": 0xFFFFFFFF, "len": 0xFFFFFFFF, "i64": 0xFFFFFFFFFFFFFFFF}


def unsigned(params: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, for wasmtime, which gives signed numbers to it."""
    masks = [_MASKS.get(core) for core in params.split()]
    return lambda *args: function(*(arg if mask is None else arg & mask for arg, mask in zip(args, masks, strict=True)))
