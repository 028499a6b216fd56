"""Python objects stand for resources that a component imports: the very objects, as long as handles of them live."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from built import build

from python import build_package, imported
from symbuild.cli import run

WIT = """\
package demo:shop@1.0.0;
interface store {
  record item { name: string, price: f64 }
  type buckets = list<bucket>;
  /// Holds texts.
  resource bucket {
    constructor(name: string);
    get: func(k: string) -> option<string>;
    put: func(k: string, v: string) -> result<_, string>;
    merge: static func(a: bucket, b: borrow<bucket>) -> bucket;
  }
  resource token { spend: func() -> u32; }
  open: func(n: string) -> bucket;
  all: func(bs: list<borrow<bucket>>) -> buckets;
  sells: func(i: item, b: option<bucket>) -> result<bucket, string>;
  mint: func() -> token;
}
interface work {
  use store.{bucket, token};
  run: func(n: string) -> result<string, string>;
  look: func(b: borrow<bucket>, k: string) -> option<string>;
  keep: func(b: bucket);
  kept: func() -> option<bucket>;
  swap: func(bs: list<bucket>) -> list<bucket>;
  every: func(bs: list<borrow<bucket>>) -> u32;
  sell: func(name: string, with-bucket: bool) -> result<bucket, string>;
  spent: func(t: option<token>) -> u32;
  stale: func(b: borrow<bucket>);
  again: func();
  at-once: func();
}
world worker {
  use store.{bucket as store-bucket};
  import store;
  import paint: func(b: borrow<store-bucket>) -> u32;
  export work;
}
"""
WORKER = r"""
#include "worker.h"
#include <stdlib.h>
#include <string.h>
typedef exports_demo_shop_work_own_bucket_t own;
typedef exports_demo_shop_work_borrow_bucket_t borrowed;
static own held;
static bool holds;
static borrowed last;
static borrowed lend(own b) { return demo_shop_store_borrow_bucket(b); }
static worker_string_t text(const char *s) {
  worker_string_t t;
  worker_string_set(&t, s);
  return t;
}
bool exports_demo_shop_work_run(worker_string_t *n, worker_string_t *ret, worker_string_t *err) {
  own a = demo_shop_store_constructor_bucket(n), b = demo_shop_store_open(n);
  worker_string_free(n);
  worker_string_t key = text("k"), value = text("v"), why;
  if (!demo_shop_store_method_bucket_put(lend(a), &key, &value, &why)) {
    *err = why;
    demo_shop_store_bucket_drop_own(a);
    demo_shop_store_bucket_drop_own(b);
    return false;
  }
  own both = demo_shop_store_static_bucket_merge(a, lend(b));
  demo_shop_store_bucket_drop_own(b);
  if (worker_paint(lend(both)) != 5) abort();
  bool found = demo_shop_store_method_bucket_get(lend(both), &key, ret);
  demo_shop_store_bucket_drop_own(both);
  if (!found) worker_string_dup(err, "nothing there");
  return found;
}
bool exports_demo_shop_work_look(borrowed b, worker_string_t *k, worker_string_t *ret) {
  bool found = demo_shop_store_method_bucket_get(b, k, ret);
  worker_string_free(k);
  return found;
}
void exports_demo_shop_work_keep(own b) {
  if (holds) demo_shop_store_bucket_drop_own(held);
  held = b;
  holds = true;
}
bool exports_demo_shop_work_kept(own *ret) {
  *ret = held;
  bool was = holds;
  holds = false;
  return was;
}
typedef exports_demo_shop_work_list_own_bucket_t list_own;
void exports_demo_shop_work_swap(list_own *bs, list_own *ret) {
  ret->len = bs->len;
  ret->ptr = malloc(bs->len * sizeof *ret->ptr);
  for (size_t i = 0; i < bs->len; i++) ret->ptr[bs->len - 1 - i] = bs->ptr[i];
  free(bs->ptr);
}
uint32_t exports_demo_shop_work_every(exports_demo_shop_work_list_borrow_bucket_t *bs) {
  demo_shop_store_buckets_t found;
  demo_shop_store_list_borrow_bucket_t lent = {bs->ptr, bs->len};
  demo_shop_store_all(&lent, &found);
  uint32_t count = (uint32_t)found.len;
  for (size_t i = 0; i < found.len; i++) demo_shop_store_bucket_drop_own(found.ptr[i]);
  if (found.len > 0) free(found.ptr);
  if (bs->len > 0) free(bs->ptr);
  return count;
}
bool exports_demo_shop_work_sell(worker_string_t *name, bool with, own *ret, worker_string_t *err) {
  demo_shop_store_item_t item = {*name, 2.5};
  own paid;
  if (with) paid = demo_shop_store_constructor_bucket(name);
  bool sold = demo_shop_store_sells(&item, with ? &paid : NULL, ret, err);
  worker_string_free(name);
  return sold;
}
uint32_t exports_demo_shop_work_spent(exports_demo_shop_work_own_token_t *t) {
  exports_demo_shop_work_own_token_t one = t ? *t : demo_shop_store_mint();
  uint32_t found = demo_shop_store_method_token_spend(demo_shop_store_borrow_token(one));
  demo_shop_store_token_drop_own(one);
  return found;
}
void exports_demo_shop_work_stale(borrowed b) { last = b; }
void exports_demo_shop_work_again(void) {
  worker_string_t key = text("k"), found;
  demo_shop_store_method_bucket_get(last, &key, &found);
}
void exports_demo_shop_work_at_once(void) {
  worker_string_t name = text("n");
  own a = demo_shop_store_constructor_bucket(&name);
  demo_shop_store_bucket_drop_own(a);
  demo_shop_store_bucket_drop_own(a);
}
"""
PROVIDED = ("--provide", "demo:shop/store@1.0.0", "--provide", "paint")


class Bucket:
    """What the component knows as a bucket."""

    living = 0

    def __init__(self, name: str, /) -> None:
        Bucket.living += 1
        self.texts: dict[str, str] = {}
        self.name = name

    def __del__(self) -> None:
        Bucket.living -= 1

    def get(self, k: str, /) -> str | None:
        return self.texts.get(k)

    def put(self, k: str, v: str, /) -> None:
        if self.name == "full":
            raise hosted_error("it is full")
        self.texts[k] = v

    @staticmethod
    def merge(a: Bucket, b: Bucket, /) -> Bucket:
        a.texts |= b.texts
        return a


hosted_error: Callable[[str], Exception] = ValueError


class Token:
    """A resource without a class of its own in what provides it: any object does."""

    def spend(self) -> int:
        return 3


class Shop:
    """Provides the store."""

    Bucket = Bucket

    def __init__(self) -> None:
        self.sold: list[tuple[Any, Any]] = []
        self.seen: list[Any] = []

    def open(self, n: str, /) -> Bucket:
        return Bucket(n)

    def all(self, bs: list[Any], /) -> list[Any]:
        self.seen += bs
        return [*bs, *bs]

    def sells(self, i: Any, b: Any, /) -> Any:
        self.sold.append((i, b))
        if i.name == "none":
            raise hosted_error("sold out")
        return b or Bucket(i.name)

    def mint(self) -> Token:
        return Token()


def package_of(folder: Path, name: str, placement: str) -> Path:
    (folder / "shop.wit").write_text(WIT, encoding="utf-8")
    component = build(folder, f"{name}worker", folder / "shop.wit", "worker", WORKER)
    if placement == "isolated":
        assert run(["isolate", str(component), "-o", str(folder / "out")]) == 0
        component = folder / "out" / component.name
    return build_package(folder, name, folder / "shop.wit", "worker", component, *PROVIDED)


def generated(folder: Path) -> Path:
    """The package without an extension."""
    (folder / "shop.wit").write_text(WIT, encoding="utf-8")
    argv = ["bindgen", "python", str(folder / "shop.wit"), "-w", "worker", *PROVIDED]
    assert run([*argv, "--out-dir", str(folder / "generated")]) == 0
    return folder / "generated"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return package_of(tmp_path_factory.mktemp("shop"), "shopped", "direct")


@pytest.fixture(scope="module", params=["direct", "isolated"])
def package_placed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if request.param == "direct":
        found: Path = request.getfixturevalue("package")
        return found
    return package_of(tmp_path_factory.mktemp("isolated"), "shopapart", "isolated")


@pytest.fixture
def shopped(package_placed: Path) -> ModuleType:
    """The package, whose provider is one shop, and no object alive."""
    global hosted_error
    module = imported(package_placed)
    hosted_error = module.Err
    module.provide(store=Shop(), paint=lambda b: len(b.name))
    module.work.kept()
    gc.collect()
    assert Bucket.living == 0
    return module


def test_the_component_makes_and_ends_objects(shopped: ModuleType) -> None:
    assert shopped.work.run("three") == "v"
    assert Bucket.living == 0
    with pytest.raises(shopped.Err) as raised:
        shopped.work.run("full")
    assert raised.value.value == "it is full"
    assert Bucket.living == 0


def test_an_object_comes_back_as_itself(shopped: ModuleType) -> None:
    mine = Bucket("mine")
    mine.put("k", "é")
    before = sys.getrefcount(mine)
    assert shopped.work.look(mine, "k") == "é"
    assert shopped.work.look(mine, "none") is None
    assert sys.getrefcount(mine) == before, "a lent handle ends with the call"
    shopped.work.keep(mine)
    assert sys.getrefcount(mine) == before + 1
    kept = weakref.ref(mine)
    del mine
    assert kept() is not None, "the component has it"
    assert shopped.work.kept() is kept()
    assert kept() is None
    assert shopped.work.kept() is None


def test_objects_in_lists_and_variants(shopped: ModuleType) -> None:
    shop = Shop()
    shopped.provide(store=shop)
    several = [Bucket(str(i)) for i in range(4)]
    assert shopped.work.swap(several) == several[::-1]
    assert shopped.work.every(several) == 8
    assert shop.seen == several
    assert shopped.work.sell("thing", True).name == "thing"
    (item, paid), shop.sold = shop.sold[0], []
    assert (item.name, item.price, paid.name) == ("thing", 2.5, "thing")
    assert shopped.work.sell("other", False).name == "other"
    with pytest.raises(shopped.Err):
        shopped.work.sell("none", True)
    del several, paid, item
    shop.seen.clear()
    shop.sold.clear()
    gc.collect()
    assert Bucket.living == 0


def test_any_object_stands_for_a_resource_without_a_class(shopped: ModuleType) -> None:
    assert shopped.work.spent(Token()) == 3
    assert shopped.work.spent(None) == 3


def test_a_provider_is_replaced_while_objects_live(shopped: ModuleType) -> None:
    mine = Bucket("mine")
    shopped.work.keep(mine)

    class Other(Shop):
        class Bucket(Bucket):
            pass

    shopped.provide(store=Other())
    with pytest.raises(TypeError, match=r"#look: expected <class .*Other.Bucket'>, not <class .*Bucket'>"):
        shopped.work.look(mine, "k")
    assert shopped.work.kept() is mine, "it was given when it was one"


def test_what_stands_for_none_is_refused(shopped: ModuleType) -> None:
    for value in (None, 3, object(), Bucket):
        with pytest.raises(TypeError, match="expected <class"):
            shopped.work.look(value, "k")
        with pytest.raises(TypeError, match="expected <class"):
            shopped.work.swap([Bucket("fine"), value])
    assert Bucket.living == 0, "what was to be given before it is Python's still"


def test_a_provider_has_classes(shopped: ModuleType) -> None:
    class Poor:
        open = all = sells = mint = print

    with pytest.raises(TypeError, match="has no function `Bucket`"):
        shopped.provide(store=Poor())

    class Half(Poor):
        Bucket = object

    with pytest.raises(TypeError, match=r"has no function `Bucket\.merge`"):
        shopped.provide(store=Half())


@pytest.mark.slow
def test_nothing_is_left_of_a_hundred_thousand(shopped: ModuleType) -> None:
    mine = Bucket("mine")
    for _ in range(100_000):
        shopped.work.keep(mine)
        shopped.work.look(mine, "k")
    assert shopped.work.kept() is mine
    assert sys.getrefcount(mine) == 2
    for _ in range(10_000):
        shopped.work.run("three")
    del mine
    assert Bucket.living == 0


# ---- traps -----------------------------------------------------------------------------------------------------------
PROGRAM = """
import {name}
class Bucket:
    def __init__(self, name, /): self.name = name
    def get(self, k, /): {get}
    def put(self, k, v, /): pass
    @staticmethod
    def merge(a, b, /): return {merge}
