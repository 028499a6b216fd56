"""Which Rust compiler of wasm is taken, and what is said where one cannot make a module."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from machine import needs_rust_for_wasm

from symbuild.cli import run
from symbuild.steps.wasm_rust import wasm_rust, without_target

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    """Nothing is remembered of other machines."""
    wasm_rust.cache_clear()
    yield
    wasm_rust.cache_clear()


def compiler(folder: Path, said: str) -> Path:
    """A rustc of rustup's toolchain `stable` in a folder, which says something when it is to compile."""
    path = folder / "toolchains" / "stable" / "bin" / "rustc"
    path.parent.mkdir(parents=True)
    told = f'case "$*" in *sysroot) echo "{path.parents[1]}";; *) cat {folder}/said >&2; exit 1;; esac'
    (folder / "said").write_text(said)
    path.write_text(f"#!/bin/sh\n{told}\n")
    path.chmod(0o755)
    return path


MISTAKES = {
    "no standard library": (
        "error[E0463]: can't find crate for `std`\n  |\n",
        "Rust has no standard library for wasm32-wasip2",
        "`rustup target add wasm32-wasip2 --toolchain stable`",
    ),
    "no linker": (
        "error: linker `rust-lld` not found\n",
        "Rust has no linker for wasm: `rust-lld` is not there",
        "install your distribution's lld for Rust, or take Rust from https://rustup.rs",
    ),
    "an old compiler": (
        'error: Error loading target specification: Could not find specification for target "wasm32-wasip2".\nmore\n',
        "Rust cannot compile for wasm32-wasip2: Error loading target specification: "
        'Could not find specification for target "wasm32-wasip2".',
        "use Rust 1.85 or newer",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())
def test_what_is_said(
    mistake: tuple[str, str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    said, what, cure = mistake
    rustc = compiler(tmp_path, said)
    monkeypatch.setenv("RUSTC", str(rustc))
    assert run(["wasm-toolchain", "--language", "rust"]) == 4
    assert capsys.readouterr().err == f"error: {what}\n  --> {rustc}\n  help: {cure}\n"


def test_a_script_around_rustc_is_not_gone_around(tmp_path: Path, capsys: Output) -> None:
    script = tmp_path / "of the distribution"
    told = 'case "$*" in *sysroot) echo /nonexistent;; *) echo "can\'t find crate for \\`core\\`" >&2; exit 1;; esac'
    script.write_text(f"#!/bin/sh\n{told}\n")
    script.chmod(0o755)
    assert run(["wasm-toolchain", "--language", "rust", "--rustc", f'"{script}" -g']) == 4
    assert capsys.readouterr().err == (
        f"error: Rust has no standard library for wasm32-wasip2\n  --> {script}\n"
        "  help: install your distribution's, or take Rust from https://rustup.rs and "
        "`rustup target add wasm32-wasip2`\n"
    )


def test_no_rust_at_all(capsys: Output) -> None:
    assert run(["wasm-toolchain", "--language", "rust", "--rustc", "no-such-rustc"]) == 4
    assert capsys.readouterr().err == (
        "error: no Rust compiler found: cannot run `no-such-rustc`\n"
        "  help: install Rust (https://rustup.rs), then `rustup target add wasm32-wasip2`\n"
    )


def test_a_native_target_is_left_out() -> None:
    command = ("rustc", "--target", "riscv64gc-unknown-linux-gnu", "-g", "--target=x", "-O")
    assert without_target(command) == ("rustc", "-g", "-O")


@needs_rust_for_wasm
def test_what_build_systems_read(tmp_path: Path, capsys: Output) -> None:
    assert run(["wasm-toolchain", "--language", "rust"]) == 0
    rust = json.loads(capsys.readouterr().out)["compilers"]["rust"]
    assert shutil.which(rust["origin"]) and rust["command"] == [rust["origin"], "--target", "wasm32-wasip2"]
    assert rust["link"] == [*rust["command"], "-Clinker=rust-lld"]
