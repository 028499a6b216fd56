"""What C++ calls things, where that is not plain from a compile: namespaces, forms by position, what is refused."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from symbuild.bindings.cpp import Cpp, Options
from symbuild.bindings.cpp.names import mangled, same_bytes
from symbuild.cli import run
from symbuild.errors import InputError
from symbuild.model.types import Scalar, Seq, Text, Type, map_of, option, tuple_of
from symbuild.wit import load_world

U8: Type = Scalar("u8")


DEFAULT = Options()


def header(tmp_path: Path, wit: str, options: Options = DEFAULT, world: str = "w") -> str:
    """The header of a world."""
    path = tmp_path / "test.wit"
    path.write_text(f"package my:pkg;\n{wit}", encoding="utf-8")
    files = Cpp(options).files(load_world(path, world).world)
    return files[f"{world}_cpp.h"].decode()


def declared(text: str, name: str) -> str:
    """The prototype or first line of what is called ``name``."""
    found = re.search(rf"^.*\b{name}\b[^;\n]*", text, re.MULTILINE)
    assert found, text
    return found.group().split(" noexcept")[0].split(" SB_")[0]


TAKES = """
interface i {
  record r { s: string, l: list<string> }
  f: func(a: string, b: list<string>, c: option<list<u8>>, d: r, e: map<u8, string>, g: list<option<string>>)
    -> tuple<string, option<string>>;
}
world w { import i; }
world x { export i; }
"""


def test_forms_by_position(tmp_path: Path) -> None:
    result = "std::tuple<wit::string, std::optional<wit::string>>"
    assert declared(header(tmp_path, TAKES), "F") == (
        f"{result} F(std::string_view a, std::span<std::string_view const> b, "
        "std::optional<std::span<uint8_t const>> c, R d, std::span<std::pair<uint8_t, std::string_view> const> e, "
        "std::span<std::optional<wit::string> const> g)"
    )
    assert declared(header(tmp_path, TAKES, world="x"), "F") == (
        f"{result} F(wit::string a, wit::vector<wit::string> b, std::optional<wit::vector<uint8_t>> c, R d, "
        "wit::unordered_map<uint8_t, wit::string> e, wit::vector<std::optional<wit::string>> g)"
    )


def test_symmetric_exports_view_what_lies_there(tmp_path: Path) -> None:
    prototype = declared(header(tmp_path, TAKES, Options(views=True), world="x"), "F")
    assert "F(std::string_view a, std::span<wit::string const> b, std::optional<wit::vector<uint8_t>> c" in prototype


def test_borrowing_records_have_a_second_type(tmp_path: Path) -> None:
    text = header(tmp_path, TAKES, Options(ownership="coarse-borrowing"))
    assert "R d" not in text and "RParam d" in declared(text, "F")
    assert "struct RParam {\n  std::string_view s;\n  std::span<std::string_view const> l;\n};" in text


NAMESPACES = """
interface i { f: func(); }
world w {
  import i;
  import lbl: interface { f: func(); }
  import again: i;
  import other: interface { f: func(); }
  import g: func();
  export %inline: interface { f: func(); }
  export h: func();
}
"""


def test_namespaces(tmp_path: Path) -> None:
    found = re.findall(r"^namespace (\S+) {", header(tmp_path, NAMESPACES), re.MULTILINE)
    # `lbl` has the package's namespace, as for wit-bindgen; `other` would define `F` there again.
    assert found == ["my::pkg::i", "my::pkg", "again", "my::pkg::other", "w", "exports::my::pkg", "exports::w"]
    inner = header(tmp_path, NAMESPACES, Options(internal_prefix="inner"))
    assert "namespace inner::exports::w {" in inner and "namespace inner::my::pkg {" in inner


def test_with_takes_a_header_in_place_of_an_interface(tmp_path: Path) -> None:
    text = header(tmp_path, TAKES, Options(headers={"my:pkg/i": "mine.h"}))
    assert '#include "mine.h"' in text and "struct R" not in text and " F(" not in text


def test_with_of_an_unknown_interface_offers_the_next(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="`--with my:pkg/j` names no imported interface"):
        header(tmp_path, TAKES, Options(headers={"my:pkg/j": "mine.h"}))


@pytest.mark.parametrize(
    ("option", "said"),
    [("--with=my:pkg/i", "is not of the form IFACE=HEADER"), ("--internal-prefix=a::b", "is no C++ identifier")],
)
def test_options_that_make_no_sense(option: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "t.wit").write_text("package a:b; world w {}")
    assert run(["bindgen", "cpp", str(tmp_path / "t.wit"), "--out-dir", str(tmp_path), option]) == 2
    assert said in capsys.readouterr().err


def test_a_definition_is_declared_with_its_wit(tmp_path: Path) -> None:
    """Compilers show the line of the declaration that a definition contradicts."""
    assert "// f: func(a: string, b: list<string>" in header(tmp_path, TAKES, world="x")


def test_labels_demangle() -> None:
    done = subprocess.run(["c++filt", mangled(("exports", "a_b"), "Run")], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "exports::a_b::Run[abi:wit]()"


@pytest.mark.parametrize("t", [U8, Text(), Seq(Text()), Seq(Seq(U8))], ids=str)
def test_what_has_the_bytes_of_the_abi(t: Type) -> None:
    assert same_bytes(t)


@pytest.mark.parametrize("t", [tuple_of(U8), option(U8), Seq(tuple_of(U8)), map_of(U8, U8)], ids=str)
def test_what_the_library_lays_out(t: Type) -> None:
    assert not same_bytes(t)
