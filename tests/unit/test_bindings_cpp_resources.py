"""Resources in C++: what a user's class may spell, how long objects live, and what a hostile peer runs into.

The peer is C by hand, so it can do with handles what generated code never does.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import symbuild
from symbuild.cli import run

pytestmark = pytest.mark.skipif(not (shutil.which("g++") and shutil.which("gcc")), reason="needs g++ and gcc")

INCLUDE = Path(symbuild.__file__).parent / "runtime" / "include"
WIT = """
package n:p;

interface i {
  resource r {
    constructor(n: u32);
    n: func() -> u32;
    end-in-dtor: func(other: r);
    same: static func(a: r) -> r;
  }
  record pair { a: r, b: r }
  keep: func(a: r);
  both: func(p: pair);
  look: func(a: borrow<r>) -> u32;
  looks: func(l: list<borrow<r>>) -> u32;
  forget: func();
  broken: func() -> r;
  moved-from: func() -> r;
}

world test {
  export i;
}
"""
CLASS = """
#pragma once
#include "wit.h"

namespace exports::n::p::i {

class R : BASES wit::ResourceExportBase<R> {
  uint32_t n;

public:
  static int alive;
  Owned other;

  static void Dtor(R *self) { delete self; }
  R(uint32_t n) : n(n) { ++alive; }
  ~R() { --alive; }
  static Owned New(uint32_t n) { return Owned(new R(n)); }
  uint32_t N() const { return n; }
  void EndInDtor(Owned other) { this->other = std::move(other); }
  static Owned Same(Owned a) {
    // What the class spells is enough to find the object, as long as it lives.
    assert(ResourceRep(HANDLE(a->get_handle())) == a.get());
    return a;
  }
  static HANDLE ResourceNew(R *self);
  static R *ResourceRep(HANDLE id);
  static void ResourceDrop(HANDLE id);
};

} // namespace exports::n::p::i
"""
SOURCE = """
#include "test_cpp.h"

namespace exports::n::p::i {

int R::alive = 0;
static R::Owned kept;

void Keep(R::Owned a) { kept = std::move(a); }
void Both(Pair) {}
uint32_t Look(std::reference_wrapper<const R> a) { return a.get().N(); }
uint32_t Looks(wit::vector<std::reference_wrapper<const R>> l) {
  uint32_t sum = 0;
  for (const R &a : l.get_view()) sum += a.N();
  return sum;
}
void Forget() { kept = nullptr; }
R::Owned Broken() {
  delete R::New(1).release();
  R::Owned made = R::New(2);
  R::Owned given = std::move(made);
  return given;
}
R::Owned MovedFrom() {
  R::Owned made = R::New(2);
  kept = std::move(made);
  return made;
}

} // namespace exports::n::p::i

extern "C" int alive(void) { return exports::n::p::i::R::alive; }
"""
PEER = """
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "symbuild.h"

extern int alive(void);
extern uint8_t *nX3ApX2FiX00X5BconstructorX5Dr(int32_t);
extern int32_t nX3ApX2FiX00X5BmethodX5DrX2En(uint8_t *);
extern void nX3ApX2FiX00X5BmethodX5DrX2Eend_in_dtor(uint8_t *, uint8_t *);
extern uint8_t *nX3ApX2FiX00X5BstaticX5DrX2Esame(uint8_t *);
extern void nX3ApX2FiX00X5Bresource_dropX5Dr(uint8_t *);
extern void nX3ApX2FiX00keep(uint8_t *);
extern void nX3ApX2FiX00both(uint8_t *, uint8_t *);
extern int32_t nX3ApX2FiX00look(uint8_t *);
extern int32_t nX3ApX2FiX00looks(uint8_t **, size_t);
extern void nX3ApX2FiX00forget(void);
extern uint8_t *nX3ApX2FiX00broken(void);
extern uint8_t *nX3ApX2FiX00moved_from(void);

