"""``symbuild check FILE…``: prove that built files export their worlds exactly."""

from __future__ import annotations

import argparse
from pathlib import Path

from symbuild.cli.reporting import as_json, print_json, show, stamp


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a linked component or program")
    parser.add_argument("--json", action="store_true", help="print the findings of each file as JSON")
    parser.add_argument("--stamp", type=Path, metavar="FILE", help="make this file where nothing was found")


def run(args: argparse.Namespace) -> int:
    """Check each file; 1 if anything was found."""
    from symbuild.steps.binary import read
    from symbuild.steps.check import check_file

    found = {str(path): check_file(read(path), str(path)) for path in args.files}
    if args.json:
        print_json([{"file": path, "ok": not fs, "findings": as_json(fs)} for path, fs in found.items()])
    else:
        show([finding for fs in found.values() for finding in fs])
    if any(found.values()):
        return 1
    stamp(args.stamp)
    return 0
