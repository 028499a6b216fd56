"""Partners built from different versions of a WIT: an error names the change, when linking and before loading."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from symbuild.abi.symbols import exports_of, imports_of
from symbuild.cli import run
from symbuild.wit import load_world

Output = pytest.CaptureFixture[str]

WIT = """\
package t:stale@1.0.0;

interface store {
  record item { key: string, size: u32 }
  resource bucket {
    constructor(name: string);
    put: func(key: string, note: string);
    get: func(key: string) -> option<item>;
  }
  merge: func(into: borrow<bucket>, other: bucket) -> u32;
}

world app {
  import store;
  import second: store;
  import now: func(zone: u32, hour: u32) -> u64;
  export run: func();
}

world lib {
  export store;
  export now: func(zone: u32, hour: u32) -> u64;
}
"""
MERGE, PUT = "t:stale/store@1.0.0#merge", "t:stale/store@1.0.0#[method]bucket.put"

# What the provider's WIT says instead, and what is said of that: nothing if callers can go on.
CHANGES = {
    "a parameter's type": (("other: bucket", "other: borrow<bucket>"), f"{MERGE}: parameter other: own<bucket> became"),
    "a parameter more": (("other: bucket)", "other: bucket, limit: u32)"), f"{MERGE}: parameter limit: added"),
    "parameters of one type that change places": (
        ("put: func(key: string, note: string)", "put: func(note: string, key: string)"),
        f"{PUT}: parameters of one type reordered: self, key, note became self, note, key",
    ),
    "a type below": (
        ("size: u32 }", "size: u64 }"),
        "t:stale/store@1.0.0#[method]bucket.get: result: case some: record item: field size: u32 became u64",
    ),
    "a constructor that may fail": (
        ("constructor(name: string);", "constructor(name: string) -> result<bucket>;"),
        "t:stale/store@1.0.0#[constructor]bucket: result: own<bucket> became result<own<bucket>>",
    ),
    "a function of the world": (
        ("  export now: func(zone: u32, hour: u32)", "  export now: func(hour: u32, zone: u32)"),
        "now: parameters of one type reordered: zone, hour became hour, zone",
    ),
    "a function more": (("  merge:", "  count: func() -> u32;\n  merge:"), None),
    "a method more": (("    get:", "    size: func() -> u32;\n    get:"), None),
    "a parameter's name": (("into: borrow<bucket>", "target: borrow<bucket>"), None),
    "nothing": (("", ""), None),
}
by_change = pytest.mark.parametrize(("edit", "said"), CHANGES.values(), ids=CHANGES.keys())


def written(folder: Path, name: str, edit: tuple[str, str] = ("", "")) -> Path:
    """The WIT with an edit, which must change it unless it is empty."""
    path = folder / name
    text = WIT.replace(*edit) if edit[0] else WIT
    assert edit[0] == "" or text != WIT
    path.write_text(text)
    return path


def bindings(wit: Path, component: str, folder: Path, world: str | None = None) -> Path:
    """Generate a component's files; its world file."""
    arguments = ["bindgen", "c", str(wit), "-w", world or component, "--component", component, "--out-dir", str(folder)]
    assert run(arguments) == 0
    return folder / f"{component}.world.json"


# When linking


def bind(app: Path, lib: Path, folder: Path) -> int:
    graph = folder / "graph.json"
    assert run(["graph", "--out", str(graph), str(app), str(lib)]) == 0
    files = ["--world-file", str(app), "--provider", str(lib), "--graph", str(graph)]
    return run(["bind", *files, "--out-dir", str(folder)])


@by_change
def test_linking(edit: tuple[str, str], said: str | None, tmp_path: Path, capsys: Output) -> None:
    app = bindings(written(tmp_path, "old.wit"), "app", tmp_path)
    lib = bindings(written(tmp_path, "new.wit", edit), "lib", tmp_path)
    status = bind(app, lib, tmp_path)
    errors = capsys.readouterr().err
    if said is None:
        assert (status, errors) == (0, "")
        return
    assert status == 3
    assert "error: `app` and its provider `lib` were built from different versions of the WIT: " in errors
    assert f": {said}" in errors
    assert "help: use one for both (this is the way from that of `app` to that of `lib`)" in errors


def test_linking_without_a_method(tmp_path: Path, capsys: Output) -> None:
    app = bindings(written(tmp_path, "old.wit"), "app", tmp_path)
    edit = ("    put: func(key: string, note: string);\n", "")
    assert bind(app, bindings(written(tmp_path, "new.wit", edit), "lib", tmp_path), tmp_path) == 3
    assert f"`app` imports {PUT}, which its provider `lib` does not export" in capsys.readouterr().err


# Before loading


