"""The kinds of language that glue serves, by what they tell the walk."""

from __future__ import annotations

from symbuild.abi.interp import Language
from symbuild.abi.walk import Traits
from symbuild.model.types import FixedSeq, Product, Scalar, Seq, Sum, Text, Type, shape

_NUMBERS = frozenset(("u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64", "f32", "f64"))


def _nothing(t: Type) -> bool:
    return False


def _everything(t: Type) -> bool:
    return True


def _numbers(t: Type) -> bool:
    of = shape(t)
    return isinstance(of, Scalar) and of.name in _NUMBERS


def _no_text(t: Type) -> bool:
    match shape(t):
        case Text():
            return False
        case Seq(elem) | FixedSeq(elem):
            return _no_text(elem)
        case Product(fields):
            return all(_no_text(f.type) for f in fields)
        case Sum(cases):
            return all(c.type is None or _no_text(c.type) for c in cases)
        case _:
            return True


def _owned(t: Type) -> bool:
    match shape(t):
        case Text():
            return True
        case Seq(elem):
            return _owned(elem)
        case _:
            return _numbers(t)


# Like Python: values live elsewhere, everything is copied.
OBJECTS = Language(Traits(_nothing, utf8=False, views=False, moves=False), validates=True)
# Like C: structs are the ABI's, results are malloc's.
STRUCTS = Language(Traits(_everything, utf8=True, views=False, moves=True), validates=False)
STRUCT_VIEWS = Language(Traits(_everything, utf8=True, views=True, moves=True), validates=False)
# Like Rust: numbers in a row are the ABI's and strings are UTF-8; a struct, and where a slice keeps its length, is the
# compiler's business.
NUMBERS = Language(Traits(_numbers, utf8=True, views=False, moves=False), validates=True)
NUMBER_VIEWS = Language(Traits(_numbers, utf8=True, views=True, moves=False), validates=True)
# Like C with UTF-16 strings.
UTF16 = Language(Traits(_no_text, utf8=False, views=False, moves=True), validates=True)
UTF16_VIEWS = Language(Traits(_no_text, utf8=False, views=True, moves=True), validates=True)
# Like C++: owned strings and lists are the ABI's and move one by one, lent ones have another form.
OBJECTS_THAT_MOVE = Language(
    Traits(
        _owned,
        utf8=True,
        views=False,
        moves=True,
        lent_bytes=_numbers,
        parts_move=True,
        in_place=True,
    ),
    validates=False,
)

LANGUAGES = {
    "objects": OBJECTS,
    "structs": STRUCTS,
    "struct-views": STRUCT_VIEWS,
    "numbers": NUMBERS,
    "number-views": NUMBER_VIEWS,
    "objects-that-move": OBJECTS_THAT_MOVE,
    "utf16": UTF16,
    "utf16-views": UTF16_VIEWS,
}
