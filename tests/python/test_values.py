"""Values of every type go from Python through a component and come back, and what is no value raises."""

from __future__ import annotations

import array
import contextlib
import copy
import dataclasses
import gc
import inspect
import json
import math
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from built import build

from python import build_package, imported

DATA = Path(__file__).parent.parent / "data" / "echo"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("python")
    component = build(folder, "echo", DATA / "echo.wit", "echo", (DATA / "echo.c").read_text(encoding="utf-8"))
    return build_package(folder, "echoed", DATA / "echo.wit", "echo", component)


@pytest.fixture(scope="module")
def echoed(package: Path) -> ModuleType:
    return imported(package)


@pytest.fixture
def values(echoed: ModuleType) -> Any:
    return echoed.values


def samples(m: Any) -> list[tuple[str, Any]]:
    """A function's name and a value that it gives back."""
    v = m.values
    point = v.Point(-3, 2**31 - 1)
    kinds = [
        v.Kind_Number(-1),
        v.Kind_Truth(True),
        v.Kind_Real(1.5),
        v.Kind_Text("é"),
        v.Kind_Octets(b"\0\xff"),
        v.Kind_Items([1, 65535]),
        v.Kind_At(point),
        v.Kind_Pair((255, -128)),
        v.Kind_Paints(v.Paint.FILL | v.Paint.BLUR),
        v.Kind_Nothing(),
    ]
    deeps = [v.Deep_Maybe(None), v.Deep_Maybe(7), v.Deep_Text(""), v.Deep_Either(m.Ok(3)), v.Deep_Either(m.Err("no"))]
    return [
        ("small", -128),
        ("double", 0.1),
        ("letter", "\U0001f600"),
        ("letter", "\0"),
        ("yes", True),
        ("yes", False),
        ("text", ""),
        ("text", "grüß \0 dich 😀"),
        ("rec", v.Entry("name", point, ["a", "", "ü"])),
        ("rec", v.Entry("", None, [])),
        ("shapes", [v.Shape_Circle(point), v.Shape_Path([point, point]), v.Shape_None(), v.Shape_Label("x")]),
        ("shapes", []),
        ("kinds", kinds),
        ("deeps", deeps),
        ("color", v.Tone.ERR),
        ("paints", v.Paint(0)),
        ("paints", v.Paint.STROKE | v.Paint.BLUR),
        ("maybe", None),
        ("maybe", m.Some(None)),
        ("maybe", m.Some(5)),
        ("index", {"one": 1, "": 2**32 - 1}),
        ("index", {}),
        ("fixed", [1, 2, 3]),
    ]


def test_values_come_back_equal_and_of_their_type(echoed: ModuleType) -> None:
    for name, value in samples(echoed):
        found = getattr(echoed.values, name)(value)
        assert (found, type(found)) == (value, type(value)), name


def test_every_integer_at_its_ends(values: Any) -> None:
    low = (0, -(2**7), 0, -(2**15), 0, -(2**31), 0, -(2**63))
    high = (2**8 - 1, 2**7 - 1, 2**16 - 1, 2**15 - 1, 2**32 - 1, 2**31 - 1, 2**64 - 1, 2**63 - 1)
    assert values.numbers(*low) == low
    assert values.numbers(*high) == high
    for ends, step in ((low, -1), (high, 1)):
        for i in range(8):
            with pytest.raises(OverflowError, match=r"t:echo/values@1\.0\.0#numbers.*out of range"):
                values.numbers(*(0,) * i, ends[i] + step, *(0,) * (7 - i))


def test_floats_keep_what_they_are(values: Any) -> None:
    assert values.floats(0.5, math.inf) == (0.5, math.inf)
    assert all(map(math.isnan, values.floats(math.nan, math.nan)))


def test_functions_of_the_world_are_the_packages_own(echoed: ModuleType) -> None:
    assert echoed.twice(21) == 42


def test_more_than_sixteen_core_values_are_spilled(values: Any) -> None:
    assert values.many(*"abcdefgh", 7, None) == values.many(*"abcdefgh", 7, None)
    assert "a" in values.many(*"abcdefgh", 7, 8)


