"""Bind each import to the one provider among those that its component lists, or say all that hinders it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from symbuild.errors import Finding, Findings, close_matches
from symbuild.frozen import frozen
from symbuild.graph.component import Component, Edge, Offers, Port, units_for

# What one component exports, by unit and function.
_Shelf = dict[str, dict[str, Port]]


# What makes a call impossible between partners whose WITs differ, nothing if all that differs is compatible.
Changes = Callable[[Edge], Sequence[str]]


@frozen
class Words:
    """How users of a door say what messages ask of them: whom a component lists, one of these for an import by label,
    and imports that the loading process provides."""

    listed: str = "`components:`"
    by_label: str = "`components: {{'a-label': {0}}}`"
    opened: str = "`open_imports: true`"


MESON = Words()
DOORS = {
    "meson": MESON,
    "cmake": Words("`COMPONENTS`", "`COMPONENTS a-label={0}`", "`OPEN_IMPORTS`"),
    "scons": Words("`components`", "`components={{'a-label': {0}}}`", "`open_imports=True`"),
}


@frozen
class Member:
    """A component that is fused into the importer, and the names of those that it lists as its own providers."""

    component: Component
    providers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """The edges of one importer, and names among its providers that nothing is imported from."""

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
    members: Sequence[Member] = (),
    words: Words = MESON,
) -> Bound:
    """The edges from ``importer`` to ``providers``.

    ``offered`` is what the whole build provides: it names the candidates in a message. ``chosen`` gives imports, by
    label or interface id, the provider to take of several. With ``open_imports`` an import may stay without a provider,
    for the loading process to provide. ``changes`` is asked about edges whose ends have different hashes. ``members``
    are what the importer was fused of: each import's provider is one that a member with this import lists. Raises
    Findings with all that is wrong.
    """
    shelves = {provider.name: provider.offered for provider in providers}
    chosen = chosen or {}
    edges: list[Edge] = []
    findings = dict.fromkeys(_misnamed(importer, chosen, words))
    for port in importer.imports:
        name = chosen.get(port.unit)
        reached = {name: shelves[name]} if name in shelves else _listed(port, shelves, members)
        match _providers_of(port, reached):
            case [(provider, functions)]:
                result = _edge(importer, port, provider, functions, changes)
                if isinstance(result, Edge):
                    edges.append(result)
                else:
                    findings[result] = None
            case [] if open_imports:
                pass
            case []:
                findings[_missing(importer, port, offered, words)] = None
            case several:
                names = [provider for provider, _ in several]
                findings[_ambiguous(importer, port, names, words) if not members else _torn(port, names, members)] = (
                    None
                )
    if findings:
        raise Findings(list(findings))
    used = {edge.provider for edge in edges}
    return Bound(tuple(edges), tuple(p.name for p in providers if p.name not in used))


def _listed(port: Port, shelves: Mapping[str, _Shelf], members: Sequence[Member]) -> Mapping[str, _Shelf]:
    """The providers that an import may have: of a fused one, those of the components that it comes from."""
    named = {name for member in _importers(port, members) for name in member.providers}
    return {name: shelf for name, shelf in shelves.items() if name in named or not members}


def _importers(port: Port, members: Sequence[Member]) -> list[Member]:
    return [member for member in members if any(own.unit == port.unit for own in member.component.imports)]


def _misnamed(importer: Component, chosen: Mapping[str, str], words: Words) -> Iterator[Finding]:
    bound = {port.unit: port.reference != port.symbol for port in importer.imports}
    for unit, provider in chosen.items():
        what = f"{words.listed} of `{importer.name}` takes `{unit}` from `{provider}`"
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


def _missing(importer: Component, port: Port, offered: Offers, words: Words) -> Finding:
    candidates = [name for unit in units_for(port) for name in offered.of(unit) if name != importer.name]
    if candidates:
        listed = ", ".join(f"`{name}`" for name in dict.fromkeys(candidates))
        help = f"add one of these to its {words.listed}: {listed}"
    else:
        help = f"no component of this build exports it; write one, or set {words.opened} if the loading process does"
    return Finding(f"`{importer.name}` imports {port.unit}, and nothing in its {words.listed} provides it", help=help)


def _ambiguous(importer: Component, port: Port, found: Sequence[str], words: Words) -> Finding:
    names = ", ".join(f"`{provider}`" for provider in found)
    return Finding(
        f"`{importer.name}` imports {port.unit}, and several of its {words.listed} provide it: {names}",
        help=f"keep one of them, or import by label and name its provider: {words.by_label.format(found[0])}",
    )


def _torn(port: Port, found: Sequence[str], members: Sequence[Member]) -> Finding:
    """A fused file has each import once, with one provider."""
    takes = {member.component.name: [n for n in found if n in member.providers] for member in _importers(port, members)}
    takers = [
        f"`{taker}` takes it from {' and '.join(f'`{name}`' for name in names)}"
        for taker, names in takes.items()
        if names
    ]
    return Finding(
        f"in one file {port.unit} would be one import: {', '.join(takers)}",
        help="fuse the providers as well, leave one of the components direct, or import by a label in one of them",
    )
