"""Whatever holds of resources in the native package holds of those in the one on wasm."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from python import test_resources
from python.test_resources import *  # noqa: F403  # its tests run here too, with the fixtures below
from python.wasm_package import build_wasm_package, imported_anew


@pytest.fixture(scope="module", params=["c", pytest.param("rs", marks=pytest.mark.slow)])
def package(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of counters."""
    folder, data = tmp_path_factory.mktemp("wasm"), test_resources.DATA
    return build_wasm_package(folder, "tally", data / "counters.wit", "tally", data / f"counters.{request.param}")


@pytest.fixture
def counters(package: Path) -> Iterator[Any]:
    """The interface, of which nothing is left over."""
    with imported_anew(package) as tally:
        yield tally.counters
        gc.collect()
        assert tally.counters.alive() == 0, "every object has ended"
        assert not tally._native._glue._component.handles, "the component has none either"


del test_mypy_knows_the_classes  # noqa: F821  # the stubs are the same
