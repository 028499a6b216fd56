"""Calls that need glue, against the same work at the same border by hand."""

from __future__ import annotations

from pathlib import Path

from benchmarks.border import Border
from benchmarks.driver import time_variants
from benchmarks.row import Row, compared

ROUNDS = 101
GOAL = 1.25

KINDS = {
    "add_bytes": "(u8, u8) -> u8",
    "both": "(bool, bool) -> bool",
    "next_char": "(char) -> char",
    "turn": "(enum) -> enum",
    "or_zero": "(option<u32>) -> u32",
    "halve": "(u32) -> option<u32>",
    "divide": "(u32, u32) -> result<u32, enum>",
    "distance": "(record) -> s32",
    "mirror": "(record) -> record",
    "area": "(variant) -> u32",
    "measure": "(string of 64 bytes) -> u32",
    "total": "(list<u32> of 64 bytes) -> u32",
    "describe": "(record with a string) -> u32",
    "gather": "(list<string>, 4 of 16 bytes) -> u32",
    "many": "(17 times u32) -> u32",
    "name": "() -> string of 64 bytes",
    "bytes": "() -> list<u8> of 64 bytes",
    "locate": "() -> record with a string",
    "fetch": "() -> result<string of 64 bytes, enum>",
    "measure_lent": "(string of 64 bytes, lent) -> u32",
    "total_lent": "(list<u32> of 64 bytes, lent) -> u32",
    "gather_lent": "(list<string>, 4 of 16 bytes, lent) -> u32",
}


def measure(scratch: Path, rounds: int) -> list[Row]:
    """Every kind, with the author's functions in a file apart from the border's, and in one with them."""
    rows = []
    for one_file in (False, True):
        border = Border(scratch / ("glue-one" if one_file else "glue"), one_file=one_file)
        # Each variant and its base run one after the other, so that they meet the same machine.
        libraries = (border.generated, border.by_hand)
        times = time_variants([(library, f"run_{kind}") for kind in KINDS for library in libraries], scratch, rounds)
        where = "glue, one file" if one_file else "glue"
        rows += [
            compared(f"{where}: {text}", GOAL, generated, base, "ns")
            for text, generated, base in zip(KINDS.values(), times[::2], times[1::2], strict=True)
        ]
    return rows
