"""Packages on a free-threaded interpreter: it stays one, threads take turns in the component, and lose nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from built import build

from python import STRICT, test_imports, test_provided_resources
from symbuild.cli import run

NAMES = ("python3.13t", "python3.14t", "python3.15t")


@pytest.fixture(scope="module")
def python() -> str:
    """A free-threaded interpreter."""
    found = os.environ.get("SYMBUILD_FREE_THREADED_PYTHON") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"needs a free-threaded CPython, as {NAMES[0]}, or SYMBUILD_FREE_THREADED_PYTHON")
    return found


def told(python: str, code: str) -> str:
    """What the interpreter prints."""
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def package(folder: Path, python: str, name: str, wit: str, world: str, component: Path, *options: str) -> None:
    """Generate a package, and compile its extension for the interpreter, once it has said where its headers are."""
    (folder / f"{name}.wit").write_text(wit, encoding="utf-8")
    made = folder / name
    argv = ["bindgen", "python", str(folder / f"{name}.wit"), "-w", world, "--out-dir", str(made), *options]
    assert run(argv) == 0
    include, suffix = told(
        python, "import sysconfig as s; print(s.get_path('include'), s.get_config_var('EXT_SUFFIX'))"
    ).split()
    command = ["gcc", *STRICT, "-O2", "-fPIC", "-shared", f"-isystem{include}", str(made / "_native.c")]
    subprocess.run(
        [*command, str(component), f"-Wl,-rpath,{component.parent}", "-o", str(made / f"_native{suffix}")], check=True
    )


WIT = """\
package t:many;
interface counts {
  resource counter {
    constructor(at: u32);
    add: func(n: u32) -> u32;
    both: static func(a: counter, b: counter) -> counter;
  }
  bump: func(times: u32) -> u32;
  total: func(of: list<f64>) -> f64;
  upper: func(text: string) -> string;
  pairs: func(of: map<string, u32>) -> u32;
  together: func(others: u32) -> bool;
}
world many { import yield-to: func(n: u32) -> u32; export counts; }
"""
# What is read, and written back later, shows whether another thread was there meanwhile.
COMPONENT = r"""
#include "many.h"
#include <ctype.h>
#include <stdlib.h>
#include <time.h>
static volatile uint32_t inside, seen;
struct exports_t_many_counts_counter_t { volatile uint32_t at; };
static void alone(void) {
  if (++inside != 1) abort();
  for (volatile int i = 0; i < 100; i++) {}
}
static void leave(void) {
  for (volatile int i = 0; i < 100; i++) {}
  if (--inside != 0) abort();
}
exports_t_many_counts_own_counter_t exports_t_many_counts_constructor_counter(uint32_t at) {
  struct exports_t_many_counts_counter_t *made = malloc(sizeof *made);
  alone();
  made->at = at;
  leave();
  return exports_t_many_counts_counter_new(made);
}
uint32_t exports_t_many_counts_method_counter_add(exports_t_many_counts_borrow_counter_t self, uint32_t n) {
  alone();
  uint32_t was = self->at;
  for (volatile int i = 0; i < 50; i++) {}
  self->at = was + n;
  leave();
  return was + n;
}
exports_t_many_counts_own_counter_t exports_t_many_counts_static_counter_both(exports_t_many_counts_own_counter_t a,
                                                                              exports_t_many_counts_own_counter_t b) {
  exports_t_many_counts_counter_rep(a)->at += exports_t_many_counts_counter_rep(b)->at;
  exports_t_many_counts_counter_drop_own(b);
  return a;
}
void exports_t_many_counts_counter_destructor(struct exports_t_many_counts_counter_t *counter) {
  alone();
  leave();
  free(counter);
}
uint32_t exports_t_many_counts_bump(uint32_t times) {
  for (uint32_t i = 0; i < times; i++) seen += many_yield_to(1);
  return seen;
}
double exports_t_many_counts_total(many_list_f64_t *of) {
  double sum = 0;
  alone();
  for (size_t i = 0; i < of->len; i++) sum += of->ptr[i];
  leave();
  many_list_f64_free(of);
  return sum;
}
void exports_t_many_counts_upper(many_string_t *text, many_string_t *ret) {
  alone();
  for (size_t i = 0; i < text->len; i++) text->ptr[i] = (uint8_t)toupper(text->ptr[i]);
  leave();
  *ret = *text;
}
uint32_t exports_t_many_counts_pairs(many_map_string_u32_t *of) {
  uint32_t sum = 0;
  for (size_t i = 0; i < of->len; i++) sum += of->ptr[i].value;
  many_map_string_u32_free(of);
  return sum;
}
/* Whether as many threads came here while this one waited for them, for 20 s at most. */
bool exports_t_many_counts_together(uint32_t others) {
  static uint32_t here;
  const struct timespec step = {0, 1000000};
  __atomic_add_fetch(&here, 1, __ATOMIC_SEQ_CST);
  for (int i = 0; i < 20000 && __atomic_load_n(&here, __ATOMIC_SEQ_CST) < others; i++) nanosleep(&step, NULL);
  return __atomic_load_n(&here, __ATOMIC_SEQ_CST) >= others;
}
"""


@pytest.fixture(scope="module")
def many(python: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the package."""
    folder = tmp_path_factory.mktemp("many")
    (folder / "c.wit").write_text(WIT, encoding="utf-8")
    component = build(folder, "manyworker", folder / "c.wit", "many", COMPONENT)
    options = ("--provide", "yield-to", "--release-gil", "t:many/counts#together")
    package(folder, python, "many", WIT, "many", component, *options)
    return folder


