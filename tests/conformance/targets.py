"""What a run needs of a target: how sources are built for it, and how built components become something to start."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from symbuild.graph.component import Component, Edge

from .control import Shim
from .discover import Source

Built = TypeVar("Built")


@dataclass(frozen=True, slots=True)
class Connection:
    """Components, the runner first, who provides what to whom, and the shim that changes the runner's calls, if any."""

    components: Sequence[Component]
    edges: Sequence[Edge]
    shim: Shim | None


class Target(Protocol[Built]):
    """A target. ``pointer`` is the size of one in bytes; ``flags`` go to every compile and link."""

    pointer: int

    def languages(self) -> Collection[str]:
        """Those that it can build."""
        ...

    def build(self, source: Source, folder: Path, flags: tuple[str, ...]) -> Built:
        """Generate the bindings of a source and compile both in ``folder``. Raises Failure."""
        ...

    def program(
        self, connection: Connection, built: Mapping[str, Built], folder: Path, flags: tuple[str, ...]
    ) -> tuple[str, ...]:
        """Connect components, which are built by name; the command that calls ``run`` of the first. Raises Failure."""
        ...