#define make nX3ApX2FiX00X5BconstructorX5Dr
#define n_of nX3ApX2FiX00X5BmethodX5DrX2En
#define nest nX3ApX2FiX00X5BmethodX5DrX2Eend_in_dtor
#define same nX3ApX2FiX00X5BstaticX5DrX2Esame
#define end nX3ApX2FiX00X5Bresource_dropX5Dr
#define keep nX3ApX2FiX00keep
#define both nX3ApX2FiX00both
#define look nX3ApX2FiX00look
#define looks nX3ApX2FiX00looks
#define forget nX3ApX2FiX00forget
#define broken nX3ApX2FiX00broken
#define moved_from nX3ApX2FiX00moved_from

/* Another maker of the same interface's resources, with a table like the component's. */
static struct { sb_operations head; int32_t (*n)(uint8_t *); void (*nest)(uint8_t *, uint8_t *); } table;
static sb_box others = {&table.head, NULL, NULL, 0};
static int dropped;
static int32_t other_n(uint8_t *self) { return self == (uint8_t *)&others ? 77 : -1; }
static void other_nest(uint8_t *self, uint8_t *other) { (void)self, end(other); }
static void other_drop(uint8_t *self) { dropped += self == (uint8_t *)&others; }

static uint8_t *foreign(void) {
  uint8_t *own = make(1);
  const sb_operations *mine = ((sb_box *)own)->operations;
  assert(mine->size == sizeof table && strcmp(mine->component, "test") == 0);
  memcpy(&table, mine, sizeof table);
  end(own);
  table.head.component = "other";
  table.head.drop = other_drop;
  table.n = other_n;
  table.nest = other_nest;
  return (uint8_t *)&others;
}

