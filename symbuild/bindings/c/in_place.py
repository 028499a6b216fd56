"""Results that C fills where they lie at the ABI, or reads where the ABI filled them, without a copy between.

A copy of a struct that was just written member by member is dear: the processor cannot forward several stores to one
wide load, and waits for them all to reach the cache.
"""

from __future__ import annotations

from symbuild.abi.nodes import Block, Buffer, CallUser, LoadValue, Return, StoreValue, Var
from symbuild.abi.width import Width
from symbuild.frozen import frozen
from symbuild.model.types import Type


@frozen
class InPlace:
    """A function's result ``value`` whose bytes are those of the return area at ``area``."""

    value: str
    area: str
    type: Type


def result_in_place(body: Block) -> InPlace | None:
    """The result of an import that is loaded whole from its area, or of an export that is stored whole to it."""
    own_areas = {s.var for s in body if isinstance(s, Buffer)}
    # The first part of a result that is taken apart lies at offset 0 too, but is not what is returned.
    returned = {s.value.name for s in body if isinstance(s, Return) and isinstance(s.value, Var)}
    called = {s.var for s in body if isinstance(s, CallUser)}
    for s in body:
        match s:
            case LoadValue(value, t, Var(area), Width(0, 0)) if area in own_areas and value in returned:
                return InPlace(value, area, t)
            # An area of our own (the Canonical ABI's static one) is made after the call: the result lies apart.
            case StoreValue(t, Var(area), Width(0, 0), Var(value)) if area not in own_areas and value in called:
                return InPlace(value, area, t)
    return None
