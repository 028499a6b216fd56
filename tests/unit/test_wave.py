"""WAVE: what is written is read back, the forms of the specification are read, and what does not fit is pointed at."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest
from oracle.random_calls import Maker

from symbuild.errors import UsageError
from symbuild.model.types import (
    Bits,
    Case,
    Channel,
    Field,
    FixedSeq,
    Handle,
    Label,
    Named,
    Product,
    Resource,
    Scalar,
    Seq,
    Sum,
    Text,
    Type,
    TypeDef,
    map_of,
    option,
    result,
    shape,
    tuple_of,
)
from symbuild.model.wave_read import callee, read_arguments, read_value
from symbuild.model.wave_write import write_value
from symbuild.model.world import Param

U8, U32, S8, BOOL, CHAR = (Scalar(n) for n in ("u8", "u32", "s8", "bool", "char"))
F32, F64, TEXT = Scalar("f32"), Scalar("f64"), Text()
POINT = Product((Field("x", U32), Field("y", option(U32))))
LOOSE = Product((Field("a", option(U8)), Field("b", option(TEXT))))
SHAPE = Sum((Case("circle", POINT), Case("none"), Case("two-words"), Case("err", TEXT)))
TONE = Sum((Case("dark"), Case("ok")), "enum")
PAINT = Bits((Label("fill"), Label("stroke"), Label("true")))

READ: list[tuple[str, Type, Any]] = [
    ("true", BOOL, True),
    (" false // no", BOOL, False),
    ("0", U8, 0),
    ("-128", S8, -128),
    ("18446744073709551615", Scalar("u64"), (1 << 64) - 1),
    ("3", F64, 3.0),
    ("-6.02e+23", F64, -6.02e23),
    ("0.1", F32, 0.10000000149011612),
    ("-inf", F32, -math.inf),
    ("'x'", CHAR, "x"),
    (r"'\''", CHAR, "'"),
    ("'\"'", CHAR, '"'),
    (r"'\u{1F600}'", CHAR, "😀"),
    (r'"a\tb\n\r\\\"\'\u{0}☃"', TEXT, "a\tb\n\r\\\"'\0☃"),
    ('""', TEXT, ""),
    ('"""\nA single line\n"""', TEXT, "A single line"),
    ('"""\n    one\n\n      two \\" """x\n  """'.replace('"""x', '""\\"'), TEXT, '  one\n\n    two " """'),
    ("[]", Seq(U8), []),
    ("[1, 2,]", Seq(U8), [1, 2]),
    ("[1, 2]", FixedSeq(U8, 2), [1, 2]),
    ('(1, "a",)', tuple_of(U8, TEXT), (1, "a")),
    ('[("a", 1)]', map_of(TEXT, U8), [("a", 1)]),
    ("{x: 1, y: 2}", POINT, (1, (1, 2))),
    ("{ %y : some(2), x: 1, }", POINT, (1, (1, 2))),
    ("{x: 1}", POINT, (1, (0, None))),
    ("{:}", LOOSE, ((0, None), (0, None))),
    ('{b: "x"}', LOOSE, ((0, None), (1, "x"))),
    ("circle({x: 1})", SHAPE, (0, (1, (0, None)))),
    ("%none", SHAPE, (1, None)),
    ("two-words", SHAPE, (2, None)),
    ('%err("x")', SHAPE, (3, "x")),
    ("dark", TONE, 0),
    ("%ok", TONE, 1),
    ("none", option(U8), (0, None)),
    ("some(1)", option(U8), (1, 1)),
    ("1", option(U8), (1, 1)),
    ("some(none)", option(option(U8)), (1, (0, None))),
    ("some(1)", option(option(U8)), (1, (1, 1))),
    ("%none", option(SHAPE), (1, (1, None))),
    ("none", option(SHAPE), (0, None)),
    ("ok(1)", result(U8, TEXT), (0, 1)),
    ("1", result(U8, TEXT), (0, 1)),
    ('err("x")', result(U8, TEXT), (1, "x")),
    ("ok", result(None, TEXT), (0, None)),
    ("err", result(None, None), (1, None)),
    ("{stroke, %true,}", PAINT, 0b110),
    ("{}", PAINT, 0),
]


@pytest.mark.parametrize(("text", "t", "value"), READ, ids=[text for text, _, _ in READ])
def test_read(text: str, t: Type, value: Any) -> None:
    assert read_value(text, t) == value


def test_nan_is_read_and_written() -> None:
    assert math.isnan(read_value("nan", F32))
    assert write_value(F32, math.nan) == "nan"


WRITTEN: list[tuple[Type, Any, str]] = [
    (F64, 1.0, "1"),
    (F64, -0.0, "-0"),
    (F64, 1e300, "1e+300"),
    (F32, 0.10000000149011612, "0.1"),
    (F32, 16777216.0, "16777216"),
    (F32, math.inf, "inf"),
    (CHAR, "'", r"'\''"),
    (CHAR, '"', "'\"'"),
    (TEXT, "a\"'\\\n\t\r\0\u200b☃", r'"a\"' + "'" + r'\\\n\t\r\u{0}\u{200b}☃"'),
    (SHAPE, (1, None), "%none"),
    (SHAPE, (2, None), "two-words"),
    (TONE, 1, "%ok"),
    (option(option(U8)), (1, (0, None)), "some(none)"),
    (result(None, TEXT), (1, "x"), 'err("x")'),
    (result(None, None), (0, None), "ok"),
    (POINT, (1, (0, None)), "{x: 1, y: none}"),
    (PAINT, 0b101, "{fill, true}"),
    (map_of(U8, BOOL), [(1, True)], "[(1, true)]"),
]


@pytest.mark.parametrize(("t", "value", "text"), WRITTEN, ids=[text for _, _, text in WRITTEN])
def test_write(t: Type, value: Any, text: str) -> None:
    assert write_value(t, value) == text
    assert read_value(text, t) == value


def _can_be_written(t: Type) -> bool:
    match shape(t):
        case Handle() | Channel():
            return False
        case Seq(elem) | FixedSeq(elem):
            return _can_be_written(elem)
        case Product(fields):
            return all(_can_be_written(f.type) for f in fields)
        case Sum(cases):
            return all(c.type is None or _can_be_written(c.type) for c in cases)
        case _:
            return True


def test_random_values_come_back() -> None:
    seen = 0
    for seed in range(600):
        make = Maker(random.Random(f"wave {seed}"))
        t = make.type()
        if _can_be_written(t):
            seen += 1
            value = make.value(t)
            assert read_value(write_value(t, value), t) == value, write_value(t, value)
    assert seen > 200


def test_damaged_text_is_read_or_refused() -> None:
    """Whatever a slip of the fingers makes of a value, it is another value or a UsageError."""
    refused = 0
    for seed in range(800):
        make = Maker(random.Random(f"damage {seed}"))
        t = make.type()
        if not _can_be_written(t):
            continue
        text = write_value(t, make.value(t))
        at = make.random.randrange(len(text))
        slip = make.random.choice(("", *"{}[]()\"'\\,:% \n1-eu.x"))
        try:
            value = read_value(text[:at] + slip + text[at + 1 :], t)
        except UsageError:
            refused += 1
        else:
            assert read_value(write_value(t, value), t) == value
    assert refused > 100


WRONG: list[tuple[str, Type, int, str]] = [
    ("1", BOOL, 1, "`1` is no bool"),
    ("truely", BOOL, 1, "`truely` is no bool"),
    ("256", U8, 1, "256 is out of the range of u8, 0 to 255"),
    ("-1", U8, 1, "-1 is out of the range of u8"),
    ("1.5", U8, 1, "`1.5` is no u8"),
    ("0x1", U8, 2, "unexpected `x1`"),
    ("01", U8, 2, "unexpected `1`"),
    ("inf", U8, 1, "`inf` is no u8"),
    ("1e39", F32, 1, "1e39 is out of the range of f32"),
    (".5", F64, 1, "`.5` is no f64"),
    ('"x"', CHAR, 1, '`"x"` is no char'),
    ("''", CHAR, 1, "is no char"),
    ("'ab'", CHAR, 1, "`'ab'` is no char"),
    (r"'\u{d800}'", CHAR, 2, r"`\u{d800}` is no Unicode scalar value"),
    (r'"\x"', TEXT, 2, "not an escape"),
    ('"abc', TEXT, 1, "the string does not end"),
    ('"a\nb"', TEXT, 1, "the string does not end"),
    ('"""x"""', TEXT, 1, "the string does not end with a line"),
    ('"""\n x\n  """', TEXT, 1, "not indented by the 2 blanks"),
    ("abc", TEXT, 1, "`abc` is no string"),
    ("[1, 2", Seq(U8), 6, "expected `,` or `]`, found the end"),
    ("[1 2]", Seq(U8), 4, "expected `,` or `]`, found `2`"),
    ("(1)", Seq(U8), 1, "is no list<u8>"),
    ("[1]", FixedSeq(U8, 2), 1, "list<u8, 2> has 2 elements, not 1"),
    ("(1)", tuple_of(U8, U8), 1, "has 2 parts, not 1"),
    ("(1, 2, 3)", tuple_of(U8, U8), 8, "has 2 parts, and not one more"),
    ("{y: 1}", POINT, 1, "the field `x: u32` is missing"),
    ("{x: 1, x: 2}", POINT, 8, "the field `x` stands here twice"),
    ("{z: 1}", POINT, 2, "has no field `z`"),
    ("{1: 1}", POINT, 2, "expected a field of"),
    ("{:, a: 1}", LOOSE, 3, "`{:}` is the record"),
    ("square", SHAPE, 1, "has no case `square`"),
    ("none", SHAPE, 1, "`none` is a word of WAVE's own"),
    ("circle", SHAPE, 7, "expected the payload of `circle`"),
    ("two-words(1)", SHAPE, 10, "`two-words` has no payload"),
    ("1", option(option(U8)), 1, "is no option<option<u8>>"),
    ("1", result(None, None), 1, "`1` is no result"),
    ("ok", result(U8, None), 3, "expected the payload of `ok`, `(u8)`"),
    ("{blue}", PAINT, 2, "has no flag `blue`"),
    ("1", Handle(TypeDef("r", "world", Resource()), owned=True), 1, "a value of type own<r> cannot be written"),
]


@pytest.mark.parametrize(("text", "t", "column", "what"), WRONG, ids=[text for text, *_ in WRONG])
def test_what_does_not_fit_is_pointed_at(text: str, t: Type, column: int, what: str) -> None:
    with pytest.raises(UsageError) as raised:
        read_value(text, t)
    (finding,) = raised.value.findings
    assert what in finding.what
    assert f"column {column}" in (finding.where or "")


PARAMS = (Param("a", U8), Param("b", Named(TypeDef("point", "world", POINT))), Param("c", option(U8)))


def test_arguments() -> None:
    assert callee(" ns:pkg/i@1.0.0#f (1)") == "ns:pkg/i@1.0.0#f"
    assert read_arguments("f(1, {x: 2})", PARAMS) == [1, (2, (0, None)), (0, None)]
    assert read_arguments("f(1, {x: 2}, 3,) // done", PARAMS) == [1, (2, (0, None)), (1, 3)]
    assert read_arguments("f()", ()) == []


@pytest.mark.parametrize(
    ("call", "what", "where"),
    [
        ("f(1)", "the argument `b: point` is missing", "`f(1)`, column 5"),
        ("f(1, {x: 1}, 2, 3)", "one argument too many: the function takes 3", "column 17"),
        ("f(1, {x: true})", "`true` is no u32", "column 10: argument 2, `b: point`: field x"),
        ("f(1, {x: 1}) 2", "unexpected `2`", "column 14"),
    ],
)
def test_wrong_arguments(call: str, what: str, where: str) -> None:
    with pytest.raises(UsageError) as raised:
        read_arguments(call, PARAMS)
    (finding,) = raised.value.findings
    assert (finding.what, where in (finding.where or "")) == (what, True), finding.where


@pytest.mark.parametrize("text", ["f", "", "(1)"])
def test_what_is_no_call(text: str) -> None:
    with pytest.raises(UsageError, match="is no call"):
        callee(text)