int main(int argc, char **argv) {
  (void)argc;
  switch (atoi(argv[1])) {
ACTS
  }
  return 0;
}
"""


LIVES = {
    "made and dropped": "uint8_t *a = make(5); assert(n_of(a) == 5 && alive() == 1); end(a); assert(alive() == 0)",
    "there and back": "uint8_t *a = make(5); assert(same(a) == a && same(a) == a && look(a) == 5); end(a)",
    "kept": "keep(make(1)); assert(alive() == 1); keep(make(2)); assert(alive() == 1); forget(); assert(alive() == 0)",
    "in a destructor": "uint8_t *a = make(1); nest(a, make(2)); assert(alive() == 2); end(a); assert(alive() == 0)",
    "in a list": "uint8_t *l[] = {make(1), make(2)}; assert(looks(l, 2) == 3); end(l[1]); end(l[0])",
    "deleted by its maker": "end(broken()); assert(alive() == 0)",
    "many": "uint8_t *all[500]; for (int k = 0; k < 3; k++) { for (int i = 0; i < 500; i++) all[i] = same(make(i));"
    " for (int i = 0; i < 500; i++) { assert(n_of(all[i]) == i); end(all[i]); } } assert(alive() == 0)",
    "another maker's method": "assert(n_of(foreign()) == 77)",
    "another maker's method takes an own": "uint8_t *a = make(1); nest(foreign(), a); assert(alive() == 0)",
    "another maker's drop": "end(foreign()); assert(dropped == 1)",
}
DROPPED = "handle of a resource that was dropped"
# What a peer does -> what is said of it.
TRAPS = {
    "n_of(NULL)": "n:p/i#[method]r.n: null handle",
    "end(NULL)": "n:p/i#[resource-drop]r: null handle",
    "look(NULL)": "n:p/i#look: parameter a: null handle",
    "keep(NULL)": "n:p/i#keep: parameter a: null handle",
    "uint8_t *a = make(1); end(a); n_of(a)": f"n:p/i#[method]r.n: {DROPPED}",
    "uint8_t *a = make(1); end(a); end(a)": f"n:p/i#[resource-drop]r: {DROPPED}",
    "uint8_t *a = make(1); end(a); keep(a)": f"n:p/i#keep: parameter a: {DROPPED}",
    "uint8_t *a = make(1); keep(a); n_of(a)": f"n:p/i#[method]r.n: {DROPPED}",
    "uint8_t *a = make(1); keep(a); keep(a)": f"n:p/i#keep: parameter a: {DROPPED}",
    "uint8_t *a = make(1); both(a, a)": f"n:p/i#both: parameter p: {DROPPED}",
    "uint8_t *l[] = {make(1), NULL}; looks(l, 2)": "n:p/i#looks: parameter l: null handle",
    "look(foreign())": "n:p/i#look: parameter a: handle made by `other`, given to `test`",
    "keep(foreign())": "n:p/i#keep: parameter a: handle made by `other`, given to `test`",
    "uint8_t *a = foreign(); table.head.size++; n_of(a)": "n:p/i#[method]r.n: handle made by `other`, given to `test`",
    "uint8_t *a = foreign(); table.head.interface_hash[9] ^= 1; end(a)": (
        "n:p/i#[resource-drop]r: handle made by `other`, given to `test`"
    ),
    "moved_from()": "wit::ResourceExportBase::Owned: given away, and holds nothing",
}


@pytest.fixture(scope="module", params=["int32_t", "uintptr_t", "uint8_t *", "wit::handle_t"])
def component(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the component's objects; the class spells handles in one of the ways that are open to it."""
    folder = tmp_path_factory.mktemp("component")
    (folder / "n.wit").write_text(WIT, encoding="utf-8")
    assert run(["bindgen", "cpp", str(folder / "n.wit"), "--out-dir", str(folder), "--no-runtime"]) == 0
    # Of several bases, the one that handles know need not be the first.
    bases = "private wit::string, public" if request.param == "uintptr_t" else "public"
    text = CLASS.replace("BASES", bases)
    if request.param == "uint8_t *":
        text = text.replace("HANDLE(a->get_handle())", "reinterpret_cast<HANDLE>(a->get_handle())")
    text = text.replace("HANDLE", request.param)
    (folder / "exports-n-p-i-R.h").write_text(text, encoding="utf-8")
    (folder / "user.cpp").write_text(SOURCE, encoding="utf-8")
    flags = ["-std=c++20", "-g", "-Wall", "-Wextra", "-Werror", "-fsanitize=address,undefined", "-fno-sanitize-recover"]
    for source in ("test.cpp", "user.cpp"):
        compile_to(folder, ["g++", *flags, "-c", source, "-o", f"{source}.o"])
    acts = "\n".join(f"  case {i}: {{ {what}; break; }}" for i, what in enumerate([*LIVES.values(), *TRAPS]))
    (folder / "peer.c").write_text(PEER.replace("ACTS", acts), encoding="utf-8")
    compile_to(folder, ["gcc", "-g", "-Wall", "-Wno-unused", "-Werror", "-c", "peer.c", "-o", "peer.o"])
    objects = ["peer.o", "test.cpp.o", "user.cpp.o"]
    compile_to(folder, ["g++", "-fsanitize=address,undefined", *objects, "-o", "peer"])
    return folder


def compile_to(folder: Path, command: list[str]) -> None:
    done = subprocess.run(
        [*command, "-I", str(INCLUDE), "-I", "."], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def act(component: Path, number: int) -> subprocess.CompletedProcess[str]:
    """Run the peer, which does one thing."""
    return subprocess.run([component / "peer", str(number)], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("what", LIVES)
def test_objects_live_as_long_as_their_handles(component: Path, what: str) -> None:
    done = act(component, list(LIVES).index(what))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("what", TRAPS)
def test_a_peer_that_misuses_handles_ends_in_a_trap(component: Path, what: str) -> None:
    done = act(component, len(LIVES) + list(TRAPS).index(what))
    assert done.returncode < 0
    assert f"trap: {TRAPS[what]}\n" in done.stderr
    assert "Sanitizer" not in done.stderr
