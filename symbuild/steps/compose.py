"""Several components become one: each import is given the instance that its edge names, one instance a component.

``wasm-tools compose`` puts the parts together; the edges are ours, found as for native builds (``graph/check.py``).
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from symbuild.abi.symbols import Linkage, exports_of, imports_of
from symbuild.errors import InputError
from symbuild.graph.check import bind
from symbuild.graph.component import Component, Edge, Port, offers
from symbuild.model.world import World
from symbuild.steps.binary import read
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
    offered = offers(components.values())
    arguments: dict[str, dict[str, Edge]] = {}
    for part in parts:
        importer = components[part.name]
        names = part.providers if part.providers is not None else tuple(n for n in components if n != part.name)
        bound = bind(importer, [components[n] for n in names], offered, chosen=part.chosen)
        arguments[part.name] = {edge.wanted.unit: edge for edge in bound.edges}
    with tempfile.TemporaryDirectory() as folder:
        config, made = Path(folder, "compose.json"), Path(folder, "composed.wasm")
        config.write_text(json.dumps(_config(root, parts, arguments)))
        file = next(part.file for part in parts if part.name == root)
        tool.run(["compose", "--quiet", "-c", str(config), str(file.resolve()), "-o", str(made)])
        return made.read_bytes()


def _config(root: str, parts: Sequence[Part], arguments: Mapping[str, Mapping[str, Edge]]) -> dict[str, object]:
    # Its names for instances and dependencies; the component to start from is always "root".
    instance = {part.name: "root" if part.name == root else f"{part.name}-instance" for part in parts}
    return {
        "dependencies": {p.name: str(p.file.resolve()) for p in parts if p.name != root},
        "instantiations": {
            instance[p.name]: {
                **({} if p.name == root else {"dependency": p.name}),
                "arguments": {
                    unit: {"instance": instance[edge.provider], "export": edge.offered.unit}
                    for unit, edge in arguments[p.name].items()
                },
            }
            for p in parts
        },
    }


def _component(part: Part) -> Component:
    if read(part.file).kind != "component":
        raise InputError("not a WebAssembly component", where=str(part.file), help="`symbuild componentize` makes one")
    world = load_world(part.file).world
    imports = tuple(_port(linkage, world) for linkage in imports_of(world) if not linkage.module.startswith(_RUNTIME))
    return Component(part.name, imports, tuple(_port(linkage, world) for linkage in exports_of(world)))


def _port(linkage: Linkage, world: World) -> Port:
    interface = linkage.interface.id if linkage.interface else None
    return Port(linkage.module, linkage.function, linkage.symbol, linkage.signature, linkage.reference, interface)
