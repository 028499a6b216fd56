"""Builds a component's core module for wasm, and the Python package that runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest
from machine import lacks_rust_for_wasm

import symbuild
from python import imported
from symbuild.cli import run
from symbuild.steps.wasm_rust import LINK, wasm_rust
from symbuild.steps.wasm_toolchain import ZIG, wasm_compiler

_RUNTIME = Path(symbuild.__file__).parent / "runtime"
_ABORT, _RUST = _RUNTIME / "wasi" / "abort.cpp", _RUNTIME / "rust" / "src" / "lib.rs"


def build_wasm_package(folder: Path, name: str, wit: Path, world: str, source: Path, *options: str) -> Path:
    """The package ``name`` of a component in C, C++ or Rust; skips the test where something for it is not installed."""
    pytest.importorskip("wasmtime", reason="needs wasmtime: pip install '.[wasm]'")
    package = folder / name
    command = ["bindgen", "python", str(wit), "-w", world, "--target", "wasm32-wasip2", "--out-dir", str(package)]
    assert run([*command, *options]) == 0
    build = {".c": _c_module, ".cpp": _cpp_module, ".rs": _rust_module}[source.suffix]
    core, made = build(folder, wit, world, source), package / "_native.wasm"
    assert run(["componentize", str(core), "--wit", str(wit), "-w", world, "-o", str(made), "--strip"]) == 0
    return package


@contextmanager
def imported_anew(package: Path) -> Iterator[ModuleType]:
    """The package, which is forgotten afterwards: others have its name."""
    _forget(package.name)
    try:
        yield imported(package)
    finally:
        _forget(package.name)


def _forget(name: str) -> None:
    for module in [module for module in sys.modules if module.partition(".")[0] == name]:
        del sys.modules[module]


def _c_module(folder: Path, wit: Path, world: str, source: Path) -> Path:
    assert run(["bindgen", "c", str(wit), "-w", world, "--out-dir", str(folder)]) == 0
    compiler = wasm_compiler("c")
    link = [*compiler.command, *compiler.link_flags, "-O2", "-UNDEBUG", "-mexec-model=reactor", f"-I{folder}"]
    subprocess.run([*link, str(source), f"{world}.c", "-o", "core.wasm"], cwd=folder, check=True)
    return folder / "core.wasm"


def _cpp_module(folder: Path, wit: Path, world: str, source: Path) -> Path:
    compiler = wasm_compiler("cpp")
    if compiler.origin == ZIG:
        pytest.skip("zig may build its C++ library for minutes")
    assert run(["bindgen", "cpp", str(wit), "-w", world, "--out-dir", str(folder)]) == 0
    link = [*compiler.command, *compiler.link_flags, "-std=c++20", "-O1", "-mexec-model=reactor", f"-I{folder}"]
    subprocess.run([*link, str(_ABORT), str(source), f"{world}.cpp", "-o", "core.wasm"], cwd=folder, check=True)
    return folder / "core.wasm"


def _rust_module(folder: Path, wit: Path, world: str, source: Path) -> Path:
    if why := lacks_rust_for_wasm():
        pytest.skip(why)
    assert run(["bindgen", "rust", str(wit), "-w", world, "--out-dir", str(folder)]) == 0
    runtime = ["--crate-type=rlib", "--crate-name=wit_bindgen", '--cfg=feature="std"', str(_RUST)]
    user = [*LINK, "--crate-type=cdylib", "--extern=wit_bindgen=libwit_bindgen.rlib", str(source)]
    for crate, made in ((runtime, "libwit_bindgen.rlib"), (user, "core.wasm")):
        command = [*wasm_rust().command, "--edition=2021", "-O", *crate, "-o", made]
        environment = {**os.environ, "BINDINGS": str(folder / f"{world}.rs")}
        subprocess.run(command, cwd=folder, env=environment, check=True)
    return folder / "core.wasm"
