"""Our own vectors, worked out by hand; and signatures, from the text of symmetric-abi.md, section 2."""

from __future__ import annotations

import pytest

from oracle.bench import PLACE, Bench, User, core_types
from oracle.languages import LANGUAGES, OBJECTS
from oracle.test_vectors import check_codec, check_flat, check_memory
from oracle.vectors_own import HEAP, OWN, VECTORS, OwnVector
from symbuild.abi.convention import CANONICAL_EXPORT, CANONICAL_IMPORT, SYMMETRIC
from symbuild.abi.flatten import CoreSignature, core_signature, flatten
from symbuild.abi.glue import export_glue, import_glue
from symbuild.abi.heap import Heap
from symbuild.abi.layout import alignment, size
from symbuild.model.types import Scalar, Text, option, result
from symbuild.model.world import Function, Param

CASES = [pytest.param(v, p, id=f"{v.name}-{p}") for v in VECTORS for p in v.expected]


def check(vector: OwnVector, pointer: int) -> None:
    """Everything one vector says."""
    expected, form = vector.expected[pointer], vector.form
    assert size(vector.type, form, pointer) == expected.size
    assert alignment(vector.type, form, pointer) == expected.align
    assert core_types(flatten(vector.type, form), pointer) == expected.flat_types
    check_flat(vector, pointer, HEAP, form)
    check_codec(vector, pointer, HEAP, form)
    for language in LANGUAGES.values():
        check_memory(vector, pointer, HEAP, language, form)


@pytest.mark.parametrize(("vector", "pointer"), CASES)
def test_vector(vector: OwnVector, pointer: int) -> None:
    check(vector, pointer)


STRING, U32, F32 = Text(), Scalar("u32"), Scalar("f32")


def function(*params: object, result: object = None) -> Function:
    """A function of nameless parameters."""
    return Function("f", tuple(Param(f"p{i}", t) for i, t in enumerate(params)), result)  # type: ignore[arg-type]


def check_signatures() -> None:
    """The examples of the text, and both sides of each limit."""
    symmetric = {
        function(STRING, STRING, result=STRING): CoreSignature(("ptr", "len", "ptr", "len", "ptr"), None, area="out"),
        function(F32, result=result(F32, STRING)): CoreSignature(("f32", "ptr"), None, area="out"),
        function(U32, result=OWN): CoreSignature(("i32",), "ptr"),
        function(OWN): CoreSignature(("ptr",), None),
        function(result=U32): CoreSignature((), "i32"),
        function(result=option(U32)): CoreSignature(("ptr",), None, area="out"),
        function(*[U32] * 16): CoreSignature(("i32",) * 16, None),
        function(*[U32] * 17): CoreSignature(("ptr",), None, spilled=True),
        function(*[STRING] * 8, result=U32): CoreSignature(("ptr", "len") * 8, "i32"),
        function(*[STRING] * 8, U32, result=STRING): CoreSignature(("ptr", "ptr"), None, spilled=True, area="out"),
    }
    for f, signature in symmetric.items():
        assert core_signature(f, SYMMETRIC) == signature
    give = function(*[STRING] * 9, result=STRING)
    assert core_signature(give, CANONICAL_IMPORT) == CoreSignature(("ptr", "ptr"), None, True, "out")
    assert core_signature(give, CANONICAL_EXPORT) == CoreSignature(("ptr",), "ptr", True, "returned")
    assert core_signature(function(OWN), CANONICAL_EXPORT) == CoreSignature(("i32",), None)


def test_signatures() -> None:
    check_signatures()


def check_spilled_area(pointer: int) -> None:
    """Sixteen u8 and a string: the string lies behind 16 bytes, whatever the width; 16 + 2 * pointer bytes in all."""
    f = function(*[Scalar("u8")] * 16, STRING)
    bench = Bench(OBJECTS, "pointer", Heap(pointer))
    glue = import_glue(f, SYMMETRIC, OBJECTS.traits, bench.subroutines, PLACE)

    def core(area: int) -> None:
        data = bench.heap.read(area, 16 + 2 * pointer)
        assert data[:16] == bytes(range(16))
        assert area % pointer == 0
        text, length = (int.from_bytes(data[16 + i * pointer :][:pointer], "little") for i in (0, 1))
        assert bench.heap.read(text, length) == b"tail"
        with pytest.raises(Exception, match="in no live block"):
            bench.heap.read(area, 17 + 2 * pointer)

    bench.machine.run_import(glue, [*range(16), "tail"], core)


def check_result_area(pointer: int) -> None:
    """The result's area is the last parameter, and every byte that means something is written."""
    f = function(U32, result=option(STRING))
    bench = Bench(OBJECTS, "pointer", Heap(pointer))
    glue = export_glue(f, SYMMETRIC, OBJECTS.traits, bench.subroutines, PLACE)
    area = bench.area(option(STRING))
    user = User((1, "seven"))
    assert bench.machine.run_export(glue, [7, area], user) is None
    assert user.seen == [[7]]
    assert bench.codec.load(option(STRING), area) == (1, "seven")


@pytest.mark.parametrize("pointer", [4, 8])
def test_areas(pointer: int) -> None:
    check_spilled_area(pointer)
    check_result_area(pointer)
