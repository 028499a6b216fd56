"""Rust's components are hardly bigger than those of wit-bindgen's bindings, of the same sources and options.

Slow, and only where wit-bindgen is installed and Cargo finds its crate: ``python -m pytest -m slow tests/wasm``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from machine import needs_rust_for_wasm

import symbuild
from symbuild.cli import run
from symbuild.steps.wasm_rust import LINK, TARGET, wasm_rust
from symbuild.wit import tool

pytestmark = [
    pytest.mark.slow,
    needs_rust_for_wasm,
    pytest.mark.skipif(not shutil.which("wit-bindgen"), reason="needs wit-bindgen: cargo install wit-bindgen-cli"),
]

RUNTIME = Path(__file__).parent.parent / "runtime"
# Sources that both generators' bindings suit.
TESTS = ("lists", "nested", "options", "records", "resources", "results", "strings", "variants")
MOST = 1.1
OPTIONS = ("--edition=2021", "-Copt-level=3")
PACKAGE = """
[package]
name = "theirs"
version = "1.0.0"
edition = "2021"

[dependencies]
wit-bindgen = { version = "=VERSION", default-features = false, features = ["std", "bitflags"] }
"""


def compile_crate(*arguments: str, bindings: Path | None = None) -> None:
    environment = {**os.environ, **({"BINDINGS": str(bindings)} if bindings else {})}
    subprocess.run([*wasm_rust().command, *OPTIONS, *arguments], env=environment, check=True)


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """Arguments by which a source finds our crate `wit_bindgen`."""
    made = tmp_path_factory.mktemp("ours") / "libwit_bindgen.rlib"
    source = Path(symbuild.__file__).parent / "runtime" / "rust" / "src" / "lib.rs"
    kind = ["--crate-type=rlib", "--crate-name=wit_bindgen", "--cfg", 'feature="std"']
    compile_crate(*kind, str(source), "-o", str(made))
    return (f"--extern=wit_bindgen={made}",)


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """Arguments by which a source finds theirs, built by Cargo."""
    told = subprocess.run(["wit-bindgen", "--version"], capture_output=True, text=True, check=True).stdout
    folder = tmp_path_factory.mktemp("theirs")
    (folder / "src").mkdir()
    (folder / "src" / "lib.rs").write_text("pub use wit_bindgen as theirs;\n")
    (folder / "Cargo.toml").write_text(PACKAGE.replace("VERSION", told.split()[-1]))
    done = subprocess.run(["cargo", "build", "--release", "--target", TARGET], cwd=folder, check=False)
    if done.returncode:
        pytest.skip("needs the crate wit-bindgen of Cargo's registry")
    crates = folder / "target" / TARGET / "release" / "deps"
    return (f"--extern=wit_bindgen={next(crates.glob('libwit_bindgen-*.rlib'))}", f"-Ldependency={crates}")


def size(test: Path, bindings: Path, crates: tuple[str, ...], folder: Path) -> int:
    """Of the tested side's component, without names and debugging information."""
    core, made = folder / "core.wasm", folder / "made.wasm"
    link = [*LINK, "--crate-type=cdylib", "--crate-name=test", *crates]
    compile_crate(*link, str(test / "test.rs"), "-o", str(core), bindings=bindings)
    command = ["componentize", str(core), "--wit", str(test / "test.wit"), "-w", "test", "-o", str(made)]
    assert run([*command, "--strip"]) == 0
    tool.run(["strip", "--all", str(made), "-o", str(made)])
    return made.stat().st_size


@pytest.mark.parametrize("name", TESTS)
def test_size(name: str, ours: tuple[str, ...], theirs: tuple[str, ...], tmp_path: Path) -> None:
    test = RUNTIME / name
    made = {name: tmp_path / name for name in ("ours", "theirs")}
    options = [str(test / "test.wit"), "-w", "test", "--generate-all", "--out-dir"]
    assert run(["bindgen", "rust", *options, str(made["ours"])]) == 0
    subprocess.run(["wit-bindgen", "rust", *options, str(made["theirs"])], check=True, capture_output=True)
    mine = size(test, made["ours"] / "test.rs", ours, made["ours"])
    other = size(test, made["theirs"] / "test.rs", theirs, made["theirs"])
    print(f"{name}: {mine} bytes, {other} with wit-bindgen's bindings")
    assert mine <= MOST * other
