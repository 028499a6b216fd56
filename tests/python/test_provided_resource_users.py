"""Components in C, C++ and Rust use Python's objects as resources: alike natively and on wasm, and not as they like."""

from __future__ import annotations

import shutil
import subprocess
import sys
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from built import build

import symbuild
from python import build_package, imported
from python.wasm_package import build_wasm_package, imported_anew
from symbuild.cli import run

WIT = """\
package t:users;
interface store {
  resource bucket {
    constructor(name: string);
    name: func() -> string;
    first: static func(a: bucket, b: borrow<bucket>) -> result<bucket, string>;
  }
}
interface shelf {
  use store.{bucket};
  record box { label: string, of: bucket }
  pack: func(it: bucket) -> box;
  count: func(all: list<borrow<bucket>>) -> u32;
}
interface work {
  use store.{bucket};
  named: func(name: string) -> string;
  ask: func(of: borrow<bucket>) -> string;
  pack: func(it: bucket) -> bucket;
  first: func(a: bucket, b: borrow<bucket>) -> result<bucket, string>;
  count: func(all: list<borrow<bucket>>) -> u32;
  keep: func(it: bucket);
  forget: func();
  elsewhere: func(it: bucket);
  wrong: func(how: u32, it: borrow<bucket>);
}
world user { import store; import shelf; export work; }
"""
PROVIDED = ("--provide", "t:users/store", "--provide", "t:users/shelf", "--release-gil", "t:users/work#elsewhere")
IN_C = r"""
#include "user.h"
#include <stdlib.h>
#ifndef __wasm__
#include <pthread.h>
#endif
typedef t_users_store_own_bucket_t own;
typedef t_users_store_borrow_bucket_t lent;
static own held;
static bool holds;
void exports_t_users_work_named(user_string_t *name, user_string_t *ret) {
  own made = t_users_store_constructor_bucket(name);
  t_users_store_method_bucket_name(t_users_store_borrow_bucket(made), ret);
  t_users_store_bucket_drop_own(made);
  user_string_free(name);
}
void exports_t_users_work_ask(lent of, user_string_t *ret) {
  t_users_store_method_bucket_name(of, ret);
  t_users_store_bucket_drop_borrow(of);
}
own exports_t_users_work_pack(own it) {
  t_users_shelf_box_t box;
  t_users_shelf_pack(it, &box);
  if (box.label.len != 5) abort();
  user_string_free(&box.label);
  return box.of;
}
bool exports_t_users_work_first(own a, lent b, own *ret, user_string_t *err) {
  bool found = t_users_store_static_bucket_first(a, b, ret, err);
  t_users_store_bucket_drop_borrow(b);
  return found;
}
uint32_t exports_t_users_work_count(exports_t_users_work_list_borrow_bucket_t *all) {
  t_users_shelf_list_borrow_bucket_t passed = {all->ptr, all->len};
  uint32_t found = t_users_shelf_count(&passed);
  for (size_t i = 0; i < all->len; i++) t_users_store_bucket_drop_borrow(all->ptr[i]);
  exports_t_users_work_list_borrow_bucket_free(all);
  return found;
}
void exports_t_users_work_keep(own it) {
  held = it;
  holds = true;
}
void exports_t_users_work_forget(void) {
  const bool held_one = holds;
  holds = false; /* what ends may call here */
  if (held_one) t_users_store_bucket_drop_own(held);
}
#ifdef __wasm__
void exports_t_users_work_elsewhere(own it) { t_users_store_bucket_drop_own(it); }
#else
static void *end(void *it) {
  t_users_store_bucket_drop_own(*(own *)it);
  return NULL;
}
void exports_t_users_work_elsewhere(own it) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, end, &it) != 0) abort();
  pthread_join(thread, NULL);
}
#endif
void exports_t_users_work_wrong(uint32_t how, lent it) {
  own given = {it.__handle}, found;
  user_string_t err;
  /* It drops what is lent, gives that away, or lends and gives one handle. */
  if (how == 0) t_users_store_bucket_drop_own(given);
  else if (how == 1) t_users_store_static_bucket_first(given, it, &found, &err);
  else t_users_store_static_bucket_first(held, t_users_store_borrow_bucket(held), &found, &err);
}
"""
IN_CPP = r"""
#include "user_cpp.h"
#include <optional>
#include <utility>
#ifndef __wasm__
#include <thread>
#endif
namespace store = ::t::users::store;
namespace shelf = ::t::users::shelf;
namespace work = ::exports::t::users::work;
using Lent = std::reference_wrapper<const store::Bucket>;
static std::optional<store::Bucket> held;
wit::string work::Named(wit::string name) { return store::Bucket(name.get_view()).Name(); }
wit::string work::Ask(Lent of) { return of.get().Name(); }
store::Bucket &&work::Pack(store::Bucket &&it) {
  it = shelf::Pack(std::move(it)).of;
  return std::move(it);
}
std::expected<store::Bucket, wit::string> work::First(store::Bucket &&a, Lent b) {
  return store::Bucket::First(std::move(a), b);
}
uint32_t work::Count(wit::vector<Lent> all) { return shelf::Count(all.get_view()); }
void work::Keep(store::Bucket &&it) { held.emplace(std::move(it)); }
void work::Forget() { held.reset(); }
#ifdef __wasm__
void work::Elsewhere(store::Bucket &&it) { store::Bucket taken(std::move(it)); }
#else
void work::Elsewhere(store::Bucket &&it) {
  std::thread([taken = std::move(it)]() mutable { store::Bucket last(std::move(taken)); }).join();
}
#endif
void work::Wrong(uint32_t, Lent) {}
"""
IN_RUST = r"""
#[allow(warnings)]
mod bindings {
    include!(env!("BINDINGS"));
}
use bindings::exports::t::users::work::Guest;
use bindings::t::users::{shelf, store::Bucket};
use std::sync::Mutex;

static HELD: Mutex<Option<Bucket>> = Mutex::new(None);
struct User;
impl Guest for User {
    fn named(name: String) -> String { Bucket::new(&name).name() }
    fn ask(of: &Bucket) -> String { of.name() }
    fn pack(it: Bucket) -> Bucket { shelf::pack(it).of }
    fn first(a: Bucket, b: &Bucket) -> Result<Bucket, String> { Bucket::first(a, b) }
    fn count(all: Vec<&Bucket>) -> u32 { shelf::count(&all) }
    fn keep(it: Bucket) { *HELD.lock().unwrap() = Some(it); }
    fn forget() { HELD.lock().unwrap().take(); }
    #[cfg(target_family = "wasm")]
    fn elsewhere(it: Bucket) { drop(it) }
    #[cfg(not(target_family = "wasm"))]
    fn elsewhere(it: Bucket) { std::thread::spawn(move || drop(it)).join().unwrap() }
    fn wrong(_: u32, _: &Bucket) {}
}
bindings::export!(User with_types_in bindings);
"""
SOURCES = {".c": IN_C, ".cpp": IN_CPP, ".rs": IN_RUST}
_RUST = Path(symbuild.__file__).parent / "runtime" / "rust" / "src" / "lib.rs"


