"""Runs a fuzzer: for a time, over its corpus, and for the lines that it has reached."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

# What may be left over where an input ends is a component's own.
ENVIRONMENT = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}
LIMITS = ["-rss_limit_mb=1500", "-max_len=4096", "-timeout=20", "-close_fd_mask=1"]


def fuzz(fuzzer: Path, seeds: Path, seconds: int) -> subprocess.CompletedProcess[str]:
    """Run for so long, or until something is found. The corpus is kept beside the fuzzer."""
    corpus = fuzzer.parent / "corpus"
    corpus.mkdir(exist_ok=True)
    command = [str(fuzzer), str(corpus), str(seeds), f"-max_total_time={seconds}", *LIMITS]
    return subprocess.run(
        command, cwd=fuzzer.parent, env=ENVIRONMENT, capture_output=True, text=True, errors="replace", check=False
    )


def replay(fuzzer: Path, inputs: Path) -> subprocess.CompletedProcess[str]:
    """Run each input once."""
    files = sorted(map(str, inputs.iterdir()))
    return subprocess.run(
        [str(fuzzer), *files, *LIMITS], env=ENVIRONMENT, capture_output=True, text=True, errors="replace", check=False
    )
