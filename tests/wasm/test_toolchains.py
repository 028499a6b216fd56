"""Every compiler for wasm that this machine has: a component that only computes, and programs that use WASI.

What zig builds of its C++ library for the first time takes it minutes: its C++ is slow, ``python -m pytest -m slow
tests/wasm``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from symbuild.cli import run
from symbuild.steps.componentize import ADAPTERS
from symbuild.steps.wasm_toolchain import ZIG, CompiledLanguage, WasmCompiler, wasm_compiler

pytest.importorskip("wasmtime", reason="needs wasmtime: pip install '.[wasm]'")

DEBIAN = "apt-get install clang lld wasi-libc libclang-rt-dev-wasm32 libc++-dev-wasm32"
WIT = """
package t:w;
interface shout { shout: func(text: string) -> string; calls: func() -> u32; }
world shouter { export shout; }
world teller { import shout; }
"""
C_SHOUT = """
#include "shouter.h"
static uint32_t calls;
void exports_t_w_shout_shout(shouter_string_t *text, shouter_string_t *ret) {
  for (size_t i = 0; i < text->len; i++) if (text->ptr[i] >= 'a' && text->ptr[i] <= 'z') text->ptr[i] -= 32;
  calls++;
  *ret = *text;
}
uint32_t exports_t_w_shout_calls(void) { return calls; }
"""
# A constructor that ran before every call would count anew.
CPP_SHOUT = """
#include "shouter_cpp.h"
#include <map>
#include <string>
static std::map<std::string, unsigned> calls{{"constructed", 1000}};
wit::string exports::t::w::shout::Shout(wit::string text) {
  std::string made(text.get_view());
  for (char &c : made) if (c >= 'a' && c <= 'z') c -= 32;
  calls["called"]++;
  return wit::string::from_view(made);
}
uint32_t exports::t::w::shout::Calls() { return calls["constructed"] + calls["called"]; }
"""
# What stands in a buffer when it calls, and memory is allocated for what comes back, is still printed.
C_TELL = """
#include "teller.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
int main(int argc, char **argv) {
  struct timespec now;
  FILE *file = fopen("in.txt", "r");
  char line[20] = "";
  if (!file || !fgets(line, sizeof line, file) || clock_gettime(CLOCK_REALTIME, &now) != 0) return 2;
  printf("%s %d, ", argc > 1 ? argv[1] : "", now.tv_sec > 1700000000);
  teller_string_t given, told;
  for (int i = 0; i < 2; i++) {
    teller_string_dup(&given, line);
    t_w_shout_shout(&given, &told);
    teller_string_free(&given);
    printf("%.*s, ", (int)told.len, (char *)told.ptr);
    teller_string_free(&told);
  }
  printf("%u calls for %s\\n", (unsigned)t_w_shout_calls(), getenv("READER"));
  return 0;
}
"""
CPP_TELL = """
#include "teller_cpp.h"
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>
static std::vector<std::string> words{"constructed"};
int main(int argc, char **argv) {
  words.assign(argv + 1, argv + argc);
  std::printf("%zu words, ", words.size());
  for (const std::string &word : words) {
    wit::string told = t::w::shout::Shout(word);
    std::printf("%.*s, ", (int)told.size(), told.data());
  }
  std::printf("%u calls for %s\\n", (unsigned)t::w::shout::Calls(), std::getenv("READER"));
  return 0;
}
"""


def wasi_sdk(folder: Path) -> Path:
    """A folder laid out like a wasi-sdk, of the clang and the sysroot that are on PATH."""
    compilers = {driver: wasm_compiler(language) for driver, language in (("clang", "c"), ("clang++", "cpp"))}
    if compilers["clang"].origin == ZIG:
        pytest.skip(f"needs WASI_SDK_PATH, or a clang with a WASI sysroot to make it of: {DEBIAN}")
    library = subprocess.check_output([*compilers["clang"].command, "-print-file-name=libc.a"], text=True).strip()
    (folder / "bin").mkdir(parents=True)
    for driver, compiler in compilers.items():
        script = folder / "bin" / driver
        script.write_text(f'#!/bin/sh\nexec {compiler.driver[0]} "$@"\n')
        script.chmod(0o755)
    for kind, found in (("lib", Path(library).parent), ("include", Path(library).parents[2] / "include/wasm32-wasi")):
        (folder / "share/wasi-sysroot" / kind).mkdir(parents=True)
        for target in ("wasm32-wasip1", "wasm32-wasi"):  # an old clang has no builtins for the new name
            (folder / "share/wasi-sysroot" / kind / target).symlink_to(found)
    return folder


# Zig builds its libraries first, which takes minutes.
ZIG_ROUTE = pytest.param("zig", marks=pytest.mark.slow)


@pytest.fixture(params=["WASI_SDK_PATH", "clang", ZIG_ROUTE])
def route(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The way by which compilers are found from here on; skips what this machine lacks."""
    if request.param == "WASI_SDK_PATH":
        if "WASI_SDK_PATH" not in os.environ:
            monkeypatch.setenv("WASI_SDK_PATH", str(wasi_sdk(tmp_path / "sdk")))
    else:
        monkeypatch.delenv("WASI_SDK_PATH", raising=False)
    if request.param == "zig":
        pytest.importorskip("ziglang", reason="needs ziglang: pip install '.[wasm]'")
        monkeypatch.setenv("PATH", str(tmp_path))
    if request.param == "clang" and wasm_compiler("c").origin == ZIG:
        pytest.skip(f"needs a clang with a WASI sysroot: {DEBIAN}")
    return str(request.param)


