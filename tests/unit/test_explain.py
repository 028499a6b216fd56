"""``symbuild explain``: a build's edges as the build steps left them, in text, JSON and a picture."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from symbuild.abi.passing import Passing
from symbuild.cli import run
from symbuild.graph.binding import Binding, Kind
from symbuild.graph.explain import Graph, Import, Link, Node, bound_text, cost, graph_of, links_of
from symbuild.graph.picture import svg
from symbuild.steps.profile import Choice, Terms, choice_json

WIT = """\
package t:e;
interface log { write: func(line: string, level: u8); last: func() -> option<string>; }
interface store { get: func(key: string) -> list<u8>; size: func() -> u64; }
interface filter { apply: func(line: string) -> string; }
world file-log { export log; }
world net-log { export log; }
world cache { import store; import near: log; export store; }
world disk { export store; }
world app { import log; import store; import filter; import tick: func(n: u32); }
"""
# Component: the options of its bindings, and of the step that binds it.
BUILD: dict[str, tuple[list[str], list[str]]] = {
    "file-log": (["c", "--api-style", "symmetric"], []),
    "net-log": (["c"], []),
    "disk": (["rust"], []),
    "cache": (["c"], ["disk", "net-log"]),
    "app": (["c", "--dynamic", "t:e/filter"], ["file-log", "cache"]),
}

Output = pytest.CaptureFixture[str]


def built(folder: Path) -> Path:
    """A build directory: what the steps of a build leave of the components of ``BUILD``."""
    wit = folder / "e.wit"
    wit.write_text(WIT, encoding="utf-8")
    build = folder / "b"

    def world_file(name: str) -> str:
        return str(build / f"{name}-bindings" / f"{name}.world.json")

    for name, ((language, *options), _) in BUILD.items():
        out = ["--component", name, "--out-dir", str(build / f"{name}-bindings"), "--no-runtime"]
        assert run(["bindgen", language, str(wit), "-w", name, *out, *options]) == 0
    graph = str(build / "symbuild-graph" / "providers.json")
    assert run(["graph", "--out", graph, *map(world_file, BUILD)]) == 0
    for name, (_, providers) in BUILD.items():
        command = ["bind", "--world-file", world_file(name), "--graph", graph, "--open-imports"]
        command += [arg for provider in providers for arg in ("--provider", world_file(provider))]
        assert run([*command, "--out-dir", str(build / f"{name}-bindings")]) == 0
    return build


TEXT = """\
app: t:e/app (c)
  t:e/log <- file-log: version node of file-log
    write: lends line: viewed by file-log
    last: result: handed over by file-log, kept by app
  t:e/store <- cache: version node of cache
    get: lends key: copied once by cache; result: handed over by cache, kept by app
    size: plain values
  tick: open, for the loading process to provide
    tick: plain values
  t:e/filter: a table, filled in at run time
    apply: lends line; result: kept by app
cache: t:e/cache (c)
  t:e/store <- disk: by a private name, version node of disk
    get: lends key: copied once by disk; result: copied by disk, kept by cache
    size: plain values
  near (t:e/log) <- net-log: by its label, version node of net-log
    write: lends line: copied once by net-log
    last: result: handed over by net-log, kept by cache
file-log: t:e/file-log (c, exports take views)
  imports nothing
disk: t:e/disk (rust)
  imports nothing
net-log: t:e/net-log (c)
  imports nothing
