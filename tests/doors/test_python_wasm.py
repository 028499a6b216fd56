"""Python packages of components for wasm, in builds of Meson's."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .door import Project

pytest.importorskip("wasmtime", reason="needs wasmtime: pip install '.[wasm]'")

New = Callable[[str], Project]


@pytest.fixture
def tokens(project: New) -> Project:
    """The package of one component, whose target is chosen by an option; not set up."""
    copy = project("python")
    copy.declare_options()
    return copy


def test_a_component_for_wasm_is_a_package(tokens: Project, tmp_path: Path) -> None:
    root = tmp_path / "root"
    tokens.setup("-Dsym_target=wasm32-wasip2", "--prefix=/usr")
    tokens.ninja()
    tokens.do("test", "-C", "b")
    assert tokens.ninja() == []
    tokens.do("install", "-C", "b", "--destdir", str(root))
    package = next(root.rglob("tokens"))
    names = {path.name for path in package.iterdir()}
    assert names >= {"__init__.py", "__init__.pyi", "py.typed", "_native.py", "_native.wasm", "_wasm.py"}
    places = {"PYTHONPATH": str(package.parent)}
    assert tokens.run(sys.executable, tokens.folder / "check.py", environment=places).stdout == "fine\n"


def test_the_components_that_one_imports_are_in_its_module(tokens: Project) -> None:
    tokens.append("wit/tok.wit", "world front { import words; export shout: func(text: string) -> u32; }\n")
    (tokens.folder / "front.c").write_text(
        '#include "front.h"\n'
        "uint32_t exports_front_shout(front_string_t *text) {\n"
        "  demo_tok_words_list_word_t found;\n"
        "  demo_tok_words_count(text, &found);\n"
        "  uint32_t count = found.ptr[0].count + (uint32_t)found.len;\n"
        "  demo_tok_words_list_word_free(&found);\n"
        "  return count;\n"
        "}\n"
    )
    tokens.append(
        "meson.build",
        "front = sym.component('front', world: 'demo:tok/front', sources: 'front.c', components: tok)\n"
        "fronted = sym.python_extension('fronted', components: front)\n",
    )
    tokens.setup("-Dsym_target=wasm32-wasip2")
    tokens.ninja()
    check = "import sys; sys.path.insert(0, 'b'); import fronted; print(fronted.shout('some text'))"
    assert tokens.run(sys.executable, "-c", check).stdout == "2\n"


def test_nothing_is_linked(tokens: Project) -> None:
    tokens.edit("meson.build", "components: tok, install", "components: tok, link_args: '-lm', install")
    assert "nothing is linked for wasm" in tokens.setup_fails("-Dsym_target=wasm32-wasip2")
