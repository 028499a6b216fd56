"""``symbuild check FILE…``: prove that built files export their worlds exactly, and fit those that they would load."""

from __future__ import annotations

import argparse
from pathlib import Path

from symbuild.cli.reporting import as_json, print_json, show, stamp
from symbuild.errors import Finding


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="a linked component or program, or what `symbuild fuse` made",
    )
    parser.add_argument(
        "--library-path",
        action="append",
        default=[],
        type=Path,
        metavar="DIR",
        help="look here first for the libraries that FILE would load (beside LD_LIBRARY_PATH)",
    )
    parser.add_argument("--json", action="store_true", help="print the findings of each file as JSON")
    parser.add_argument(
        "--stamp",
        type=Path,
        metavar="FILE",
        help="make this file where nothing was found; for steps of a build, in which libraries may be on their way: "
        "FILE is checked by itself",
    )


def run(args: argparse.Namespace) -> int:
    """Check each file; 1 if anything was found."""
    found = {str(path): _check(path, None if args.stamp else args.library_path) for path in args.files}
    if args.json:
        print_json([{"file": path, "ok": not fs, "findings": as_json(fs)} for path, fs in found.items()])
    else:
        show([finding for fs in found.values() for finding in fs])
    if any(found.values()):
        return 1
    stamp(args.stamp)
    return 0


def _check(path: Path, folders: list[Path] | None) -> tuple[Finding, ...]:
    """What is wrong with a file, and, where folders are given, between what would be loaded together with it."""
    from symbuild.steps.binary import read
    from symbuild.steps.check import check_file

    binary = read(path)
    if binary.kind == "archive":
        from symbuild.steps.fuse_check import check_archive

        return check_archive(path, binary)
    if binary.kind == "component":
        from symbuild.steps.wasm_check import check_component

        return check_component(path, binary)
    found = check_file(binary, str(path))
    if folders is None:
        return found
    from symbuild.steps.loaded import library_path, loaded_with, stale

    return (*found, *stale(loaded_with(path, binary, (*folders, *library_path()))))
