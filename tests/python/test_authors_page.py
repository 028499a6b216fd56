"""The page for authors of packages: what it shows beside each other is built and run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from symbuild.bindings import python
from symbuild.doors import symmeson

PAGE = Path(python.__file__).with_name("AUTHORS.md")
RUN = Path(symmeson.__file__).with_name("run.py")
FILES = dict(re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```\n", PAGE.read_text(encoding="utf-8"), re.DOTALL))
NANOBIND = "import nanobind, pathlib; print(pathlib.Path(nanobind.__file__).parent)"
CARGO = """\
[package]
name = "demo_pyo3"
version = "1.0.0"
edition = "2021"
[lib]
crate-type = ["cdylib"]
[dependencies]
pyo3 = { version = ">=0.24", features = ["abi3-py311"] }
"""

pytestmark = pytest.mark.slow


def call(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Run a command that must succeed; its output."""
    out, err = subprocess.PIPE, subprocess.STDOUT
    told = {**os.environ, **environment}
    done = subprocess.run(command, cwd=cwd, env=told, stdout=out, stderr=err, text=True, check=False)
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the page's files, its components built."""
    for tool in ("g++", "rustc", "cargo"):
        if not shutil.which(tool):
            pytest.skip(f"needs {tool}")
    folder = tmp_path_factory.mktemp("authors")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "this.ini").write_text(f"[binaries]\nsymbuild = ['{sys.executable}', '{RUN}']\n")
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    setup = ("setup", "b", "ours", "--native-file", "this.ini", "-Dwarning_level=3", "-Dwerror=true")
    call(sys.executable, symmeson.__file__, *setup, cwd=folder, PATH=path)
    call("ninja", "-C", "b", cwd=folder, PATH=path)
    return folder


def use(page: Path, example: str, python: Path) -> None:
    """Run an example of use."""
    call(python, example, cwd=page, PYTHONPATH=os.pathsep.join((str(page / "b"), str(page))))


def test_c_and_cpp_are_as_with_others(page: Path, tmp_path: Path) -> None:
    venv.create(tmp_path, with_pip=False)
    python = tmp_path / "bin" / "python"
    needed = ("pybind11", "nanobind", "cffi", "setuptools")
    call(sys.executable, "-m", "pip", "--python", python, "install", "-q", *needed, cwd=page)
    flags = call(python, "-m", "pybind11", "--includes", cwd=page).split()
    compiler = ("g++", "-std=c++20", "-shared", "-fPIC", "-fno-strict-aliasing", *flags)
    call(*compiler, "theirs/pybind.cpp", "-o", "demo_pybind11.so", cwd=page)
    nanobind = Path(call(python, "-c", NANOBIND, cwd=page).strip())
    found = (f"-I{nanobind}/include", f"-I{nanobind}/ext/robin_map/include", nanobind / "src" / "nb_combined.cpp")
    call(*compiler, *found, "theirs/nano.cpp", "-o", "demo_nanobind.so", cwd=page)
    call(python, "theirs/build_cffi.py", cwd=page)
    use(page, "use_cpp.py", python)
    use(page, "use_c.py", python)


def test_callbacks(page: Path) -> None:
    use(page, "use_callbacks.py", Path(sys.executable))


def test_rust_is_as_with_pyo3(page: Path) -> None:
    (page / "pyo3" / "Cargo.toml").write_text(CARGO)
    call("cargo", "build", "-q", cwd=page / "pyo3", PYO3_PYTHON=sys.executable)
    shutil.copy(page / "pyo3" / "target" / "debug" / "libdemo_pyo3.so", page / "demo_pyo3.so")
    use(page, "use_rust.py", Path(sys.executable))


def test_objects_are_shared_by_packages(page: Path) -> None:
    use(page, "use_shared.py", Path(sys.executable))


def test_python_provides_objects(page: Path) -> None:
    use(page, "use_python_tallies.py", Path(sys.executable))
