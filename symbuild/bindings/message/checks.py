"""Which worlds cannot cross a border between processes yet."""

from __future__ import annotations

from collections.abc import Iterator

from symbuild.abi.symbols import exports_of, imports_of
from symbuild.bindings.c_family.view import wit_place
from symbuild.errors import InputError
from symbuild.model.types import Channel, FixedSeq, Product, Seq, Sum, Type, shape
from symbuild.model.world import Function, World


def require_synchronous(world: World) -> None:
    """Raise InputError for a world with an async function, or with one that passes a stream or future."""
    for linkage in (*exports_of(world), *imports_of(world)):
        f = linkage.declared
        if f.is_async or any(map(_holds_channel, _types_of(f))):
            raise InputError(
                "an asynchronous world cannot be isolated yet",
                where=f"{world.id}: {wit_place(linkage.module, f.name)}",
                help="place the component `direct`",
            )


def _types_of(f: Function) -> Iterator[Type]:
    yield from (p.type for p in f.params)
    if f.result:
        yield f.result


def _holds_channel(t: Type) -> bool:
    match shape(t):
        case Channel():
            return True
        case Seq(elem) | FixedSeq(elem):
            return _holds_channel(elem)
        case Product(fields):
            return any(_holds_channel(f.type) for f in fields)
        case Sum(cases):
            return any(c.type is not None and _holds_channel(c.type) for c in cases)
        case _:
            return False
