"""``symbuild run``: values of every type go through a real component and back, and whatever is wrong is said."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from built import build, build_wasm

from symbuild.cli import run
from symbuild.errors import UsageError
from symbuild.model.world import World
from symbuild.steps.invoke import find_export
from symbuild.wit import load_world

DATA = Path(__file__).parent.parent / "data" / "echo"
pytestmark = pytest.mark.skipif(
    not shutil.which("gcc") or sys.platform == "win32", reason="needs gcc to build components, and loads them by dlopen"
)
Output = pytest.CaptureFixture[str]


@pytest.fixture(scope="module", params=["native", "wasm"])
def echo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The component of tests/data/echo, built twice of one source: calls give the same wherever they run."""
    folder = tmp_path_factory.mktemp("echo")
    source = (DATA / "echo.c").read_text(encoding="utf-8")
    if request.param == "native":
        return str(build(folder, "echo", DATA / "echo.wit", "echo", source))
    return str(build_wasm(folder, DATA / "echo.wit", "echo", source))


CALLS = {
    "numbers(255, -128, 65535, -1, 4294967295, -2147483648, 18446744073709551615, -9223372036854775808)": (
        "(255, -128, 65535, -1, 4294967295, -2147483648, 18446744073709551615, -9223372036854775808)"
    ),
    "small(-1)": "-1",
    "floats(1.1, -inf)": "(1.1, -inf)",
    "double(nan)": "nan",
    "letter('\\u{1f600}')": "'😀'",
    "yes(true)": "true",
    'text("")': '""',
    'text("a\\"b☃")': '"a\\"b☃"',
    'rec({name: "n", tags: ["a", ""], at: {x: 1, y: -2}})': '{name: "n", at: some({x: 1, y: -2}), tags: ["a", ""]}',
    'shapes([circle({x: 1, y: -2}), path([]), %none, label("l")])': (
        '[circle({x: 1, y: -2}), path([]), %none, label("l")]'
    ),
    "kinds([number(1), number(0), truth(true), truth(false), real(1), real(inf), nothing])": (
        "[number(1), number(0), truth(true), truth(false), real(1), real(inf), nothing]"
    ),
    'kinds([text(""), octets([]), octets([1]), items([]), items([1])])': (
        '[text(""), octets([]), octets([1]), items([]), items([1])]'
    ),
    "kinds([at({x: 1, y: 2}), pair((1, -1)), paints({}), paints({fill})])": (
        "[at({x: 1, y: 2}), pair((1, -1)), paints({}), paints({fill})]"
    ),
    'deeps([maybe(none), maybe(1), text(""), either(ok(1)), either(err("x"))])': (
        '[maybe(none), maybe(some(1)), text(""), either(ok(1)), either(err("x"))]'
    ),
    "color(%err)": "%err",
    "paints({blur, fill})": "{fill, blur}",
    "maybe(some(none))": "some(none)",
    "maybe(none)": "none",
    "res([1, 2])": "ok([1, 2])",
    'res(err("no"))': 'err("no")',
    'index([("a", 1), ("b", 2)])': '[("a", 1), ("b", 2)]',
    "fixed([1, 2, 3])": "[1, 2, 3]",
    'many("a", "b", "c", "d", "e", "f", "g", "h", 9)': '"abcdefgh 9 -1"',
    'many("a", "b", "c", "d", "e", "f", "g", "h", 9, 5)': '"abcdefgh 9 5"',
    "twice(21)": "42",
    "values#small(1)": "1",
    "t:echo/values#small(2)": "2",
    "t:echo/values@1.0.0#small(3)": "3",
}


def test_values_of_every_type(echo: str, capfd: Output) -> None:
    """In one process, as each starts an interpreter: the results stand in lines."""
    assert run(["run", echo, *(f"--invoke={call}" for call in CALLS)]) == 0
    out, errors = capfd.readouterr()
    assert dict(zip(CALLS, out.splitlines(), strict=True)) == CALLS
    assert errors == ""


