"""What became of a function between the WITs of two partners: the news in the message about a stale one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from symbuild.graph.check import Changes
from symbuild.graph.component import Edge
from symbuild.model.world import World
from symbuild.steps.world_file import WorldFile


def changes_between(importer: WorldFile, providers: Mapping[str, WorldFile]) -> Changes:
    """What to ask about edges from one component to others, which are by name; WIT is decoded when asked for."""

    def changes(edge: Edge) -> Sequence[str]:
        # Here, as only a build that mixes versions of a WIT has to read any.
        from symbuild.abi.diff import call_changes

        wanted, offered = edge.wanted, edge.offered
        provider = _world(providers[edge.provider])
        return call_changes(_world(importer), wanted.module, provider, offered.module, wanted.function)

    return changes


@cache
def _world(file: WorldFile) -> World:
    from symbuild.steps.embedded import decoded

    return decoded(file.wit, file.world, f"{file.component}.world.json")