class Store:
    """Provides both interfaces."""

    class Bucket:
        def __init__(self, name: str, /) -> None:
            self._name = name

        def name(self) -> str:
            return self._name

        @staticmethod
        def first(a: Any, b: Any, /) -> Any:
            if a is b:
                raise Store.error("the same")
            return min(a, b, key=lambda each: each.name())

    error: Callable[[str], Exception] = ValueError

    def __init__(self, user: ModuleType) -> None:
        self.user = user
        Store.error = user.Err

    def pack(self, it: Any, /) -> Any:
        return self.user.shelf.Box("label", it)

    def count(self, each: list[Any], /) -> int:
        return len(set(map(id, each)))


def native(folder: Path, name: str, suffix: str) -> Path:
    """The component as a library, by a compiler of its language."""
    wit, library = folder / "u.wit", folder / f"lib{name}.so"
    if suffix == ".c":
        return build(folder, name, wit, "user", IN_C, "-pthread")
    soname = f"-Wl,-soname,{library.name}"
    if suffix == ".cpp":
        assert run(["bindgen", "cpp", str(wit), "-w", "user", "--out-dir", str(folder)]) == 0
        link = ["-std=c++20", "-shared", "-fPIC", "-pthread", "user_source.cpp", "user.cpp", soname]
        command = ["g++", *link, "-o", library.name]
        commands = [command]
    else:
        assert run(["bindgen", "rust", str(wit), "-w", "user", "--out-dir", str(folder)]) == 0
        runtime = ["--crate-type=rlib", "--crate-name=wit_bindgen", '--cfg=feature="std"', str(_RUST)]
        user = ["--crate-type=cdylib", "--extern=wit_bindgen=libwit_bindgen.rlib", f"-Clink-arg={soname}"]
        rustc = ["rustc", "--edition=2021", "--cap-lints=allow"]
        commands = [
            [*rustc, *runtime, "-o", "libwit_bindgen.rlib"],
            [*rustc, *user, "user_source.rs", "-o", library.name],
        ]
    for command in commands:
        subprocess.run(["env", f"BINDINGS={folder / 'user.rs'}", *command], cwd=folder, check=True)
    return library


