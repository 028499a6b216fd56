"""The heap that judges glue: every misuse is a Fault."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from symbuild.abi.heap import CallMemory, Fault, Heap


@pytest.fixture(params=[4, 8])
def heap(request: pytest.FixtureRequest) -> Heap:
    return Heap(request.param)


def freed(heap: Heap) -> int:
    """The address of a block of four bytes that is no more."""
    address = heap.allocate(4, 4, "given")
    heap.take(address, 4)
    return address


MISUSES: dict[str, tuple[Callable[[Heap], object], str]] = {
    "second free": (lambda h: h.take(freed(h), 4), "is no block, or no longer one"),
    "free of another size": (lambda h: h.take(h.allocate(4, 4, "given"), 8), "8 bytes at .* but are 4"),
    "free of what was lent": (lambda h: h.take(h.allocate(4, 4, "lent"), 4), "as if given, but are 4, lent"),
    "free of the middle": (lambda h: h.take(h.allocate(8, 4, "given") + 4, 4), "is no block"),
    "read after free": (lambda h: h.read(freed(h), 1), "in no live block"),
    "read behind the end": (lambda h: h.read(h.allocate(4, 4, "given"), 5), "in no live block"),
    "read before the start": (lambda h: h.read(h.allocate(4, 4, "given") - 1, 1), "in no live block"),
    "read at null": (lambda h: h.read(0, 1), "in no live block"),
    "write to what was lent": (lambda h: h.write(h.allocate(4, 4, "lent"), b"x"), "is lent, yet written to"),
    "write to what a handle points at": (lambda h: h.write(h.allocate(8, 4, "box"), b"x"), "is box, yet written to"),
    "write behind the end": (lambda h: h.write(h.allocate(4, 4, "given") + 2, b"xyz"), "in no live block"),
    "misaligned load": (lambda h: h.load("i32", h.allocate(8, 4, "given") + 2), "is not aligned"),
    "misaligned store": (lambda h: h.store("u16", h.allocate(8, 4, "given") + 1, 0), "is not aligned"),
}


@pytest.mark.parametrize("misuse", MISUSES)
def test_misuse_is_a_fault(heap: Heap, misuse: str) -> None:
    act, message = MISUSES[misuse]
    with pytest.raises(Fault, match=message):
        act(heap)


def test_blocks_are_apart_and_aligned(heap: Heap) -> None:
    found = [heap.allocate(size, align, "given") for size in (1, 3, 8, 24) for align in (1, 2, 4, 8)]
    assert [address % align for address, align in zip(found, (1, 2, 4, 8) * 4, strict=True)] == [0] * 16
    assert found == sorted(set(found))
    assert heap.alive().keys() == set(found)


def test_no_bytes_are_no_block(heap: Heap) -> None:
    address = heap.allocate(0, 8, "given")
    assert address > 0
    assert address % 8 == 0
    assert heap.alive() == {}
    assert heap.read(address, 0) == b""
    heap.take(address, 0)


def test_fresh_memory_is_poisoned(heap: Heap) -> None:
    assert heap.read(heap.allocate(4, 1, "given"), 4) == b"\xa5" * 4


def test_narrow_numbers_are_extended_by_their_sign(heap: Heap) -> None:
    at = heap.allocate(8, 8, "frame")
    heap.store("u16", at, 0x1234_FFFE)
    assert heap.load("u16", at) == 0xFFFE
    assert heap.load("s16", at) == 0xFFFF_FFFE
    assert heap.load("s8", at) == 0xFFFF_FFFE


def test_a_call_ends_its_frame_and_must_end_its_arena(heap: Heap) -> None:
    call = CallMemory(heap)
    call.allocate(8, 8, "frame")
    call.lend(4, 4)
    scratch = call.allocate(4, 4, "scratch")
    kept = call.give(4, 4)
    with pytest.raises(Fault, match="arena is not freed"):
        call.end()
    call.view(scratch, 4)
    call.check_views()
    call.end_arena()
    with pytest.raises(Fault, match="in no live block"):
        call.check_views()
    call.end()
    assert heap.alive().keys() == {kept}
