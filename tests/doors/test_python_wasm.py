"""Python packages of components for wasm, in builds of Meson's."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from machine import needs_rust_for_wasm

from symbuild.steps.step import Planned, python_package

from .cmake_door import Tree, needs_cmake, tree
from .door import Project
from .test_cmake import commands_of, common
from .test_parity import commands_of as commands_of_meson

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


def add_importer(tree: Project | Tree) -> None:
    """Add a component that imports from the project's."""
    tree.append("wit/tok.wit", "world front { import words; export shout: func(text: string) -> u32; }\n")
    (tree.folder / "front.c").write_text(
        '#include "front.h"\n'
        "uint32_t exports_front_shout(front_string_t *text) {\n"
        "  demo_tok_words_list_word_t found;\n"
        "  demo_tok_words_count(text, &found);\n"
        "  uint32_t count = found.ptr[0].count + (uint32_t)found.len;\n"
        "  demo_tok_words_list_word_free(&found);\n"
        "  return count;\n"
        "}\n"
    )


def test_the_components_that_one_imports_are_in_its_module(tokens: Project) -> None:
    add_importer(tokens)
    tokens.append(
        "meson.build",
        "front = sym.component('front', world: 'demo:tok/front', sources: 'front.c', components: tok)\n"
        "fronted = sym.python_extension('fronted', components: front)\n",
    )
    tokens.setup("-Dsym_target=wasm32-wasip2")
    tokens.ninja()
    check = "import sys; sys.path.insert(0, 'b'); import fronted; print(fronted.shout('some text'))"
    assert tokens.run(sys.executable, "-c", check).stdout == "2\n"


RUST_AND_CPP = {
    "wit/w.wit": """package a:b;
interface words { split: func(text: string) -> list<string>; }
world tok { export words; }
world front { import words; export longest: func(text: string) -> option<string>; }
""",
    "tok.rs": """wit_bindgen::generate!({ world: "tok", path: "wit" });
struct Tok;
export!(Tok);
impl exports::a::b::words::Guest for Tok {
    fn split(text: String) -> Vec<String> {
        text.split_whitespace().map(str::to_string).collect()
    }
}
""",
    "front.cpp": """#include "front_cpp.h"
#include <optional>
std::optional<wit::string> exports::front::Longest(wit::string text) {
  auto words = a::b::words::Split(std::string_view(text.data(), text.size()));
  std::optional<wit::string> found;
  for (auto &word : words.get_view())
    if (!found || word.size() > found->size()) found = wit::string::from_view({word.data(), word.size()});
  return found;
}
""",
    "meson.build": """project('x', 'c', 'cpp', 'rust', version: '1.0', default_options: ['cpp_std=c++20'])
sym = import('symbuild')
tok = sym.component('tok', world: 'a:b/tok', sources: 'tok.rs')
front = sym.component('front', world: 'a:b/front', sources: 'front.cpp', components: tok)
sym.python_extension('toks', components: tok)
sym.python_extension('fronts', components: front)
""",
}


@pytest.mark.slow
@needs_rust_for_wasm
@pytest.mark.parametrize("target", ["wasm32-wasip2", "native"])
def test_rust_and_cpp_are_in_one_package(target: str, tokens: Project) -> None:
    (tokens.folder / "wit" / "tok.wit").unlink()
    for file, text in RUST_AND_CPP.items():
        (tokens.folder / file).write_text(text)
    tokens.setup(f"-Dsym_target={target}")
    tokens.ninja()
    call = "print(fronts.longest('a bbb cc'), toks.words.split('x y'))"
    check = f"import sys; sys.path.insert(0, 'b'); import fronts, toks; {call}"
    assert tokens.run(sys.executable, "-c", check).stdout == "bbb ['x', 'y']\n"


def test_nothing_is_linked(tokens: Project) -> None:
    tokens.edit("meson.build", "components: tok, install", "components: tok, link_args: '-lm', install")
    assert "nothing is linked for wasm" in tokens.setup_fails("-Dsym_target=wasm32-wasip2")


