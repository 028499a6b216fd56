"""Which component provides each import of each other one: by ``compose.wac``, else in the order of the worlds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from symbuild.abi.mangle import ROOT
from symbuild.abi.symbols import Linkage, exports_of, imports_of
from symbuild.errors import InputError, close_matches
from symbuild.model.world import World

from . import wac
from .discover import Combination, Source


@dataclass(frozen=True, slots=True)
class Edge:
    """``importer`` calls what it names ``name``; ``provider`` implements it under ``export``."""

    importer: Source
    name: str
    provider: Source
    export: str


def wire(combination: Combination, worlds: Mapping[Source, World]) -> tuple[Edge, ...]:
    """One edge for each import with functions. Raises InputError for an import that nobody provides."""
    script = combination.test.header.wac
    if script:
        instances = wac.parse(combination.test.folder / script)
        return tuple(e for i in instances for e in _edges_of_instance(i, instances, combination, worlds))
    return tuple(e for s in combination.sources for e in _edges_in_order(s, combination, worlds))


def providers_first(combination: Combination, edges: tuple[Edge, ...]) -> tuple[Source, ...]:
    """The sources so that each comes after those it imports from. Raises InputError for a cycle."""
    ordered: list[Source] = []
    waiting = list(combination.sources)
    while waiting:
        ready = [s for s in waiting if all(e.provider in ordered for e in edges if e.importer == s)]
        if not ready:
            raise InputError(f"{', '.join(s.world for s in waiting)} import from each other", where=combination.name)
        ordered += ready
        waiting = [s for s in waiting if s not in ready]
    return tuple(ordered)


def import_name(linkage: Linkage) -> str:
    """The name of the world item a function belongs to: an interface's id, a label, or its own name."""
    return linkage.function if linkage.module == ROOT else linkage.module


def renames(importer: Source, edges: tuple[Edge, ...], worlds: Mapping[Source, World]) -> dict[str, str]:
    """What each reference of ``importer`` becomes so that it binds to its own provider: ``symbol@node``.

    Empty where name and provider are the only ones of their kind and the dynamic linker cannot err.
    """
    mine = {e.name: e for e in edges if e.importer == importer}
    found = {}
    for linkage in imports_of(worlds[importer]):
        edge = mine[import_name(linkage)]
        target = _symbol_of(linkage.function, edge, worlds)
        if linkage.reference != target or len({e.provider for e in edges if e.export == edge.export}) > 1:
            found[linkage.reference] = f"{target}@{node_of(edge.provider)}"
    return found


def node_of(source: Source) -> str:
    """The version node of a component's symbols: its name in snake case (symmetric-abi.md, section 6)."""
    return source.world.replace("-", "_")


def _symbol_of(function: str, edge: Edge, worlds: Mapping[Source, World]) -> str:
    for linkage in exports_of(worlds[edge.provider]):
        if import_name(linkage) == edge.export and linkage.function == function:
            return linkage.symbol
    raise InputError(f"`{edge.export}` of {edge.provider.world} has no function `{function}`", where=edge.importer.test)


def _edges_in_order(importer: Source, combination: Combination, worlds: Mapping[Source, World]) -> list[Edge]:
    """The first later dependency that exports a name provides it, as `wasm-compose` connects them."""
    later = combination.sources[combination.sources.index(importer) + 1 :]
    found = []
    for name in _wanted(worlds[importer]):
        provider = next((s for s in later if name in _offered(worlds[s])), None)
        if provider is None:
            raise _unprovided(importer, name, later, worlds)
        found.append(Edge(importer, name, provider, name))
    return found


def _edges_of_instance(
    instance: wac.Instance,
    instances: tuple[wac.Instance, ...],
    combination: Combination,
    worlds: Mapping[Source, World],
) -> list[Edge]:
    by_world = {s.world: s for s in combination.sources}
    by_instance = {i.name: by_world[i.world] for i in instances}
    importer = by_instance[instance.name]
    found = []
    for name in _wanted(worlds[importer]):
        edge = next(filter(None, (_given(a, importer, name, by_instance, worlds) for a in instance.arguments)), None)
        if edge is None:
            raise _unprovided(importer, name, tuple(by_world.values()), worlds)
        found.append(edge)
    return found


def _given(
    argument: wac.Spread | wac.Given,
    importer: Source,
    name: str,
    by_instance: Mapping[str, Source],
    worlds: Mapping[Source, World],
) -> Edge | None:
    """The edge by which one argument provides the import ``name``, or None."""
    provider = by_instance[argument.instance]
    match argument:
        case wac.Spread():
            export = name if name in _offered(worlds[provider]) else None
        case wac.Given(wanted, _, offered):
            exports = [e for e in _offered(worlds[provider]) if wac.matches(offered, e)]
            export = exports[0] if exports and wac.matches(wanted, name) else None
    return Edge(importer, name, provider, export) if export else None


def _wanted(world: World) -> list[str]:
    return list(dict.fromkeys(import_name(linkage) for linkage in imports_of(world)))


def _offered(world: World) -> set[str]:
    return {import_name(linkage) for linkage in exports_of(world)}


def _unprovided(importer: Source, name: str, others: tuple[Source, ...], worlds: Mapping[Source, World]) -> InputError:
    offered = [e for s in others for e in _offered(worlds[s])]
    return InputError(
        f"no component provides `{name}` to {importer.world}", where=importer.test, help=close_matches(name, offered)
    )
