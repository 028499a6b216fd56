"""Loading and storing as CanonicalABI.md spells it, with pointers of either width: the second opinion on the walk.

Deliberately shares nothing with ``layout.py`` and ``walk.py``: ``interp.py`` takes it for the memory of languages
whose values are the ABI's bytes, and tests for the expected bytes. Values are plain Python: a Product is a tuple, a
Sum a pair (case, payload or None) or an enum's index, a list a list, flags an int, a char and a string a str, a handle
an int.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, assert_never

from symbuild.abi.heap import Fault, Heap
from symbuild.model.types import Bits, Channel, FixedSeq, Handle, Product, Scalar, Seq, Sum, Text, Type, shape

Value = Any
# What is told of every block that a value refers to, once it was read: address and size in bytes.
Visit = Callable[[int, int], None]
# Gives room for what a stored value refers to: size and alignment in bytes -> address.
Allocate = Callable[[int, int], int]

_BYTES = {"bool": 1, "u8": 1, "s8": 1, "u16": 2, "s16": 2, "u32": 4, "s32": 4, "char": 4, "u64": 8, "s64": 8}
_FLOATS = {"f32": "<f", "f64": "<d"}


def ignore(address: int, size: int) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Codec:
    """Loads and stores values of one memory. A handle has ``handle`` bytes.

    ``errors`` is what the language does about bytes that are no UTF-8: "strict" where it relies on their being checked
    before, "surrogateescape" where any bytes are a string to it.
    """

    heap: Heap
    handle: int
    errors: Literal["strict", "surrogateescape"] = "strict"

    # -- "Alignment", "Element Size" -----------------------------------------------------------------------------------
    def alignment(self, t: Type) -> int:
        """In bytes."""
        match shape(t):
            case Scalar(name):
                return _BYTES.get(name) or (4 if name == "f32" else 8)
            case Text() | Seq():
                return self.heap.pointer
            case FixedSeq(elem, _):
                return self.alignment(elem)
            case Product(fields):
                return max([1, *(self.alignment(f.type) for f in fields)])
            case Sum() as s:
                return max(discriminant_size(s), self._max_case_alignment(s))
            case Bits(labels):
                return 1 if len(labels) <= 8 else 2 if len(labels) <= 16 else 4
            case Handle() | Channel():
                return self.handle
            case unknown:
                assert_never(unknown)

    def size(self, t: Type) -> int:
        """In bytes, padding at the end included."""
        match shape(t):
            case Text() | Seq():
                return 2 * self.heap.pointer
            case FixedSeq(elem, count):
                return self.size(elem) * count
            case Product(fields) as p:
                end = 0
                for f in fields:
                    end = _round_up(end, self.alignment(f.type)) + self.size(f.type)
                return _round_up(end, self.alignment(p))
            case Sum(cases) as s:
                return _round_up(
                    self.payload(s) + max(self.size(c.type) if c.type else 0 for c in cases), self.alignment(s)
                )
            case Bits(labels) as b:
                return self.alignment(b) * (-(-len(labels) // 32) if len(labels) > 16 else 1)
            case Scalar() | Handle() | Channel() as scalar:
                return self.alignment(scalar)
            case unknown:
                assert_never(unknown)

    def payload(self, s: Sum) -> int:
        """The offset of the payload of every case."""
        return _round_up(discriminant_size(s), self._max_case_alignment(s))

    def _max_case_alignment(self, s: Sum) -> int:
        return max([1, *(self.alignment(c.type) for c in s.cases if c.type)])

    # -- "Loading" -----------------------------------------------------------------------------------------------------
    def load(self, t: Type, at: int, visit: Visit = ignore) -> Value:
        """The value at ``at``. Bytes that are no value are a Fault: whoever loads must have checked them."""
        match shape(t):
            case Scalar(name):
                return self._load_scalar(name, at)
            case Text():
                pointer, length = self._load_pair(at)
                text = self.decode(self.heap.read(pointer, length))
                if length:
                    visit(pointer, length)
                return text
            case Seq(elem):
                pointer, length = self._load_pair(at)
                items = self.load_list(elem, pointer, length, visit)
                if length:
                    visit(pointer, length * self.size(elem))
                return items
            case FixedSeq(elem, count):
                return [self.load(elem, at + i * self.size(elem), visit) for i in range(count)]
            case Product(fields):
                return tuple(self.load(t, at + o, visit) for t, o in self.places([f.type for f in fields]))
            case Sum() as s:
                return self._load_sum(s, at, visit)
            case Bits(labels) as b:
                return self._load_int(at, self.size(b)) & ((1 << len(labels)) - 1)
            case Handle() | Channel():
                return self._load_int(at, self.handle)
            case unknown:
                assert_never(unknown)

    def load_list(self, elem: Type, pointer: int, length: int, visit: Visit = ignore) -> list[Value]:
        """The elements at ``pointer``, which is not looked at for length 0; ``visit`` is told what they refer to."""
        return [self.load(elem, pointer + i * self.size(elem), visit) for i in range(length)]

    def decode(self, data: bytes) -> str:
        """The string of these bytes."""
        try:
            return data.decode("utf-8", self.errors)
        except UnicodeDecodeError as error:
            raise Fault(f"unchecked string: {error}") from None

    def _load_sum(self, s: Sum, at: int, visit: Visit) -> Value:
        case = self._load_int(at, discriminant_size(s))
        if case >= len(s.cases):
            raise Fault(f"unchecked discriminant: {case} of {len(s.cases)} cases")
        if s.sugar == "enum":
            return case
        payload = s.cases[case].type
        return (case, self.load(payload, at + self.payload(s), visit) if payload else None)

    def _load_scalar(self, name: str, at: int) -> Value:
        if name in _FLOATS:
            return struct.unpack(_FLOATS[name], self.heap.read(at, 4 if name == "f32" else 8))[0]
        value = self._load_int(at, _BYTES[name], signed=name.startswith("s"))
        if name == "bool":
            if value > 1:
                raise Fault(f"unchecked bool: {value}")
            return bool(value)
        if name == "char":
            if value >= 0x110000 or 0xD800 <= value <= 0xDFFF:
                raise Fault(f"unchecked char: {value:#x}")
            return chr(value)
        return value

    def _load_pair(self, at: int) -> tuple[int, int]:
        width = self.heap.pointer
        return self._load_int(at, width), self._load_int(at + width, width)

    def _load_int(self, at: int, size: int, *, signed: bool = False) -> int:
        return int.from_bytes(self.heap.read(at, size), "little", signed=signed)

    # -- "Storing" -----------------------------------------------------------------------------------------------------
    def store(self, t: Type, value: Value, at: int, allocate: Allocate) -> None:
        """Store ``value`` at ``at``, what it refers to where ``allocate`` says."""
        match shape(t):
            case Scalar(name) if name in _FLOATS:
                self.heap.fill(at, struct.pack(_FLOATS[name], value))
            case Scalar(name):
                self._store_int(at, ord(value) if name == "char" else int(value), _BYTES[name])
            case Text():
                data = value.encode("utf-8", self.errors)
                pointer = allocate(len(data), 1)
                if data:
                    self.heap.fill(pointer, data)
                self._store_pair(at, pointer, len(data))
            case Seq(elem):
                self._store_pair(at, self.store_list(elem, value, allocate), len(value))
            case FixedSeq(elem, count):
                for i in range(count):
                    self.store(elem, value[i], at + i * self.size(elem), allocate)
            case Product(fields):
                for part, (of, o) in zip(value, self.places([f.type for f in fields]), strict=True):
                    self.store(of, part, at + o, allocate)
            case Sum() as s:
                self._store_sum(s, value, at, allocate)
            case Bits() as b:
                self._store_int(at, value, self.size(b))
            case Handle() | Channel():
                self._store_int(at, value, self.handle)
            case unknown:
                assert_never(unknown)

    def store_list(self, elem: Type, values: Sequence[Value], allocate: Allocate) -> int:
        """Store the elements of a list in a block of their own; returns its address."""
        pointer = allocate(len(values) * self.size(elem), self.alignment(elem))
        for i, value in enumerate(values):
            self.store(elem, value, pointer + i * self.size(elem), allocate)
        return pointer

    def _store_sum(self, s: Sum, value: Value, at: int, allocate: Allocate) -> None:
        case, inner = (value, None) if s.sugar == "enum" else value
        self._store_int(at, case, discriminant_size(s))
        if payload := s.cases[case].type:
            self.store(payload, inner, at + self.payload(s), allocate)

    def _store_pair(self, at: int, pointer: int, length: int) -> None:
        self._store_int(at, pointer, self.heap.pointer)
        self._store_int(at + self.heap.pointer, length, self.heap.pointer)

    def _store_int(self, at: int, value: int, size: int) -> None:
        self.heap.fill(at, (value & ((1 << 8 * size) - 1)).to_bytes(size, "little"))

    def places(self, types: list[Type]) -> list[tuple[Type, int]]:
        """Each of the types with its offset, laid out in order."""
        found, end = [], 0
        for t in types:
            start = _round_up(end, self.alignment(t))
            found.append((t, start))
            end = start + self.size(t)
        return found


def discriminant_size(s: Sum) -> int:
    """In bytes, after "discriminant_type"."""
    return (1, 1, 2, 4)[math.ceil(math.log2(len(s.cases)) / 8)]


def _round_up(offset: int, alignment: int) -> int:
    return math.ceil(offset / alignment) * alignment
