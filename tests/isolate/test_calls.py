"""A component of every kind of type prints and returns the same in a process of its own, and its death is an error."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from symbuild.cli import run

HERE = Path(__file__).parent / "calls"
SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the components as they are linked directly, and the C of their bindings."""
    if os.name != "posix" or not shutil.which("gcc"):
        pytest.skip("needs gcc")
    folder = tmp_path_factory.mktemp("calls")
    for name in ("logger", "shop", "app"):
        out = ["--out-dir", str(folder / name), "--component", name]
        assert run(["bindgen", "c", str(HERE / "shop.wit"), "-w", name, *out]) == 0
    library(folder, "logger")
    library(folder, "shop", f"-L{folder}", "-llogger", f"-Wl,-rpath,{folder}")
    return folder


def library(folder: Path, name: str, *options: str) -> None:
    """Link a component."""
    linked = ["-shared", f"-Wl,-soname,lib{name}.so", f"-Wl,--version-script={folder / name / f'{name}.map'}", *options]
    compile_c(folder, name, [*linked, "-o", str(folder / f"lib{name}.so")])


def compile_c(folder: Path, name: str, options: Sequence[str]) -> None:
    """Compile a component's sources."""
    sources = [HERE / f"{name}.c", *sorted((folder / name).glob("*.c"))]
    subprocess.run(["gcc", "-g", "-fPIC", "-Wall", f"-I{folder / name}", *map(str, sources), *options], check=True)


def program(folder: Path, places: Sequence[Path], to: Path, *options: str) -> Path:
    """The program, whose libraries are looked for in these places."""
    path = f"-Wl,--disable-new-dtags,-rpath,{':'.join(map(str, places))}"
    libraries = [f"-L{folder}", "-lshop", "-llogger", path, "-rdynamic", "-Wl,--allow-shlib-undefined"]
    compile_c(folder, "app", [*options, *libraries, "-o", str(to)])
    return to


def output(path: Path, *arguments: str) -> str:
    """What a program prints. It must return 0, and its host find nothing wrong either; what that leaks as it ends is
    of threads that still run."""
    done = subprocess.run([path, *arguments], capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
    assert "ERROR: AddressSanitizer" not in done.stderr, done.stderr
    assert "runtime error:" not in done.stderr, done.stderr
    return done.stdout


def isolated(folder: Path, out: Path, *options: str) -> list[Path]:
    """Where the program finds its libraries with the shop in another process."""
    assert run(["isolate", str(folder / "libshop.so"), "-o", str(out), *options]) == 0
    return [out, folder]


@pytest.mark.parametrize("transport", ["shm", "unix"])
def test_the_same_in_another_process(transport: str, built: Path, tmp_path: Path) -> None:
    direct = output(program(built, [built], tmp_path / "direct"))
    assert direct.endswith("fine\n")
    places = isolated(built, tmp_path / "out", "--transport", transport)
    assert output(program(built, places, tmp_path / "app")) == direct


def test_under_sanitizers(built: Path, tmp_path: Path) -> None:
    places = isolated(built, tmp_path / "out", "--cc", f"gcc -g {' '.join(SANITIZERS)}")
    assert output(program(built, places, tmp_path / "app", *SANITIZERS)).endswith("fine\n")


def test_a_death_is_an_error_where_it_has_one(built: Path, tmp_path: Path) -> None:
    error = ["--on-failure", "error", "--error", "demo:shop/store#die", 'err("gone")']
    places = isolated(built, tmp_path / "out", *error)
    assert output(program(built, places, tmp_path / "app"), "kill", "segv", "kill").endswith("fine\n")
