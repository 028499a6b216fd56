"""The world of what several components become: what they export together, and the imports that stay open.

Worlds are put together as WIT text, which is the only form that the WIT tool takes. It prints them in one way, item by
item, so that items can be told apart by their first words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from symbuild.errors import Finding, Findings
from symbuild.frozen import frozen

_PACKAGE = "symbuild:fused"
_ID = r"[a-z][a-z0-9-]*(?::%?[a-z][a-z0-9-]*)+(?:@[0-9A-Za-z.+-]+)?"


@frozen
class Item:
    """An item of a world: ``side`` is import, export, or empty for types. ``unit`` is what one provides as a whole: an
    interface's id, a label or a function; of types, their text."""

    side: str
    unit: str
    text: str


@frozen
class WorldText:
    """A world as text: its items, with full names, and the interfaces of every package that it needs."""

    items: tuple[Item, ...]
    packages: Mapping[str, Mapping[str, str]]


@frozen
class Member:
    """A component's world in the fused one: is it seen from outside, and which of its imports are met inside?"""

    name: str
    world: WorldText
    is_outer: bool
    met: frozenset[str]

    @property
    def items(self) -> tuple[Item, ...]:
        """What of its world is the fused one's. Types stay where something that could need them does."""
        kept = tuple(
            item
            for item in self.world.items
            if (item.side == "export" and self.is_outer) or (item.side == "import" and item.unit not in self.met)
        )
        types = tuple(item for item in self.world.items if not item.side)
        return (*types, *kept) if self.is_outer or any(not _is_interface(item) for item in kept) else kept


def _is_interface(item: Item) -> bool:
    return item.side == "import" and (":" in item.unit or "interface {" in item.text)


def read(text: str, world: str) -> WorldText:
    """Take apart what the WIT tool printed for the world of that id."""
    main, _, rest = text.partition("\n\n")
    package = main.removeprefix("package ").removesuffix(";")
    name = world.rpartition("/")[2].partition("@")[0]
    packages: dict[str, dict[str, str]] = {}
    items: tuple[Item, ...] = ()
    for head, body in _blocks(rest):
        match head.split():
            case ["world", found] if _plain(found) == name:
                items = tuple(_items(body, package))
            case ["interface", found]:
                packages.setdefault(package, {})[found] = f"{head} {{{body}}}"
            case ["package", other]:
                inner = ((h.split()[1], f"{h} {{{b}}}") for h, b in _blocks(body) if h.startswith("interface "))
                packages.setdefault(other, {}).update(inner)
    return WorldText(items, packages)


def merged(members: Iterable[Member], name: str) -> tuple[str, str]:
    """WIT text that holds the fused world, and the world's id. Raises Findings where two worlds mean different things
    by one name."""
    members = sorted(members, key=lambda member: not member.is_outer)
    items: dict[tuple[str, str], tuple[Item, str]] = {}
    findings = []
    for member in members:
        for item in member.items:
            key = (item.side, item.unit)
            first, owner = items.setdefault(key, (item, member.name))
            if owner != member.name and (first.text != item.text or item.side == "export" or _is_label(item)):
                what = f"`{owner}` and `{member.name}` both {item.side or 'define'} `{item.unit}`"
                findings.append(Finding(what, help=_HELP[item.side]))
    if findings:
        raise Findings(findings)
    packages: dict[str, dict[str, str]] = {}
    for member in members:
        for package, interfaces in member.world.packages.items():
            for interface, text in interfaces.items():
                packages.setdefault(package, {}).setdefault(interface, text)
    world = name if re.fullmatch(r"[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*", name) else "fused"
    body = "\n".join(f"  {item.text}" for item, _ in sorted(items.values(), key=lambda each: bool(each[0].side)))
    nested = "".join(f"package {p} {{\n{_lines(i.values())}\n}}\n" for p, i in packages.items())
    return f"package {_PACKAGE};\nworld %{world} {{\n{body}\n}}\n{nested}", f"{_PACKAGE}/{world}"


_HELP = {
    "export": "only one can be seen from outside: name the components whose exports are, by `--root`",
    "import": "a label means one thing in a world: fuse the provider, or give the imports different labels",
    "": "give the types different names",
}


def _is_label(item: Item) -> bool:
    """Whether the name is the component's own choice, so that another one's may mean something else."""
    return item.side == "import" and ":" not in item.unit


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(texts)


def _plain(name: str) -> str:
    return name.removeprefix("%")


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """``head { body }``, one after the other."""
    at = 0
    while (start := text.find("{", at)) >= 0:
        end = _closing(text, start)
        yield text[at:start].strip(), text[start + 1 : end]
        at = end + 1


def _closing(text: str, start: int) -> int:
    depth = 0
    for at in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return at
    raise ValueError("a block has no end")


def _items(body: str, package: str) -> Iterator[Item]:
    for text in _statements(body):
        full = _qualified(text, package)
        found = re.match(rf"(import|export) (%?{_ID}/%?[a-z0-9-]+(?:@[0-9A-Za-z.+-]+)?|%?[A-Za-z0-9-]+)", full)
        if found:
            yield Item(found[1], found[2].replace("%", ""), full)
        else:
            yield Item("", full, full)


def _statements(body: str) -> Iterator[str]:
    """Each ends in a semicolon, or with its block."""
    start = depth = 0
    for at, letter in enumerate(body):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        # `use i.{a};` goes on behind its braces.
        if depth == 0 and (letter == ";" or (letter == "}" and body[at + 1 : at + 2] != ";")):
            yield body[start : at + 1].strip()
            start = at + 1


def _qualified(statement: str, package: str) -> str:
    """The statement with the package's own interfaces by their ids."""
    path, at, version = package.partition("@")

    def full(found: re.Match[str]) -> str:
        return f"{found[1]}{path}/{found[2]}{at}{version}{found[3]}"

    statement = re.sub(r"(\buse )(%?[A-Za-z0-9-]+)(\.\{)", full, statement)
    return re.sub(r"(^(?:import|export) (?:%?[A-Za-z0-9-]+: )?)(%?[A-Za-z0-9-]+)(;)$", full, statement)
