"""Meson releases: the one of this environment for every test, others for those that ask for all."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

from .door import Meson, Project, copy_of

# The oldest that is supported, and one of each group whose internals differ (`pytest -m slow tests/doors` runs all).
OLDEST = "1.3.2"
RELEASES = ("1.5.2", "1.6.1", "1.8.4", "1.10.0", "1.12.1")
# Meson's own development, from a directory that this variable names.
CHECKOUT = "MESON_CHECKOUT"


@pytest.fixture(scope="session")
def meson() -> Meson:
    """The Meson of this environment."""
    return Meson(importlib.metadata.version("meson"), Path(sys.executable))


@pytest.fixture(
    scope="session",
    params=[OLDEST, *(pytest.param(release, marks=pytest.mark.slow) for release in (*RELEASES, CHECKOUT))],
)
def release(request: pytest.FixtureRequest) -> Meson:
    """A Meson release in an environment of its own, which is kept for the next run."""
    version: str = request.param
    requirement = f"meson=={version}"
    if version == CHECKOUT:
        if CHECKOUT not in os.environ:
            pytest.skip(f"set {CHECKOUT} to a checkout of Meson")
        requirement = os.environ[CHECKOUT]
    folder = request.config.cache.mkdir(f"meson-{version}")
    python = folder / "bin" / "python"
    if not (folder / "bin" / "meson").exists():
        venv.create(folder, with_pip=False)
        install = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", requirement]
        done = subprocess.run(install, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    told = subprocess.run([folder / "bin" / "meson", "--version"], capture_output=True, text=True, check=True)
    return Meson(told.stdout.strip(), python)


@pytest.fixture
def project(tmp_path: Path, meson: Meson) -> Callable[[str], Project]:
    """A copy of a project, for this environment's Meson."""
    return lambda name: copy_of(name, tmp_path / name, meson)
