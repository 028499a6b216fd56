"""Edges: which provider each import gets, what hinders it, and the C that binds and stands in."""

from __future__ import annotations

import pytest

from symbuild.abi.flatten import CoreSignature
from symbuild.abi.mangle import ROOT, symbol
from symbuild.errors import Findings, InputError
from symbuild.graph.check import DOORS, Member, bind
from symbuild.graph.component import Component, Port, offers
from symbuild.steps.bind import edges_source
from symbuild.steps.stub import stub_map, stub_source

SUM = CoreSignature(("i32", "ptr", "len"), "f64")


def port(
    module: str,
    function: str = "f",
    *,
    interface: str | None = None,
    bound: bool = False,
    signature: CoreSignature = SUM,
) -> Port:
    """A port of an interface, or of a label for one."""
    name = symbol(module, function)
    return Port(module, function, name, signature, f"imp_{name}" if bound else name, interface or module)


def provider(name: str, *ports: Port) -> Component:
    return Component(name, exports=ports)


LOG = provider("log", port("a:b/log"))
LOG2 = provider("log-2", port("a:b/log"))


def test_an_import_gets_the_one_provider() -> None:
    app = Component("app", imports=(port("a:b/log"),))
    bound = bind(app, [LOG], offers([app, LOG, LOG2]))
    assert [(edge.wanted.module, edge.provider) for edge in bound.edges] == [("a:b/log", "log")]
    assert bound.idle == ()


def test_a_label_gets_the_provider_of_its_interface() -> None:
    app = Component("app", imports=(port("sink", interface="a:b/log", bound=True),))
    bound = bind(app, [LOG], offers([app, LOG]))
    assert bound.edges[0].offered.symbol == symbol("a:b/log", "f")


def test_a_label_prefers_an_export_of_that_label() -> None:
    app = Component("app", imports=(port("sink", interface="a:b/log", bound=True),))
    labelled = provider("labelled", port("sink", interface="a:b/log"))
    bound = bind(app, [LOG, labelled], offers([app, LOG, labelled]))
    assert [edge.provider for edge in bound.edges] == ["labelled"]
    assert bound.idle == ("log",)


def test_each_label_gets_the_provider_chosen_for_it() -> None:
    labels = tuple(port(label, interface="a:b/log", bound=True) for label in ("first", "second"))
    app = Component("app", imports=labels)
    offered = offers([app, LOG, LOG2])
    bound = bind(app, [LOG, LOG2], offered, chosen={"first": "log-2", "second": "log"})
    assert [(edge.wanted.module, edge.provider) for edge in bound.edges] == [("first", "log-2"), ("second", "log")]
    text = edges_source(app, bound.edges, offered, "gnu")
    assert '.symver _edge_firstX00f, aX3AbX2FlogX00f@log_2"' in text
    assert '.symver _edge_secondX00f, aX3AbX2FlogX00f@log"' in text


def test_a_choice_is_for_imports_by_label() -> None:
    app = Component("app", imports=(port("a:b/log"), port("sink", interface="a:b/log", bound=True)))
    with pytest.raises(Findings) as raised:
        bind(app, [LOG], offers([app, LOG]), chosen={"a:b/log": "log", "sinc": "log"})
    assert [(finding.what, finding.help) for finding in raised.value.findings] == [
        (
            "`components:` of `app` takes `a:b/log` from `log`, which works for an import by label only",
            "list the providers, or write `import a-label: a:b/log;` in the world",
        ),
        (
            "`components:` of `app` takes `sinc` from `log`, but `app` does not import it",
            "did you mean `sink`?",
        ),
    ]


def test_functions_of_the_world_are_bound_one_by_one() -> None:
    app = Component("app", imports=(port(ROOT, "a"), port(ROOT, "b")))
    bound = bind(app, [provider("x", port(ROOT, "a")), provider("y", port(ROOT, "b"))], offers([]))
    assert [edge.provider for edge in bound.edges] == ["x", "y"]


def test_all_that_hinders_is_said_at_once() -> None:
    old = provider("old", port("a:b/part", "other"))
    narrow = provider("narrow", port("a:b/sum", signature=CoreSignature(("i32",), None)))
    app = Component("app", imports=tuple(map(port, ("a:b/none", "a:b/log", "a:b/part", "a:b/sum"))))
    with pytest.raises(Findings) as raised:
        bind(app, [LOG, LOG2, old, narrow], offers([app, LOG, LOG2, old, narrow]))
    assert [finding.what for finding in raised.value.findings] == [
        "`app` imports a:b/none, and nothing in its `components:` provides it",
        "`app` imports a:b/log, and several of its `components:` provide it: `log`, `log-2`",
        "`app` imports a:b/part#f, which its provider `old` does not export",
        "`app` and its provider `narrow` disagree on the signature of a:b/sum#f",
    ]


def test_an_interface_of_many_functions_is_missing_once() -> None:
    app = Component("app", imports=(port("a:b/log", "f"), port("a:b/log", "g")))
    with pytest.raises(Findings) as raised:
        bind(app, [], offers([app, LOG, LOG2]))
    (finding,) = raised.value.findings
    assert finding.help == "add one of these to its `components:`: `log`, `log-2`"