def test_a_result_is_returned_or_raised(echoed: ModuleType) -> None:
    assert echoed.values.res(echoed.Ok(b"octets")) == b"octets"
    with pytest.raises(echoed.Err) as caught:
        echoed.values.res(echoed.Err("reason"))
    assert caught.value.value == "reason"


@pytest.mark.parametrize("octets", [bytearray(b"ab"), memoryview(b"ab"), array.array("B", b"ab"), [97, 98], (97, 98)])
def test_whatever_holds_octets_is_a_list_of_u8(echoed: ModuleType, octets: Any) -> None:
    assert echoed.values.res(echoed.Ok(octets)) == b"ab"


@pytest.mark.parametrize(
    "items", [array.array("H", [1, 2]), memoryview(array.array("H", [1, 2])), array.array("i", [1, 2]), (1, 2)]
)
def test_whatever_holds_numbers_is_a_list_of_them(values: Any, items: Any) -> None:
    assert values.kinds([values.Kind_Items(items)]) == [values.Kind_Items([1, 2])]


def test_a_view_with_gaps_is_read_element_by_element(echoed: ModuleType) -> None:
    assert echoed.values.res(echoed.Ok(memoryview(b"a-b-")[::2])) == b"ab"


def test_a_map_takes_a_dict(values: Any) -> None:
    with pytest.raises(TypeError, match="a dict"):
        values.index([("a", 1)])


BAD: list[tuple[str, Callable[[Any], tuple[Any, ...]], type[Exception]]] = [
    ("small", lambda _: ("1",), TypeError),
    ("small", lambda _: (1.0,), TypeError),
    ("small", lambda _: (), TypeError),
    ("small", lambda _: (1, 2), TypeError),
    ("small", lambda _: (10**40,), OverflowError),
    ("double", lambda _: ("x",), TypeError),
    ("double", lambda _: (10**400,), OverflowError),
    ("yes", lambda _: (1,), TypeError),
    ("letter", lambda _: ("ab",), TypeError),
    ("letter", lambda _: ("",), TypeError),
    ("letter", lambda _: ("\ud800",), ValueError),
    ("text", lambda _: (b"x",), TypeError),
    ("text", lambda _: ("ok\udfff",), UnicodeEncodeError),
    ("rec", lambda _: (("n", None, []),), TypeError),
    ("rec", lambda m: (m.values.Entry("n", 1, []),), TypeError),
    ("rec", lambda m: (m.values.Entry("n", None, "text"),), TypeError),
    ("rec", lambda m: (m.values.Entry("n", None, ["a", None]),), TypeError),
    ("rec", lambda m: (m.values.Entry("n", None, ["a", "\udc00"]),), UnicodeEncodeError),
    ("rec", lambda m: (object.__new__(m.values.Entry),), AttributeError),
    ("shapes", lambda m: ([m.values.Shape_Label("x"), m.values.Kind_Nothing()],), TypeError),
    ("shapes", lambda _: (None,), TypeError),
    ("kinds", lambda m: ([m.values.Kind_Items([1, 65536])],), OverflowError),
    ("kinds", lambda m: ([m.values.Kind_Items("ab")],), TypeError),
    ("kinds", lambda m: ([m.values.Kind_Pair((1,))],), ValueError),
    ("kinds", lambda m: ([m.values.Kind_Pair([1, 2])],), TypeError),
    ("color", lambda _: (0,), TypeError),
    ("paints", lambda _: (1,), TypeError),
    ("maybe", lambda _: (5,), TypeError),
    ("res", lambda _: (b"x",), TypeError),
    ("index", lambda _: ({1: 1},), TypeError),
    ("index", lambda _: ({"a": -1},), OverflowError),
    ("fixed", lambda _: ([1, 2],), ValueError),
    ("fixed", lambda _: (5,), TypeError),
]


@pytest.mark.parametrize(("name", "make", "error"), BAD, ids=[f"{i}-{row[0]}" for i, row in enumerate(BAD)])
def test_what_is_no_value_raises(
    echoed: ModuleType, name: str, make: Callable[[Any], tuple[Any, ...]], error: type[Exception]
) -> None:
    with pytest.raises(error):
        getattr(echoed.values, name)(*make(echoed))
    assert echoed.values.text("still works") == "still works"


