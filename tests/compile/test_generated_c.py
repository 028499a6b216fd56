"""The C made of every world of tests/wit compiles without a warning, as C and as C++, for all options."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from corpus import CorpusWorld, worlds

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
# Compiler -> its command for a .c file. The header and the source serve C++ as well.
COMPILERS = {
    "gcc": ["gcc", "-std=c11", *WARNINGS],
    "g++": ["g++", "-x", "c++", "-std=c++17", *WARNINGS],
    "clang": ["clang", "-std=c11", *WARNINGS],
    "clang++": ["clang++", "-x", "c++", "-std=c++17", *WARNINGS],
}
VARIANTS = {
    "default": [],
    "utf16": ["--string-encoding", "utf16"],
    "symmetric": ["--api-style", "symmetric"],
    "whole": ["--no-sig-flattening"],
    "symmetric-utf16-whole": ["--api-style", "symmetric", "--string-encoding", "utf16", "--no-sig-flattening"],
    "component": ["--component", "a-component"],
}
WORLDS = list(worlds())


def worlds_of(*packages: str) -> list[CorpusWorld]:
    """The worlds of some packages."""
    return [world for world in WORLDS if world.wit.stem in packages]


# Worlds whose glue has a bit of everything, for what takes long.
RICH = worlds_of("nested", "variants", "maps", "keywords")


def compile_all(sources: Iterable[Path], compiler: str, *options: str) -> None:
    """Compile each source by itself; what the compiler says fails the test."""
    if not shutil.which(compiler):
        pytest.skip(f"needs {compiler}")
    for source in sources:
        command = [*COMPILERS[compiler], *options, "-I", str(source.parent), str(source)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stderr}"


@pytest.mark.parametrize("world", WORLDS, ids=str)
def test_c(world: CorpusWorld, tmp_path: Path) -> None:
    world.bindgen(tmp_path, "--component", "a-component")
    compile_all(tmp_path.glob("*.c"), "gcc", "-O0", "-c", "-o", str(tmp_path / "out.o"))


@pytest.mark.parametrize("world", WORLDS, ids=str)
def test_c_with_every_option_but_flattening(world: CorpusWorld, tmp_path: Path) -> None:
    world.bindgen(tmp_path, *VARIANTS["symmetric-utf16-whole"])
    compile_all(tmp_path.glob("*.c"), "gcc", "-fsyntax-only")


@pytest.mark.parametrize("world", RICH, ids=str)
def test_no_function_is_defined_twice_where_both_abis_are(world: CorpusWorld, tmp_path: Path) -> None:
    """What a native compiler leaves out is there too: the Canonical ABI's functions."""
    files = world.bindgen(tmp_path, *VARIANTS["symmetric-utf16-whole"])
    source = next(content for name, content in files.items() if name.endswith(".c")).decode()
    heads = re.findall(r"^(\w[^;{}]*\)) \{$", source, re.MULTILINE)
    # The name is what stands before the last parenthesis that opens parameters.
    defined = [re.findall(r"(\w+)\([^()]*\)$", head)[0] for head in heads]
    assert len(defined) > 20
    assert sorted(defined) == sorted(set(defined))


@pytest.mark.parametrize("world", WORLDS, ids=str)
def test_cpp(world: CorpusWorld, tmp_path: Path) -> None:
    world.bindgen(tmp_path)
    compile_all(tmp_path.glob("*.c"), "g++", "-fsyntax-only")


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("world", RICH, ids=str)
def test_optimised(world: CorpusWorld, variant: str, tmp_path: Path) -> None:
    """Optimisers see uninitialised values and dead code that others do not."""
    world.bindgen(tmp_path, *VARIANTS[variant])
    compile_all(tmp_path.glob("*.c"), "gcc", "-O2", "-c", "-o", str(tmp_path / "out.o"))


