"""Lent arguments cost the same whatever their size; a returned list costs one allocation and one copy."""

from __future__ import annotations

from itertools import product
from pathlib import Path

from benchmarks.border import Border
from benchmarks.driver import count_blocks, time_variants
from benchmarks.languages import c, cpp, rust
from benchmarks.pairs import Pairs, unmeasured
from benchmarks.row import Row, compared

ROUNDS = 51
GOAL = 1.05

LENT = {"text": "string", "bytes": "list<u8>", "words": "list<u32>"}
RETURNED = {"text": "string", "bytes": "list<u8>"}
BLOCKS = "blocks a call"
# What they are called, and the goal: for small ones that is the one of `glue`.
SIZES = {"small": ("64-byte", 1.25), "big": ("1 MiB", GOAL)}


def measure(scratch: Path, rounds: int) -> list[Row]:
    """Times of lent and returned lists and strings, and the allocations behind them."""
    return [*_lent(scratch, rounds), *_returned(Border(scratch / "border"), scratch, rounds)]


def _lent(scratch: Path, rounds: int) -> list[Row]:
    """Every pair of languages; not their times where the callee is Rust, which owns what it is given: it is copied."""
    pairs = Pairs("lent", scratch / "lent")
    languages = [language for language in (c(), cpp(), rust()) if language]
    times: list[Row] = []
    blocks: list[Row] = []
    for caller, callee in product(languages, repeat=2):
        library, pair = pairs.link(caller, callee), f"{caller.label} to {callee.label}"
        views = callee.label != "Rust"
        if views:
            times += _lent_times(library, pair, scratch, rounds)
        found = count_blocks([(library, f"run_{kind}_big") for kind in LENT], scratch)
        blocks.append(Row(f"views: allocations of what is lent, {pair}", 0 if views else 1, max(found), unit=BLOCKS))
    return [*times, *blocks, *unmeasured("views", GOAL)]


def _lent_times(library: Path, pair: str, scratch: Path, rounds: int) -> list[Row]:
    variants = [(library, f"run_{kind}_{size}") for kind in LENT for size in ("big", "small")]
    times = time_variants(variants, scratch, rounds)
    return [
        compared(f"views: 1 MiB {text} lent, {pair}, to 64 bytes of it", GOAL, big, small, "ns")
        for text, big, small in zip(LENT.values(), times[::2], times[1::2], strict=True)
    ]


def _returned(border: Border, scratch: Path, rounds: int) -> list[Row]:
    rows = []
    # A process for each size: blocks of 1 MiB between those of 64 bytes meet an allocator in another state.
    for size, (called, goal) in SIZES.items():
        variants = [
            (library, f"run_{kind}_{size}") for kind in RETURNED for library in (border.generated, border.by_hand)
        ]
        times = time_variants(variants, scratch, rounds, milliseconds=5)
        rows += [
            compared(f"views: {called} {text} returned, to malloc, memcpy, free by hand", goal, generated, base, "ns")
            for text, generated, base in zip(RETURNED.values(), times[::2], times[1::2], strict=True)
        ]
    blocks = count_blocks([(border.generated, f"run_{kind}_big") for kind in RETURNED], scratch)
    rows += [
        Row(f"views: allocations of a returned {text}", 1, found, unit=BLOCKS)
        for text, found in zip(RETURNED.values(), blocks, strict=True)
    ]
    return rows
