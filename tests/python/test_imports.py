"""Python objects provide what a component imports: values of every type, errors, threads, processes, and traps."""

from __future__ import annotations

import gc
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from built import build

from python import STRICT, build_package, imported
from symbuild.cli import run

from .test_values import DATA, samples

WIT = """\
package t:host;
interface log {
  enum level { info, warn }
  record entry { level: level, text: string, tags: list<string> }
  variant problem { full, other(string) }
  write: func(what: entry) -> result<u32, problem>;
  numbers: func(of: list<f64>) -> list<u16>;
  clock: func() -> u64;
}
interface work {
  use log.{level};
  run: func(level: level, times: u32) -> result<u32, string>;
  total: func(of: list<f64>) -> u32;
  threads: func(count: u32) -> u64;
}
world worker { import log; import tick: func(n: u32) -> u32; export work; }
"""
WORKER = r"""
#include "worker.h"
#ifndef __wasm__
#include <pthread.h>
#endif
#include <stdlib.h>
bool exports_t_host_work_run(exports_t_host_work_level_t level, uint32_t times, uint32_t *ret, worker_string_t *err) {
  t_host_log_problem_t problem;
  worker_string_t tags[2];
  worker_string_set(&tags[0], "é");
  worker_string_set(&tags[1], "");
  t_host_log_entry_t entry = {level, {0}, {tags, 2}};
  worker_string_set(&entry.text, "step");
  *ret = 0;
  for (uint32_t i = 0; i < times; i++) {
    uint32_t written = 0;
    if (!t_host_log_write(&entry, &written, &problem)) {
      if (problem.tag == T_HOST_LOG_PROBLEM_OTHER) *err = problem.val.other;
      else worker_string_dup(err, "full");
      return false;
    }
    *ret += worker_tick(written);
  }
  return true;
}
uint32_t exports_t_host_work_total(worker_list_f64_t *of) {
  worker_list_u16_t found;
  t_host_log_numbers(of, &found);
  uint32_t sum = 0;
  for (size_t i = 0; i < found.len; i++) sum += found.ptr[i];
  worker_list_u16_free(&found);
  worker_list_f64_free(of);
  return sum;
}
#ifdef __wasm__
uint64_t exports_t_host_work_threads(uint32_t count) { return count * t_host_log_clock(); }
#else
static void *ask(void *to) {
  *(uint64_t *)to = t_host_log_clock();
  return NULL;
}
uint64_t exports_t_host_work_threads(uint32_t count) {
  pthread_t threads[16];
  uint64_t found[16] = {0}, sum = 0;
  for (uint32_t i = 0; i < count; i++)
    if (pthread_create(&threads[i], NULL, ask, &found[i]) != 0) abort();
  for (uint32_t i = 0; i < count; i++) {
    pthread_join(threads[i], NULL);
    sum += found[i];
  }
  return sum;
}
#endif
"""
PROVIDED = ("--provide", "t:host/log", "--provide", "tick", "--release-gil", "t:host/work#threads")


class Log:
    """Provides the worker's log."""

    def __init__(self) -> None:
        self.entries: list[Any] = []

    def write(self, what: Any, /) -> int:
        self.entries.append(what)
        return len(self.entries)

    def numbers(self, of: list[float], /) -> list[int]:
        return [int(each) for each in of]

    def clock(self) -> int:
        return 2**40


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("host")
    component = worker(folder, "worker")
    return build_package(folder, "hosted", folder / "host.wit", "worker", component, *PROVIDED)


