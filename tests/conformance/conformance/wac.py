"""The part of WAC that the tests' ``compose.wac`` files use: instances and what they are given.

::

    let leaf = new test:leaf { ... };
    let middle = new test:middle { to-test: leaf.to-test, ... };
    let runner = new test:runner { ...middle, ... };
    export runner...;

A bare ``...`` passes an import on to the outside; ``...x`` gives every export of ``x`` whose name is wanted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from symbuild.errors import InputError

_COMMENT = re.compile(r"//[^\n]*")
_INSTANCE = re.compile(r"let\s+%?([\w-]+)\s*=\s*new\s+[\w-]+:%?([\w-]+)\s*\{(.*?)\}\s*;", re.S)
_SPREAD = re.compile(r"\.\.\.\s*%?([\w-]+)?$")
_OPEN = re.compile(r"\.\.\.\s*(?:,|$)")
_NAMED = re.compile(r'(?:"([^"]+)"|%?([\w-]+))\s*:\s*%?([\w-]+)(?:\.%?([\w-]+)|\["([^"]+)"\])((?:\.[\w-]+)*)$')


@dataclass(frozen=True, slots=True)
class Spread:
    """``...instance``."""

    instance: str


@dataclass(frozen=True, slots=True)
class Given:
    """``name: instance.export``. ``name`` and ``export`` are an import's or export's name, or its last part."""

    name: str
    instance: str
    export: str


@dataclass(frozen=True, slots=True)
class Instance:
    """``let name = new test:world { arguments }``; ``is_open``: with a bare ``...`` among them."""

    name: str
    world: str
    arguments: tuple[Spread | Given, ...]
    is_open: bool


def parse(path: Path) -> tuple[Instance, ...]:
    """The instances of a composition in order. Raises InputError for what this subset does not know."""
    try:
        text = _COMMENT.sub("", path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot read the composition: {error.strerror}", where=str(path)) from None
    instances = tuple(
        Instance(m[1], m[2], _arguments(m[3], path), _OPEN.search(m[3]) is not None) for m in _INSTANCE.finditer(text)
    )
    worlds = [i.world for i in instances]
    if not instances or len(set(worlds)) != len(worlds):
        raise InputError("a composition makes one instance of each world", where=str(path))
    return instances


def matches(name: str, key: str) -> bool:
    """Whether ``name`` means the world item ``key``: ``to-test`` means ``test:records/to-test@1.0.0`` too."""
    return name == key or name == re.sub(r"^.*/|@.*$", "", key)


def _arguments(text: str, path: Path) -> tuple[Spread | Given, ...]:
    found: list[Spread | Given] = []
    for argument in filter(None, (part.strip() for part in text.split(","))):
        if spread := _SPREAD.match(argument):
            if spread[1]:
                found.append(Spread(spread[1]))
        elif named := _NAMED.match(argument):
            # What follows an interface's export (`leaf.types.thing`) is a type, and types have no symbols.
            if not named[6]:
                found.append(Given(named[1] or named[2], named[3], named[4] or named[5]))
        else:
            raise InputError(f"cannot read the argument `{argument}`", where=str(path))
    return tuple(found)
