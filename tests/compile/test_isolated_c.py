"""The C of isolated components, of every world of tests/wit, compiles without a warning; stand-ins link."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from corpus import CorpusWorld, worlds

from symbuild.abi.symbols import exports_of, imports_of
from symbuild.bindings.message.backend import Isolated, Placement, Reference, Sources, sources
from symbuild.bindings.message.wiring import symbol_of
from symbuild.model.world import World
from symbuild.wit import load_world

INCLUDE = Path(__file__).parent.parent.parent / "symbuild" / "runtime" / "include"
COMPILE = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fPIC", "-fvisibility=hidden", f"-I{INCLUDE}"]
ERRORS = {"test:errors/i#f": 'err("gone")', "test:errors/i#g": "err(seen)", "test:errors/i#h": 'err(["a", "b"])'}

ERRORS_WIT = """\
package test:errors;

interface i {
  enum why { seen, unseen }
  resource r;
  f: func(s: string, l: list<string>) -> result<list<string>, string>;
  g: func() -> result<_, why>;
  h: func(n: u32, c: char, r: borrow<r>) -> result<r, list<string>>;
}

world errors {
  export i;
}
"""


def references(world: World) -> Iterator[Reference]:
    """What the file of a component refers to: several providers of an interface, or its own, take versions."""
    own = {linkage.symbol for linkage in exports_of(world)}
    met: Counter[str] = Counter()
    for linkage in imports_of(world):
        symbol = symbol_of(linkage)
        met[symbol] += 1
        provider = f"provider{met[symbol]}"
        node = provider if symbol in own or met[symbol] > 1 else None
        yield Reference(symbol, f"lib{provider}.so.1", node)


def isolated(world: World, placement: Placement | None = None) -> Sources:
    """The sources of a component of that world, whose file refers to all that it may."""
    refers = tuple(references(world))
    where = ("libcodec.so", "codec.isolated/codec")
    return sources(world, Isolated("codec", b"a manifest", *where, refers, placement or Placement()))


def compile_all(made: Sources, folder: Path, compiler: str, *options: str) -> list[Path]:
    """Compile every C file; what the compiler says fails the test."""
    objects = []
    for name, content in made.files.items():
        (folder / name).write_bytes(content)
        if name.endswith(".c"):
            objects.append(folder / f"{name}.o")
            run(compiler, *COMPILE, *options, "-c", folder / name, "-o", objects[-1])
    return objects


def run(*command: str | Path) -> None:
    """Run a tool that has nothing to say."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stderr}"


WORLDS = list(worlds())


@pytest.mark.parametrize("world", WORLDS, ids=str)
def test_every_world(world: CorpusWorld, tmp_path: Path) -> None:
    loaded = load_world(world.wit, world.name, all_features=True).world
    made = isolated(loaded)
    compile_all(made, tmp_path, "gcc", "-O2")
    for standin in made.standins:
        link_standin(made, standin.soname, tmp_path)
    assert made == isolated(loaded)


def link_standin(made: Sources, soname: str, folder: Path) -> Path:
    """A stand-in as a library."""
    standin = next(each for each in made.standins if each.soname == soname)
    script = f"-Wl,--version-script={folder / standin.map}"
    library = folder / soname
    run("gcc", "-shared", folder / f"{standin.source}.o", f"-Wl,-soname,{soname}", script, "-o", library)
    return library


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize("level", ["-O0", "-O2", "-O3"])
def test_errors(compiler: str, level: str, tmp_path: Path) -> None:
    """Where `setjmp` is, compilers look twice."""
    (tmp_path / "errors.wit").write_text(ERRORS_WIT, encoding="utf-8")
    world = load_world(tmp_path / "errors.wit", None).world
    made = isolated(world, Placement(on_failure="error", errors=ERRORS))
    compile_all(made, tmp_path, compiler, level)
    assert made.files[made.proxy].count(b"setjmp(") == len(ERRORS)
    assert b"setjmp" not in made.files[made.host]
