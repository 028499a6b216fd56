"""Many threads call one component at once: its boxes, its glue and its allocations are theirs to share."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from symbuild.cli import run

from . import rust

HERE = Path(__file__).parent / "threads"
TSAN = ["-fsanitize=thread", "-g", "-O1", "-Wall", "-Wextra", "-Werror"]
TSAN_RUST = ["-Zsanitizer=thread", "-Copt-level=1"]
C = ["gcc", "-std=c11"]
# Language -> its user's source, what is generated, and the compiler.
PROVIDERS = {
    "c": ("provider.c", "provider.c", C),
    "cpp": ("provider.cc", "provider.cpp", ["g++", "-std=c++20"]),
    "rust": ("provider.rs", "provider.rs", ["gcc"]),
}
# Language -> where its runtime locks the pool of boxes, and how it would not.
LOCKS = {
    "c": r"while \(__atomic_exchange_n\(&boxes->lock.*\) != 0\)",
    "cpp": r"while \(__atomic_exchange_n\(&boxes->lock.*\) != 0\)",
    "rust": r"while self\.locked\.swap\(true, Ordering::Acquire\)",
}


def build(language: str, folder: Path, *, locks: bool = True, std: bool = False) -> Path:
    """The program: a caller in C and the provider, each with its own glue.

    ``locks``: the provider's pool of boxes is locked. ``std``: Rust's standard library is watched, too.
    """
    bindgen("c", "threads", folder / "caller")
    bindgen(language, "provider", folder / "provider")
    compiler = PROVIDERS[language][2]
    objects = [
        compiled(C, HERE / "caller.c", folder / "caller"),
        compiled(C, folder / "caller" / "threads.c", folder / "caller"),
        *(
            provider_in_rust(folder, locks=locks, std=std)
            if language == "rust"
            else provider(language, folder, locks=locks)
        ),
    ]
    program = folder / "threads"
    # Rust brings a newer runtime of the sanitizer.
    runtime = ["-lm", "-ldl", "-rdynamic"] if language == "rust" else ["-fsanitize=thread"]
    tool([compiler[0], *objects, *runtime, "-pthread", "-o", str(program)])
    return program


def provider(language: str, folder: Path, *, locks: bool) -> list[str]:
    """The provider's objects."""
    user, generated, compiler = PROVIDERS[language]
    if not locks:
        unlock(folder / "provider" / "symbuild.h", "while (boxes == NULL)", language)
    sources = (HERE / user, folder / "provider" / generated)
    return [compiled(compiler, source, folder / "provider") for source in sources]


def provider_in_rust(folder: Path, *, locks: bool, std: bool) -> list[str]:
    """The provider's library, and the sanitizer's."""
    runtime = folder / "runtime"
    shutil.copytree(rust.RUNTIME, runtime)
    if not locks:
        unlock(runtime / "boxes.rs", "while false", "rust")
    works, bindings = HERE / "provider.rs", folder / "provider" / "provider.rs"
    if std:
        made = rust.library_with_std(works, folder, TSAN_RUST, BINDINGS=bindings)
    else:
        made = rust.library(works, folder, TSAN_RUST, runtime, BINDINGS=bindings)
    return [str(made), "-Wl,--whole-archive", str(rust.sanitizer_runtime("tsan")), "-Wl,--no-whole-archive"]


def unlock(source: Path, unlocked: str, language: str) -> None:
    """Take the lock out of a runtime."""
    text, count = re.subn(LOCKS[language], unlocked, source.read_text())
    assert count == 1, source
    source.write_text(text)


def compiled(compiler: list[str], source: Path, folder: Path) -> str:
    """An object file, of a source that includes what is in ``folder``."""
    made = str(folder / f"{source.name}.{len(list(folder.glob('*.o')))}.o")
    tool([*compiler, *TSAN, "-I", str(folder), "-c", str(source), "-o", made])
    return made


def bindgen(language: str, world: str, folder: Path) -> None:
    """Write bindings; headers that are the user's go beside them."""
    folder.mkdir(parents=True)
    for header in HERE.glob("*.h"):
        (folder / header.name).write_text(header.read_text())
    assert run(["bindgen", language, str(HERE / "pool.wit"), "--world", world, "--out-dir", str(folder)]) == 0


def tool(command: list[str]) -> str:
    """Run a tool; returns what it prints."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def run_threads(program: Path, rounds: int) -> subprocess.CompletedProcess[str]:
    """Run the program; the sanitizer ends it at the first race."""
    # Kernels that put programs at more random addresses than the sanitizer knows stop it at its start.
    command = ["setarch", "-R", str(program), str(rounds)]
    env = {**os.environ, "TSAN_OPTIONS": "halt_on_error=1"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=env)


def require(language: str) -> None:
    """Skip where something is missing."""
    for needed in (PROVIDERS[language][2][0], "gcc", "setarch"):
        if not shutil.which(needed):
            pytest.skip(f"needs {needed}")
    if language == "rust" and not rust.nightly():
        pytest.skip("needs a nightly Rust: rustup toolchain install nightly")


def check(program: Path, rounds: int) -> None:
    """ThreadSanitizer is content, and nothing that was counted is lost."""
    done = run_threads(program, rounds)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{8 * rounds * 21}\n"


@pytest.mark.parametrize("language", ["c", "rust"])
def test_threads(language: str, tmp_path: Path) -> None:
    require(language)
    check(build(language, tmp_path), 300)


@pytest.mark.slow
@pytest.mark.parametrize("language", PROVIDERS)
def test_at_length(language: str, tmp_path: Path) -> None:
    require(language)
    check(build(language, tmp_path), 5000)


@pytest.mark.slow
def test_with_rusts_standard_library(tmp_path: Path) -> None:
    require("rust")
    if not rust.vendored():
        pytest.skip("needs the sources of Rust's standard library: rustup component add --toolchain nightly rust-src")
    check(build("rust", tmp_path, std=True), 2000)


@pytest.mark.slow
@pytest.mark.parametrize("language", PROVIDERS)
def test_a_race_is_found(language: str, tmp_path: Path) -> None:
    require(language)
    done = run_threads(build(language, tmp_path, locks=False), 300)
    assert "WARNING: ThreadSanitizer: data race" in done.stderr
