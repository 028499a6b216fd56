"""Whatever Python hands to a component on wasm is taken or refused by an exception: the native package's tests.

A refusal is Python's: never a trap, after which the component would be over.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("hypothesis", reason="needs hypothesis: pip install '.[test]'")
from python import test_hostile
from python.test_hostile import *  # noqa: F403  # its tests run here too, with the fixtures below
from python.wasm_package import build_wasm_package, imported_anew

DATA = test_hostile.DATA


@pytest.fixture(scope="module")
def echoed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The package of the component that gives back what it is given, and not the native one of that name."""
    folder, data = tmp_path_factory.mktemp("hostile"), DATA / "echo"
    package = build_wasm_package(folder, "hostile_echo", data / "echo.wit", "echo", data / "echo.c")
    with imported_anew(package) as found:
        yield found


@pytest.fixture(scope="module")
def counters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Likewise, of one with resources."""
    folder, data = tmp_path_factory.mktemp("hostile"), DATA / "counters"
    package = build_wasm_package(folder, "hostile_tally", data / "counters.wit", "tally", data / "counters.c")
    with imported_anew(package) as found:
        yield found.counters


del test_memory_is_flat_over_a_million_calls_of_every_type  # noqa: F821  # a call takes fifty times as long
del test_a_debug_interpreter_misses_no_reference  # noqa: F821  # no extension takes and drops any


@pytest.mark.slow
@pytest.mark.usefixtures("echoed", "counters")
def test_memory_is_flat_over_calls_of_every_type() -> None:
    test_hostile.leaks(test_hostile.packages_of("hostile_echo", "hostile_tally"), sys.executable, 20_000)
