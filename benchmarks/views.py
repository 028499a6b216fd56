"""Lent arguments cost the same whatever their size; a returned list costs one allocation and one copy."""

from __future__ import annotations

from pathlib import Path

from benchmarks.native import Border
from benchmarks.row import Row, compared

ROUNDS = 51
GOAL = 1.05

LENT = {"measure": "string", "weigh": "list<u8>"}
RETURNED = {"text": "string", "bytes": "list<u8>"}
# What they are called, and the goal: for small ones that is the one of `glue`.
SIZES = {"small": ("64-byte", 1.25), "big": ("1 MiB", GOAL)}


def measure(scratch: Path, rounds: int) -> list[Row]:
    """Times of lent and returned lists and strings, and the allocations behind them."""
    border = Border(scratch / "views")
    return [*_lent(border, rounds), *_returned(border, rounds), *_allocations(border)]


def _lent(border: Border, rounds: int) -> list[Row]:
    variants = [(border.generated, f"run_{kind}_{size}") for kind in LENT for size in ("big", "small")]
    times = border.time(variants, rounds)
    return [
        compared(f"views: 1 MiB {text} lent, to 64 bytes of it", GOAL, big, small, "ns")
        for text, big, small in zip(LENT.values(), times[::2], times[1::2], strict=True)
    ]


def _returned(border: Border, rounds: int) -> list[Row]:
    rows = []
    # A process for each size: blocks of 1 MiB between those of 64 bytes meet an allocator in another state.
    for size, (called, goal) in SIZES.items():
        variants = [
            (library, f"run_{kind}_{size}") for kind in RETURNED for library in (border.generated, border.by_hand)
        ]
        times = border.time(variants, rounds, milliseconds=5)
        rows += [
            compared(f"views: {called} {text} returned, to malloc, memcpy, free by hand", goal, generated, base, "ns")
            for text, generated, base in zip(RETURNED.values(), times[::2], times[1::2], strict=True)
        ]
    return rows


def _allocations(border: Border) -> list[Row]:
    counts = {
        **dict.fromkeys(["measure_big", "weigh_big", "total_lent"], 0.0),
        **dict.fromkeys(["text_big", "bytes_big"], 1.0),
    }
    reached = border.count(border.generated, [f"run_{name}" for name in counts])
    return [
        Row(f"views: allocations of {name.replace('_', ' ')}", goal, found, unit="blocks a call")
        for (name, goal), found in zip(counts.items(), reached, strict=True)
    ]
