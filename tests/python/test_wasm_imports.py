"""What holds of the imports that Python provides to native components holds on wasm; traps are exceptions there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from python import test_imports
from python.test_imports import *  # noqa: F403  # its tests run here too, with the fixtures below
from python.test_imports import PROVIDED, WIT, WORKER, Log
from python.test_values import DATA, samples
from python.wasm_package import build_wasm_package, imported_anew
from symbuild.cli import run

for _name in (
    "a_forked_process_calls_its_own_objects",
    "calls_go_back_and_forth",  # a component is not called in the middle of a call
    "mypy_knows_what_provides",  # the stubs are the same
    "nothing_leaks",
    "nothing_was_provided",
    "only_the_main_interpreter_provides",
    "the_interpreter_has_ended",
    "values_of_every_type_come_back",
    "what_cannot_be_provided",
    "what_python_does_wrong_is_a_trap",
):
    del globals()[f"test_{_name}"]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wasm")
    (folder / "host.wit").write_text(WIT, encoding="utf-8")
    (folder / "user.c").write_text(WORKER, encoding="utf-8")
    return build_wasm_package(folder, "hosted", folder / "host.wit", "worker", folder / "user.c", *PROVIDED)


@pytest.fixture
def hosted(package: Path) -> Iterator[ModuleType]:
    """The package, with an instance of its own: one that has trapped is over."""
    with imported_anew(package) as found:
        yield found


def test_the_layer_is_the_native_packages(package: Path, tmp_path: Path) -> None:
    wit = package.parent / "host.wit"
    assert run(["bindgen", "python", str(wit), "-w", "worker", "--out-dir", str(tmp_path), *PROVIDED]) == 0
    for name in ("__init__.py", "__init__.pyi", "py.typed"):
        assert (package / name).read_bytes() == (tmp_path / name).read_bytes(), name


@pytest.mark.parametrize(
    ("wrong", "cause", "said"),
    [
        (lambda what: {}["nobody"], KeyError, "KeyError: 'nobody'"),
        (lambda what: "x", TypeError, "t:host/log#write"),
        (lambda what: 2**32, OverflowError, "out of range for u32"),
        (lambda what: test_imports.__missing__, AttributeError, "__missing__"),
    ],
)
def test_what_python_does_wrong_is_an_exception(hosted: ModuleType, wrong: Any, cause: type, said: str) -> None:
    log = Log()
    vars(log)["write"] = wrong
    hosted.provide(log=log, tick=lambda n: n)
    with pytest.raises(RuntimeError, match=said) as caught:
        hosted.work.run(hosted.log.Level.INFO, 1)
    assert type(caught.value.__cause__) is cause
    with pytest.raises(RuntimeError, match="cannot be called any more"):
        hosted.work.total([1.0])


def test_what_ends_the_process_ends_it(hosted: ModuleType) -> None:
    def leave(what: Any) -> int:
        raise SystemExit(3)

    log = Log()
    vars(log)["write"] = leave
    hosted.provide(log=log)
    with pytest.raises(SystemExit):
        hosted.work.run(hosted.log.Level.INFO, 1)


def test_nothing_was_provided(hosted: ModuleType) -> None:
    with pytest.raises(RuntimeError, match="t:host/log#write: nothing provides it yet"):
        hosted.work.run(hosted.log.Level.INFO, 1)


def test_a_component_is_not_called_in_the_middle_of_a_call(hosted: ModuleType) -> None:
    hosted.provide(log=Log(), tick=lambda n: hosted.work.total([1.0]))
    with pytest.raises(RuntimeError, match="is in a call of this thread already"):
        hosted.work.run(hosted.log.Level.INFO, 1)


# ---- values ----------------------------------------------------------------------------------------------------------
# Each function of the interface once more, which asks the import. Arguments stay: the tests end soon.
RELAY = """\
#include "relay.h"
#define SAME(name, type) type copy_##name(type x) { return t_echo_values_##name(x); }
#define GIVEN(name, type) void copy_##name(type *x, type *ret) { t_echo_values_##name(x, ret); }
#define LIST(name, of) void copy_##name(copy_list_##of##_t *x, copy_list_##of##_t *ret) { \\
  t_echo_values_##name((t_echo_values_list_##of##_t *)x, (t_echo_values_list_##of##_t *)ret); }
SAME(small, int8_t)
SAME(double, double)
SAME(letter, uint32_t)
SAME(yes, bool)
SAME(color, t_echo_values_tone_t)
SAME(paints, t_echo_values_paint_t)
GIVEN(text, relay_string_t)
GIVEN(rec, t_echo_values_entry_t)
LIST(shapes, shape)
LIST(kinds, kind)
LIST(deeps, deep)
"""
COPY = """\
world relay {
  import values;
  export copy: interface {
    use values.{entry, shape, kind, deep, tone, paint};
    small: func(x: s8) -> s8;
    double: func(x: f64) -> f64;
    letter: func(x: char) -> char;
    yes: func(x: bool) -> bool;
    text: func(x: string) -> string;
    rec: func(x: entry) -> entry;
    shapes: func(x: list<shape>) -> list<shape>;
    kinds: func(x: list<kind>) -> list<kind>;
    deeps: func(x: list<deep>) -> list<deep>;
    color: func(x: tone) -> tone;
    paints: func(x: paint) -> paint;
  }
}
"""


def test_values_come_back(tmp_path: Path) -> None:
    wit = tmp_path / "echo.wit"
    wit.write_text((DATA / "echo.wit").read_text(encoding="utf-8") + COPY, encoding="utf-8")
    (tmp_path / "user.c").write_text(RELAY, encoding="utf-8")
    provide = ("--provide", "t:echo/values@1.0.0")
    package = build_wasm_package(tmp_path, "relayed", wit, "relay", tmp_path / "user.c", *provide)
    with imported_anew(package) as relayed:
        relayed.provide(values=test_imports.echoing(relayed))
        sent = [(name, value) for name, value in samples(relayed) if hasattr(relayed.copy, name)]
        assert len(sent) > 15
        for name, value in sent:
            found = getattr(relayed.copy, name)(value)
            assert (found, type(found)) == (value, type(value)), name
