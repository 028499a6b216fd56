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


def generated(tmp_path: Path, wit: str, options: Options = DEFAULT, world: str = "w") -> dict[str, str]:
    """The files of a world."""
    path = tmp_path / "test.wit"
    path.write_text(f"package my:pkg;\n{wit}", encoding="utf-8")
    return {name: text.decode() for name, text in Cpp(options).files(load_world(path, world).world).items()}


def header(tmp_path: Path, wit: str, options: Options = DEFAULT, world: str = "w") -> str:
    """The header of a world."""
    return generated(tmp_path, wit, options, world)[f"{world}_cpp.h"]


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


SPLIT = Options(split=True)
SHARED = """
interface base { record p { s: string } }
interface middle { use base.{p}; type q = list<p>; f: func(q: q); }
interface apart { g: func() -> option<u8>; }
world w { import middle; import apart; import %string: apart; use base.{p}; export middle; export h: func(p: p); }
world x { import middle; }
"""


def included(text: str) -> list[str]:
    """The headers of interfaces that a header includes."""
    return [name for name in re.findall(r'^#include "(.+?)"', text, re.MULTILINE) if "wit" not in name and "-" in name]


def test_interfaces_are_split(tmp_path: Path) -> None:
    files = generated(tmp_path, SHARED, SPLIT)
    interfaces = ["my-pkg-base.h", "my-pkg-middle.h", "exports-my-pkg-middle.h", "my-pkg-apart.h", "w.string.h"]
    # A label alone would be <string.h>.
    assert list(files) == ["w_cpp.h", *interfaces, "w.cpp"]
    for name, base in zip(interfaces, ([], ["my-pkg-base.h"], ["my-pkg-base.h"], [], []), strict=True):
        assert included(files[name]) == base, name
    assert "void F(std::span<::my::pkg::base::P const> q)" in files["my-pkg-middle.h"]
    assert "#include <optional>" in files["my-pkg-apart.h"] and "<optional>" not in files["my-pkg-middle.h"]
    assert " F(" not in files["w_cpp.h"] and "void H(::my::pkg::base::P p)" in files["w_cpp.h"]
    assert '"w.string.h"' in files["w_cpp.h"]


def test_split_interfaces_are_shared_by_worlds(tmp_path: Path) -> None:
    first, second = (
        generated(tmp_path, SHARED.replace("export middle;", ""), SPLIT),
        generated(tmp_path, SHARED, SPLIT, "x"),
    )
    for name in ("my-pkg-base.h", "my-pkg-middle.h"):
        assert first[name] == second[name]


def test_the_header_of_the_world_changes_with_those_of_interfaces(tmp_path: Path) -> None:
    """A build that knows the world's header alone compiles anew what includes it."""
    before, after = (header(tmp_path, wit, SPLIT) for wit in (SHARED, SHARED.replace("option<u8>", "option<u16>")))
    changed = [line for line in before.splitlines() if line not in after.splitlines()]
    assert [line.split(" // ")[0] for line in changed] == ['#include "my-pkg-apart.h"', '#include "w.string.h"']


def test_split_interfaces_include_the_headers_of_the_user(tmp_path: Path) -> None:
    files = generated(tmp_path, SHARED, Options(split=True, headers={"my:pkg/base": "my-own-base.h"}))
    assert "my-pkg-base.h" not in files
    assert included(files["my-pkg-middle.h"]) == ["my-own-base.h"] and included(files["my-pkg-apart.h"]) == []
    assert "my-own-base.h" in included(files["w_cpp.h"])


def test_a_namespace_around_everything_is_in_the_names_of_headers(tmp_path: Path) -> None:
    files = generated(tmp_path, SHARED, Options(split=True, internal_prefix="inner"))
    assert {"inner-my-pkg-base.h", "inner-string.h"} <= set(files)


def test_export_prefix(tmp_path: Path) -> None:
    """It goes with the C names of wasm's exports; how wasm calls them and native symbols are not ours to choose."""
    plain, prefixed = (
        generated(tmp_path, TAKES, options, "x")["x.cpp"] for options in (DEFAULT, Options(export_prefix="mine_"))
    )
    assert "_canonical_mine_myX3ApkgX2FiX00f(" in prefixed and "_post_mine_myX3ApkgX2FiX00f(" in prefixed
    assert prefixed.replace("mine_", "") == plain and prefixed.count("mine_") == 2


RESOURCES = """
interface r { resource x { constructor(); } record rec { o: x, b: borrow<x>, t: string } }
interface i {
  use r.{x, x as y, rec};
  f: func(a: x, b: borrow<y>, c: list<x>, d: list<borrow<x>>, e: option<y>, g: result<x>, h: tuple<x, string>,
    i: rec, j: map<string, x>, k: list<x, 2>, l: list<list<x>>) -> x;
}
world w { import i; }
world x { import r; export i; }
world y { export r; export i; }
"""
X, EXPORTED = "::my::pkg::r::X", "::exports::my::pkg::r::X"


