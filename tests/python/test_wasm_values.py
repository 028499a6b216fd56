"""Whatever holds of the native package holds of the one on wasm: its values' tests, against components in wasmtime."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from python import test_values
from python.test_values import *  # noqa: F403  # its tests run here too, with the fixtures below
from python.wasm_package import build_wasm_package, imported_anew
from symbuild.cli import run


@pytest.fixture(scope="module", params=["c", pytest.param("cpp", marks=pytest.mark.slow), "rs"])
def package(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of the component that gives back what it is given."""
    folder, data = tmp_path_factory.mktemp("wasm"), test_values.DATA
    return build_wasm_package(folder, "echoed", data / "echo.wit", "echo", data / f"echo.{request.param}")


@pytest.fixture(scope="module")
def echoed(package: Path) -> Iterator[ModuleType]:
    """The package, and not the native one of that name."""
    with imported_anew(package) as found:
        yield found


del test_an_import_loads_little  # noqa: F821  # wasmtime is there
# The stubs are the same.
del test_mypy_accepts_right_calls_and_rejects_wrong_ones  # noqa: F821  # the stubs are the same
del test_pyright_accepts_right_calls_and_rejects_wrong_ones  # noqa: F821  # likewise


def test_the_layer_is_the_native_packages(package: Path, tmp_path: Path) -> None:
    wit = test_values.DATA / "echo.wit"
    assert run(["bindgen", "python", str(wit), "-w", "echo", "--out-dir", str(tmp_path)]) == 0
    for name in ("__init__.py", "__init__.pyi", "py.typed"):
        assert (package / name).read_bytes() == (tmp_path / name).read_bytes(), name
