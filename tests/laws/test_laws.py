"""The rules that keep the pipeline honest (``symbuild/README.md``), read off the sources."""

from __future__ import annotations

import ast
import dataclasses
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import get_args

import pytest

from symbuild.abi import nodes
from symbuild.abi.convention import ROWS, Convention
from symbuild.wit import tool

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "symbuild"
# The runtime is not of the pipeline: it goes to users as it is.
SOURCES = sorted(set(PACKAGE.rglob("*.py")) - set((PACKAGE / "runtime").rglob("*.py")))

# Layer -> what it may import, besides itself, `errors` and `frozen`.
BELOW = {
    "errors": set(),
    "frozen": set(),
    "model": set(),
    "wit": {"model"},
    "abi": {"model"},
    "bindings": {"abi", "model"},
    "graph": {"bindings", "abi", "model"},
    "steps": {"graph", "bindings", "abi", "model", "wit"},
    "cli": {"steps", "graph", "bindings", "abi", "model", "wit", "doors"},
    # What other tools load: it stands outside, and starts the pipeline through its front door.
    # Of SCons' tool, which runs where we do, each build asks the steps themselves.
    "doors": {"__main__", "steps", "wit"},
    "__main__": {"cli"},
}

# Who may touch the world outside: find and run tools, read inputs, write outputs.
OUTSIDE = {
    "wit/tool.py": "runs the WIT tool",
    "wit/assemble.py": "puts a package together for the WIT tool",
    "wit/source.py": "reads the author's files",
    "wit/locate.py": "finds a declaration's line in them",
    "bindings/files.py": "the one writer of generated files",
    "bindings/precompile.py": "compiles templates when symbuild itself is developed",
    "steps/toolchain.py": "the only place that looks for tools",
    "steps/binary.py": "reads built files",
    "steps/loaded.py": "looks for the libraries that a file would load",
    "steps/archive.py": "reads what is to be linked",
    "steps/cargo.py": "runs Cargo",
    "steps/componentize.py": "hands a module to the WIT tool as a file",
    "steps/compose.py": "hands components to the WIT tool as files",
    "steps/wasm_toolchain.py": "looks for compilers of wasm",
    "steps/wasm_rust.py": "looks for a Rust compiler of wasm",
    "steps/wasm_invoke.py": "runs a component in wasmtime",
    "steps/embedded.py": "hands a manifest to the WIT tool as a file",
    "steps/invoke.py": "loads a component and calls it",
    "steps/fuse_link.py": "runs the linker",
    "steps/fuse_lto.py": "runs LLVM's tools",
    "steps/generate.py": "reads the runtime that is copied beside generated files",
    "steps/graph_file.py": "reads what an earlier build step wrote",
    "steps/c_driver.py": "runs a C compiler",
    "steps/isolate.py": "puts a component's proxy and host into place",
    "steps/profile.py": "reads a profile",
    "steps/world_file.py": "reads what an earlier build step wrote",
}
READS_AND_WRITES = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "mkdir", "unlink", "mkstemp"}


def name_of(file: Path) -> str:
    """A source file's name in the package, for messages."""
    return file.relative_to(PACKAGE).as_posix()