@pytest.mark.parametrize("dialect", ["-std=gnu11", "-std=gnu17", "-std=c2x"])
def test_other_dialects(dialect: str, tmp_path: Path) -> None:
    """Each has words of its own, such as `linux` and `typeof`, that are names in this world."""
    (world,) = worlds_of("keywords")
    world.bindgen(tmp_path)
    compile_all(tmp_path.glob("*.c"), "gcc", dialect, "-fsyntax-only")


@pytest.mark.parametrize("world", worlds_of("labels", "inline", "versions"), ids=str)
def test_renamed(world: CorpusWorld, tmp_path: Path) -> None:
    from symbuild.wit import load_world

    model = load_world(world.wit, world.name, all_features=True).world
    keys = dict.fromkeys(item.key for item in (*model.imports, *model.exports))
    world.bindgen(tmp_path, *(f"--rename={key}=renamed{i}" for i, key in enumerate(keys)))
    compile_all(tmp_path.glob("*.c"), "gcc", "-fsyntax-only")
    assert b"renamed0_" in (tmp_path / f"{world.name.replace('-', '_')}.h").read_bytes()


@pytest.mark.parametrize("world", worlds_of("labels", "both-sides", "strings", "handles"), ids=str)
def test_bound_at_run_time(world: CorpusWorld, tmp_path: Path) -> None:
    from symbuild.wit import load_world

    model = load_world(world.wit, world.name, all_features=True).world
    world.bindgen(tmp_path, *(f"--dynamic={item.key}" for item in model.imports))
    compile_all(tmp_path.glob("*.c"), "gcc", "-fsyntax-only")
    compile_all(tmp_path.glob("*.c"), "g++", "-fsyntax-only")


@pytest.mark.slow
@pytest.mark.parametrize("optimise", ["-O0", "-O2"])
@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("world", WORLDS, ids=str)
def test_everything(world: CorpusWorld, variant: str, compiler: str, optimise: str, tmp_path: Path) -> None:
    world.bindgen(tmp_path, *VARIANTS[variant])
    compile_all(tmp_path.glob("*.c"), compiler, optimise, "-c", "-o", str(tmp_path / "out.o"))


@pytest.mark.slow
@pytest.mark.skipif(not importlib.util.find_spec("ziglang"), reason="needs the Python package ziglang")
@pytest.mark.parametrize("variant", ["default", "symmetric-utf16-whole"])
@pytest.mark.parametrize("world", WORLDS, ids=str)
def test_canonical_abi(world: CorpusWorld, variant: str, tmp_path: Path) -> None:
    """On wasm the same source holds the Canonical ABI's exports."""
    world.bindgen(tmp_path, *VARIANTS[variant])
    zig = [sys.executable, "-m", "ziglang", "cc", "-target", "wasm32-wasi", "-std=c11", *WARNINGS, "-O1", "-c"]
    for source in tmp_path.glob("*.c"):
        command = [*zig, "-o", str(tmp_path / "out.o"), "-I", str(tmp_path), str(source)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_same_input_same_bytes(tmp_path: Path) -> None:
    """Two processes with different hash seeds, in different directories, write the same; and no path of either."""
    script = (
        "import sys, pathlib; sys.path[:0] = sys.argv[2:]\n"
        "from corpus import worlds\n"
        "for w in worlds():\n"
        "    w.bindgen(pathlib.Path(sys.argv[1]) / str(w).replace(':', '+'), '--component', 'c')\n"
    )
    tests = Path(__file__).parents[1]
    trees = []
    for seed in ("1", "2"):
        out = tmp_path / f"run{seed}"
        command = [sys.executable, "-c", script, str(out), str(tests), str(tests.parent)]
        subprocess.run(command, env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin"}, check=True)
        trees.append({p.relative_to(out): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()})
    assert len(trees[0]) > 5 * len(WORLDS)
    assert trees[0] == trees[1]
    places = [str(tmp_path).encode(), str(tests.parent).encode()]
    assert not [path for path, content in trees[0].items() if any(p in content for p in places)]
