"""Which of a world's imports and exports define the types that its exports speak of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from symbuild.model.types import Bits, Channel, FixedSeq, Handle, Named, Product, Resource, Scalar, Seq, Sum, Text, Type
from symbuild.model.world import Function, World


def owners_of_exports(world: World) -> frozenset[str]:
    """The owners (``TypeDef.owner``) of all types in the world's exports, at any depth."""
    found = set[str]()
    for item in world.exports:
        for definition in item.interface.types:
            found.update(_owners(definition.body))
        for function in item.interface.functions:
            found.update(_of_function(function))
    for function in world.exported_functions:
        found.update(_of_function(function))
    return frozenset(found)


def _of_function(f: Function) -> Iterator[str]:
    for param in f.params:
        yield from _owners(param.type)
    yield from _owners(f.result)


def _owners(t: Type | Resource | None) -> Iterator[str]:
    match t:
        case None | Scalar() | Text() | Bits() | Resource():
            return
        case Named(definition):
            yield definition.owner
            yield from _owners(definition.body)
        case Handle(resource):
            yield resource.owner
            yield from _owners(resource.body)
        case Seq(elem) | FixedSeq(elem) | Channel(_, elem):
            yield from _owners(elem)
        case Product(fields):
            for field in fields:
                yield from _owners(field.type)
        case Sum(cases):
            for case in cases:
                yield from _owners(case.type)
        case unknown:
            assert_never(unknown)
