"""Skip files: one ``regex  reason`` a line (two blanks or more between them), ``#`` starts a comment line.

The regex is searched in a combination's name, such as ``numbers runner.c test.c``. A skip without an entry here counts
as a failure, so that nothing falls silent unnoticed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from symbuild.errors import InputError


@dataclass(frozen=True, slots=True)
class Skip:
    """Combinations that are not run, and why."""

    pattern: re.Pattern[str]
    reason: str


def read_skips(paths: Iterable[Path]) -> tuple[Skip, ...]:
    """The entries of all files in order. Raises InputError for a line without a reason or a bad regex."""
    return tuple(skip for path in paths for skip in _read(path))


def reason_for(name: str, skips: Iterable[Skip]) -> str | None:
    """Why the combination ``name`` is listed, or None."""
    return next((s.reason for s in skips if s.pattern.search(name)), None)


def _read(path: Path) -> list[Skip]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputError(f"cannot read the skip file: {error.strerror}", where=str(path)) from None
    return [_parse(line, f"{path}:{number}") for number, line in enumerate(lines, 1) if line.strip() and line[0] != "#"]


def _parse(line: str, where: str) -> Skip:
    expression, _, reason = line.strip().partition("  ")
    if not reason.strip():
        raise InputError("a skip needs a reason", where=where, help="write `regex  reason`, two blanks between them")
    try:
        return Skip(re.compile(expression), reason.strip())
    except re.error as error:
        raise InputError(f"`{expression}` is not a regular expression: {error}", where=where) from None
