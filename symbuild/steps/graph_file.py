"""The files by which build steps tell of the graph: a component's ports and bindings, and a build's providers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Set
from pathlib import Path

from symbuild.abi.crossing import Crossing, crossing_of
from symbuild.abi.flatten import CoreSignature
from symbuild.abi.symbols import imports_of
from symbuild.errors import InputError
from symbuild.graph.binding import Binding
from symbuild.graph.component import Component, Offers, Port
from symbuild.graph.explain import Graph, Import, Isolated, Link, Node, graph_of, links_of
from symbuild.steps import world_file
from symbuild.steps.embedded import decoded
from symbuild.steps.profile import Choice, choice_of_json

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


def read_build(folder: Path) -> Graph:
    """The graph of a build directory. Raises InputError where there is none, or more than one."""
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("*.world.json")):
        if path.name in found:
            what = f"`{folder}` holds two components `{path.name.removesuffix('.world.json')}`"
            raise InputError(what, where=f"{found[path.name]} and {path}", help="name one build directory")
        found[path.name] = path
    if not found:
        help = "name a build directory, after it was built"
        raise InputError(f"no components were built by symbuild in `{folder}`", help=help)
    files = {file.component: file for file in map(world_file.read, found.values())}
    folders = {file.component: path.parent for file, path in zip(files.values(), found.values(), strict=True)}
    choices = {name: _choice(folders[name] / f"{name}.placement.json") for name in files}
    nodes = [_node(file, choices[name]) for name, file in files.items()]
    apart = {name for name, choice in choices.items() if choice.placement == "isolated"}
    links = (link for name, file in files.items() for link in _links(file, folders[name] / f"{name}.edges.json", apart))
    return graph_of(nodes, links)


def _links(file: world_file.WorldFile, edges: Path, apart: Set[str]) -> Iterator[Link]:
    """The links of a component; ``apart`` are those in processes of their own."""
    bindings = {b.symbol: b for b in read_bindings(edges)}
    bindings |= {port.symbol: Binding(port.symbol, "run-time table") for port in file.run_time}
    crossings: dict[str, Crossing] = {}
    if apart & {file.component, *(b.provider for b in bindings.values())}:
        world = decoded(file.wit, file.world, str(edges))
        crossings = {linkage.symbol: crossing_of(linkage.declared) for linkage in imports_of(world)}
    near = set() if file.component in apart else {b.symbol for b in bindings.values() if b.provider not in apart}
    imports = (
        Import(
            port.module,
            port.function,
            port.interface,
            port.symbol,
            port.passing,
            None if port.symbol in near else crossings.get(port.symbol),
        )
        for port in (*file.imports, *file.run_time)
    )
    return links_of(file.component, imports, bindings)


def _choice(path: Path) -> Choice:
    """What a build configured of a component's placement. Without a file, it is where its callers are."""
    try:
        return choice_of_json(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Choice("direct")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"`{path}` is not what the build system writes", help="configure the build again") from error


def _node(file: world_file.WorldFile, choice: Choice) -> Node:
    isolated = None
    if choice.placement == "isolated":
        terms = choice.terms
        errors = tuple(function for function, _ in terms.errors)
        isolated = Isolated(terms.transport, terms.deadline, terms.on_failure, errors, terms.confine)
    return Node(file.component, file.world, file.api.language, file.api.views, isolated, choice.placement == "fused")
