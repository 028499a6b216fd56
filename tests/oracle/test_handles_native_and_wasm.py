"""Handles pass natively as they do in wasm: the same values, objects, drops and destructors, in the same order."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from built import build, build_wasm

from oracle.handle_worlds import random_world
from symbuild.cli import run

WORLDS = int(os.environ.get("SYMBUILD_WORLDS", "4"))
INTERFACES = 100


def traces(seed: str, interfaces: int, folder: Path) -> list[str]:
    """What a world's caller and provider print, natively and in wasm."""
    world = random_world(seed, interfaces)
    wit = folder / "h.wit"
    wit.write_text(world.wit, encoding="utf-8")
    build(folder, "test", wit, "test", world.provider)
    native = build(folder, "runner", wit, "runner", world.caller, "-L.", "-ltest", "-Wl,-rpath,$ORIGIN")
    parts = [build_wasm(folder, wit, "runner", world.caller), build_wasm(folder, wit, "test", world.provider)]
    composed = folder / "all.wasm"
    assert run(["compose", *map(str, parts), "-o", str(composed)]) == 0
    return [printed(native), printed(composed)]


def printed(file: Path) -> str:
    """What a component's ``run`` prints."""
    command = [sys.executable, "-m", "symbuild", "run", str(file), "--invoke", "run()"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def compare(seed: str, interfaces: int, folder: Path) -> str:
    """Require that both traces are one, and return it."""
    native, wasm = traces(seed, interfaces, folder)
    for number, (ours, theirs) in enumerate(zip(native.splitlines(), wasm.splitlines(), strict=False), 1):
        assert ours == theirs, f"line {number}"
    assert native == wasm
    return native


def test_a_few(tmp_path: Path) -> None:
    trace = compare("few", 6, tmp_path)
    # Nothing is compared where nothing happens: objects are made on both sides, lent, given away and dropped.
    made, dropped = (re.findall(pattern, trace) for pattern in (r"new (i\d+ \d+)", r"~(i\d+ \d+)"))
    assert len(made) == len(set(made)) > 100
    assert len(dropped) == len(set(dropped)) > 50
    assert set(dropped) <= set(made)
    assert all(word in trace for word in ("borrow", "own 1000", " ok", " err", " none", " c1"))


@pytest.mark.slow
@pytest.mark.parametrize("number", range(WORLDS))
def test_many(number: int, tmp_path: Path) -> None:
    """SYMBUILD_WORLDS says how many worlds, of a hundred interfaces each."""
    compare(f"many {number}", INTERFACES, tmp_path)
