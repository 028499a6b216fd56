"""What an isolated component's C says of its borders: who provides an import, and what stands for a failure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from symbuild.abi.symbols import imports_of
from symbuild.bindings.message.backend import Isolated, Placement, Reference, Sources, sources
from symbuild.bindings.message.wiring import symbol_of, wired
from symbuild.errors import InputError
from symbuild.model.world import World
from symbuild.wit import load_world

WIT = """\
package a:b;

interface sink {
  resource r {
    m: func();
  }
  say: func(text: string);
}

interface codec {
  enum why { lost, late }
  run: func(n: u32) -> result<list<string>, why>;
  plain: func() -> u32;
  text: func() -> result<_, string>;
  bytes: func() -> result<_, list<u8>>;
}

world app {
  import one: sink;
  import two: sink;
  import log: func(s: string);
  export codec;
}

world middle {
  import sink;
  export sink;
}
"""

SAY, LOG = "aX3AbX2FsinkX00say", "X24rootX00log"
DROP = "aX3AbX2FsinkX00X5Bresource_dropX5Dr"


@pytest.fixture
def worlds(tmp_path: Path) -> dict[str, World]:
    """The worlds by name."""
    wit = tmp_path / "a.wit"
    wit.write_text(WIT, encoding="utf-8")
    return {name: load_world(wit, name).world for name in ("app", "middle")}


def made(world: World, *references: Reference, errors: dict[str, str] | None = None) -> Sources:
    """The sources of component `it`."""
    placement = Placement(errors=errors or {})
    return sources(world, Isolated("it", b"manifest", "libit.so", "it.isolated/it", references, placement))


def text(found: Sources, name: str) -> str:
    """A file."""
    return found.files[name].decode()


def providers(world: World, *references: Reference) -> dict[tuple[str, str], str | None]:
    """The provider of each imported function that the component refers to."""
    found = wired(world, references)
    return {(i.linkage.module, i.linkage.function): i.reference.provider for i in found if i.reference}


def test_items_of_one_interface_get_a_provider_each(worlds: dict[str, World]) -> None:
    references = [Reference(SAY, f"lib{n}.so", n) for n in ("x", "y")]
    assert providers(worlds["app"], *references) == {("one", "say"): "libx.so", ("two", "say"): "liby.so"}
    assert providers(worlds["app"], *reversed(references)) == providers(worlds["app"], *references)


def test_items_of_one_provider_are_one(worlds: dict[str, World]) -> None:
    found = providers(worlds["app"], Reference(SAY, "libx.so"), Reference(DROP, "libx.so"))
    assert found == {("one", "say"): "libx.so", ("one", "[resource-drop]r"): "libx.so"}


def test_what_is_no_import_is_left_out(worlds: dict[str, World]) -> None:
    assert providers(worlds["app"], Reference("malloc", "libc.so.6", "GLIBC_2.2.5"), Reference(LOG, None)) == {
        ("$root", "log"): None
    }


def test_a_composition_binds_a_function_to_one_of_another_name(worlds: dict[str, World]) -> None:
    other = Reference("X24rootX00note", "libx.so", "x")
    assert providers(worlds["app"], other) == {("$root", "log"): "libx.so"}
    # Of two, nobody knows which.
    assert providers(worlds["app"], other, Reference("X24rootX00memo", "libx.so", "x")) == {}
    assert providers(worlds["app"], Reference("malloc", "libx.so", "x")) == {}


def test_an_import_that_is_not_referred_to_is_not_called(worlds: dict[str, World]) -> None:
    found = made(worlds["app"], Reference(LOG, None))
    for name in (found.proxy, found.host):
        assert SAY not in text(found, name)
    # A handle can still come to its end: by its maker's table.
    assert "= _drop_by_maker;" in text(found, found.proxy)
    assert found.standins == ()


def test_open_imports_are_the_hosts_own_symbols(worlds: dict[str, World]) -> None:
    found = made(worlds["app"], Reference(LOG, None))
    assert f'__attribute__((visibility("default"))) void {LOG}(uint8_t *_p0, size_t _p1);' in text(found, found.host)
    assert f"extern void {LOG}(uint8_t *, size_t);" in text(found, found.proxy)


def test_middleware_calls_its_provider_at_that_ones_version(worlds: dict[str, World]) -> None:
    world = worlds["middle"]
    found = made(world, *(Reference(symbol_of(each), "liblog.so.2", "log") for each in imports_of(world)))
    proxy = text(found, found.proxy)
    assert f'__asm__(".symver _edge_{SAY}, {SAY}@log");' in proxy
    assert f"  _edge_{SAY}(" in proxy
    (standin,) = found.standins
    assert standin.soname == "liblog.so.2"
    assert f'__asm__(".symver _standin_{SAY}, {SAY}@log");' in text(found, standin.source)
    script = text(found, standin.map)
    assert script.startswith("log {\n  global:\n")
    assert f"    {SAY};\n" in script
    # What the component makes is the host's, what it imports is not.
    rows = re.findall(r"\{\"a:b/sink#r\", (\S+), (\S+)\},", proxy)
    assert rows == [("&_operations_export_aX3AbX2FsinkX00r.head", "NULL"), ("NULL", f"&_drop_{DROP}")]
    rows = re.findall(r"\{\"a:b/sink#r\", (\S+), (\S+)\},", text(found, found.host))
    assert rows == [("NULL", f"&_bound_{DROP}"), ("&_operations_import_aX3AbX2FsinkX00r.head", "NULL")]


def test_unversioned_stand_ins_hide_what_is_not_asked_for(worlds: dict[str, World]) -> None:
    found = made(worlds["app"], Reference(SAY, "libx.so"))
    (standin,) = found.standins
    assert text(found, standin.map) == f"{{\n  global:\n    {SAY};\n  local:\n    *;\n}};\n"
    assert "symver" not in text(found, standin.source)


def test_both_sides_number_alike(worlds: dict[str, World]) -> None:
    found = made(worlds["app"], Reference(SAY, "libx.so"), Reference(LOG, None))
    functions = re.compile(r"^    \{(\".*?\"), (?:true|false)", re.MULTILINE)
    proxy, host = (functions.findall(text(found, name)) for name in (found.proxy, found.host))
    assert proxy == host
    assert len(proxy) == 4 + 2 * 3 + 1


ERRORS = [
    ("a:b/codec#run", "err(late)", "0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01,"),
    ("a:b/codec#text", 'err("ab")', "0x61, 0x62,"),
]


@pytest.mark.parametrize(("place", "value", "expected"), ERRORS)
def test_errors_are_messages(place: str, value: str, expected: str, worlds: dict[str, World]) -> None:
    found = made(worlds["app"], errors={place: value})
    constant = re.search(r"#else\n(static .*?)\n#endif", text(found, found.proxy), re.DOTALL)
    assert constant is not None
    assert expected in constant[1].replace("\n    ", " ")
    assert "_error_" not in text(found, found.host)


@pytest.mark.parametrize(
    ("place", "value", "what"),
    [
        ("a:b/codec#rum", "err(late)", "the component exports no function `a:b/codec#rum`"),
        ("a:b/codec#plain", "7", "the function returns no `result`, so that a failure has nothing to become"),
        ("a:b/codec#run", "ok([])", "`ok([])` is no error"),
        ("a:b/codec#run", "err(early)", "early"),
        ("a:b/codec#bytes", f"err([{'7, ' * 5000}7])", "the error is too large"),
    ],
)
def test_errors_that_fit_no_function(place: str, value: str, what: str, worlds: dict[str, World]) -> None:
    with pytest.raises(InputError) as error:
        made(worlds["app"], errors={place: value})
    assert what in str(error.value)


def test_asynchronous_worlds_are_refused(tmp_path: Path) -> None:
    wit = tmp_path / "a.wit"
    wit.write_text("package a:b;\nworld w { export f: async func(); }\n", encoding="utf-8")
    with pytest.raises(InputError, match="an asynchronous world cannot be isolated yet") as error:
        made(load_world(wit, None).world)
    assert error.value.findings[0].where == "a:b/w: f"
    wit.write_text("package a:b;\nworld w { export f: func() -> option<future<u8>>; }\n", encoding="utf-8")
    with pytest.raises(InputError, match="asynchronous"):
        made(load_world(wit, None).world)


def test_providers_must_have_names_of_their_own(worlds: dict[str, World]) -> None:
    with pytest.raises(InputError, match=r"libx\.so\.1 and libx\.so\.2 are too much alike"):
        made(worlds["app"], Reference(SAY, "libx.so.1", "x"), Reference(SAY, "libx.so.2", "y"))
