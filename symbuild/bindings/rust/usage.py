"""How a world uses its named types: lent to imports, owned, as an error; what decides the form they have in Rust."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from symbuild.model.types import (
    Bits,
    Case,
    FixedSeq,
    Handle,
    Named,
    Product,
    Resource,
    Seq,
    Sum,
    Text,
    Type,
    TypeDef,
    origin,
    shape,
)
from symbuild.model.world import Function, World


@dataclass(frozen=True, slots=True)
class Use:
    """``borrowed``: it is in a parameter of an import. ``owned``: anywhere else. ``error``: a result fails with it."""

    borrowed: bool = False
    owned: bool = False
    error: bool = False

    def __or__(self, other: Use) -> Use:
        return Use(self.borrowed or other.borrowed, self.owned or other.owned, self.error or other.error)


class Usage:
    """The uses of every type of a world, and which of its types are one and the same in Rust.

    Types that are aliases in Rust share their uses; with ``merge``, records, variants, enums and flags of equal
    structure are one type, too (``--merge-structurally-equal-types``).
    """

    def __init__(self, world: World, *, merge: bool) -> None:
        self._merge = merge
        self._uses: dict[TypeDef, Use] = {}
        self._first: dict[object, TypeDef] = {}
        items = (*world.imports, *world.exports)
        self._definitions = [d for i in items for d in i.interface.types] + list(world.types)
        for item in world.imports:
            self._add_functions(item.interface.functions, imported=True)
        self._add_functions(world.imported_functions, imported=True)
        for item in world.exports:
            self._add_functions(item.interface.functions, imported=False)
        self._add_functions(world.exported_functions, imported=False)
        self._share()

    def of(self, definition: TypeDef) -> Use:
        """The uses of a definition."""
        return self._uses.get(definition, Use())

    def representative(self, definition: TypeDef) -> TypeDef:
        """The definition that this one is an alias of because it is equal; itself where there is none."""
        if not self._merge or isinstance(definition.body, Resource):
            return definition
        return self._first.get(self._structure(Named(definition)), definition)

    def _add_functions(self, functions: Iterable[Function], *, imported: bool) -> None:
        for f in functions:
            for p in f.params:
                self._mark(p.type, Use(borrowed=imported, owned=not imported))
            if f.result:
                self._mark(f.result, Use(owned=True))
                self._mark_error(f.result)

    def _mark(self, t: Type, use: Use) -> None:
        for definition in named_in(t):
            self._uses[definition] = self.of(definition) | use

    def _mark_error(self, result: Type) -> None:
        body = result.definition.body if isinstance(result, Named) else result
        match body:
            case Sum((_, Case(_, Named(definition))), "result"):
                meant = origin(definition)
                self._uses[meant] = self.of(meant) | Use(error=True)

    def _share(self) -> None:
        shared: dict[object, Use] = {}
        for definition in self._definitions:
            if isinstance(definition.body, Resource):
                continue
            key = self._structure(Named(definition))
            shared[key] = shared.get(key, Use()) | self.of(definition)
            # A definition of its own goes before aliases of it.
            if key not in self._first and not isinstance(definition.body, Named):
                self._first[key] = definition
        for definition in self._definitions:
            if not isinstance(definition.body, Resource):
                self._uses[definition] = shared[self._structure(Named(definition))]

    def _structure(self, t: Type) -> object:
        """A key that two types share when they are one type in Rust."""
        match t:
            case Named(definition):
                body = definition.body
                fresh = isinstance(body, Bits | Resource) or (
                    isinstance(body, Product | Sum) and body.sugar in ("record", "variant", "enum")
                )
                if fresh and not self._merge:
                    return definition
                return definition if isinstance(body, Resource) else self._structure(body)
            case Seq(elem, sugar):
                return "seq", sugar, self._structure(elem)
            case FixedSeq(elem, count):
                return "fixed", count, self._structure(elem)
            case Product(fields, sugar):
                return "product", sugar, tuple((f.name, self._structure(f.type)) for f in fields)
            case Sum(cases, sugar):
                return "sum", sugar, tuple((c.name, c.type and self._structure(c.type)) for c in cases)
            case Bits(labels):
                return "bits", tuple(label.name for label in labels)
            case Handle(resource, owned):
                return "handle", origin(resource), owned
            case _:
                return t


def parts(t: Type) -> Iterator[Type]:
    """The types a type is directly made of; those of a name are its body."""
    match t:
        case Named(definition):
            if not isinstance(definition.body, Resource):
                yield definition.body
        case Seq(elem) | FixedSeq(elem):
            yield elem
        case Product(fields):
            yield from (f.type for f in fields)
        case Sum(cases):
            yield from (c.type for c in cases if c.type)
        case _:
            pass


def named_in(t: Type) -> Iterator[TypeDef]:
    """Every named type that a type is made of, itself included; of a handle, its resource by all its names."""
    match t:
        case Named(definition):
            yield definition
        case Handle(resource):
            yield from named_in(Named(resource))
    for part in parts(t):
        yield from named_in(part)


@cache
def has_list(t: Type) -> bool:
    """Whether a string or list is in a type, so that a value of it can borrow."""
    return isinstance(shape(t), Text | Seq) or any(map(has_list, parts(t)))
