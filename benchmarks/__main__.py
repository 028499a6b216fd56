"""``python -m benchmarks [NAME...]``: measure, and print a table of goals and what was reached."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from benchmarks.row import Row, table
from symbuild.errors import SymbuildError

BENCHMARKS = (
    "call",
    "glue",
    "views",
    "headers",
    "bindgen",
    "build",
    "size",
    "isolated",
    "fused",
    "pipeline",
    "packaged",
    "python",
)


def main() -> int:
    """Run the named benchmarks, all by default. A missed goal is a figure, not a failure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="*", metavar="NAME", help=f"what to measure: {', '.join(BENCHMARKS)}")
    parser.add_argument("--rounds", type=int, metavar="N", help="rounds of every benchmark (each has its own default)")
    help = "for `size`: a folder of wit-bindgen's runtime tests, measured besides ours (may be given several times)"
    parser.add_argument("--suite", type=Path, action="append", default=[], metavar="DIR", help=help)
    parser.add_argument("--only", default="", metavar="REGEX", help="for `size`: tests' names with their sources'")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the rows to FILE")
    args = parser.parse_args()
    if unknown := set(args.name) - set(BENCHMARKS):
        parser.error(f"no benchmark `{min(unknown)}`; there are {', '.join(BENCHMARKS)}")
    rows: list[Row] = []
    for name in args.name or BENCHMARKS:
        rows += _measure(name, args.rounds, *([args.suite, args.only] if name == "size" else []))
    if args.json:
        args.json.write_text(json.dumps([dataclasses.asdict(row) for row in rows], indent=1) + "\n")
    return 0


def _measure(name: str, rounds: int | None, *more: object) -> list[Row]:
    module = import_module(f"benchmarks.{name}")
    try:
        with tempfile.TemporaryDirectory(prefix="symbuild-benchmarks-") as scratch:
            rows: list[Row] = module.measure(Path(scratch), rounds or module.ROUNDS, *more)
    except SymbuildError as error:
        sys.exit(str(error))
    print(table(rows), end="\n\n", flush=True)
    return rows


if __name__ == "__main__":
    sys.exit(main())
