"""Components made of core modules, and composed: modules are written as text here, so that no compiler is needed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from symbuild.cli import run
from symbuild.errors import InputError
from symbuild.steps.wasm_command import without_wrappers
from symbuild.steps.wasm_module import import_modules, sections, with_custom_section
from symbuild.wit import tool

WIT = """
package t:p;
interface i { num: func() -> u32; }
world provider { export i; }
world wrap { import i; export i; }
world app { import i; import other: interface { num: func() -> u32; } export total: func() -> u32; }
world other { export other: interface { num: func() -> u32; } }

interface t { record pair { a: u32, b: u32 } }
world caller { use t.{pair}; import sum: func(p: pair) -> u32; export total: func() -> u32; }
world called { use t.{pair}; import i; export sum: func(p: pair) -> u32; export i; }

world logs { import wasi:logs/sink@0.2.0; export i; }
world tells { import wasi:logs/sink@0.2.0; import i; export total: func() -> u32; }

world notes { use t.{pair}; import sum: func(p: pair) -> u32; export total: func() -> u32; }
world keeper { use t.{pair}; import wasi:times/clock@0.2.0; export sum: func(p: pair) -> u32; }

package wasi:times@0.2.0 {
  interface day { variant day { known(u32), unknown } }
  interface time { use day.{day}; record time { day: day, seconds: u32 } }
  interface clock { use time.{time}; now: func() -> time; }
}

