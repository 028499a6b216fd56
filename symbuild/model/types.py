"""WIT types as nine shapes, each of which remembers the spelling the author chose.

The ABI sees shapes only: a record and a tuple are both a ``Product``, a variant, option, result and enum are all a
``Sum`` (CanonicalABI.md, "Despecialization"). Languages see the ``sugar`` and, through ``Named``, who defined a type.
"""

from __future__ import annotations

from typing import Literal

from symbuild.frozen import frozen, nominal

ScalarName = Literal["bool", "u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64", "f32", "f64", "char"]


@frozen
class Scalar:
    """A number, bool or char."""

    name: ScalarName


@frozen
class Text:
    """``string``."""


@frozen
class Seq:
    """``list<T>``, or ``map<K, V>`` as the list of its entries."""

    elem: Type
    sugar: Literal["list", "map"] = "list"


@frozen
class FixedSeq:
    """``list<T, N>``: N elements in place."""

    elem: Type
    count: int


@frozen
class Field:
    """A named part of a Product; parts of tuples are called ``0``, ``1``, ..., of map entries ``key`` and ``value``."""

    name: str
    type: Type
    docs: str | None = None


@frozen
class Product:
    """A record, a tuple, or the entry of a map."""

    fields: tuple[Field, ...]
    sugar: Literal["record", "tuple", "entry"] = "record"


@frozen
class Case:
    """One alternative of a Sum."""

    name: str
    type: Type | None = None
    docs: str | None = None


@frozen
class Sum:
    """A variant, option (cases none, some), result (cases ok, error) or enum."""

    cases: tuple[Case, ...]
    sugar: Literal["variant", "option", "result", "enum"] = "variant"


@frozen
class Label:
    """One flag."""

    name: str
    docs: str | None = None


@frozen
class Bits:
    """``flags``."""

    labels: tuple[Label, ...]


@frozen
class Handle:
    """``own<r>`` or ``borrow<r>``; ``resource`` is the definition or an alias of it."""

    resource: TypeDef
    owned: bool


@frozen
class Channel:
    """``stream<T>``, ``future<T>`` (T may be absent), or ``error-context``."""

    kind: Literal["stream", "future", "error-context"]
    elem: Type | None = None


@frozen
class Resource:
    """The body of a resource's definition. A value is never of this type, only of a Handle to it."""


@frozen
class Named:
    """The use of a named type. Two uses are equal when they mean the same definition."""

    definition: TypeDef


@nominal
class TypeDef:
    """A named type: equal only to itself, since two interfaces may define equal types that stay distinct.

    ``owner`` is the key of the world item that defines it (see ``world.py``); an alias, also one made by ``use``,
    has a ``Named`` as its body.
    """

    name: str
    owner: str
    body: Type | Resource
    docs: str | None = None

    def __repr__(self) -> str:
        # Without the body: it repeats what it is made of, so nested names would make it grow without bound.
        return f"TypeDef(name={self.name!r}, owner={self.owner!r})"


Shape = Scalar | Text | Seq | FixedSeq | Product | Sum | Bits | Handle | Channel
Type = Shape | Named


def option(of: Type) -> Sum:
    """``option<of>``."""
    return Sum((Case("none"), Case("some", of)), "option")


def result(ok: Type | None, error: Type | None) -> Sum:
    """``result<ok, error>``."""
    return Sum((Case("ok", ok), Case("error", error)), "result")


def tuple_of(*types: Type) -> Product:
    """``tuple<types...>``."""
    return Product(tuple(Field(str(i), t) for i, t in enumerate(types)), "tuple")


def map_of(key: Type, value: Type) -> Seq:
    """``map<key, value>``: the ABI's ``list<tuple<key, value>>``."""
    return Seq(Product((Field("key", key), Field("value", value)), "entry"), "map")


def shape(t: Type) -> Shape:
    """The shape behind a type's names."""
    while isinstance(t, Named):
        body = t.definition.body
        assert not isinstance(body, Resource), "a value cannot have a resource's type; the reader makes handles"
        t = body
    return t


def origin(definition: TypeDef) -> TypeDef:
    """The definition at the end of a chain of aliases."""
    while isinstance(definition.body, Named):
        definition = definition.body.definition
    return definition


def type_parts(t: Type) -> list[Type]:
    """The types a type is directly made of."""
    match t:
        case Seq(elem) | FixedSeq(elem):
            return [elem]
        case Product(fields):
            return [f.type for f in fields]
        case Sum(cases):
            return [c.type for c in cases if c.type]
        case _:
            return []


def holds_text(t: Type) -> bool:
    """Whether a string is in the value, at any depth."""
    return isinstance(shape(t), Text) or any(map(holds_text, type_parts(shape(t))))
