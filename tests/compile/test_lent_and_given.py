"""One handle lent and given in the same call, in C, C++ and Rust: the user ends what was given and looks at what was
lent, so that a call that gets through reads an object that is gone.

The peer is C by hand, so it can do with handles what generated code never does.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from test_generated_rust import compile_runtime

import symbuild
from symbuild.cli import run

pytestmark = pytest.mark.skipif(not (shutil.which("g++") and shutil.which("gcc")), reason="needs g++ and gcc")

INCLUDE = Path(symbuild.__file__).parent / "runtime" / "include"
WIT = """
package t:l;

interface i {
  resource r {
    constructor(n: u32);
    eat: func(other: r) -> u32;
  }
  record pair { lent: borrow<r>, given: option<r> }
  one: func(x: borrow<r>, y: r) -> u32;
  maybe: func(y: option<r>, x: option<borrow<r>>) -> u32;
  both: func(p: pair, note: string) -> u32;
  lists: func(xs: list<borrow<r>>, ys: list<r>) -> u32;
  deep: func(all: list<pair>, rest: result<r, list<borrow<r>>>) -> u32;
  many: func(x: borrow<r>, a: list<u64, 8>, b: list<u64, 8>, y: r) -> u32;
  twice: func(x: borrow<r>, y: r, z: r) -> u32;
}

world w {
  export i;
}
"""
C = """
#include "w.h"
#define NAME(x) exports_t_l_i_##x
struct NAME(r_t) { uint32_t n; };
typedef NAME(borrow_r_t) lent;
typedef NAME(own_r_t) given;

given NAME(constructor_r)(uint32_t n) {
  NAME(r_t) *made = malloc(sizeof *made);
  made->n = n;
  return NAME(r_new)(made);
}
void NAME(r_destructor)(NAME(r_t) *rep) { free(rep); }
static uint32_t ended(given y) {
  uint32_t n = NAME(r_rep)(y)->n;
  NAME(r_drop_own)(y);
  return 10 * n;
}
uint32_t NAME(method_r_eat)(lent self, given other) { return ended(other) + self->n; }
uint32_t NAME(one)(lent x, given y) { return ended(y) + x->n; }
uint32_t NAME(maybe)(given *y, lent *x) { return (y ? ended(*y) : 0) + (x ? (*x)->n : 0); }
uint32_t NAME(both)(NAME(pair_t) *p, w_string_t *note) {
  w_string_free(note);
  return (p->given.is_some ? ended(p->given.val) : 0) + p->lent->n;
}
uint32_t NAME(lists)(NAME(list_borrow_r_t) *xs, NAME(list_own_r_t) *ys) {
  uint32_t sum = 0;
  for (size_t i = 0; i < ys->len; i++) sum += ended(ys->ptr[i]);
  for (size_t i = 0; i < xs->len; i++) sum += xs->ptr[i]->n;
  NAME(list_borrow_r_free)(xs);
  NAME(list_own_r_free)(ys);
  return sum;
}
uint32_t NAME(deep)(NAME(list_pair_t) *all, NAME(result_own_r_list_borrow_r_t) *rest) {
  uint32_t sum = rest->is_err ? 0 : ended(rest->val.ok);
  for (size_t i = 0; i < all->len; i++) sum += all->ptr[i].given.is_some ? ended(all->ptr[i].given.val) : 0;
  for (size_t i = 0; i < all->len; i++) sum += all->ptr[i].lent->n;
  for (size_t i = 0; rest->is_err && i < rest->val.err.len; i++) sum += rest->val.err.ptr[i]->n;
  NAME(list_pair_free)(all);
  NAME(result_own_r_list_borrow_r_free)(rest);
  return sum;
}
uint32_t NAME(many)(lent x, w_list8_u64_t *a, w_list8_u64_t *b, given y) {
  return ended(y) + x->n + (uint32_t)(a->items[0] + b->items[7]);
}
uint32_t NAME(twice)(lent x, given y, given z) { return ended(y) + ended(z) + x->n; }
"""
CLASS = """
#pragma once
#include "wit.h"

namespace exports::t::l::i {

class R : public wit::ResourceExportBase<R> {
public:
  uint32_t n;

