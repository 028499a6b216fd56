"""Fused components whose providers are outside, in processes of their own: each is led to its own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from .cmake_door import needs_cmake, tree
from .door import RUN, Meson, copy_of

# The cache takes the store that it also exports from the memory; its reader takes one of each by a label.
OUTSIDE = """\
default = "isolated"
[component.cache]
placement = "fused"
[component.reader]
placement = "fused"
[component.sizes]
placement = "fused"
"""
FUSED = {"cache", "reader", "sizes"}
SAID = "store 6000, total 211, size 7\n"
# Now `sizes` takes from the disk what the cache takes from the memory.
IMPORTS_TOO = ("world sizes {", "world sizes {\n  import store;")
TORN = "in one file demo:rivals/store would be one import: `cache` takes it from `memory`, `sizes` takes it from `disk`"


def test_meson(tmp_path: Path, meson: Meson) -> None:
    project = copy_of("rivals", tmp_path / "rivals", meson)
    project.declare_options()
    (project.folder / "outside.toml").write_text(OUTSIDE)
    project.setup("-Dsym_profile=outside.toml")
    project.ninja()
    assert project.run("b/app").stdout == SAID
    dynamic = project.run("readelf", "-d", "b/app").stdout
    assert {name for name in (*FUSED, "memory", "disk") if f"[lib{name}.so]" in dynamic} == {"memory", "disk"}
    for name in ("memory", "disk"):
        host = project.build / "symbuild-isolated" / f"{name}.isolated" / name
        host.rename(host.with_name("away"))
        assert f"component `{name}` (isolated): its host `" in project.run("b/app").stdout
        host.with_name("away").rename(host)
    text = project.run(sys.executable, RUN, "explain", "b").stdout
    assert "demo:rivals/store <- cache: fused, a call within one file\n" in text
    assert "  near (demo:rivals/store) <- memory: by its label, version node of memory, to a process of its own" in text


@pytest.mark.slow
def test_two_providers_of_one_import(tmp_path: Path, meson: Meson) -> None:
    project = copy_of("rivals", tmp_path / "rivals", meson)
    project.declare_options()
    (project.folder / "outside.toml").write_text(OUTSIDE)
    project.edit("wit/rivals.wit", *IMPORTS_TOO)
    project.edit("sizes.c", "return 7;", "return demo_rivals_store_get(0);")
    project.edit("meson.build", "sources: 'sizes.c'", "sources: 'sizes.c', components: disk")
    project.setup("-Dsym_profile=outside.toml")
    assert TORN in project.ninja_fails()


@pytest.mark.slow
def test_meson_for_wasm(tmp_path: Path, meson: Meson) -> None:
    """In one module with the program, and the providers in others of its composition."""
    pytest.importorskip("wasmtime", reason="needs wasmtime: pip install '.[wasm]'")
    project = copy_of("rivals", tmp_path / "rivals", meson)
    project.declare_options()
    (project.folder / "outside.toml").write_text(OUTSIDE.replace("isolated", "direct"))
    project.setup("-Dsym_profile=outside.toml", "-Dsym_target=wasm32-wasip2")
    project.ninja()
    assert project.run("b/app").stdout == SAID
    project.edit("wit/rivals.wit", *IMPORTS_TOO)
    project.edit("sizes.c", "return 7;", "return demo_rivals_store_get(0);")
    project.edit("meson.build", "sources: 'sizes.c'", "sources: 'sizes.c', components: disk")
    assert TORN in project.ninja_fails()


@needs_cmake
@pytest.mark.slow
def test_cmake(tmp_path: Path) -> None:
    project = tree("rivals", tmp_path / "rivals")
    (project.folder / "outside.toml").write_text(OUTSIDE)
    project.configure("-DSYM_PROFILE=outside.toml")
    project.make()
    assert project.do("b/app") == SAID
    loaded = project.do("ldd", "b/app")
    assert {name for name in (*FUSED, "memory", "disk") if f"lib{name}.so" in loaded} == {"memory", "disk"}
    project.edit("wit/rivals.wit", *IMPORTS_TOO)
    project.edit("sizes.c", "return 7;", "return demo_rivals_store_get(0);")
    project.edit("CMakeLists.txt", "SOURCES sizes.c", "SOURCES sizes.c COMPONENTS disk")
    assert TORN in project.make_fails()


@needs_cmake
def test_messages_have_the_words_of_cmake(tmp_path: Path) -> None:
    project = tree("chain", tmp_path / "chain")
    project.edit("CMakeLists.txt", "SOURCES calc.c COMPONENTS logger", "SOURCES calc.c")
    project.configure()
    said = project.run("cmake", "--build", "b", "--target", "calc-edges").stdout
    assert "error: `calc` imports demo:chain/logging, and nothing in its `COMPONENTS` provides it\n" in said
    assert "  help: add one of these to its `COMPONENTS`: `logger`\n" in said