"""


def test_text(tmp_path: Path, capsys: Output) -> None:
    assert run(["explain", str(built(tmp_path))]) == 0
    assert capsys.readouterr().out == TEXT


def test_json(tmp_path: Path, capsys: Output) -> None:
    build = built(tmp_path)
    assert run(["explain", str(build), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [c["name"] for c in document["components"]] == ["app", "cache", "file-log", "disk", "net-log"]
    edges = {(e["importer"], e["module"]): e for e in document["edges"]}
    assert {key: (e["provider"], e["binding"], e["version_node"]) for key, e in edges.items()} == {
        ("app", "t:e/log"): ("file-log", "direct", "file-log"),
        ("app", "t:e/store"): ("cache", "direct", "cache"),
        ("app", "t:e/filter"): (None, "run-time table", None),
        ("app", "$root"): (None, "open", None),
        ("cache", "t:e/store"): ("disk", "private name", "disk"),
        ("cache", "near"): ("net-log", "label", "net-log"),
    }
    assert edges["cache", "near"]["interface"] == "t:e/log"
    assert edges["cache", "near"]["functions"][0] == {
        "name": "write",
        "symbol": "nearX00write",
        "lends": ["line"],
        "gives": False,
        "moves": [],
        "borrows": [],
        "makes": False,
        "crossing": None,
        "cost": ["lends line: copied once by net-log"],
    }


def test_isolated_components_and_what_crosses(tmp_path: Path, capsys: Output) -> None:
    build = built(tmp_path)
    terms = Terms("unix", 2.5, "error", (("store#get", "err"),), ("files",))
    placement = build / "cache-bindings" / "cache.placement.json"
    placement.write_text(json.dumps(choice_json(Choice("isolated", terms))))
    (build / "disk-bindings" / "disk.placement.json").write_text('{"placement": "isolated"}')
    (build / "app-bindings" / "app.placement.json").write_text('{"placement": "direct"}')
    assert run(["explain", str(build)]) == 0
    text = capsys.readouterr().out
    assert "cache: t:e/cache (c), isolated: unix, 2.5 s for a call, a failure is the error case of store#get" in text
    assert "of store#get, gives up files\n" in text
    assert "disk: t:e/disk (rust), isolated: shm, no deadline, a failure is a trap, not confined\n" in text
    assert "t:e/store <- cache: version node of cache, to a process of its own over unix\n" in text
    assert ", called back over unix, then to a process of its own over shm\n" in text
    assert "near (t:e/log) <- net-log: by its label, version node of net-log, called back over unix\n" in text
    assert "t:e/log <- file-log: version node of file-log\n" in text
    get = "sends 16 bytes + key, copied in and out; gets 16 bytes, and the result's memory, copied in and out\n"
    assert text.count(get) == 2
    assert run(["explain", str(build), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    isolated = {c["name"]: c["isolated"] for c in document["components"]}
    assert isolated["app"] is None
    assert isolated["cache"] == {
        "transport": "unix", "deadline": 2.5, "on_failure": "error", "errors": ["store#get"], "confine": ["files"],
        "group": None,
    }  # fmt: skip
    (crossing,) = [f["crossing"] for e in document["edges"] for f in e["functions"] if f["symbol"] == "nearX00write"]
    assert crossing == {
        "arguments": {"32": 12, "64": 24}, "result": {"32": 0, "64": 0}, "in_place": [], "copied": ["line"],
        "gives": False,
    }  # fmt: skip
    placement.write_text("{}")
    assert run(["explain", str(build)]) == 3
    assert f"`{placement}` is not what the build system writes" in capsys.readouterr().err


def test_a_group_is_one_process(tmp_path: Path, capsys: Output) -> None:
    build = built(tmp_path)
    for name in ("cache", "disk"):
        placement = build / f"{name}-bindings" / f"{name}.placement.json"
        placement.write_text(json.dumps(choice_json(Choice("isolated", Terms(group="stores")))))
    assert run(["explain", str(build)]) == 0
    text = capsys.readouterr().out
    assert "cache: t:e/cache (c), isolated in group stores: shm, no deadline" in text
    assert "t:e/store <- cache: version node of cache, to the process of group stores over shm\n" in text
    inside = text.partition("  t:e/store <- disk: by a private name, version node of disk, within the process of ")[2]
    assert inside.startswith(
        "group stores\n    get: lends key: copied once by disk; result: copied by disk, kept by cache\n"
    )
    assert run(["explain", str(build), "--json"]) == 0
    crossings = {
        (e["importer"], e["provider"]): {f["crossing"] is not None for f in e["functions"]}
        for e in json.loads(capsys.readouterr().out)["edges"]
    }
    assert crossings["cache", "disk"] == {False}
    assert crossings["app", "cache"] == crossings["cache", "net-log"] == {True}


def test_a_component_may_be_built_for_both_targets(tmp_path: Path, capsys: Output) -> None:
    build, out = built(tmp_path), tmp_path / "b"
    for name in ("disk", "net-log", "cache"):
        folder = str(out / f"{name}-wasm")
        assert run(["bindgen", "c", str(tmp_path / "e.wit"), "-w", name, "--component", name, "--out-dir", folder]) == 0
        providers = [f"--provider={out}/{each}-wasm/{each}.world.json" for each in BUILD[name][1]]
        command = ["bind", "--world-file", f"{folder}/{name}.world.json", "--out-dir", folder, "--composed", *providers]
        assert run([*command, "--graph", str(out / "symbuild-graph" / "providers.json")]) == 0
    assert run(["explain", str(build)]) == 0
    text = capsys.readouterr().out
    assert "  t:e/store <- disk: by a private name, version node of disk\n" in text
    assert "  t:e/store <- disk (wasm32-wasip2): by a private name\n" in text
    assert "cache (wasm32-wasip2): t:e/cache (c)\n" in text
    assert run(["explain", str(build), "--json"]) == 0
    targets = {c["name"]: c["target"] for c in json.loads(capsys.readouterr().out)["components"]}
    assert targets["cache"] == targets["app"] == "native"
    assert targets["cache (wasm32-wasip2)"] == "wasm32-wasip2"
    assert run(["explain", str(build), "--format", "svg"]) == 0


def test_the_picture_shows_every_component_and_edge(tmp_path: Path, capsys: Output) -> None:
    assert run(["explain", str(built(tmp_path)), "--format", "svg"]) == 0
    texts, arrows = drawn(capsys.readouterr().out)
    assert {*BUILD, "the loading process", "loaded at run time"} <= texts.keys()
    assert {"near (t:e/log): by its label", "t:e/store: version node of cache", "tick: open"} <= texts.keys()
    assert len(arrows) == 6


def test_what_is_no_build(tmp_path: Path, capsys: Output) -> None:
    assert run(["explain", str(tmp_path)]) == 3
    assert "no components were built by symbuild in" in capsys.readouterr().err
    build = built(tmp_path)
    edges = build / "app-bindings" / "app.edges.json"
    edges.write_text("{}")
    assert run(["explain", str(build)]) == 3
    assert f"`{edges}` is not what `symbuild bind` writes" in capsys.readouterr().err
    edges.unlink()
    assert run(["explain", str(build)]) == 3
    assert "its components are not bound to each other yet" in capsys.readouterr().err
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "app.world.json").write_text("{}")
    assert run(["explain", str(tmp_path)]) == 3
    assert "holds two components `app`" in capsys.readouterr().err


# ---- the parts -------------------------------------------------------------------------------------------------------
F = Import("a:b/i", "f", "a:b/i", "s", Passing(("x",), gives=True))


@pytest.mark.parametrize(
    ("importer", "provider", "said"),
    [
        (Node("a", "w", "rust"), Node("b", "w", "c", views=True), "lends x: viewed by b; "
         "result: handed over by b, copied and freed by a"),
        (Node("a", "w", "cpp"), Node("b", "w", "cpp", views=True), "lends x: viewed by b, which copies what lies in "
         "records and cases once; result: handed over by b, kept by a"),
        (Node("a", "w", "c"), Node("b", "w", "rust", views=False), "lends x: copied once by b; "
         "result: copied by b, kept by a"),
        (Node("a", "w", "c"), None, "lends x; result: kept by a"),
    ],
)  # fmt: skip
def test_what_is_copied(importer: Node, provider: Node | None, said: str) -> None:
    assert "; ".join(cost(F, importer, provider)) == said
    assert cost(Import("a:b/i", "g", "a:b/i", "s", Passing()), importer, provider) == ()


@pytest.mark.parametrize(
    ("kind", "node", "text"),
    [
        ("direct", None, "direct"),
        ("direct", "log", "version node of log"),
        ("label", None, "by its label"),
        ("private name", "log", "by a private name, version node of log"),
    ],
)
def test_how_it_is_bound(kind: Kind, node: str | None, text: str) -> None:
    assert bound_text(Link("a", "b", "a:b/i", "a:b/i", kind, node, (F,)), {}) == text


def test_functions_of_one_interface_are_one_link() -> None:
    imports = [Import("a:b/i", name, "a:b/i", name, Passing()) for name in ("f", "g")]
    imports += [Import("$root", name, None, name, Passing()) for name in ("h", "k")]
    bindings = {
        "f": Binding("f", "direct", "one"),
        "g": Binding("g", "direct", "one"),
        "h": Binding("h", "direct", "one"),
        "k": Binding("k", "direct", "two"),
    }
    found = [(link.provider, link.title) for link in links_of("a", imports, bindings)]
    assert found == [("one", "a:b/i"), ("one", "h"), ("two", "k")]


# ---- the picture -----------------------------------------------------------------------------------------------------
def link(importer: str, provider: str, *modules: str) -> list[Link]:
    return [Link(importer, provider, module, module, "direct", None, (F,)) for module in modules]


def nodes(*names: str) -> list[Node]:
    return [Node(name, f"a:b/{name}", "c") for name in names]


GRAPHS: dict[str, Graph] = {
    "empty": graph_of([], []),
    "alone": graph_of(nodes("one", "two"), []),
    "chain": graph_of(nodes("a", "b", "c"), [*link("a", "b", "a:b/x"), *link("b", "c", "a:b/y", "a:b/z")]),
    "over rows": graph_of(
        nodes("app", "left", "right", "base", "log"),
        [
            *link("app", "left", "a:b/left"),
            *link("app", "right", "a:b/right"),
            *link("left", "base", "a:b/base"),
            *link("base", "log", "a:b/log"),
            *link("app", "log", "a:b/log"),
            *link("right", "log", "a:b/log"),
        ],
    ),
    "names to escape": graph_of(nodes("a"), [Link("a", None, "<&>", None, "open", None, (F,))]),
}
SVG = "{http://www.w3.org/2000/svg}"


def drawn(text: str) -> tuple[dict[str, tuple[float, float]], list[list[tuple[float, float]]]]:
    """Each text with its place, and the points of each arrow."""
    root = ElementTree.fromstring(text)
    texts = {t.text or "": (float(t.get("x", 0)), float(t.get("y", 0))) for t in root.iter(f"{SVG}text")}
    paths = [p.get("d", "") for p in root.iter(f"{SVG}path") if p.get("marker-end")]
    return texts, [[(float(x), float(y)) for x, y in re.findall(r"([-\d.]+) ([-\d.]+)", path)] for path in paths]


def boxes(text: str) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of each component's box."""
    rects = [r for r in ElementTree.fromstring(text).iter(f"{SVG}rect") if r.get("rx")]
    sides = [[float(r.get(key, 0)) for key in ("x", "y", "width", "height")] for r in rects]
    return [(x, y, x + width, y + height) for x, y, width, height in sides]


