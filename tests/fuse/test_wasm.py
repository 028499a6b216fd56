"""Fused components for wasm: one module, direct calls inside, the Canonical ABI outside."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from symbuild.cli import run
from symbuild.steps import world_file
from symbuild.steps.wasm_toolchain import archiver, wasm_compiler
from symbuild.wit import load_world, tool

from .chain import connected
from .parts import ANSWERS, Compiled, Compilers, archive, compiled, same
from .test_fuse import PROVIDER_OF_EARLY, USER_OF_EARLY, early

pytest.importorskip("wasmtime", reason="needs wasmtime: pip install '.[wasm]'")


def wasm() -> Compilers:
    """The machine's compilers for wasm."""
    return wasm_compiler("c").command, wasm_compiler("cpp").command


def fuse(parts: Sequence[Compiled], out: Path, *arguments: str) -> int:
    """Run the verb; objects for wasm carry no worlds."""
    worlds = (f"--world-file={part.folder / part.name}.world.json" for part in parts)
    return run(["fuse", *(word for part in parts for word in part.arguments), *worlds, "-o", str(out), *arguments])


def said(capfd: pytest.CaptureFixture[str], component: Path, *calls: str) -> list[str]:
    """What calls of a component give."""
    capfd.readouterr()
    assert run(["run", str(component), *(f"--invoke={call}" for call in calls)]) == 0
    return capfd.readouterr().out.split("\n")[:-1]


def knows_sections(folder: Path) -> bool:
    """Whether the linker defines the ends of sections: wasm-ld does from LLVM 15 on."""
    source = "extern const char __start_x[]; int main(void) { return __start_x[0]; }"
    (folder / "known.c").write_text(f'__attribute__((section("x"), used)) static const char a = 0;\n{source}\n')
    command = [*wasm()[0], "-O2", "known.c", "-o", "known.wasm"]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def equal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three components in which all private names are equal, in one module."""
    folder = tmp_path_factory.mktemp("equal")
    parts = same(folder, wasm(), *([] if knows_sections(folder) else ["-DNO_REGISTRY"]))
    assert fuse(parts, folder / "fused.wasm") == 0
    return folder / "fused.wasm"


def test_equal_names_stay_apart(equal: Path, capfd: pytest.CaptureFixture[str]) -> None:
    questions = [(whom, what) for what in range(len(ANSWERS)) for whom in (1, 2, 3) for _ in range(2)]
    found = said(capfd, equal, *(f"tell({whom}, {what})" for whom, what in questions))
    expected = [str(answer) for answers in ANSWERS for n in (1, 2, 3) for answer in answers(n)]
    assert found == expected
    world = load_world(equal).world
    assert [f.name for f in world.exported_functions] == ["tell"]
    assert not world.exports


def test_it_tells_what_went_in(equal: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", "--json", str(equal)]) == 0
    listed = json.loads(capfd.readouterr().out)["manifests"]
    assert [m["component"] for m in listed] == ["fused", "first", "second", "third"]
    assert run(["inspect", str(equal)]) == 0
    assert "  fused of   second" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("call $library_count.third", "call $library_count.first", "of `third` calls `library_count` of `first`"),
        ("(func $_initialize))", '(func $_initialize)) (export "more" (func $sbrk))', "`more` leaks from the module"),
        ('"tell" (func $tell))', '"told" (func $tell))', "the export of `$root` is not that of world"),
        ("\\7f\\1eT", "\\7e\\1eT", "entry for the export of `$root` does not fit the WIT it carries"),
    ],
)
def test_the_proof_is_on_what_was_made(
    equal: Path, old: str, new: str, told: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", str(equal)]) == 0
    text, made = tool.run(["print", str(equal)]).decode(), tmp_path / "changed.wasm"
    assert old in text
    tool.run(["parse", "-", "-o", str(made)], stdin=text.replace(old, new, 1).encode())
    assert run(["check", str(made)]) == 1
    assert told in capfd.readouterr().err


def test_constructors_of_providers_run_first(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A priority orders the initialisers of one component, not of several."""
    made = [early(tmp_path, "u", USER_OF_EARLY, wasm()), early(tmp_path, "p", PROVIDER_OF_EARLY, wasm())]
    assert fuse(made, tmp_path / "fused.wasm") == 0
    assert said(capfd, tmp_path / "fused.wasm", "g()") == ["7"]


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Compiled]:
    return connected(tmp_path_factory.mktemp("chain"), wasm())


