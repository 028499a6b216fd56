"""The component around several others: what it imports, how it instantiates each, and what it exports.

It is written as text, in which the inner components stand for a place only: their bytes are put there as they are.
Imports that several components have become one, whose type has what any of them asks for. An interface that has types
only needs nobody to provide it: it is an instance made on the spot of types, which are equal wherever they come from.
It stays an import where other imports or exports speak of its types, which then have to be named (component model,
``Explainer.md``, "Import and Export Definitions").
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count

from symbuild.errors import InputError
from symbuild.frozen import frozen
from symbuild.steps.wasm_text import Import, Node, Surface, render


@frozen
class Given:
    """What satisfies an import: another component's export."""

    provider: str
    export: str


@frozen
class Inner:
    """A component inside: its name, what is visible of it, and by import what it is given; the rest is imported."""

    name: str
    surface: Surface
    given: Mapping[str, Given]


def outer_text(inners: Sequence[Inner], root: str, kept: Collection[str] = ()) -> str:
    """The text of the component that has the exports of ``root``; the inner components are empty, in their order.

    The imports ``kept`` remain, whatever they are. Raises InputError for components that import from each other.
    """
    outer = _Outer({inner.name: inner for inner in inners}, kept)
    outer.fields += [["component", outer.component(inner.name)] for inner in inners]
    for e in outer.inners[root].surface.exports:
        outer.fields.append(["export", e.name, *e.attributes, [e.kind, outer.exported(root, e.name, e.kind)]])
    return render(["component", *outer.fields])


@dataclass(slots=True)
class _Outer:
    """The fields so far. Most methods return the identifier of what they add, once and behind what it refers to."""

    inners: Mapping[str, Inner]
    kept: Collection[str]
    fields: list[Node] = field(default_factory=list)
    _made: dict[tuple[str, ...], str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)
    _open: list[str] = field(default_factory=list)

    def component(self, name: str) -> str:
        """The component itself."""
        return f"$c{list(self.inners).index(name)}"

    def exported(self, name: str, export: str, kind: str) -> str:
        """An export of a component's instance."""
        return self._once(
            ("export", name, export),
            lambda new: ["alias", "export", self._instance(name), export, [kind, new]],
        )

    def _instance(self, name: str) -> str:
        """The one instance of a component."""
        if name in self._open:
            cycle = " -> ".join([*self._open[self._open.index(name) :], name])
            raise InputError(f"components import from each other: {cycle}", help="give one of them another provider")
        return self._once(("instance", name), lambda new: self._instantiate(new, name))

    def _instantiate(self, new: str, name: str) -> Node:
        self._open.append(name)
        inner = self.inners[name]
        arguments: list[Node] = [["with", i.name, [i.kind, self._argument(inner, i)]] for i in inner.surface.imports]
        self._open.pop()
        return ["instance", new, ["instantiate", self.component(name), *arguments]]

    def _argument(self, inner: Inner, wanted: Import, *, named: bool = False) -> str:
        """What an import is given. ``named``: types in it have to be of imports or exports."""
        if given := inner.given.get(wanted.name):
            return self.exported(given.provider, given.export, wanted.kind)
        if wanted.kind == "type":
            return self._type(inner, wanted.identifier, named=named)
        assert wanted.kind == "instance", "functions are bound"
        if not named and wanted.name not in self.kept and _has_only_types(_declarations(inner, wanted)):
            return self._of_types(inner, wanted)
        return self._once(("import", wanted.name), lambda new: self._import(new, wanted.name))

    def _of_types(self, inner: Inner, wanted: Import) -> str:
        """An instance of the types that an import has."""
        names: dict[str, str] = {}
        exports: list[Node] = []
        for declaration in _declarations(inner, wanted):
            match declaration:
                case ["type", str(old), body]:
                    names[old] = self._body(_renamed(body, names.__getitem__))
                case ["alias", "outer", "1", str(outer), ["type", str(old)]]:
                    names[old] = self._type(inner, outer)
                case ["export", *_] as export:
                    old, name, (_, of) = _exported(export)
                    assert isinstance(of[1], str), "a type that equals another"
                    names[old] = names[of[1]]
                    exports.append(["export", name, ["type", names[old]]])
        return self._once(("types", render(exports)), lambda new: ["instance", new, *exports])

    def _import(self, new: str, name: str) -> Node:
        """An import of the outer component, for all that have it and are not given it."""
        merged = _InstanceType()
        for inner in self.inners.values():
            for wanted in inner.surface.imports:
                if wanted.name == name and name not in inner.given:
                    merged.add(_declarations(inner, wanted), partial(self._type, inner, named=True))
        return ["import", name, ["instance", new, *merged.declarations]]

    def _type(self, inner: Inner, identifier: str, *, named: bool = False) -> str:
        """The type that an inner component calls ``identifier``."""
        if alias := inner.surface.aliases.get(identifier):
            instance = self._argument(inner, _imported(inner, "instance", alias[0]), named=named)
            made: Node = ["alias", "export", instance, alias[1]]
            return self._once(("alias", instance, alias[1]), lambda new: [*made, ["type", new]])
        if body := inner.surface.types.get(identifier):
            return self._body(_renamed(body, partial(self._type, inner, named=named)))
        wanted = _imported(inner, "type", identifier)
        match wanted.type:
            case ["eq", str(same)]:
                return self._type(inner, same, named=named)
        raise InputError(f"`{inner.name}` imports the type {wanted.name}, and nothing provides it")

    def _body(self, body: Node) -> str:
        """The type of a definition."""
        return self._once(("type", render(body)), lambda new: ["type", new, body])

    def _once(self, key: tuple[str, ...], make: Callable[[str], Node]) -> str:
        if key not in self._made:
            new = f"$i{next(self._numbers)}"
            self.fields.append(make(new))
            self._made[key] = new
        return self._made[key]