  static void Dtor(R *self) { delete self; }
  R(uint32_t n) : n(n) {}
  static Owned New(uint32_t n) { return Owned(new R(n)); }
  uint32_t Eat(Owned other);
  static handle_t ResourceNew(R *self);
  static R *ResourceRep(handle_t id);
  static void ResourceDrop(handle_t id);
};

} // namespace exports::t::l::i
"""
CPP = """
#include "w_cpp.h"

namespace exports::t::l::i {

using Lent = std::reference_wrapper<const R>;

static uint32_t ended(R::Owned y) { return 10 * y->n; }
static uint32_t ended(std::optional<R::Owned> y) { return y ? ended(std::move(*y)) : 0; }
static uint32_t seen(const wit::vector<Lent> &xs) {
  uint32_t sum = 0;
  for (const Lent &x : xs.get_const_view()) sum += x.get().n;
  return sum;
}
uint32_t R::Eat(Owned other) {
  uint32_t sum = ended(std::move(other));
  return sum + n;
}
uint32_t One(Lent x, R::Owned y) {
  uint32_t sum = ended(std::move(y));
  return sum + x.get().n;
}
uint32_t Maybe(std::optional<R::Owned> y, std::optional<Lent> x) {
  uint32_t sum = ended(std::move(y));
  return sum + (x ? x->get().n : 0);
}
uint32_t Both(Pair p, wit::string) { return Maybe(std::move(p.given), p.lent); }
uint32_t Lists(wit::vector<Lent> xs, wit::vector<R::Owned> ys) {
  uint32_t sum = 0;
  for (R::Owned &y : ys.get_view()) sum += ended(std::move(y));
  return sum + seen(xs);
}
uint32_t Deep(wit::vector<Pair> all, std::expected<R::Owned, wit::vector<Lent>> rest) {
  uint32_t sum = rest ? ended(std::move(*rest)) : 0;
  for (Pair &p : all.get_view()) sum += ended(std::move(p.given));
  for (Pair &p : all.get_view()) sum += p.lent.get().n;
  return sum + (rest ? 0 : seen(rest.error()));
}
uint32_t Many(Lent x, std::array<uint64_t, 8> a, std::array<uint64_t, 8> b, R::Owned y) {
  return One(x, std::move(y)) + static_cast<uint32_t>(a[0] + b[7]);
}
uint32_t Twice(Lent x, R::Owned y, R::Owned z) {
  uint32_t sum = ended(std::move(y)) + ended(std::move(z));
  return sum + x.get().n;
}

} // namespace exports::t::l::i
"""
RUST = """
include!(env!("BINDINGS"));

use exports::t::l::i::{Guest, GuestR, Pair, RBorrow, R};

struct Component;

export!(Component);

struct Number(u32);

fn ended(y: R) -> u32 {
    10 * y.get::<Number>().0
}

fn seen(x: &RBorrow<'_>) -> u32 {
    x.get::<Number>().0
}

impl GuestR for Number {
    fn new(n: u32) -> Self {
        Self(n)
    }

    fn eat(&self, other: R) -> u32 {
        ended(other) + self.0
    }
}

impl Guest for Component {
    type R = Number;

    fn one(x: RBorrow<'_>, y: R) -> u32 {
        ended(y) + seen(&x)
    }

    fn maybe(y: Option<R>, x: Option<RBorrow<'_>>) -> u32 {
        y.map_or(0, ended) + x.as_ref().map_or(0, seen)
    }

    fn both(p: Pair<'_>, _note: String) -> u32 {
        p.given.map_or(0, ended) + seen(&p.lent)
    }

    fn lists(xs: Vec<RBorrow<'_>>, ys: Vec<R>) -> u32 {
        ys.into_iter().map(ended).sum::<u32>() + xs.iter().map(seen).sum::<u32>()
    }

    fn deep(all: Vec<Pair<'_>>, rest: Result<R, Vec<RBorrow<'_>>>) -> u32 {
        let (lent, given): (Vec<_>, Vec<_>) = all.into_iter().map(|p| (p.lent, p.given)).unzip();
        let sum = given.into_iter().flatten().map(ended).sum::<u32>() + lent.iter().map(seen).sum::<u32>();
        sum + rest.map_or_else(|xs| xs.iter().map(seen).sum(), ended)
    }

