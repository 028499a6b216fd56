"""The wheel, as `pip` builds and installs it: one command and one Meson module in a fresh environment."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def call(*command: str | Path, cwd: Path, path: Path | None = None) -> str:
    """Run a command that must succeed; its output."""
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    if path:
        environment["PATH"] = os.pathsep.join((str(path), environment["PATH"]))
    done = subprocess.run(
        command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def build_wheel(folder: Path) -> Path:
    """The wheel, built in isolation."""
    call(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    return wheel


def environment(folder: Path, *requirements: str | Path) -> Path:
    """A fresh virtual environment with packages; the directory of its commands."""
    venv.create(folder, with_pip=False)
    install = [sys.executable, "-m", "pip", "--python", folder / "bin" / "python", "install", "-q", *requirements]
    call(*install, cwd=folder)
    return folder / "bin"


@pytest.mark.slow
def test_an_installed_wheel_serves_the_meson_beside_it(tmp_path: Path) -> None:
    wheel = build_wheel(tmp_path)
    names = zipfile.ZipFile(wheel).namelist()
    assert "mesonbuild/modules/symbuild.py" in names
    assert "SCons/Tool/symbuild.py" in names
    assert "symbuild/_meson/__init__.py" in names
    assert "symbuild/runtime/include/symbuild.h" in names
    commands = environment(tmp_path / "env", wheel, "meson", "ninja")
    assert call(commands / "symbuild", "--version", cwd=tmp_path).startswith("symbuild ")
    call(commands / "symbuild", "init", "hello", cwd=tmp_path)
    # The environment lies in the source tree, as many do, and is not activated; ninja alone is on PATH.
    log = call(commands / "meson", "setup", "hello/b", "hello", cwd=tmp_path, path=commands)
    assert f"Program symbuild found: YES ({commands / 'symbuild'})" in log
    call(commands / "meson", "test", "-C", "hello/b", cwd=tmp_path, path=commands)


@pytest.mark.slow
def test_an_environment_inside_the_project_is_fine(tmp_path: Path) -> None:
    wheel = build_wheel(tmp_path)
    commands = environment(tmp_path / "hello" / ".venv", wheel, "meson", "ninja")
    call(commands / "symbuild", "init", "hello", cwd=tmp_path)
    call(commands / "meson", "setup", "b", cwd=tmp_path / "hello", path=commands)
    call(commands / "meson", "test", "-C", "b", cwd=tmp_path / "hello", path=commands)


@pytest.mark.slow
def test_an_editable_install_serves_meson_from_the_checkout(tmp_path: Path) -> None:
    commands = environment(tmp_path / "env", "-e", ROOT, "meson", "ninja")
    call(commands / "symbuild", "init", "hello", cwd=tmp_path)
    call(commands / "meson", "setup", "b", cwd=tmp_path / "hello", path=commands)
    call(commands / "meson", "test", "-C", "b", cwd=tmp_path / "hello", path=commands)
    assert "meson_module" in (tmp_path / "hello" / "b" / "build.ninja").read_text()


@pytest.mark.slow
def test_without_meson_in_the_environment_the_one_on_path_is_run(tmp_path: Path) -> None:
    # Our wheel alone makes `mesonbuild` a package without code there.
    theirs = environment(tmp_path / "theirs", "meson", "ninja")
    ours = environment(tmp_path / "ours", build_wheel(tmp_path))
    call(ours / "symbuild", "init", "hello", cwd=tmp_path)
    call(ours / "symbuild", "meson", "setup", "b", cwd=tmp_path / "hello", path=theirs)
    call(theirs / "meson", "test", "-C", "b", cwd=tmp_path / "hello", path=theirs)
