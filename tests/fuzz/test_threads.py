"""Many threads call one component at once: its boxes, its glue and its allocations are theirs to share."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from symbuild.cli import run

HERE = Path(__file__).parent / "threads"
TSAN = ["-fsanitize=thread", "-g", "-O1", "-Wall", "-Wextra", "-Werror"]
# Language -> its user's source, what is generated, and the compiler.
PROVIDERS = {
    "c": ("provider.c", "provider.c", ["gcc", "-std=c11"]),
    "cpp": ("provider.cc", "provider.cpp", ["g++", "-std=c++20"]),
}


def build(language: str, folder: Path) -> Path:
    """The program: a caller in C and the provider, each with its own glue."""
    bindgen("c", "threads", folder / "caller")
    bindgen(language, "provider", folder / "provider")
    user, generated, compiler = PROVIDERS[language]
    sources = [
        (["gcc", "-std=c11"], HERE / "caller.c", "caller"),
        (["gcc", "-std=c11"], folder / "caller" / "threads.c", "caller"),
        (compiler, HERE / user, "provider"),
        (compiler, folder / "provider" / generated, "provider"),
    ]
    objects = []
    for number, (command, source, side) in enumerate(sources):
        objects.append(str(folder / f"{number}.o"))
        tool([*command, *TSAN, "-I", str(folder / side), "-c", str(source), "-o", objects[-1]])
    program = folder / "threads"
    tool([compiler[0], "-fsanitize=thread", *objects, "-pthread", "-o", str(program)])
    return program


def bindgen(language: str, world: str, folder: Path) -> None:
    """Write bindings; headers that are the user's go beside them."""
    folder.mkdir(parents=True)
    for header in HERE.glob("*.h"):
        (folder / header.name).write_text(header.read_text())
    assert run(["bindgen", language, str(HERE / "pool.wit"), "--world", world, "--out-dir", str(folder)]) == 0


def tool(command: list[str]) -> str:
    """Run a tool; returns what it prints."""
    env = {**os.environ, "TSAN_OPTIONS": "halt_on_error=1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def check(language: str, rounds: int, folder: Path) -> None:
    """ThreadSanitizer is content, and nothing that was counted is lost."""
    for needed in (PROVIDERS[language][2][0], "gcc", "setarch"):
        if not shutil.which(needed):
            pytest.skip(f"needs {needed}")
    # Kernels that put programs at more random addresses than the sanitizer knows stop it at its start.
    command = ["setarch", "-R", str(build(language, folder)), str(rounds)]
    assert tool(command) == f"{8 * rounds * 21}\n"


def test_c(tmp_path: Path) -> None:
    check("c", 300, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("language", PROVIDERS)
def test_at_length(language: str, tmp_path: Path) -> None:
    check(language, 5000, tmp_path)
