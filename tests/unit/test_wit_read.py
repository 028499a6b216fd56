"""The reader: the model holds what the WIT says, in its order, with who owns each type."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from corpus import REFUSED, WIT, CorpusWorld, worlds

from symbuild.errors import InputError
from symbuild.model.show import world_text
from symbuild.model.types import Named, TypeDef, origin
from symbuild.model.world import Interface, World
from symbuild.wit import load_world, read, tool

TEXTS = {
    ("labels.wit", "relabel"): """\
world corpus:labels/relabel@0.3.0
  import backend: corpus:labels/store@0.3.0
    type item = record {key: string, value: list<u8>}
    put: func(i: item) -> result<_, string>
    get: func(key: string) -> option<item>
    count: func() -> u64
  export front: corpus:labels/store@0.3.0
    type item = record {key: string, value: list<u8>}
    put: func(i: item) -> result<_, string>
    get: func(key: string) -> option<item>
    count: func() -> u64
  export corpus:labels/store@0.3.0
    type item = record {key: string, value: list<u8>}
    put: func(i: item) -> result<_, string>
    get: func(key: string) -> option<item>
    count: func() -> u64
""",
    ("inline.wit", "inlined"): """\
world corpus:inline/inlined
  import corpus:inline/types
    type point = record {x: u32, y: u32}
  import left: interface
    type point = point  // of import corpus:inline/types
    type same = record {a: u8}
    f: func(p: point, s: same) -> point
  import right: interface
    type same = record {b: string}
    f: func(s: same) -> list<same>
  import none: interface
  export middle: interface
    type point = point  // of import corpus:inline/types
    type same = variant {a(point), b}
    f: func(s: same) -> same
""",
    ("includes.wit", "whole"): """\
world corpus:includes/whole
  import corpus:includes/shared
    ping: func(n: u32) -> u32
  import clock: interface
    now: func() -> u64
  export corpus:includes/shared
    ping: func(n: u32) -> u32
  import log-line: func(line: string)
  import log-code: func(code: u32)
  export start: func() -> u8
  export stop: func()
""",
    ("world-level.wit", "world-level"): """\
world corpus:world-level/world-level
  import corpus:world-level/kinds
    type point = record {x: s32, y: s32}
  type point = point  // of import corpus:world-level/kinds
  type spot = point  // of import corpus:world-level/kinds
  type job = record {name: string, at: point, tries: list<u8>}
  type state = enum {idle, busy}
  type jobs = list<job>
  import fetch: func(name: string) -> option<job>
  import log: func(s: state, p: spot)
  import same: func(v: u32) -> u32
  export run: func(j: jobs) -> result<state, string>
  export same-too: func(v: u32) -> u32
  export nothing: func()
""",
    ("uses", "uses"): """\
world corpus:uses/uses
  import base:kinds/kinds
    type point = record {x: u32, y: u32}
    type colour = enum {red, green}
    type name = string
  import middle:shapes/shapes@1.0.0
    type point = point  // of import base:kinds/kinds
    type hue = colour  // of import base:kinds/kinds
    type name = name  // of import base:kinds/kinds
    type line = record {ends: list<point>, hue: hue, name: name}
    measure: func(l: line) -> f64
  export corpus:uses/drawing
    type stroke = line  // of import middle:shapes/shapes@1.0.0
    type hue = hue  // of import middle:shapes/shapes@1.0.0
    type point = point  // of import base:kinds/kinds
    draw: func(s: list<stroke>, at: point) -> result<list<hue>, string>
""",
    ("versions", "mixed"): """\
world corpus:versions/mixed@2.0.0-rc.1+build.5
  import dep:store/store@0.2.7
    type item = record {key: string}
    get: func(key: string) -> option<item>
  export dep:store/store@1.0.0
    type item = record {key: string, value: list<u8>}
    get: func(key: string) -> result<item, string>
""",
    ("both-sides.wit", "exported-only"): """\
world corpus:both-sides/exported-only
  import corpus:both-sides/common
    type point = record {x: u32, y: u32}
    type colour = enum {red, green}
  export corpus:both-sides/filter
    type point = point  // of import corpus:both-sides/common
    type colour = colour  // of import corpus:both-sides/common
    type stroke = record {points: list<point>, colour: colour, name: string}
    type change = variant {keep, replace(stroke)}
    apply: func(s: stroke) -> change
    count: func(s: list<stroke>) -> u32
""",
    ("words.wit", "WORDS"): """\