def parsed(file: Path) -> ast.Module:
    """A source file's tree."""
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def imports_of(tree: ast.Module) -> Iterator[str]:
    """Every module or name that a file imports, dotted, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layer_of(file: Path) -> str:
    """The folder or module right under the package."""
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


# ---- 1. imports go one way -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("file", SOURCES, ids=name_of)
def test_imports_go_one_way(file: Path) -> None:
    layer = layer_of(file)
    if layer == "__init__":
        return
    allowed = BELOW[layer] | {layer, "errors", "frozen", "__version__"}
    used = {name.split(".")[1] for name in imports_of(parsed(file)) if name.startswith("symbuild.")}
    assert used <= allowed, f"{layer} may not import {', '.join(sorted(used - allowed))}"


# ---- 2. decide, then print -------------------------------------------------------------------------------------------
BINDINGS = [file for file in SOURCES if layer_of(file) == "bindings"]
ROW_NAMES = {name for name, value in vars(import_module("symbuild.abi.convention")).items() if value in ROWS}
# The facts of a row that glue is built from; `params` is also what a function has.
ROW_FACTS = {f.name for f in dataclasses.fields(Convention)} - {"name", "params"}
SIGNATURE_FACTS = {"signature.spilled", "signature.area"}


@pytest.mark.parametrize("file", BINDINGS, ids=name_of)
def test_bindings_ask_nothing_of_an_abi(file: Path) -> None:
    tree = parsed(file)
    attributes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    asked = {node.attr for node in attributes} & ROW_FACTS
    asked |= {fact for node in attributes for fact in SIGNATURE_FACTS if ast.unparse(node).endswith(fact)}
    assert not asked, f"{', '.join(sorted(asked))}: glue has decided that"
    rows = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in ROW_NAMES]
    handed_on = [arg for node in ast.walk(tree) if isinstance(node, ast.Call) for arg in node.args]
    assert all(row in handed_on for row in rows), "a row is handed to glue, never looked at"


# ---- 3. frozen values between stages ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "module", ["model.types", "model.world", "abi.nodes", "abi.convention", "abi.flatten", "abi.glue", "abi.width"]
)
def test_values_between_stages_are_frozen(module: str) -> None:
    found = vars(import_module(f"symbuild.{module}"))
    classes = [c for c in found.values() if isinstance(c, type) and c.__module__ == f"symbuild.{module}"]
    assert classes
    for c in classes:
        assert dataclasses.is_dataclass(c), c
        assert c.__dataclass_params__.frozen, c  # type: ignore[attr-defined]
        assert not hasattr(c, "__dict__") or "__slots__" in vars(c), c


# ---- 4. pure until the end -------------------------------------------------------------------------------------------
INSIDE = [file for file in SOURCES if name_of(file) not in OUTSIDE and layer_of(file) not in ("cli", "doors")]


@pytest.mark.parametrize("file", INSIDE, ids=name_of)
def test_only_few_touch_the_outside(file: Path) -> None:
    tree = parsed(file)
    modules = {name.split(".")[0] for name in imports_of(tree)}
    assert not modules & {"subprocess", "shutil", "tempfile", "socket"}
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = {f.attr if isinstance(f, ast.Attribute) else f.id for f in calls if isinstance(f, ast.Attribute | ast.Name)}
    assert not names & READS_AND_WRITES


def test_list_of_the_outside_is_current() -> None:
    assert set(OUTSIDE) <= {name_of(file) for file in SOURCES}


# ---- 5, 6. the same input gives the same bytes, under names that follow from the arguments ---------------------------
WIT = """\
package test:laws;

interface shapes {
  record point { x: s32, y: s32, label: option<string> }
  variant shape { circle(tuple<point, f32>), polygon(list<point>), none }
  flags paint { fill, stroke }
  area: func(s: shape, p: paint) -> result<f64, string>;
}

world drawing {
  import shapes;
  export shapes;
}
"""


def generate(folder: Path, seed: str) -> dict[str, bytes]:
    """All files that ``bindgen`` writes for a world, by name."""
    folder.mkdir()
    (folder / "drawing.wit").write_text(WIT, encoding="utf-8")
    out = folder / "out"
    command = [sys.executable, "-m", "symbuild", "bindgen", "c", str(folder / "drawing.wit"), "--out-dir", str(out)]
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    subprocess.run([*command, "--component", "art"], env=environment, cwd=folder, check=True)
    return {file.name: file.read_bytes() for file in out.iterdir()}


def test_same_input_same_bytes(tmp_path: Path) -> None:
    first, second = generate(tmp_path / "a", "1"), generate(tmp_path / "b", "2")
    assert sorted(first) == sorted(second)
    for name, content in first.items():
        assert content == second[name], name
        assert str(tmp_path).encode() not in content, f"{name} holds an absolute path"
    assert {"drawing.c", "drawing.h", "art.map", "art.def", "art.exp", "art_manifest.c"} <= set(first)


# ---- 7. what is hot starts fast --------------------------------------------------------------------------------------
# Runs the command line, then tells what was imported for it.
LOADED = """
import sys
before = set(sys.modules)
sys.path.insert(0, sys.argv.pop(1))
from symbuild.__main__ import main
try:
    main()
