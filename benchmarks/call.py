"""Calls between components, against hand-written functions of another shared object, called through the PLT."""

from __future__ import annotations

from itertools import product
from pathlib import Path

from benchmarks.driver import time_variants
from benchmarks.languages import COMPONENT, SHARED, ByHand, Language, c, cpp, rust
from benchmarks.pairs import Pairs, unmeasured
from benchmarks.row import Row, compared

ROUNDS = 201
# A function that needs no glue; a method, whose callee looks who made the object.
GOALS = {"call": 0.90, "method": 1.10}
# Between the user's function and its caller stands one that stops what is thrown.
GOAL_WITH_EXCEPTIONS = 1.60
_CALLED = {"call": "(s32, s32) -> s32", "method": "(self, s32, s32) -> s32"}


def measure(scratch: Path, rounds: int) -> list[Row]:
    """Functions and methods in every pair of languages."""
    return [row for kind in GOALS for row in _measure(kind, scratch, rounds)]


def _measure(kind: str, scratch: Path, rounds: int) -> list[Row]:
    """The generated call in every pair of languages, and the hand-written one as components are compiled."""
    pairs = Pairs(kind, scratch / kind)
    plain, direct = ByHand("plain", SHARED), ByHand("direct", COMPONENT)
    base = pairs.link(plain, plain)
    variants = {name: (goal, pairs.link(*pair)) for name, goal, pair in _pairs(kind)}
    variants["the same by hand with -fno-plt"] = (None, pairs.link(direct, direct))
    # Each variant and its base run one after the other, so that they meet the same machine.
    libraries = [library for _, variant in variants.values() for library in (variant, base)]
    times = time_variants([(library, "run_add") for library in libraries], scratch, rounds)
    rows = [
        compared(f"{kind}: {name}", goal, variant, through_plt, "ns")
        for (name, (goal, _)), variant, through_plt in zip(variants.items(), times[::2], times[1::2], strict=True)
    ]
    return [*rows, *unmeasured(kind, GOALS[kind])]


def _pairs(kind: str) -> list[tuple[str, float | None, tuple[Language, Language]]]:
    languages = [language for language in (c(), cpp(), rust()) if language]
    throwing = cpp(exceptions=True)
    everyone = [*languages, *([throwing] if throwing else [])]
    # Sorted: those with the stricter goal first.
    pairs = [*product(languages, repeat=2), *(pair for pair in product(everyone, repeat=2) if throwing in pair)]
    return [
        (
            f"{_CALLED[kind]}, {caller.label} to {callee.label}",
            GOAL_WITH_EXCEPTIONS if throwing in (caller, callee) else GOALS[kind],
            (caller, callee),
        )
        for caller, callee in pairs
    ]
