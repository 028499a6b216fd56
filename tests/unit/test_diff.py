"""``symbuild diff``: every mutation of a world that breaks somebody is found, none of the others is called breaking."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from symbuild.abi.diff import Change, compare
from symbuild.abi.interface_hash import resource_hash
from symbuild.abi.mangle import ROOT
from symbuild.abi.resources import resources_in
from symbuild.cli import run
from symbuild.model.world import World
from symbuild.steps.manifest import entries_of
from symbuild.wit import load_world

BASE = """\
package t:art@1.2.0;

interface shapes {
  /// A place.
  record point { x: u32, y: u32 }
  record label { text: string, size: option<u8> }
  record spare { a: u8 }
  variant shape { circle(point), polygon(list<point>), nothing }
  enum tone { dark, bright }
  flags paint { fill, stroke }
  type grid = list<f32, 4>;
  type index = map<string, point>;
  resource canvas {
    constructor(size: point);
    draw: func(s: shape);
    copy: static func(of: borrow<canvas>) -> canvas;
  }
  area: func(s: shape, p: paint) -> result<f64, string>;
  move: func(p: point, by: point, tone: tone) -> tuple<point, u8>;
  write: func(l: label, at: tuple<s16, s16>) -> option<label>;
  lookup: func(i: index, g: grid) -> bool;
}

interface log {
  type line = string;
  write: func(line: line, level: u8);
  flush: func();
}

world studio {
  import log;
  import now: func() -> u64;
  export shapes;
  export run: func(args: list<string>) -> result;
  export extra: interface { ping: func(n: u32) -> u32; }
}
"""


RESOURCES = """\
package t:res@1.0.0;

interface tokens {
  resource token { id: func() -> u32; }
}

interface store {
  use tokens.{token};
  record item { key: string, by: token }
  resource bucket {
    constructor(name: string);
    get: func(key: string) -> option<item>;
    put: func(item: item, on-behalf: borrow<token>);
    open: static func(name: string, size: u32) -> result<bucket, string>;
  }
  resource cursor { next: func() -> u32; }
  merge: func(into: borrow<bucket>, other: bucket, limit: u32);
}

interface log {
  use o:dep/handles@1.0.0.{h};
  resource sink { write: func(line: string, tag: borrow<h>); flush: func(); }
  make: func() -> sink;
}

world kv {
  import log;
  export tokens;
  export store;
}

