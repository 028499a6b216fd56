"""Run processes and take their time: CPU seconds with all descendants, and seconds by the clock."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
PYTHON = (sys.executable,)
SYMBUILD = (sys.executable, "-m", "symbuild")


@dataclass(slots=True)
class Times:
    """Seconds of one command, a round each."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)


def environment(scratch: Path) -> dict[str, str]:
    """Ours, with the checkout importable and compiled modules kept, as an installed package's are."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(scratch / "pycache")}


def run(command: Sequence[str | Path], scratch: Path, cwd: Path | None = None, **variables: str) -> str:
    """Standard output of a command; ``variables`` join its environment. Its failure is shown and ends the benchmark."""
    env = {**environment(scratch), **variables}
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=env, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def time_rounds(
    commands: Mapping[str, Sequence[str | Path]],
    scratch: Path,
    rounds: int,
    cwd: Path | None = None,
) -> dict[str, Times]:
    """Run every command once a round, after one run of each that is not counted."""
    times = {name: Times() for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            cpu, wall = _timed(command, scratch, cwd)
            if number:  # the first fills caches, and writes compiled modules
                times[name].cpu.append(cpu)
                times[name].wall.append(wall)
    return times


def _timed(command: Sequence[str | Path], scratch: Path, cwd: Path | None) -> tuple[float, float]:
    log = scratch / "log"
    with log.open("wb") as output:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=output, cwd=cwd, env=environment(scratch))
        # Not `process.wait()`: only wait4 tells the time of this child and of those it waited for.
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{log.read_text(errors='replace')}")
    return usage.ru_utime + usage.ru_stime, wall
