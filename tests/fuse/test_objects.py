"""Names in object files are read and changed, and nothing else."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from symbuild.errors import InputError, SymbuildError
from symbuild.steps.archive import pack
from symbuild.steps.objects.model import LAST, Changes, Export, Import, ObjectFile
from symbuild.steps.objects.read import needed, read_inputs, read_object, rewrite
from symbuild.steps.wasm_toolchain import wasm_compiler

PARTS = """
#include <stdio.h>
int counter = 3;
int tentative;
__thread int of_thread = 4;
static int hidden(void) { return 1; }
__attribute__((weak)) int weak(void) { return hidden(); }
extern int elsewhere __attribute__((weak));
int f(void) { return counter + of_thread + tentative + weak() + (&elsewhere ? 1 : 0) + puts("x"); }
"""
CPP = """
#include <stdexcept>
#include <string>
inline int &shared() { static int number = 7; return number; }
template <class T> struct Box { virtual ~Box() {} T value{}; static int made; };
template <class T> int Box<T>::made = 2;
struct Mine : std::runtime_error { using runtime_error::runtime_error; };
struct Early { Early() { shared() += 1; } } early __attribute__((init_priority(200)));
int f(int n) {
  try { if (n == 0) throw Mine("no"); } catch (const std::exception &e) { return int(std::string(e.what()).size()); }
  return ++shared() + Box<int>::made;
}
Box<int> *g() { return new Box<int>; }
"""
COMPILERS = ["gcc", "clang", "i686-linux-gnu-gcc", "arm-linux-gnueabihf-gcc", "s390x-linux-gnu-gcc"]


def compile(folder: Path, name: str, source: str, *command: str) -> ObjectFile:
    """The object of a source, C++ if its name says so."""
    (folder / name).write_text(source, encoding="utf-8")
    made = folder / f"{name}.o"
    done = subprocess.run(
        [*command, "-c", name, "-o", made.name], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return read_inputs([made]).objects[0]


def suffixed(object: ObjectFile, suffix: str, keep: Iterable[str] = ()) -> ObjectFile:
    """All that is defined under new names."""
    names = object.defined | object.groups
    return rewrite(object, Changes({name: name + suffix for name in names if name not in keep}))


def run(folder: Path, objects: Iterable[ObjectFile], main: str, *command: str) -> str:
    """What a program of these objects and of a C++ or C source prints."""
    for i, object in enumerate(objects):
        (folder / f"piece{i}.o").write_bytes(object.data)
    (folder / "main.cpp").write_text(main, encoding="utf-8")
    parts = sorted(str(p.name) for p in folder.glob("piece*.o"))
    subprocess.run([*command, "main.cpp", *parts, "-o", "program"], cwd=folder, check=True)
    return subprocess.run([folder / "program"], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("compiler", COMPILERS)
def test_names_of_elf(compiler: str, tmp_path: Path) -> None:
    if shutil.which(compiler) is None:
        pytest.skip(f"needs {compiler}")
    object = compile(tmp_path, "parts.c", PARTS, compiler, "-O0", "-fPIC", "-fcommon")
    thunks = {name for name in object.defined if "get_pc_thunk" in name}
    assert object.defined - thunks == {"counter", "tentative", "of_thread", "weak", "f"}
    assert {"puts", "elsewhere"} <= object.wanted
    assert {s.name for s in object.symbols if s.weak} == {"weak", "elsewhere"}
    changed = suffixed(object, ".mine", keep={"f"})
    own = {"counter.mine", "tentative.mine", "of_thread.mine", "weak.mine", "f"}
    assert changed.defined == own | {f"{thunk}.mine" for thunk in thunks}
    assert changed.wanted == object.wanted
    assert changed.target == object.target


def test_nothing_to_change_changes_no_byte(tmp_path: Path) -> None:
    object = compile(tmp_path, "parts.c", PARTS, "gcc")
    assert rewrite(object, Changes({"nobody": "x"}, sections={".nothing": ".y"})).data == object.data


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
@pytest.mark.parametrize("options", [("-O0", "-g3"), ("-O2", "-ffunction-sections", "-fdebug-types-section", "-g")])
def test_two_copies_live_side_by_side(compiler: str, options: tuple[str, ...], tmp_path: Path) -> None:
    """Static locals of inline functions, templates, exceptions and debugging information of one source, twice."""
    object = compile(tmp_path, "parts.cpp", CPP, compiler, "-fPIC", *options)
    assert "_ZZ6sharedvE6number" in object.groups
    copies = [suffixed(object, ".one"), suffixed(object, ".two")]
    assert not copies[0].defined & copies[1].defined
    assert not copies[0].groups & copies[1].groups
    main = """
    #include <cstdio>
    extern int one(int) __asm__("_Z1fi.one"), two(int) __asm__("_Z1fi.two");
    struct Base { virtual ~Base() {} };
    extern Base *make() __asm__("_Z1gv.two");
    int main() {
      for (int n = 0; n < 2; n++) std::printf("%d ", one(n));
      for (int n = 0; n < 2; n++) std::printf("%d ", two(n));
      delete make();
    }
    """
    options = ("-Wl,--gc-sections",) if "-ffunction-sections" in options else ()
    # Each has been initialised once: 7, 8 by its own constructor, then by the call; and 2.
    assert run(tmp_path, copies, main, compiler, *options) == "2 11 2 11 "


def test_sections_and_contents(tmp_path: Path) -> None:
    source = """
    __attribute__((section("registry"), used)) static const int entry = 5;
    extern const int __start_registry[], __stop_registry[];
    __attribute__((section(".wit"), used)) static const char world[] = "old";
    int count(void) { return (int)(__stop_registry - __start_registry); }
    """
    object = compile(tmp_path, "parts.c", source, "gcc")
    assert object.wit == b"old\0"
    symbols = {"__start_registry": "__start_other", "__stop_registry": "__stop_other", "count": "count.x"}
    changes = Changes(symbols, sections={"registry": "other"}, contents={".wit": b"a longer text than before"})
    changed = rewrite(object, changes)
    assert changed.wit == b"a longer text than before"
    assert "other" in changed.sections
    assert "registry" not in changed.sections
    main = """
    #include <cstdio>
    extern int count() __asm__("count.x");
    extern "C" int plain();
    extern "C" int plain_count() __asm__("count");
    int main() { std::printf("%d %d", count(), plain_count()); }
    """
    assert run(tmp_path, [changed, object], main, "g++") == "1 1"


def test_initialisers_get_new_priorities(tmp_path: Path) -> None:
    source = """
    #include <stdio.h>
    __attribute__((constructor(300))) static void early(void) { printf("NAME early "); }
    __attribute__((constructor)) static void late(void) { printf("NAME late "); }
    __attribute__((destructor)) static void end(void) { printf("NAME end "); }
    """
    a, b = (compile(tmp_path, f"{n}.c", source.replace("NAME", n), "gcc") for n in ("a", "b"))
    assert a.priorities == {300, LAST}
    main = "int main() {}"
    assert run(tmp_path, [a, b], main, "g++") == "a early b early a late b late b end a end "
    a = rewrite(a, Changes(priorities={300: 1000, LAST: 1001}))
    b = rewrite(b, Changes(priorities={300: 1002, LAST: 1003}))
    assert run(tmp_path, [a, b], main, "g++") == "a early a late b early b late b end a end "


def test_intermediate_code_is_told(tmp_path: Path) -> None:
    slim = compile(tmp_path, "parts.c", PARTS, "gcc", "-flto")
    assert slim.hidden_code == "GCC's intermediate code"
    fat = compile(tmp_path, "parts.c", PARTS, "gcc", "-flto", "-ffat-lto-objects")
    assert fat.hidden_code == ""
    assert "f" in fat.defined
    if shutil.which("clang"):
        assert compile(tmp_path, "parts.c", PARTS, "clang", "-flto").hidden_code == "LLVM's intermediate code"


def test_other_files_are_refused(tmp_path: Path) -> None:
    object = compile(tmp_path, "parts.c", PARTS, "gcc", "-fPIC")
    with pytest.raises(InputError, match="not an object file of ELF, Mach-O"):
        read_object(b"#include <stdio.h>", "x")
    subprocess.run(["gcc", "-shared", "parts.c.o", "-o", "linked.so"], cwd=tmp_path, check=True)
    with pytest.raises(InputError, match="not an object file, but a linked one"):
        read_inputs([tmp_path / "linked.so"])
    rng = random.Random(1)
    for _ in range(300):
        data = bytearray(object.data[: rng.randrange(4, len(object.data))])
        for _ in range(rng.randrange(4)):
            data[rng.randrange(4, len(data))] = rng.randrange(256)
        try:
            rewrite(read_object(bytes(data), "x"), Changes({"f": "g"}, contents={".text": b"x"}))
        except SymbuildError as error:
            assert error.findings[0].where == "x"


def test_a_link_takes_what_it_needs(tmp_path: Path) -> None:
    sources = {
        "a": "int b(void); int a(void) { return b(); }",
        "b": "int b(void) { return 1; }",
        "unused": "int unused(void) { return 1; }",
        "second": "int b(void) { return 2; }",
        "maybe": "int maybe(void) { return 1; }",
    }
    objects = {n: compile(tmp_path, f"{n}.c", s, "gcc").data for n, s in sources.items()}
    archive = tmp_path / "lib.a"
    archive.write_bytes(pack((n, objects[n]) for n in ("unused", "b", "second", "a", "maybe")))
    user = compile(
        tmp_path, "user.c", "extern int maybe(void) __attribute__((weak)); int user(void) { return !maybe; }", "gcc"
    )
    inputs = read_inputs([tmp_path / "user.c.o", archive])
    taken = needed(inputs, ["a"])
    assert [o.name for o in taken] == [str(tmp_path / "user.c.o"), f"{archive}(b)", f"{archive}(a)"]
    assert taken[0].defined == user.defined


# ---- wasm ------------------------------------------------------------------------------------------------------------
WASM = """
int imported(int) __asm__("theX00f") __attribute__((import_module("the"), import_name("f")));
__attribute__((export_name("the#g"))) int exported(int n) { return imported(n); }
int plain(int n);
static int data = 3;
int global_data = 4;
__attribute__((constructor(150))) static void start(void) { data += plain(1); }
__attribute__((weak)) int weak(void) { return plain(data); }
"""


@pytest.fixture(scope="module")
def wasm_object(tmp_path_factory: pytest.TempPathFactory) -> ObjectFile:
    pytest.importorskip("wasmtime", reason="needs wasmtime: pip install '.[wasm]'")
    return compile(tmp_path_factory.mktemp("wasm"), "parts.c", WASM, *wasm_compiler("c").command, "-O1")


def test_names_of_wasm(wasm_object: ObjectFile) -> None:
    assert wasm_object.defined == {"exported", "global_data", "weak"}
    assert {"theX00f", "plain"} <= wasm_object.wanted
    assert Import("theX00f", "the", "f") in wasm_object.imports
    assert wasm_object.exports == (Export("the#g", "exported"),)
    assert wasm_object.priorities == {150}
    assert rewrite(wasm_object, Changes()).data == wasm_object.data


def test_new_names_of_wasm(wasm_object: ObjectFile) -> None:
    names = {"theX00f": "provided", "plain": "plain.other", "weak": "weak.mine", "global_data": "data.mine"}
    changed = rewrite(wasm_object, Changes(names, priorities={150: 7}, exports=frozenset()))
    assert changed.defined == {"exported", "data.mine", "weak.mine"}
    assert {"provided", "plain.other"} <= changed.wanted
    assert Import("provided", "the", "f") in changed.imports
    assert changed.exports == ()
    assert changed.priorities == {7}


def test_damaged_wasm_is_refused(wasm_object: ObjectFile) -> None:
    rng = random.Random(2)
    for _ in range(300):
        data = bytearray(wasm_object.data[: rng.randrange(8, len(wasm_object.data))])
        if len(data) > 8:
            data[rng.randrange(8, len(data))] = rng.randrange(256)
        try:
            rewrite(read_object(bytes(data), "x"), Changes({"weak": "w"}, exports=frozenset()))
        except SymbuildError as error:
            assert error.findings[0].where == "x"