def package_of(folder: Path, placement: str, suffix: str) -> Path:
    wit, source = folder / "u.wit", folder / f"user_source{suffix}"
    wit.write_text(WIT, encoding="utf-8")
    source.write_text(SOURCES[suffix], encoding="utf-8")
    name = f"users_{placement}_{suffix[1:]}"
    if placement == "wasm":
        return build_wasm_package(folder, name, wit, "user", source, *PROVIDED)
    if suffix == ".rs" and shutil.which("rustc") is None:
        pytest.skip("needs rustc")
    return build_package(folder, name, wit, "user", native(folder, name, suffix), *PROVIDED)


@pytest.fixture(scope="module", params=[f"{p} {s}" for p in ("direct", "wasm") for s in SOURCES])
def package(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return package_of(tmp_path_factory.mktemp("users"), *request.param.split())


@pytest.fixture
def user(package: Path) -> ModuleType:
    module = imported(package)
    store = Store(module)
    module.provide(store=store, shelf=store)
    return module


def test_a_component_of_any_language_uses_objects(user: ModuleType) -> None:
    one, other = Store.Bucket("one"), Store.Bucket("other")
    references = sys.getrefcount(one), sys.getrefcount(other)
    for _ in range(100):
        assert user.work.named("é") == "é"
        assert user.work.ask(one) == "one"
        assert user.work.pack(one) is one
        assert user.work.first(other, one) is one
        assert user.work.count([one, other, one]) == 2
        with pytest.raises(user.Err, match="the same"):
            user.work.first(one, one)
    assert (sys.getrefcount(one), sys.getrefcount(other)) == references


def test_it_keeps_objects_and_ends_them_on_any_thread(user: ModuleType) -> None:
    bucket = Store.Bucket("kept")
    alive = weakref.ref(bucket)
    user.work.keep(bucket)
    del bucket
    assert alive() is not None
    user.work.forget()
    assert alive() is None
    bucket = Store.Bucket("elsewhere")
    references = sys.getrefcount(bucket)
    user.work.elsewhere(bucket)
    assert sys.getrefcount(bucket) == references


# ---- what a component must not do ------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def in_c(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return package_of(tmp_path_factory.mktemp("wrong"), "direct", ".c")


@pytest.fixture
def on_wasm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    with imported_anew(package_of(tmp_path_factory.mktemp("wrong"), "wasm", ".c")) as found:
        yield found


def told(package: Path, body: str) -> subprocess.CompletedProcess[str]:
    """What a process does that provides a store."""
    program = f"""\
import os, sys
import {package.name} as user
class Store:
    class Bucket:
        def __init__(self, name, /): pass
        def name(self): return "name"
        @staticmethod
        def first(a, b, /): return a
    def pack(self, it, /): return user.shelf.Box("label", it)
    def count(self, all, /): return 0
user.provide(store=Store(), shelf=Store())
bucket = Store.Bucket("")
{body}
"""
    command = [sys.executable, "-c", program]
    return subprocess.run(command, cwd=package.parent, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            "user.work.wrong(0, bucket)",
            "[resource-drop]bucket: handle that is lent, and cannot be given away or dropped",
        ),
        ("user.work.wrong(1, bucket)", "parameter a: handle that is lent, and cannot be given away or dropped"),
        ("user.work.keep(bucket); user.work.wrong(2, bucket)", "handle of a resource that was dropped"),
    ],
)
def test_a_handle_that_is_lent_is_not_given_or_dropped(in_c: Path, body: str, said: str) -> None:
    done = told(in_c, body)
    assert done.returncode == -6, done.stderr
    assert said in done.stderr


