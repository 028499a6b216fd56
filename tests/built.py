"""Builds components of C sources, natively and for wasm."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from symbuild.cli import run
from symbuild.steps.wasm_toolchain import wasm_compiler


def build(folder: Path, name: str, wit: Path, world: str, source: str, *link: str) -> Path:
    """Generate, compile and link a component as ``libNAME.so`` in a folder."""
    assert run(["bindgen", "c", str(wit), "-w", world, "--component", name, "--out-dir", str(folder)]) == 0
    (folder / f"{name}_user.c").write_text(source, encoding="utf-8")
    sources = [f"{name}_user.c", f"{world}.c", f"{name}_manifest.c"]
    command = ["gcc", "-shared", "-fPIC", "-UNDEBUG", *sources, f"-Wl,--version-script,{name}.map", *link]
    library = folder / f"lib{name}.so"
    subprocess.run([*command, f"-Wl,-soname,{library.name}", "-o", library.name], cwd=folder, check=True)
    return library


def build_wasm(folder: Path, wit: Path, world: str, source: str, *, program: bool = False) -> Path:
    """Generate, compile and componentize, as ``WORLD.wasm``; skips the test where wasmtime is not installed."""
    pytest.importorskip("wasmtime", reason="needs wasmtime: pip install '.[wasm]'")
    assert run(["bindgen", "c", str(wit), "-w", world, "--out-dir", str(folder)]) == 0
    (folder / "user.c").write_text(source, encoding="utf-8")
    compiler = wasm_compiler("c")
    # One function that calls hundreds, all inlined, has a large frame.
    link = [*compiler.command, *compiler.link_flags, "-O2", "-UNDEBUG", "-Wl,-z,stack-size=1048576"]
    link += [] if program else ["-mexec-model=reactor"]
    subprocess.run([*link, "user.c", f"{world}.c", "-o", "core.wasm"], cwd=folder, check=True)
    made = folder / f"{world}.wasm"
    command = ["componentize", str(folder / "core.wasm"), "--wit", str(wit), "-w", world, "-o", str(made)]
    assert run([*command, *(["--program"] if program else [])]) == 0
    return made