def test_json_and_functions_without_a_result(echo: str, capfd: Output) -> None:
    assert run(["run", echo, "--json", "--invoke", "twice(2)", "--invoke", "none()"]) == 0
    out = capfd.readouterr().out
    printed, _, document = out.partition("\n")
    assert printed == "none was called"
    assert json.loads(document) == [
        {"function": "twice", "result": "4"},
        {"function": "t:echo/values@1.0.0#none", "result": None},
    ]


# What is said of a native component, and of a wasm one, which can write any memory, and end with two statuses only.
WRONG = [
    (
        "crash(0)",
        1,
        "crashing\nerror: the component crashed: SIGABRT",
        "crashing\nerror: the component trapped: wasm `un",
    ),
    ("crash(1)", 1, "error: the component crashed: SIGSEGV", "Assertion failed: how == 4"),
    ("crash(2)", 1, "error: the component ended the process, with status 7", "the process, with status 1\n  --> "),
    (
        "bad()",
        1,
        "error: the component returned what is no value: enum index 7 is out of range\n  --> t:echo",
        "error: the component trapped: discriminant 7 out of range [0..3)\n  --> ",
    ),
]
USAGE = [
    ('twice("x")', 2, 'error: `"x"` is no u32\n  --> `twice("x")`, column 7: argument 1, `x: u32`'),
    ("thrice(1)", 2, "help: did you mean `twice`?"),
    ("twice", 2, "error: `twice` is no call"),
]


@pytest.mark.parametrize(
    ("call", "code", "native", "wasm"), [*WRONG, *((call, code, what, what) for call, code, what in USAGE)]
)
def test_what_goes_wrong(echo: str, call: str, code: int, native: str, wasm: str, capfd: Output) -> None:
    assert run(["run", echo, "--invoke", call]) == code
    errors = capfd.readouterr().err
    assert (wasm if echo.endswith(".wasm") else native) in errors
    assert "Traceback" not in errors


def test_nothing_is_called_before_all_calls_are_read(echo: str, capfd: Output) -> None:
    assert run(["run", echo, "--invoke", "none()", "--invoke", "small(1000)"]) == 2
    assert capfd.readouterr().out == ""


THINGS = """\
package t:things;
interface i {
  resource thing { constructor(n: u32); }
  make: func(n: u32) -> option<tuple<u32, thing>>;
  peek: func(t: borrow<thing>) -> u32;
}
world things { export i; }
"""
THINGS_SOURCE = """\
#include "things.h"
struct exports_t_things_i_thing_t { uint32_t n; };
exports_t_things_i_own_thing_t exports_t_things_i_constructor_thing(uint32_t n) {
  exports_t_things_i_thing_t *made = malloc(sizeof *made);
  made->n = n;
  return exports_t_things_i_thing_new(made);
}
void exports_t_things_i_thing_destructor(exports_t_things_i_thing_t *rep) { free(rep); }
bool exports_t_things_i_make(uint32_t n, exports_t_things_i_tuple2_u32_own_thing_t *ret) {
  ret->f0 = n;
  ret->f1 = exports_t_things_i_constructor_thing(n);
  return true;
}
uint32_t exports_t_things_i_peek(exports_t_things_i_thing_t *t) { return t->n; }
"""


def build_native_things(folder: Path) -> Path:
    return build(folder, "things", folder / "things.wit", "things", THINGS_SOURCE)


def build_wasm_things(folder: Path) -> Path:
    return build_wasm(folder, folder / "things.wit", "things", THINGS_SOURCE)