package o:dep@1.0.0 {
  interface handles { resource h; }
}
"""


@dataclass(frozen=True, slots=True)
class Mutation:
    """An edit of a base, and all that must be said of it, one "effect: path: what" each."""

    name: str
    edits: tuple[tuple[str, str], ...]
    said: tuple[str, ...]
    base: str = BASE

    def __str__(self) -> str:
        return self.name

    @property
    def text(self) -> str:
        text = self.base
        for old, new in self.edits:
            assert text.count(old) == 1, f"{self.name}: {old!r} is in the base {text.count(old)} times"
            text = text.replace(old, new)
        return text


def mutation(name: str, old: str, new: str, *said: str) -> Mutation:
    return Mutation(name, ((old, new),), said)


def of_resources(name: str, old: str, new: str, *said: str) -> Mutation:
    return Mutation(name, ((old, new),), said, RESOURCES)


EXPORTED = "breaks importers: export t:art/shapes@1.2.0#"
IMPORTED = "breaks providers: import t:art/log@1.2.0#"
STORE = "breaks importers: export t:res/store@1.0.0#"
LOG = "breaks providers: import t:res/log@1.0.0#"
SPLIT = "splits providers: export t:res/store@1.0.0: resource {}: providers from before and after refuse each other's"
SPARE = "source: export t:art/shapes@1.2.0: type "

MUTATIONS = (
    # ---- what breaks those who call the world's exports
    mutation("retype a field", "y: u32", "y: u64",
             f"{EXPORTED}move: parameter p: record point: field y: u32 became u64"),
    mutation("widen a float", "list<f32, 4>", "list<f64, 4>",
             f"{EXPORTED}lookup: parameter g: type grid: element: f32"),
    mutation("change a length", "<f32, 4>", "<f32, 5>", f"{EXPORTED}lookup: parameter g: type grid: length 4 became 5"),
    mutation("reorder fields", "x: u32, y: u32", "y: u32, x: u32", "point: fields reordered: x, y became y, x"),
    mutation("add a field", "x: u32, y: u32", "x: u32, y: u32, z: u32", "record point: field z: added"),
    mutation("remove a field", "text: string, size: option<u8>", "text: string", "record label: field size: removed"),
    mutation("rename a field", "record label { text", "record label { body", "field text: renamed to body"),
    mutation("record to tuple", "record point { x: u32, y: u32 }", "type point = tuple<u32, u32>;", "became tuple<u32"),
    mutation("reorder cases", "circle(point), polygon(list<point>)", "polygon(list<point>), circle(point)",
             "variant shape: cases reordered: circle, polygon, nothing became polygon, circle, nothing"),
    mutation("add a case", "nothing }", "nothing, all }", "variant shape: case all: added"),
    mutation("remove a case", ", nothing }", " }", "variant shape: case nothing: removed"),
    mutation("rename a case", "circle(point)", "disc(point)", "variant shape: case circle: renamed to disc"),
    mutation("give a case a payload", "nothing }", "nothing(u8) }", "variant shape: case nothing: u8 added"),
    mutation("take a payload", "circle(point)", "circle", "variant shape: case circle: point removed"),
    mutation("retype a payload", "circle(point)", "circle(label)", "case circle: point became label"),
    mutation("reorder an enum", "dark, bright", "bright, dark", "enum tone: cases reordered: dark, bright became"),
    mutation("add to an enum", "dark, bright", "dark, bright, odd", "enum tone: case odd: added"),
    mutation("enum to variant", "enum tone { dark, bright }", "variant tone { dark, bright }",
             "enum {dark, bright} became"),
    mutation("add a flag", "fill, stroke", "fill, stroke, blur", "flags paint: flag blur: added"),
    mutation("reorder flags", "fill, stroke", "stroke, fill",
             "flags paint: flags reordered: fill, stroke became stroke"),
    mutation("list for option", "size: option<u8>", "size: list<u8>", "field size: option<u8> became list<u8>"),
    mutation("retype in an option", "size: option<u8>", "size: option<s8>", "field size: case some: u8 became s8"),
    mutation("retype a key", "map<string, point>", "map<u32, point>", "type index: entry: part key: string became u32"),
    mutation("map to list", "map<string, point>", "list<tuple<string, point>>", "map<string, point> became list<tuple"),
    mutation("reorder parameters", "p: point, by: point, tone: tone", "by: point, p: point, tone: tone",
             f"{EXPORTED}move: parameters of one type reordered: p, by, tone became by, p, tone"),
    mutation("swap parameters and rename one", "p: point, by: point, tone: tone", "by: point, start: point, tone: tone",
             f"{EXPORTED}move: parameters of one type reordered: p, by, tone became by, start, tone"),
    mutation("reorder an import's parameters", "line: line, level: u8", "level: u8, line: line",
             f"{IMPORTED}write: parameters reordered: line, level became level, line"),
    mutation("reorder parameters of other types", "p: point, by: point, tone: tone", "p: point, tone: tone, by: point",
             f"{EXPORTED}move: parameters reordered: p, by, tone became p, tone, by"),
    mutation("add a parameter", "s: shape, p: paint", "s: shape, p: paint, n: u8",
             f"{EXPORTED}area: parameter n: added"),
    mutation("remove a parameter", "s: shape, p: paint", "s: shape", f"{EXPORTED}area: parameter p: removed"),
    mutation("retype a parameter", "n: u32) -> u32", "n: s32) -> u32",
             "export extra#ping: parameter n: u32 became s32"),
    mutation("retype a result", "n: u32) -> u32", "n: u32) -> u64", "export extra#ping: result: u32 became u64"),
    mutation("retype an error", "result<f64, string>", "result<f64, u32>", "result: case error: string became u32"),
    mutation("drop an error", "result<f64, string>", "result<f64>", "result: case error: string removed"),
    mutation("drop a result", "g: grid) -> bool", "g: grid)", f"{EXPORTED}lookup: result: bool removed"),
    mutation("longer tuple", "tuple<point, u8>", "tuple<point, u8, u8>",
             f"{EXPORTED}move: result: tuple<point, u8> became"),
    mutation("make a function async", "ping: func", "ping: async func",
             "breaks importers: export extra#ping: became async"),
    mutation("remove a function", "  lookup: func(i: index, g: grid) -> bool;\n", "", f"{EXPORTED}lookup: removed"),
    mutation("rename a function", "lookup: func", "search: func", f"{EXPORTED}lookup: removed"),
    mutation("remove an export", "  export run: func(args: list<string>) -> result;\n", "", "export run: removed"),
    mutation("remove an interface", "  export extra: interface { ping: func(n: u32) -> u32; }\n", "", "extra: removed"),
    mutation("rename a label", "export extra:", "export more:", "breaks importers: export extra: removed"),
    mutation("borrow becomes own", "of: borrow<canvas>", "of: canvas",
             "parameter of: borrow<canvas> became own<canvas>"),
    mutation("rename a method", "draw: func", "paint: func", f"{EXPORTED}[method]canvas.draw: removed"),
    mutation("retype in a method", "draw: func(s: shape)", "draw: func(s: point)", "[method]canvas.draw: parameter s:"),
    mutation("a new version", "t:art@1.2.0", "t:art@1.3.0", "shapes@1.2.0: version 1.2.0 became 1.3.0"),
    mutation("no version", "t:art@1.2.0", "t:art",
             "breaks importers: export t:art/shapes@1.2.0: version 1.2.0 became none"),
    # ---- what breaks those who provide the world's imports
    mutation("retype an import", "level: u8", "level: u16", f"{IMPORTED}write: parameter level: u8 became u16"),
    mutation("retype what an import returns", "-> u64", "-> s64",
             "breaks providers: import now: result: u64 became s64"),
    mutation("retype an alias", "type line = string", "type line = list<u8>",
             f"{IMPORTED}write: parameter line: type line:"),
    mutation("import one more function", "flush: func();", "flush: func(); sync: func();", f"{IMPORTED}sync: added"),
    mutation("import by a label", "import log;", "import log; import other: log;",
             "breaks providers: import other: added"),
    mutation("import a function", "import log;", "import log; import rand: func();",
             "breaks providers: import rand: added"),
    # ---- what breaks nobody
    mutation("export one more function", "-> bool;", "-> bool; more: func();",
             "compatible: export t:art/shapes@1.2.0#more: added"),
    mutation("export one more interface", "  export run", "  export log;\n  export run",
             "compatible: export t:art/log@1.2.0: added"),
    mutation("export a function", "  export run", "  export stop: func();\n  export run",
             "compatible: export stop: added"),
    mutation("no longer import a function", "  flush: func();\n", "",
             "compatible: import t:art/log@1.2.0#flush: removed"),
    mutation("no longer import", "  import log;\n", "", "compatible: import t:art/log@1.2.0: removed"),
    mutation("rename a parameter", "area: func(s: shape", "area: func(what: shape",
             "source: export t:art/shapes@1.2.0#area: parameter s: renamed to what"),
    mutation("an alias for a type", "record spare", "type coordinate = u32;\n  record spare",
             f"{SPARE}coordinate: added"),
    Mutation("a name for a structure", (("  record spare", "  type spot = tuple<s16, s16>;\n  record spare"),
             ("at: tuple<s16, s16>", "at: spot")), (f"{SPARE}spot: added",)),
    Mutation("another name for a type", (("type grid", "type square"), ("g: grid", "g: square")),
             (f"{SPARE}grid: removed", f"{SPARE}square: added")),
    mutation("an unused type changes", "{ a: u8 }", "{ a: u16 }", f"{SPARE}spare: changed, but no function uses it"),
    mutation("an unused type goes", "  record spare { a: u8 }\n", "", f"{SPARE}spare: removed"),
    Mutation("the world's name", (("world studio", "world workshop"),), ("source: world: t:art/studio@1.2.0 became",)),
    mutation("other documentation", "/// A place.", "/// Where something is."),
    mutation("no documentation", "  /// A place.\n", ""),
    mutation("a comment", "record point {", "/* two coordinates */ record point {"),
    mutation("a line break", "x: u32, y: u32 }", "x: u32,\n    y: u32,\n  }"),
    Mutation("functions in another order", (("  flush: func();\n", ""),
             ("  write: func(line", "  flush: func();\n  write: func(line")), ()),
    Mutation("types in another order", (("  record spare { a: u8 }\n", ""),
             ("  resource canvas", "  record spare { a: u8 }\n  resource canvas")), ()),
    Mutation("items in another order", (("  import log;\n", ""),
             ("  export shapes;\n", "  export shapes;\n  import log;\n")), ()),
    # ---- resources: what breaks those who call
    of_resources("remove a resource", "  resource cursor { next: func() -> u32; }\n", "",
                 f"{STORE}[method]cursor.next: removed", f"{STORE}[resource-drop]cursor: removed"),
    of_resources("rename a resource", "resource cursor", "resource iterator", f"{STORE}[resource-drop]cursor: removed"),
    of_resources("remove a method", "get: func(key: string) -> option<item>;", "",
                 f"{STORE}[method]bucket.get: removed"),
    of_resources("reorder a method's parameters", "item: item, on-behalf: borrow<token>",
                 "on-behalf: borrow<token>, item: item",
                 f"{STORE}[method]bucket.put: parameters reordered: self, item, on"),
    of_resources("retype a method's parameter", "get: func(key: string)", "get: func(key: u32)",
                 f"{STORE}[method]bucket.get: parameter key: string became u32"),
    of_resources("remove a constructor", "constructor(name: string);", "", f"{STORE}[constructor]bucket: removed"),
    of_resources("retype a constructor's parameter", "constructor(name: string)", "constructor(name: u64)",
                 f"{STORE}[constructor]bucket: parameter name: string became u64"),
    of_resources("a constructor that may fail", "constructor(name: string);",
                 "constructor(name: string) -> result<bucket, string>;", f"{STORE}[constructor]bucket: result:"),
    of_resources("a constructor becomes a static function", "constructor(name: string);",
                 "make: static func(name: string) -> bucket;", f"{STORE}[constructor]bucket: removed",
                 "compatible: export t:res/store@1.0.0#[static]bucket.make: added"),
    of_resources("a static function becomes a method", "open: static func", "open: func",
                 f"{STORE}[static]bucket.open: removed",
                 "compatible: export t:res/store@1.0.0#[method]bucket.open: added"),
    of_resources("a method becomes a function", "resource cursor { next: func() -> u32; }",
                 "resource cursor; next: func(of: borrow<cursor>) -> u32;", f"{STORE}[method]cursor.next: removed"),
    of_resources("retype a static function's result", "result<bucket, string>", "result<bucket, u32>",
                 f"{STORE}[static]bucket.open: result: case error: string became u32"),
    of_resources("own becomes borrow", "other: bucket", "other: borrow<bucket>",
                 f"{STORE}merge: parameter other: own<bucket> became borrow<bucket>"),
    of_resources("borrow becomes own", "into: borrow<bucket>", "into: bucket",
                 f"{STORE}merge: parameter into: borrow<bucket> became own<bucket>"),
    of_resources("own becomes optional", "by: token }", "by: option<token> }",
                 f"{STORE}[method]bucket.get: result: case some: record item: field by: own<token> became option<own"),
    of_resources("another resource", "into: borrow<bucket>", "into: borrow<cursor>",
                 f"{STORE}merge: parameter into: resource t:res/store@1.0.0#bucket became t:res/store@1.0.0#cursor"),
    Mutation("a resource moves to another interface",
             (("  resource token { id: func() -> u32; }\n", "  resource other;\n"), ("  use tokens.{token};\n", ""),
              ("  resource cursor", "  resource token { id: func() -> u32; }\n  resource cursor")),
             ("breaks importers: export t:res/tokens@1.0.0#[resource-drop]token: removed",
              f"{STORE}[method]bucket.get: result: case some: record item: field by: "
              "resource t:res/tokens@1.0.0#token became t:res/store@1.0.0#token",
              "compatible: export t:res/store@1.0.0#[method]token.id: added"), RESOURCES),
    # ---- resources: what breaks those who provide
    of_resources("import one more resource", "  make: func", "  resource tap;\n  make: func",
                 f"{LOG}[resource-drop]tap: added"),
    of_resources("import one more method", "flush: func();", "flush: func(); sync: func();",
                 f"{LOG}[method]sink.sync: added"),
    Mutation("another version of an interface whose resource is used",
             (("use o:dep/handles@1.0.0", "use o:dep/handles@1.1.0"), ("package o:dep@1.0.0", "package o:dep@1.1.0")),
             ("breaks providers: import o:dep/handles@1.0.0: version 1.0.0 became 1.1.0",
              f"{LOG}[method]sink.write: parameter tag: resource o:dep/handles@1.0.0#h became o:dep/handles@1.1.0#h"),
             RESOURCES),
    # ---- resources: what breaks nobody, but parts the providers from before and after
    of_resources("add a method", "resource cursor { next", "resource cursor { skip: func(n: u32); next",
                 "compatible: export t:res/store@1.0.0#[method]cursor.skip: added", SPLIT.format("cursor")),
    Mutation("methods in another order", (("    get: func(key: string) -> option<item>;\n", ""),
             ("    open: static", "    get: func(key: string) -> option<item>;\n    open: static")),
             (SPLIT.format("bucket"),), RESOURCES),
    Mutation("methods in another order, and a function changed",
             (("    get: func(key: string) -> option<item>;\n", ""), ("limit: u32", "limit: u64"),
              ("    open: static", "    get: func(key: string) -> option<item>;\n    open: static")),
             (f"{STORE}merge: parameter limit: u32 became u64", SPLIT.format("bucket")), RESOURCES),
    # ---- resources: what breaks nobody
    of_resources("add a resource", "  resource cursor", "  resource lock;\n  resource cursor",
                 "compatible: export t:res/store@1.0.0#[resource-drop]lock: added",
                 "source: export t:res/store@1.0.0: type lock: added"),
    of_resources("add a static function", "resource cursor { next", "resource cursor { all: static func(); next",
                 "compatible: export t:res/store@1.0.0#[static]cursor.all: added"),
    of_resources("add a constructor", "resource cursor { next", "resource cursor { constructor(); next",
                 "compatible: export t:res/store@1.0.0#[constructor]cursor: added"),
    of_resources("add a function beside resources", "  merge: func", "  count: func() -> u32;\n  merge: func",
                 "compatible: export t:res/store@1.0.0#count: added"),
    of_resources("no longer import a method", " flush: func();", "",
                 "compatible: import t:res/log@1.0.0#[method]sink.flush: removed"),
    of_resources("imported methods in another order",
                 "write: func(line: string, tag: borrow<h>); flush: func();",
                 "flush: func(); write: func(line: string, tag: borrow<h>);"),
    of_resources("rename a method's parameter", "on-behalf:", "whose:",
                 "source: export t:res/store@1.0.0#[method]bucket.put: parameter on-behalf: renamed to whose"),
    of_resources("swap the names of parameters of two types", "write: func(line: string, tag: borrow<h>)",
                 "write: func(tag: string, line: borrow<h>)",
                 "source: import t:res/log@1.0.0#[method]sink.write: parameter line: renamed to tag",
                 "source: import t:res/log@1.0.0#[method]sink.write: parameter tag: renamed to line"),
    Mutation("resources in another order", (("  resource cursor { next: func() -> u32; }\n", ""),
             ("  resource bucket", "  resource cursor { next: func() -> u32; }\n  resource bucket")), (), RESOURCES),
    Mutation("a static function before the methods",
             (("    open: static func(name: string, size: u32) -> result<bucket, string>;\n", ""),
              ("    get:", "    open: static func(name: string, size: u32) -> result<bucket, string>;\n    get:")),
             (), RESOURCES),
    Mutation("another name for a used resource", (("use tokens.{token};", "use tokens.{token as t};"),
             ("by: token }", "by: t }"), ("on-behalf: borrow<token>", "on-behalf: borrow<t>")),
             ("source: export t:res/store@1.0.0: type token: removed",
              "source: export t:res/store@1.0.0: type t: added"), RESOURCES),
)  # fmt: skip


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, World]:
    return {text: load(text, tmp_path_factory.mktemp("base")) for text in (BASE, RESOURCES)}


@pytest.fixture(scope="module")
def base(bases: dict[str, World]) -> World:
    return bases[BASE]


def load(text: str, folder: Path) -> World:
    path = folder / "w.wit"
    path.write_text(text, encoding="utf-8")
    return load_world(path, all_features=True).world


@pytest.mark.parametrize("mutation", MUTATIONS, ids=str)
def test_mutation(mutation: Mutation, bases: dict[str, World], tmp_path: Path) -> None:
    changes = compare(bases[mutation.base], load(mutation.text, tmp_path))
    said = [f"{change.effect}: {change}" for change in changes]
    for wanted in mutation.said:
        assert any(wanted in line for line in said), said
    expected = any(not w.startswith(("compatible", "source", "splits")) for w in mutation.said)
    assert any(change.breaking for change in changes) is expected, said
    if not expected:
        assert len(said) == len(mutation.said), said


@pytest.mark.parametrize("mutation", [m for m in MUTATIONS if m.said and m.said[0].startswith("breaks p")], ids=str)
def test_what_breaks_providers_leaves_importers_alone(
    mutation: Mutation, bases: dict[str, World], tmp_path: Path
) -> None:
    effects = {change.effect for change in compare(bases[mutation.base], load(mutation.text, tmp_path))}
    assert "breaks importers" not in effects


@pytest.mark.parametrize("mutation", MUTATIONS, ids=str)
def test_hashes_differ_where_the_change_is_no_matter_of_the_source(
    mutation: Mutation, bases: dict[str, World], tmp_path: Path
) -> None:
    """What ``diff`` finds between two worlds is what their builds can tell apart, and the other way round.

    But for :func:`only_names_tell`.
    """
    old, new = bases[mutation.base], load(mutation.text, tmp_path)
    keys = {item.key for world in (old, new) for item in (*world.imports, *world.exports)}
    found = [change for change in compare(old, new) if change.effect != "source" and not only_names_tell(change)]
    parted = {
        (module_of(c, keys), c.path[1].removeprefix("resource ")) for c in found if c.effect == "splits providers"
    }
    changed = {module_of(c, keys) for c in found if c.effect != "splits providers"}
    methods = {(module_of(c, keys), c.path[0].partition("[method]")[2].partition(".")[0]) for c in found}

    before, after = hashes(old), hashes(new)
    for module in before.keys() & after.keys():
        assert (before[module] != after[module]) is (module in changed), module
    made, remade = tables(old), tables(new)
    for key in made.keys() & remade.keys():
        assert (made[key] != remade[key]) is (key in parted | methods), key


def module_of(change: Change, keys: set[str]) -> tuple[str, str]:
    """Side and module of a change, without the version, as ``hashes`` has them."""
    side, _, rest = change.path[0].partition(" ")
    key = rest.partition("#")[0]
    return side, key.partition("@")[0] if key in keys else ROOT


def only_names_tell(change: Change) -> bool:
    """Whether built files are told apart by a name that is in no hash: an interface's own, or a parameter's.

    Types and their order are in the hash, so that parameters of one type can change places unseen.
    """
    is_version = len(change.path) == 1 and change.what.startswith("version ")
    return is_version or change.what.startswith("parameters of one type reordered")


def hashes(world: World) -> dict[tuple[str, str], bytes]:
    return {(entry.side, entry.module.partition("@")[0]): entry.hash for entry in entries_of(world)}


def tables(world: World) -> dict[tuple[tuple[str, str], str], bytes]:
    return {
        (("export", item.key.partition("@")[0]), resource.name): resource_hash(item.interface, resource)
        for item in world.exports
        for resource in resources_in(item.interface.types)
    }


def test_no_difference(base: World, tmp_path: Path) -> None:
    assert compare(base, load(BASE, tmp_path)) == ()


def test_a_change_is_said_once_for_each_function(base: World, tmp_path: Path) -> None:
    changes = compare(base, load(BASE.replace("y: u32", "y: u64"), tmp_path))
    assert [c.path[0].partition("#")[2] for c in changes] == [
        "[constructor]canvas",
        "[method]canvas.draw",
        "area",
        "move",
        "lookup",
    ]


def test_interfaces_of_types_are_nobodys_symbols(tmp_path: Path) -> None:
    """``use`` imports the interface that defines the type: nothing has to be provided for it."""
    text = "package t:u;\ninterface types {{ type n = u32; }}\nworld w {{ {}export f: func(a: u32); }}\n"
    (tmp_path / "old").mkdir()
    (tmp_path / "new").mkdir()
    old = load(text.format(""), tmp_path / "old")
    new = load(text.format("use types.{n}; "), tmp_path / "new")
    assert {change.effect for change in compare(old, new)} == {"source"}
    assert {change.effect for change in compare(new, old)} == {"source"}


Output = pytest.CaptureFixture[str]
OLD = "package t:v;\nworld w { export f: func(a: u32) -> string; }\n"
NEW = OLD.replace("u32", "u64")


def test_text_and_exit_codes(tmp_path: Path, capsys: Output) -> None:
    (tmp_path / "old.wit").write_text(OLD)
    (tmp_path / "new.wit").write_text(NEW)
    old, new = str(tmp_path / "old.wit"), str(tmp_path / "new.wit")
    assert run(["diff", old, new]) == 1
    assert capsys.readouterr().out == "breaks importers: export f: parameter a: u32 became u64\nbreaking (1 breaking)\n"
    assert run(["diff", old, old]) == 0
    assert capsys.readouterr().out == "no difference\n"
    assert run(["diff", old, str(tmp_path / "none.wit")]) == 3
    assert f"no WIT at `{tmp_path / 'none.wit'}`" in capsys.readouterr().err


def test_json(tmp_path: Path, capsys: Output) -> None:
    (tmp_path / "old.wit").write_text(OLD)
    (tmp_path / "new.wit").write_text(NEW)
    assert run(["diff", "--json", str(tmp_path / "old.wit"), str(tmp_path / "new.wit")]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["compatible"] is False
    assert document["changes"] == [
        {
            "path": ["export f", "parameter a"],
            "what": "u32 became u64",
            "effect": "breaks importers",
            "breaking": True,
        }
    ]


def test_what_only_parts_providers_is_compatible(tmp_path: Path, capsys: Output) -> None:
    text = "package t:v;\ninterface i {{ resource r {{ {} }} }}\nworld w {{ export i; }}\n"
    (tmp_path / "old.wit").write_text(text.format("a: func(); b: func();"))
    (tmp_path / "new.wit").write_text(text.format("b: func(); a: func();"))
    assert run(["diff", str(tmp_path / "old.wit"), str(tmp_path / "new.wit")]) == 0
    assert capsys.readouterr().out == (
        "splits providers: export t:v/i: resource r: providers from before and after refuse each other's handles\n"
        "compatible (1 splits providers)\n"
    )


@pytest.mark.skipif(not shutil.which("gcc"), reason="needs gcc to build ELF files")
def test_built_files_against_wit(tmp_path: Path, capsys: Output) -> None:
    (tmp_path / "old.wit").write_text(OLD)
    (tmp_path / "new.wit").write_text(NEW)
    assert run(["bindgen", "c", str(tmp_path / "old.wit"), "--component", "part", "--out-dir", str(tmp_path)]) == 0
    library = str(tmp_path / "libpart.so")
    subprocess.run(["gcc", "-shared", "-fPIC", "part_manifest.c", "-o", library], cwd=tmp_path, check=True)
    assert run(["diff", library, str(tmp_path / "old.wit")]) == 0
    assert run(["diff", library, str(tmp_path / "new.wit"), "-w", "w"]) == 1
    assert "export f: parameter a: u32 became u64" in capsys.readouterr().out
    assert run(["diff", library, library, "-w", "v"]) == 3
    errors = capsys.readouterr().err
    assert "the file carries no world `v`" in errors and "t:v/w" in errors
