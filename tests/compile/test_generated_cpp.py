"""The C++ made of every world of tests/wit compiles without a warning, for all options and dialects.

The sweep (`-m slow`) takes an hour of one processor; `-k` runs it in parts, such as `-k "clang and O2"`.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from corpus import CorpusWorld, worlds

from symbuild.cli import run

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
# libstdc++'s std::variant of more than 256 cases nests deeper than clang likes.
COMPILERS = {"g++": [], "clang++": ["-fbracket-depth=1024"]}
FLAGS = ["-std=c++20 -O0", "-std=c++20 -O2 -fno-exceptions"]
VARIANTS = {
    "default": [],
    "symmetric": ["--api-style", "symmetric"],
    "coarse": ["--ownership", "coarse-borrowing"],
    "fine-in-a-namespace": ["--ownership", "fine-borrowing", "--internal-prefix", "inner"],
    "component": ["--component", "a-component"],
    "split": ["--split-interfaces", "--export-prefix", "mine_"],
}
# std::variant nests its templates once a case: of 257, each file takes a minute and up to 3 GB.
MANY_CASES, WORLDS = (
    [world for world in worlds() if (world.wit.stem == "many-cases") is many] for many in (True, False)
)
# Worlds whose glue has a bit of everything, for what takes long.
RICH = [w for w in WORLDS if w.wit.stem in ("nested", "results", "maps", "keywords")]


def bindgen(world: CorpusWorld, out: Path, *options: str) -> Path:
    """Write C++ bindings; returns the source."""
    command = ["bindgen", "cpp", str(world.wit), "--world", world.name, "--all-features", "--out-dir", str(out)]
    assert run([*command, *options]) == 0
    (source,) = out.glob("*.cpp")
    return source


def compile_one(source: Path, compiler: str, *options: str) -> None:
    """Compile a source by itself; what the compiler says fails the test."""
    if not shutil.which(compiler):
        pytest.skip(f"needs {compiler}")
    made = source.with_suffix(".o")
    command = [compiler, *WARNINGS, *COMPILERS[compiler], *options]
    command += ["-I", str(source.parent), "-c", str(source), "-o", str(made)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stderr}"


@pytest.mark.parametrize("world", WORLDS, ids=str)
def test_cpp(world: CorpusWorld, tmp_path: Path) -> None:
    compile_one(bindgen(world, tmp_path), "g++", "-std=c++20", "-fsyntax-only")


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("world", RICH, ids=str)
def test_optimised(world: CorpusWorld, variant: str, tmp_path: Path) -> None:
    """Optimisers see uninitialised values and dead code that others do not."""
    compile_one(bindgen(world, tmp_path, *VARIANTS[variant]), "g++", "-std=c++20", "-O2", "-fno-exceptions")


@pytest.mark.parametrize("dialect", ["-std=gnu++20", "-std=c++23"])
@pytest.mark.parametrize("world", RICH, ids=str)
def test_dialects(world: CorpusWorld, dialect: str, tmp_path: Path) -> None:
    """GNU's predefines words, such as `linux`; C++23 has std::expected."""
    compile_one(bindgen(world, tmp_path), "g++", dialect, "-fsyntax-only")


@pytest.mark.parametrize("world", RICH, ids=str)
def test_each_header_compiles_by_itself(world: CorpusWorld, tmp_path: Path) -> None:
    bindgen(world, tmp_path, "--split-interfaces", "--no-runtime")
    headers = sorted(tmp_path.glob("*.h"))
    bindgen(world, tmp_path)
    assert len(headers) > 1
    for header in headers:
        alone = tmp_path / "alone.cc"
        alone.write_text(f'#include "{header.name}"\n')
        compile_one(alone, "g++", "-std=c++20", "-fsyntax-only")


@pytest.mark.parametrize("world", [w for w in WORLDS if w.wit.stem == "results"], ids=str)
def test_expected_is_found_whatever_was_included_before(world: CorpusWorld, tmp_path: Path) -> None:
    """<exception> of libstdc++ declares a function std::unexpected before C++23."""
    source = bindgen(world, tmp_path)
    late = tmp_path / "late.cc"
    late.write_text(
        f'#include <string>\n#include "{source.stem}_cpp.h"\n'
        "std::expected<int, float> fails() { return std::unexpected<float>(0.5f); }\n"
    )
    for dialect in ("-std=c++20", "-std=c++23"):
        compile_one(late, "g++", dialect)


@pytest.mark.slow
@pytest.mark.parametrize("flags", FLAGS)
@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("world", MANY_CASES, ids=str)
def test_many_cases(world: CorpusWorld, compiler: str, flags: str, tmp_path: Path) -> None:
    compile_one(bindgen(world, tmp_path), compiler, *flags.split())


@pytest.mark.slow
@pytest.mark.parametrize("flags", FLAGS)
@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("world", WORLDS, ids=str)
def test_everything(world: CorpusWorld, variant: str, compiler: str, flags: str, tmp_path: Path) -> None:
    compile_one(bindgen(world, tmp_path, *VARIANTS[variant]), compiler, *flags.split())
