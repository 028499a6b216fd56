"""Which component provides each import of each other one: by ``compose.wac``, else in the order of the worlds."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from symbuild.abi.symbols import Linkage, exports_of, imports_of
from symbuild.errors import InputError, close_matches
from symbuild.graph.component import Component, Edge, Port
from symbuild.model.world import World

from . import wac
from .discover import Combination


def component_of(name: str, world: World) -> Component:
    """The component of a source's world, with its ports."""
    return Component(name, _ports(imports_of(world)), _ports(exports_of(world)))


def wire(combination: Combination, components: Sequence[Component]) -> tuple[Edge, ...]:
    """An edge for each imported function; ``components`` are the runner and its dependencies in order.

    Raises InputError for an import that nobody provides.
    """
    script = combination.test.header.wac
    if script:
        return _by_script(combination.test.folder / script, components)
    return tuple(e for i, c in enumerate(components) for e in _edges(c, _first_of(components[i + 1 :])))


def providers_first(components: Sequence[Component], edges: Sequence[Edge]) -> tuple[Component, ...]:
    """The components so that each comes after those it imports from. Raises InputError for a cycle."""
    ordered: list[Component] = []
    waiting = list(components)
    while waiting:
        done = {c.name for c in ordered}
        ready = [c for c in waiting if all(e.provider in done for e in edges if e.importer == c.name)]
        if not ready:
            raise InputError(f"{', '.join(c.name for c in waiting)} import from each other")
        ordered += ready
        waiting = [c for c in waiting if c not in ready]
    return tuple(ordered)


def _ports(linkages: Sequence[Linkage]) -> tuple[Port, ...]:
    return tuple(
        Port(k.module, k.function, k.symbol, k.signature, k.reference, k.interface.id if k.interface else None)
        for k in linkages
    )


# For what an importer calls a unit: the component that provides it, and what that one calls it.
_Choice = Callable[[str], tuple[Component, str] | None]


def _edges(importer: Component, choose: _Choice, *, is_open: bool = False) -> list[Edge]:
    """The importer's edges. What an open one imports from nobody it must not use, or linking fails."""
    found = []
    for port in importer.imports:
        choice = choose(port.unit)
        if choice is None:
            if is_open:
                continue
            raise InputError(f"no component provides `{port.unit}` to {importer.name}")
        provider, unit = choice
        # A function of the world itself is a unit of its own, and may have another name there.
        functions = provider.offered[unit]
        offered = functions.get(unit if port.unit == port.function else port.function)
        if offered is None:
            raise InputError(f"`{unit}` of {provider.name} lacks `{port.function}`, which {importer.name} imports")
        found.append(Edge(importer.name, port, provider.name, offered))
    return found


def _first_of(providers: Sequence[Component]) -> _Choice:
    """The first provider that exports the unit under the same name, as ``wasm-compose`` connects them."""
    return lambda unit: next(((p, unit) for p in providers if unit in p.offered), None)


def _by_script(path: Path, components: Sequence[Component]) -> tuple[Edge, ...]:
    by_world = {c.name: c for c in components}
    instances = wac.parse(path)
    for instance in instances:
        if instance.world not in by_world:
            raise InputError(
                f"no world `{instance.world}`", where=str(path), help=close_matches(instance.world, by_world)
            )
    by_instance = {i.name: by_world[i.world] for i in instances}
    edges = (_edges(by_world[i.world], _given_by(i.arguments, by_instance), is_open=i.is_open) for i in instances)
    return tuple(itertools.chain.from_iterable(edges))


def _given_by(arguments: Sequence[wac.Spread | wac.Given], by_instance: Mapping[str, Component]) -> _Choice:
    def choose(unit: str) -> tuple[Component, str] | None:
        for argument in arguments:
            provider = by_instance[argument.instance]
            match argument:
                case wac.Spread() if unit in provider.offered:
                    return provider, unit
                case wac.Given(name, _, export) if wac.matches(name, unit):
                    for offered in provider.offered:
                        if wac.matches(export, offered):
                            return provider, offered
        return None

    return choose
