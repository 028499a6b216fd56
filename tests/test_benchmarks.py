"""The benchmarks still run; what they reach is no test's business."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from symbuild.errors import ToolError
from symbuild.steps.toolchain import c_compiler

ROOT = Path(__file__).parent.parent


@pytest.mark.skipif(sys.platform != "linux", reason="benchmarks are for Linux")
def test_one_round(tmp_path: Path) -> None:
    try:
        c_compiler()
    except ToolError as error:
        pytest.skip(str(error))
    rows = tmp_path / "rows.json"
    command = [sys.executable, "-m", "benchmarks", "call", "glue", "views", "--rounds", "1", "--json", str(rows)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    measured = json.loads(rows.read_text())
    assert {row["name"].split(":")[0] for row in measured} == {"call", "glue", "glue, one file", "views"}
    allocations = {row["name"]: row["reached"] for row in measured if row["unit"]}
    # Not a time, so it holds in every run: one block for what is returned, none for what is lent.
    assert allocations["views: allocations of text big"] == allocations["views: allocations of bytes big"] == 1
    assert allocations["views: allocations of measure big"] == allocations["views: allocations of weigh big"] == 0
