"""The Rust made of every world of tests/wit compiles without a warning, for all options and in both editions."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from corpus import CorpusWorld, worlds

import symbuild
from symbuild.cli import run

pytestmark = pytest.mark.skipif(not shutil.which("rustc"), reason="needs rustc")

CRATE = Path(symbuild.__file__).parent / "runtime" / "rust"
RUNTIME = CRATE / "src" / "lib.rs"
MINIMUM = tomllib.loads((CRATE / "Cargo.toml").read_text())["package"]["rust-version"]
WORLDS = list(worlds())
DENSE = ("nested", "variants", "maps", "keywords", "both-sides", "handles", "resources")
RICH = [world for world in WORLDS if world.wit.stem in DENSE]
VARIANTS = {
    "borrowing": ["--ownership", "borrowing"],
    "duplicating": ["--ownership", "borrowing-duplicate-if-necessary"],
    "raw-strings": ["--raw-strings"],
    "x86": ["--x86"],
    "merged": ["--merge-structurally-equal-types", "--generate-unused-types"],
    "hash-map": ["--map-type", "std::collections::HashMap"],
    "derives": ["-d", "PartialEq", "-d", "std::clone::Clone"],
    "chaining": ["--enable-method-chaining"],
    "native": ["--abi", "symmetric"],
    "canonical": ["--abi", "canonical"],
}
# A handle can neither be compared nor had twice.
UNDERIVED = ("handles", "resources")
OPTIONS = [(w, v) for w in RICH for v in VARIANTS if not (v == "derives" and w.wit.stem in UNDERIVED)]
# On any target, the glue of the other ABI: what `cfg` leaves out has to be right, too.
OF_WASM = {'#[cfg(target_arch = "wasm32")]': "", '#[cfg(not(target_arch = "wasm32"))]': "#[cfg(any())]"}


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The crate that generated code calls."""
    return compile_runtime(tmp_path_factory.mktemp("runtime"), "rustc")


