"""Which worlds cannot cross a border between processes yet."""

from __future__ import annotations

from symbuild.abi.message import can_cross
from symbuild.abi.symbols import exports_of, imports_of
from symbuild.bindings.c_family.view import wit_place
from symbuild.errors import InputError
from symbuild.model.world import World


def require_synchronous(world: World) -> None:
    """Raise InputError for a world with an async function, or with one that passes a stream or future."""
    for linkage in (*exports_of(world), *imports_of(world)):
        f = linkage.declared
        if f.is_async or not all(map(can_cross, f.types)):
            raise InputError(
                "an asynchronous world cannot be isolated yet",
                where=f"{world.id}: {wit_place(linkage.module, f.name)}",
                help="place the component `direct`",
            )
