"""A whole build as edges: who calls whom, how the call is bound, and what of it is copied.

Takes what build steps wrote of each component; gives one :class:`Link` for each interface that a component imports.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from symbuild.abi.mangle import ROOT
from symbuild.abi.passing import Passing
from symbuild.frozen import frozen
from symbuild.graph.binding import Binding, Kind


@frozen
class Node:
    """A component or program. ``language`` may be empty; ``views``: its exports take lent arguments as they lie."""

    name: str
    world: str
    language: str = ""
    views: bool = False


@frozen
class Import:
    """A function that a component imports; ``module`` is an interface id, a label or ``$root``."""

    module: str
    function: str
    interface: str | None
    symbol: str
    passing: Passing


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
    return tuple(said)


def _received(provider: Node) -> str:
    views = _VIEWED.get(provider.language) if provider.views else None
    return (views or _COPIED).format(provider.name)


def _handed(provider: Node) -> str:
    return f"{'copied' if provider.language in _BY_COPY else 'handed over'} by {provider.name}"


# ---- text ------------------------------------------------------------------------------------------------------------
def bound_text(link: Link) -> str:
    """How a link is bound, in words."""
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


def graph_text(graph: Graph) -> str:
    """All components, each with what it imports."""
    nodes = {node.name: node for node in graph.nodes}
    lines: list[str] = []
    for node in graph.nodes:
        lines.append(_node_line(node))
        links = [link for link in graph.links if link.importer == node.name]
        for link in links:
            lines.append(f"  {link.title}{f' <- {link.provider}' if link.provider else ''}: {bound_text(link)}")
            lines += _function_lines(link.functions, node, nodes.get(link.provider or ""))
        lines += [] if links else ["  imports nothing"]
    return "\n".join(lines) + "\n"


def _node_line(node: Node) -> str:
    api = f"{node.language}, exports take views" if node.views else node.language
    return f"{node.name}: {node.world}" + (f" ({api})" if api else "")


def _function_lines(functions: Sequence[Import], importer: Node, provider: Node | None) -> Iterator[str]:
    for function in functions:
        said = cost(function, importer, provider) or ("plain values",)
        yield f"    {function.function}: {'; '.join(said)}"


def graph_json(graph: Graph) -> dict[str, object]:
    """The graph as JSON values."""
    nodes = {node.name: node for node in graph.nodes}
    return {
        "components": [
            {"name": n.name, "world": n.world, "language": n.language or None, "views": n.views} for n in graph.nodes
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
                        "cost": list(cost(f, nodes[link.importer], nodes.get(link.provider or ""))),
                    }
                    for f in link.functions
                ],
            }
            for link in graph.links
        ],
    }
