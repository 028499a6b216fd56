"""The manifest: its bytes and hash input are those of MANIFEST.md, and hostile bytes end in one clear error."""

from __future__ import annotations

import random
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

import symbuild.steps
from symbuild.abi.interface_hash import call_hash, canonical_text, interface_hash, operations_text, resource_hash
from symbuild.errors import InputError
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
    tuple_of,
)
from symbuild.model.world import Function, Interface, InterfaceItem, Param, World, export_owner, import_owner
from symbuild.steps.manifest import Entry, Manifest, decode, decode_all, describe, encode, render_c

U8 = Scalar("u8")
PAGE = Path(symbuild.steps.__file__).parent / "MANIFEST.md"


def interface(*functions: Function, id: str = "a:b/i", types: tuple[TypeDef, ...] = ()) -> Interface:
    return Interface(id, "i", types, functions)


def takes(t: Type, name: str = "f") -> Function:
    return Function(name, (Param("x", t),))


MANIFEST = Manifest(
    "greeter",
    "a:b/w@1.0.0",
    (Entry("import", "lbl", "a:b/i", bytes(range(32))), Entry("export", "$root", None, b"\xff" * 32)),
    b"\0asm wit",
    "utf16",
)


# The hash input


def test_the_example_of_the_page() -> None:
    point = Named(TypeDef("point", "", Product((Field("x", Scalar("f32")), Field("y", Scalar("f32"))))))
    canvas = TypeDef("canvas", export_owner("a:b/shapes"), Resource(), docs="Not in the text.")
    draw = Function(
        "[method]canvas.draw",
        (Param("self", Handle(canvas, owned=False)), Param("line", Seq(point))),
        result(None, Text()),
        "method",
        canvas,
    )
    new = Function("[constructor]canvas", (Param("size", point),), Handle(canvas, owned=True), "constructor", canvas)
    *_, example, _, _, _, operations, _ = PAGE.read_text().split("```\n")
    shapes = interface(draw, new, types=(point.definition, canvas))
    assert canonical_text(shapes) == example
    assert operations_text(shapes, canvas) == operations


@pytest.mark.parametrize(
    ("type", "line"),
    [
        (Seq(U8), "list<u8>"),
        (FixedSeq(U8, 4), "list<u8,4>"),
        (map_of(Text(), U8), "map<string,u8>"),
        (tuple_of(U8, Text()), "tuple<u8,string>"),
        (Product((Field("key", U8),)), "record{key:u8}"),
        (option(U8), "option<u8>"),
        (result(U8, None), "result<u8,_>"),
        (Sum((Case("none"), Case("some", U8))), "variant{none,some:u8}"),
        (Sum((Case("none"), Case("some")), "enum"), "enum{none,some}"),
        (Bits((Label("r"), Label("w"))), "flags{r,w}"),
        (Channel("stream", U8), "stream<u8>"),
        (Channel("future"), "future<_>"),
        (Channel("error-context"), "error-context"),
        (Handle(TypeDef("r", import_owner("c:d/e@1.0.0"), Resource()), owned=False), "borrow<c:d/e@1.0.0#r>"),
        (Handle(TypeDef("r", export_owner("c:d/e@1.0.0"), Resource()), owned=True), "own<c:d/e@1.0.0#r>"),
        (Handle(TypeDef("r", "world", Resource()), owned=True), "own<world#r>"),
    ],
)
def test_structures(type: Type, line: str) -> None:
    assert canonical_text(interface(takes(type))) == f"interface 1\nabi 1\nt0 {line}\nfunc f(t0)\n"


def test_a_type_is_its_structure_under_any_name() -> None:
    point = Product((Field("x", U8),))
    one = Named(TypeDef("point", "", point, "Docs."))
    alias = Named(TypeDef("p", "", one))
    text = "interface 1\nabi 1\nt0 record{x:u8}\nt1 list<t0>\nfunc f(t0,t0,t0)->t1\n"
    params = (Param("a", one), Param("b", alias), Param("c", point))
    assert canonical_text(interface(Function("f", params, Seq(alias), docs="Docs."))) == text