@pytest.fixture(scope="module")
def isolated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, but for its name, in a process of its own."""
    folder = tmp_path_factory.mktemp("isolated")
    component = worker(folder, "remote")
    assert run(["isolate", str(component), "-o", str(folder / "out")]) == 0
    return build_package(folder, "apart", folder / "host.wit", "worker", folder / "out" / component.name, *PROVIDED)


def worker(folder: Path, name: str) -> Path:
    """The component, under a name: a process has one library by each."""
    (folder / "host.wit").write_text(WIT, encoding="utf-8")
    return build(folder, name, folder / "host.wit", "worker", WORKER, "-pthread")


@pytest.fixture(params=["direct", "isolated"])
def hosted(request: pytest.FixtureRequest) -> ModuleType:
    return imported(request.getfixturevalue("package" if request.param == "direct" else "isolated"))


# ---- values ----------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ModuleType, ModuleType]]:
    """A package whose objects provide what the other one calls: no component is between them."""
    folder = tmp_path_factory.mktemp("echo")
    text = (DATA / "echo.wit").read_text(encoding="utf-8")
    world = "world back { import values; import twice: func(x: u32) -> u32; }\n"
    (folder / "echo.wit").write_text(text + world, encoding="utf-8")
    back, name = folder / "back", "back/_native.abi3.so"
    provided = ("--provide", "t:echo/values@1.0.0", "--provide", "twice", "--out-dir", str(back))
    assert run(["bindgen", "python", str(folder / "echo.wit"), "-w", "back", *provided]) == 0
    include = f"-isystem{sysconfig.get_path('include')}"
    command = ["gcc", *STRICT, "-O2", "-fPIC", "-shared", include, str(back / "_native.c"), f"-Wl,-soname,{name}"]
    subprocess.run([*command, "-o", str(folder / name)], check=True)
    package = build_package(folder, "forth", folder / "echo.wit", "echo", folder / name)
    yield imported(back), imported(package)


def echoing(back: ModuleType) -> Any:
    """An object that returns what it is given."""

    def same(self: object, *args: Any) -> Any:
        match args:
            case [back.Err() as error]:
                raise error
            case [back.Ok(value)] | [value]:
                return value
            case _:
                return args or None

    names = [name for name in dir(imported_stub(back)) if not name.startswith("_")]
    return type("Echo", (), dict.fromkeys(names, same) | {"many": lambda self, *args: "".join(map(str, args))})()


def imported_stub(back: ModuleType) -> Any:
    """The names that ``provide`` asks for, by what it says is missing."""
    found = type("Names", (), {})
    while True:
        try:
            back.provide(values=found)
        except TypeError as error:
            setattr(found, str(error).rpartition("`")[0].rpartition("`")[2], lambda *args: None)
        else:
            return found


def test_values_of_every_type_come_back(echo: tuple[ModuleType, ModuleType]) -> None:
    back, forth = echo
    back.provide(values=echoing(back), twice=lambda x: 2 * x)
    for name, value in samples(forth):
        found = getattr(forth.values, name)(value)
        assert (found, type(found)) == (value, type(value)), name
    low = (0, -(2**7), 0, -(2**15), 0, -(2**31), 0, -(2**63))
    high = (2**8 - 1, 2**7 - 1, 2**16 - 1, 2**15 - 1, 2**32 - 1, 2**31 - 1, 2**64 - 1, 2**63 - 1)
    assert forth.values.numbers(*low) == low
    assert forth.values.numbers(*high) == high
    assert forth.values.floats(0.5, -0.0) == (0.5, -0.0)
    assert forth.values.many(*"abcdefgh", 7, None) == "abcdefgh7None"
    assert forth.values.res(forth.Ok(b"octets")) == b"octets"
    with pytest.raises(forth.Err) as caught:
        forth.values.res(forth.Err("reason"))
    assert caught.value.value == "reason"
    assert forth.values.none() is None
    assert forth.twice(21) == 42


def test_nothing_leaks(echo: tuple[ModuleType, ModuleType]) -> None:
    back, forth = echo
    back.provide(values=echoing(back), twice=lambda x: 2 * x)
    values = samples(forth)

    def objects(rounds: int) -> int:
        for _ in range(rounds):
            for name, value in values:
                getattr(forth.values, name)(value)
        gc.collect()
        return sys.getallocatedblocks()

    before = objects(1000)
    assert objects(1000) - before < 500


# ---- a component between ---------------------------------------------------------------------------------------------
def test_what_is_provided_is_called(hosted: ModuleType) -> None:
    log, ticks = Log(), list[int]()

    def tick(n: int) -> int:
        ticks.append(n)
        return 10 * n

    hosted.provide(log=log, tick=tick)
    assert hosted.work.run(hosted.log.Level.WARN, 3) == 60
    assert log.entries == 3 * [hosted.log.Entry(hosted.log.Level.WARN, "step", ["é", ""])]
    assert ticks == [1, 2, 3]
    assert hosted.work.total([1.5, 65535.0]) == 65536


def test_an_error_that_is_raised_is_the_results(hosted: ModuleType) -> None:
    class Full(Log):
        def write(self, what: Any, /) -> int:
            if self.entries:
                raise hosted.Err(hosted.log.Problem_Other("lögged out"))
            return super().write(what)

    hosted.provide(log=Full(), tick=lambda n: n)
    with pytest.raises(hosted.Err) as caught:
        hosted.work.run(hosted.log.Level.INFO, 2)
    assert caught.value.value == "lögged out"


def test_what_is_left_out_stays(hosted: ModuleType) -> None:
    hosted.provide(log=Log(), tick=lambda n: n)
    hosted.provide(tick=lambda n: 100 * n)
    assert hosted.work.run(hosted.log.Level.INFO, 2) == 300


def test_calls_go_back_and_forth(hosted: ModuleType) -> None:
    hosted.provide(log=Log(), tick=lambda n: hosted.work.total([float(n)] * n) if n < 5 else n)
    assert hosted.work.run(hosted.log.Level.INFO, 6) == 1 + 4 + 9 + 16 + 5 + 6


def test_a_modules_functions_provide(hosted: ModuleType) -> None:
    module = ModuleType("logging_module")
    module.__dict__.update(write=lambda what: 7, numbers=lambda of: b"ab", clock=lambda: 1)
    hosted.provide(log=module, tick=lambda n: n)
    assert hosted.work.run(hosted.log.Level.INFO, 2) == 14


def test_threads_of_the_components_own(hosted: ModuleType) -> None:
    hosted.provide(log=Log(), tick=lambda n: n)
    assert hosted.work.threads(16) == 16 * 2**40


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"log": object()}, r"provide\(log=\.\.\.\): <class 'object'> has no function `write`"),
        ({"tick": 3}, r"provide\(tick=\.\.\.\): expected a callable, not <class 'int'>"),
        ({"clock": None}, "clock"),
    ],
)
def test_what_cannot_provide_is_refused(hosted: ModuleType, given: dict[str, Any], said: str) -> None:
    with pytest.raises(TypeError, match=said):
        hosted.provide(**given)


# ---- traps -----------------------------------------------------------------------------------------------------------
TRAPS = {
    "raise KeyError('nobody')": ["in write", "KeyError: 'nobody'", "t:host/log#write: Python raised KeyError"],
    "raise SystemExit(3)": ["SystemExit: 3", "t:host/log#write: Python raised SystemExit"],
    "raise hosted.Err(3)": ["expected", "t:host/log#write: Python raised TypeError"],
    "return 'x'": ["t:host/log#write: Python raised TypeError"],
    "return 2**32": ["4294967296 is out of range for u32", "t:host/log#write: Python raised OverflowError"],
    "return hosted.work.run(what.level, 1)": ["t:host/log#write: Python raised RecursionError"],
}


def trapped(package: Path, body: str, provide: str = "log=Log(), tick=lambda n: n") -> str:
    """What a process says that ends by a trap."""
    program = f"""\
