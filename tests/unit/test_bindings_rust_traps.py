"""What a component in Rust does with bytes that are no values, and with panics: a trap that names the place."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import symbuild
from symbuild.cli import run

pytestmark = pytest.mark.skipif(not (shutil.which("rustc") and shutil.which("gcc")), reason="needs rustc and gcc")

RUNTIME = Path(symbuild.__file__).parent / "runtime" / "rust" / "src" / "lib.rs"
WIT = """
package n:p;

interface i {
  enum color { red, green }
  variant shape { none, text(string) }
  text: func(s: string) -> u32;
  letter: func(c: char) -> char;
  colors: func(l: list<color>) -> u32;
  numbers: func(l: list<u32>) -> u32;
  form: func(s: shape) -> u32;
}

world test {
  export i;
}
"""
SOURCE = """
include!(env!("BINDINGS"));

struct Component;

export!(Component);

use exports::n::p::i::{Color, Guest, Shape};

impl Guest for Component {
    fn text(s: String) -> u32 {
        if s == "panic" {
            panic!("of {} letters", s.len());
        }
        s.len() as u32
    }

    fn letter(c: char) -> char {
        c
    }

    fn colors(l: Vec<Color>) -> u32 {
        l.len() as u32
    }

    fn numbers(l: Vec<u32>) -> u32 {
        l.len() as u32
    }

    fn form(s: Shape) -> u32 {
        matches!(s, Shape::None).into()
    }
}
"""
# What a peer sends -> what is said of it.
SENT = {
    'nX3ApX2FiX00text((uint8_t *)"panic", 5)': "n:p/i#text: panicked: of 5 letters",
    'nX3ApX2FiX00text((uint8_t *)"\\xff\\xfe", 2)': "n:p/i#text: parameter s: invalid UTF-8",
    "nX3ApX2FiX00text(NULL, 4)": "n:p/i#text: parameter s: null pointer to a list that is not empty",
    "nX3ApX2FiX00text((uint8_t *)1, SIZE_MAX)": "n:p/i#text: parameter s: list is longer than the address space",
    "nX3ApX2FiX00letter(0xD800)": "n:p/i#letter: parameter c: not a Unicode scalar value",
    "nX3ApX2FiX00letter(-1)": "n:p/i#letter: parameter c: not a Unicode scalar value",
    'nX3ApX2FiX00colors((uint8_t *)"\\0\\1\\2", 3)': "n:p/i#colors: parameter l: case out of range",
    "nX3ApX2FiX00numbers((uint8_t *)words + 1, 1)": "n:p/i#numbers: parameter l: list is not aligned",
    "nX3ApX2FiX00form(2, NULL, 0)": "n:p/i#form: parameter s: case out of range",
    "nX3ApX2FiX00form(1, NULL, 1)": "n:p/i#form: parameter s: null pointer to a list that is not empty",
}
PROGRAM = """
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

extern int32_t nX3ApX2FiX00text(uint8_t *, size_t), nX3ApX2FiX00letter(int32_t);
extern int32_t nX3ApX2FiX00colors(uint8_t *, size_t), nX3ApX2FiX00numbers(uint8_t *, size_t);
extern int32_t nX3ApX2FiX00form(int32_t, uint8_t *, size_t);
static uint32_t words[2];

#ifdef HOOK
struct trap { const char *where, *what; };
__attribute__((visibility("default"))) void sb_trap_hook(const struct trap *trap) {
  fprintf(stderr, "told: %s: %s\\n", trap->where, trap->what);
  exit(7);
}
#endif

int main(int argc, char **argv) {
  (void)argc;
  /* Nothing is said of a pointer to nothing. */
  if (nX3ApX2FiX00text(NULL, 0) != 0 || nX3ApX2FiX00numbers((uint8_t *)1, 0) != 0) return 3;
  switch (atoi(argv[1])) {
CASES
  }
  return 0;
}
"""


def succeed(*command: str | Path, environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, f"{command}\n{done.stderr}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A component, and two programs that send it bytes, one of which has a hook."""
    folder = tmp_path_factory.mktemp("traps")
    (folder / "w.wit").write_text(WIT)
    (folder / "test_source.rs").write_text(SOURCE)
    cases = "\n".join(f"  case {i}: {call}; break;" for i, call in enumerate(SENT))
    (folder / "program.c").write_text(PROGRAM.replace("CASES", cases))
    assert run(["bindgen", "rust", str(folder / "w.wit"), "--out-dir", str(folder), "--component", "test"]) == 0

    rustc = ["rustc", "--edition=2021", "-O", "-Dwarnings"]
    crate, library = folder / "libwit_bindgen.rlib", folder / "libcode.a"
    succeed(*rustc, "--crate-type=rlib", "--crate-name=wit_bindgen", '--cfg=feature="std"', RUNTIME, "-o", crate)
    environment = {**os.environ, "BINDINGS": str(folder / "test.rs")}
    source = [f"--extern=wit_bindgen={crate}", folder / "test_source.rs", "-o", library]
    succeed(*rustc, "--crate-type=staticlib", *source, environment=environment)

    wanted = re.findall(r"^\s+(\w+);$", (folder / "test.map").read_text(), re.MULTILINE)
    link = ["-shared", "-Wl,-z,defs", "-Wl,--gc-sections", f"-Wl,--version-script={folder / 'test.map'}"]
    link += [f"-Wl,-u,{symbol}" for symbol in wanted]
    made = folder / "libtest.so"
    succeed("gcc", *link, library, folder / "test_manifest.c", "-lgcc_s", "-o", made)
    program = ["gcc", folder / "program.c", made, f"-Wl,-rpath,{folder}"]
    succeed(*program, "-o", folder / "plain")
    succeed(*program, "-DHOOK", "-Wl,--export-dynamic-symbol=sb_trap_hook", "-o", folder / "hooked")
    return folder


def send(program: Path, case: int) -> tuple[int, str]:
    done = subprocess.run([program, str(case)], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


@pytest.mark.parametrize(("case", "message"), list(enumerate(SENT.values())))
def test_a_trap_says_where_and_why(folder: Path, case: int, message: str) -> None:
    status, output = send(folder / "plain", case)
    assert status == -6
    assert output.splitlines()[-1] == f"trap: {message}"


@pytest.mark.parametrize(("case", "message"), list(enumerate(SENT.values())))
def test_a_programs_hook_is_told(folder: Path, case: int, message: str) -> None:
    status, output = send(folder / "hooked", case)
    assert status == 7
    assert output.splitlines()[-1] == f"told: {message}"


def test_what_is_right_passes(folder: Path) -> None:
    assert send(folder / "plain", len(SENT)) == (0, "")