def test_a_sequence_that_changes_while_it_is_read(values: Any) -> None:
    items: list[Any] = [1, 2]

    class Shrinks:
        def __index__(self) -> int:
            items.clear()
            return 3

    items.append(Shrinks())
    assert values.kinds([values.Kind_Items(items)]) == [values.Kind_Items([1, 2, 3])]


def test_an_exception_of_an_argument_is_the_calls(values: Any) -> None:
    class Fails:
        def __index__(self) -> int:
            raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        values.kinds([values.Kind_Items([1, Fails()])])


def test_records_are_frozen_slotted_and_match(values: Any) -> None:
    point = values.Point(1, 2)
    with pytest.raises(AttributeError):
        point.x = 3
    assert not hasattr(point, "__dict__")
    match values.shapes([values.Shape_Circle(point)])[0]:
        case values.Shape_Circle(values.Point(x, y)):
            assert (x, y) == (1, 2)
        case _:
            pytest.fail("no case matches")


def test_records_are_dataclasses_to_who_asks(values: Any) -> None:
    entry = values.Entry("n", values.Point(1, y=2), ["t"])
    twin = dataclasses.make_dataclass("Point", [("x", "int"), ("y", "int")], frozen=True, slots=True)(1, 2)
    for of in (values.Point, entry.at):
        assert dataclasses.is_dataclass(of)
        told = [(f.name, f.type, f.default) for f in dataclasses.fields(of)]
        assert told == [(f.name, f.type, f.default) for f in dataclasses.fields(twin)]
    assert dataclasses.asdict(entry) == {"name": "n", "at": {"x": 1, "y": 2}, "tags": ["t"]}
    assert dataclasses.replace(entry.at, y=5) == values.Point(1, 5)
    assert (hash(entry.at), str(inspect.signature(values.Point))) == (hash(twin), "(x, y)")
    assert repr(entry) == "values.Entry(name='n', at=values.Point(x=1, y=2), tags=['t'])"
    assert entry.at != twin
    assert values.Kind_Nothing() == values.Kind_Nothing() != values.Shape_None()
    assert [pickle.loads(pickle.dumps(entry)), copy.deepcopy(entry), copy.copy(entry)] == [entry] * 3
    for change in (lambda: setattr(entry, "name", ""), lambda: delattr(entry, "name"), lambda: setattr(entry, "z", 1)):
        with pytest.raises(dataclasses.FrozenInstanceError):
            change()
    for wrong in ((1,), (1, 2, 3)):
        with pytest.raises(TypeError, match="argument"):
            values.Point(*wrong)


def test_an_import_loads_little(package: Path) -> None:
    """Modules that take longer to import than the package: a world without enums and flags has none of them."""
    program = f"import sys; sys.path.insert(0, {str(package.parent)!r}); import {package.name}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=True)
    assert not {"dataclasses", "inspect", "typing", "re"} & set(done.stdout.split())


def test_nothing_leaks(echoed: ModuleType) -> None:
    """Good calls and bad ones: what is allocated does not grow with their number."""
    good = samples(echoed)
    bad = [(name, make(echoed)) for name, make, _ in BAD]

    def rounds(count: int) -> int:
        for _ in range(count):
            for name, value in good:
                getattr(echoed.values, name)(value)
            for name, args in bad:
                with contextlib.suppress(TypeError, ValueError, OverflowError, AttributeError):
                    getattr(echoed.values, name)(*args)
        gc.collect()
        return sys.getallocatedblocks()

    rounds(50)
    before, resident = rounds(1), _resident()
    # One block lost in any of the calls would be 2,000.
    assert rounds(2000) - before < 1000
    assert _resident() - resident < 2_000_000