@pytest.mark.parametrize("make", [build_native_things, build_wasm_things], ids=["native", "wasm"])
def test_handles_are_shown_by_their_resource(make: Callable[[Path], Path], tmp_path: Path, capfd: Output) -> None:
    (tmp_path / "things.wit").write_text(THINGS, encoding="utf-8")
    things = str(make(tmp_path))
    assert run(["run", things, "--invoke", "[constructor]thing(1)", "--invoke", "make(7)"]) == 0
    assert capfd.readouterr().out == "<thing>\nsome((7, <thing>))\n"
    assert run(["run", things, "--invoke", "peek(0)"]) == 2
    assert "error: a value of type borrow<thing> cannot be written" in capfd.readouterr().err


LINK = """\
package t:link;
interface log { write: func(s: string) -> u32; }
world logger { export log; }
world app { import log; export run: func() -> u32; export letter: func(c: u32) -> list<string>; }
"""
LOGGER = """\
#include "logger.h"
uint32_t exports_t_link_log_write(logger_string_t *s) { uint32_t n = s->len; logger_string_free(s); return n; }
"""
APP = """\
#include "app.h"
uint32_t exports_app_run(void) { app_string_t s; app_string_set(&s, "four"); return t_link_log_write(&s); }
void exports_app_letter(uint32_t c, app_list_string_t *ret) { ret->ptr = (app_string_t *)(c + 1ul), ret->len = 1; }
"""


@pytest.fixture
def linked(tmp_path: Path) -> tuple[Path, Path]:
    """A component and its provider, found beside it."""
    wit = tmp_path / "link.wit"
    wit.write_text(LINK, encoding="utf-8")
    logger = build(tmp_path, "logger", wit, "logger", LOGGER)
    return build(tmp_path, "app", wit, "app", APP, "-L.", "-llogger", "-Wl,-rpath,$ORIGIN"), logger


def test_providers_are_found_by_the_run_path(linked: tuple[Path, Path], capfd: Output) -> None:
    app, logger = linked
    assert run(["run", str(app), "--invoke", "run()"]) == 0
    assert capfd.readouterr().out == "4\n"
    logger.unlink()
    assert run(["run", str(app), "--invoke", "run()"]) == 3
    assert "error: the library `liblogger.so` is not found" in capfd.readouterr().err


def test_open_imports(linked: tuple[Path, Path], tmp_path: Path, capfd: Output) -> None:
    _, logger = linked
    plugin = build(tmp_path, "plugin", tmp_path / "link.wit", "app", APP)
    assert run(["run", str(plugin), "--invoke", "run()"]) == 3
    errors = capfd.readouterr().err
    assert "error: nothing that is loaded provides the import `t:link/log#write`" in errors
    assert "`--with libNAME.so`" in errors
    assert run(["run", str(plugin), "--invoke", "run()", "--with", str(logger)]) == 0
    assert capfd.readouterr().out == "4\n"


def test_a_result_is_checked_before_it_is_read(linked: tuple[Path, Path], capfd: Output) -> None:
    assert run(["run", str(linked[0]), "--invoke", "letter(0)"]) == 1
    assert "what is no value: misaligned pointer\n  --> letter: result" in capfd.readouterr().err


def test_the_message_of_a_trap(tmp_path: Path, capfd: Output) -> None:
    wit = tmp_path / "t.wit"
    wit.write_text("package t:t;\nworld t { export f: func(); }\n")
    source = '#include "t.h"\nvoid exports_t_f(void) { sb_trap_at("t:t/i#g: parameter x", "too long"); }\n'
    library = build(tmp_path, "t", wit, "t", source)
    assert run(["run", str(library), "--invoke", "f()"]) == 1
    assert f"error: the component trapped: t:t/i#g: parameter x: too long\n  --> {library}" in capfd.readouterr().err


