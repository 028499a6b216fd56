"""``symbuild check-objects``: do a component's objects define what its world exports? Asked before the link."""

from __future__ import annotations

import argparse
from pathlib import Path

from symbuild.cli.reporting import as_json, print_json, show, stamp


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("objects", nargs="+", type=Path, metavar="OBJECT", help="an object or a static archive")
    parser.add_argument("--world-file", type=Path, required=True, metavar="FILE", help="NAME.world.json of bindgen")
    parser.add_argument(
        "--source", action="append", default=[], metavar="FILE", help="a user's source, as messages name it"
    )
    parser.add_argument("--wit", type=Path, metavar="WIT", help="the WIT, for the lines of declarations in messages")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.add_argument("--stamp", type=Path, metavar="FILE", help="make this file where nothing was found")


def run(args: argparse.Namespace) -> int:
    """Check the objects together; 1 if a definition is missing."""
    from symbuild.steps import world_file
    from symbuild.steps.binary import read
    from symbuild.steps.check import check_objects

    objects = [(path, read(path)) for path in args.objects]
    findings = check_objects(world_file.read(args.world_file), objects, args.source, args.wit)
    if args.json:
        print_json({"ok": not findings, "findings": as_json(findings)})
    else:
        show(findings)
    if findings:
        return 1
    stamp(args.stamp)
    return 0