def test_a_provider(chain: dict[str, Compiled], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    made = tmp_path / "fused.wasm"
    assert fuse([chain["user"], chain["one"]], made) == 0
    assert said(capfd, made, 'run("x")', 'run("y")') == ['"one(x) one(x)"', '"one(y) one(y)"']
    text = tool.run(["print", str(made)]).decode()
    code = "\n".join(line for line in text.splitlines() if "(@custom" not in line)
    assert "demo:chain/say" not in code, "nothing of the inner interface crosses a border"


def test_middleware(chain: dict[str, Compiled], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    made = tmp_path / "fused.wasm"
    parts = [chain["user"], chain["between"], chain["one"]]
    assert fuse(parts, made, "--components", "user", "between") == 0
    assert said(capfd, made, 'run("x")') == ['"one(one(x)) one(x)"']


def test_two_providers(chain: dict[str, Compiled], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    made = tmp_path / "fused.wasm"
    chosen = ["--choose", "choosing", "left", "one", "--choose", "choosing", "right", "other"]
    assert fuse([chain["choosing"], chain["one"], chain["other"]], made, *chosen) == 0
    assert said(capfd, made, 'run("x")') == ['"one(x) other(x)"']


def test_a_provider_outside_beside_one_inside(
    chain: dict[str, Compiled], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """An import by label is another component's than the one that could provide it."""
    whole, other, composed = (tmp_path / f"{name}.wasm" for name in ("whole", "other", "composed"))
    arguments = ["--choose", "choosing", "left", "one", "--outside", "choosing", "right"]
    assert fuse([chain["choosing"], chain["one"]], whole, *arguments) == 0
    assert fuse([chain["other"]], other) == 0
    assert run(["compose", str(whole), str(other), "-o", str(composed)]) == 0
    assert said(capfd, composed, 'run("x")') == ['"one(x) other(x)"']
    assert fuse([chain["choosing"], chain["one"]], whole, "--outside", "choosing", "rigth") == 2
    assert "`choosing` does not import `rigth`" in capfd.readouterr().err


def test_a_fused_component_is_composed(
    chain: dict[str, Compiled], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Some fused, some isolated: an import of the whole is met by composition, and handles cross as ever."""
    whole, one, composed = (tmp_path / f"{name}.wasm" for name in ("whole", "one", "composed"))
    assert fuse([chain["user"], chain["between"]], whole) == 0
    assert fuse([chain["one"]], one) == 0
    assert run(["check", str(whole), str(one)]) == 0, "its own imports are not WASI's, and known"
    assert run(["compose", str(whole), str(one), "-o", str(composed)]) == 0
    assert said(capfd, composed, 'run("x")') == ['"one(one(x)) one(x)"']


def test_a_root_is_also_used_inside(
    chain: dict[str, Compiled], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    made = tmp_path / "fused.wasm"
    assert fuse([chain["user"], chain["one"]], made, "--root", "user", "--root", "one") == 0
    assert said(capfd, made, 'run("x")', 'demo:chain/say#greet("z")') == ['"one(x) one(x)"', '"one(z)"']


RESOURCES = """\
package demo:lent;
interface things { resource thing { constructor(n: u32); value: func() -> u32; } }
interface look { use things.{thing}; value: func(of: borrow<thing>) -> u32; }
world maker { export things; }
world looker { import things; export look; }
world user { import things; import look; export run: func(n: u32) -> u32; }
"""
MAKER = """\
#include "maker.h"
#include <stdlib.h>
struct exports_demo_lent_things_thing_t { uint32_t n; };
static unsigned alive;
exports_demo_lent_things_own_thing_t exports_demo_lent_things_constructor_thing(uint32_t n) {
  exports_demo_lent_things_thing_t *made = malloc(sizeof *made);
  made->n = n + 100 * alive++;
  return exports_demo_lent_things_thing_new(made);
}
uint32_t exports_demo_lent_things_method_thing_value(exports_demo_lent_things_borrow_thing_t self) { return self->n; }
void exports_demo_lent_things_thing_destructor(exports_demo_lent_things_thing_t *rep) { --alive; free(rep); }
"""
LOOKER = """\
#include "looker.h"
uint32_t exports_demo_lent_look_value(exports_demo_lent_look_borrow_thing_t of) {
  uint32_t value = demo_lent_things_method_thing_value(of);
  demo_lent_things_thing_drop_borrow(of);
  return value;
}
"""
USER = """\
#include "user.h"
uint32_t exports_user_run(uint32_t n) {
  demo_lent_things_own_thing_t made = demo_lent_things_constructor_thing(n);
  uint32_t value = demo_lent_look_value(demo_lent_things_borrow_thing(made));
  demo_lent_things_thing_drop_own(made);
  return value;
}
"""


@pytest.fixture(scope="module")
def lent(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Compiled]:
    folder = tmp_path_factory.mktemp("lent")
    (folder / "lent.wit").write_text(RESOURCES, encoding="utf-8")
    made = {}
    for name, source in (("maker", MAKER), ("looker", LOOKER), ("user", USER)):
        (folder / f"{name}.c").write_text(source, encoding="utf-8")
        made[name] = compiled(folder, name, folder / "lent.wit", name, folder / f"{name}.c", wasm())
    return made


def test_a_borrow_is_dropped_to_nothing(
    lent: dict[str, Compiled], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """On wasm a callee drops what it was lent; inside, that would end another's handle. Objects end once."""
    made = tmp_path / "fused.wasm"
    assert fuse(list(lent.values()), made) == 0
    assert said(capfd, made, "run(1)", "run(2)") == ["1", "2"]


def test_what_would_be_wrong_is_refused(
    lent: dict[str, Compiled], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    made = tmp_path / "fused.wasm"
    capfd.readouterr()
    assert fuse([lent["user"], lent["looker"]], made) == 3
    assert "`looker` is lent `thing` of `demo:lent/things` inside" in capfd.readouterr().err
    assert fuse([lent["looker"], lent["maker"]], made) == 3
    assert "shows `thing` of `demo:lent/things` outside, whose provider is inside" in capfd.readouterr().err
    assert fuse([lent["user"], lent["maker"]], made) == 3
    assert "imports `demo:lent/look` from outside, which takes `thing`" in capfd.readouterr().err


LYING = """\
package demo:lying;
interface letters { enum vowel { a, e } letter: func() -> char; vowels: func() -> list<vowel>; }
world liar { export letters; }
world believer { import letters; export letter: func() -> u32; export vowels: func() -> u32; }
"""
LIAR = """\
#include "liar.h"
#include <stdlib.h>
uint32_t exports_demo_lying_letters_letter(void) { return 0xD800; }
void exports_demo_lying_letters_vowels(exports_demo_lying_letters_list_vowel_t *ret) {
  ret->ptr = malloc(2 * sizeof *ret->ptr);
  ret->len = 2;
  ret->ptr[0] = 0;
  ret->ptr[1] = 7;
}
"""
BELIEVER = """\
#include "believer.h"
uint32_t exports_believer_letter(void) { return demo_lying_letters_letter(); }
uint32_t exports_believer_vowels(void) {
  demo_lying_letters_list_vowel_t vowels;
  demo_lying_letters_vowels(&vowels);
  uint32_t last = vowels.ptr[vowels.len - 1];
  demo_lying_letters_list_vowel_free(&vowels);
  return last;
}
"""


def test_what_a_host_would_check_is_checked(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "lying.wit").write_text(LYING, encoding="utf-8")
    parts = []
    for name, source in (("believer", BELIEVER), ("liar", LIAR)):
        (tmp_path / f"{name}.c").write_text(source, encoding="utf-8")
        parts.append(compiled(tmp_path, name, tmp_path / "lying.wit", name, tmp_path / f"{name}.c", wasm()))
    made = tmp_path / "fused.wasm"
    assert fuse(parts, made) == 0
    for call in ("letter()", "vowels()"):
        capfd.readouterr()
        assert run(["run", str(made), f"--invoke={call}"]) != 0
        assert "unreachable" in capfd.readouterr().err


SHOWN = """\
package demo:shown;
interface kinds { record pair { a: u32, b: u32 } make: func(n: u32) -> pair; }
interface show { use kinds.{pair}; swapped: func(n: u32) -> pair; }
world maker { export kinds; }
world shower { import kinds; export show; }
"""
MAKES = """\
#include "maker.h"
void exports_demo_shown_kinds_make(uint32_t n, exports_demo_shown_kinds_pair_t *ret) { ret->a = n, ret->b = n + 1; }
"""
SHOWS = """\
#include "shower.h"
void exports_demo_shown_show_swapped(uint32_t n, exports_demo_shown_show_pair_t *ret) {
  demo_shown_kinds_pair_t made;
  demo_shown_kinds_make(n, &made);
  ret->a = made.b, ret->b = made.a;
}
"""


def test_types_of_a_provider_inside_leave_no_import(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The whole's world has the interface for its types; nothing of it is called outside."""
    (tmp_path / "shown.wit").write_text(SHOWN, encoding="utf-8")
    parts = []
    for name, source in (("shower", SHOWS), ("maker", MAKES)):
        (tmp_path / f"{name}.c").write_text(source, encoding="utf-8")
        parts.append(compiled(tmp_path, name, tmp_path / "shown.wit", name, tmp_path / f"{name}.c", wasm()))
    made, beside = tmp_path / "fused.wasm", tmp_path / "beside"
    assert fuse(parts, made, "--name", "whole", "--whole", str(beside)) == 0
    assert world_file.read(beside / "whole.fused.json").imports == ()
    assert said(capfd, made, "demo:shown/show#swapped(3)") == ["{a: 4, b: 3}"]


MIXED = """\
package demo:mixed;
interface names { greet: func(name: string, more: list<string>) -> list<string>; }
interface voice { shout: func(text: string) -> string; }
world app { import names; export run: func(name: string) -> list<string>; }
world greeter { import voice; export names; }
world crier { export voice; }
"""
APP = """\
#include "app.h"
void exports_app_run(app_string_t *name, app_list_string_t *ret) {
  app_string_t more[2];
  app_string_set(&more[0], "é😀");
  app_string_set(&more[1], "");
  app_list_string_t list = {more, 2};
  demo_mixed_names_greet(name, &list, ret);
  app_string_free(name);
}
"""
GREETER = """\
#include "greeter.h"
#include <stdlib.h>
void exports_demo_mixed_names_greet(greeter_string_t *name, greeter_list_string_t *more, greeter_list_string_t *ret) {
  ret->len = more->len + 1;
  ret->ptr = malloc(ret->len * sizeof *ret->ptr);
  demo_mixed_voice_shout(name, &ret->ptr[0]);
  for (size_t i = 0; i < more->len; i++)
    greeter_string_dup_n(&ret->ptr[i + 1], (const char16_t *)more->ptr[i].ptr, more->ptr[i].len);
  greeter_string_free(name);
  greeter_list_string_free(more);
}
"""
CRIER = """\
#include "crier.h"
#include <stdlib.h>
void exports_demo_mixed_voice_shout(crier_string_t *text, crier_string_t *ret) {
  *ret = *text;
  ret->ptr = realloc(ret->ptr, ++ret->len);
  ret->ptr[ret->len - 1] = '!';
}
"""


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Compiled]:
    """Components of which the second has its strings in UTF-16."""
    folder = tmp_path_factory.mktemp("mixed")
    (folder / "mixed.wit").write_text(MIXED, encoding="utf-8")
    made = {}
    for name, source, encoding in (("app", APP, "utf8"), ("greeter", GREETER, "utf16"), ("crier", CRIER, "utf8")):
        (folder / f"{name}.c").write_text(source, encoding="utf-8")
        bindgen = ("--string-encoding", encoding)
        made[name] = compiled(folder, name, folder / "mixed.wit", name, folder / f"{name}.c", wasm(), bindgen=bindgen)
    return made


@pytest.mark.parametrize("inside", [("app", "greeter"), ("app", "greeter", "crier")])
def test_strings_of_two_encodings(
    inside: Sequence[str], mixed: dict[str, Compiled], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """They are UTF-8 between components, and where an import stays open."""
    made, crier, whole = (tmp_path / f"{name}.wasm" for name in ("fused", "crier", "whole"))
    assert fuse([mixed[name] for name in inside], made) == 0
    if "crier" not in inside:
        assert fuse([mixed["crier"]], crier) == 0
        assert run(["compose", f"app={made}", f"crier={crier}", "-o", str(whole)]) == 0
        made = whole
    assert said(capfd, made, 'run("na\u00efve \U0001f600")') == ['["na\u00efve \U0001f600!", "\u00e9\U0001f600", ""]']


def test_an_outer_component_has_the_others_encoding(
    mixed: dict[str, Compiled], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    made = tmp_path / "fused.wasm"
    capfd.readouterr()
    assert fuse([mixed["greeter"], mixed["crier"]], made) == 3
    assert "`greeter` exports `demo:mixed/names#greet` with strings in UTF-16, and others" in capfd.readouterr().err
    assert not made.exists()


def test_archives(chain: dict[str, Compiled], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    one, made = chain["one"], tmp_path / "fused.wasm"
    library = archive(tmp_path / "libone.a", *one.files, command=archiver(wasm_compiler("c")))
    assert fuse([chain["user"], Compiled("one", (library,), one.folder)], made) == 0
    assert said(capfd, made, 'run("x")') == ['"one(x) one(x)"']