@pytest.mark.parametrize("name", GRAPHS)
def test_boxes_do_not_meet_and_arrows_go_down_past_them(name: str) -> None:
    graph = GRAPHS[name]
    text = svg(graph)
    found = boxes(text)
    for i, (left, top, right, bottom) in enumerate(found):
        for other in found[i + 1 :]:
            assert right < other[0] or other[2] < left or bottom < other[1] or other[3] < top
    _, arrows = drawn(text)
    for points in arrows:
        assert all(a[1] < b[1] for a, b in pairwise(points))
        for x, y in points[1:-1]:
            assert not any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in found)
    assert len(arrows) == len({(link.importer, link.provider) for link in graph.links})


def test_labels_have_lines_of_their_own() -> None:
    texts, _ = drawn(svg(GRAPHS["over rows"]))
    rows = [y for text, (_, y) in texts.items() if text.startswith("a:b/") and ": " in text]
    assert len(rows) == len(set(rows)) == 4


def test_providers_stand_below_their_importers() -> None:
    texts, _ = drawn(svg(GRAPHS["over rows"]))
    order: Sequence[str] = sorted(("app", "left", "base", "log"), key=lambda name: texts[name][1])
    assert order == ["app", "left", "base", "log"]


@pytest.mark.parametrize(
    ("passing", "said"),
    [
        (Passing(borrows=("self",)), ()),
        (Passing(borrows=("self", "other"), moves=("all",)), ("gives all away", "lends other")),
        (Passing(makes=True), ("result: a handle, app drops it",)),
    ],
)
def test_what_becomes_of_handles(passing: Passing, said: tuple[str, ...]) -> None:
    node = Node("app", "t:e/app", "c")
    assert cost(Import("t:e/i", "f", "t:e/i", "f", passing), node, node) == said
