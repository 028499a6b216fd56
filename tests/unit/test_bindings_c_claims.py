"""C names that meet: found before the compiler finds them, and told in WIT's words."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from symbuild.bindings.c import Options, bindings
from symbuild.errors import Findings, SymbuildError
from symbuild.wit import load_world

# What the interface `i` holds -> what is said of it. `import i;` is all its world does.
WITHIN_ONE_INTERFACE = {
    "type a-t = u8; a: func(x: a-t);": None,
    "record a { x: u8 } a-t: func(x: a);": (
        "function `a-t` of import n:p/i and type `a` of import n:p/i have the same C name `n_p_i_a_t`"
    ),
    "type a = list<u8>; a-free: func(x: a);": (
        "function `a-free` of import n:p/i and what frees type `a` of import n:p/i have the same C name `n_p_i_a_free`"
    ),
    "enum a { b-c } enum a-b { c } f: func(x: a, y: a-b);": (
        "constant `a.b-c` of import n:p/i and constant `a-b.c` of import n:p/i have the same C name `N_P_I_A_B_C`"
    ),
    "record b { x: u8 } type option-b = u8; f: func(x: list<option<b>>, y: option-b);": (
        "type `option-b` of import n:p/i and type `option<b>` have the same C name `n_p_i_option_b_t`"
    ),
    "record a { x: u8 } record b-c { x: u8 } record a-b { x: u8 } record c { x: u8 } "
    "f: func(x: tuple<a, b-c>, y: tuple<a-b, c>);": (
        "type `tuple<a, b-c>` and type `tuple<a-b, c>` have the same C name `n_p_i_tuple2_a_b_c_t`"
    ),
}


def generate(tmp_path: Path, wit: str, options: Options | None = None) -> Mapping[str, bytes]:
    path = tmp_path / "w.wit"
    path.write_text(wit)
    return bindings(load_world(path).world, options or Options())


def findings(tmp_path: Path, wit: str, options: Options | None = None) -> list[str]:
    with pytest.raises(Findings) as caught:
        generate(tmp_path, wit, options)
    return [str(f) for f in caught.value.findings]


@pytest.mark.parametrize(("items", "expected"), WITHIN_ONE_INTERFACE.items())
def test_names_of_one_interface(items: str, expected: str | None, tmp_path: Path) -> None:
    wit = f"package n:p; interface i {{ {items} }} world w {{ import i; }}"
    if expected is None:
        generate(tmp_path, wit)
    else:
        (finding,) = findings(tmp_path, wit)
        assert finding == f"error: {expected}\n  --> world n:p/w\n  help: rename one of them"


TWO_PREFIXES = """
package n:a-b;
interface c { record r { x: string } f: func(x: r); g: func(); }
package n:a { interface b-c { record r { x: u8 } f: func(x: r); } }
world w { import c; import n:a/b-c; }
"""


def test_two_interfaces_with_one_prefix_are_one_finding(tmp_path: Path) -> None:
    (finding,) = findings(tmp_path, TWO_PREFIXES)
    assert finding == (
        "error: function `f` of import n:a-b/c and function `f` of import n:a/b-c have the same C name `n_a_b_c_f` "
        "(as do 1 more of their names)\n  --> world n:a-b/w\n"
        "  help: rename one of them, or give an interface another prefix: `--rename n:a/b-c=…`"
    )


def test_the_rename_that_is_offered_helps(tmp_path: Path) -> None:
    assert b"void other_f(other_r_t *x)" in generate(tmp_path, TWO_PREFIXES, Options(rename={"n:a/b-c": "other"}))[
        "w.h"
    ].replace(b"static inline ", b"")


def test_a_rename_can_make_names_meet_too(tmp_path: Path) -> None:
    wit = "package n:p; interface i { f: func(); } interface j { f: func(); } world w { import i; import j; }"
    (finding,) = findings(tmp_path, wit, Options(rename={"n:p/i": "same", "n:p/j": "same"}))
    assert "have the same C name `same_f`" in finding


def test_one_label_on_both_sides_has_two_prefixes(tmp_path: Path) -> None:
    wit = """
    package n:p;
    interface i { record r { x: string } f: func(x: r) -> r; }
    world w { import l: i; export l: i; import only: i; export sole: i; }
    """
    header = generate(tmp_path, wit)["w.h"].decode()
    for prefix in ("l", "exports_l", "only", "sole"):
        assert f"void {prefix}_f({prefix}_r_t *x, {prefix}_r_t *ret)" in header


def test_every_clash_of_a_world_is_told(tmp_path: Path) -> None:
    wit = """
    package n:p;
    interface i { type a = list<u8>; a-free: func(x: a); }
    interface j { type b = list<u8>; b-free: func(x: b); }
    world w { import i; export j; import string-dup: func(); }
    """
    told = findings(tmp_path, wit)
    assert [t.splitlines()[0] for t in told] == [
        "error: a helper of type `string` and function `string-dup` of world have the same C name `w_string_dup`",
        "error: function `a-free` of import n:p/i and what frees type `a` of import n:p/i have the same C name "
        "`n_p_i_a_free`",
        "error: function `b-free` of export n:p/j and what frees type `b` of export n:p/j have the same C name "
        "`exports_n_p_j_b_free`",
    ]


@pytest.mark.parametrize(
    ("wit", "name", "whose"),
    [
        ("world sb { import alloc: func(); }", "sb_alloc", "symbuild.h"),
        ("world w { import max: interface { type align = u8; f: func(x: align); } }", "max_align_t", "the C library"),
        ("world w { import int: interface { type fast8 = u8; f: func(x: fast8); } }", "int_fast8_t", "the C library"),
        ("world w { export aligned: interface { alloc: func(); } }", "aligned_alloc", "the C library"),
    ],
)
def test_names_that_belong_to_others(wit: str, name: str, whose: str, tmp_path: Path) -> None:
    assert any(f"C name `{name}`, which belongs to {whose}" in f for f in findings(tmp_path, f"package n:p; {wit}"))


@pytest.mark.parametrize("name", ["features", "stdio", "%string", "symbuild"])
def test_a_world_whose_header_would_hide_another(name: str, tmp_path: Path) -> None:
    plain = name.removeprefix("%")
    assert findings(tmp_path, f"package n:p; world {name} {{}}") == [
        f"error: the header of world `{plain}` would take the place of `<{plain}.h>`\n  --> world n:p/{plain}\n"
        "  help: give the world another name"
    ]


def test_parameters_give_way(tmp_path: Path) -> None:
    wit = """
    package n:p;
    world w { import f: func(maybe-a: u8, a: option<u8>, size-t: u8, sb-alloc: string, linux: u8, memcpy: u8, if: u8); }
    """
    assert (
        b"void w_f(uint8_t maybe_a, uint8_t *maybe_a_, uint8_t size_t_, w_string_t *sb_alloc_, uint8_t linux_, "
        b"uint8_t memcpy_, uint8_t if_)"
    ) in generate(tmp_path, wit)["w.h"]


@pytest.mark.skipif(not shutil.which("gcc"), reason="needs gcc")
@pytest.mark.parametrize("seed", range(24))
def test_what_is_not_refused_compiles(seed: int, tmp_path: Path) -> None:
    """Worlds of few words, in which names often meet."""
    wit = random_wit(random.Random(f"names {seed}"))
    try:
        files = generate(tmp_path, wit)
    except SymbuildError:
        return
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    runtime = Path(__file__).parents[2] / "symbuild" / "runtime" / "include"
    command = ["gcc", "-std=gnu17", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-I", str(runtime)]
    sources = [str(p) for p in tmp_path.glob("*.c")]
    done = subprocess.run([*command, *sources], capture_output=True, text=True, check=False)
    assert done.returncode == 0, wit + done.stderr


def random_wit(rng: random.Random) -> str:
    """Two interfaces of one world, made of few words."""
    interfaces = "".join(f"interface {name} {{\n{_random_items(rng)}}}\n" for name in ("a", "a-b"))
    return f"package n:p;\n{interfaces}world w {{ import a; export a-b; }}\n"


def _random_items(rng: random.Random) -> str:
    def name() -> str:
        return "%" + "-".join(rng.choice(("a", "b", "t", "free", "list", "option")) for _ in range(rng.randint(1, 3)))

    types = sorted({name() for _ in range(3)})
    functions = sorted({name() for _ in range(3)} - set(types))
    bodies = ("record {} {{ linux: string, {}: u8 }}", "enum {} {{ {} }}", "type {} = list<u8>; // {}")
    lines = [rng.choice(bodies).format(t, name()) for t in types]
    for f in functions:
        t = rng.choice(types)
        lines.append(f"{f}: func(p: {rng.choice((t, f'list<{t}>', f'option<list<{t}>>'))});")
    return "".join(f"  {line}\n" for line in lines)