class Shop:
    Bucket = Bucket
    def open(self, n, /): return Bucket(n)
    def all(self, bs, /): return bs
    def sells(self, i, b, /): return b
    def mint(self): return None
{name}.provide(store=Shop(), paint=lambda b: 5)
work = {name}.work
{body}
"""


@pytest.mark.parametrize(
    ("body", "get", "merge", "said"),
    [
        ("work.look(Bucket('x'), 'k')", "1 / 0", "a", "[method]bucket.get: Python raised ZeroDivisionError"),
        ("work.look(Bucket('x'), 'k')", "return 3", "a", "[method]bucket.get: Python raised TypeError"),
        ("work.run('x')", "pass", "3", "[static]bucket.merge: Python raised TypeError"),
        ("work.stale(Bucket('x')); work.again()", "pass", "a", "handle of a resource that was dropped"),
        ("work.at_once()", "pass", "a", "handle of a resource that was dropped"),
        ("work.spent(None)", "pass", "a", "[method]token.spend: Python raised AttributeError"),
    ],
)
def test_traps(package: Path, body: str, get: str, merge: str, said: str) -> None:
    program = PROGRAM.format(name=package.name, body=body, get=get, merge=merge)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=package.parent, capture_output=True, text=True, check=False
    )
    assert done.returncode < 0, done.stdout + done.stderr
    assert f"trap: demo:shop/store@1.0.0#{said}" in done.stderr.replace("\n", " ") or f": {said}" in done.stderr


def test_what_lives_at_the_end_does_no_harm(package: Path) -> None:
    program = PROGRAM.format(name=package.name, body="work.keep(Bucket('x')); print('done')", get="pass", merge="a")
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=package.parent, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")


# ---- checkers --------------------------------------------------------------------------------------------------------
USE = """
import {name}
class Mine:
    def __init__(self, name: str, /) -> None:
        self.name = name
    def get(self, k: str, /) -> str | None:
        return None
    def put(self, k: str, v: str, /) -> None: ...
    @staticmethod
    def merge(a: "Mine", b: "Mine", /) -> "Mine":
        return a