HEAD = """
import gc, sys, threading, time
import many
from many import counts
many.provide(yield_to=lambda n: n)
assert not sys._is_gil_enabled(), "importing it has turned the lock on"

def at_once(count, work):
    errors = []
    barrier = threading.Barrier(count)
    def run(i):
        barrier.wait()
        try:
            work(i)
        except BaseException as error:
            errors.append(error)
    threads = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    for t in threads: t.start()
    for t in threads: t.join()
    if errors: raise errors[0]
"""


def in_threads(many: Path, python: str, code: str) -> str:
    """What a program prints that uses the package from many threads."""
    done = subprocess.run(
        [python, "-c", HEAD + code], cwd=many, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_threads_take_turns(many: Path, python: str) -> None:
    """The component ends the process where it finds two threads in it."""
    code = """
counter = counts.Counter(0)
def work(i):
    for n in range(2000):
        counter.add(1)
        assert counts.total([1.0] * 20) == 20.0
        assert counts.upper("text") == "TEXT"
        assert counts.pairs({"a": 1, "b": n}) == 1 + n
        with counts.Counter(n) as own:
            assert own.add(i) == n + i
at_once(8, work)
print(counter.add(0))
"""
    assert in_threads(many, python, code) == "16000\n"


def test_callbacks_let_others_in(many: Path, python: str) -> None:
    """Where Python waits in a callback, another thread has its turn, as with the interpreter's lock."""
    code = """
inner = threading.Event()
def wait(n):
    thread = threading.Thread(target=lambda: (counts.upper("x"), inner.set()))
    thread.start()
    assert inner.wait(20)
    thread.join()
    return counts.Counter(n).add(1)
many.provide(yield_to=wait)
print(counts.bump(1))
"""
    assert in_threads(many, python, code) == "2\n"


def test_functions_that_release_run_beside_each_other(many: Path, python: str) -> None:
    code = """
found = []
at_once(4, lambda i: found.append(counts.together(4)))
print(all(found))
"""
    assert in_threads(many, python, code) == "True\n"


def test_one_object_for_all_threads(many: Path, python: str) -> None:
    """Given away, dropped and lent by several at once: one has it, and the others are told."""
    code = """
won = []
def work(i):
    for n in range(1000):
        try:
            if i % 2: objects[n].__exit__(None, None, None)
            else: counts.Counter.both(objects[n], counts.Counter(1)).add(0)
            won.append(n)
        except ValueError:
            try: objects[n].add(1)
            except ValueError: pass
objects = [counts.Counter(i) for i in range(1000)]
at_once(6, work)
print(len(set(won)))
"""
    assert in_threads(many, python, code) == "1000\n"


def test_arguments_that_change_meanwhile(many: Path, python: str) -> None:
    code = """
numbers, pairs, stop = [1.0] * 100, {str(i): 1 for i in range(50)}, threading.Event()
def work(i):
    if i == 0:
        for n in range(3000):
            numbers[:] = [float(n)] * (n % 200)
            pairs.pop(str(n % 50), None); pairs[str(n % 50)] = 1
        stop.set()
    while not stop.is_set():
        try:
            counts.total(numbers)
            counts.pairs(pairs)
        except RuntimeError:
            pass  # Python's own word for a dict that changes
at_once(4, work)
print("done")
"""
    assert in_threads(many, python, code) == "done\n"


def test_nothing_is_lost(many: Path, python: str) -> None:
    code = """
import resource
def work(i):
    for n in range(3000):
        counts.Counter(n).add(1); counts.total([1.0, 2.0]); counts.upper("a" * 100)
        try: counts.total([None])
        except TypeError: pass
at_once(4, work); gc.collect()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for _ in range(4): at_once(4, work)
gc.collect()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 4000)
"""
    assert in_threads(many, python, code) == "True\n"


# ---- what Python provides --------------------------------------------------------------------------------------------
def test_imports_from_threads_of_the_components_own(python: str, tmp_path: Path) -> None:
    component = test_imports.worker(tmp_path, "threadworker")
    package(tmp_path, python, "hosted", test_imports.WIT, "worker", component, *test_imports.PROVIDED)
    code = """
import hosted, threading
class Log:
    def write(self, what, /): return 1
    def numbers(self, of, /): return [int(each) for each in of]
    def clock(self, /): return 2
hosted.provide(log=Log(), tick=lambda n: n)
found = []
threads = [threading.Thread(target=lambda: found.append(hosted.work.threads(5))) for _ in range(3)]
for t in threads: t.start()
for t in threads: t.join()
print(found)
"""
    done = subprocess.run([python, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (0, "[10, 10, 10]\n"), done.stderr


def test_objects_stand_for_resources(python: str, tmp_path: Path) -> None:
    (tmp_path / "c.wit").write_text(test_provided_resources.WIT, encoding="utf-8")
    component = build(tmp_path, "ftshop", tmp_path / "c.wit", "worker", test_provided_resources.WORKER)
    options = test_provided_resources.PROVIDED
    package(tmp_path, python, "shop", test_provided_resources.WIT, "worker", component, *options)
    code = test_provided_resources.PROGRAM.format(
        name="shop", get="return 'v'", merge="a", body="work.keep(Bucket('x')); print(work.run('five!'))"
    )
    threads = """
import threading
mine = Bucket("mine")
def look():
    for _ in range(2000): assert work.look(mine, "k") == "v"
threads = [threading.Thread(target=look) for _ in range(6)]
for t in threads: t.start()
for t in threads: t.join()
"""
    done = subprocess.run(
        [python, "-c", code + threads], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (0, "v\n"), done.stderr
