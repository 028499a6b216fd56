"""How verbs that check files say what they found."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from symbuild.bindings.files import write_files
from symbuild.errors import Finding

_SHOWN = 20


def show(findings: Sequence[Finding]) -> None:
    """Print findings on standard error; of a long list, its beginning and its length."""
    for finding in findings[:_SHOWN]:
        print(finding, file=sys.stderr)
    if len(findings) > _SHOWN:
        print(f"error: and {len(findings) - _SHOWN} more (`--json` lists them all)", file=sys.stderr)


def as_json(findings: Iterable[Finding]) -> list[dict[str, str | None]]:
    """Findings as JSON values."""
    return [{"what": f.what, "where": f.where, "help": f.help} for f in findings]


def print_json(document: Mapping[str, Any] | Sequence[Any]) -> None:
    """Print one JSON document on standard output."""
    print(json.dumps(document, indent=2, ensure_ascii=False))


def stamp(path: Path | None) -> None:
    """Make the empty file by which a build system knows that a check passed; always anew, for its time counts."""
    if path is not None:
        path.unlink(missing_ok=True)
        write_files(path.parent, {path.name: b""})
