"""The verbs on built files, from the command line to the exit code."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from symbuild.cli import run
from symbuild.cli.demangle import demangle_line
from symbuild.wit import tool

DATA = Path(__file__).parent.parent / "data" / "objects"
ADD = "demoX3AgreeterX2FgreetX400X2E1X2E0X00add"
WRITE = "demoX3AgreeterX2FlogX400X2E1X2E0X00write"

Output = pytest.CaptureFixture[str]

needs_gcc = pytest.mark.skipif(not shutil.which("gcc"), reason="needs gcc to build ELF files")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the component of tests/data/objects was generated, compiled and linked, well and badly."""
    folder = tmp_path_factory.mktemp("built")
    assert run(["bindgen", "c", str(DATA / "greeter.wit"), "--component", "greeter", "--out-dir", str(folder)]) == 0
    for source in ("component.c", "log.c"):
        shutil.copy(DATA / source, folder)
    (folder / "empty.c").write_text("typedef int nothing;\n")

    def gcc(*args: str) -> None:
        subprocess.run(["gcc", "-fPIC", *args], cwd=folder, check=True)

    for source in ("component", "log", "empty"):
        gcc("-c", f"{source}.c", "-o", f"{source}.c.o")
    gcc("-shared", "log.c.o", "-o", "liblog.so")
    gcc("-shared", "component.c.o", "./liblog.so", "-Wl,--version-script,greeter.map", "-o", "libgreeter.so")
    gcc("-shared", "component.c.o", "./liblog.so", "-o", "libleaky.so")
    return folder


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("gnu", f"my_greeter {{\n  global:\n    {ADD};\n  local:\n    *;\n}};\n"),
        ("macos", f"_{ADD}\n"),
        ("def", f'LIBRARY "libmy-greeter.dll"\nEXPORTS\n    {ADD}\n'),
    ],
)
def test_exports(format: str, text: str, capsys: Output) -> None:
    wit = str(DATA / "greeter.wit")
    assert run(["exports", wit, "-w", "greeter", "--component", "my-greeter", "--format", format]) == 0
    assert capsys.readouterr().out == text


def test_exports_of_a_component_with_an_impossible_name(capsys: Output) -> None:
    assert run(["exports", str(DATA / "greeter.wit"), "--component", "a b"]) == 2
    assert "`a b` cannot be a component's name" in capsys.readouterr().err


@needs_gcc
def test_check_passes_and_leaves_a_stamp(built: Path, tmp_path: Path, capsys: Output) -> None:
    stamp = tmp_path / "stamp"
    assert run(["check", str(built / "libgreeter.so"), "--stamp", str(stamp)]) == 0
    assert stamp.read_bytes() == b""
    assert capsys.readouterr() == ("", "")


@needs_gcc
def test_check_says_what_leaks_and_leaves_no_stamp(built: Path, tmp_path: Path, capsys: Output) -> None:
    stamp = tmp_path / "stamp"
    assert run(["check", str(built / "libgreeter.so"), str(built / "libleaky.so"), "--stamp", str(stamp)]) == 1
    errors = capsys.readouterr().err
    assert "error: `helper` leaks: world `demo:greeter/greeter@0.1.0` does not export it" in errors
    assert "error: `demo:greeter/greet@0.1.0#add` has no version node, where `greeter` is expected" in errors
    assert f"--> {built / 'libleaky.so'}" in errors
    assert "libgreeter.so" not in errors
    assert not stamp.exists()


@needs_gcc
def test_check_as_json(built: Path, capsys: Output) -> None:
    assert run(["check", "--json", str(built / "libgreeter.so"), str(built / "libleaky.so")]) == 1
    good, bad = json.loads(capsys.readouterr().out)
    assert (good["ok"], good["findings"], bad["ok"]) == (True, [], False)
    assert {"what", "where", "help"} == bad["findings"][0].keys()


@needs_gcc
def test_a_long_list_of_leaks_is_cut_for_readers_but_not_in_json(built: Path, tmp_path: Path, capsys: Output) -> None:
    (tmp_path / "many.c").write_text("".join(f"void leak{i}(void) {{}}\n" for i in range(50)))
    library = tmp_path / "libmany.so"
    objects = [str(built / "component.c.o"), str(built / "liblog.so")]
    subprocess.run(["gcc", "-fPIC", "-shared", "many.c", *objects, "-o", str(library)], cwd=tmp_path, check=True)
    assert run(["check", str(library)]) == 1
    errors = capsys.readouterr().err
    assert errors.count(" leaks: ") == 20
    assert "more (`--json` lists them all)" in errors
    assert run(["check", str(library), "--json"]) == 1
    assert capsys.readouterr().out.count(" leaks: ") == 51


@pytest.mark.parametrize("name", ["libgreeter.dylib", "libgreeter.dll"])
def test_check_of_other_platforms(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.decompress((DATA / f"{name}.gz").read_bytes()))
    assert run(["check", str(path)]) == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"text", "not an object file"), (b"\x7fELF123", "the file is damaged or cut off"), (None, "No such file")],
)
def test_check_of_what_is_no_binary(content: bytes | None, message: str, tmp_path: Path, capsys: Output) -> None:
    path = tmp_path / "f.so"
    if content is not None:
        path.write_bytes(content)
    for verb in ("check", "inspect", "wit"):
        assert run([verb, str(path)]) == 3
        errors = capsys.readouterr().err
        assert message in errors and str(path) in errors