def forms_of_handles(x: str, own: str, result: str, rec: str, viewed: bool = False) -> str:
    """The prototype of ``f``: a class, what an own of it is as an argument, and what is returned."""
    inside = own.removesuffix(" &&")
    lent = f"std::reference_wrapper<const {x}>"

    def of_list(elem: str, const: str = "") -> str:
        return f"std::span<{elem}{const}>" if viewed else f"wit::vector<{elem}>"

    text = "std::string_view" if viewed else "wit::string"
    entries = f"std::span<std::pair<{text}, {inside}>>" if viewed else f"wit::unordered_map<{text}, {inside}>"
    parts = [
        f"{own}{'' if own.endswith('&') else ' '}a",
        f"{lent} b",
        f"{of_list(inside)} c",
        f"{of_list(lent, ' const')} d",
        f"std::optional<{inside}> e",
        f"std::expected<{inside}, wit::Void> g",
        f"std::tuple<{own}, {text}> h",
        f"{rec} i",
        f"{entries} j",
        f"std::array<{inside}, 2> k",
        f"{of_list(of_list(inside))} l",
    ]
    return f"{result}{'' if result.endswith('&') else ' '}F({', '.join(parts)})"


def test_forms_of_handles_by_position(tmp_path: Path) -> None:
    rec = "::my::pkg::r::Rec"
    assert declared(header(tmp_path, RESOURCES), "F") == forms_of_handles(X, f"{X} &&", X, rec, viewed=True)
    exported = declared(header(tmp_path, RESOURCES, world="x"), "F")
    assert exported == forms_of_handles(X, f"{X} &&", f"{X} &&", rec)
    own = f"{EXPORTED}::Owned"
    made = declared(header(tmp_path, RESOURCES, world="y"), "F")
    assert made == forms_of_handles(EXPORTED, own, own, "::exports::my::pkg::r::Rec")


def test_records_that_own_a_handle_are_borrowed_finely_only(tmp_path: Path) -> None:
    for ownership, borrowed in (("owning", False), ("coarse-borrowing", False), ("fine-borrowing", True)):
        text = header(tmp_path, RESOURCES, Options(ownership=ownership))
        assert ("struct RecParam {\n  X o;" in text) is borrowed
        assert ("::my::pkg::r::RecParam i" in text) is borrowed


def test_the_header_of_a_class_is_begun_and_then_the_users(tmp_path: Path) -> None:
    (tmp_path / "t.wit").write_text("package a:b; interface c { resource d; } world w { export c; }")
    command = ["bindgen", "cpp", str(tmp_path / "t.wit"), "--out-dir", str(tmp_path)]
    assert run(command) == 0
    mine, template = tmp_path / "exports-a-b-c-D.h", tmp_path / "exports-a-b-c-D.h.template"
    assert mine.read_bytes() == template.read_bytes()
    mine.write_text("// mine\n")
    template.unlink()
    assert run(command) == 0
    assert mine.read_text() == "// mine\n" and template.exists()
    assert run([*command, "--check"]) == 0


def test_a_build_finds_the_users_header_by_the_include_path(tmp_path: Path) -> None:
    """One that was begun beside the bindings would be found first."""
    (tmp_path / "t.wit").write_text("package a:b; interface c { resource d; } world w { export c; }")
    assert run(["bindgen", "cpp", str(tmp_path / "t.wit"), "--out-dir", str(tmp_path), "--component", "d"]) == 0
    assert not (tmp_path / "exports-a-b-c-D.h").exists() and (tmp_path / "exports-a-b-c-D.h.template").exists()
    assert '"d", _drop_' in (tmp_path / "w.cpp").read_text(), "whom others blame"


def test_format_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "t.wit").write_text("package a:b; world w { import f: func(a: string); }")
    texts = []
    for options in ([], ["--format"]):
        assert run(["bindgen", "cpp", str(tmp_path / "t.wit"), "--out-dir", str(tmp_path), *options]) == 0
        texts.append((tmp_path / "w_cpp.h").read_text())
    assert texts[0] == texts[1]


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--with=my:pkg/i", "is not of the form IFACE=HEADER"),
        ("--internal-prefix=a::b", "is no C++ identifier"),
        ("--export-prefix=a-b", "cannot begin a C name"),
        ("--abi=symmetric --export-prefix=a", "goes with wasm's exports, and `--abi symmetric` has none of them"),
    ],
)
def test_options_that_make_no_sense(option: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "t.wit").write_text("package a:b; world w {}")
    assert run(["bindgen", "cpp", str(tmp_path / "t.wit"), "--out-dir", str(tmp_path), *option.split()]) == 2
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
