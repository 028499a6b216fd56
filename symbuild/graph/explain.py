"""A whole build as edges: who calls whom, how the call is bound, and what of it is copied.

Takes what build steps wrote of each component; gives one :class:`Link` for each interface that a component imports.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from symbuild.abi.crossing import Crossing
from symbuild.abi.mangle import ROOT
from symbuild.abi.passing import Passing
from symbuild.abi.width import Width
from symbuild.frozen import frozen
from symbuild.graph.binding import Binding, Kind


@frozen
class Isolated:
    """The terms of a component in a process of its own: see ``steps/profile.py``."""

    transport: str
    deadline: float
    on_failure: str
    errors: tuple[str, ...]
    confine: tuple[str, ...]
    group: str | None = None


@frozen
class Node:
    """A component or program. ``language`` may be empty; ``views``: its exports take lent arguments as they lie.

    ``isolated``: it has a process of its own, or of its group's; ``fused``: it is in one file with each that imports
    from it.
    """

    name: str
    world: str
    language: str = ""
    views: bool = False
    isolated: Isolated | None = None
    fused: bool = False
    target: str = "native"

    @property
    def process(self) -> str | None:
        """Where it runs, None for its callers' process: two that are equal are one process."""
        if self.isolated is None:
            return None
        return f"group {self.isolated.group}" if self.isolated.group else self.name


@frozen
class Import:
    """A function that a component imports; ``module`` is an interface id, a label or ``$root``.

    ``crossing`` is known where importer and provider run in different processes.
    """

    module: str
    function: str
    interface: str | None
    symbol: str
    passing: Passing
    crossing: Crossing | None = None


@frozen
class Link:
    """What one component imports of one interface, or of the world's own functions, from one provider.

    ``provider`` is None where the process that loads the importer provides it.
    """

    importer: str
    provider: str | None
    module: str
    interface: str | None
    kind: Kind
    node: str | None
    functions: tuple[Import, ...]

    @property
    def title(self) -> str:
        """How a reader knows the interface."""
        if self.module == ROOT:
            return ", ".join(f.function for f in self.functions)
        return f"{self.module} ({self.interface})" if self.interface not in (None, self.module) else self.module


@frozen
class Graph:
    """A build: its components, importers before their providers, and who calls whom."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]


def graph_of(nodes: Iterable[Node], links: Iterable[Link]) -> Graph:
    """The graph of a build, in an order that follows from its names and edges alone."""
    links = tuple(links)
    by_name = sorted(nodes, key=lambda node: node.name)
    depth = depths([node.name for node in by_name], links)
    return Graph(tuple(sorted(by_name, key=lambda node: depth[node.name])), links)


def depths(names: Sequence[str], links: Sequence[Link]) -> dict[str, int]:
    """How many edges the longest way from a component that nobody imports has to each component."""
    depth = dict.fromkeys(names, 0)
    edges = [(link.importer, link.provider) for link in links if link.provider in depth]
    # Providers are built before their importers, so there is no circle; a damaged file must not make one of this loop.
    for _ in names:
        for importer, provider in edges:
            depth[provider or ""] = max(depth[provider or ""], depth[importer] + 1)
    return depth


def links_of(importer: str, imports: Iterable[Import], bindings: Mapping[str, Binding]) -> Iterator[Link]:
    """The links of one importer, in the order of its world. What no binding is known of is open."""
    grouped: dict[tuple[str, str | None], list[Import]] = {}
    for function in imports:
        binding = bindings.get(function.symbol, Binding(function.symbol, "open"))
        grouped.setdefault((function.module, binding.provider), []).append(function)
    for (module, provider), functions in grouped.items():
        binding = bindings.get(functions[0].symbol, Binding(functions[0].symbol, "open"))
        yield Link(importer, provider, module, functions[0].interface, binding.kind, binding.node, tuple(functions))


# ---- what a call costs -----------------------------------------------------------------------------------------------
# What an export's code gets of strings and lists that are lent to it, if it takes views at all.
_VIEWED = {
    "c": "viewed by {0}",
    "cpp": "viewed by {0}, which copies what lies in records and cases once",
}
_COPIED = "copied once by {0}"
# Lists whose every byte pattern is a value stay in shared memory from that size on (symbuild_isolate.h, SB_BULK).
BULK = 4096
# Rust's allocator may be anything, so what it hands over or takes over is copied at the border.
_BY_COPY = frozenset({"rust"})


def cost(function: Import, importer: Node, provider: Node | None) -> tuple[str, ...]:
    """What becomes of memory and handles in a call's arguments and result; nothing for plain values."""
    said = []
    if function.passing.moves:
        said.append(f"gives {', '.join(function.passing.moves)} away")
    # That a method is called on an object goes without saying.
    if borrows := [name for name in function.passing.borrows if name != "self"]:
        said.append(f"lends {', '.join(borrows)}")
    if function.passing.lends:
        lends = f"lends {', '.join(function.passing.lends)}"
        said.append(f"{lends}: {_received(provider)}" if provider else lends)
    if function.passing.gives:
        kept = f"{'copied and freed' if importer.language in _BY_COPY else 'kept'} by {importer.name}"
        said.append(f"result: {_handed(provider)}, {kept}" if provider else f"result: {kept}")
    elif function.passing.makes:
        said.append(f"result: a handle, {importer.name} drops it")
    if function.crossing:
        said.append(_crossing(function.crossing))
    return tuple(said)


def _crossing(crossing: Crossing) -> str:
    """What is copied between two processes (on a 64-bit machine) each time, and what of it once only."""
    sent = [_bytes(crossing.arguments), *(f"{p}, copied in and out" for p in crossing.copied)]
    sent += [f"{p}, copied in, and from {BULK} bytes on read there" for p in crossing.in_place]
    back = _bytes(crossing.result) + (", and the result's memory, copied in and out" if crossing.gives else "")
    return f"sends {' + '.join(sent)}; gets {back}"


