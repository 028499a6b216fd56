"""The text form of components, as far as their imports and exports go. Names in it are strings with their quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from symbuild.frozen import frozen
from symbuild.wit import tool

# A list, an identifier such as ``$r`` or ``$"r 2"``, a string with its quotes, or a word.
Node = str | list["Node"]

_TOKEN = re.compile(r'\(;.*?;\)|\s+|([()]|\$?"(?:[^"\\]|\\.)*"|[^\s()";]+)', re.S)


@frozen
class Import:
    """An import: what kind it is (``instance``, ``func``, ``type``, ...), its identifier and its type."""

    name: str
    kind: str
    identifier: str
    type: Node


@frozen
class Export:
    """An export: what kind it is, and what its name means, such as ``(implements "ns:pkg/iface")``."""

    name: str
    attributes: tuple[Node, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Surface:
    """What is visible of a component: its imports and exports in order, and what its imports' types are made of.

    ``types`` has definitions by identifier, ``aliases`` types out of instances: the instance's identifier and the
    export's name.
    """

    imports: tuple[Import, ...]
    exports: tuple[Export, ...]
    types: Mapping[str, Node]
    aliases: Mapping[str, tuple[str, str]]


def surface(file: Path) -> Surface:
    """Read a component's file."""
    printed = tool.run(["print", "--skeleton", "--name-unnamed", str(file)]).decode()
    component = _parse(printed)
    imports: list[Import] = []
    exports: list[Export] = []
    types: dict[str, Node] = {}
    aliases: dict[str, tuple[str, str]] = {}
    for field in component[1:]:
        match field:
            case ["type", str(identifier), body]:
                types[identifier] = body
            case ["alias", "export", str(instance), str(name), ["type", str(identifier)]]:
                aliases[identifier] = (instance, name)
            case ["import", str(name), *_, [str(kind), str(identifier), of]]:
                imports.append(Import(name, kind, identifier, of))
            case ["export", str(), str(name), *attributes, [str(kind), str()]]:
                exports.append(Export(name, tuple(attributes), kind))
    return Surface(tuple(imports), tuple(exports), types, aliases)


def render(node: Node) -> str:
    """A node as text."""
    return node if isinstance(node, str) else f"({' '.join(map(render, node))})"


def _parse(text: str) -> list[Node]:
    """The first list of a text, without comments and annotations."""
    stack: list[list[Node]] = [[]]
    for token in _tokens(text):
        if token == "(":
            stack.append([])
        elif token == ")":
            done = stack.pop()
            if not (done and isinstance(done[0], str) and done[0].startswith("@")):
                stack[-1].append(done)
        else:
            stack[-1].append(token)
    component = stack[0][0]
    assert isinstance(component, list)
    return component


def _tokens(text: str) -> Iterator[str]:
    return (found[1] for found in _TOKEN.finditer(text) if found[1])
