"""The CMake package for wasm: each project builds from the sources that it has natively, and runs in wasmtime."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from machine import needs_rust_for_wasm

from symbuild.steps.step import Planned, wasm_steps

from .cmake_door import Tree, needs_cmake, tree
from .door import RUN
from .test_cmake import SAMPLES, commands_of, common

pytestmark = needs_cmake
pytest.importorskip("wasmtime", reason="needs wasmtime: pip install '.[wasm]'")
pytest.importorskip("ziglang", reason="needs ziglang: pip install '.[wasm]'")
New = Callable[[str | Path], Tree]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> New:
    """Projects built for wasm once, for tests that change nothing; the space in their path is part of the test."""

    @cache
    def build(source: str | Path) -> Tree:
        copy = tree(source, tmp_path_factory.mktemp("for wasm") / Path(source).name)
        copy.configure("-DSYM_TARGET=wasm32-wasip2", "-DCMAKE_BUILD_TYPE=Release")
        copy.make()
        return copy

    return build


def test_a_chain_runs(built: New, tmp_path: Path) -> None:
    chain = built("chain")
    chain.test()
    assert chain.make() == []
    assert chain.do("b/app") == "sum 103\n"
    assert "wasi:" not in chain.do("python3", RUN, "wit", "b/calc.wasm")
    chain.do("cmake", "--install", "b", "--prefix", tmp_path / "prefix")
    installed = sorted(str(f.relative_to(tmp_path / "prefix")) for f in (tmp_path / "prefix").rglob("*.wasm"))
    assert installed == ["bin/app.wasm", "lib/calc.wasm", "lib/logger.wasm"]


def test_cmake_runs_the_steps_that_meson_runs(built: New) -> None:
    chain = built("chain")
    wit = str(chain.folder / "wit")
    planned = (
        Planned("logger", wit, "logger", ("logger.c",)),
        Planned("calc", wit, "calc", ("calc.c",), providers=("logger",)),
        Planned("app", wit, "app", ("app.c",), providers=("calc",), is_program=True),
    )
    # Compiling and linking are the build's; Meson has a launcher for tests beside the user's; an empty word is a comma.
    wanted = [list(step.argv) for step in wasm_steps(planned) if step.outputs != ("app-wasm/app",)]
    found = [common(argv) for argv in commands_of(chain) if argv[0] != "wasm-cc"]
    assert sorted(["" if word == "," else word for word in argv if word != "--strip"] for argv in found) == sorted(
        wanted
    )


@pytest.mark.slow
@needs_rust_for_wasm
@pytest.mark.parametrize(
    "source", ["cpp", "rust", "cargo", "rivals", *(SAMPLES / name for name in ("hello", "text-pipeline", "kv-store"))]
)
def test_projects_and_samples_build_and_pass_their_tests(source: str | Path, built: New) -> None:
    copy = built(source)
    copy.test()
    assert copy.make() == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "SOURCES logger.c",
            "SOURCES logger.c LINK_LIBRARIES m",
            "LINK_LIBRARIES are native, and it is built for wasm",
        ),
        ("SOURCES logger.c", "SOURCES logger.c TARGET native", "it is built for wasm32-wasip2, component 'logger' for"),
        ("SOURCES logger.c", "SOURCES logger.c PLACEMENT isolated", "placement isolated is for native components"),
    ],
)
def test_what_is_native_is_refused(old: str, new: str, said: str, built: New) -> None:
    chain = built("chain")
    file = chain.folder / "CMakeLists.txt"
    text = file.read_text()
    try:
        chain.edit("CMakeLists.txt", old, new)
        assert said in chain.configure_fails()
    finally:
        file.write_text(text)
