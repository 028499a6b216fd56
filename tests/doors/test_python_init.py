"""``symbuild init --python``: a project that pip installs at once."""

from __future__ import annotations

import os
import sys
import venv
from pathlib import Path

import pytest

from .cmake_door import Tree, needs_cmake
from .door import Meson, Project
from .test_packaging import build_wheel, call
from .test_python_cmake import HEADERS, THIS_PYTHON
from .test_verbs import symbuild

pytestmark = pytest.mark.skipif(not HEADERS.exists(), reason="needs Python's headers")
USE = "from my_words import words; print([entry.count for entry in words.count('a b a')])"


def test_meson_builds_it(tmp_path: Path, meson: Meson) -> None:
    written = symbuild("init", "--python", "my-words", cwd=tmp_path)
    assert written.returncode == 0, written.stdout
    assert "next: cd my-words && pip install '.[test]' && pytest" in written.stdout
    project = Project(tmp_path / "my-words", meson)
    project.setup("-Dwerror=true")
    project.ninja()
    assert project.run(sys.executable, "-c", USE, environment={"PYTHONPATH": str(project.build)}).stdout == "[2, 1]\n"


@needs_cmake
@pytest.mark.slow
def test_cmake_builds_it(tmp_path: Path) -> None:
    written = symbuild("init", "--python", "--build-backend", "scikit-build-core", "my-words", cwd=tmp_path)
    assert written.returncode == 0, written.stdout
    project = Tree(tmp_path / "my-words")
    project.configure(THIS_PYTHON, "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Werror")
    project.make()
    assert project.do(sys.executable, "-c", USE, environment={"PYTHONPATH": str(project.build)}) == "[2, 1]\n"


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["meson-python", "scikit-build-core"])
def test_pip_installs_it(backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", f"{tmp_path} {os.environ.get('PIP_FIND_LINKS', '')}".strip())
    build_wheel(tmp_path)
    assert symbuild("init", "--python", "--build-backend", backend, "my-words", cwd=tmp_path).returncode == 0
    project = tmp_path / "my-words"
    venv.create(tmp_path / "env", with_pip=False)
    python = tmp_path / "env" / "bin" / "python"
    call(sys.executable, "-m", "pip", "--python", python, "install", "-q", ".[test]", cwd=project)
    call(python, "-m", "pytest", "-q", cwd=project)


FOR_WASM = {
    "meson-python": ("-Csetup-args=-Dsym_target=wasm32-wasip2",),
    "scikit-build-core": ("-Ccmake.define.SYM_TARGET=wasm32-wasip2", "-Cwheel.platlib=false", "-Cwheel.py-api=py3"),
}


@pytest.mark.slow
@pytest.mark.parametrize("backend", FOR_WASM)
def test_pip_makes_a_wheel_for_wasm(backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For all machines and all CPythons alike."""
    pytest.importorskip("wasmtime", reason="needs wasmtime: pip install '.[wasm]'")
    monkeypatch.setenv("PIP_FIND_LINKS", f"{tmp_path} {os.environ.get('PIP_FIND_LINKS', '')}".strip())
    build_wheel(tmp_path)
    assert symbuild("init", "--python", "--build-backend", backend, "my-words", cwd=tmp_path).returncode == 0
    project = tmp_path / "my-words"
    made = ("wheel", "-q", "--no-deps", "-w", str(tmp_path / "made"), *FOR_WASM[backend], ".")
    call(sys.executable, "-m", "pip", *made, cwd=project)
    (wheel,) = (tmp_path / "made").iterdir()
    assert wheel.name == "my_words-0.1.0-py3-none-any.whl"
    venv.create(tmp_path / "env", with_pip=False)
    python = tmp_path / "env" / "bin" / "python"
    call(sys.executable, "-m", "pip", "--python", python, "install", "-q", f"{wheel}[test,wasm]", cwd=tmp_path)
    call(python, "-m", "pytest", "-q", cwd=project)


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["--python", "1st"], 2, "`1st` is no name for a Python package"),
        (["--python", "class"], 2, "`class` is a word or module of Python's own"),
        (["--python", "json"], 2, "`json` is a word or module of Python's own"),
        (["--build-backend", "meson-python", "x"], 2, "`--build-backend` is for Python packages"),
        (["--python", "--build-backend", "hatch", "x"], 2, "invalid choice: 'hatch'"),
    ],
)
def test_what_cannot_be_is_said(words: list[str], status: int, message: str, tmp_path: Path) -> None:
    refused = symbuild("init", *words, cwd=tmp_path)
    assert (refused.returncode, list(tmp_path.iterdir())) == (status, [])
    assert message in refused.stdout
