"""What runs callers: one program takes their time, another counts what they allocate."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from benchmarks.languages import C_SOURCES, compiler
from benchmarks.process import run

Variant = tuple[Path, str]
"""A caller's library and one of its functions `void f(long operations)`."""


def time_variants(
    variants: Sequence[Variant], folder: Path, rounds: int, milliseconds: float = 1
) -> list[tuple[float, ...]]:
    """Nanoseconds of one operation, for each variant, a round each.

    A round repeats each variant for about so many milliseconds.
    """
    out = run([_tool("driver", folder), str(rounds), str(milliseconds), *map(_spec, variants)], folder)
    return list(zip(*(map(float, line.split()) for line in out.splitlines()), strict=True))


def count_blocks(variants: Sequence[Variant], folder: Path) -> list[float]:
    """The blocks of memory that one operation of each variant allocates."""
    return list(map(float, run([_tool("count", folder), *map(_spec, variants)], folder).split()))


def _spec(variant: Variant) -> str:
    library, function = variant
    return f"{library}:{function}"


@cache
def _tool(name: str, folder: Path) -> Path:
    target = folder / name
    run([*compiler(), "-std=gnu11", "-O2", "-rdynamic", C_SOURCES / f"{name}.c", "-ldl", "-o", target], folder)
    return target
