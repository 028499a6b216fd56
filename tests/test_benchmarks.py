"""The benchmarks still run; what they reach is no test's business."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import BENCHMARKS
from benchmarks.pairs import unmeasured
from benchmarks.row import table
from symbuild.errors import ToolError
from symbuild.steps.toolchain import c_compiler

ROOT = Path(__file__).parent.parent


@pytest.fixture(name="measure")
def measure_fixture(tmp_path: Path) -> Callable[..., list[dict[str, Any]]]:
    """One round of the benchmarks that are named: their rows."""
    if sys.platform != "linux":
        pytest.skip("benchmarks are for Linux")
    try:
        c_compiler()
    except ToolError as error:
        pytest.skip(str(error))

    def measure(*names: str) -> list[dict[str, Any]]:
        rows = tmp_path / "rows.json"
        command = [sys.executable, "-m", "benchmarks", *names, "--rounds", "1", "--json", str(rows)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        measured: list[dict[str, Any]] = json.loads(rows.read_text())
        return measured

    return measure


def test_one_round(measure: Callable[..., list[dict[str, Any]]]) -> None:
    measured = measure("glue", "views")
    assert {row["name"].split(":")[0] for row in measured} == {"glue", "glue, one file", "views"}
    # Not a time, so it holds in every run: one block for what is returned, and none for what is lent, but to Rust.
    allocations = {row["name"]: (row["reached"], row["goal"]) for row in measured if row["unit"]}
    assert "views: allocations of what is lent, C to C" in allocations
    assert "views: allocations of a returned string" in allocations
    assert all(reached == goal for reached, goal in allocations.values()), allocations


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in BENCHMARKS if name not in {"glue", "views"}])
def test_one_round_of_every_other(measure: Callable[..., list[dict[str, Any]]], name: str) -> None:
    assert measure(name)


def test_a_language_that_is_not_here_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CXX", raising=False)
    monkeypatch.delenv("RUSTC", raising=False)
    monkeypatch.setattr("benchmarks.languages.shutil.which", lambda _: None)
    rows = unmeasured("call", 0.9)
    assert [row.name for row in rows] == ["call: pairs with C++", "call: pairs with Rust"]
    assert not any(row.missed for row in rows)
    assert "0.90        -   skipped: no Rust compiler here" in table(rows)
