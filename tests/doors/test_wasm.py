"""The same projects for wasm: each builds from the sources that it has natively, and runs in wasmtime."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from .door import Meson, Project, copy_of

New = Callable[[str], Project]

pytest.importorskip("wasmtime", reason="needs wasmtime: pip install '.[wasm]'")
pytest.importorskip("ziglang", reason="needs ziglang: pip install '.[wasm]'")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, meson: Meson) -> Callable[[str], Project]:
    """Projects built for wasm once, for tests that change nothing."""

    @cache
    def build(name: str) -> Project:
        copy = copy_of(name, tmp_path_factory.mktemp(name) / name, meson)
        copy.for_wasm()
        copy.setup("--prefix=/usr", "--libdir=lib")
        copy.ninja()
        return copy

    return build


@pytest.fixture
def chain(project: New) -> Project:
    """The chain, not yet configured."""
    copy = project("chain")
    copy.for_wasm()
    return copy


def wit_of(project: Project, file: str) -> str:
    """The world of a built file."""
    done = project.run("symbuild", "wit", file)
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_a_chain_runs(built: New) -> None:
    assert built("chain").run("b/app").stdout == "sum 103\n"


def test_a_component_that_only_computes_imports_no_wasi(built: New) -> None:
    chain = built("chain")
    assert "wasi:" not in wit_of(chain, "b/calc.wasm") + wit_of(chain, "b/logger.wasm")
    assert "export wasi:cli/run@" in wit_of(chain, "b/app.wasm")


def test_its_tests_pass(release: Meson, tmp_path: Path) -> None:
    chain = copy_of("chain", tmp_path / "chain", release)
    chain.for_wasm()
    assert f"Version: {release.version}" in chain.setup()
    chain.ninja()
    chain.do("test", "-C", "b")
    assert chain.ninja() == []


def test_each_importer_has_the_provider_its_build_names(built: New) -> None:
    assert built("rivals").run("b/app").stdout == "store 6000, total 211, size 7\n"


def test_the_graph_is_explained(built: New) -> None:
    explained = built("rivals").run("symbuild", "explain", "b", "--format", "json")
    assert explained.returncode == 0, explained.stdout
    assert {node["name"] for node in json.loads(explained.stdout)["components"]} >= {"app", "cache", "memory", "disk"}


def test_install_takes_components_and_programs(built: New, tmp_path: Path) -> None:
    chain = built("chain")
    chain.do("install", "-C", "b", "--destdir", tmp_path)
    installed = sorted(str(f.relative_to(tmp_path)) for f in tmp_path.rglob("*.wasm"))
    assert installed == ["usr/bin/app.wasm", "usr/lib/calc.wasm", "usr/lib/logger.wasm"]
    done = chain.run("symbuild", "run", tmp_path / "usr/bin/app.wasm")
    assert done.stdout == "sum 103\n"


def test_an_edited_source_makes_its_own_files_again(chain: Project) -> None:
    chain.setup()
    chain.ninja()
    assert chain.ninja() == []
    chain.edit("logger.c", "level + 1", "level + 2")
    made = [step.removeprefix("Generating ").removesuffix(" with a custom command") for step in chain.ninja()]
    assert [name for name in made if not name.endswith("launcher")] == [
        "logger-wasm/logger.c.o",
        "logger-wasm/logger.core.wasm",
        "logger.wasm",
        "app.wasm",
    ]
    assert chain.run("b/app").stdout == "sum 104\n"
    assert chain.ninja() == []


def test_a_comment_in_wit_makes_no_object(chain: Project) -> None:
    chain.setup()
    chain.ninja()
    chain.append("wit/chain.wit", "// a comment\n")
    assert len(chain.ninja()) == 3  # the bindings of each
    assert chain.ninja() == []


def test_a_native_and_a_wasm_component_of_the_same_sources(project: New) -> None:
    chain = project("chain")
    chain.append("meson.build", MIXED)
    chain.setup()
    chain.ninja()
    assert chain.run("b/app").stdout == "sum 103\n"
    assert chain.run("b/app2").stdout == "sum 103\n"
    assert (chain.build / "liblogger.so").is_file()
    assert (chain.build / "logger.wasm").is_file()


MIXED = """
wasm = 'wasm32-wasip2'
logger2 = sym.component('logger', target: wasm, sources: files('logger.c'))
calc2 = sym.component('calc', target: wasm, sources: 'calc.c', components: logger2)
app2 = sym.program('app2', world: 'app', target: wasm, sources: 'app.c', components: calc2)
test('sum in wasm', app2.executable())
"""


def test_sources_are_compiled_as_the_project_says(chain: Project) -> None:
    (chain.folder / "include").mkdir()
    (chain.folder / "include" / "level.h").write_text(
        '#include "made.h"\n#define LEVEL (MADE + GIVEN + OURS + THEIRS)\n'
    )
    (chain.folder / "extra.c").write_text('#include "level.h"\nint extra(void) { return LEVEL; }\n')
    (chain.folder / "double.c.in").write_text("int doubled(int x) { return @FACTOR@ * x; }\n")
    chain.edit("logger.c", "return level + 1", "return level - level + doubled(extra())")
    chain.edit("logger.c", "#include", "int extra(void);\nint doubled(int x);\n#include")
    chain.edit("meson.build", "sym = import('symbuild')", GENERATED)
    chain.edit("meson.build", "sources: 'logger.c'", f"sources: ['logger.c', 'extra.c', made, doubled], {ARGUMENTS}")
    chain.setup()
    chain.ninja()
    assert chain.run("b/app").stdout == f"sum {3 + 2 * (1000 + 100 + 10 + 1)}\n"
    (chain.folder / "include" / "level.h").write_text("#define LEVEL 7\n")
    assert any(step.startswith("Generating logger-wasm/extra.c.o") for step in chain.ninja())
    assert chain.run("b/app").stdout == "sum 17\n"


GENERATED = """sym = import('symbuild')
add_project_arguments('-DOURS=10', language: 'c')
made = custom_target('made', output: 'made.h', capture: true, command: ['echo', '#define MADE 1000'])
copier = generator(find_program('sed'), output: '@BASENAME@', capture: true,
  arguments: ['s/@' + 'FACTOR@/2/', '@INPUT@'])
