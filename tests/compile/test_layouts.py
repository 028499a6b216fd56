"""C structs have the sizes, alignments and offsets that the ABI stage says, with pointers of 8 bytes and of 4."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from corpus import CorpusWorld, worlds

from symbuild.abi.layout import alignment, offsets, payload_offset, size
from symbuild.bindings.c import Options, bindings
from symbuild.bindings.c.names import Names, type_parts
from symbuild.bindings.casing import snake
from symbuild.model.types import Bits, Field, Label, Named, Product, Resource, Scalar, Sum, Type, TypeDef, origin, shape
from symbuild.model.world import Function, Param, World
from symbuild.wit import load_world

# Pointer width in bytes -> gcc's option for it.
WIDTHS = {8: "-m64", 4: "-m32"}


def all_types(world: World) -> Iterator[Type]:
    """The types that a world's header declares, parts before wholes, perhaps more than once."""
    definitions = [t for item in (*world.imports, *world.exports) for t in item.interface.types]
    for definition in (*definitions, *world.types):
        if not isinstance(origin(definition).body, Resource):
            yield from _with_parts(Named(definition))
    functions = [f for item in (*world.imports, *world.exports) for f in item.interface.functions]
    for f in (*functions, *world.imported_functions, *world.exported_functions):
        for t in (*(p.type for p in f.params), f.result):
            if t is not None:
                yield from _with_parts(t)


def _with_parts(t: Type) -> Iterator[Type]:
    body = t.definition.body if isinstance(t, Named) else t
    assert not isinstance(body, Resource)
    for part in [body] if isinstance(body, Named) else type_parts(body):
        yield from _with_parts(part)
    yield t


def assertions(world: World, pointer: int) -> list[str]:
    """A static assertion for each fact."""
    names = Names(world, Options())
    facts = []
    for t in dict.fromkeys(all_types(world)):
        if isinstance(shape(t), Scalar):
            continue  # 32-bit x86 aligns a lone 64-bit number to 4 bytes; inside of structs the ABI's rule holds
        c = names.type(t)
        facts.append((f"sizeof({c})", size(t, "pointer", pointer)))
        facts.append((f"_Alignof({c})", alignment(t, "pointer", pointer)))
        match shape(t):
            case Product(fields):
                places = offsets((f.type for f in fields), "pointer", pointer)
                facts += [
                    (f"offsetof({c}, {names.member(t, i)})", place) for i, place in enumerate(places[: len(fields)])
                ]
            case Sum(cases, sugar) as s if sugar != "enum" and any(case.type for case in cases):
                facts.append((f"offsetof({c}, val)", payload_offset(s, "pointer", pointer)))
    return [f'_Static_assert({fact} == {value}, "{fact} == {value}");' for fact, value in facts]


def headers_for_32_bit(folder: Path) -> list[str]:
    """Options by which a 64-bit C library's headers serve 32 bits, where nothing is linked: they lack an empty file."""
    stubs = folder / "gnu" / "stubs-32.h"
    stubs.parent.mkdir()
    stubs.touch()
    multiarch = subprocess.run(["gcc", "-print-multiarch"], capture_output=True, text=True, check=True).stdout.strip()
    return ["-isystem", f"/usr/include/{multiarch}"] if multiarch else []


@pytest.mark.parametrize("pointer", WIDTHS)
@pytest.mark.parametrize("world", list(worlds()), ids=str)
def test_layouts(world: CorpusWorld, pointer: int, tmp_path: Path) -> None:
    world.bindgen(tmp_path)
    check_facts(load_world(world.wit, world.name, all_features=True).world, pointer, tmp_path)


@pytest.mark.parametrize("pointer", WIDTHS)
@pytest.mark.parametrize("count", [33, 63, 64, 65, 96, 97])
def test_more_flags_than_the_wit_tool_takes_today(count: int, pointer: int, tmp_path: Path) -> None:
    """Versions of it that allowed more were in use for years."""
    labels = Bits(tuple(Label(f"l{i}") for i in range(count)))
    flags = TypeDef("marks", "world", labels)
    record = TypeDef("r", "world", Product((Field("a", Scalar("u8")), Field("b", Named(flags)))))
    f = Function("f", (Param("p", Named(record)), Param("q", Named(flags))), Named(flags))
    world = World("w", "a:b", types=(flags, record), imported_functions=(f,), exported_functions=(f,))
    for name, content in bindings(world, Options()).items():
        (tmp_path / name).write_bytes(content)
    runtime = Path(__file__).parents[2] / "symbuild" / "runtime" / "include" / "symbuild.h"
    (tmp_path / runtime.name).write_bytes(runtime.read_bytes())
    check_facts(world, pointer, tmp_path)


def check_facts(world: World, pointer: int, folder: Path) -> None:
    """Compile a world's bindings in ``folder``, and the facts about them, for one pointer width."""
    if not shutil.which("gcc"):
        pytest.skip("needs gcc")
    header = f'#include "{snake(world.name)}.h"'
    (folder / "facts.c").write_text("\n".join([header, "#include <stddef.h>", *assertions(world, pointer), ""]))
    command = ["gcc", WIDTHS[pointer], "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"]
    includes = ["-I", str(folder), *(headers_for_32_bit(folder) if pointer == 4 else [])]
    sources = [str(path) for path in sorted(folder.glob("*.c"))]
    done = subprocess.run([*command, *includes, *sources], capture_output=True, text=True, check=False)
    if "not compiled in" in done.stderr or "unrecognized command-line option" in done.stderr:
        pytest.skip(f"needs a gcc for pointers of {pointer} bytes")
    assert done.returncode == 0, done.stderr
