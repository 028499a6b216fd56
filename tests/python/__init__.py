"""Builds a component and its Python package with the machine's compiler, as a user's build would."""

from __future__ import annotations

import importlib
import subprocess
import sys
import sysconfig
from pathlib import Path
from types import ModuleType

from symbuild.cli import run

# What a generated extension must compile with.
STRICT = ("-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror")


def build_package(folder: Path, name: str, wit: Path, world: str, component: Path, *options: str) -> Path:
    """Generate the package ``name`` in a folder, and compile its extension against a component beside it."""
    package = folder / name
    assert run(["bindgen", "python", str(wit), "-w", world, "--out-dir", str(package), *options]) == 0
    include = sysconfig.get_path("include")
    command = ["gcc", *STRICT, "-O2", "-fPIC", "-shared", f"-isystem{include}", str(package / "_native.c")]
    link = [str(component), f"-Wl,-rpath,{component.parent}", "-o", str(package / "_native.abi3.so")]
    subprocess.run([*command, *link], check=True)
    return package


def imported(package: Path) -> ModuleType:
    """The package, imported in this process."""
    sys.path.insert(0, str(package.parent))
    try:
        return importlib.import_module(package.name)
    finally:
        sys.path.remove(str(package.parent))
