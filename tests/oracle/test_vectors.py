"""The specification's vectors: layout, flat form and bytes, through the walk and back, at both pointer widths."""

from __future__ import annotations

import pytest

from oracle import vectors
from oracle.bench import Bench, core_types
from oracle.languages import LANGUAGES, OBJECTS
from oracle.vectors import Vector
from oracle.vectors_own import OwnVector
from symbuild.abi.flatten import flatten
from symbuild.abi.heap import Heap
from symbuild.abi.interp import Language
from symbuild.abi.layout import HandleForm, alignment, size
from symbuild.abi.reference import Codec

# Bytes we lay out as the Canonical ABI does: handles are not in the vectors, so either form of them will do.
FORM: HandleForm = "index"


def check_layout(vector: Vector, pointer: int) -> None:
    """Size, alignment and flat types."""
    expected = vector.expected[pointer]
    assert size(vector.type, FORM, pointer) == expected.size
    assert alignment(vector.type, FORM, pointer) == expected.align
    assert core_types(flatten(vector.type, FORM), pointer) == expected.flat_types


def check_memory(
    vector: Vector | OwnVector, pointer: int, start: int, language: Language, form: HandleForm = FORM
) -> None:
    """The bytes of a value, and the value of the bytes."""
    expected = vector.expected[pointer]
    # As the specification's: zeroed, without gaps, and the value's own bytes end where allocations start.
    at = Bench(language, form, Heap(pointer, base=start - expected.size, poison=0, gap=0))
    address = at.area(vector.type)
    at.write(vector.type, vector.value, address)
    assert at.heap.read(address, expected.size) == expected.mem
    assert contents(at.heap, start).rstrip(b"\0") == expected.heap
    assert at.read(vector.type, address) == vector.value
    assert at.heap.alive() == {}


def contents(heap: Heap, start: int) -> bytes:
    """All bytes allocated from ``start`` on."""
    found = bytearray()
    for address, region in sorted(heap.alive().items()):
        found += bytes(address - start - len(found)) + heap.read(address, region.size)
    return bytes(found)


def check_flat(vector: Vector | OwnVector, pointer: int, start: int, form: HandleForm = FORM) -> None:
    """The flat values of a value, and the value of them."""
    at = Bench(OBJECTS, form, Heap(pointer, base=start, poison=0, gap=0))
    flat = at.lower(vector.type, vector.value)
    assert tuple(flat) == vector.expected[pointer].flat
    assert at.read(vector.type, flat) == vector.value
    assert at.heap.alive() == {}


@pytest.mark.parametrize("pointer", [4, 8])
def test_layout_and_flat_types(pointer: int) -> None:
    data = vectors.load()
    assert len(data.all) == 1500
    for vector in data.all:
        check_layout(vector, pointer)


@pytest.mark.parametrize("pointer", [4, 8])
def test_flat_values(pointer: int) -> None:
    data = vectors.load()
    for vector in data.all:
        check_flat(vector, pointer, data.heap)


@pytest.mark.parametrize("pointer", [4, 8])
@pytest.mark.parametrize("language", LANGUAGES)
def test_bytes(language: str, pointer: int) -> None:
    data = vectors.load()
    for vector in data.all:
        check_memory(vector, pointer, data.heap, LANGUAGES[language])


@pytest.mark.parametrize("pointer", [4, 8])
def test_reference_codec(pointer: int) -> None:
    """Our second opinion is the specification's too."""
    data = vectors.load()
    for vector in data.all:
        check_codec(vector, pointer, data.heap)


def check_codec(vector: Vector | OwnVector, pointer: int, start: int, form: HandleForm = FORM) -> None:
    """As check_memory, without the walk."""
    expected = vector.expected[pointer]
    heap = Heap(pointer, base=start - expected.size, poison=0, gap=0)
    codec = Codec(heap, handle=pointer if form == "pointer" else 4)
    assert (codec.size(vector.type), codec.alignment(vector.type)) == (expected.size, expected.align)
    address = heap.allocate(expected.size, expected.align, "static")
    codec.store(vector.type, vector.value, address, lambda size, align: heap.allocate(size, align, "given"))
    assert heap.read(address, expected.size) == expected.mem
    assert contents(heap, start).rstrip(b"\0") == expected.heap
    assert codec.load(vector.type, address) == vector.value
