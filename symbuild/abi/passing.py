"""What of a call refers to memory: which arguments lend some, and whether the result hands some over."""

from __future__ import annotations

from symbuild.abi.walk import owns_memory
from symbuild.frozen import frozen
from symbuild.model.world import Function


@frozen
class Passing:
    """``lends``: parameters that refer to the caller's memory. ``gives``: the result refers to memory of its own."""

    lends: tuple[str, ...] = ()
    gives: bool = False


def passing_of(f: Function) -> Passing:
    """How the values of a function's calls pass (symmetric-abi.md, section 4)."""
    lends = tuple(p.name for p in f.params if owns_memory(p.type))
    return Passing(lends, f.result is not None and owns_memory(f.result))
