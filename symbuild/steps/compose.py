"""Several components become one: each import is given the instance that its edge names, one instance a component.

The edges are found as for native builds (``graph/check.py``). ``wasm-tools compose`` is not used: it is deprecated, and
connects no functions that stand in a world themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from symbuild.abi.symbols import Linkage, exports_of, imports_of
from symbuild.errors import InputError
from symbuild.graph.check import Member, bind
from symbuild.graph.component import Component, Edge, Port, offers
from symbuild.model.owners import owners_of_exports
from symbuild.model.world import World, import_owner
from symbuild.steps.binary import read
from symbuild.steps.wasm_module import with_components
from symbuild.steps.wasm_outer import Given, Inner, outer_text
from symbuild.steps.wasm_text import surface
from symbuild.wit import load_world, tool

# What the runtime provides, unless a component does.
_RUNTIME = "wasi:"


@dataclass(frozen=True, slots=True)
class Part:
    """A component's file. ``providers`` are the names of the parts that may provide its imports, None for all others;
    ``chosen`` gives imports by label the one to take. ``members`` are what it was fused of."""

    name: str
    file: Path
    providers: tuple[str, ...] | None = None
    chosen: Mapping[str, str] = field(default_factory=dict)
    members: tuple[Member, ...] = ()


def compose(root: str, parts: Sequence[Part]) -> bytes:
    """The component that runs ``root`` with everything it needs of ``parts``; imports of WASI stay imports.

    Raises Findings for imports that nobody provides, by interface and importer.
    """
    components = {part.name: _component(part) for part in parts}
    offered = offers(components.values())
    edges: list[Edge] = []
    for part in parts:
        names = part.providers if part.providers is not None else tuple(n for n in components if n != part.name)
        providers = [components[name] for name in names]
        edges += bind(components[part.name], providers, offered, chosen=part.chosen, members=part.members).edges
    return assemble(root, {part.name: part.file for part in parts}, edges)


def assemble(root: str, files: Mapping[str, Path], edges: Iterable[Edge]) -> bytes:
    """The component of the components in ``files``, connected by ``edges``.

    Imports without an edge stay imports: WASI, and interfaces of types only of which the exports of ``root`` speak.
    Raises InputError for components that import from each other.
    """
    given: dict[str, dict[str, Given]] = {name: {} for name in files}
    for edge in edges:
        given[edge.importer][_quoted(edge.wanted.unit)] = Given(edge.provider, _quoted(edge.offered.unit))
    surfaces = {name: surface(file) for name, file in files.items()}
    inners = [Inner(name, surfaces[name], given[name]) for name in files]
    spoken = owners_of_exports(load_world(files[root]).world)
    kept = {i.name for i in surfaces[root].imports if import_owner(_unquoted(i.name)) in spoken}
    outer = tool.run(["parse", "-"], stdin=outer_text(inners, root, kept).encode())
    made = with_components(outer, (file.read_bytes() for file in files.values()))
    tool.run(["validate", "--features=all", "-"], stdin=made)
    return made


def _quoted(unit: str) -> str:
    return f'"{unit}"'


def _unquoted(name: str) -> str:
    return name[1:-1]


def _component(part: Part) -> Component:
    if read(part.file).kind != "component":
        raise InputError("not a WebAssembly component", where=str(part.file), help="`symbuild componentize` makes one")
    world = load_world(part.file).world
    imports = tuple(_port(linkage, world) for linkage in imports_of(world) if not linkage.module.startswith(_RUNTIME))
    return Component(part.name, imports, tuple(_port(linkage, world) for linkage in exports_of(world)))


def _port(linkage: Linkage, world: World) -> Port:
    interface = linkage.interface.id if linkage.interface else None
    return Port(linkage.module, linkage.function, linkage.symbol, linkage.signature, linkage.reference, interface)