import sys
sys.path[:0] = [{str(package.parent)!r}]
import {package.name} as hosted
class Log:
    def write(self, what):
        {body}
    def numbers(self, of): return [3.5]
    def clock(self): return 0
print("before")
hosted.provide({provide})
hosted.work.run(hosted.log.Level.INFO, 1)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == -6, done.stderr
    assert done.stdout == "before\n"
    return done.stderr


@pytest.mark.parametrize("body", TRAPS)
def test_what_python_does_wrong_is_a_trap(package: Path, body: str) -> None:
    said = trapped(package, body)
    for expected in TRAPS[body]:
        assert expected in said


def test_nothing_was_provided(package: Path) -> None:
    assert "t:host/log#write: nothing provides it yet" in trapped(package, "pass", "tick=lambda n: n")
    assert "nothing provides it yet" in trapped(package, "pass", "")


def test_the_interpreter_has_ended(tmp_path: Path) -> None:
    """A component that calls at its process's end is told so."""
    (tmp_path / "late.wit").write_text("package t:late; world late { import tick: func(); export start: func(); }\n")
    source = """\
#include "late.h"
static bool started;
void exports_late_start(void) { started = true; }
__attribute__((destructor)) static void end(void) { if (started) late_tick(); }
"""
    component = build(tmp_path, "late", tmp_path / "late.wit", "late", source)
    package = build_package(tmp_path, "lately", tmp_path / "late.wit", "late", component, "--provide", "tick")
    program = "import lately; lately.provide(tick=lambda: print('ticks')); lately.start()"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=package.parent, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (-6, ""), done.stderr
    assert "trap: tick: the interpreter that provides it has ended" in done.stderr