def _resident() -> int:
    """How many bytes of memory the process has in use."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096


def test_a_subinterpreter_has_a_module_of_its_own(package: Path) -> None:
    inner = f"import sys; sys.path.insert(0, {str(package.parent)!r}); import echoed; assert echoed.twice(4) == 8"
    program = (
        "import _xxsubinterpreters as s, sys\n"
        f"sys.path.insert(0, {str(package.parent)!r})\n"
        "import echoed\n"
        f"i = s.create(); s.run_string(i, {inner!r}); s.destroy(i)\n"
        "assert echoed.values.rec(echoed.values.Entry('a', None, [])).name == 'a'\n"
    )
    if sys.version_info >= (3, 13):
        program = program.replace("_xxsubinterpreters", "_interpreters")
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_forked_child_calls_on(package: Path) -> None:
    program = (
        "import os, sys\n"
        f"sys.path.insert(0, {str(package.parent)!r})\n"
        "import echoed\n"
        "child = os.fork()\n"
        "assert echoed.values.text('both') == 'both'\n"
        "if child: assert os.waitpid(child, 0)[1] == 0\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_call_while_the_interpreter_ends(package: Path) -> None:
    program = (
        "import sys\n"
        f"sys.path.insert(0, {str(package.parent)!r})\n"
        "import echoed\n"
        "class Last:\n"
        "    def __init__(self): self.text, self.entry = echoed.values.text, echoed.values.rec\n"
        "    def __del__(self):\n"
        "        assert self.text('end') == 'end'\n"
        "sys.last = Last()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


GOOD_TYPES = """
from echoed import Err, Ok, Some, twice, values

a: int = twice(1)
b: values.Entry = values.rec(values.Entry("n", values.Point(1, 2), ["t"]))
c: bytes = values.res(Ok(bytearray(b"x")))
d: Some[int | None] | None = values.maybe(Some(None))
e: dict[str, int] = values.index({"a": 1})
for shape in values.shapes([values.Shape_None()]):
    match shape:
        case values.Shape_Circle(point):
            f: int = point.x
        case values.Shape_Path(points):
            g: list[values.Point] = points
        case values.Shape_None():
            pass
        case values.Shape_Label(label):
            h: str = label
try:
    values.res(Err("no"))
except Err as error:
    error.value
i: values.Tone = values.color(values.Tone.DARK)
j: values.Paint = values.Paint.FILL | values.Paint.BLUR
"""
BAD_TYPES = [
    "twice('x')",
    "values.rec(values.Entry('n', 1, []))",
    "values.color(0)",
    "values.text(b'x')",
    "values.maybe(5)",
    "values.shapes([values.Kind_Nothing()])",
    "values.Point(1, 2).x = 3",
    "x: int = values.text('x')",
    "values.absent()",
]


def test_mypy_accepts_right_calls_and_rejects_wrong_ones(package: Path, tmp_path: Path) -> None:
    lines = [f"{line}  # wrong" for line in BAD_TYPES]
    (tmp_path / "good.py").write_text(GOOD_TYPES, encoding="utf-8")
    (tmp_path / "bad.py").write_text("\n".join(["from echoed import twice, values", *lines]), encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path / 'cache'}"]
    (tmp_path / "echoed").symlink_to(package)
    good = subprocess.run([*command, "good.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert good.returncode == 0, good.stdout
    bad = subprocess.run([*command, "bad.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    rejected = {int(line.split(":")[1]) for line in bad.stdout.splitlines() if ": error:" in line}
    assert rejected == set(range(2, 2 + len(lines))), bad.stdout


def test_pyright_accepts_right_calls_and_rejects_wrong_ones(package: Path, tmp_path: Path) -> None:
    pytest.importorskip("basedpyright", reason="needs pyright: pip install basedpyright")
    lines = [f"{line}  # wrong" for line in BAD_TYPES]
    (tmp_path / "good.py").write_text(GOOD_TYPES, encoding="utf-8")
    (tmp_path / "bad.py").write_text("\n".join(["from echoed import twice, values", *lines]), encoding="utf-8")
    # pyright's own rules: basedpyright has more.
    (tmp_path / "pyrightconfig.json").write_text('{"typeCheckingMode": "standard"}', encoding="utf-8")
    (tmp_path / "echoed").symlink_to(package)
    command = [sys.executable, "-m", "basedpyright", "--outputjson", "good.py", "bad.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    found = [
        (Path(each["file"]).name, each["range"]["start"]["line"], each.get("rule"))
        for each in json.loads(done.stdout)["generalDiagnostics"]
        if each["severity"] == "error"
    ]
    assert [each for each in found if each[0] == "good.py"] == []
    assert {line for file, line, _ in found if file == "bad.py"} == set(range(1, 1 + len(lines))), done.stdout