except SystemExit:
    pass
print(*set(sys.modules) - before, file=sys.stderr)
"""


def imported_by(*arguments: str) -> set[str]:
    """The modules that one run of the command line imports, without what the interpreter itself starts with."""
    command = [sys.executable, "-I", "-S", "-c", LOADED, str(ROOT), *arguments]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stderr.split())


def test_help_imports_next_to_nothing() -> None:
    loaded = imported_by("--help")
    assert {name for name in loaded if name.startswith("symbuild.")} == {"symbuild.cli", "symbuild.__main__"}
    assert not loaded & {"jinja2", "argparse", "json", "dataclasses", "subprocess", "pathlib"}


@pytest.mark.parametrize("verb", ["bindgen", "demangle", "check"])
def test_a_verb_imports_no_template_engine(verb: str) -> None:
    loaded = imported_by(verb, "--help")
    assert f"symbuild.cli.{verb}" in loaded
    assert not loaded & {"jinja2", "lief", "elftools"}


def test_a_small_run_imports_nothing_slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WASM_TOOLS", str(tool.find().path))  # the bare interpreter has no site-packages to find it in
    (tmp_path / "drawing.wit").write_text(WIT, encoding="utf-8")
    loaded = imported_by("bindgen", "c", str(tmp_path / "drawing.wit"), "--out-dir", str(tmp_path))
    assert (tmp_path / "drawing.c").exists()
    assert not loaded & {"jinja2", "dataclasses", "inspect", "tempfile", "hashlib", "difflib"}


def test_options_of_a_language_import_no_language() -> None:
    """The parsers of all languages are built in every run; what a language is made of is loaded for that one alone."""
    loaded = imported_by("bindgen", "--help")
    assert {name for name in loaded if name.startswith("symbuild.bindings.")} == {"symbuild.bindings.backend"}


# ---- templates and spellers ------------------------------------------------------------------------------------------
TEMPLATES = sorted(PACKAGE.rglob("*.j2"))


@pytest.mark.parametrize("template", TEMPLATES, ids=name_of)
def test_templates_look_like_their_output(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    for mark in ("{%-", "-%}", "{{-", "-}}", "{%+"):
        assert mark not in text, "whitespace is not controlled tag by tag"


def names_in(*unions: object) -> set[str]:
    """The names of the nodes in some unions."""
    return {c.__name__ for union in unions for c in get_args(union)}


NODES = names_in(nodes.Expr, nodes.Stmt)
# Who spells what is of a language's values has no messages, and the other way round: the base refuses the rest.
REFUSED = {
    "def value_expr": names_in(nodes.MessageExpr, nodes.MessageStmt),
    "def message_expr": names_in(nodes.ValueExpr, nodes.ValueStmt),
}
# What a family's speller leaves to its languages are methods that it declares.
WHOLE = [file for file in PACKAGE.glob("bindings/*/speller.py") if "(FamilySpeller)" not in file.read_text()]
SPELLERS = sorted([*WHOLE, PACKAGE / "abi" / "interp.py", PACKAGE / "abi" / "show.py"])
# What a speller is derived from, where it is.
BASES = {"(CoreSpeller)": PACKAGE / "bindings" / "c_family" / "core.py"}


def named_in_patterns(file: Path) -> set[str]:
    """The classes that a file matches values against."""
    patterns = [p.cls for p in ast.walk(parsed(file)) if isinstance(p, ast.MatchClass)]
    return {
        c.attr if isinstance(c, ast.Attribute) else c.id for c in patterns if isinstance(c, ast.Attribute | ast.Name)
    }


@pytest.mark.parametrize("file", SPELLERS, ids=name_of)
def test_every_node_is_spelled(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    bases = [base for mark, base in BASES.items() if mark in text]
    spelled = set[str]().union(*map(named_in_patterns, [file, *bases]))
    missing = NODES - spelled - set[str]().union(*(names for mark, names in REFUSED.items() if mark in text))
    assert not missing, f"missing: {', '.join(sorted(missing))}"
