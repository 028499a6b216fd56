"""Components in one file with what calls them, in builds of Meson's: the same objects, linked once more."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .door import RUN, Meson, Project, copy_of
from .test_isolated import BECAUSE, hashes, runs_without

New = Callable[[str], Project]

# The program's own is linked in another way, and so compiled for it.
OF_A_COMPONENT = re.compile(r"Compiling .*(calc|logger)|Linking .*lib(calc|logger)\.so")
NEEDED = re.compile(r"\(NEEDED\).*\[(.*)\]")


@pytest.fixture
def chain(project: New) -> Project:
    """The chain, with options; not set up."""
    copy = project("chain")
    copy.declare_options()
    return copy


def needed(file: Path) -> set[str]:
    """The libraries that a file is loaded with."""
    told = subprocess.run(["readelf", "-d", file], capture_output=True, text=True, check=True).stdout
    return set(NEEDED.findall(told))


def profile(project: Project, text: str) -> str:
    """The option that names a profile file."""
    (project.folder / "profile.toml").write_text(text)
    return "-Dsym_profile=profile.toml"


def test_a_profile_fuses_every_component(chain: Project) -> None:
    chain.setup("-Dsym_profile=fused")
    chain.ninja()
    assert chain.ninja() == []
    assert chain.ask("test", "-C", "b").returncode == 0
    told = chain.run(sys.executable, RUN, "inspect", "b/app").stdout
    assert "calc" in told
    assert "logger" in told
    assert not needed(chain.build / "app") & {"libcalc.so", "liblogger.so"}
    for library in chain.build.glob("lib*.so"):
        library.unlink()
    assert chain.run("b/app").stdout == "sum 103\n"


def test_switching_compiles_nothing_of_a_component(chain: Project) -> None:
    chain.setup()
    chain.ninja()
    direct = hashes(chain)
    chain.do("configure", "b", "-Dsym_profile=fused")
    chain.run("ninja", "-C", "b", "build.ninja")
    dirty = BECAUSE.findall(chain.run("ninja", "-C", "b", "-n", "-d", "explain").stdout)
    assert any("libapp-fused.a" in line for line in dirty)
    made_again = re.compile(r"(lib(calc|logger)\.so\b|(calc|logger)-bindings/)")
    assert [line for line in dirty if made_again.search(line.partition(" is dirty")[0])] == []
    assert [step for step in chain.ninja() if OF_A_COMPONENT.search(step)] == []
    assert hashes(chain) == direct
    assert chain.run("b/app").stdout == "sum 103\n"
    chain.do("configure", "b", "-Dsym_profile=direct")
    assert [step for step in chain.ninja() if OF_A_COMPONENT.search(step)] == []
    assert hashes(chain) == direct
    assert chain.run("b/app").stdout == "sum 103\n"


def test_one_fused_and_another_isolated(chain: Project) -> None:
    chain.setup(profile(chain, '[component.calc]\nplacement = "fused"\n[component.logger]\nplacement = "isolated"\n'))
    chain.ninja()
    assert chain.run("b/app").stdout == "sum 103\n"
    assert not runs_without(chain, "logger", "b/app")
    assert "libcalc.so" not in needed(chain.build / "app")
    text = chain.run(sys.executable, RUN, "explain", "b").stdout
    assert "demo:chain/adder <- calc: fused, a call within one file\n" in text
    assert "demo:chain/logging <- logger: direct, to a process of its own over shm\n" in text


def test_one_fused_and_another_beside_it(chain: Project) -> None:
    chain.edit("meson.build", "sources: 'calc.c'", "sources: 'calc.c', placement: 'fused'")
    chain.setup()
    chain.ninja()
    assert chain.run("b/app").stdout == "sum 103\n"
    assert needed(chain.build / "app") >= {"liblogger.so"}
    assert "libcalc.so" not in needed(chain.build / "app")


def test_a_file_cannot_call_what_has_none(chain: Project) -> None:
    said = chain.setup_fails(profile(chain, '[component.logger]\nplacement = "fused"\n'))
    assert "component 'calc' is not fused, but its provider 'logger' is, which leaves no file" in said


def test_an_installed_program_is_one_file(chain: Project, tmp_path: Path) -> None:
    chain.setup("-Dsym_profile=fused", "--prefix=/usr")
    chain.ninja()
    chain.do("install", "-C", "b", "--destdir", str(tmp_path / "root"))
    shutil.rmtree(chain.build)
    program = tmp_path / "root" / "usr" / "bin" / "app"
    for library in (tmp_path / "root").rglob("lib*.so"):
        library.unlink()
    assert chain.run(program).stdout == "sum 103\n"


SLOW = [pytest.param(name, marks=pytest.mark.slow) for name in ("makers", "nested", "cpp", "cargo")]


@pytest.mark.parametrize("name", ["rivals", "plugins", *SLOW])
def test_every_project_passes_its_tests(name: str, project: New) -> None:
    """Several providers of one interface, labels, middleware, handles of several makers, plugins; other languages."""
    if name in ("makers", "cargo") and not shutil.which("rustc"):
        pytest.skip("needs rustc")
    copy = project(name)
    copy.declare_options()
    copy.setup("-Dsym_profile=fused")
    copy.ninja()
    copy.do("test", "-C", "b")


def test_programs_in_rust_and_c_beside_a_crate(project: New) -> None:
    """Two copies of Rust's standard library in one program, of which the one is the program's own."""
    if not shutil.which("rustc"):
        pytest.skip("needs rustc")
    rust = project("rust")
    rust.declare_options()
    rust.setup("-Dsym_profile=fused", "--buildtype=release")
    rust.ninja()
    assert rust.ninja() == []
    rust.edit("app.rs", "two words", "three words here")
    steps = [step for step in rust.ninja() if "in-c" in step or "stats-" in step]
    assert steps == [], "the other program and the component stay as they are"
    (rust.build / "libstats.so").unlink()
    assert rust.run("b/in-c").stdout == "2 words\n"
    assert rust.run("b/in-rust").stdout == "3 words\n"
    assert "libstats.so" not in needed(rust.build / "in-rust")


@pytest.mark.skipif(not shutil.which("clang"), reason="needs clang")
def test_calls_are_inlined_by_clang(chain: Project) -> None:
    (chain.folder / "clang.ini").write_text("[binaries]\nc = 'clang'\nar = 'llvm-ar'\n")
    if not shutil.which("llvm-ar"):
        (chain.folder / "clang.ini").write_text("[binaries]\nc = 'clang'\n")
    chain.setup("-Dsym_profile=fused", "-Db_lto=true", "-Doptimization=2", "--native-file=clang.ini")
    chain.ninja()
    assert chain.run("b/app").stdout == "sum 103\n"


def test_gcc_s_intermediate_code_is_refused(chain: Project) -> None:
    (chain.folder / "gcc.ini").write_text("[binaries]\nc = 'gcc'\n")
    chain.setup("-Dsym_profile=fused", "-Db_lto=true", "--native-file=gcc.ini")
    said = chain.ninja_fails()
    assert "cannot be fused: names in" in said
    assert "-ffat-lto-objects" in said


def test_oldest_and_other_releases_of_meson(release: Meson, tmp_path: Path) -> None:
    chain = copy_of("chain", tmp_path / "chain", release)
    chain.declare_options()
    chain.setup("-Dsym_profile=fused")
    chain.ninja()
    assert chain.run("b/app").stdout == "sum 103\n"
    assert "libcalc.so" not in needed(chain.build / "app")
