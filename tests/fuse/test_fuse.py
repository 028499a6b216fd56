"""Fused components keep to themselves what was private, and call each other directly."""

from __future__ import annotations

import ctypes
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from symbuild.cli import run
from symbuild.steps import world_file
from symbuild.steps.archive import pack
from symbuild.steps.binary import read
from symbuild.steps.manifest import decode_all
from symbuild.steps.objects.model import Changes, ObjectFile
from symbuild.steps.objects.read import read_inputs, rewrite

from .chain import connected
from .parts import ANSWERS, DATA, NATIVE, Compiled, Compilers, archive, compile_to, compiled, same

TELL = "X24rootX00tell"


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Compiled, ...]:
    return same(tmp_path_factory.mktemp("same"), NATIVE)


def fuse(parts: Sequence[Compiled], out: Path, *arguments: str) -> int:
    """Run the verb."""
    return run(["fuse", *(word for part in parts for word in part.arguments), "-o", str(out), *arguments])


def require_all_apart(library: Path) -> None:
    """All three components answer, each with what is its own."""
    tell = getattr(ctypes.CDLL(str(library)), TELL)
    for what, answers in enumerate(ANSWERS):
        found = {whom: (tell(whom, what), tell(whom, what)) for whom in (1, 2, 3)}
        assert found == {whom: answers(whom) for whom in (1, 2, 3)}, what


# ---- what was private stays private ----------------------------------------------------------------------------------
def test_equal_names_stay_apart(parts: tuple[Compiled, ...], tmp_path: Path) -> None:
    library = tmp_path / "libfused.so"
    assert fuse(parts, library) == 0
    require_all_apart(library)
    assert run(["check", str(library)]) == 0
    assert [s.name for s in read(library).exports] == [TELL]


@pytest.mark.parametrize("more", [("-O0", "-g"), ("-O2", "-ffunction-sections", "-fdata-sections", "-fno-gnu-unique")])
def test_equal_names_stay_apart_however_compiled(more: tuple[str, ...], tmp_path: Path) -> None:
    library = tmp_path / "libfused.so"
    assert fuse(same(tmp_path, NATIVE, *more), library) == 0
    require_all_apart(library)


def test_a_static_library(parts: tuple[Compiled, ...], tmp_path: Path) -> None:
    """Whoever links it needs no export map: what is private is hidden."""
    assert fuse(parts, tmp_path / "libfused.a") == 0
    library = tmp_path / "liblinked.so"
    command = ["g++", "-shared", "-Wl,--whole-archive", "libfused.a", "-Wl,--no-whole-archive", "-o", library.name]
    subprocess.run(command, cwd=tmp_path, check=True)
    require_all_apart(library)
    assert [s.name for s in read(library).exports if not s.name.startswith("_")] == [TELL]
    # The index is one that linkers use.
    subprocess.run(["g++", "-shared", f"-Wl,-u,{TELL}", "libfused.a", "-o", "libasked.so"], cwd=tmp_path, check=True)
    require_all_apart(tmp_path / "libasked.so")


def test_a_build_links_the_whole_itself(parts: tuple[Compiled, ...], tmp_path: Path) -> None:
    """Of the archive, by the export map of the whole; the world file is what other steps read of a component."""
    assert fuse(parts, tmp_path / "libwhole.a", "--whole", str(tmp_path)) == 0
    library = tmp_path / "liblinked.so"
    command = ["g++", "-shared", "-Wl,--version-script,whole.map", "-Wl,--whole-archive", "libwhole.a"]
    subprocess.run([*command, "-Wl,--no-whole-archive", "-o", library.name], cwd=tmp_path, check=True)
    assert run(["check", str(library)]) == 0
    require_all_apart(library)
    file = world_file.read(tmp_path / "whole.fused.json")
    assert file.component == "whole"
    assert [export.port.symbol for export in file.exports] == [TELL]
    assert not file.imports
    # The world of the whole follows from those of its parts, before anything is compiled.
    told = tmp_path / "told"
    argv = [word for p in parts for word in ("--component", p.name, "--world-file", f"{p.folder}/{p.name}.world.json")]
    assert run(["fuse", *argv, "--name", "whole", "--whole", str(told)]) == 0
    assert sorted(path.name for path in told.iterdir()) == ["whole.fused.json", "whole.map"]
    for path in told.iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes()


