"""Whatever Python hands to a component is taken or refused by an exception, and what was taken comes back the same.

Hypothesis makes up the values: the same ones in every run, a few hundred by default and many more where slow tests run.
"""

from __future__ import annotations

import array
import gc
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("hypothesis", reason="needs hypothesis: pip install '.[test]'")
from built import build
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from python import build_package, imported

DATA = Path(__file__).parent.parent / "data"
COMMON = settings(
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
# How many values: in every run, and where slow tests run.
MANY = [300, pytest.param(5_000, marks=pytest.mark.slow)]


STEPS = ["make", "add", "absorb", "compare", "total", "take", "split", "end", "forget"]


class Boom(Exception):
    """What hostile objects raise."""


class Hostile:
    """An object whose every method raises, or returns what it was made with."""

    def __init__(self, answer: object) -> None:
        self.answer = answer

    def _reply(self) -> Any:
        if self.answer is None:
            raise Boom
        return self.answer

    def __index__(self) -> Any:
        return self._reply()

    def __float__(self) -> Any:
        return self._reply()

    def __len__(self) -> Any:
        return self._reply()

    def __iter__(self) -> Any:
        return self._reply()

    def __getitem__(self, index: object) -> Any:
        return self._reply()


# The warning is Python's, of an `__index__` that returns a bool; here warnings are errors.
REFUSALS = (TypeError, ValueError, OverflowError, AttributeError, IndexError, DeprecationWarning, Boom)


@pytest.fixture(scope="module")
def echoed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder, wit = tmp_path_factory.mktemp("hostile"), DATA / "echo" / "echo.wit"
    component = build(folder, "echo", wit, "echo", (DATA / "echo" / "echo.c").read_text(encoding="utf-8"))
    return imported(build_package(folder, "hostile_echo", wit, "echo", component))


@pytest.fixture(scope="module")
def counters(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder, wit = tmp_path_factory.mktemp("hostile"), DATA / "counters" / "counters.wit"
    component = build(folder, "tally", wit, "tally", (DATA / "counters" / "counters.c").read_text(encoding="utf-8"))
    return imported(build_package(folder, "hostile_tally", wit, "tally", component)).counters


def objects(v: Any) -> st.SearchStrategy[Any]:
    """Objects of all kinds: of the package's classes with anything in them, too."""
    # With lone surrogates, and integers far out of every range.
    text = st.text(st.characters(exclude_categories=()), max_size=5)
    leaves = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.integers(-(2**70), 2**70),
        st.floats(),
        text,
        st.binary(max_size=5),
        st.sampled_from([*v.Tone, v.Paint(0), v.Paint.FILL | v.Paint.BLUR, object(), v.Point, v.Entry, ...]),
        st.sampled_from([array.array("H", [1, 2]), array.array("d", [0.5]), memoryview(b"ab")[::2]]),
        st.builds(released),
    )

    def larger(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.one_of(
            st.lists(inner, max_size=4),
            st.lists(inner, max_size=4).map(tuple),
            st.dictionaries(st.one_of(text, st.integers()), inner, max_size=3),
            st.builds(Hostile, inner),
            st.builds(v.Point, inner, inner),
            st.builds(v.Entry, inner, inner, inner),
            *(st.builds(case, inner) for case in (v.Shape_Circle, v.Shape_Path, v.Shape_Label)),
            *(st.builds(case, inner) for case in (v.Kind_Octets, v.Kind_Items, v.Kind_Pair, v.Kind_Text, v.Kind_Real)),
            *(st.builds(case, inner) for case in (v.Deep_Maybe, v.Deep_Either)),
        )

    return st.recursive(leaves, larger, max_leaves=8)


def released() -> memoryview:
    """A buffer that can be asked for nothing."""
    view = memoryview(b"ab")
    view.release()
    return view


@pytest.mark.parametrize("count", MANY)
def test_no_object_is_too_strange(echoed: Any, count: int) -> None:
    v = echoed.values
    names = [name for name in vars(v) if name.islower() and name not in ("crash", "bad") and name[0] != "_"]
    assert {"numbers", "rec", "shapes", "index", "fixed"} <= set(names)

    @settings(COMMON, max_examples=count)
    @given(st.sampled_from(names), st.one_of(objects(v), st.lists(objects(v), max_size=10)), st.booleans())
    def check(name: str, value: Any, spread: bool) -> None:
        args = value if spread and isinstance(value, list) else [value]
        try:
            getattr(v, name)(*args)
        except (*REFUSALS, echoed.Err):
            pass
        assert v.text("still works") == "still works"

    check()


def typed(m: Any) -> dict[str, st.SearchStrategy[Any]]:
    """Functions that give back what they are given, and their values."""
    v = m.values
    text = st.text(max_size=8)
    s32, u8 = st.integers(-(2**31), 2**31 - 1), st.integers(0, 255)
    point = st.builds(v.Point, s32, s32)
    paint = st.lists(st.sampled_from(list(v.Paint)), max_size=3).map(lambda some: _union(v, some))
    shape = st.one_of(
        st.builds(v.Shape_Circle, point),
        st.builds(v.Shape_Path, st.lists(point, max_size=4)),
        st.builds(v.Shape_None),
        st.builds(v.Shape_Label, text),
    )
    kind = st.one_of(
        st.builds(v.Kind_Number, s32),
        st.builds(v.Kind_Truth, st.booleans()),
        st.builds(v.Kind_Real, st.floats(allow_nan=False)),
        st.builds(v.Kind_Text, text),
        st.builds(v.Kind_Octets, st.binary(max_size=8)),
        st.builds(v.Kind_Items, st.lists(st.integers(0, 65535), max_size=8)),
        st.builds(v.Kind_At, point),
        st.builds(v.Kind_Pair, st.tuples(u8, st.integers(-128, 127))),
        st.builds(v.Kind_Paints, paint),
        st.builds(v.Kind_Nothing),
    )
    deep = st.one_of(
        st.builds(v.Deep_Maybe, st.none() | st.integers(0, 2**32 - 1)),
        st.builds(v.Deep_Text, text),
        st.builds(v.Deep_Either, st.builds(m.Ok, u8) | st.builds(m.Err, text)),
    )
    return {
        "double": st.floats(allow_nan=False),
        "letter": st.characters(codec="utf-8"),
        "text": text,
        "rec": st.builds(v.Entry, text, st.none() | point, st.lists(text, max_size=4)),
        "shapes": st.lists(shape, max_size=6),
        "kinds": st.lists(kind, max_size=6),
        "deeps": st.lists(deep, max_size=6),
        "color": st.sampled_from(v.Tone),
        "paints": paint,
        "maybe": st.none() | st.builds(m.Some, st.none() | u8),
        "index": st.dictionaries(text, st.integers(0, 2**32 - 1), max_size=6),
        "fixed": st.lists(st.integers(0, 65535), min_size=3, max_size=3),
    }


def _union(v: Any, flags: list[Any]) -> Any:
    whole = v.Paint(0)
    for flag in flags:
        whole |= flag
    return whole


@pytest.mark.parametrize("count", MANY)
def test_every_value_comes_back(echoed: Any, count: int) -> None:
    strategies = typed(echoed)
    calls = st.one_of([st.tuples(st.just(name), values) for name, values in strategies.items()])

    @settings(COMMON, max_examples=count)
    @given(calls)
    def check(call: tuple[str, Any]) -> None:
        name, value = call
        found = getattr(echoed.values, name)(value)
        assert (found, type(found)) == (value, type(value))

    check()


@pytest.mark.parametrize("count", [200, pytest.param(2_000, marks=pytest.mark.slow)])
def test_handles_in_any_order(counters: Any, count: int) -> None:
    """What a few objects do, against what is known of them: their numbers, or that they have ended."""
    which = st.integers(0, 3)
    steps = st.tuples(st.sampled_from(STEPS), which, which)

    @settings(COMMON, max_examples=count)
    @given(st.lists(steps, max_size=30))
    def check(taken: list[tuple[str, int, int]]) -> None:
        pool = [counters.Counter(i) for i in range(4)]
        known: list[int | None] = [0, 1, 2, 3]
        for step in taken:
            _play(counters, pool, known, step)
            assert counters.alive() == sum(value is not None for value in known)
        pool.clear()
        gc.collect(0)
        assert counters.alive() == 0

    check()


def _play(counters: Any, pool: list[Any], known: list[int | None], step: tuple[str, int, int]) -> None:
    what, i, j = step
    one, other = known[i], known[j]
    first, second = pool[i], pool[j]
    # What is done, which objects it needs, and what becomes of their numbers.
    plays: dict[str, tuple[Callable[[], Any], bool, Callable[[], object]]] = {
        "make": (lambda: counters.Counter(7), True, lambda: 7),
        "add": (lambda: first.add(2), one is not None, lambda: (one or 0) + 2),
        "absorb": (lambda: first.absorb(second), None not in (one, other) and i != j, lambda: None),
        "compare": (lambda: first.compare(second), None not in (one, other), lambda: one == other),
        "total": (lambda: counters.total([first, second]), None not in (one, other), lambda: (one or 0) + (other or 0)),
        "take": (
            lambda: counters.take([first], second),
            None not in (one, other) and i != j,
            lambda: (one or 0) + (other or 0),
        ),
        "split": (lambda: counters.split(first).one.add(0), one is not None, lambda: (one or 0) // 2),
        "end": (lambda: first.__exit__(None, None, None), True, lambda: None),
        "forget": (lambda: None, True, lambda: None),
    }
    play, allowed, expected = plays[what]
    if not allowed:
        with pytest.raises(ValueError, match=r"dropped or given away|lent|given away in the same call"):
            play()
        return
    found = play()
    match what:
        case "make":
            assert found.add(0) == 7
            pool[i], known[i] = found, 7
        case "add":
            assert found == expected()
            known[i] = found
        case "absorb":
            known[i], known[j] = (one or 0) + (other or 0), None
        case "take" | "split":
            assert found == expected()
            known[i] = None
        case "end" | "forget":
            pool[i] = first if what == "end" else None
            known[i] = None
            if what == "forget":
                pool[i] = object.__new__(counters.Counter)
        case _:
            assert found == expected()


# Runs in another interpreter, too, where nothing but the standard library is.
LEAKS = """
import gc, pathlib, sys
sys.path[:0] = {paths!r}
import hostile_echo as echoed
from hostile_tally import counters
v = echoed.values
samples = [
    ("small", -128), ("double", 0.1), ("letter", chr(0x1F600)), ("yes", True), ("text", "grüß"),
    ("maybe", echoed.Some(5)), ("rec", v.Entry("name", v.Point(-3, 4), ["a", "ü"])),
    ("shapes", [v.Shape_Path([v.Point(1, 2)]), v.Shape_Label("x")]),
    ("kinds", [v.Kind_Octets(b"ab"), v.Kind_Items([1, 2]), v.Kind_Pair((1, 2)), v.Kind_Paints(v.Paint.BLUR)]),
    ("deeps", [v.Deep_Maybe(None), v.Deep_Either(echoed.Err("no"))]), ("color", v.Tone.ERR), ("index", {{"one": 1}}),
    ("fixed", [1, 2, 3]), ("res", echoed.Ok(b"octets")), ("res", echoed.Err("reason")), ("rec", v.Entry("n", 1, [])),
]

def handles(one):
    with counters.Counter(1) as kept:
        kept.add(1)
        counters.take([counters.Counter(1)], kept)

calls = [(getattr(v, name), value) for name, value in samples] + [(handles, None)]
used = lambda: getattr(sys, "gettotalrefcount", sys.getallocatedblocks)()
resident = lambda: int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * 4096
for call, value in calls:
    def rounds(count):
        for _ in range(count):
            try:
                call(value)
            except (echoed.Err, TypeError):
                pass
        gc.collect()
        return used(), resident()
    rounds(100)
    before, after = rounds(10), rounds({count})
    assert after[0] - before[0] < 100, (call, before, after)
    assert after[1] - before[1] < 2_000_000, (call, before, after)
"""


def leaks(packages: Iterable[Path], interpreter: str, count: int) -> None:
    """Call each function so often in an interpreter, which ends with an exception where memory grows."""
    script = LEAKS.format(paths=[str(package.parent) for package in packages], count=count)
    done = subprocess.run([interpreter, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def packages_of(*modules: str) -> list[Path]:
    return [Path(sys.modules[module].__file__ or "").parent for module in modules]


@pytest.mark.slow
@pytest.mark.usefixtures("echoed", "counters")
def test_memory_is_flat_over_a_million_calls_of_every_type() -> None:
    leaks(packages_of("hostile_echo", "hostile_tally"), sys.executable, 1_000_000)


@pytest.mark.slow
@pytest.mark.usefixtures("echoed", "counters")
def test_a_debug_interpreter_misses_no_reference(tmp_path: Path) -> None:
    names = [f"python3.{minor}-dbg" for minor in range(11, 16)]
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip(f"needs a debug interpreter, such as {names[0]} (Debian: apt install python3-dbg)")
    counted = []
    for package in packages_of("hostile_echo", "hostile_tally"):
        copy = shutil.copytree(package, tmp_path / package.name)
        # As debug headers say: then references that the extension takes and drops are counted, too.
        include = f"-isystem{sysconfig.get_path('include')}"
        [component] = package.parent.glob("lib*.so")
        command = ["gcc", "-DPy_DEBUG", "-fPIC", "-shared", include, str(copy / "_native.c"), str(component)]
        made = ["-o", str(copy / "_native.abi3.so"), f"-Wl,-rpath,{component.parent}"]
        subprocess.run([*command, *made], check=True)
        counted.append(copy)
    leaks(counted, found, 20_000)
