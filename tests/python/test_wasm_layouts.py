"""Types whose place in memory, or among core values, is not plain come back as they went: against Rust's compiler."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from python.wasm_package import build_wasm_package, imported_anew

_ENUM = ", ".join(f"c{i}" for i in range(300))
_FLAGS = {count: ", ".join(f"b{i}" for i in range(count)) for count in (9, 17, 32)}
WIT = f"""package t:layouts;
interface shapes {{
  enum wide {{ {_ENUM} }}
  flags nine {{ {_FLAGS[9]} }}
  flags seventeen {{ {_FLAGS[17]} }}
  flags words {{ {_FLAGS[32]} }}
  record gaps {{ a: u8, b: u64, c: bool, d: f32, e: tuple<u16, char>, f: s8 }}
  variant joins {{ a(f32), b(s64), c(f64), d(u8), e(char), f, g(gaps) }}
  variant pointers {{ a(string), b(f32), c(s8), d(tuple<u8, u32>) }}
  variant longs {{ a(string), b(f64), c(list<u16>), d(u64) }}
  record nested {{ a: option<result<gaps, list<string>>>, b: list<tuple<u8, option<joins>>>, c: words }}
"""
# Function and the type of it in WIT and in Rust, with values of it.
_Values = Callable[[Any, Any], list[Any]]
KINDS: list[tuple[str, str, str, _Values]] = [
    ("enums", "wide", "Wide", lambda s, _: [s.Wide.C0, s.Wide.C255, s.Wide.C256, s.Wide.C299]),
    ("nines", "nine", "Nine", lambda s, _: [s.Nine(0), s.Nine.B8, s.Nine(0x1FF)]),
    ("seventeens", "seventeen", "Seventeen", lambda s, _: [s.Seventeen.B16 | s.Seventeen.B0]),
    ("word", "words", "Words", lambda s, _: [s.Words.B31 | s.Words.B30, s.Words.B0]),
    ("gap", "gaps", "Gaps", lambda s, _: [gaps(s), gaps(s, 0)]),
    ("join", "joins", "Joins", lambda s, _: joins(s)),
    ("pointer", "pointers", "Pointers", lambda s, _: pointers(s)),
    ("long", "longs", "Longs", lambda s, _: longs(s)),
    ("nest", "nested", "Nested", lambda s, m: [nested(s, m), s.Nested(None, [], s.Words(0))]),
    ("all-joins", "list<joins>", "Vec<Joins>", lambda s, _: [joins(s), []]),
    ("all-pointers", "list<pointers>", "Vec<Pointers>", lambda s, _: [pointers(s)]),
    ("all-longs", "list<longs>", "Vec<Longs>", lambda s, _: [longs(s)]),
    ("all-nested", "list<nested>", "Vec<Nested>", lambda s, m: [[nested(s, m)] * 3]),
    ("all-words", "list<words>", "Vec<Words>", lambda s, _: [[s.Words.B31, s.Words.B1]]),
    ("enums-in-list", "list<wide>", "Vec<Wide>", lambda s, _: [[s.Wide.C299, s.Wide.C1]]),
    ("texts", "list<list<string>>", "Vec<Vec<String>>", lambda _, __: [[["a", "ü"], [], [""]], []]),
    ("singles", "list<f32>", "Vec<f32>", lambda _, __: [[0.5, -math.inf, 1.5], []]),
    ("shorts", "list<s16>", "Vec<i16>", lambda _, __: [[-(2**15), 2**15 - 1, 0]]),
    ("bytes-with-sign", "list<s8>", "Vec<i8>", lambda _, __: [[-128, 127]]),
    ("longest", "list<s64>", "Vec<i64>", lambda _, __: [[-(2**63), 2**63 - 1]]),
    ("unsigned", "list<u64>", "Vec<u64>", lambda _, __: [[2**64 - 1, 0]]),
    ("truths", "list<bool>", "Vec<bool>", lambda _, __: [[True, False]]),
    ("letters", "list<char>", "Vec<char>", lambda _, __: [["a", "\U0010ffff"]]),
    ("maybes", "list<option<u8>>", "Vec<Option<u8>>", lambda _, __: [[None, 0, 255]]),
    ("pairs", "list<tuple<f32, u8>>", "Vec<(f32, u8)>", lambda _, __: [[(0.5, 1), (-1.5, 255)]]),
    ("single", "option<f32>", "Option<f32>", lambda _, __: [None, 2.5]),
    ("fixed", "list<tuple<u8, u32>, 2>", "[(u8, u32); 2]", lambda _, __: [[(1, 2), (255, 2**32 - 1)]]),
    ("outcome", "tuple<result, result<_, u8>, result<f64>>", "(Result<(), ()>, Result<(), u8>, Result<f64, ()>)",
     lambda _, m: [(m.Ok(None), m.Err(3), m.Ok(0.25)), (m.Err(None), m.Ok(None), m.Err(None))]),
]  # fmt: skip


def gaps(s: Any, by: int = 1) -> Any:
    """A record whose fields are not in a row."""
    return s.Gaps(by, 2**64 - 1, True, 0.5, (2**16 - 1, "\U0001f600"), -by)


def joins(s: Any) -> list[Any]:
    """Cases that share core values of 64 bits."""
    given = (1.5, -(2**63), -0.25, 255, "ü", None, gaps(s))
    classes = (s.Joins_A, s.Joins_B, s.Joins_C, s.Joins_D, s.Joins_E, s.Joins_F, s.Joins_G)
    return [cls() if value is None else cls(value) for cls, value in zip(classes, given, strict=True)]


def pointers(s: Any) -> list[Any]:
    """Cases that share the core values of an address and a length."""
    return [s.Pointers_A("text"), s.Pointers_B(-1.5), s.Pointers_C(-1), s.Pointers_D((1, 2**32 - 1))]


def longs(s: Any) -> list[Any]:
    """Cases in which an address goes as 64 bits."""
    return [s.Longs_A("text"), s.Longs_B(0.1), s.Longs_C([1, 65535]), s.Longs_D(2**64 - 1)]


def nested(s: Any, m: Any) -> Any:
    """All of them in one."""
    both = [(i, each) for i, each in enumerate(joins(s))]
    return s.Nested(m.Err(["no", ""]), [*both, (9, None)], s.Words.B31 | s.Words.B2)


@pytest.fixture(scope="module")
def layouts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("layouts")
    lines = [f"  {name}: func(x: {wit}) -> {wit};\n" for name, wit, _, _ in KINDS]
    spilled = "  spilled: func(a: nested, b: longs, c: list<u16>, d: joins) -> tuple<joins, list<u16>, longs, nested>;"
    world = "\n}\nworld layouts { export shapes; }\n"
    (folder / "layouts.wit").write_text("".join([WIT, *lines, spilled, world]), encoding="utf-8")
    same = "".join(f"    fn {name.replace('-', '_')}(x: {rust}) -> {rust} {{ x }}\n" for name, _, rust, _ in KINDS)
    (folder / "user.rs").write_text(
        'include!(env!("BINDINGS"));\n'
        "use exports::t::layouts::shapes::*;\n"
        "struct Component;\nexport!(Component);\n"
        f"impl Guest for Component {{\n{same}"
        "fn spilled(a: Nested, b: Longs, c: Vec<u16>, d: Joins) -> (Joins, Vec<u16>, Longs, Nested) { (d, c, b, a) }}",
        encoding="utf-8",
    )
    package = build_wasm_package(folder, "layouts", folder / "layouts.wit", "layouts", folder / "user.rs")
    with imported_anew(package) as found:
        yield found


def test_values_come_back(layouts: Any) -> None:
    for name, _, _, make in KINDS:
        for value in make(layouts.shapes, layouts):
            found = getattr(layouts.shapes, name.replace("-", "_"))(value)
            assert (found, type(found)) == (value, type(value)), name


def test_arguments_that_are_spilled(layouts: Any) -> None:
    s = layouts.shapes
    for long in longs(s):
        for join in joins(s):
            assert s.spilled(nested(s, layouts), long, [1, 2], join) == (join, [1, 2], long, nested(s, layouts))
