"""Memory in which every block is accounted for: what ``interp.py`` runs glue on.

An access outside a block that is alive, a second free, or a free of what was only lent is a :class:`Fault`. Addresses
are never used twice, lie far from zero and hold a poison until written, so that no mistake passes by luck.
"""

from __future__ import annotations

import struct
from bisect import bisect_right, insort
from dataclasses import dataclass
from typing import Literal

from symbuild.abi.layout import ACCESS_SIZE, Access, align_to
from symbuild.abi.nodes import Life
from symbuild.abi.scalars import FLOAT_FORMATS, CoreValue

# Of nodes.Life, "given" is what Release may free. "lent" is memory of the language's own; "box" is what a handle points
# at: its maker's, however many calls there are.
Holding = Life | Literal["lent", "box"]
# What calls are not accountable for.
_OUTLIVES_CALLS: frozenset[Holding] = frozenset(("static", "box"))

_POISON = 0xA5
# Above what 31 and 32 bits hold: an address that is sign-extended or cut shows itself.
_BASE = {4: 0xE000_0000, 8: 0x7E57_E000_0000}
_GAP = 32


class Fault(Exception):
    """The glue did what no glue may do, whatever it was given: a bug in the glue, where a Trap is its defence."""


class Trap(Exception):
    """The glue stopped the program: a peer sent bytes that are no value. ``where`` names the parameter or result."""

    def __init__(self, reason: str, where: str | None) -> None:
        self.reason = reason
        self.where = where
        super().__init__(f"{where}: {reason}")


@dataclass(frozen=True, slots=True)
class Region:
    """A block of ``size`` bytes, and who may free it."""

    size: int
    holding: Holding


class Heap:
    """A memory with pointers of ``pointer`` (4 or 8) bytes. ``gap`` bytes between blocks belong to none."""

    def __init__(self, pointer: int, *, base: int | None = None, poison: int = _POISON, gap: int = _GAP) -> None:
        self.pointer = pointer
        self._base = _BASE[pointer] if base is None else base
        self._poison = poison
        self._gap = gap
        self._bytes = bytearray()
        self._regions: dict[int, Region] = {}
        self._starts: list[int] = []

    def allocate(self, size: int, align: int, holding: Holding) -> int:
        """A fresh block; one of no bytes is an aligned address that is no block."""
        address = align_to(self._base + len(self._bytes), align)
        if size:
            end = address + size + self._gap - self._base
            self._bytes += bytes([self._poison]) * (end - len(self._bytes))
            self._regions[address] = Region(size, holding)
            insort(self._starts, address)
        return address

    def end(self, address: int) -> None:
        """Forget a block that its holder is done with."""
        del self._regions[address]
        self._starts.remove(address)

    def take(self, address: int, size: int) -> None:
        """Free, or hand to the language, a block that was given: exactly one, exactly once."""
        if size == 0:
            return
        region = self._regions.get(address)
        if region is None:
            raise Fault(f"{address:#x} is freed but is no block, or no longer one")
        if region != Region(size, "given"):
            raise Fault(f"{size} bytes at {address:#x} are freed as if given, but are {region.size}, {region.holding}")
        self.end(address)

    def alive(self) -> dict[int, Region]:
        """The blocks nobody has ended yet, without those that outlive every call."""
        return {address: r for address, r in self._regions.items() if r.holding not in _OUTLIVES_CALLS}

    def snapshot(self) -> dict[int, bytes]:
        """The bytes of every live block, by its address."""
        return {address: self.read(address, region.size) for address, region in self._regions.items()}

    def read(self, address: int, size: int) -> bytes:
        """Bytes of one live block."""
        if size == 0:
            return b""
        self._region(address, size)
        start = address - self._base
        return bytes(self._bytes[start : start + size])

    def write(self, address: int, data: bytes) -> None:
        """Write into one live block that is not the language's own, nor a handle's."""
        holding = self._region(address, len(data)).holding
        if holding in ("lent", "box"):
            raise Fault(f"memory at {address:#x} is {holding}, yet written to")
        self.fill(address, data)

    def fill(self, address: int, data: bytes) -> None:
        """Write as the one whose memory it is."""
        self._region(address, len(data))
        start = address - self._base
        self._bytes[start : start + len(data)] = data

    def load(self, access: Access, at: int) -> CoreValue:
        """The core value of a scalar in memory; a narrow signed one is sign-extended."""
        data = self.read(at, self._width(access, at))
        if access in FLOAT_FORMATS:
            return struct.unpack(FLOAT_FORMATS[access][0], data)[0]
        value = int.from_bytes(data, "little", signed=access in ("s8", "s16"))
        return value & 0xFFFF_FFFF if access in ("s8", "s16") else value

    def store(self, access: Access, at: int, value: CoreValue) -> None:
        """Write a core value, cut to what the access holds."""
        size = self._width(access, at)
        if access in FLOAT_FORMATS:
            data = struct.pack(FLOAT_FORMATS[access][0], value)
        else:
            data = (value & ((1 << 8 * size) - 1)).to_bytes(size, "little")
        self.write(at, data)

    def _width(self, access: Access, at: int) -> int:
        size = ACCESS_SIZE.get(access, self.pointer)
        if at % size:
            raise Fault(f"{access} at {at:#x} is not aligned")
        return size

    def _region(self, address: int, size: int) -> Region:
        index = bisect_right(self._starts, address) - 1
        if index >= 0:
            start = self._starts[index]
            region = self._regions[start]
            if address + size <= start + region.size:
                return region
        raise Fault(f"{size} bytes at {address:#x} are in no live block")


class CallMemory:
    """What lives as long as one call: its frame, its arena, what it lends, and the views it hands to the user."""

    def __init__(self, heap: Heap) -> None:
        self._heap = heap
        self._frame: list[int] = []
        self._arena: list[int] = []
        self._views: list[tuple[int, int]] = []

    def allocate(self, size: int, align: int, holding: Holding) -> int:
        """A fresh block that ends with the call, with the arena, or (given, static) not at all."""
        address = self._heap.allocate(size, align, holding)
        if size and holding in ("frame", "lent"):
            self._frame.append(address)
        elif size and holding == "scratch":
            self._arena.append(address)
        return address

    def give(self, size: int, align: int) -> int:
        """A block for the receiver to free."""
        return self.allocate(size, align, "given")

    def lend(self, size: int, align: int) -> int:
        """A block of the language's own."""
        return self.allocate(size, align, "lent")

    def view(self, address: int, size: int) -> None:
        """Remember that the user will look at these bytes."""
        self._views.append((address, size))

    def check_views(self) -> None:
        """See that all the user may look at is still alive."""
        for address, size in self._views:
            self._heap.read(address, size)

    def end_arena(self) -> None:
        """Free the arena."""
        while self._arena:
            self._heap.end(self._arena.pop())

    def end(self) -> None:
        """Leave the function."""
        if self._arena:
            raise Fault("the arena is not freed")
        for address in self._frame:
            self._heap.end(address)