world corpus:words-2/WORDS
  import corpus:words-2/HTTP-v2
    type URL = record {HOST: string, PORT-8: u16, path2a: list<string>}
    type METHOD = enum {GET, POST, x-DELETE, h2}
    type CAPS = flags {A, B-2, c3}
    type REPLY = variant {OK(list<u8>), not-FOUND, e500(string)}
    GET: func(U: URL, M: METHOD) -> REPLY
    get-2: func(a1: u8, b-2: u8) -> CAPS
    a: func()
    i32x4-add: func(v0: list<s32, 4>) -> list<s32, 4>
  export corpus:words-2/HTTP-v2
    type URL = record {HOST: string, PORT-8: u16, path2a: list<string>}
    type METHOD = enum {GET, POST, x-DELETE, h2}
    type CAPS = flags {A, B-2, c3}
    type REPLY = variant {OK(list<u8>), not-FOUND, e500(string)}
    GET: func(U: URL, M: METHOD) -> REPLY
    get-2: func(a1: u8, b-2: u8) -> CAPS
    a: func()
    i32x4-add: func(v0: list<s32, 4>) -> list<s32, 4>
  import LOG: func(LINE: string)
  export go-4-it: func()
""",
    ("refused/async.wit", "async"): """\
world corpus:async/async
  import corpus:async/waiting
    sleep: async func(ms: u64)
    read: async func() -> list<u8>
    plain: func() -> u8
  export corpus:async/waiting
    sleep: async func(ms: u64)
    read: async func() -> list<u8>
    plain: func() -> u8
  import tick: async func()
  export run: async func() -> result
""",
    ("refused/channels.wit", "channels"): """\
world corpus:channels/channels
  import corpus:channels/flows
    type parts = record {body: stream<u8>, trailers: future<result<string, u8>>}
    bytes: func() -> stream<u8>
    nothing: func(s: stream, f: future)
    later: func(f: future<string>) -> option<future<list<u8>>>
    record-of: func(p: parts) -> list<parts>
    why: func(e: error-context) -> result<u8, error-context>
    mapped: func(m: map<string, stream<u8>>, a: list<future<u8>, 2>)
    plain: func(a: string) -> u8
  export corpus:channels/flows
    type parts = record {body: stream<u8>, trailers: future<result<string, u8>>}
    bytes: func() -> stream<u8>
    nothing: func(s: stream, f: future)
    later: func(f: future<string>) -> option<future<list<u8>>>
    record-of: func(p: parts) -> list<parts>
    why: func(e: error-context) -> result<u8, error-context>
    mapped: func(m: map<string, stream<u8>>, a: list<future<u8>, 2>)
    plain: func(a: string) -> u8
""",
    ("resources.wit", "resources"): """\
world corpus:resources/resources
  import corpus:resources/files
    resource file
    [constructor]file: func(name: string) -> own<file>
    [method]file.read: func(self: borrow<file>, n: u32) -> list<u8>
    [static]file.open: func(name: string) -> result<own<file>, string>
    close: func(f: own<file>)
    peek: func(f: borrow<file>) -> option<u8>
    plain: func() -> u8
  import corpus:resources/tools
    type file = file  // of import corpus:resources/files
    type pair = record {a: own<file>, b: own<file>}
    type variant-of = variant {one(own<file>), none}
    join: func(p: pair, l: list<borrow<file>>) -> variant-of
  export corpus:resources/files
    resource file
    [constructor]file: func(name: string) -> own<file>
    [method]file.read: func(self: borrow<file>, n: u32) -> list<u8>
    [static]file.open: func(name: string) -> result<own<file>, string>
    close: func(f: own<file>)
    peek: func(f: borrow<file>) -> option<u8>
    plain: func() -> u8
  resource local
  export use-local: func(l: own<local>)
