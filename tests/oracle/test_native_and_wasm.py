"""Calls of random functions give the same natively and in wasm, and that is what they were given."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from built import build, build_wasm

from oracle.identities import random_world
from symbuild.cli import run

WORLDS = int(os.environ.get("SYMBUILD_WORLDS", "4"))
INTERFACES = 100


def compare(seed: str, interfaces: int, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Build a world both ways and make its calls."""
    world, calls = random_world(seed, interfaces)
    wit = folder / "d.wit"
    wit.write_text(world.wit, encoding="utf-8")
    assert run(["bindgen", "c", str(wit), "--out-dir", str(folder)]) == 0
    source = world.source((folder / "d.h").read_text(encoding="utf-8"))
    native, wasm = build(folder, "d", wit, "d", source), build_wasm(folder, wit, "d", source)
    for file in (native, wasm):
        capfd.readouterr()
        assert run(["run", str(file), "--json", *(f"--invoke={call}" for call, _ in calls)]) == 0
        results = json.loads(capfd.readouterr().out)
        for (call, expected), found in zip(calls, results, strict=True):
            assert found["result"] == expected, f"{file.name}: {call}"


def test_a_few(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    compare("few", 10, tmp_path, capfd)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(WORLDS))
def test_many(number: int, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """SYMBUILD_WORLDS says how many worlds, of a hundred interfaces each."""
    compare(f"many {number}", INTERFACES, tmp_path, capfd)