def test_the_text_is_linear_in_deeply_shared_types() -> None:
    t: Type = U8
    for i in range(60):
        t = Named(TypeDef(f"r{i}", "", Product((Field("a", t), Field("b", t)))))
    assert len(canonical_text(interface(takes(t)))) < 60 * 40


@pytest.mark.parametrize(
    "other",
    [
        takes(U8, "g"),
        takes(Scalar("s8")),
        Function("f", (Param("x", U8), Param("y", U8))),
        Function("f", (Param("x", U8),), U8),
        Function("f", (Param("x", U8),), is_async=True),
        takes(Seq(U8)),
    ],
)
def test_what_changes_a_call_changes_the_hash(other: Function) -> None:
    assert interface_hash(interface(takes(U8))) != interface_hash(interface(other))


def test_order_of_functions_docs_ids_and_names_of_parameters_do_not_change_the_hash() -> None:
    one = interface(takes(U8), takes(Text(), "g"))
    other = Interface("x:y/z@2.0.0", "z", (), (takes(Text(), "g"), Function("f", (Param("y", U8),))), "Docs.")
    assert interface_hash(one) == interface_hash(other)


def test_a_table_of_operations_is_that_of_one_resource_in_one_order() -> None:
    first, second = (TypeDef(name, "export a:b/c", Resource()) for name in ("first", "second"))
    calls = [
        Function(f"[method]first.{m}", (Param("self", Handle(first, owned=False)),), None, "method", first)
        for m in "ab"
    ]
    one = Interface("a:b/c", "c", (first, second), tuple(calls))
    other = Interface("a:b/c", "c", (first, second), tuple(reversed(calls)))
    assert interface_hash(one) == interface_hash(other)
    tables = {resource_hash(one, first), resource_hash(one, second), resource_hash(other, first)}
    assert len(tables) == 3
    more = Interface("a:b/c", "c", (first, second), (*calls, takes(U8)))
    assert resource_hash(more, first) == resource_hash(one, first)
    assert interface_hash(more) != interface_hash(one)


def test_the_hash_of_a_call_knows_the_names_of_parameters() -> None:
    def call(*names: str) -> bytes:
        f = Function("f", tuple(Param(name, U8) for name in names))
        return call_hash(interface(f, takes(U8, "g")), f)

    assert call("a", "b") != call("b", "a")
    f = takes(U8)
    assert call_hash(interface(f), f) == call_hash(interface(takes(Text(), "g"), f, id="c:d/e"), f)
    assert call_hash(interface(f), f) != call_hash(interface(takes(Text())), takes(Text()))


# The bytes


def test_bytes_are_those_of_the_page() -> None:
    def text(value: bytes) -> bytes:
        return struct.pack("<I", len(value)) + value

    body = (
        text(b"greeter")
        + text(b"a:b/w@1.0.0")
        + struct.pack("<I", 2)
        + (b"\x00" + text(b"lbl") + text(b"a:b/i") + bytes(range(32)))
        + (b"\x01" + text(b"$root") + text(b"") + b"\xff" * 32)
        + text(b"\0asm wit")
    )
    header = b"symb-wit" + struct.pack("<HHIIB3x", 1, 0, 24 + len(body), 1, 1)
    assert encode(MANIFEST) == header + body
    assert decode(header + body) == MANIFEST


def test_entries_are_sorted_and_world_functions_stand_under_root() -> None:
    def item(name: str, label: str | None = None) -> InterfaceItem:
        return InterfaceItem(Interface(f"a:b/{name}", name, (), (takes(U8),)), label)

    world = World(
        "w", "a:b@1.2.0", (item("z"), item("a"), item("z", "m")), (takes(U8),), (item("a"),), (takes(Text()),)
    )
    manifest = describe(world, "c", b"")
    assert manifest.world == "a:b/w@1.2.0"
    assert [(e.side, e.module, e.interface) for e in manifest.entries] == [
        ("import", "$root", None),
        ("import", "a:b/a", "a:b/a"),
        ("import", "a:b/z", "a:b/z"),
        ("import", "m", "a:b/z"),
        ("export", "$root", None),
        ("export", "a:b/a", "a:b/a"),
    ]
    assert manifest.entries[1].hash == manifest.entries[5].hash == manifest.entries[0].hash