""",
}


@pytest.mark.parametrize(("wit", "world"), TEXTS, ids=lambda part: Path(part).stem)
def test_the_model_is_what_the_wit_says(wit: str, world: str) -> None:
    assert world_text(load_world(WIT / wit, world).world) == TEXTS[wit, world]


@pytest.mark.parametrize("world", [*worlds(), *worlds(REFUSED)], ids=str)
def test_every_owner_of_a_type_is_an_item_of_the_world(world: CorpusWorld) -> None:
    loaded = load_world(world.wit, world.name, all_features=True).world
    items = {f"import {i.key}" for i in loaded.imports} | {f"export {i.key}" for i in loaded.exports}
    for item in (*loaded.imports, *loaded.exports):
        assert {t.owner for t in item.interface.types} <= items
    assert {t.owner for t in loaded.types} <= {"world"}


@pytest.mark.parametrize("path", sorted(WIT.glob("*.json")), ids=lambda path: path.stem)
def test_the_wit_tools_committed_json_gives_the_same_model(path: Path) -> None:
    """Reads what one version of the tool said, whatever version is installed."""
    wit = next(p for p in (WIT / f"{path.stem}.wit", REFUSED / f"{path.stem}.wit") if p.is_file())
    document = json.loads(path.read_text(encoding="utf-8"))
    (index,) = document["packages"][-1]["worlds"].values()
    assert world_text(read.read_world(document, index)) == world_text(load_world(wit).world)


def interface(world: World, side: str, key: str) -> Interface:
    items = world.imports if side == "import" else world.exports
    return next(item.interface for item in items if item.key == key)


def named(of: Interface, name: str) -> TypeDef:
    return next(t for t in of.types if t.name == name)


def test_both_sides_have_types_of_their_own_but_share_what_they_use() -> None:
    world = load_world(WIT / "both-sides.wit", "both-sides").world
    filters = [interface(world, side, "corpus:both-sides/filter") for side in ("import", "export")]
    imported, exported = (named(i, "stroke") for i in filters)
    assert imported != exported
    assert len({origin(named(i, "point")) for i in filters}) == 1
    used = exported.body.fields[0].type.elem  # type: ignore[union-attr]
    assert used == Named(named(filters[1], "point"))


def test_each_label_of_an_interface_has_types_of_its_own() -> None:
    world = load_world(WIT / "labels.wit", "labels").world
    assert [item.label for item in world.imports] == ["primary", "secondary", None]
    assert len({named(item.interface, "item") for item in world.imports}) == 3


def test_a_chain_of_uses_ends_at_the_first_package() -> None:
    world = load_world(WIT / "uses", "uses").world
    hue = named(interface(world, "export", "corpus:uses/drawing"), "hue")
    assert origin(hue) == named(interface(world, "import", "base:kinds/kinds"), "colour")


def test_a_label_may_look_like_the_keys_of_the_json(tmp_path: Path) -> None:
    wit = tmp_path / "w.wit"
    wit.write_text("package a:b; world w { import interface-0: interface { f: func(); } import interface-9: func(); }")
    text = "world a:b/w\n  import interface-0: interface\n    f: func()\n  import interface-9: func()\n"
    assert world_text(load_world(wit).world) == text


def test_docs_are_kept_where_they_were_written() -> None:
    world = load_world(WIT / "docs.wit").world
    remarks = interface(world, "export", "corpus:docs/remarks")
    noted, said = named(remarks, "noted"), named(remarks, "said")
    assert world.docs == "The world of docs. */"
    assert remarks.docs == "The package interface: ends a comment */ int x; /* and begins one."
    assert noted.docs == "A record whose docs end in a backslash \\"
    assert [f.docs for f in noted.body.fields] == [  # type: ignore[union-attr]
        "Trigraphs: ??/ ??= ??( ??) ??!",
        "\"quotes\" 'single' %s %d \\n \\x41 #define X 1",
    ]
    assert said.docs is not None
    assert said.docs.splitlines()[0] == "A block of docs,"
    assert "🎈" in (said.body.cases[0].docs or "")  # type: ignore[union-attr]
    assert remarks.functions[0].docs == "Ends in a star *\n/and begins with a slash"
    assert not remarks.functions[1].docs
    assert [f.docs for f in world.imported_functions] == ["An import of the world. */"]


@pytest.mark.parametrize(
    ("features", "everything", "steady", "items"),
    [
        ([], False, ["old", "leaving"], 1),
        (["fancy"], False, ["old", "leaving", "fancy"], 2),
        (["wild"], False, ["old", "leaving", "wild"], 1),
        (["wild", "fancy"], False, ["old", "leaving", "fancy", "wild"], 2),
        ([], True, ["old", "leaving", "fancy", "wild"], 2),
    ],
)
def test_features_decide_what_is_there(features: list[str], everything: bool, steady: list[str], items: int) -> None:
    world = load_world(WIT / "features.wit", features=features, all_features=everything).world
    assert [f.name for f in interface(world, "import", "corpus:features/steady@1.2.0").functions] == steady
    assert len(world.imports) == items
    assert len(world.exported_functions) == (everything or "wild" in features)


def test_packages_in_several_versions_are_told_apart() -> None:
    assert load_world(WIT / "versions", "versions").world.many_versions == {"dep:store"}
    assert load_world(WIT / "uses", "uses").world.many_versions == frozenset()


def test_what_was_read_is_listed() -> None:
    inputs = load_world(WIT / "versions", "mixed").inputs
    assert {p.relative_to(WIT / "versions").as_posix() for p in inputs} == {
        ".",
        "deps",
        "deps/new",
        "deps/new/store.wit",
        "deps/old",
        "deps/old/store.wit",
        "versions.wit",
    }


def test_a_dependency_may_be_encoded(tmp_path: Path) -> None:
    deps = tmp_path / "deps"
    deps.mkdir()
    encoded = tool.run(["component", "wit", "--wasm", str(WIT / "uses" / "deps" / "base" / "base.wit")])
    (deps / "base.wasm").write_bytes(encoded)
    (tmp_path / "w.wit").write_text("package a:b; world w { import base:kinds/kinds; }")
    loaded = load_world(tmp_path)
    assert "type colour = enum {red, green}" in world_text(loaded.world)
    assert deps / "base.wasm" in loaded.inputs


def test_a_directory_may_be_named_by_dots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package, temporary = tmp_path / "package", tmp_path / "temporary"
    (package / "inside").mkdir(parents=True)
    temporary.mkdir()
    (package / "w.wit").write_text("// A comment, so that the tool reads a copy.\npackage a:b;\nworld w {}\n")
    monkeypatch.chdir(package / "inside")
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    assert load_world(Path("..")).world.id == "a:b/w"
    assert not list(temporary.iterdir())


@pytest.mark.parametrize("name", ["uses", "corpus:uses/uses"])
def test_a_world_has_two_names(name: str) -> None:
    assert load_world(WIT / "uses", name).world.id == "corpus:uses/uses"


@pytest.mark.parametrize("name", ["middle:shapes/neighbour", "middle:shapes/neighbour@1.0.0"])
def test_a_world_of_another_package_has_its_whole_name(name: str) -> None:
    assert load_world(WIT / "uses", name).world.id == "middle:shapes/neighbour@1.0.0"


@pytest.mark.parametrize(
    ("asked", "offered"),
    [
        ("use", "did you mean `uses`"),
        ("neighbour", "known: `middle:shapes/neighbour@1.0.0`, `second`, `uses`"),
    ],
)
def test_the_worlds_offered_are_ones_that_can_be_chosen(asked: str, offered: str) -> None:
    with pytest.raises(InputError) as caught:
        load_world(WIT / "uses", asked)
    assert offered in str(caught.value)


def minimal(kind: Any) -> dict[str, Any]:
    """The JSON of a world whose one function takes a type of this kind, written at its place in an interface."""
    function = {"name": "f", "kind": "freestanding", "params": [{"name": "p", "type": 0}]}
    return {
        "worlds": [{"name": "w", "imports": {"interface-0": {"interface": {"id": 0}}}, "exports": {}, "package": 0}],
        "interfaces": [{"name": "i", "types": {}, "functions": {"f": function}, "package": 0}],
        "types": [{"name": None, "kind": kind, "owner": None}],
        "packages": [{"name": "a:b", "interfaces": {"i": 0}, "worlds": {"w": 0}}],
    }


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ({"matrix": ["u8", 2, 2]}, "type `matrix`"),
        ("widget", "type `widget`"),
        ({"list": "u128"}, "type `u128`"),
    ],
)
def test_what_the_reader_does_not_know_is_an_error_with_its_place(kind: Any, what: str) -> None:
    with pytest.raises(InputError) as caught:
        read.read_world(minimal(kind), 0)
    assert str(caught.value) == (
        f"error: this symbuild does not know the WIT {what}\n"
        "  --> world w: import a:b/i: function f: parameter p\n"
        "  help: use a newer symbuild"
    )


def test_an_unknown_kind_of_function_is_an_error_with_its_place() -> None:
    document = minimal({"list": "u8"})
    document["interfaces"][0]["functions"]["f"]["kind"] = "generator"
    with pytest.raises(InputError) as caught:
        read.read_world(document, 0)
    assert "kind of function `generator`" in str(caught.value)
    assert "--> world w: import a:b/i: function f\n" in str(caught.value)


def test_an_unknown_item_of_a_world_is_an_error_with_its_place() -> None:
    document = minimal({"list": "u8"})
    document["worlds"][0]["exports"]["v"] = {"value": "u8"}
    with pytest.raises(InputError) as caught:
        read.read_world(document, 0)
    assert "item `value`" in str(caught.value)
    assert "--> world w: export v\n" in str(caught.value)
