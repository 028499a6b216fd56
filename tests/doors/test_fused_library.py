"""Several components in one library, or one module for wasm, in builds of Meson's: ``fused_library()``."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .door import RUN, Project
from .test_fused import needed
from .test_wasm import wit_of

New = Callable[[str], Project]

BOTH = """
both = sym.fused_library('both', components: [calc, logger], install: true)
user = sym.program('user', world: 'app', sources: 'app.c', components: both)
test('user', user.executable())
"""


@pytest.fixture
def chain(project: New) -> Project:
    """The chain, with a library of both components; not set up."""
    copy = project("chain")
    copy.declare_options()
    copy.append("meson.build", BOTH)
    return copy


def test_a_shared_object(chain: Project, tmp_path: Path) -> None:
    chain.setup("--prefix=/usr")
    chain.ninja()
    assert chain.ninja() == []
    chain.do("test", "-C", "b")
    # Outside are the exports of the one from which none of the others imports.
    told = chain.run(sys.executable, RUN, "inspect", "b/libboth.so").stdout
    assert "calc" in told
    assert "logger" in told
    for library in ("libcalc.so", "liblogger.so"):
        assert library not in needed(chain.build / "user")
        (chain.build / library).unlink()
    assert chain.run("b/user").stdout == "sum 103\n"
    text = chain.run(sys.executable, RUN, "explain", "b").stdout
    assert "demo:chain/adder <- both: version node of both" in text
    chain.ninja()
    chain.do("install", "-C", "b", "--destdir", str(tmp_path / "root"))
    assert list((tmp_path / "root").rglob("libboth.so"))


@pytest.mark.slow
def test_a_static_library(chain: Project) -> None:
    chain.append("meson.build", "archive = custom_target(input: both.static_library(), output: 'copied.a', command: "
                 "['cp', '@INPUT@', '@OUTPUT@'], build_by_default: true)\n")  # fmt: skip
    chain.setup()
    chain.ninja()
    assert chain.run(sys.executable, RUN, "check", "b/copied.a").returncode == 0


@pytest.mark.slow
def test_one_of_two_stays_outside(chain: Project) -> None:
    chain.edit("meson.build", "components: [calc, logger], install: true", "components: calc, link_args: '-Wl,-z,now'")
    chain.setup()
    chain.ninja()
    assert needed(chain.build / "libboth.so") >= {"liblogger.so"}
    assert chain.run("b/user").stdout == "sum 103\n"


@pytest.mark.slow
def test_roots_are_named(chain: Project) -> None:
    chain.edit("meson.build", "components: [calc, logger],", "components: [calc, logger], roots: [calc, logger],")
    chain.setup()
    chain.ninja()
    assert "demo:chain/logging" in chain.run(sys.executable, RUN, "inspect", "b/libboth.so").stdout
    assert chain.run("b/user").stdout == "sum 103\n"


@pytest.mark.slow
def test_providers_by_label(project: New) -> None:
    """Two providers of one interface, one inside and one outside."""
    rivals = project("rivals")
    rivals.append(
        "meson.build",
        """
inside = sym.fused_library('inside', components: [reader, memory], roots: reader)
again = sym.program('again', world: 'app', sources: 'app.c', components: [cache, inside, sizes])
test('each its own again', again.executable())
""",
    )
    rivals.setup()
    rivals.ninja()
    rivals.do("test", "-C", "b")
    assert needed(rivals.build / "libinside.so") >= {"libdisk.so"}
    assert "libmemory.so" not in needed(rivals.build / "libinside.so")


def test_a_component_for_wasm(chain: Project) -> None:
    pytest.importorskip("wasmtime", reason="needs wasmtime: pip install '.[wasm]'")
    chain.setup("-Dsym_target=wasm32-wasip2")
    chain.ninja()
    assert chain.ninja() == []
    chain.do("test", "-C", "b")
    wit = wit_of(chain, "b/both-fused/both.wasm")
    assert "export demo:chain/adder" in wit
    assert "logging" not in wit
    for file in ("calc.wasm", "logger.wasm"):
        (chain.build / file).unlink()
    assert chain.run("b/user").stdout == "sum 103\n"


@pytest.mark.slow
def test_crates_and_c(project: New) -> None:
    if not shutil.which("rustc"):
        pytest.skip("needs rustc")
    rust = project("rust")
    rust.append(
        "meson.build",
        """
one = sym.fused_library('one', components: stats)
user = sym.program('user', world: 'app', sources: 'app.c', components: one)
""",
    )
    rust.setup()
    rust.ninja()
    assert rust.run("b/user").stdout == "2 words\n"
    assert "libstats.so" not in needed(rust.build / "user")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("fused_library('x')", "fused_library 'x': its 'components' are missing: what goes into the file"),
        ("fused_library('both', components: calc)", "fused_library 'both': this build has a fused_library of that"),
        ("fused_library('x', components: both)", "fused_library 'x': 'both' is fused already; name the components"),
        ("fused_library('x', component: calc)", "fused_library 'x': unknown keyword 'component'; did you mean"),
        ("python_extension('x', components: both)", "'both' has a world only once it is built; name the component"),
    ],
)
def test_what_is_refused(chain: Project, call: str, message: str) -> None:
    chain.append("meson.build", f"sym.{call}\n")
    assert message in chain.setup_fails()


@pytest.mark.slow
def test_a_provider_without_a_file(chain: Project) -> None:
    chain.edit("meson.build", "components: [calc, logger], install", "components: [calc], install")
    said = chain.setup_fails("-Dsym_profile=fused")
    assert "fused_library 'both': 'logger', from which one of its components imports, is fused with programs" in said