def test_only_the_main_interpreter_provides(package: Path) -> None:
    program = f"""\
import sys
sys.path[:0] = [{str(package.parent)!r}]
try:
    import {package.name} as hosted
except ImportError as error:
    print(error, flush=True)
"""
    try:
        import _xxsubinterpreters as interpreters
    except ImportError:
        interpreters = pytest.importorskip("_interpreters", reason="needs CPython's subinterpreters")
    main = f"import {interpreters.__name__} as of; of.run_string(of.create(), {program!r})"
    done = subprocess.run([sys.executable, "-c", main], capture_output=True, text=True, check=True)
    assert done.stdout == "only the main interpreter can provide what a component imports\n"


def test_a_forked_process_calls_its_own_objects(package: Path) -> None:
    """The child's Python is the child's."""
    program = f"""\
import os, sys
sys.path[:0] = [{str(package.parent)!r}]
import {package.name} as hosted
ticks = []
hosted.provide(tick=lambda n: ticks.append(n) or n, log=__import__("types").SimpleNamespace(
    write=lambda what: 1, numbers=lambda of: [], clock=lambda: 0))
hosted.work.run(hosted.log.Level.INFO, 2)
if os.fork() == 0:
    hosted.work.run(hosted.log.Level.INFO, 3)
    os._exit(len(ticks))
_, status = os.wait()
print(len(ticks), os.waitstatus_to_exitcode(status))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "2 5\n"


# ---- the package -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("wit", "options", "said"),
    [
        ("world x { import log; }", ["--provide", "t:host/lag"], "`--provide t:host/lag`"),
        ("world x { import log; export log; }", ["--provide", "t:host/log"], "one of several by that name"),
        (
            "interface i { resource r; } interface j { use i.{r}; f: func(x: r); } world x { import i; import j; }",
            ["--provide", "t:host/j"],
            "Python objects cannot be `r` of `t:host/i`",
        ),
        ("world x { resource r; import f: func(x: r); }", ["--provide", "f"], "cannot be `r` of the world itself"),
    ],
)
def test_what_cannot_be_provided(
    wit: str, options: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.wit").write_text(f"{WIT.partition('world')[0]}{wit}\n", encoding="utf-8")
    assert run(["bindgen", "python", str(tmp_path / "x.wit"), *options, "--out-dir", str(tmp_path / "x")]) != 0
    assert said in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


GOOD = """\
class Mine:
    def write(self, what: hosted.log.Entry, /) -> int: return len(what.tags)
    def numbers(self, of: list[float], /) -> bytes: return b''
    def clock(self) -> int: return 0
hosted.provide(log=Mine(), tick=lambda n: n)
log: hosted.Log = Mine()
"""


def changed(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return change


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (str, 0),
        (changed("clock(self)", "watch(self)"), 1),
        (changed("-> int: return 0", "-> str: return ''"), 1),
        (changed("what: hosted.log.Entry", "what: str"), 1),
        (changed("lambda n: n", "lambda: 0"), 1),
    ],
)
def test_mypy_knows_what_provides(package: Path, tmp_path: Path, change: Callable[[str], str], code: int) -> None:
    (tmp_path / "hosted").symlink_to(package)
    (tmp_path / "x.py").write_text(f"import hosted\n{change(GOOD)}", encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path / 'cache'}", "x.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout
