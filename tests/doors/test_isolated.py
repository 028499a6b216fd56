"""Components in processes of their own, in builds of Meson's: the same files, another way between them."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from symbuild.doors import symmeson

from .door import RUN, Meson, Project, copy_of

New = Callable[[str], Project]

# What lets a component, its objects and its bindings be made again, as ninja tells it.
BECAUSE = re.compile(r"^ninja explain: (.*)$", re.MULTILINE)


@pytest.fixture
def chain(project: New) -> Project:
    """The chain, with options; not set up."""
    copy = project("chain")
    copy.declare_options()
    return copy


def hashes(project: Project) -> dict[str, str]:
    """The components' files in the build directory."""
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(project.build.glob("lib*.so"))}


def runs_without(project: Project, component: str, *command: str | Path) -> bool:
    """Whether a program works while a component's host is away: then it does not call it there."""
    host = project.build / "symbuild-isolated" / f"{component}.isolated" / component
    away = host.with_name("away")
    host.rename(away)
    try:
        return project.run(*command).returncode == 0
    finally:
        away.rename(host)


def test_a_profile_isolates_every_component(chain: Project) -> None:
    chain.setup("-Dsym_profile=isolated")
    chain.ninja()
    assert chain.run("b/app").stdout == "sum 103\n"
    assert not runs_without(chain, "calc", "b/app")
    assert not runs_without(chain, "logger", "b/app")
    # Meson puts the components' folders into LD_LIBRARY_PATH.
    tested = (chain.meson.python, symmeson.__file__, "test", "-C", "b")
    assert chain.run(*tested).returncode == 0
    assert not runs_without(chain, "calc", *tested)
    assert chain.do("devenv", "-C", "b", chain.build / "app").endswith("sum 103\n")
    assert chain.ninja() == []


def test_switching_compiles_nothing_of_a_component(chain: Project) -> None:
    chain.setup()
    chain.ninja()
    direct = hashes(chain)
    chain.do("configure", "b", "-Dsym_profile=isolated")
    chain.run("ninja", "-C", "b", "build.ninja")
    planned = chain.run("ninja", "-C", "b", "-n", "-d", "explain").stdout
    dirty = BECAUSE.findall(planned)
    assert any("symbuild-isolated/libcalc.so" in line for line in dirty)
    made_again = re.compile(r"(lib(calc|logger)\.so\b|\.c\.o\b|-bindings/(calc|logger))")
    ours = [line for line in dirty if "symbuild-" not in line]
    assert [line for line in ours if made_again.search(line.partition(" is dirty")[0])] == []
    steps = chain.ninja()
    # The runtime is compiled, once for a build directory; the program is linked with the proxies.
    compiled = [step for step in steps if "Compiling" in step and "symbuild-runtime/" not in step]
    assert compiled == []
    assert [step for step in steps if "Linking" in step and "symbuild-runtime/" not in step] == ["Linking target app"]
    assert hashes(chain) == direct
    assert chain.run("b/app").stdout == "sum 103\n"
    assert not runs_without(chain, "calc", "b/app")
    chain.do("configure", "b", "-Dsym_profile=direct")
    assert [step for step in chain.ninja() if "Compiling" in step] == []
    assert hashes(chain) == direct
    assert runs_without(chain, "calc", "b/app")
    assert chain.run("b/app").stdout == "sum 103\n"


@pytest.mark.slow
def test_each_may_be_isolated_alone(chain: Project) -> None:
    chain.edit("meson.build", "sources: 'calc.c'", "sources: 'calc.c', placement: 'isolated'")
    chain.setup()
    chain.ninja()
    assert chain.run("b/app").stdout == "sum 103\n"
    assert not runs_without(chain, "calc", "b/app")
    assert not (chain.build / "symbuild-isolated" / "liblogger.so").exists()
    (chain.folder / "profile.toml").write_text(
        '[component.calc]\nplacement = "direct"\n[component.logger]\nplacement = "isolated"\n'
    )
    chain.do("configure", "b", "-Dsym_profile=profile.toml")
    chain.ninja()
    assert chain.run("b/app").stdout == "sum 103\n"
    assert runs_without(chain, "calc", "b/app")
    assert not runs_without(chain, "logger", "b/app")