    fn many(x: RBorrow<'_>, a: [u64; 8], b: [u64; 8], y: R) -> u32 {
        ended(y) + seen(&x) + (a[0] + b[7]) as u32
    }

    fn twice(x: RBorrow<'_>, y: R, z: R) -> u32 {
        ended(y) + ended(z) + seen(&x)
    }
}
"""
PEER = """
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

typedef uint8_t *handle;
typedef struct { handle lent; int32_t tag; handle given; } pair;
typedef struct { handle x; _Alignas(8) uint64_t numbers[16]; handle y; } arguments;

extern handle tX3AlX2FiX00X5BconstructorX5Dr(int32_t);
extern void tX3AlX2FiX00X5Bresource_dropX5Dr(handle);
extern int32_t tX3AlX2FiX00X5BmethodX5DrX2Eeat(handle, handle);
extern int32_t tX3AlX2FiX00one(handle, handle);
extern int32_t tX3AlX2FiX00maybe(int32_t, handle, int32_t, handle);
extern int32_t tX3AlX2FiX00both(handle, int32_t, handle, uint8_t *, size_t);
extern int32_t tX3AlX2FiX00lists(handle *, size_t, handle *, size_t);
extern int32_t tX3AlX2FiX00deep(pair *, size_t, int32_t, void *, size_t);
extern int32_t tX3AlX2FiX00many(arguments *);
extern int32_t tX3AlX2FiX00twice(handle, handle, handle);

#define eat tX3AlX2FiX00X5BmethodX5DrX2Eeat
#define one tX3AlX2FiX00one
#define maybe tX3AlX2FiX00maybe
#define both tX3AlX2FiX00both
#define lists tX3AlX2FiX00lists
#define deep tX3AlX2FiX00deep
#define many tX3AlX2FiX00many
#define twice tX3AlX2FiX00twice