def compile_runtime(folder: Path, compiler: str) -> Path:
    """Compile the crate that generated code calls."""
    made = folder / "libwit_bindgen.rlib"
    crate = ["--crate-type=rlib", "--crate-name=wit_bindgen", '--cfg=feature="std"', "-Dwarnings"]
    command = [compiler, "--edition=2021", *crate, str(RUNTIME), "-o", str(made)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return made


def bindgen(world: CorpusWorld, out: Path, *options: str) -> Path:
    """The generated file; every feature is on."""
    argv = ["bindgen", "rust", str(world.wit), "--world", world.name, "--all-features", "--generate-all"]
    assert run([*argv, "--out-dir", str(out), *options]) == 0
    (made,) = out.glob("*.rs")
    return made


def compile_crate(source: Path, runtime: Path, *options: str, compiler: str = "rustc") -> None:
    """Compile one crate, which what the compiler says fails."""
    crate = ["--crate-type=rlib", "--crate-name=generated", "--emit=metadata", f"--extern=wit_bindgen={runtime}"]
    command = [compiler, "-Dwarnings", *crate, *options, str(source), "-o", str(source.with_suffix(".rmeta"))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stderr}"


@pytest.mark.parametrize("world", WORLDS, ids=str)
def test_rust(world: CorpusWorld, runtime: Path, tmp_path: Path) -> None:
    compile_crate(bindgen(world, tmp_path), runtime, "--edition=2021")


@pytest.mark.parametrize("edition", ["2021", "2024"])
@pytest.mark.parametrize("world", RICH, ids=str)
def test_with_stubs(world: CorpusWorld, edition: str, runtime: Path, tmp_path: Path) -> None:
    compile_crate(bindgen(world, tmp_path, "--stubs"), runtime, f"--edition={edition}")


@pytest.mark.parametrize(("world", "variant"), OPTIONS, ids=str)
def test_with_options(world: CorpusWorld, variant: str, runtime: Path, tmp_path: Path) -> None:
    # HashMap's keys have to be Hash, as BTreeMap's have to be Ord: keys of WIT are both.
    compile_crate(bindgen(world, tmp_path, "--stubs", *VARIANTS[variant]), runtime, "--edition=2021")


@pytest.mark.parametrize("world", RICH, ids=str)
def test_without_the_standard_library(world: CorpusWorld, runtime: Path, tmp_path: Path) -> None:
    made = bindgen(world, tmp_path, "--stubs", "--std-feature")
    root = tmp_path / "root.rs"
    # A module of this name must not hide the crate.
    root.write_text(f'#![no_std]\ninclude!("{made.name}");\nmod core {{}}\n')
    compile_crate(root, runtime, "--edition=2021")


@pytest.mark.parametrize("world", RICH, ids=str)
def test_the_canonical_glue(world: CorpusWorld, runtime: Path, tmp_path: Path) -> None:
    made = bindgen(world, tmp_path, "--stubs")
    text = made.read_text()
    for old, new in OF_WASM.items():
        text = text.replace(old, new)
    made.write_text(text)
    compile_crate(made, runtime, "--edition=2021")


@pytest.mark.skipif(not shutil.which("clippy-driver"), reason="needs clippy")
@pytest.mark.parametrize("world", RICH, ids=str)
def test_clippy_finds_nothing(world: CorpusWorld, runtime: Path, tmp_path: Path) -> None:
    compile_crate(bindgen(world, tmp_path, "--stubs"), runtime, "--edition=2021", compiler="clippy-driver")


@pytest.mark.skipif(not shutil.which("clippy-driver"), reason="needs clippy")
@pytest.mark.parametrize("features", [["--cfg", 'feature="std"'], []], ids=["std", "no_std"])
def test_clippy_finds_nothing_in_the_runtime(features: list[str], tmp_path: Path) -> None:
    out = ["--crate-type=rlib", "--crate-name=wit_bindgen", "--emit=metadata", "-o", str(tmp_path / "out.rmeta")]
    command = ["clippy-driver", "-Dwarnings", "--edition=2021", *features, *out, str(RUNTIME)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def versions() -> Iterator[tuple[tuple[int, ...], str]]:
    """The Rust compilers on this machine: those on the path, and rustup's."""
    rustup = Path(os.environ.get("RUSTUP_HOME") or Path.home() / ".rustup")
    places = [Path(place) for place in os.environ["PATH"].split(os.pathsep)]
    for compiler in {
        c for p in (*places, *rustup.glob("toolchains/*/bin")) for c in (p / "rustc", *p.glob("rustc-1.*"))
    }:
        if os.access(compiler, os.X_OK):
            said = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=False).stdout
            if found := re.match(r"rustc (\d+)\.(\d+)\.", said):
                yield tuple(map(int, found.groups())), str(compiler)


def test_the_oldest_compiler_takes_every_world(tmp_path: Path) -> None:
    minimum = tuple(map(int, MINIMUM.split(".")))
    newest = max(versions())
    version, compiler = min((v for v in versions() if v[0] >= minimum), default=newest)
    if version == newest[0]:
        pytest.skip(f"needs a rustc between {MINIMUM} and the newest here, such as Debian's rustc-web")
    old = compile_runtime(tmp_path, compiler)
    for world in WORLDS:
        for edition in ("2021", "2024") if world in RICH else ("2021",):
            made = bindgen(world, tmp_path / str(world).replace(":", "+") / edition, "--stubs")
            compile_crate(made, old, f"--edition={edition}", compiler=compiler)


def test_the_minimum_is_stated_everywhere() -> None:
    package = Path(symbuild.__file__).parent
    for place in (CRATE / "README.md", package / "bindings" / "rust" / "README.md", package / "cli" / "bindgen.py"):
        assert f"Rust {MINIMUM} " in place.read_text(encoding="utf-8")


@pytest.mark.skipif(not shutil.which("clippy-driver"), reason="needs clippy")
def test_nothing_of_the_standard_library_is_newer_than_the_minimum(runtime: Path, tmp_path: Path) -> None:
    (tmp_path / "clippy.toml").write_text(f'msrv = "{MINIMUM}"\n')
    made = [bindgen(world, tmp_path / world.name, "--stubs") for world in RICH]
    crates = [(RUNTIME, ["--crate-name=wit_bindgen", '--cfg=feature="std"'])]
    crates += [(path, ["--crate-name=generated", f"--extern=wit_bindgen={runtime}"]) for path in made]
    for source, options in crates:
        # Generated functions allow what clippy says of them: this cannot be allowed.
        command = ["clippy-driver", "--edition=2021", "--force-warn=clippy::incompatible_msrv", "--crate-type=rlib"]
        command += [*options, "--emit=metadata", "-o", str(tmp_path / "out.rmeta"), str(source)]
        environment = {**os.environ, "CLIPPY_CONF_DIR": str(tmp_path)}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        assert (done.returncode, done.stderr) == (0, "")