def test_something_must_be_asked_for(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["fuse", "--component", "x", "x.o"]) == 2
    assert "nothing is to be written" in capfd.readouterr().err
    assert run(["fuse", "--component", "x", "x.o", "--whole", str(tmp_path)]) == 2
    assert "the whole has no name" in capfd.readouterr().err


def test_the_proof_is_on_what_was_made(
    parts: tuple[Compiled, ...], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    library = tmp_path / "libfused.a"
    assert fuse(parts, library) == 0
    assert run(["check", str(library)]) == 0
    objects = [(o.name.rpartition("(")[2][:-1], o) for o in read_inputs([library]).members]
    # Had one private name been left alone in two components, or been led to the other one's:
    for changed, said in (
        ({"counter.first": "counter", "counter.second": "counter"}, "`first` and `second` both define `counter`"),
        ({"library_count.second": "library_count.first"}, "`first` and `second` both define `library_count.first`"),
        ({"counter.third": "counter"}, "`counter` leaks"),
    ):
        made = ((name, rewrite(o, Changes(changed)).data) for name, o in objects)
        library.write_bytes(pack(made))
        capfd.readouterr()
        assert run(["check", str(library)]) == 1
        assert said in capfd.readouterr().err
    whole = [
        (n, _led(o, "library_count.second", "library_count.first") if n == "second:user.o" else o) for n, o in objects
    ]
    library.write_bytes(pack((name, o.data) for name, o in whole))
    capfd.readouterr()
    assert run(["check", str(library)]) == 1
    assert "`second` calls `library_count.first` of `first`" in capfd.readouterr().err


def _led(object: ObjectFile, old: str, new: str) -> ObjectFile:
    """The object with another reference."""
    assert old in object.wanted
    return rewrite(object, Changes({old: new}))


def test_sections_that_are_linked_once(tmp_path: Path) -> None:
    """What compilers wrote before there were groups: one of several equal sections is kept, by its name."""
    made = []
    for number, part in enumerate(same(tmp_path, NATIVE), 1):
        text = f'.section .gnu.linkonce.d.once,"aw"\n.globl once\nonce: .long {number}\n.section .note.GNU-stack\n'
        (part.folder / "once.s").write_text(text, encoding="utf-8")
        made.append(
            Compiled(
                part.name, (*part.files, compile_to(part.folder / "once.o", part.folder / "once.s", "gcc")), part.folder
            )
        )
    library = tmp_path / "libfused.so"
    assert fuse(made, library, "--", "-Wl,--no-gc-sections") == 0
    symbols = subprocess.run(["nm", str(library)], capture_output=True, text=True, check=True).stdout
    places = {line.split()[2]: int(line.split()[0], 16) for line in symbols.splitlines() if " once." in line}
    assert len(set(places.values())) == 3


def test_what_went_in_is_told(parts: tuple[Compiled, ...], tmp_path: Path) -> None:
    library = tmp_path / "libwhole.so"
    assert fuse(parts, library) == 0
    whole, *members = decode_all(read(library).wit or b"")
    assert whole.component == "whole"
    assert [m.component for m in members] == ["first", "second", "third"]
    assert [(e.side, e.module) for e in whole.entries] == [("export", "$root")]


def test_a_fused_library_is_fused_again(parts: tuple[Compiled, ...], tmp_path: Path) -> None:
    inner = tmp_path / "libinner.a"
    assert fuse(parts[:2], inner) == 0
    again = Compiled("inner", (inner,), tmp_path)
    library = tmp_path / "libouter.so"
    assert fuse([again, parts[2]], library) == 0
    require_all_apart(library)
    names = [m.component for m in decode_all(read(library).wit or b"")]
    assert names == ["outer", "inner", "first", "second", "third"]


def test_the_objects_are_those_of_a_direct_build(parts: tuple[Compiled, ...], tmp_path: Path) -> None:
    """Nothing is compiled again, and the objects stay what they are."""
    before = {file: file.read_bytes() for part in parts for file in part.files}
    assert fuse(parts, tmp_path / "libfused.so") == 0
    assert before == {file: file.read_bytes() for file in before}
    for part in parts[:2]:
        library = tmp_path / f"lib{part.name}.so"
        map_file = part.folder / f"{part.name}.map"
        command = ["g++", "-shared", *map(str, part.files), f"-Wl,--version-script,{map_file}", "-o", str(library)]
        subprocess.run(command, check=True)
        assert run(["check", str(library)]) == 0


def test_the_same_input_gives_the_same_bytes(parts: tuple[Compiled, ...], tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert fuse(parts, tmp_path / name / "libfused.so") == 0
    assert (tmp_path / "a/libfused.so").read_bytes() == (tmp_path / "b/libfused.so").read_bytes()


# ---- edges -----------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Compiled]:
    return connected(tmp_path_factory.mktemp("chain"), NATIVE)


def said(capfd: pytest.CaptureFixture[str], library: Path) -> str:
    """What `run("x")` of a library says."""
    capfd.readouterr()
    assert run(["run", str(library), "--invoke", 'run("x")']) == 0
    return capfd.readouterr().out.strip()


def test_a_provider(chain: dict[str, Compiled], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    library = tmp_path / "libfused.so"
    assert fuse([chain["user"], chain["one"]], library) == 0
    assert said(capfd, library) == '"one(x) one(x)"'
    assert run(["check", str(library)]) == 0


def test_middleware(chain: dict[str, Compiled], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    library = tmp_path / "libfused.so"
    whole = [chain["user"], chain["between"], chain["one"]]
    assert fuse(whole, library, "--components", "user", "between") == 0
    assert said(capfd, library) == '"one(one(x)) one(x)"'


def test_two_providers(chain: dict[str, Compiled], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    library = tmp_path / "libfused.so"
    whole = [chain["choosing"], chain["one"], chain["other"]]
    chosen = ["--choose", "choosing", "left", "one", "--choose", "choosing", "right", "other"]
    assert fuse(whole, library, *chosen) == 0
    assert said(capfd, library) == '"one(x) other(x)"'
    capfd.readouterr()
    assert fuse(whole, library) == 3
    assert "several of its `components:` provide it" in capfd.readouterr().err


def test_a_root_is_also_used_inside(
    chain: dict[str, Compiled], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    library = tmp_path / "libfused.so"
    assert fuse([chain["user"], chain["one"]], library, "--root", "user", "--root", "one") == 0
    assert said(capfd, library) == '"one(x) one(x)"'
    assert run(["check", str(library)]) == 0
    assert len(read(library).exports) == 5


def test_an_open_import_is_the_whole_s(
    chain: dict[str, Compiled], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    provider, library = tmp_path / "libone.so", tmp_path / "libfused.so"
    assert fuse([chain["one"]], provider) == 0
    whole = [chain["user"], chain["between"]]
    assert fuse(whole, library, "--", str(provider), "-Wl,-rpath,$ORIGIN") == 0
    assert said(capfd, library) == '"one(one(x)) one(x)"'
    assert [(e.side, e.module) for e in decode_all(read(library).wit or b"")[0].entries] == [
        ("import", "demo:chain/say"),
        ("export", "$root"),
    ]


EARLY = """\
package a:b;
interface i { f: func() -> u32; }
world p { export i; }
world u { import i; export g: func() -> u32; }
world app { import i; }
"""
PROVIDER_OF_EARLY = """\
#include "p.h"
static uint32_t ready;
__attribute__((constructor)) static void now(void) { ready = 7; }
uint32_t exports_a_b_i_f(void) { return ready; }
"""
USER_OF_EARLY = """\
#include "u.h"
static uint32_t seen;
__attribute__((constructor(102))) static void now(void) { seen = a_b_i_f(); }
uint32_t exports_u_g(void) { return seen; }
"""
APP = """\
#include <stdio.h>
#include "app.h"
int ready = 1;
int main(void) { printf("%d", (int)a_b_i_f() + ready); }
"""


def early(folder: Path, name: str, source: str, compilers: Compilers = NATIVE) -> Compiled:
    """A component of the worlds above."""
    (folder / "early.wit").write_text(EARLY, encoding="utf-8")
    (folder / f"{name}.c").write_text(source, encoding="utf-8")
    return compiled(folder, name, folder / "early.wit", name, folder / f"{name}.c", compilers)


def test_constructors_of_providers_run_first(tmp_path: Path) -> None:
    """A priority orders the initialisers of one component, not of several."""
    made = [early(tmp_path, "u", USER_OF_EARLY), early(tmp_path, "p", PROVIDER_OF_EARLY)]
    assert fuse(made, tmp_path / "libfused.so") == 0
    assert ctypes.CDLL(str(tmp_path / "libfused.so")).X24rootX00g() == 7


def test_a_program(tmp_path: Path) -> None:
    program = tmp_path / "program"
    made = [early(tmp_path, "app", APP), early(tmp_path, "p", PROVIDER_OF_EARLY)]
    assert fuse(made, program) == 0
    assert subprocess.run([program], capture_output=True, text=True, check=True).stdout == "8"
    assert run(["check", str(program)]) == 0


# ---- refusals --------------------------------------------------------------------------------------------------------
def refused(capfd: pytest.CaptureFixture[str], parts: Sequence[Compiled], out: Path, *arguments: str) -> str:
    """What the verb says when it refuses."""
    capfd.readouterr()
    assert fuse(parts, out, *arguments) == 3
    assert not out.exists()
    return capfd.readouterr().err


def with_source(part: Compiled, folder: Path, source: str, *options: str) -> Compiled:
    """The component with one more object."""
    (folder / "more.c").write_text(source, encoding="utf-8")
    made = compile_to(folder / "more.o", folder / "more.c", "gcc", "-fPIC", *options)
    return Compiled(part.name, (*part.files, made), part.folder)


def test_refusals(chain: dict[str, Compiled], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "libfused.so"
    user, one = chain["user"], chain["one"]
    own = with_source(one, tmp_path, "#include <stddef.h>\nvoid *malloc(size_t n) { return (void *)n; }", "-w")
    assert "`one` cannot be fused: it defines `malloc`" in refused(capfd, [user, own], out)
    slim = with_source(one, tmp_path, "int more(void) { return 1; }", "-flto")
    assert "names in GCC's intermediate code cannot be changed" in refused(capfd, [user, slim], out)
    stealing = with_source(
        one,
        tmp_path,
        "extern int X24rootX00run(void);\nint more(void) { return X24rootX00run(); }",
    )
    assert "`one` calls `run` of `user`, which its world does not import" in refused(capfd, [user, stealing], out)
    versioned = with_source(one, tmp_path, '__asm__(".symver old, name@@V1");\nint old(void) { return 1; }')
    assert "has a version" in refused(capfd, [user, versioned], out)
    bare = Compiled("one", one.files[:1], one.folder)
    assert "carries a manifest" in refused(capfd, [user, bare], out)
    misnamed = Compiled("two", one.files, one.folder)
    assert "the objects are those of component `one`" in refused(capfd, [user, misnamed], out)
    hollow = Compiled("one", one.files[1:], one.folder)
    world = chain["user"].folder / "user.map"
    assert "not an object file" in refused(capfd, [user, Compiled("one", (*hollow.files, world), one.folder)], out)


def test_two_roots_of_one_name_are_refused(
    chain: dict[str, Compiled], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    found = refused(capfd, [chain["one"], chain["other"]], tmp_path / "libfused.so")
    assert "`one` and `other` both export `demo:chain/say`" in found


def test_a_linked_component_is_refused(
    chain: dict[str, Compiled], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    linked = tmp_path / "libone.so"
    assert fuse([chain["one"]], linked) == 0
    found = refused(capfd, [chain["user"], Compiled("one", (linked,), tmp_path)], tmp_path / "libfused.so")
    assert "not an object file, but a linked one" in found


def test_members_of_archives_are_taken_where_needed(chain: dict[str, Compiled], tmp_path: Path) -> None:
    one = chain["one"]
    unused = compile_to(tmp_path / "unused.o", DATA / "library.c", "gcc", "-DLIBRARY_VERSION=1", "-fPIC")
    library = archive(tmp_path / "libone.a", *one.files, unused)
    assert fuse([chain["user"], Compiled("one", (library,), tmp_path)], tmp_path / "libfused.a") == 0
    assert {s.name for s in read(tmp_path / "libfused.a").exports if s.name.startswith("library")} == set()
