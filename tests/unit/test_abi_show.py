"""What ``symbuild show layout|glue`` prints: quoted in bug reports, so its form is kept."""

from __future__ import annotations

from symbuild.abi.convention import CANONICAL_EXPORT, SYMMETRIC
from symbuild.abi.flatten import core_signature
from symbuild.abi.glue import export_glue, import_glue
from symbuild.abi.nodes import Subroutine
from symbuild.abi.show import glue_text, layout_text, signature_text, subroutine_text, type_text
from symbuild.abi.walk import Subroutines, Traits
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
    TypeDef,
    map_of,
    option,
    result,
    tuple_of,
)
from symbuild.model.world import Function, Param

COPIES = Traits(lambda t: False, utf8=True, views=False, moves=False)
U8, U32 = Scalar("u8"), Scalar("u32")
POINT = TypeDef("point", "import a:b/c", Product((Field("x", U8), Field("name", Text()))))
R = TypeDef("r", "import a:b/c", Resource())


def test_types_are_spelled_as_in_wit() -> None:
    spelled = {
        Named(POINT): "point",
        Seq(option(Text())): "list<option<string>>",
        FixedSeq(U8, 3): "list<u8, 3>",
        map_of(Text(), U32): "map<string, u32>",
        POINT.body: "record {x: u8, name: string}",
        tuple_of(U8, U32): "tuple<u8, u32>",
        result(None, None): "result",
        result(U8, None): "result<u8>",
        result(None, U8): "result<_, u8>",
        result(U8, Text()): "result<u8, string>",
        Sum((Case("a", U8), Case("b"))): "variant {a(u8), b}",
        Sum((Case("a"), Case("b")), "enum"): "enum {a, b}",
        Bits((Label("r"), Label("w"))): "flags {r, w}",
        Handle(R, owned=True): "own<r>",
        Handle(R, owned=False): "borrow<r>",
        Channel("stream", U8): "stream<u8>",
        Channel("future"): "future",
    }
    for t, text in spelled.items():
        assert type_text(t) == text  # type: ignore[arg-type]


def test_layout() -> None:
    t = tuple_of(Named(POINT), option(Handle(R, owned=True)))
    assert layout_text("both", t, "pointer") == (
        "offset   size  align\n"
        "     0  20|40    4|8  both: tuple<point, option<own<r>>>\n"
        "     0  12|24    4|8    0: point\n"
        "     0      1      1      x: u8\n"
        "   4|8   8|16    4|8      name: string\n"
        " 12|24   8|16    4|8    1: option<own<r>>\n"
        " 12|24      1      1      discriminant: u8\n"
        " 16|32    4|8    4|8      some: own<r>\n"
        "flat: i32 ptr len i32 ptr\n"
    )


def test_signature() -> None:
    f = Function("f", tuple(Param(f"p{i}", U32) for i in range(17)), Text())
    assert signature_text("f", core_signature(f, SYMMETRIC)) == (
        "f(ptr, ptr)  // parameters behind a pointer; result written behind the last"
    )
    assert signature_text("f", core_signature(f, CANONICAL_EXPORT)) == (
        "f(ptr) -> ptr  // parameters behind a pointer; result behind what is returned"
    )
    assert (
        signature_text("f", core_signature(Function("f", (Param("a", Text()),), U8), SYMMETRIC)) == "f(ptr, len) -> i32"
    )


def test_import_glue() -> None:
    f = Function("f", (Param("a", option(U32)),), Text())
    assert glue_text(import_glue(f, SYMMETRIC, COPIES, Subroutines(), "f")) == (
        "f [symmetric](i32, i32, ptr)  // result written behind the last\n"
        "  match option<u32> arg0\n"
        "    case none\n"
        "      _flat0: i32 = 0\n"
        "      _flat1: i32 = 0\n"
        "    case some(_case2)\n"
        "      _flat0: i32 = 1\n"
        "      _flat1: i32 = core(_case2)\n"
        "  _ret3 = frame buffer of 1 * 8|16 aligned 4|8\n"
        "  core(_flat0, _flat1, _ret3)\n"
        "  _ptr4: ptr = ptr [_ret3 + 0]\n"
        "  _len5: len = len [_ret3 + 4|8]\n"
        "  check _ptr4, _len5 * 1 aligned 1\n"
        "  _text6 = receive string at _ptr4, _len5 (copy)\n"
        "  release _ptr4, _len5 * 1\n"
        "  return _text6\n"
    )


def test_export_glue_and_its_subroutines() -> None:
    f = Function("f", (), Seq(Named(POINT)))
    subroutines = Subroutines()
    text = glue_text(export_glue(f, CANONICAL_EXPORT, COPIES, subroutines, "f"))
    assert text == (
        "f [canonical export]() -> ptr  // result behind what is returned\n"
        "  _result0 = user()\n"
        "  _ret1 = static buffer of 1 * 8|16 aligned 4|8\n"
        "  _len2: len = length(_result0)\n"
        "  _buffer3 = given buffer of _len2 * 12|24 aligned 4|8\n"
        "  for _elem4 of _result0, _at5 from _buffer3 by 12|24\n"
        "    call write point (given) [_at5 + 0] = _elem4\n"
        "  store ptr [_ret1 + 0] = _buffer3\n"
        "  store len [_ret1 + 4|8] = _len2\n"
        "  destroy list<point> _result0\n"
        "  return _ret1\n"
        "post-return\n"
        "  _ptr0: ptr = ptr [_p0 + 0]\n"
        "  _len1: len = len [_p0 + 4|8]\n"
        "  for _at2 from _ptr0 by 12|24, _len1 times\n"
        "    call free point [_at2 + 0]\n"
        "  release _ptr0, _len1 * 12|24\n"
    )
    assert subroutine_text(subroutines.bodies[Subroutine("write", POINT, given=True)]) == (
        "write point (given)\n"
        "  store u8 [_at + 0] = core(_value.0)\n"
        "  store ptr [_at + 4|8] = copy(_value.1)\n"
        "  store len [_at + 8|16] = length(_value.1)\n"
    )
