"""What a check finds in a linked file and in objects, by WIT name; and the world file it goes by."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from symbuild.abi.mangle import bound_symbol
from symbuild.abi.symbols import exports_of, imports_of
from symbuild.errors import InputError
from symbuild.steps import world_file
from symbuild.steps.binary import Binary, Symbol
from symbuild.steps.check import check_file, check_objects
from symbuild.steps.manifest import Entry, Manifest, describe, encode
from symbuild.steps.world_file import Definition, WorldFile
from symbuild.wit import encode as encode_wit
from symbuild.wit import load_world

WIT = """\
package demo:hello@0.1.0;

interface log {
  write: func(s: string);
}
interface greet {
  greet: func(name: string) -> string;
  add: func(a: s32, b: s32) -> s32;
}
world greeter {
  import log;
  import spare: log;
  export greet;
  export run: func() -> u32;
}
"""
GREET = "demoX3AhelloX2FgreetX400X2E1X2E0X00greet"
ADD = "demoX3AhelloX2FgreetX400X2E1X2E0X00add"
RUN = "X24rootX00run"
WRITE = "demoX3AhelloX2FlogX400X2E1X2E0X00write"


@pytest.fixture(scope="module")
def wit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("wit") / "greeter.wit"
    path.write_text(WIT)
    return path


@pytest.fixture(scope="module")
def manifest(wit: Path) -> Manifest:
    world = load_world(wit).world
    return describe(world, "my-greeter", encode_wit(wit, world))


@pytest.fixture
def good(manifest: Manifest) -> Binary:
    exports = tuple(Symbol(s, "my_greeter") for s in (RUN, ADD, GREET))
    imports = (Symbol(WRITE, "logger"), Symbol("malloc", "GLIBC_2.2.5"))
    return Binary("elf", "library", "x86_64", "libmy-greeter.so", (), exports, imports, (), encode(manifest))


def found(binary: Binary) -> list[str]:
    findings = check_file(binary, "libmy-greeter.so")
    assert all(f.where == "libmy-greeter.so" and f.help for f in findings)
    return [f.what for f in findings]


def test_an_exact_file_has_no_findings(good: Binary) -> None:
    assert found(good) == []


def test_missing_and_leaking_symbols_by_wit_name(good: Binary) -> None:
    extra = (Symbol("leak", "my_greeter"), Symbol("aX3AbX2FcX00f", "my_greeter"))
    assert found(replace(good, exports=(*good.exports[1:], *extra))) == [
        "`run` is not exported",
        "`a:b/c#f` (`aX3AbX2FcX00f`) leaks: world `demo:hello/greeter@0.1.0` does not export it",
        "`leak` leaks: world `demo:hello/greeter@0.1.0` does not export it",
    ]


def test_in_a_program_only_wit_names_leak(good: Binary) -> None:
    extra = (Symbol("_IO_stdin_used"), Symbol("aX3AbX2FcX00f"))
    (leak,) = found(replace(good, kind="program", exports=(*good.exports, *extra)))
    assert leak.startswith("`a:b/c#f`")


def test_version_nodes(good: Binary) -> None:
    exports = (Symbol(RUN), Symbol(ADD, "other"), Symbol(GREET, "my_greeter"))
    assert found(replace(good, exports=exports)) == [
        "`run` has no version node, where `my_greeter` is expected",
        "`demo:hello/greet@0.1.0#add` has version node `other`, where `my_greeter` is expected",
    ]


def test_a_program_may_have_no_version_nodes_at_all(good: Binary) -> None:
    bare = tuple(replace(s, version=None) for s in good.exports)
    assert found(replace(good, kind="program", exports=bare)) == []
    assert len(found(replace(good, kind="program", exports=(good.exports[0], *bare[1:])))) == 2
    assert len(found(replace(good, exports=bare))) == 3


@pytest.mark.parametrize("format", ["macho", "pe"])
def test_only_elf_has_version_nodes(good: Binary, format: str) -> None:
    exports = (Symbol(RUN), Symbol(ADD), Symbol(GREET), Symbol("__dso_handle"), Symbol("_mh_dylib_header"))
    assert found(replace(good, format=format, exports=exports)) == []  # type: ignore[arg-type]  # parametrised


def test_imports_are_of_the_world_and_bound(good: Binary) -> None:
    extra = (Symbol("aX3AbX2FcX00f"), Symbol(bound_symbol("spareX00write")), Symbol("spareX00write"))
    assert found(replace(good, imports=(*good.imports, *extra))) == [
        "`a:b/c#f` is called, but world `demo:hello/greeter@0.1.0` does not import it",
        "`spare#write (bound when linking)` was not bound to a provider",
    ]


def test_an_entry_that_does_not_fit_the_wit(good: Binary, manifest: Manifest) -> None:
    entries = (
        replace(manifest.entries[0], hash=bytes(32)),
        *manifest.entries[1:],
        Entry("export", "z", None, bytes(32)),
    )
    assert found(replace(good, wit=encode(replace(manifest, entries=entries)))) == [
        "the manifest's entry for the export of `z` does not fit the WIT it carries",
        f"the manifest's entry for the import of `{entries[0].module}` does not fit the WIT it carries",
    ]


def test_another_abi_version(good: Binary, manifest: Manifest) -> None:
    assert found(replace(good, wit=encode(replace(manifest, abi_version=7)))) == [
        "built for version 7 of the symmetric ABI; this symbuild knows 1"
    ]


def test_the_file_s_own_manifest_is_the_first(good: Binary, manifest: Manifest) -> None:
    other = replace(manifest, component="other")
    assert found(replace(good, wit=encode(manifest) + b"\0" * 6 + encode(other))) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"wit": None}, "carries no manifest"),
        ({"wit": b"\0\0"}, "carries no manifest"),
        ({"wit": b"junk"}, "not a manifest"),
        ({"kind": "object"}, "reads linked native files"),
    ],
)
def test_files_that_cannot_be_checked(good: Binary, change: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        check_file(replace(good, **change), "libmy-greeter.so")  # type: ignore[arg-type]  # parametrised
    assert str(caught.value).count("--> libmy-greeter.so") == 1


def test_a_manifest_whose_wit_is_damaged(good: Binary, manifest: Manifest) -> None:
    damaged = encode(replace(manifest, wit=manifest.wit[: len(manifest.wit) // 2]))
    with pytest.raises(InputError, match="the manifest's WIT cannot be read") as caught:
        check_file(replace(good, wit=damaged), "f.so")
    assert caught.value.findings[0].where == "f.so"


# Objects


@pytest.fixture
def ports(wit: Path) -> WorldFile:
    world = load_world(wit).world
    return world_file.describe(
        world,
        "my-greeter",
        {
            GREET: (Definition("exports_greet", "exports_greet"),),
            ADD: (Definition("exports_add", ADD),),
            RUN: (Definition("exports_run", RUN),),
        },
    )


def objects(*symbols: str, name: str = "greeter.c.o", opaque: bool = False) -> list[tuple[Path, Binary]]:
    binary = Binary("elf", "object", "x86_64", exports=tuple(map(Symbol, symbols)), opaque=opaque)
    return [(Path(name), binary)]


def test_all_missing_definitions_at_once_with_their_places(ports: WorldFile, wit: Path) -> None:
    findings = check_objects(ports, objects("exports_greet"), wit=wit)
    assert [(f.what, f.where) for f in findings] == [
        ("`greeter.c` does not define `exports_add`, declared in `greeter.wit:8`", f"{wit}:8"),
        ("`greeter.c` does not define `exports_run`, declared in `greeter.wit:14`", f"{wit}:14"),
    ]


def test_a_definition_may_have_the_symbol_or_its_own_name(ports: WorldFile) -> None:
    assert check_objects(ports, objects("exports_greet", ADD, RUN)) == ()
    assert check_objects(ports, objects("exports_greet", "exports_add", "exports_run")) == ()


@pytest.mark.parametrize(
    ("name", "sources", "beginning"),
    [
        ("b/src_greeter.cpp.o", [], "`src_greeter.cpp` does not define"),
        ("b/meson-generated_greeter.c.o", [], "no object defines"),
        ("b/libgreeter.a", [], "no object defines"),
        ("x.o", ["src/a.c", "src/b.c"], "none of `a.c`, `b.c` defines"),
    ],
)
def test_how_sources_are_named(ports: WorldFile, name: str, sources: list[str], beginning: str) -> None:
    finding = check_objects(ports, objects("exports_greet", ADD, name=name), sources)[0]
    assert finding.what == f"{beginning} `exports_run`, which exports `run`"


@pytest.mark.parametrize(
    ("spare", "help"),
    [
        ("exports_runn", "is `exports_runn` meant to be it?"),
        ("_Z11exports_runv", 'it is defined with C++ linkage: include the generated header, or say `extern "C"`'),
        ("main", "the generated header declares it; copy the declaration and write the body"),
    ],
)
def test_help_with_a_missing_definition(ports: WorldFile, spare: str, help: str) -> None:
    assert check_objects(ports, objects("exports_greet", "exports_add", spare))[0].help == help


def test_objects_that_hide_their_symbols_are_left_to_the_linker(ports: WorldFile) -> None:
    assert check_objects(ports, objects(opaque=True)) == ()


# The world file


def test_a_world_file_reads_back(ports: WorldFile, tmp_path: Path, wit: Path) -> None:
    path = tmp_path / "my-greeter.world.json"
    path.write_text(world_file.to_json(ports))
    assert world_file.read(path) == ports
    assert ports.world == "demo:hello/greeter@0.1.0"
    assert [e.port.symbol for e in ports.exports] == [linkage.symbol for linkage in exports_of(load_world(wit).world)]
    assert [p.reference for p in ports.imports] == [i.reference for i in imports_of(load_world(wit).world)]


def test_a_comment_in_the_wit_changes_no_world_file(ports: WorldFile, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere.wit"
    other.write_text("// A comment.\n" + WIT)
    definitions = {e.port.symbol: e.definitions for e in ports.exports}
    again = world_file.describe(load_world(other).world, "my-greeter", definitions)
    assert world_file.to_json(again) == world_file.to_json(ports)


FORMAT = f'{{"format": {world_file.FORMAT}'


@pytest.mark.parametrize("text", ["", "[]", "{}", "3", FORMAT + "}", FORMAT + ', "component": 3, "imports": 1}'])
def test_what_is_no_world_file(text: str, tmp_path: Path) -> None:
    path = tmp_path / "w.json"
    path.write_text(text)
    with pytest.raises(InputError, match="not a world file"):
        world_file.read(path)


def test_a_world_file_of_another_format(tmp_path: Path) -> None:
    path = tmp_path / "w.json"
    path.write_text('{"format": 99}')
    with pytest.raises(InputError, match="of format 99"):
        world_file.read(path)
    with pytest.raises(InputError, match="No such file"):
        world_file.read(tmp_path / "nothing")
