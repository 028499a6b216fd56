"""What a careless or hostile peer can send, one bad scalar at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from oracle.boxes import Boxes, boxes
from symbuild.abi.heap import Heap
from symbuild.abi.reference import Codec, discriminant_size
from symbuild.model.types import FixedSeq, Handle, Product, Scalar, Seq, Sum, Text, Type, shape
from symbuild.model.world import is_exported


@dataclass(frozen=True, slots=True)
class Attack:
    """Bytes to put somewhere, and what they must lead to.

    ``kind`` is "traps"; "bool", which is normalised or, where it would be viewed, traps; "utf8", which traps in a
    language that needs valid strings; or "fine". Of handles it is "handle", which traps with the attack's name for a
    reason, or "held", which only its maker would know to be wrong.
    """

    kind: str
    name: str
    address: int
    data: bytes

    def apply(self, heap: Heap) -> None:
        """Put them there."""
        heap.fill(self.address, self.data)


@dataclass(frozen=True, slots=True)
class Attacker:
    """Finds every place in a stored value that can be attacked. It reads the value's bytes with the codec."""

    codec: Codec

    def attacks(self, t: Type, at: int) -> Iterator[Attack]:
        """All attacks on the value at ``at``."""
        codec = self.codec
        match shape(t):
            case Scalar("bool"):
                yield from (Attack("bool", f"bool {n}", at, bytes([n])) for n in (2, 0x80, 0xFF))
            case Scalar("char"):
                for bad in (0xD800, 0xDFFF, 0x110000, 0xFFFF_FFFF):
                    yield Attack("traps", f"char {bad:#x}", at, bad.to_bytes(4, "little"))
            case Text():
                yield from self._pair(at, 1, 1)
                pointer, length = self._load_pair(at)
                if length:
                    yield Attack("utf8", "no UTF-8", pointer, b"\xff")
            case Seq(elem):
                yield from self._pair(at, codec.size(elem), codec.alignment(elem))
                pointer, length = self._load_pair(at)
                for i in range(length):
                    yield from self.attacks(elem, pointer + i * codec.size(elem))
            case FixedSeq(elem, count):
                for i in range(count):
                    yield from self.attacks(elem, at + i * codec.size(elem))
            case Product(fields):
                for of, offset in codec.places([f.type for f in fields]):
                    yield from self.attacks(of, at + offset)
            case Sum(cases) as s:
                width = discriminant_size(s)
                for bad in {len(cases), (1 << 8 * width) - 1}:
                    if len(cases) <= bad < 1 << 8 * width:
                        yield Attack("traps", f"discriminant {bad}", at, bad.to_bytes(width, "little"))
                case = cases[int.from_bytes(codec.heap.read(at, width), "little")].type
                if case:
                    yield from self.attacks(case, at + codec.payload(s))
            case Handle(resource):
                yield from self._handles(boxes(codec.heap.pointer), at, made=is_exported(resource))

    def _handles(self, known: Boxes, at: int, *, made: bool) -> Iterator[Attack]:
        kind = "handle" if made else "held"
        yield self._handle("handle", "null handle", at, 0)
        yield self._handle(kind, "handle made by another component", at, known.foreign)
        yield self._handle(kind, "handle of a resource that was dropped", at, known.dropped)

    def _handle(self, kind: str, name: str, at: int, handle: int) -> Attack:
        return Attack(kind, name, at, handle.to_bytes(self.codec.handle, "little"))

    def _pair(self, at: int, size: int, align: int) -> Iterator[Attack]:
        width = self.codec.heap.pointer
        pointer, length = self._load_pair(at)
        if length:
            yield Attack("traps", "null", at, bytes(width))
            most = (1 << 8 * width) - 1
            for longer in {most, most // size}:
                yield Attack("traps", f"length {longer:#x}", at + width, longer.to_bytes(width, "little"))
            if align > 1:
                yield Attack("traps", "misaligned", at, (pointer + align // 2).to_bytes(width, "little"))
        else:
            yield from (Attack("fine", f"empty at {p}", at, p.to_bytes(width, "little")) for p in (0, 1))

    def _load_pair(self, at: int) -> tuple[int, int]:
        width = self.codec.heap.pointer
        data = self.codec.heap.read(at, 2 * width)
        return int.from_bytes(data[:width], "little"), int.from_bytes(data[width:], "little")