def test_an_edited_profile_counts(chain: Project) -> None:
    profile = chain.folder / "profile.toml"
    profile.write_text('default = "isolated"\n')
    chain.setup("-Dsym_profile=profile.toml")
    chain.ninja()
    profile.write_text('default = "isolated"\n[component.calc]\ndeadline = 7.5\ntransport = "unix"\n')
    assert [step for step in chain.ninja() if "calc-isolated" in step] != []
    text = chain.run(sys.executable, RUN, "explain", "b").stdout
    assert "calc: demo:chain/calc (c), isolated: unix, 7.5 s for a call, a failure is a trap, not confined\n" in text
    assert "demo:chain/adder <- calc: direct, to a process of its own over unix\n" in text
    assert "demo:chain/logging <- logger: direct, called back over unix, then to a process of its own over shm" in text
    assert "    add: sends 8 bytes; gets 4 bytes\n" in text
    assert chain.run("b/app").stdout == "sum 103\n"


def test_an_installation_works_where_it_is_put(chain: Project, tmp_path: Path) -> None:
    chain.edit("meson.build", "sources: 'calc.c',", "sources: 'calc.c', version: '2.1.0',")
    chain.setup("-Dsym_profile=isolated", "--prefix=/usr", "--libdir=lib")
    chain.ninja()
    for again in ((), ("--only-changed",)):
        chain.do("install", "-C", "b", "--destdir", str(tmp_path / "root"), *again)
    lib = tmp_path / "root" / "usr" / "lib"
    found = {path.relative_to(lib).as_posix() for path in lib.rglob("*")}
    assert found == {
        "libcalc.so", "libcalc.so.2", "libcalc.so.2.1.0", "liblogger.so", "pkgconfig", "pkgconfig/calc.pc",
        "calc.isolated", "calc.isolated/calc", "calc.isolated/libcalc.so.2", "calc.isolated/liblogger.so",
        "logger.isolated", "logger.isolated/logger", "logger.isolated/liblogger.so",
    }  # fmt: skip
    shutil.rmtree(chain.build)
    program = tmp_path / "root" / "usr" / "bin" / "app"
    assert chain.run(program, environment={"LD_LIBRARY_PATH": str(lib)}).stdout == "sum 103\n"
    (lib / "logger.isolated" / "logger").unlink()
    assert chain.run(program, environment={"LD_LIBRARY_PATH": str(lib)}).returncode != 0


PROJECTS = [
    "plugins",
    "nested",
    pytest.param("rivals", marks=pytest.mark.slow),
    pytest.param("makers", marks=pytest.mark.slow),
    pytest.param("cpp", marks=pytest.mark.slow),
    pytest.param("rust", marks=pytest.mark.slow),
    pytest.param("cargo", marks=pytest.mark.slow),
]


@pytest.mark.parametrize("name", PROJECTS)
def test_every_project_passes_its_tests(name: str, project: New) -> None:
    """Several providers of one interface, labels, middleware, handles of several makers, plugins; other languages."""
    if name in ("rust", "cargo") and not shutil.which("rustc"):
        pytest.skip("needs rustc")
    copy = project(name)
    copy.declare_options()
    copy.setup("-Dsym_profile=isolated")
    copy.ninja()
    copy.do("test", "-C", "b")


def test_plain_targets_get_the_proxy(chain: Project) -> None:
    chain.append("meson.build", "executable('plain', 'plain.c', dependencies: calc.dependency())\n")
    (chain.folder / "plain.c").write_text(
        "#include <stdint.h>\nextern int32_t demoX3AchainX2FadderX00add(int32_t, int32_t);\n"
        "int main(void) { return demoX3AchainX2FadderX00add(40, 1) == 141 ? 0 : 1; }\n"
    )
    chain.setup("-Dsym_profile=isolated", "-Dwerror=false")
    chain.ninja()
    assert chain.run("b/plain", environment={"LD_LIBRARY_PATH": str(chain.build)}).returncode == 0
    assert not runs_without(chain, "calc", "b/plain")
    assert not runs_without(chain, "logger", "b/plain")


def test_oldest_and_other_releases_of_meson(release: Meson, tmp_path: Path) -> None:
    chain = copy_of("chain", tmp_path / "chain", release)
    chain.declare_options()
    chain.setup("-Dsym_profile=isolated")
    chain.ninja()
    assert chain.run("b/app").stdout == "sum 103\n"
    assert not runs_without(chain, "calc", "b/app")


def test_no_process_stays(chain: Project) -> None:
    chain.setup("-Dsym_profile=isolated")
    chain.ninja()
    chain.run("b/app")
    hosts = f"{chain.build}/symbuild-isolated/"
    commands = [p for p in Path("/proc").glob("[0-9]*/exe") if os.access(p, os.R_OK)]
    assert [p for p in commands if str(os.path.realpath(p)).startswith(hosts)] == []