int main(int argc, char **argv) {
  (void)argc;
  handle a = tX3AlX2FiX00X5BconstructorX5Dr(1), b = tX3AlX2FiX00X5BconstructorX5Dr(2);
  handle c = tX3AlX2FiX00X5BconstructorX5Dr(3), d = tX3AlX2FiX00X5BconstructorX5Dr(4);
  (void)b, (void)c, (void)d;
  uint8_t *text = (uint8_t *)"text";
  (void)text;
  switch (atoi(argv[1])) {
ACTS
  }
  tX3AlX2FiX00X5Bresource_dropX5Dr(a);
  return 0;
}
"""
# `a` is lent, others are given: nothing is wrong with that, and a handle may be lent twice.
FINE = (
    "assert(eat(a, b) == 21)",
    "assert(one(a, b) == 21)",
    "assert(maybe(1, b, 1, a) == 21); assert(maybe(0, a, 1, a) == 1); assert(maybe(1, c, 0, c) == 30)",
    "assert(both(a, 1, b, text, 4) == 21); assert(both(a, 0, a, text, 4) == 1)",
    "assert(lists((handle[]){a, a}, 2, (handle[]){b, c}, 2) == 52); assert(lists(NULL, 0, NULL, 0) == 0)",
    "assert(deep((pair[]){{a, 1, b}, {a, 0, a}}, 2, 0, c, 0) == 52)",
    "assert(deep((pair[]){{a, 1, b}}, 1, 1, (handle[]){a, d}, 2) == 26)",
    "arguments all = {a, {100, [15] = 1000}, b}; assert(many(&all) == 1121)",
    "assert(twice(a, b, c) == 51)",
)
# What a peer does -> the place that is named.
WRONG = {
    "eat(a, a)": "[method]r.eat: parameter self",
    "one(a, a)": "one: parameter x",
    "maybe(1, a, 1, a)": "maybe: parameter x",
    "both(a, 1, a, text, 4)": "both: parameter p",
    "lists((handle[]){b, a}, 2, (handle[]){c, a}, 2)": "lists: parameter xs",
    "deep((pair[]){{a, 1, a}}, 1, 0, b, 0)": "deep: parameter all",
    "deep((pair[]){{a, 0, NULL}, {b, 1, c}, {d, 1, a}}, 3, 1, &a, 0)": "deep: parameter all",
    "deep((pair[]){{a, 0, NULL}}, 1, 0, a, 0)": "deep: parameter all",
    "deep((pair[]){{b, 1, a}}, 1, 1, (handle[]){c, a}, 2)": "deep: parameter rest",
    "arguments all = {a, {0}, a}; many(&all)": "many: parameter x",
    "twice(a, b, b)": "twice: parameter z",
    "lists(&a, 1, (handle[]){b, b}, 2)": "lists: parameter ys",
}
# Objects that a case does not use stay, and their boxes for good.
LEAKS = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}
SANITIZED = ["-g", "-fsanitize=address,undefined", "-fno-sanitize-recover"]


def done(folder: Path, *command: object, env: dict[str, str] | None = None) -> None:
    made = subprocess.run(list(map(str, command)), cwd=folder, capture_output=True, text=True, check=False, env=env)
    assert made.returncode == 0, made.stderr


def bindgen(folder: Path, language: str) -> None:
    (folder / "l.wit").write_text(WIT, encoding="utf-8")
    assert run(["bindgen", language, str(folder / "l.wit"), "--out-dir", str(folder), "--no-runtime"]) == 0


def made_of_c(folder: Path) -> list[str]:
    bindgen(folder, "c")
    (folder / "user.c").write_text(C, encoding="utf-8")
    warnings = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
    done(folder, "gcc", "-std=c11", *warnings, *SANITIZED, "-I", INCLUDE, "-c", "user.c", "w.c")
    return ["user.o", "w.o", *SANITIZED]


def made_of_cpp(folder: Path) -> list[str]:
    bindgen(folder, "cpp")
    (folder / "exports-t-l-i-R.h").write_text(CLASS, encoding="utf-8")
    (folder / "user.cpp").write_text(CPP, encoding="utf-8")
    warnings = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
    done(folder, "g++", "-std=c++23", *warnings, *SANITIZED, "-I", INCLUDE, "-c", "user.cpp", "w.cpp")
    return ["user.o", "w.o", *SANITIZED, "-lstdc++"]


def made_of_rust(folder: Path) -> list[str]:
    bindgen(folder, "rust")
    (folder / "user.rs").write_text(RUST, encoding="utf-8")
    rlib = compile_runtime(folder, "rustc")
    kind = ["--edition=2021", "-Dwarnings", "--crate-type=staticlib"]
    bindings = {**os.environ, "BINDINGS": str(folder / "w.rs")}
    done(folder, "rustc", *kind, f"--extern=wit_bindgen={rlib}", "user.rs", "-o", "user.a", env=bindings)
    return ["user.a", "-lgcc_s", "-lpthread", "-ldl"]


MAKERS = [
    pytest.param(made_of_c, id="c"),
    pytest.param(made_of_cpp, id="cpp"),
    pytest.param(made_of_rust, id="rust", marks=pytest.mark.skipif(not shutil.which("rustc"), reason="needs rustc")),
]


@pytest.fixture(scope="module", params=MAKERS)
def program(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A peer that does one thing with a component."""
    folder = tmp_path_factory.mktemp("lent")
    make: Callable[[Path], list[str]] = request.param
    objects = make(folder)
    acts = "\n".join(f"  case {i}: {{ {what}; break; }}" for i, what in enumerate([*FINE, *WRONG]))
    (folder / "peer.c").write_text(PEER.replace("ACTS", acts), encoding="utf-8")
    done(folder, "gcc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-c", "peer.c")
    done(folder, "gcc", "peer.o", *objects, "-o", "peer")
    return folder / "peer"


@pytest.mark.parametrize("what", range(len(FINE)))
def test_handles_of_one_resource_are_lent_beside_others_that_are_given(program: Path, what: int) -> None:
    ran = subprocess.run([program, str(what)], capture_output=True, text=True, check=False, timeout=60, env=LEAKS)
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize("what", WRONG)
def test_a_handle_is_not_lent_and_given_in_one_call(program: Path, what: str) -> None:
    number = len(FINE) + list(WRONG).index(what)
    ran = subprocess.run([program, str(number)], capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == -6
    assert ran.stderr == f"trap: t:l/i#{WRONG[what]}: handle that the same call gives away\n"