@dataclass(slots=True)
class _InstanceType:
    """What an instance's type declares so far; what is declared twice is there once."""

    declarations: list[Node] = field(default_factory=list)
    _types: dict[str, str] = field(default_factory=dict)
    _exports: dict[str, str] = field(default_factory=dict)

    def add(self, declarations: Sequence[Node], outside: Callable[[str], str]) -> None:
        """Add declarations; ``outside`` has the outer component's identifier for one of a type around them."""
        names: dict[str, str] = {}
        for declaration in declarations:
            match declaration:
                case ["type", str(old), body]:
                    names[old] = self._type(_renamed(body, names.__getitem__))
                case ["alias", "outer", "1", str(outer), ["type", str(old)]]:
                    names[old] = self._alias(outside(outer))
                case ["export", *_] as export:
                    old, name, (kind, of) = _exported(export)
                    names[old] = self._export(name, kind, _renamed(of, names.__getitem__))
                case _:
                    raise InputError(f"cannot merge imports: unknown declaration `{render(declaration)}`")

    def _type(self, body: Node) -> str:
        return self._once(self._types, render(body), lambda new: ["type", new, body])

    def _alias(self, outer: str) -> str:
        return self._once(self._types, outer, lambda new: ["alias", "outer", "1", outer, ["type", new]])

    def _export(self, name: str, kind: Node, of: Node) -> str:
        return self._once(self._exports, name, lambda new: ["export", name, [kind, new, of]])

    def _once(self, made: dict[str, str], key: str, make: Callable[[str], Node]) -> str:
        if key not in made:
            made[key] = f"$t{len(self.declarations)}"
            self.declarations.append(make(made[key]))
        return made[key]


def _declarations(inner: Inner, wanted: Import) -> list[Node]:
    match wanted.type:
        case ["type", str(identifier)]:
            match inner.surface.types[identifier]:
                case ["instance", *declarations]:
                    return declarations
    raise InputError(f"cannot merge imports: `{inner.name}` has no type for {wanted.name}")


def _has_only_types(declarations: Sequence[Node]) -> bool:
    """Whether all that an instance exports are types of values: functions and resources come from somewhere."""
    exports = (_exported(d)[2] for d in declarations if d[0] == "export")
    return all(kind == "type" and of[0] == "eq" for kind, of in exports)


def _exported(declaration: Sequence[Node]) -> tuple[str, str, tuple[str, Node]]:
    """Identifier, name, and kind and type of an export in an instance's type."""
    match declaration:
        # Two ways to print an export's own name: wasm-tools has had the first, its parser takes the second.
        case ["export", str(old), str(name), [str(kind), of]] | ["export", str(name), [str(kind), str(old), of]]:
            return old, name, (kind, of)
    raise InputError(f"cannot read the export `{render(list(declaration))}`")


def _imported(inner: Inner, kind: str, identifier: str) -> Import:
    return next(i for i in inner.surface.imports if (i.kind, i.identifier) == (kind, identifier))


def _renamed(node: Node, name: Callable[[str], str]) -> Node:
    """A type with other identifiers: in it, all are those of types."""
    if isinstance(node, str):
        return name(node) if node.startswith("$") else node
    return [_renamed(part, name) for part in node]
