"""Objects that others write after symmetric-abi.md link with generated ones, as callers and as providers."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import pytest

from symbuild.abi.interface_hash import resource_hash
from symbuild.abi.resources import resources_in
from symbuild.cli import run
from symbuild.wit import load_world

HERE = Path(__file__).parent
WIT = HERE / "shop.wit"
SANITIZE = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
# gcc's word on what may be uninitialised is guesswork where sanitizers are in the code.
FLAGS = ["-g", "-O1", "-Wall", "-Wextra", "-Werror", "-Wno-maybe-uninitialized", *SANITIZE]
C = ["gcc", "-std=c11", *FLAGS]
# Language -> the suffix of the user's source, that of the generated one, and the compiler of both.
GENERATED = {
    "c": (".c", ".c", C),
    "cpp": (".cc", ".cpp", ["g++", "-std=c++20", *FLAGS]),
}

pytestmark = pytest.mark.skipif(not shutil.which("g++"), reason="needs gcc")


def by_hand(name: str, folder: Path, *options: str) -> Path:
    """The object of a source that knows nothing of what is generated."""
    made = folder / f"{name}-by-hand.o"
    succeed([*C, *options, "-c", str(HERE / f"{name}.c"), "-o", str(made)])
    return made


# Language and world -> objects.
Generated = Callable[[str, str], list[Path]]


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Generated:
    """The objects of a world's bindings and of their user's code, compiled once for all tests."""
    folder = tmp_path_factory.mktemp("generated")
    return cache(lambda language, world: compiled(language, world, folder))


def compiled(language: str, world: str, folder: Path) -> list[Path]:
    """The same, compiled in ``folder``."""
    out = folder / f"{world}-{language}"
    out.mkdir()
    for header in HERE.glob("exports-*.h"):
        shutil.copy(header, out)
    argv = ["bindgen", language, str(WIT), "--world", world, "--out-dir", str(out), "--component", world]
    assert run(argv) == 0
    user, bindings, compiler = GENERATED[language]
    sources = [HERE / f"{world}{user}", out / f"{world}{bindings}"]
    objects = [out / f"{number}.o" for number in range(len(sources))]
    for source, made in zip(sources, objects, strict=True):
        succeed([*compiler, "-I", str(out), "-c", str(source), "-o", str(made)])
    return objects


def linked(objects: Sequence[Path], folder: Path) -> str:
    """The program of all objects."""
    program = folder / "program"
    succeed(["g++", *SANITIZE, *map(str, objects), "-o", str(program)])
    return str(program)


def succeed(command: Sequence[str]) -> str:
    """Run a command that must not fail; returns what it prints."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.mark.parametrize("language", GENERATED)
def test_a_caller_by_hand(language: str, generated: Generated, tmp_path: Path) -> None:
    objects = [by_hand("hand_caller", tmp_path), *generated(language, "provider")]
    assert succeed([linked(objects, tmp_path)]) == "as by hand\n"


@pytest.mark.parametrize("handles", [(), ("-DPLAIN",)], ids=["boxes", "without-tables"])
@pytest.mark.parametrize("language", GENERATED)
def test_a_provider_by_hand(language: str, handles: tuple[str, ...], generated: Generated, tmp_path: Path) -> None:
    objects = [*generated(language, "caller"), by_hand("hand_provider", tmp_path, *handles)]
    assert succeed([linked(objects, tmp_path)]) == "as by hand\n"


def test_both_by_hand(tmp_path: Path) -> None:
    objects = [by_hand("hand_caller", tmp_path), by_hand("hand_provider", tmp_path)]
    assert succeed([linked(objects, tmp_path)]) == "as by hand\n"


@pytest.mark.parametrize("language", GENERATED)
def test_two_makers(language: str, generated: Generated, tmp_path: Path) -> None:
    provider = generated(language, "provider")
    other = by_hand("hand_provider", tmp_path, "-DSTORE(name)=hand_##name", f"-DHASH={hash_of_items()}")
    program = linked([by_hand("makers", tmp_path), *provider, other], tmp_path)
    assert succeed([program]) == "each its own\n"
    where = "interop:shop/store#"
    foreign = "handle made by `hand`, given to `provider`"
    assert trap(program, "borrow") == f"trap: {where}total: parameter lines: {foreign}\n"
    assert trap(program, "own") == f"trap: {where}take: parameter items: {foreign}\n"
    assert trap(program, "by-hand") == "trap: handle made by `provider`, given to `hand`\n"


def test_makers_of_something_else(generated: Generated, tmp_path: Path) -> None:
    """Without the hash of the interface, a table is not called."""
    provider = generated("c", "provider")
    other = by_hand("hand_provider", tmp_path, "-DSTORE(name)=hand_##name")
    program = linked([by_hand("makers", tmp_path), *provider, other], tmp_path)
    assert "[method]item.name: handle made by `hand`, given to `provider`" in trap(program, "")


def hash_of_items() -> str:
    """The bytes by which makers of items know each other, as a list of C."""
    (item,) = load_world(WIT, "provider", all_features=True).world.exports
    (resource,) = resources_in(item.interface.types)
    return ",".join(map(str, resource_hash(item.interface, resource)))


def trap(program: str, wrong: str) -> str:
    """What a program says that traps."""
    done = subprocess.run([program, wrong], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    return done.stderr.split("\n=", 1)[0]