needs_gcc = pytest.mark.skipif(not shutil.which("gcc"), reason="needs gcc to build ELF files")


def library(wit: Path, component: str, folder: Path, *, world: str, needs: tuple[str, ...] = ()) -> Path:
    """A shared object with the component's symbols and manifest, and with the libraries it needs."""
    bindings(wit, component, folder, world)
    loaded = load_world(wit, world).world
    defined = [linkage.symbol for linkage in exports_of(loaded)]
    # The link step leads an import by label to the interface's own symbols.
    called = [i.symbol for i in imports_of(loaded) if i.module != "second"]
    lines = [f"extern void {name}(void);" for name in called]
    lines += [f"void {name}(void) {{ {' '.join(f'{c}();' for c in called)} }}" for name in defined]
    source = folder / f"{component}.stand-in.c"
    source.write_text("\n".join(lines))
    built = folder / f"lib{component}.so"
    command = ["gcc", "-shared", "-fPIC", "-w", str(source), f"{component}_manifest.c", f"-Wl,-soname,{built.name}"]
    command += [f"-Wl,--version-script={component}.map", "-Wl,-rpath,$ORIGIN", *needs, "-o", str(built)]
    subprocess.run(command, cwd=folder, check=True)
    return built


def dropped_in(folder: Path, edit: tuple[str, str]) -> tuple[Path, Path]:
    """A component, linked against a provider in whose place one of another WIT has come; both files."""
    old = written(folder, "old.wit")
    library(old, "lib", folder, world="lib")
    app = library(old, "app", folder, world="app", needs=("./liblib.so",))
    return app, library(written(folder, "new.wit", edit), "lib", folder, world="lib")


@needs_gcc
@by_change
def test_before_loading(edit: tuple[str, str], said: str | None, tmp_path: Path, capsys: Output) -> None:
    app, _ = dropped_in(tmp_path, edit)
    status = run(["check", str(app)])
    errors = capsys.readouterr().err
    if said is None:
        assert (status, errors) == (0, "")
        return
    function, _, change = said.partition(": ")
    assert status == 1
    assert errors.count("error: ") == 1
    assert f"error: liblib.so exports `{function}` as of another WIT: {change}" in errors
    assert f"  --> {app}\n" in errors


@needs_gcc
def test_before_loading_without_a_method(tmp_path: Path, capsys: Output) -> None:
    app, _ = dropped_in(tmp_path, ("    put: func(key: string, note: string);\n", ""))
    assert run(["check", str(app)]) == 1
    said = "error: liblib.so exports `t:stale/store@1.0.0` as of another WIT, without `[method]bucket.put`"
    assert said in capsys.readouterr().err


@needs_gcc
def test_before_loading_another_version(tmp_path: Path, capsys: Output) -> None:
    app, _ = dropped_in(tmp_path, ("t:stale@1.0.0", "t:stale@1.1.0"))
    assert run(["check", str(app)]) == 1
    said = f"error: liblib.so exports `t:stale/store@1.1.0`, and `{MERGE}` is called"
    assert said in capsys.readouterr().err


@needs_gcc
def test_libraries_of_libraries_and_where_they_are_looked_for(tmp_path: Path, capsys: Output) -> None:
    """A finding about a library that is loaded by one that is; ``--library-path`` comes before the file's own."""
    edit = CHANGES["a type below"][0]
    (tmp_path / "other").mkdir()
    app, _ = dropped_in(tmp_path, ("", ""))
    outer = tmp_path / "outer.wit"
    outer.write_text("package t:outer; world outer { import run: func(); export go: func(); }")
    top = library(outer, "outer", tmp_path, world="outer", needs=("./libapp.so",))
    library(written(tmp_path / "other", "new.wit", edit), "lib", tmp_path / "other", world="lib")
    assert run(["check", str(top)]) == 0
    assert run(["check", "--json", "--library-path", str(tmp_path / "other"), str(top)]) == 1
    ((file,),) = [json.loads(capsys.readouterr().out)]
    (finding,) = file["findings"]
    assert finding["where"] == str(app)
    assert "field size: u32 became u64" in finding["what"]


@needs_gcc
def test_a_step_of_a_build_looks_at_one_file(tmp_path: Path) -> None:
    app, _ = dropped_in(tmp_path, CHANGES["a type below"][0])
    assert run(["check", str(app)]) == 1
    assert run(["check", "--stamp", str(tmp_path / "checked"), str(app)]) == 0


@needs_gcc
def test_a_library_that_is_not_there_is_no_finding(tmp_path: Path) -> None:
    app, lib = dropped_in(tmp_path, ("", ""))
    lib.unlink()
    assert run(["check", str(app)]) == 0
