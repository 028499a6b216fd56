"""Several components become one: each import is given the instance that its edge names, one instance a component.

The edges are found as for native builds (``graph/check.py``). ``wasm-tools compose`` is not used: it is deprecated, and
connects no functions that stand in a world themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from symbuild.abi.symbols import Linkage, exports_of, imports_of
from symbuild.errors import InputError
from symbuild.graph.check import bind
from symbuild.graph.component import Component, Port, offers
from symbuild.model.world import World
from symbuild.steps.binary import read
from symbuild.steps.wasm_module import with_components
from symbuild.steps.wasm_outer import Given, Inner, outer_text
from symbuild.steps.wasm_text import Surface, surface
from symbuild.wit import load_world, tool

# What the runtime provides, unless a component does.
_RUNTIME = "wasi:"


@dataclass(frozen=True, slots=True)
class Part:
    """A component's file. ``providers`` are the names of the parts that may provide its imports, None for all others;
    ``chosen`` gives imports by label the one to take."""

    name: str
    file: Path
    providers: tuple[str, ...] | None = None
    chosen: Mapping[str, str] = field(default_factory=dict)


def compose(root: str, parts: Sequence[Part]) -> bytes:
    """The component that runs ``root`` with everything it needs of ``parts``; imports of WASI stay imports.

    Raises Findings for imports that nobody provides, by interface and importer.
    """
    components = {part.name: _component(part) for part in parts}
    surfaces = {part.name: surface(part.file) for part in parts}
    offered = offers(components.values())
    inners: list[Inner] = []
    for part in parts:
        names = part.providers if part.providers is not None else tuple(n for n in components if n != part.name)
        bound = bind(components[part.name], [components[n] for n in names], offered, chosen=part.chosen)
        given = {name: g for n in reversed(names) for name, g in _types_of(n, surfaces[n])}
        given |= {_quoted(e.wanted.unit): Given(e.provider, _quoted(e.offered.unit)) for e in bound.edges}
        inners.append(Inner(part.name, surfaces[part.name], given))
    outer = tool.run(["parse", "-"], stdin=outer_text(inners, root).encode())
    made = with_components(outer, (part.file.read_bytes() for part in parts))
    tool.run(["validate", "--features=all", "-"], stdin=made)
    return made


def _types_of(name: str, provider: Surface) -> Iterator[tuple[str, Given]]:
    """What a provider gives to imports without functions, which no edge is for: interfaces of types."""
    return ((export, Given(name, export)) for export, kind in provider.exports.items() if kind == "instance")


def _quoted(unit: str) -> str:
    return f'"{unit}"'


def _component(part: Part) -> Component:
    if read(part.file).kind != "component":
        raise InputError("not a WebAssembly component", where=str(part.file), help="`symbuild componentize` makes one")
    world = load_world(part.file).world
    imports = tuple(_port(linkage, world) for linkage in imports_of(world) if not linkage.module.startswith(_RUNTIME))
    return Component(part.name, imports, tuple(_port(linkage, world) for linkage in exports_of(world)))


def _port(linkage: Linkage, world: World) -> Port:
    interface = linkage.interface.id if linkage.interface else None
    return Port(linkage.module, linkage.function, linkage.symbol, linkage.signature, linkage.reference, interface)