def _received(provider: Node) -> str:
    views = _VIEWED.get(provider.language) if provider.views else None
    return (views or _COPIED).format(provider.name)


def _handed(provider: Node) -> str:
    return f"{'copied' if provider.language in _BY_COPY else 'handed over'} by {provider.name}"


# ---- text ------------------------------------------------------------------------------------------------------------
def bound_text(link: Link, nodes: Mapping[str, Node]) -> str:
    """How a link is bound, in words."""
    provider = nodes.get(link.provider or "")
    if provider and provider.fused:
        return "fused, a call within one file"
    match link.kind:
        case "open":
            return "open, for the loading process to provide"
        case "run-time table":
            return "a table, filled in at run time"
        case "direct" if link.node:
            return f"version node of {link.node}"
        case "direct":
            return "direct"
        case "label" | "private name" as kind:
            return f"by {'its' if kind == 'label' else 'a'} {kind}" + (
                f", version node of {link.node}" if link.node else ""
            )


def _bytes(width: Width) -> str:
    return "1 byte" if width.w64 == 1 else f"{width.w64} bytes"


def crossed_text(link: Link, nodes: Mapping[str, Node]) -> str:
    """Which border between processes a call crosses, in words; nothing for none."""
    caller, provider = nodes[link.importer], nodes.get(link.provider or "")
    if provider and provider.isolated and provider.process == caller.process:
        return f", within the process of {caller.process}"
    importer = caller.isolated
    ways = [f"called back over {importer.transport}"] if importer else []
    if provider and provider.isolated:
        process = f"the process of {provider.process}" if provider.isolated.group else "a process of its own"
        ways.append(f"to {process} over {provider.isolated.transport}")
    return f", {', then '.join(ways)}" if ways else ""


def graph_text(graph: Graph) -> str:
    """All components, each with what it imports."""
    nodes = {node.name: node for node in graph.nodes}
    lines: list[str] = []
    for node in graph.nodes:
        lines.append(_node_line(node))
        links = [link for link in graph.links if link.importer == node.name]
        for link in links:
            provider = f" <- {link.provider}" if link.provider else ""
            lines.append(f"  {link.title}{provider}: {bound_text(link, nodes)}{crossed_text(link, nodes)}")
            lines += _function_lines(link.functions, node, nodes.get(link.provider or ""))
        lines += [] if links else ["  imports nothing"]
    return "\n".join(lines) + "\n"


def _node_line(node: Node) -> str:
    api = f"{node.language}, exports take views" if node.views else node.language
    where = f" in group {node.isolated.group}" if node.isolated and node.isolated.group else ""
    terms = f", isolated{where}: {terms_text(node.isolated)}" if node.isolated else ""
    return f"{node.name}: {node.world}" + (f" ({api})" if api else "") + terms


def terms_text(terms: Isolated) -> str:
    """How an isolated component is reached, what a failure becomes, and what its process gives up."""
    said = [terms.transport, f"{terms.deadline:g} s for a call" if terms.deadline else "no deadline"]
    named = f" of {', '.join(terms.errors)}" if terms.errors else ""
    said.append(f"a failure is {_FAILURES[terms.on_failure]}{named}")
    said.append(f"gives up {', '.join(terms.confine)}" if terms.confine else "not confined")
    return ", ".join(said)


_FAILURES = {
    "trap": "a trap",
    "restart": "a trap, and the next call starts it anew",
    "error": "the error case",
}


def _function_lines(functions: Sequence[Import], importer: Node, provider: Node | None) -> Iterator[str]:
    for function in functions:
        said = cost(function, importer, provider) or ("plain values",)
        yield f"    {function.function}: {'; '.join(said)}"


def graph_json(graph: Graph) -> dict[str, object]:
    """The graph as JSON values."""
    nodes = {node.name: node for node in graph.nodes}
    return {
        "components": [
            {
                "name": n.name,
                "world": n.world,
                "language": n.language or None,
                "views": n.views,
                "isolated": _terms_json(n.isolated) if n.isolated else None,
                "fused": n.fused,
                "target": n.target,
            }
            for n in graph.nodes
        ],
        "edges": [
            {
                "importer": link.importer,
                "provider": link.provider,
                "module": link.module,
                "interface": link.interface,
                "binding": link.kind,
                "version_node": link.node,
                "functions": [
                    {
                        "name": f.function,
                        "symbol": f.symbol,
                        "lends": list(f.passing.lends),
                        "gives": f.passing.gives,
                        "moves": list(f.passing.moves),
                        "borrows": list(f.passing.borrows),
                        "makes": f.passing.makes,
                        "crossing": _crossing_json(f.crossing) if f.crossing else None,
                        "cost": list(cost(f, nodes[link.importer], nodes.get(link.provider or ""))),
                    }
                    for f in link.functions
                ],
            }
            for link in graph.links
        ],
    }


def _terms_json(terms: Isolated) -> dict[str, object]:
    return {
        "transport": terms.transport,
        "deadline": terms.deadline,
        "on_failure": terms.on_failure,
        "errors": list(terms.errors),
        "confine": list(terms.confine),
        "group": terms.group,
    }


def _crossing_json(crossing: Crossing) -> dict[str, object]:
    return {
        "arguments": {"32": crossing.arguments.w32, "64": crossing.arguments.w64},
        "result": {"32": crossing.result.w32, "64": crossing.result.w64},
        "in_place": list(crossing.in_place),
        "copied": list(crossing.copied),
        "gives": crossing.gives,
    }