def compiler(language: CompiledLanguage, route: str) -> WasmCompiler:
    """The compiler of a language, which must be of the route."""
    found = wasm_compiler(language)
    is_zig = found.origin == ZIG
    assert (is_zig, found.origin == "WASI_SDK_PATH") == (route == "zig", route == "WASI_SDK_PATH")
    return found


def component(folder: Path, language: CompiledLanguage, world: str, source: str, route: str) -> Path:
    """Generate, compile, link and componentize; ``teller`` is a program."""
    here = folder / f"{language}-{world}"
    here.mkdir()
    assert run(["bindgen", language, str(folder / "w.wit"), "-w", world, "--out-dir", str(here)]) == 0
    user = here / f"user.{language}"
    user.write_text(source)
    is_program = world == "teller"
    sources = [user, here / f"{world}.{language}"]
    if language == "cpp" and not is_program:
        sources.insert(0, ADAPTERS / "abort.cpp")
    standard = ["-std=c++20"] if language == "cpp" else []
    command = [*compiler(language, route).command, *standard, "-O2", "-Wall", "-Wextra", "-Werror"]
    objects = [str(here / f"{source.stem}.o") for source in sources]
    for source_file, made in zip(sources, objects, strict=True):
        subprocess.run([*command, "-c", str(source_file), "-o", made], cwd=here, check=True)
    model = [] if is_program else ["-mexec-model=reactor"]
    link = [*compiler(language, route).command, "-O2", *model]
    subprocess.run([*link, *objects, "-o", "core.wasm"], cwd=here, check=True)
    made = here / f"{world}.wasm"
    words = ["componentize", str(here / "core.wasm"), "--wit", str(folder / "w.wit"), "-w", world, "-o", str(made)]
    assert run([*words, *(["--program"] if is_program else [])]) == 0
    return made


def check(folder: Path, language: CompiledLanguage, route: str, sources: tuple[str, str]) -> str:
    """Build both, put them together, and run the program: what it prints."""
    (folder / "w.wit").write_text(WIT)
    (folder / "in.txt").write_text("from a file")
    shouter, teller = (
        component(folder, language, world, source, route)
        for world, source in zip(("shouter", "teller"), sources, strict=True)
    )
    inspected = subprocess.run(
        [sys.executable, "-m", "symbuild", "inspect", str(shouter)], capture_output=True, text=True, check=True
    )
    assert "imports" not in inspected.stdout
    assert run(["compose", str(teller), str(shouter), "-o", str(folder / "all.wasm")]) == 0
    done = subprocess.run(
        [sys.executable, "-m", "symbuild", "run", "all.wasm", "one", "two"],
        cwd=folder,
        env={"READER": "me", "HOME": str(folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_c(route: str, tmp_path: Path) -> None:
    printed = check(tmp_path, "c", route, (C_SHOUT, C_TELL))
    assert printed == "one 1, FROM A FILE, FROM A FILE, 2 calls for me\n"


CPP_PRINTED = "2 words, ONE, TWO, 1002 calls for me\n"


def test_cpp(route: str, tmp_path: Path) -> None:
    assert check(tmp_path, "cpp", route, (CPP_SHOUT, CPP_TELL)) == CPP_PRINTED
