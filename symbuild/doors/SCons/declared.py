"""What is known of a component or program that was declared; its node carries it, as ``attributes.symbuild``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from symbuild.frozen import nominal
from symbuild.steps.step import Planned


@nominal
class Parts:
    """What a file is linked of that has a component in it: objects and archives, and variables of its link."""

    files: tuple[Any, ...]
    variables: Mapping[str, Any]
    is_cpp: bool = False
    is_rust: bool = False


@nominal
class Declared:
    """A built file and what others need of it.

    ``node`` is the library or executable, ``stub`` what importers of a component are linked with, ``proxy`` what takes
    its place in programs if it is isolated. Where it is ``fused`` its ``parts`` are in the programs' files.
    """

    plan: Planned
    node: Any
    components: tuple[Declared, ...]
    parts: Parts
    fused: bool
    stub: Any = None
    proxy: Any = None


def of_node(node: Any) -> Declared | None:
    """What was declared as this node, if it was."""
    return getattr(node.attributes, "symbuild", None)


def closure(components: Iterable[Declared]) -> list[Declared]:
    """Components and all that they import from, each once."""
    found = dict.fromkeys(components)
    waiting = list(found)
    while waiting:
        new = [component for component in waiting.pop(0).components if component not in found]
        found |= dict.fromkeys(new)
        waiting += new
    return list(found)