class Token:
    def spend(self) -> int:
        return 3
class Shop:
    Bucket = Mine
    def open(self, n: str, /) -> Mine:
        return Mine(n)
    def all(self, bs: list[Mine], /) -> list[Mine]:
        return bs
    def sells(self, i: {name}.store.Item, b: Mine | None, /) -> Mine:
        return b or Mine(i.name)
    def mint(self) -> Token:
        return Token()
def paint(b: Mine) -> int:
    return len(b.name)
{name}.provide(store=Shop(), paint=paint)
found: {name}.store.Bucket | None = {name}.work.kept()
{name}.work.look(Mine("x"), "k")
"""


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (str, 0),
        (
            lambda text: text.replace(
                "def get(self, k: str, /) -> str | None", "def get(self, k: str, /) -> int | None"
            ),
            1,
        ),
        (lambda text: text.replace("    def put(self, k: str, v: str, /) -> None: ...\n", ""), 1),
        (lambda text: text.replace("def __init__(self, name: str, /)", "def __init__(self, name: int, /)"), 1),
        (lambda text: text.replace("    Bucket = Mine\n", ""), 1),
        (lambda text: text.replace("def mint(self) -> Token", "def mint(self) -> Mine"), 1),
        (lambda text: text.replace('look(Mine("x")', "look(Token()"), 1),
    ],
)
@pytest.mark.parametrize("checker", ["mypy", "basedpyright"])
def test_checkers_know_what_provides(
    package: Path, tmp_path: Path, checker: str, change: Callable[[str], str], code: int
) -> None:
    file = tmp_path / "use.py"
    file.write_text(change(USE.format(name=package.name)), encoding="utf-8")
    pytest.importorskip(checker, reason="needs pip install '.[test]'")
    (tmp_path / "pyrightconfig.json").write_text('{"typeCheckingMode": "standard"}', encoding="utf-8")
    (tmp_path / package.name).symlink_to(package)
    options = {"mypy": ["--strict", "--cache-dir", str(tmp_path / "cache")], "basedpyright": ["--level", "error"]}
    command = [sys.executable, "-m", checker, *options[checker], file.name]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