def test_files_that_cannot_be_called(linked: tuple[Path, Path], tmp_path: Path, capfd: Output) -> None:
    app, _ = linked
    (tmp_path / "core.wasm").write_bytes(b"\0asm\1\0\0\0")
    (tmp_path / "cut.wasm").write_bytes(b"\0asm\x0d\0\1\0\7\x7f")
    (tmp_path / "f.so").write_text("text")
    bare = ["gcc", "-shared", "app_manifest.c", "-fPIC", "-o", "bare.so"]
    subprocess.run(bare, cwd=tmp_path, check=True)
    for name, message in {
        "core.wasm": "not a WebAssembly component",
        "cut.wasm": "error: ",
        "f.so": "not an object file",
        "none.so": "No such file",
        "bare.so": "the file does not export `run` of its own world",
        sys.executable: "this is a file of kind `program`",
    }.items():
        assert run(["run", str(app.parent / name), "--invoke", "run()"]) == 3, name
        assert message in capfd.readouterr().err


PROGRAM = r"""
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  FILE *file = fopen("in.txt", "r");
  char line[20] = "";
  if (file && !fgets(line, sizeof line, file)) return 2;
  for (int i = 1; i < argc; i++) printf("%s, ", argv[i]);
  printf("%s, %s\n", getenv("GREETING"), line);
  if (argc == 1) abort();
  return argc > 2;
}
"""


def test_a_wasm_program(tmp_path: Path, capfd: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "p.wit").write_text("package t:p;\nworld p { }\n")
    program = str(build_wasm(tmp_path, tmp_path / "p.wit", "p", PROGRAM, program=True))
    (tmp_path / "in.txt").write_text("from a file")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GREETING", "hello")
    assert run(["run", program, "--", "--one"]) == 0
    assert capfd.readouterr() == ("--one, hello, from a file\n", "")
    assert run(["run", program, "one", "two"]) == 1
    assert capfd.readouterr() == ("one, two, hello, from a file\n", "")
    assert run(["run", program]) == 1
    assert "error: the program trapped: wasm `unreachable` instruction executed\n  --> " in capfd.readouterr().err
    assert run(["run", program, "one", "--invoke", "f()"]) == 2
    assert "error: arguments are for a program's `main`" in capfd.readouterr().err


def test_a_wasm_component_is_no_program_and_needs_its_imports(tmp_path: Path, capfd: Output) -> None:
    (tmp_path / "link.wit").write_text(LINK)
    app = str(build_wasm(tmp_path, tmp_path / "link.wit", "app", APP))
    assert run(["run", app]) == 3
    assert "error: the component has no `main` to run" in capfd.readouterr().err
    assert run(["run", app, "--invoke", "run()"]) == 3
    errors = capfd.readouterr().err
    assert "error: nothing provides the import `t:link/log`" in errors
    assert "help: put the component together with those it needs: `symbuild compose`" in errors
    assert run(["run", app, "--invoke", "run()", "--with", "liblogger.so"]) == 2
    assert "error: `--with` takes native libraries" in capfd.readouterr().err


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> World:
    path = tmp_path_factory.mktemp("many") / "w.wit"
    path.write_text(
        "package t:m@1.0.0;\n"
        "interface a { f: func(); g: func(); }\ninterface b { f: func(); }\n"
        "world w { export a; export b; export lbl: a; export g: func(); }\n"
    )
    return load_world(path).world


def test_names_of_functions(many: World) -> None:
    assert find_export(many, "g").place == "g"
    assert find_export(many, "b#f").place == "t:m/b@1.0.0#f"
    assert find_export(many, "t:m/a#g").place == "t:m/a@1.0.0#g"
    assert find_export(many, "lbl#g").place == "lbl#g"


@pytest.mark.parametrize(
    ("name", "what", "help"),
    [
        ("f", "`f` means several functions", "name one: `t:m/a@1.0.0#f`, `t:m/b@1.0.0#f`, `lbl#f`"),
        ("lbl#h", "exports no function `lbl#h`", "did you mean `lbl#"),
        ("h", "exports no function `h`", "known: "),
    ],
)
def test_names_of_no_or_many_functions(many: World, name: str, what: str, help: str) -> None:
    with pytest.raises(UsageError) as raised:
        find_export(many, name)
    (finding,) = raised.value.findings
    assert what in finding.what
    assert help in (finding.help or "")