doubled = copier.process('double.c.in')
theirs = declare_dependency(compile_args: '-DTHEIRS=1', include_directories: 'include')"""
ARGUMENTS = "c_args: '-DGIVEN=100', dependencies: theirs"


def test_release_builds_are_stripped(chain: Project) -> None:
    sizes = []
    for options in ([], ["--wipe", "--buildtype=release"]):
        chain.setup(*options)
        chain.ninja()
        sizes.append((chain.build / "logger.wasm").stat().st_size)
    assert b".debug_info" not in (chain.build / "logger.wasm").read_bytes()
    assert sizes[1] < sizes[0] / 2


def test_a_cross_build_makes_the_same(chain: Project, built: New) -> None:
    printed = chain.run("symbuild", "cross-file", "wasm32-wasip2")
    (chain.folder / "wasi.ini").write_text(printed.stdout)
    (chain.folder / "meson.options").unlink()
    chain.append("meson.build", "test('plain', executable('plain', 'plain.c'), args: ['--first', 'second'])\n")
    (chain.folder / "plain.c").write_text(
        "int main(int argc, char **argv) { return argc != 3 || argv[1][2] != 'f'; }\n"
    )
    chain.setup("--cross-file", "wasi.ini")
    chain.do("test", "-C", "b")
    chain.ninja()
    assert chain.run("b/app").stdout == "sum 103\n"
    for file in ("logger.wasm", "calc.wasm", "app.wasm"):
        assert wit_of(chain, f"b/{file}") == wit_of(built("chain"), f"b/{file}")
    assert chain.ninja() == []


@dataclass(frozen=True, slots=True)
class Mistake:
    """A change to the chain (file, old, new) and what must be said of it."""

    file: str
    old: str
    new: str
    said: tuple[str, ...]


CONFIGURING = {
    "answer of another target": Mistake(
        "meson.build",
        "test('sum'",
        "calc.dependency()\ntest('sum'",
        ("component 'calc' is built for wasm32-wasip2: dependency() is for native ones, wasm() is its file",),
    ),
    "native library": Mistake(
        "meson.build",
        "sources: 'logger.c'",
        "sources: 'logger.c', dependencies: dependency('threads')",
        ("component 'logger': a native library of 'dependencies' cannot be linked to wasm32-wasip2 (-pthread)",),
    ),
}

BUILDING = {
    "missing provider": Mistake(
        "meson.build",
        ", components: logger",
        "",
        (
            "error: `calc` imports demo:chain/logging, and nothing in its `components:` provides it",
            "  help: add one of these to its `components:`: `logger`",
        ),
    ),
    "definition misspelt": Mistake(
        "calc.c",
        "exports_demo_chain_adder_add",
        "exports_demo_chain_adder_ad",
        (
            "error: failed to find export of interface `demo:chain/adder` function `add`",
            "  help: define it in a source: the bindings' header declares it",
        ),
    ),
    "what WASI lacks": Mistake(
        "calc.c",
        "#include",
        "#include <unistd.h>\nint go(void) { return fork(); }\n#include",
        (
            "error: WASI has no processes, which this source uses",
            "`target: 'native'`",
            " function 'fork'",
        ),
    ),
    "what WASI imitates": Mistake(
        "calc.c",
        "#include",
        "#include <signal.h>\n#include",
        ("error: WASI has no signals", "`c_args: '-D_WASI_EMULATED_SIGNAL'`", "wasm lacks signal support"),
    ),
}


@pytest.mark.parametrize("mistake", CONFIGURING.values(), ids=CONFIGURING.keys())
def test_configuring_says(mistake: Mistake, chain: Project) -> None:
    chain.edit(mistake.file, mistake.old, mistake.new)
    log = chain.setup_fails()
    for text in mistake.said:
        assert text in log


@pytest.mark.parametrize("mistake", BUILDING.values(), ids=BUILDING.keys())
def test_building_says(mistake: Mistake, chain: Project) -> None:
    chain.edit(mistake.file, mistake.old, mistake.new)
    chain.setup()
    log = chain.ninja_fails()
    for text in mistake.said:
        assert text in log


def test_a_missing_toolchain_is_named(chain: Project) -> None:
    log = chain.setup_fails(environment={"WASI_SDK_PATH": "/nonexistent"})
    assert "WASI_SDK_PATH has no /nonexistent/bin/clang" in log
    assert "help: correct or unset WASI_SDK_PATH" in log


def test_without_any_toolchain_the_cure_is_named(chain: Project) -> None:
    (chain.folder / "sitecustomize.py").write_text("import sys\nsys.modules['ziglang'] = None\n")
    chain.edit("meson.build", "project('chain', 'c', ", "project('chain', ")  # no native compiler is asked for either
    log = chain.setup_fails(environment={"PYTHONPATH": str(chain.folder), "PATH": "/nonexistent"})
    assert "no compiler of C for wasm32-wasi found" in log
    assert "`pip install symbuild[wasm]`" in log