@needs_cmake
@pytest.mark.parametrize("generator", ["Ninja", pytest.param("Ninja Multi-Config", marks=pytest.mark.slow),
                                       pytest.param("Unix Makefiles", marks=pytest.mark.slow)])  # fmt: skip
def test_cmake_makes_it_too(generator: str, tmp_path: Path) -> None:
    copy = tree("python", tmp_path / "a project")
    target = ("-DSYM_TARGET=wasm32-wasip2", f"-DPython_EXECUTABLE={sys.executable}")
    copy.configure(*target, generator=generator)
    configuration = ("Release",) if "Multi" in generator else ()
    copy.make(*(word for name in configuration for word in ("--config", name)))
    copy.test(*(word for name in configuration for word in ("-C", name)))
    assert copy.make(*(word for name in configuration for word in ("--config", name))) == []
    root = tmp_path / "root"
    copy.do("cmake", "--install", "b", "--prefix", root)
    copy.build.rename(copy.folder / "gone")
    assert copy.do(sys.executable, "check.py", environment={"PYTHONPATH": str(root)}) == "fine\n"
    files = {path.name for path in (root / "tokens").iterdir() if path.is_file()}
    assert files == {"__init__.py", "__init__.pyi", "py.typed", "_glue.py", "_native.py", "_native.wasm", "_values.py",
                     "_wasm.py", "_wasi.py"}  # fmt: skip


@needs_cmake
@pytest.mark.parametrize("generator", ["Ninja", pytest.param("Ninja Multi-Config", marks=pytest.mark.slow)])
def test_cmake_has_the_components_that_one_imports_in_its_module(generator: str, tmp_path: Path) -> None:
    copy = tree("python", tmp_path / "a project")
    add_importer(copy)
    extension = "symbuild_add_python_extension(tokens COMPONENTS tok)"
    front = "symbuild_add_component(front WORLD demo:tok/front SOURCES front.c COMPONENTS tok)"
    fronted = "symbuild_add_python_extension(fronted COMPONENTS front)\nsymbuild_install(TARGETS fronted)"
    copy.edit("CMakeLists.txt", extension, f"{extension}\n{front}\n{fronted}")
    copy.configure("-DSYM_TARGET=wasm32-wasip2", f"-DPython_EXECUTABLE={sys.executable}", generator=generator)
    one = ("--config", "Release") if "Multi" in generator else ()
    copy.make(*one)
    assert copy.make(*one) == []
    copy.do("cmake", "--install", "b", "--prefix", tmp_path / "root")
    check = "import fronted; print(fronted.shout('some text'))"
    for place in (copy.build / "Release" if one else copy.build, tmp_path / "root"):
        assert copy.do(sys.executable, "-c", check, environment={"PYTHONPATH": str(place)}) == "2\n"


@needs_cmake
def test_cmake_runs_the_step_that_meson_runs(tokens: Project, tmp_path: Path) -> None:
    of_cmake = tree("python", tmp_path / "a project")
    of_cmake.configure("-DSYM_TARGET=wasm32-wasip2")
    tokens.setup("-Dsym_target=wasm32-wasip2")
    for folder, ran in (
        (of_cmake.folder, map(common, commands_of(of_cmake))),
        (tokens.folder, commands_of_meson(tokens)),
    ):
        planned = Planned("tok", str(folder / "wit"), "tok", target="wasm32-wasip2")
        found = [argv for argv in ran if argv[:2] == ["bindgen", "python"]]
        assert found == [list(python_package(planned, "tokens").argv)]


@needs_cmake
def test_cmake_says_what_cannot_be(tmp_path: Path) -> None:
    copy = tree("python", tmp_path / "a project")
    copy.edit("CMakeLists.txt", "tokens COMPONENTS tok", "tokens COMPONENTS tok LINK_OPTIONS -lm")
    assert "nothing is linked for wasm32-wasip2" in copy.configure_fails("-DSYM_TARGET=wasm32-wasip2")
