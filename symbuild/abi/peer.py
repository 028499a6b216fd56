"""The other process, for glue that runs in ``interp.py``: messages as bytes, and each side's end of a call.

A message has two parts, each a row of aligned blocks: ``structure``, which its receiver copies before it looks at it,
and ``bulk``, large blocks of which every byte pattern is a value, which are read where they lie.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from symbuild.abi.heap import Heap, Trap
from symbuild.abi.layout import align_to
from symbuild.frozen import frozen
from symbuild.model.types import Handle

# From how many bytes on a plain block is bulk (SB_BULK of symbuild_isolate.h).
BULK = 4096


@frozen
class Message:
    """What one process sends the other for a call, or for its result."""

    structure: bytes = b""
    bulk: bytes = b""


class Lost(Exception):
    """The other process is gone."""


class Handles(Protocol):
    """A connection's handles, as one side has them; both raise Trap for what is none."""

    def send(self, t: Handle, handle: int, where: str | None) -> int:
        """What stands for a handle in a message."""
        ...

    def take(self, t: Handle, sent: int, where: str | None) -> int:
        """The handle that it means."""
        ...


class Outgoing:
    """A message that is packed, in memory that its sender writes to."""

    def __init__(self, heap: Heap) -> None:
        self._heap = heap
        self._blocks: list[tuple[int, int, int, bool]] = []

    def add(self, data: bytes, align: int, *, plain: bool) -> int:
        """Put a copy of ``data`` at the message's end; returns where it lies."""
        address = self._heap.allocate(len(data), align, "frame")
        if data:
            self._heap.fill(address, data)
            self._blocks.append((address, len(data), align, plain and len(data) >= BULK))
        return address

    def sent(self) -> Message:
        """The message, which is the sender's no more."""
        parts = {False: bytearray(), True: bytearray()}
        for address, size, align, bulk in self._blocks:
            part = parts[bulk]
            part += bytes(align_to(len(part), align) - len(part)) + self._heap.read(address, size)
            self._heap.end(address)
        self._blocks.clear()
        return Message(bytes(parts[False]), bytes(parts[True]))


class Incoming:
    """A message that is taken: block by block, each into memory that ends with the call or is ``given``."""

    def __init__(self, heap: Heap, message: Message, *, given: bool) -> None:
        self._heap = heap
        self._parts = {False: message.structure, True: message.bulk}
        self._at = {False: 0, True: 0}
        self._given = given
        self._taken: list[int] = []

    def take(self, count: int, size: int, align: int, *, plain: bool) -> int:
        """The next block."""
        data = self.read(count * size, align, plain=plain)
        address = self._heap.allocate(len(data), align, "given" if self._given else "frame")
        if data:
            self._heap.fill(address, data)
            self._taken.append(address)
        return address

    def read(self, size: int, align: int, *, plain: bool = False) -> bytes:
        """The bytes of the next block."""
        bulk = plain and size >= BULK
        start = align_to(self._at[bulk], align) if size else self._at[bulk]
        if size > len(self._parts[bulk]) - start:
            raise Trap("message is cut off", None)
        self._at[bulk] = start + size
        return self._parts[bulk][start : start + size]

    def require_end(self) -> None:
        """Trap unless all was taken."""
        if any(self._at[bulk] != len(part) for bulk, part in self._parts.items()):
            raise Trap("message is too long", None)

    def forget(self) -> None:
        """Free what was taken."""
        for address in self._taken:
            self._heap.end(address)
        self._taken.clear()


class Peer:
    """The other process during one call. ``go`` makes the call there, or raises Lost; ``error`` stands for its result.

    Where a call is served, ``asked`` is its message, and ``reply`` what was packed for its result.
    """

    def __init__(
        self,
        heap: Heap,
        handles: Handles,
        *,
        go: Callable[[Message], Message] | None = None,
        asked: Message | None = None,
        error: Message | None = None,
    ) -> None:
        self._heap = heap
        self._go = go
        self._error = error
        self.handles = handles
        self.outgoing = Outgoing(heap)
        self.incoming = Incoming(heap, asked or Message(), given=False)

    def go(self) -> None:
        """Send what was packed; from here on, what comes back is taken."""
        assert self._go
        self.incoming = Incoming(self._heap, self._go(self.outgoing.sent()), given=True)

    def fail(self) -> None:
        """From here on, the error is taken in place of what came, or did not."""
        assert self._error, "a function that recovers has an error"
        self.outgoing.sent()
        self.incoming.forget()
        self.incoming = Incoming(self._heap, self._error, given=True)