def test_several_records_with_padding_around() -> None:
    data = encode(MANIFEST)
    assert decode_all(b"\0" * 5 + data + b"\0" * 7 + data + b"\0") == (MANIFEST, MANIFEST)
    with pytest.raises(InputError, match="holds 2 manifests"):
        decode(data + data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"\0" * 100, "is empty"),
        (b"hello", "is not a manifest"),
        (b"x" * 100, "is not a manifest"),
        (encode(MANIFEST)[:40], "is cut off"),
        (encode(MANIFEST) + b"x", "is not a manifest"),
        (b"symb-wit" + struct.pack("<HHIIB3x", 1, 0, 3, 1, 0), "is cut off"),
        (b"symb-wit" + struct.pack("<HHIIB3x", 2, 0, 24, 1, 0), "format 2; this symbuild reads format 1"),
        (b"symb-wit" + struct.pack("<HHIIB3x", 1, 0, 24, 1, 9), "string encoding 9"),
        (b"symb-wit" + struct.pack("<HHIIB3xI", 1, 0, 28, 1, 0, 0xFFFFFFFF), "is damaged"),
        (b"symb-wit" + struct.pack("<HHIIB3xI1s", 1, 0, 29, 1, 0, 1, b"\xff"), "not UTF-8"),
        (b"symb-wit" + struct.pack("<HHIIB3xIII", 1, 0, 36, 1, 0, 0, 0, 1 << 30), "entries do not fit"),
        (b"symb-wit" + struct.pack("<HHIIB3xIIIII", 1, 0, 44, 1, 0, 0, 0, 0, 0, 9), "4 bytes too many"),
    ],
)
def test_bad_bytes_are_one_clear_error(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        decode(data)


def test_random_damage_never_escapes_as_another_error() -> None:
    rng, good = random.Random(3), encode(MANIFEST)
    refused = 0
    for _ in range(3000):
        data = bytearray(good)
        for _ in range(rng.randrange(1, 4)):
            data[rng.randrange(len(data))] = rng.choice([0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)])
        try:
            decode(bytes(data[: rng.randrange(len(data))] if rng.random() < 0.3 else data))
        except InputError:
            refused += 1
    assert refused > 1000


# The C source

STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
COMPILERS = [
    pytest.param(command, id=command[0], marks=pytest.mark.skipif(not shutil.which(command[0]), reason="not installed"))
    for command in (["gcc", "-std=c11"], ["clang", "-std=c11"], ["g++", "-x", "c++"], ["clang++", "-x", "c++"])
]


@pytest.mark.parametrize("compiler", COMPILERS)
def test_the_source_compiles_without_warnings_and_survives_gc_sections(compiler: list[str], tmp_path: Path) -> None:
    # Longer than what C11 promises for one literal, with every byte in front of every kind of neighbour.
    wit = bytes(range(256)) * 20 + b'??=0\\7"*/' + bytes(reversed(range(256)))
    data = encode(Manifest("greeter", "a:b/w", (), wit))
    (tmp_path / "m.c").write_text(render_c(data, "greeter"))
    options = [*STRICT, "-O2", "-fPIC", "-fdata-sections", "-shared", "-Wl,--gc-sections", "-o", "libm.so"]
    subprocess.run([*compiler, *options, "m.c"], cwd=tmp_path, check=True)
    subprocess.run(["objcopy", "-O", "binary", "--only-section=.wit", "libm.so", "wit.bin"], cwd=tmp_path, check=True)
    assert decode((tmp_path / "wit.bin").read_bytes()).wit == wit