def test_a_handle_that_is_lent_is_not_given_on_wasm(on_wasm: ModuleType) -> None:
    store = Store(on_wasm)
    on_wasm.provide(store=store, shelf=store)
    on_wasm.work.wrong(0, store.Bucket("a borrow is dropped there"))
    with pytest.raises(RuntimeError, match="is lent, and cannot be given away"):
        on_wasm.work.wrong(1, store.Bucket("lent"))


@pytest.mark.parametrize(
    "body",
    [
        "user.work.keep(bucket); os.fork() or user.work.forget(); user.work.ask(bucket)",
        "user.work.keep(bucket); import atexit; atexit.register(user.work.forget)",
        # An object that ends calls the component, also when the interpreter does.
        "Store.Bucket.__del__ = lambda self, count=user.work.count: count([]); user.work.named(''); del bucket",
        "Store.Bucket.__del__ = lambda self, end=user.work.forget: end(); user.work.keep(bucket); del bucket; Store()",
        "Store.Bucket.__del__ = lambda self, end=user.work.forget: end(); user.work.keep(bucket); user.work.forget()",
        "Store.last = type('', (), {'__del__': lambda self, end=user.work.forget: end()})(); user.work.keep(bucket)",
    ],
)
def test_processes_end_in_peace(in_c: Path, body: str) -> None:
    done = told(in_c, body)
    assert (done.returncode, done.stderr) == (0, "")


# Handles with another maker's operations table, as symbuild.h lays it out, are dropped by the extension's symbol.
OTHERS = """\
import ctypes
class Operations(ctypes.Structure):
    _fields_ = [("size", ctypes.c_uint32), ("abi", ctypes.c_uint32), ("hash", ctypes.c_ubyte * 32),
                ("maker", ctypes.c_char_p), ("drop", ctypes.c_void_p), ("method", ctypes.c_void_p)]
class Box(ctypes.Structure):
    _fields_ = [("operations", ctypes.POINTER(Operations)), ("rest", ctypes.c_void_p * 3)]
extension = ctypes.CDLL(user._native.__file__)
make = extension["tX3AusersX2FstoreX00X5BconstructorX5Dbucket"]
make.restype, make.argtypes = ctypes.POINTER(Box), (ctypes.c_char_p, ctypes.c_size_t)
drop = extension["tX3AusersX2FstoreX00X5Bresource_dropX5Dbucket"]
drop.restype, drop.argtypes = None, (ctypes.POINTER(Box),)
mine = make(b"mine", 4)
theirs = Operations.from_buffer_copy(mine.contents.operations.contents)
dropped = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(lambda at: print("dropped by its maker"))
theirs.maker, theirs.drop = b"another", ctypes.cast(dropped, ctypes.c_void_p).value
drop(mine)
"""


def test_a_handle_of_another_maker_is_left_to_that(in_c: Path) -> None:
    done = told(in_c, f"{OTHERS}drop(ctypes.pointer(Box(ctypes.pointer(theirs))))")
    assert (done.returncode, done.stdout, done.stderr) == (0, "dropped by its maker\n", "")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("theirs.hash[0] ^= 1", "[resource-drop]bucket: handle made by `another`, given to `Python`"),
        ("theirs.size -= 8", "[resource-drop]bucket: handle made by `another`, given to `Python`"),
        ("drop(mine)", "[resource-drop]bucket: handle of a resource that was dropped"),
        ("drop(None)", "[resource-drop]bucket: null handle"),
    ],
)
def test_a_handle_of_nothing_alike_is_a_trap(in_c: Path, change: str, said: str) -> None:
    done = told(in_c, f"{OTHERS}{change}\ndrop(ctypes.pointer(Box(ctypes.pointer(theirs))))")
    assert (done.returncode, done.stdout) == (-6, "")
    assert said in done.stderr
