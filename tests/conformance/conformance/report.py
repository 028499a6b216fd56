"""What came of each combination, as lines and as JSON."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

Verdict = Literal["passed", "failed", "skipped"]
_WORDS: dict[Verdict, str] = {"passed": "ok", "failed": "FAILED", "skipped": "skipped"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one combination; ``detail`` is the reason of a skip or a failure, or what a control run changed."""

    name: str
    verdict: Verdict
    detail: str = ""


def line(outcome: Outcome) -> str:
    """One line, for a failure followed by its indented output."""
    first, _, rest = outcome.detail.partition("\n")
    head = f"{_WORDS[outcome.verdict]:8}{outcome.name}" + (f": {first}" if first else "")
    return head + ("\n" + textwrap.indent(rest, " " * 10) if rest else "")


def closing(outcomes: Sequence[Outcome]) -> str:
    """``N passed, N failed, N skipped``."""
    count = Counter(o.verdict for o in outcomes)
    return f"{count['passed']} passed, {count['failed']} failed, {count['skipped']} skipped"


def write_json(path: Path, outcomes: Iterable[Outcome]) -> None:
    """All outcomes, with the totals first."""
    listed = [asdict(o) for o in outcomes]
    totals = Counter(o["verdict"] for o in listed)
    document = {v: totals[v] for v in _WORDS} | {"combinations": listed}
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