package wasi:logs@0.2.0 {
  interface level { resource level; }
  interface sink { use level.{level}; resource line; put: func(l: line); close: func(l: level) -> line; }
}
"""
MODULES = {
    "left": '(module (func (export "t:p/i#num") (result i32) i32.const 20))',
    "right": '(module (func (export "t:p/i#num") (result i32) i32.const 7))',
    "wrap": """(module (import "t:p/i" "num" (func $num (result i32)))
      (func (export "t:p/i#num") (result i32) call $num i32.const 100 i32.add))""",
    "app": """(module (import "t:p/i" "num" (func $i (result i32))) (import "other" "num" (func $other (result i32)))
      (func (export "total") (result i32) call $i call $other i32.add))""",
    "caller": """(module (import "$root" "sum" (func $sum (param i32 i32) (result i32)))
      (func (export "total") (result i32) (call $sum (i32.const 4) (i32.const 5))))""",
    "called": """(module (import "t:p/i" "num" (func (result i32)))
      (func (export "t:p/i#num") (result i32) i32.const 1)
      (func (export "sum") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))""",
    "notes": """(module (import "$root" "sum" (func $sum (param i32 i32) (result i32)))
      (func (export "total") (result i32) (call $sum (i32.const 4) (i32.const 5))))""",
    "keeper": """(module (import "wasi:times/clock@0.2.0" "now" (func (param i32))) (memory (export "memory") 1)
      (func (export "sum") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))""",
    "logs": """(module (import "wasi:logs/sink@0.2.0" "put" (func (param i32)))
      (func (export "t:p/i#num") (result i32) i32.const 1))""",
    "tells": """(module (import "wasi:logs/sink@0.2.0" "close" (func (param i32) (result i32)))
      (import "t:p/i" "num" (func $num (result i32))) (func (export "total") (result i32) call $num))""",
    "other": '(module (func (export "other#num") (result i32) i32.const 3))',
}
WORLDS = {"left": "provider", "right": "provider"}
EVERYTHING = """(module
  (import "a" "f" (func (param i32)))
  (import "b" "t" (table 1 2 funcref))
  (import "c" "m" (memory 1))
  (import "d" "g" (global (mut i32)))
  (import "e" "x" (tag (param i32))))"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """All components, in a folder with their WIT."""
    (tmp_path / "p.wit").write_text(WIT)
    for name, text in MODULES.items():
        (tmp_path / f"{name}.core").write_bytes(tool.run(["parse", "-"], stdin=text.encode()))
        world = WORLDS.get(name, name)
        assert componentize(tmp_path, name, "-w", world) == 0
    return tmp_path


def componentize(folder: Path, name: str, *options: str) -> int:
    """Make NAME.wasm of NAME.core."""
    words = ["componentize", str(folder / f"{name}.core"), "--wit", str(folder / "p.wit"), *options]
    return run([*words, "-o", str(folder / f"{name}.wasm")])


def compose(folder: Path, names: str, *options: str) -> int:
    """Make all.wasm of the components, the root first."""
    parts = [str(folder / f"{name}.wasm") for name in names.split()]
    return run(["compose", *parts, *options, "-o", str(folder / "all.wasm")])


def inspect(path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What ``symbuild inspect`` says of a file."""
    capsys.readouterr()
    assert run(["inspect", str(path), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_modules_that_are_imported_from() -> None:
    module = tool.run(["parse", "-"], stdin=EVERYTHING.encode())
    assert import_modules(module, "m") == set("abcde")
    longer = with_custom_section(module, "note", b"x" * 300)
    assert list(sections(longer, "m"))[-1] == (0, b"\4note" + b"x" * 300)


@pytest.mark.parametrize(("data", "what"), [(b"\x7fELF", "not a core"), (b"\0asm\1\0\0\0\1\x7f", "cut off")])
def test_what_is_no_module(data: bytes, what: str) -> None:
    with pytest.raises(InputError, match=what):
        list(sections(data, "m"))


# As wasm-ld links a program with an older C library. `mine` has no parameters: where its wrapper's calls divide, only
# another export's wrapper tells.
COMMAND = """(module
  (import "wasi_snapshot_preview1" "proc_exit" (func (param i32)))
  (func $main) (func $realloc (param i32 i32 i32 i32) (result i32) i32.const 8) (func $mine)
  (func $own (param i32) (result i32) (local i32) local.get 0)
  (func $dtors) {constructors}
  (func $start.wrapper {before} call $main {after})
  (func $realloc.wrapper (param i32 i32 i32 i32) (result i32)
    {before} local.get 0 local.get 1 local.get 2 local.get 3 call $realloc {after})
  (func $mine.wrapper {before} call $mine {after})
  (memory (export "memory") 1)
  (export "_start" (func $start.wrapper))
  (export "cabi_realloc" (func $realloc.wrapper))
  (export "mine" (func $mine.wrapper))
  (export "own" (func $own)))"""
CONSTRUCTORS = {"constructors": "(func $ctors)", "before": "call $ctors"}
NO_CONSTRUCTORS = {"constructors": "", "before": ""}


@pytest.mark.parametrize(
    "around",
    [
        {**CONSTRUCTORS, "after": "call $dtors"},
        {**NO_CONSTRUCTORS, "after": "call $dtors"},
        {**CONSTRUCTORS, "after": ""},
        {**NO_CONSTRUCTORS, "after": ""},
    ],
    ids=["both", "destructors", "constructors", "neither"],
)
def test_wrappers_of_a_program_s_exports(around: dict[str, str]) -> None:
    module = tool.run(["parse", "-"], stdin=COMMAND.format(**around).encode())
    printed = tool.run(["print", "-"], stdin=without_wrappers(module, "m")).decode()
    exports = dict(re.findall(r'\(export "(\w+)" \(func \$([\w.]+)', printed))
    wrapped = set(around.values()) == {""}
    assert exports == {
        "_start": "start.wrapper",
        "cabi_realloc": "realloc.wrapper" if wrapped else "realloc",
        "mine": "mine.wrapper" if wrapped else "mine",
        "own": "own",
    }


def test_a_component_imports_what_its_world_says(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = inspect(folder / "wrap.wasm", capsys)
    assert (found["kind"], found["imports"]) == ("component", [{"wit": "t:p/i#num"}])


def test_components_target_their_world(folder: Path) -> None:
    for name in MODULES:
        world = WORLDS.get(name, name)
        tool.run(["component", "targets", str(folder / "p.wit"), "-w", world, str(folder / f"{name}.wasm")])


def test_a_module_of_another_world(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "left.wasm").unlink()
    assert componentize(folder, "left", "-w", "app") == 3
    assert "total" in capsys.readouterr().err
    assert not (folder / "left.wasm").exists()


def test_a_module_that_is_not_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert componentize(folder, "gone", "-w", "app") == 3
    assert "gone.core`: No such file" in capsys.readouterr().err


def test_a_program_without_main(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert componentize(folder, "app", "-w", "app", "--program") == 3
    assert "error: the module has no `main`" in capsys.readouterr().err


def test_composed_of_all_it_needs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert compose(folder, "app left other") == 0
    found = inspect(folder / "all.wasm", capsys)
    assert (found["exports"], found["imports"]) == ([{"wit": "total"}], [])


def total(folder: Path) -> int:
    """What `total` of all.wasm returns."""
    pytest.importorskip("wasmtime", reason="needs wasmtime: pip install '.[wasm]'")
    from wasmtime import Engine, Store, component

    store = Store(Engine())
    made = component.Component.from_file(store.engine, str(folder / "all.wasm"))
    found: int = component.Linker(store.engine).instantiate(store, made).get_func(store, "total")(store)
    return found


def test_middleware_before_one_of_two_providers(folder: Path) -> None:
    chosen = ["--components", "app", "wrap,other", "--components", "wrap", "right"]
    assert compose(folder, "app left right wrap other", *chosen) == 0
    assert total(folder) == 7 + 100 + 3


def test_a_function_of_the_world_itself(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its type is of an interface that has only types, and that nobody has to provide."""
    assert compose(folder, "caller called left", "--components", "called", "left") == 0
    assert inspect(folder / "all.wasm", capsys)["imports"] == []
    assert total(folder) == 4 + 5


def test_types_of_which_exports_speak_are_imported(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert compose(folder, "called left") == 0
    assert inspect(folder / "all.wasm", capsys)["imports"] == [{"wit": "t:p/t", "types_only": True}]


def test_types_of_which_imports_speak_are_imported(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One is used by way of another; the third, which the program and its provider share, needs nobody."""
    assert compose(folder, "notes keeper") == 0
    imports = inspect(folder / "all.wasm", capsys)["imports"]
    assert imports == [
        {"wit": "wasi:times/day@0.2.0", "types_only": True},
        {"wit": "wasi:times/time@0.2.0", "types_only": True},
        {"wit": "wasi:times/clock@0.2.0#now"},
    ]


def test_imports_that_remain_are_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A component imports only the functions that it calls: the composed one has those of all."""
    assert compose(folder, "tells logs") == 0
    functions = {i["wit"].partition("#")[2] for i in inspect(folder / "all.wasm", capsys)["imports"]}
    assert functions == {"put", "close", "[resource-drop]line", "[resource-drop]level"}


@pytest.mark.parametrize(
    ("names", "options", "status", "message"),
    [
        ("app left", [], 3, "`app` imports other, and nothing in its `components:` provides it"),
        ("app left right other", [], 3, "`app` imports t:p/i, and several of its `components:` provide it"),
        ("app left other", ["--components", "app", "lefty"], 2, "no part is called `lefty`"),
        ("wrap called", [], 3, "components import from each other: wrap -> called -> wrap"),
        ("app left left other", [], 2, "two parts have the same name"),
    ],
)
def test_what_cannot_be_composed(
    names: str, options: list[str], status: int, message: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compose(folder, names, *options) == status
    assert message in capsys.readouterr().err
    assert not (folder / "all.wasm").exists()
