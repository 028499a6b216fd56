"""Bind each import to the one provider among a component's ``components:``, or say all that hinders it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from symbuild.errors import Finding, Findings, close_matches
from symbuild.graph.component import Component, Edge, Offers, Port, units_for

# What one component exports, by unit and function.
_Shelf = dict[str, dict[str, Port]]


# What makes a call impossible between partners whose WITs differ, nothing if all that differs is compatible.
Changes = Callable[[Edge], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Bound:
    """The edges of one importer, and names in its ``components:`` that nothing is imported from."""

    edges: tuple[Edge, ...]
    idle: tuple[str, ...]


def bind(
    importer: Component,
    providers: Sequence[Component],
    offered: Offers,
    *,
    chosen: Mapping[str, str] | None = None,
    open_imports: bool = False,
    changes: Changes = lambda _: (),
) -> Bound:
    """The edges from ``importer`` to ``providers``.

    ``offered`` is what the whole build provides: it names the candidates in a message. ``chosen`` gives imports, by
    label or interface id, the provider to take of several. With ``open_imports`` an import may stay without a provider,
    for the loading process to provide. ``changes`` is asked about edges whose ends have different hashes. Raises
    Findings with all that is wrong.
    """
    shelves = {provider.name: provider.offered for provider in providers}
    chosen = chosen or {}
    edges: list[Edge] = []
    findings = dict.fromkeys(_misnamed(importer, chosen))
    for port in importer.imports:
        name = chosen.get(port.unit)
        match _providers_of(port, {name: shelves[name]} if name in shelves else shelves):
            case [(provider, functions)]:
                result = _edge(importer, port, provider, functions, changes)
                if isinstance(result, Edge):
                    edges.append(result)
                else:
                    findings[result] = None
            case [] if open_imports:
                pass
            case []:
                findings[_missing(importer, port, offered)] = None
            case several:
                findings[_ambiguous(importer, port, [provider for provider, _ in several])] = None
    if findings:
        raise Findings(list(findings))
    used = {edge.provider for edge in edges}
    return Bound(tuple(edges), tuple(p.name for p in providers if p.name not in used))


def _misnamed(importer: Component, chosen: Mapping[str, str]) -> Iterator[Finding]:
    bound = {port.unit: port.reference != port.symbol for port in importer.imports}
    for unit, provider in chosen.items():
        what = f"`components:` of `{importer.name}` takes `{unit}` from `{provider}`"
        if unit not in bound:
            yield Finding(f"{what}, but `{importer.name}` does not import it", help=close_matches(unit, bound))
        elif not bound[unit]:
            # Its code calls the interface by the plain symbol, which the linker looks up in all providers.
            yield Finding(
                f"{what}, which works for an import by label only",
                help=f"list the providers, or write `import a-label: {unit};` in the world",
            )


def _providers_of(port: Port, shelves: Mapping[str, _Shelf]) -> list[tuple[str, dict[str, Port]]]:
    for unit in units_for(port):
        found = [(provider, shelf[unit]) for provider, shelf in shelves.items() if unit in shelf]
        if found:
            return found
    return []


def _edge(
    importer: Component, port: Port, provider: str, functions: dict[str, Port], changes: Changes
) -> Edge | Finding:
    offered = functions.get(port.function)
    if offered is None:
        return Finding(
            f"`{importer.name}` imports {port.wit}, which its provider `{provider}` does not export",
            help=f"`{provider}` was built from another version of the WIT: use one for both",
        )
    edge = Edge(importer.name, port, provider, offered)
    if offered.hash != port.hash and (said := changes(edge)):
        return Finding(
            f"`{importer.name}` and its provider `{provider}` were built from different versions of the WIT: "
            f"{port.wit}: {'; '.join(said)}",
            help=f"use one for both (this is the way from that of `{importer.name}` to that of `{provider}`)",
        )
    if offered.signature != port.signature:
        return Finding(
            f"`{importer.name}` and its provider `{provider}` disagree on the signature of {port.wit}",
            help="they were built from different versions of the WIT: use one for both",
        )
    return edge


def _missing(importer: Component, port: Port, offered: Offers) -> Finding:
    candidates = [name for unit in units_for(port) for name in offered.of(unit) if name != importer.name]
    if candidates:
        help = "add one of these to its `components:`: " + ", ".join(f"`{name}`" for name in dict.fromkeys(candidates))
    else:
        help = (
            "no component of this build exports it; write one, or set `open_imports: true` if the loading process does"
        )
    return Finding(f"`{importer.name}` imports {port.unit}, and nothing in its `components:` provides it", help=help)


def _ambiguous(importer: Component, port: Port, found: Sequence[str]) -> Finding:
    names = ", ".join(f"`{provider}`" for provider in found)
    return Finding(
        f"`{importer.name}` imports {port.unit}, and several of its `components:` provide it: {names}",
        help=f"keep one of them, or import by label and name its provider: `components: {{'a-label': {found[0]}}}`",
    )