@pytest.mark.parametrize(
    ("door", "what", "help"),
    [
        ("meson", "several of its `components:` provide it", "`components: {'a-label': log}`"),
        ("cmake", "several of its `COMPONENTS` provide it", "`COMPONENTS a-label=log`"),
        ("scons", "several of its `components` provide it", "`components={'a-label': log}`"),
    ],
)
def test_messages_have_the_words_of_the_door(door: str, what: str, help: str) -> None:
    app = Component("app", imports=(port("a:b/log"), port("a:b/none")))
    with pytest.raises(Findings) as raised:
        bind(app, [LOG, LOG2], offers([app, LOG, LOG2]), words=DOORS[door])
    several, missing = raised.value.findings
    assert what in several.what
    assert (several.help or "").endswith(f"name its provider: {help}")
    assert f"set {DOORS[door].opened} if the loading process does" in (missing.help or "")


def test_what_was_fused_takes_what_its_members_list() -> None:
    """The members' own providers decide: one of two here, and where they differ there is none for the whole."""
    whole = Component("whole", imports=(port("a:b/log"),))
    one, two = Component("one", imports=(port("a:b/log"),)), Component("two")
    offered, providers = offers([whole, LOG, LOG2]), [LOG, LOG2]
    members = [Member(one, ("log-2",)), Member(two, ("log",))]
    assert [edge.provider for edge in bind(whole, providers, offered, members=members).edges] == ["log-2"]
    members = [Member(one, ("log-2", "two")), Member(Component("three", imports=(port("a:b/log"),)), ("log",))]
    with pytest.raises(Findings) as raised:
        bind(whole, providers, offered, members=members)
    (finding,) = raised.value.findings
    assert finding.what == (
        "in one file a:b/log would be one import: `one` takes it from `log-2`, `three` takes it from `log`"
    )


def test_open_imports_may_lack_a_provider() -> None:
    app = Component("app", imports=(port("a:b/log"),))
    assert bind(app, [], offers([app]), open_imports=True).edges == ()


def test_an_edge_names_the_version_only_among_rivals() -> None:
    middle = Component("mid", imports=(port("a:b/log", bound=True),), exports=(port("a:b/log"),))
    edges = bind(middle, [LOG2], offers([middle, LOG2])).edges
    text = edges_source(middle, edges, offers([middle, LOG2]), "gnu")
    assert '__asm__(".symver _edge_aX3AbX2FlogX00f, aX3AbX2FlogX00f@log_2");' in text
    assert "double imp_aX3AbX2FlogX00f(int32_t p0, uint8_t *p1, size_t p2)" in text
    assert "return _edge_aX3AbX2FlogX00f(p0, p1, p2);" in text

    reader = Component("reader", imports=(port("sink", interface="a:b/log", bound=True),))
    edges = bind(reader, [LOG], offers([reader, LOG])).edges
    text = edges_source(reader, edges, offers([reader, LOG]), "gnu")
    assert "return aX3AbX2FlogX00f(p0, p1, p2);" in text
    assert ".symver" not in text


def test_rivals_are_refused_where_no_version_can_tell_them_apart() -> None:
    middle = Component("mid", imports=(port("a:b/log", bound=True),), exports=(port("a:b/log"),))
    offered = offers([middle, LOG])
    with pytest.raises(InputError, match="which only ELF systems can tell apart"):
        edges_source(middle, bind(middle, [LOG], offered).edges, offered, "macos")


def test_an_open_import_by_label_asks_for_its_interface() -> None:
    plugin = Component("plugin", imports=(port("sink", interface="a:b/log", bound=True),))
    text = edges_source(plugin, (), offers([plugin]), "gnu")
    assert "return aX3AbX2FlogX00f(p0, p1, p2);" in text
    both = Component("both", plugin.imports, (port("a:b/log"),))
    with pytest.raises(InputError, match="both imports and exports sink"):
        edges_source(both, (), offers([both]), "gnu")


def test_a_stub_has_versions_for_interfaces_with_rivals_only() -> None:
    both = provider("log-2", port("a:b/log"), port("a:b/own"))
    assert stub_map(both, offers([both, LOG])) == "log_2 {\n  global:\n    aX3AbX2FlogX00f;\n};\n"
    assert stub_map(both, offers([both])) == "{ global: *; };\n"
    text = stub_source(both, offers([both, LOG]))
    assert "void aX3AbX2FownX00f(void) {}" in text
    assert '__asm__(".symver _stub_aX3AbX2FlogX00f, aX3AbX2FlogX00f@log_2");' in text
    assert ".symver" not in stub_source(both, offers([both]))


def test_a_plain_reference_is_forwarded_only_among_rivals() -> None:
    app = Component("app", imports=(port("a:b/log"),))
    edges = bind(app, [LOG2], offers([LOG2])).edges
    assert ".symver" not in edges_source(app, edges, offers([app, LOG2]), "gnu")
    assert "aX3AbX2FlogX00f" not in edges_source(app, edges, offers([app, LOG, LOG2]), "macos")
    text = edges_source(app, edges, offers([app, LOG, LOG2]), "gnu")
    assert "aX3AbX2FlogX00f@log_2" in text
    assert '__attribute__((visibility("hidden"))) double aX3AbX2FlogX00f(' in text
