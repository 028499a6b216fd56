"""A row of the table that benchmarks print, and the arithmetic of ratios."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: what was measured, the goal (None where there is none) and what was reached (None: not measured).

    Unless ``unit`` names another, both are ratios. ``detail`` tells the figures behind it.
    """

    name: str
    goal: float | None
    reached: float | None
    detail: str = ""
    unit: str = ""

    @property
    def missed(self) -> bool:
        """Whether the figure is worse than its goal; all of ours are better when smaller."""
        return self.goal is not None and self.reached is not None and self.reached > self.goal


def ratio(samples: Sequence[float], base: Sequence[float]) -> float:
    """The median, over rounds, of a variant's time to the base's in the same round: noise meets both alike."""
    return median(s / b for s, b in zip(samples, base, strict=True))


def compared(name: str, goal: float | None, samples: Sequence[float], base: Sequence[float], unit: str) -> Row:
    """The row of a variant and its base, whose times are in ``unit``."""
    detail = f"{median(samples):.3g} / {median(base):.3g} {unit}"
    return Row(name, goal, ratio(samples, base), detail)


def skipped(name: str, goal: float | None, why: str) -> Row:
    """The row of what this machine cannot measure."""
    return Row(name, goal, None, f"skipped: {why}")


def table(rows: Sequence[Row]) -> str:
    """The rows as text, a missed goal marked."""
    width = max(len(row.name) for row in rows)
    lines = [f"{'':{width}}  {'goal':>6}  {'reached':>7}"]
    for row in rows:
        goal = "" if row.goal is None else f"{row.goal:.2f}"
        reached = "-" if row.reached is None else f"{row.reached:.2f}"
        mark = "!" if row.missed else " "
        unit = f" {row.unit}" if row.unit else ""
        lines.append(f"{row.name:{width}}  {goal:>6}  {reached:>7}{mark}{unit}  {row.detail}".rstrip())
    return "\n".join(lines)
