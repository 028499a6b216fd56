"""A call that needs no glue, against a hand-written function of another shared object, called through the PLT."""

from __future__ import annotations

from pathlib import Path

from benchmarks.native import Border
from benchmarks.row import Row, compared

ROUNDS = 201


def measure(scratch: Path, rounds: int) -> list[Row]:
    """The generated call and the hand-written one, each compiled as components are, over plain extern "C"."""
    border = Border(scratch / "call")
    generated, by_hand, base = border.time(
        [(border.generated, "run_add"), (border.by_hand, "run_add"), (border.plain, "run_add")], rounds
    )
    return [
        compared("call: (s32, s32) -> s32 between components, to extern through PLT", 0.90, generated, base, "ns"),
        compared("call: the same by hand with -fno-plt", None, by_hand, base, "ns"),
    ]
