"""The C++ made of every world of tests/wit compiles without a warning, for all options and dialects.

The sweep (`-m slow`) takes an hour of one processor; `-k` runs it in parts, such as `-k "clang and O2"`.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
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
RICH = [w for w in WORLDS if w.wit.stem in ("nested", "results", "maps", "keywords", "handles")]
# Those that take longest, in the slow sweep.
OPTIMISED = ("default", "fine-in-a-namespace")
OTHER_VARIANTS = [pytest.param(name, marks=pytest.mark.slow) for name in VARIANTS if name not in OPTIMISED]
BY_FILE = [pytest.param(w, marks=[] if w.wit.stem in ("nested", "results") else pytest.mark.slow) for w in RICH]


def bindgen(world: CorpusWorld, out: Path, *options: str) -> Path:
    """Write C++ bindings; returns the source."""
    command = ["bindgen", "cpp", str(world.wit), "--world", world.name, "--all-features", "--out-dir", str(out)]
    assert run([*command, *options]) == 0
    # Where a component is built, the headers of classes are somewhere among its sources.
    for template in out.glob("*.template"):
        header = template.with_suffix("")
        if not header.exists():
            shutil.copy(template, header)
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


@pytest.mark.parametrize("variant", [*OPTIMISED, *OTHER_VARIANTS])
@pytest.mark.parametrize("world", RICH, ids=str)
def test_optimised(world: CorpusWorld, variant: str, tmp_path: Path) -> None:
    """Optimisers see uninitialised values and dead code that others do not."""
    compile_one(bindgen(world, tmp_path, *VARIANTS[variant]), "g++", "-std=c++20", "-O2", "-fno-exceptions")


@pytest.mark.parametrize("dialect", ["-std=gnu++20", "-std=c++23"])
@pytest.mark.parametrize("world", RICH, ids=str)
def test_dialects(world: CorpusWorld, dialect: str, tmp_path: Path) -> None:
    """GNU's predefines words, such as `linux`; C++23 has std::expected."""
    compile_one(bindgen(world, tmp_path), "g++", dialect, "-fsyntax-only")


@pytest.mark.parametrize("world", BY_FILE, ids=str)
def test_each_header_compiles_by_itself(world: CorpusWorld, tmp_path: Path) -> None:
    bindgen(world, tmp_path, "--split-interfaces", "--no-runtime")
    # The user's classes take their types from the world's header, which includes them.
    headers = sorted(h for h in tmp_path.glob("*.h") if not h.with_name(f"{h.name}.template").exists())
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


@pytest.mark.skipif(not shutil.which("nm"), reason="needs nm")
def test_what_wit_h_makes_has_names_of_its_own(tmp_path: Path) -> None:
    """A program may hold code made with wit-bindgen's wit.h, too, and its linker keeps one function of a name."""
    (world,) = (world for world in RICH if str(world) == "nested:nested")
    source = bindgen(world, tmp_path)
    compile_one(source, "g++", "-std=c++20", "-O0")
    listed = subprocess.run(["nm", "-C", source.with_suffix(".o")], capture_output=True, text=True, check=True).stdout
    names = re.findall(r"\b[VWvw] (wit::[\w:]+)", listed)
    assert names
    assert all(name.startswith("wit::symbuild::") for name in names)


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


@pytest.mark.slow
@pytest.mark.skipif(not importlib.util.find_spec("ziglang"), reason="needs the Python package ziglang")
@pytest.mark.parametrize("variant", ["default", "symmetric"])
@pytest.mark.parametrize("world", WORLDS, ids=str)
def test_canonical_abi(world: CorpusWorld, variant: str, tmp_path: Path) -> None:
    """On wasm the same source holds the Canonical ABI's exports."""
    source = bindgen(world, tmp_path, *VARIANTS[variant])
    zig = [sys.executable, "-m", "ziglang", "c++", "-target", "wasm32-wasi", "-std=c++20", "-fno-exceptions", *WARNINGS]
    command = [*zig, "-O1", "-I", str(tmp_path), "-c", str(source), "-o", str(tmp_path / "out.o")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("world", [w for w in RICH if str(w) in ("nested:nested", "handles:exporter")], ids=str)
def test_no_function_is_defined_twice_where_both_abis_are(world: CorpusWorld, tmp_path: Path) -> None:
    """What a native compiler leaves out is there too: the Canonical ABI's functions."""
    source = bindgen(world, tmp_path).read_text(encoding="utf-8")
    # Subroutines, told by their first parameter.
    defined = re.findall(r"(\w+)\(uint8_t \*_at\b.*\) \{$", source, re.MULTILINE)
    assert any("canonical" in name for name in defined)
    assert sorted(defined) == sorted(set(defined))
