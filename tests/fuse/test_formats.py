"""Objects for macOS and Windows are fused as those of ELF; what was made is taken apart, and run where Wine is."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from symbuild.cli import run
from symbuild.errors import SymbuildError
from symbuild.steps.archive import pack
from symbuild.steps.binary import read
from symbuild.steps.manifest import decode_all
from symbuild.steps.objects.model import Changes, ObjectFile, linker_name
from symbuild.steps.objects.read import read_inputs, read_object, rewrite

from .chain import connected
from .parts import ANSWERS, Compiled, Compilers, same
from .test_fuse import PROVIDER_OF_EARLY, TELL, USER_OF_EARLY, early, fuse
from .test_objects import CPP, PARTS, compile, suffixed

FROM_BETWEEN = ("--components", "user", "between")
ZIG = (sys.executable, "-m", "ziglang")
MACOS, WINDOWS = "aarch64-macos", "x86_64-windows-gnu"
MINGW = "x86_64-w64-mingw32"
# To link, Zig makes C libraries first, which takes minutes where it has not yet.
LINKED_BY_ZIG = [pytest.param(target, marks=pytest.mark.slow) for target in (MACOS, WINDOWS)]


def compilers_of(target: str) -> Compilers:
    """Compilers for a machine that is not here: GCC's, or Zig's, which bring all that a link needs."""
    if target == MINGW:
        if shutil.which(f"{MINGW}-g++") is None:
            pytest.skip(f"needs {MINGW}-g++")
        return (f"{MINGW}-gcc",), (f"{MINGW}-g++",)
    pytest.importorskip("ziglang", reason="needs Zig: pip install '.[test]'")
    return (*ZIG, "cc", "-target", target), (*ZIG, "c++", "-target", target)


def linked(parts: list[Compiled], library: Path, compiler: tuple[str, ...], *arguments: str) -> Path:
    """A fused library."""
    # GCC's own libraries are not where Wine looks.
    linker = (*compiler, "-static") if library.suffix == ".dll" else compiler
    assert fuse(parts, library, *arguments, "--linker", " ".join(linker)) == 0
    return library


def library_in(folder: Path, target: str) -> Path:
    """Where a fused library goes."""
    return folder / ("libfused.dylib" if "macos" in target else "libfused.dll")


def said(host: str, library: Path, compiler: tuple[str, ...]) -> str:
    """What a program in C prints that is linked with a library for Windows."""
    wine = shutil.which("wine")
    if wine is None:
        pytest.skip("needs Wine to run what was made")
    folder = library.parent
    (folder / "host.c").write_text(host, encoding="utf-8")
    subprocess.run([*compiler, "host.c", f"{library.name}.a", "-o", "host.exe"], cwd=folder, check=True)
    # Its first run makes a folder, for all tests of a run.
    env = {**os.environ, "WINEDEBUG": "-all", "WINEPREFIX": str(folder.parent / "wine")}
    done = subprocess.run([wine, "host.exe"], cwd=folder, capture_output=True, text=True, env=env, check=True)
    return done.stdout


# ---- names -----------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module", params=[MACOS, WINDOWS, "x86-windows-gnu", MINGW])
def objects(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, ObjectFile]:
    target: str = request.param
    folder, (c, cpp) = tmp_path_factory.mktemp(target), compilers_of(target)
    return {
        "c": compile(folder, "parts.c", PARTS, *c, "-O0", "-fcommon"),
        "cpp": compile(folder, "parts.cpp", CPP, *cpp, "-O1", "-g"),
    }


def test_names(objects: dict[str, ObjectFile]) -> None:
    plain = objects["c"]
    of_thread = next(name for name in plain.defined if "of_thread" in name)  # GCC calls it by a descriptor's name
    own = {"counter", "tentative", of_thread, "weak", "f"}
    assert own <= plain.defined
    assert {"puts", "elsewhere"} <= plain.wanted
    changed = suffixed(plain, ".mine", keep={"f"})
    assert {f"{name}.mine" for name in own - {"f"}} | {"f"} <= changed.defined
    assert changed.wanted == plain.wanted
    assert changed.target == plain.target


def test_another_reader_finds_the_same(objects: dict[str, ObjectFile], tmp_path: Path) -> None:
    nm = shutil.which("llvm-nm")
    if nm is None:
        pytest.skip("needs llvm-nm")
    for object in objects.values():
        for each in (object, suffixed(object, ".mine")):
            (tmp_path / "object.o").write_bytes(each.data)
            listed = subprocess.run([nm, "-g", "object.o"], cwd=tmp_path, capture_output=True, text=True, check=True)
            lines = [line.split() for line in listed.stdout.splitlines()]
            # Of COFF's weak names it does not tell whether there is something behind them.
            weak = {linker_name(s.name, each.prefix) for s in each.symbols if s.weak and each.format == "coff"}
            known = {True: each.defined, False: each.wanted}
            for is_defined, own in known.items():
                seen = {name for *_, kind, name in lines if (kind != "U") == is_defined}
                assert seen - weak == {linker_name(name, each.prefix) for name in own} - weak


def test_nothing_to_change_changes_no_byte(objects: dict[str, ObjectFile]) -> None:
    for object in objects.values():
        assert rewrite(object, Changes({"nobody": "x"}, sections={".nothing": ".y"})).data == object.data


def test_damaged_objects_are_refused(objects: dict[str, ObjectFile]) -> None:
    rng, object = random.Random(3), objects["c"]
    for _ in range(300):
        data = bytearray(object.data[: rng.randrange(4, len(object.data))])
        for _ in range(rng.randrange(4)):
            data[rng.randrange(4, len(data))] = rng.randrange(256)
        try:
            rewrite(read_object(bytes(data), "x"), Changes({"f": "g"}, contents={".wit": b"x"}))
        except SymbuildError as error:
            assert error.findings[0].where == "x"


def test_what_the_linker_is_told_has_the_new_names(tmp_path: Path) -> None:
    source = """
    __attribute__((dllexport)) int told(void) { return 1; }
    __attribute__((dllexport)) int mine(void) { return 2; }
    __attribute__((dllimport)) int other(void);
    int user(void) { return other(); }
    """
    object = compile(tmp_path, "told.c", source, *compilers_of(WINDOWS)[0])
    changed = rewrite(object, Changes({"mine": "mine.x", "other": "other.y", "user": "user.x"}))
    assert b"told" in directives(changed)
    assert b"mine" not in directives(changed), "what is private is exported no more"
    assert "__imp_other.y" in changed.wanted


def directives(object: ObjectFile) -> bytes:
    """What an object tells its linker."""
    import lief

    parsed = lief.COFF.parse(object.data)
    assert parsed is not None
    return next(bytes(s.content) for s in parsed.sections if s.name == ".drectve")


def test_ends_of_sections_are_refused_on_macos(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    compilers = compilers_of(MACOS)
    user = USER_OF_EARLY.replace("(constructor(102))", "(constructor)")
    user += 'extern const char first[] __asm("section$start$__DATA$__x");\nconst char *find(void) { return first; }\n'
    parts = [early(tmp_path, "u", user, compilers), early(tmp_path, "p", PROVIDER_OF_EARLY, compilers)]
    assert fuse(parts, tmp_path / "libfused.dylib") == 3
    assert "it asks for `section$start$__DATA$__x`" in capfd.readouterr().err


# ---- what was private stays private ----------------------------------------------------------------------------------
@pytest.fixture(scope="module", params=[MACOS, WINDOWS, MINGW])
def chain(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Mapping[str, Compiled]]:
    target: str = request.param
    return target, connected(tmp_path_factory.mktemp(target), compilers_of(target))


RUN = """
#include <stdio.h>
#include <string.h>
typedef struct { char *ptr; size_t len; } text;
void run(const char *ptr, size_t len, text *ret) __asm__("X24rootX00run");
int main(void) {
  text ret;
  run("x", 1, &ret);
  printf("%.*s", (int)ret.len, ret.ptr);
}
"""


@pytest.mark.parametrize("chain", [*LINKED_BY_ZIG, MINGW], indirect=True)
def test_calls_are_led_to_their_providers(chain: tuple[str, Mapping[str, Compiled]], tmp_path: Path) -> None:
    target, made = chain
    compiler = compilers_of(target)[0]
    parts = [made[name] for name in ("user", "between", "one")]
    library = linked(parts, library_in(tmp_path, target), compiler, *FROM_BETWEEN)
    assert run(["check", str(library)]) == 0
    assert [m.component for m in decode_all(read(library).wit or b"")] == ["fused", "one", "between", "user"]
    if target != MACOS:
        assert said(RUN, library, compiler) == "one(one(x)) one(x)"


@pytest.mark.parametrize("chain", [*LINKED_BY_ZIG, MINGW], indirect=True)
def test_two_providers(chain: tuple[str, Mapping[str, Compiled]], tmp_path: Path) -> None:
    target, made = chain
    compiler = compilers_of(target)[0]
    choice = ("--choose", "choosing", "left", "one", "--choose", "choosing", "right", "other")
    parts = [made[name] for name in ("choosing", "one", "other")]
    library = linked(parts, library_in(tmp_path, target), compiler, *choice)
    assert run(["check", str(library)]) == 0
    if target != MACOS:
        assert said(RUN, library, compiler) == "one(x) other(x)"


def test_the_proof_is_on_what_was_made(
    chain: tuple[str, Mapping[str, Compiled]], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    library = tmp_path / "libfused.a"
    assert fuse([chain[1][name] for name in ("user", "between", "one")], library, *FROM_BETWEEN) == 0
    assert run(["check", str(library)]) == 0
    inside = [(o.name.rpartition("(")[2][:-1], o) for o in read_inputs([library]).members]
    private = "between_string_dup.between"
    assert any(private in o.defined for _, o in inside)
    library.write_bytes(pack((name, rewrite(o, Changes({private: "found"})).data) for name, o in inside))
    capfd.readouterr()
    assert run(["check", str(library)]) == 1
    assert "`found` leaks" in capfd.readouterr().err


@pytest.mark.parametrize("target", [LINKED_BY_ZIG[1], MINGW])
def test_constructors_of_providers_run_first(target: str, tmp_path: Path) -> None:
    """What is linked last runs first there, unless priorities say otherwise."""
    compilers = compilers_of(target)
    host = '#include <stdio.h>\nint g(void) __asm__("X24rootX00g");\nint main(void) { printf("%d", g()); }\n'
    for user in (USER_OF_EARLY, USER_OF_EARLY.replace("(constructor(102))", "(constructor)")):
        parts = [early(tmp_path, "u", user, compilers), early(tmp_path, "p", PROVIDER_OF_EARLY, compilers)]
        library = linked(parts, tmp_path / "libfused.dll", compilers[0])
        assert said(host, library, compilers[0]) == "7"


TELLING = f"""
#include <stdint.h>
#include <stdio.h>
uint32_t tell(uint32_t whom, uint32_t what) __asm__("{TELL}");
int main(void) {{
  for (uint32_t what = 0; what < {len(ANSWERS)}; what++)
    for (uint32_t whom = 1; whom <= 3; whom++)
      for (int again = 0; again < 2; again++) printf("%u ", (unsigned)tell(whom, what));
}}
"""


@pytest.mark.parametrize("target", [*LINKED_BY_ZIG, MINGW])
def test_equal_names_stay_apart(target: str, tmp_path: Path) -> None:
    compilers = compilers_of(target)
    parts = list(same(tmp_path, compilers, "-DNO_REGISTRY"))
    assert fuse(parts, tmp_path / "libfused.a") == 0
    assert run(["check", str(tmp_path / "libfused.a")]) == 0
    library = linked(parts, library_in(tmp_path, target), compilers[1])
    shown = {s.name for s in read(library).exports}
    own = {name for o in read_inputs([tmp_path / "libfused.a"]).members for name in o.defined}
    assert shown & own == {TELL}
    if target != MACOS:  # Zig's linker leaves its C++ library's names visible there
        assert run(["check", str(library)]) == 0
        expected = [answer for answers in ANSWERS for n in (1, 2, 3) for answer in answers(n)]
        assert said(TELLING, library, compilers[0]).split() == list(map(str, expected))