@needs_gcc
def test_check_objects_names_the_source_and_the_line(built: Path, tmp_path: Path, capsys: Output) -> None:
    command = ["check-objects", "--world-file", str(built / "greeter.world.json"), "--stamp", str(tmp_path / "s")]
    command += ["--wit", str(DATA / "greeter.wit")]
    assert run([*command, "--source", "src/user.c", str(built / "empty.c.o")]) == 1
    errors = capsys.readouterr().err
    assert "error: `user.c` does not define `exports_demo_greeter_greet_add`, declared in `greeter.wit:8`" in errors
    assert not (tmp_path / "s").exists()
    assert run([*command, str(built / "component.c.o")]) == 0
    assert (tmp_path / "s").exists()


@needs_gcc
def test_check_objects_as_json(built: Path, capsys: Output) -> None:
    command = ["check-objects", "--json", "--world-file", str(built / "greeter.world.json")]
    assert run([*command, str(built / "empty.c.o")]) == 1
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert finding["what"].startswith("`empty.c` does not define `exports_demo_greeter_greet_add`")


@needs_gcc
def test_inspect(built: Path, capsys: Output) -> None:
    assert run(["inspect", str(built / "libgreeter.so")]) == 0
    text = capsys.readouterr().out
    for line in ("  component  greeter", "  demo:greeter/greet@0.1.0#add  @greeter", "  demo:greeter/log@0.1.0#write"):
        assert line in text.splitlines()


@needs_gcc
def test_inspect_as_json(built: Path, capsys: Output) -> None:
    assert run(["inspect", "--json", str(built / "libgreeter.so")]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["exports"] == [{"symbol": ADD, "version": "greeter", "wit": "demo:greeter/greet@0.1.0#add"}]
    (manifest,) = document["manifests"]
    assert manifest["world"] == "demo:greeter/greeter@0.1.0"
    assert [(i["side"], i["module"]) for i in manifest["interfaces"]] == [
        ("import", "demo:greeter/log@0.1.0"),
        ("export", "demo:greeter/greet@0.1.0"),
    ]
    assert document["size"] == (built / "libgreeter.so").stat().st_size


def test_inspect_of_an_object_without_a_manifest(tmp_path: Path, capsys: Output) -> None:
    (tmp_path / "f.bc").write_bytes(b"BC\xc0\xde....")
    assert run(["inspect", str(tmp_path / "f.bc")]) == 0
    assert "bitcode object for llvm" in capsys.readouterr().out


@pytest.fixture(scope="module")
def component(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wasm component of the same world, and the core module beside it that it was made of."""
    folder = tmp_path_factory.mktemp("wasm")
    core, path = folder / "core.wasm", folder / "greeter.wasm"
    tool.run(["component", "embed", "--dummy", str(DATA / "greeter.wit"), "-o", str(core)])
    tool.run(["component", "new", str(core), "-o", str(path)])
    return path


def test_inspect_of_a_wasm_component(component: Path, capsys: Output) -> None:
    assert run(["inspect", "--json", str(component)]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["format"], document["kind"]) == ("wasm", "component")
    assert document["exports"] == [{"wit": "demo:greeter/greet@0.1.0#add"}]
    assert document["imports"] == [{"wit": "demo:greeter/log@0.1.0#write"}]
    assert run(["inspect", str(component)]) == 0
    assert "  demo:greeter/greet@0.1.0#add" in capsys.readouterr().out.splitlines()


def test_inspect_of_a_core_module_says_that_it_is_one(component: Path, capsys: Output) -> None:
    assert run(["inspect", str(component.with_name("core.wasm"))]) == 0
    assert "wasm module" in capsys.readouterr().out


def test_check_of_a_wasm_component_is_refused(component: Path, capsys: Output) -> None:
    assert run(["check", str(component)]) == 3
    assert "this component was not fused" in capsys.readouterr().err


@needs_gcc
def test_wit_of_a_native_file_can_be_built_again(built: Path, tmp_path: Path, capsys: Output) -> None:
    assert run(["wit", str(built / "libgreeter.so")]) == 0
    again = tmp_path / "again.wit"
    again.write_text(capsys.readouterr().out)
    assert "export greet;" in again.read_text()
    assert run(["exports", str(again), "--component", "greeter"]) == 0
    assert capsys.readouterr().out == (built / "greeter.map").read_text()


def test_wit_of_a_wasm_component(component: Path, capsys: Output) -> None:
    assert run(["wit", str(component)]) == 0
    assert "export demo:greeter/greet@0.1.0;" in capsys.readouterr().out


@needs_gcc
def test_wit_of_a_file_without_a_manifest(built: Path, capsys: Output) -> None:
    assert run(["wit", str(built / "liblog.so")]) == 3
    assert "the file carries no manifest" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"ld: undefined reference to `{ADD}'\n", "ld: undefined reference to `demo:greeter/greet@0.1.0#add'\n"),
        (f"0012 T {ADD}@@greeter\n", "0012 T demo:greeter/greet@0.1.0#add@@greeter\n"),
        (f"_{ADD}, X24rootX00run;", "demo:greeter/greet@0.1.0#add, run;"),
        ("imp__lblX00f", "lbl#f (bound when linking)"),
        ("_ZN3fooX00barEv and X00 stay", "_ZN3fooX00barEv and X00 stay"),
        ("main", "main"),
    ],
)
def test_demangle_line(line: str, expected: str) -> None:
    assert demangle_line(line) == expected


def test_demangle_filters_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff aX3AbX2FcX00f \xe9\nrest"), encoding="utf-8"))
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding="utf-8"))
    assert run(["demangle"]) == 0
    assert out.getvalue() == b"\xff a:b/c#f \xe9\nrest"


def test_demangle_of_arguments(capsys: Output) -> None:
    assert run(["demangle", "aX3AbX2FcX00f", "main"]) == 0
    assert capsys.readouterr().out == "a:b/c#f\nmain\n"
