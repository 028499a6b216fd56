"""The files by which build steps tell of the graph: a component's ports and bindings, and a build's providers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from symbuild.abi.crossing import Crossing, crossing_of
from symbuild.abi.flatten import CoreSignature
from symbuild.abi.symbols import imports_of
from symbuild.errors import InputError
from symbuild.frozen import frozen
from symbuild.graph.binding import Binding
from symbuild.graph.component import Component, Offers, Port
from symbuild.graph.explain import Graph, Import, Isolated, Link, Node, graph_of, links_of
from symbuild.steps import world_file
from symbuild.steps.embedded import decoded
from symbuild.steps.profile import Choice, choice_of_json
from symbuild.steps.step import WASM

FORMAT = 1


def read_component(path: Path) -> Component:
    """The component that a world file describes. Raises InputError where there is none."""
    return component_of(world_file.read(path))


def component_of(file: world_file.WorldFile) -> Component:
    """The component with its ports."""
    return Component(
        file.component,
        tuple(map(_port, file.imports)),
        tuple(_port(export.port) for export in file.exports),
    )


def _port(port: world_file.Port) -> Port:
    signature = CoreSignature(port.params, port.result)
    return Port(port.module, port.function, port.symbol, signature, port.reference, port.interface, port.hash)


def offers_text(offered: Offers) -> str:
    """The providers of a build as JSON."""
    return json.dumps({"format": FORMAT, "providers": dict(offered.providers)}, indent=1) + "\n"


def read_offers(path: Path) -> Offers:
    """What :func:`offers_text` wrote. Raises InputError for anything else."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["format"] != FORMAT:
            raise InputError(f"`{path}` is of another symbuild", help="run `symbuild graph` again")
        return Offers({unit: tuple(names) for unit, names in document["providers"].items()})
    except OSError as error:
        raise InputError(f"cannot read `{path}`: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"`{path}` is not what `symbuild graph` writes") from error


def bindings_text(component: str, bindings: Iterable[Binding]) -> str:
    """``NAME.edges.json``: how a component's imports are bound."""
    listed = [{"symbol": b.symbol, "kind": b.kind, "provider": b.provider, "node": b.node} for b in bindings]
    return json.dumps({"format": FORMAT, "component": component, "bindings": listed}, indent=1) + "\n"


def read_bindings(path: Path) -> tuple[Binding, ...]:
    """What :func:`bindings_text` wrote. Raises InputError for anything else."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["format"] != FORMAT:
            raise InputError(f"`{path}` is of another symbuild", help="build again")
        return tuple(Binding(b["symbol"], b["kind"], b["provider"], b["node"]) for b in document["bindings"])
    except OSError as error:
        help = "build the directory: its components are not bound to each other yet"
        raise InputError(f"cannot read `{path}`: {error.strerror}", help=help) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"`{path}` is not what `symbuild bind` writes") from error


@frozen
class _Found:
    """What a build directory holds of one component. ``name`` tells it from that of the same name for ``target``s."""

    file: world_file.WorldFile
    folder: Path
    target: str
    name: str


def read_build(folder: Path) -> Graph:
    """The graph of a build directory. Raises InputError where there is none, or more than one.

    A component may be built for both targets. Then that for wasm has its target behind its name.
    """
    found = _find(folder)
    nodes = {part.name: _node(part, _choice(part.folder / f"{part.file.component}.placement.json")) for part in found}
    by_target = {(part.file.component, part.target): part.name for part in found}
    links: list[Link] = []
    for part in found:
        names = {component: name for (component, target), name in by_target.items() if target == part.target}
        links += _links(part, nodes, names)
    return graph_of(nodes.values(), links)


def _find(folder: Path) -> list[_Found]:
    paths: dict[tuple[str, str], Path] = {}
    for path in sorted(folder.rglob("*.world.json")):
        component = path.name.removesuffix(".world.json")
        target = WASM if path.parent.name == f"{component}-wasm" else "native"
        first = paths.setdefault((component, target), path)
        if first != path:
            what = f"`{folder}` holds two components `{component}` for {target}"
            raise InputError(what, where=f"{first} and {path}", help="name one build directory")
    if not paths:
        help = "name a build directory, after it was built"
        raise InputError(f"no components were built by symbuild in `{folder}`", help=help)
    found = []
    for (component, target), path in paths.items():
        is_second = target == WASM and (component, "native") in paths
        name = f"{component} ({WASM})" if is_second else component
        found.append(_Found(world_file.read(path), path.parent, target, name))
    return found


def _links(part: _Found, nodes: Mapping[str, Node], names: Mapping[str, str]) -> Iterator[Link]:
    """The links of a component; ``names`` are those of nodes, by those of the components for its target."""
    file, edges = part.file, part.folder / f"{part.file.component}.edges.json"
    bindings = {b.symbol: replace(b, provider=names.get(b.provider or "", b.provider)) for b in read_bindings(edges)}
    bindings |= {port.symbol: Binding(port.symbol, "run-time table") for port in file.run_time}
    here = nodes[part.name].process
    providers = {symbol: nodes.get(b.provider or "") for symbol, b in bindings.items()}
    far = {symbol for symbol, provider in providers.items() if (provider.process if provider else None) != here}
    crossings: dict[str, Crossing] = {}
    if far:
        world = decoded(file.wit, file.world, str(edges))
        crossings = {linkage.symbol: crossing_of(linkage.declared) for linkage in imports_of(world)}
    imports = (
        Import(
            port.module,
            port.function,
            port.interface,
            port.symbol,
            port.passing,
            crossings.get(port.symbol) if port.symbol in far else None,
        )
        for port in (*file.imports, *file.run_time)
    )
    return links_of(part.name, imports, bindings)


def _choice(path: Path) -> Choice:
    """What a build configured of a component's placement. Without a file, it is where its callers are."""
    try:
        return choice_of_json(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Choice("direct")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"`{path}` is not what the build system writes", help="configure the build again") from error


def _node(part: _Found, choice: Choice) -> Node:
    file, isolated = part.file, None
    if choice.placement == "isolated":
        terms = choice.terms
        errors = tuple(function for function, _ in terms.errors)
        isolated = Isolated(terms.transport, terms.deadline, terms.on_failure, errors, terms.confine, terms.group)
    fused = choice.placement == "fused"
    return Node(part.name, file.world, file.api.language, file.api.views, isolated, fused, part.target)
