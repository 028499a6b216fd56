"""Rust's names and types, in the spelling of wit-bindgen's sources."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from symbuild.bindings.rust import Options, bindings, user_functions
from symbuild.bindings.rust.names import case_name, identifier, type_name
from symbuild.errors import SymbuildError
from symbuild.wit import load_world

TYPES = """
  record plain { a: u8, b: f32 }
  record owning { name: string, value: list<string> }
  type words = list<string>;
  type maybe = option<string>;
  enum color { red, green }
  variant shape { none, circle(f32), named(string) }
"""


def generate(tmp_path: Path, wit: str, world: str | None = None, options: Options | None = None) -> str:
    path = tmp_path / "w.wit"
    path.write_text(f"package n:p;\n{wit}")
    (content,) = bindings(load_world(path, world).world, options or Options()).values()
    return content.decode()


def one_line(made: str) -> str:
    """Without line breaks and indentation."""
    return " ".join(made.split())


def imported(tmp_path: Path, function: str, options: Options | None = None) -> str:
    """The head of an imported function of an interface with TYPES, from its parameters on."""
    wit = f"interface i {{ {TYPES} f: {function}; }} world w {{ import i; }}"
    found = re.search(r"pub fn f(.*) \{", generate(tmp_path, wit, options=options))
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("wit", "rust"),
    [
        ("func()", "()"),
        ("func(a: s8, b: u64, c: char) -> f64", "(a: i8, b: u64, c: char) -> f64"),
        ("func(s: string) -> string", "(s: &str) -> _rt::String"),
        ("func(l: list<string>) -> list<u8>", "(l: &[_rt::String]) -> _rt::Vec<u8>"),
        ("func(l: list<list<u8>>)", "(l: &[_rt::Vec<u8>])"),
        ("func(a: words, b: maybe)", "(a: &[_rt::String], b: &Maybe)"),
        ("func(a: plain, b: owning, c: color)", "(a: Plain, b: &Owning, c: Color)"),
        (
            "func(a: option<string>, b: option<plain>)",
            "(a: ::core::option::Option<&str>, b: ::core::option::Option<Plain>)",
        ),
        ("func(a: result<list<u8>, string>)", "(a: ::core::result::Result<&[u8], &str>)"),
        ("func(a: tuple<string, plain, u8>)", "(a: (&str, &Plain, u8))"),
        ("func(a: map<string, u32>)", "(a: &_rt::Map<_rt::String, u32>)"),
        ("func(a: list<string, 2>)", "(a: [_rt::String; 2])"),
        ("func() -> result", "() -> ::core::result::Result<(), ()>"),
        ("func() -> tuple<u8>", "() -> (u8,)"),
        ("func(%type: u8, self: u8) -> owning", "(type_: u8, self_: u8) -> Owning"),
    ],
)
def test_imports_borrow_at_the_top(tmp_path: Path, wit: str, rust: str) -> None:
    assert imported(tmp_path, wit) == rust


@pytest.mark.parametrize(
    ("wit", "rust"),
    [
        ("func(l: list<list<string>>) -> words", "(l: &[&[&str]]) -> Words"),
        ("func(a: owning)", "(a: Owning<'_>)"),
        ("func(a: owning) -> owning", "(a: &Owning) -> Owning"),
        ("func(a: list<shape>)", "(a: &[Shape<'_>])"),
    ],
)
def test_imports_borrow_all_the_way(tmp_path: Path, wit: str, rust: str) -> None:
    assert imported(tmp_path, wit, Options(ownership="borrowing")) == rust


def test_a_type_that_is_lent_and_owned_can_have_two_forms(tmp_path: Path) -> None:
    options = Options(ownership="borrowing-duplicate-if-necessary")
    assert imported(tmp_path, "func(a: owning) -> owning", options) == "(a: OwningParam<'_>) -> OwningResult"
    text = (tmp_path / "w.wit").read_text().removeprefix("package n:p;\n")
    made = generate(tmp_path, text, options=options)
    assert "pub struct OwningParam<'a> { pub name: &'a str, pub value: &'a [&'a str]," in one_line(made)
    assert "pub struct OwningResult { pub name: _rt::String," in one_line(made)


def test_exports_own_their_arguments(tmp_path: Path) -> None:
    wit = f"interface i {{ {TYPES} f: func(a: string, b: owning, c: words) -> shape; }} world w {{ export i; }}"
    made = generate(tmp_path, wit)
    assert "fn f(a: _rt::String, b: Owning, c: Words) -> Shape;" in made
    assert "pub mod exports {" in made and "macro_rules! __export_w_impl" in made


def test_strings_can_be_bytes(tmp_path: Path) -> None:
    assert imported(tmp_path, "func(s: string) -> string", Options(raw_strings=True)) == "(s: &[u8]) -> _rt::Vec<u8>"


@pytest.mark.parametrize(
    ("wit", "fits"),
    [
        ("f: func(a: u64, b: list<u32>, c: list<tuple<u64>>);", True),
        ("f: func(l: list<f64>);", False),
        ("f: func() -> list<u64>;", False),
        ("record r { narrow: u32, wide: list<s64, 2> } f: func() -> option<r>;", False),
        ("record r { wide: u64, name: string } f: func(r: list<r>);", True),
    ],
)
def test_what_rust_lays_out_otherwise_on_x86_is_copied_or_refused(tmp_path: Path, wit: str, fits: bool) -> None:
    world = f"interface i {{ {wit} }} world w {{ import i; export i; }}"
    made, copying = (generate(tmp_path, world, options=Options(x86=x86)) for x86 in (False, True))
    assert ("compile_error!" in made, made == copying) == (not fits, fits)
    assert "compile_error!" not in copying


def test_unused_types_are_left_out(tmp_path: Path) -> None:
    wit = f"interface i {{ {TYPES} f: func(a: plain); }} world w {{ import i; }}"
    assert re.findall(r"pub (?:struct|enum|type) (\w+)", generate(tmp_path, wit)) == ["Plain"]
    everything = re.findall(
        r"pub (?:struct|enum|type) (\w+)", generate(tmp_path, wit, options=Options(generate_unused=True))
    )
    assert everything == ["Plain", "Owning", "Words", "Maybe", "Color", "Shape"]


def test_equal_types_are_one(tmp_path: Path) -> None:
    records = "record a { x: u8 } record b { x: u8 } record c { y: u8 }"
    wit = f"interface i {{ {records} f: func(x: a, y: b, z: c); }} world w {{ import i; }}"
    assert "type" not in " ".join(re.findall(r"pub (struct|type) \w+", generate(tmp_path, wit)))
    made = generate(tmp_path, wit, options=Options(merge_equal=True))
    assert "pub type B = A;" in made and "pub struct C" in made


def test_derives_and_attributes(tmp_path: Path) -> None:
    wit = "interface i { record a { x: string } record b { x: string } f: func(x: a, y: b); } world w { import i; }"
    options = Options(
        derives=("Hash", "std::clone::Clone"),
        derive_ignore=frozenset(["b"]),
        type_attributes=(("n:p/i/a", "#[must_use]"),),
        member_attributes=(("n:p/i/a.x", "#[deprecated]"),),
    )
    made = one_line(generate(tmp_path, wit, options=options))
    assert "#[derive(Clone, Hash)] #[must_use] pub struct A { #[deprecated] pub x: _rt::String, }" in made
    assert "#[derive(Clone)] pub struct B {" in made


def test_skipped_functions_are_left_out(tmp_path: Path) -> None:
    wit = "interface i { f: func(); g: func(); } world w { import i; export i; }"
    made = generate(tmp_path, wit, options=Options(skip=frozenset(["f"])))
    assert "fn g()" in made and "fn f()" not in made


def test_a_skipped_export_of_scalars_is_what_the_user_exports_for_wasm(tmp_path: Path) -> None:
    wit = "interface i { f: func(x: u8) -> u8; t: func(x: string); g: func(); } world w { export i; }"
    made = one_line(generate(tmp_path, wit, options=Options(skip=frozenset(["f", "t"]))))
    assert '#[unsafe(export_name = "nX3ApX2FiX00f")]' in made
    assert '#[link_name = "n:p/i#f"] fn _user(_p0: i32) -> i32;' in made
    # What a canonical export of strings would free is not given natively.
    assert "nX3ApX2FiX00t" not in made and "n:p/i#t" not in made


OTHER = "world w { import o:q/i; } package o:q { interface i { f: func(); } }"


@pytest.mark.parametrize(
    ("wit", "options", "message"),
    [
        (OTHER, Options(), "`o:q/i` is of another package, and no option says where its Rust module is"),
        (OTHER, Options(remap={"o:q/j": "x::y"}, generate_all=True), "`--with o:q/j=..` names nothing of the world"),
        (OTHER, Options(type_attributes=(("o:q/i/t", "#[x]"),), generate_all=True), "selects nothing"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, wit: str, options: Options, message: str) -> None:
    with pytest.raises(SymbuildError, match=re.escape(message)):
        generate(tmp_path, wit, "w", options)


def test_an_interface_can_be_generated_or_found_elsewhere(tmp_path: Path) -> None:
    assert "pub mod o {" in generate(tmp_path, OTHER, "w", Options(remap={"o:q/i": "generate"}))
    made = generate(tmp_path, OTHER, "w", Options(remap={"o:q/i": "other::o::q::i"}))
    assert "use other::o::q::i as __with_name0;" in made and "fn f" not in made


def test_a_users_own_type_has_a_layout_of_its_own(tmp_path: Path) -> None:
    options = Options(remap={"n:p/i/plain": "crate::Plain"})
    assert imported(tmp_path, "func(a: list<plain>) -> plain", options) == "(a: &[crate::Plain]) -> crate::Plain"
    text = (tmp_path / "w.wit").read_text().removeprefix("package n:p;\n")
    made = generate(tmp_path, text, options=options)
    # Neither declared nor taken for the ABI's bytes.
    assert "struct Plain" not in made and "cast::<crate::Plain>" not in made and "_rt::lend" not in made
    own = generate(tmp_path, text)
    assert "cast::<Plain>" in own and "_rt::lend" in own


def test_the_users_functions_are_methods_of_traits(tmp_path: Path) -> None:
    path = tmp_path / "w.wit"
    path.write_text("package n:p; interface i { a-b: func(); } world w { export i; export c: func(); }")
    found = [(f.name, f.symbol) for f in user_functions(load_world(path).world, Options())]
    assert found == [("exports::n::p::i::Guest::a_b", "nX3ApX2FiX00a_b"), ("Guest::c", "X24rootX00c")]


@pytest.mark.parametrize(
    ("spell", "name", "rust"),
    [
        (identifier, "a-b2", "a_b2"),
        (identifier, "try", "try_"),
        (identifier, "union", "union"),
        (type_name, "http-error", "HttpError"),
        (type_name, "guest", "Guest_"),
        (case_name, "self", "Self_"),
    ],
)
def test_names(spell: object, name: str, rust: str) -> None:
    assert callable(spell) and spell(name) == rust
