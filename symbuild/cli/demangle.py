"""``symbuild demangle``: a filter that turns symbols into WIT names, wherever they stand in a line."""

from __future__ import annotations

import argparse
import re
import sys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("symbols", nargs="*", metavar="SYMBOL", help="print these instead of filtering standard input")


def run(args: argparse.Namespace) -> int:
    """Copy standard input to standard output with the symbols replaced."""
    # Bytes that are no text pass through as they are; a tool's messages hold whatever file names hold.
    sys.stdin.reconfigure(errors="surrogateescape")  # type: ignore[union-attr]  # a TextIOWrapper, unless a test replaced it
    sys.stdout.reconfigure(errors="surrogateescape")  # type: ignore[union-attr]
    for line in [f"{s}\n" for s in args.symbols] or sys.stdin:
        sys.stdout.write(demangle_line(line))
        sys.stdout.flush()
    return 0


def demangle_line(line: str) -> str:
    """``line`` with each symbol replaced by its WIT name. Names that are not ours stay as they are."""
    # Most lines hold none.
    return re.sub(r"\w*X(?:00|23)\w+", _replace, line, flags=re.ASCII) if "X00" in line or "X23" in line else line


def _replace(match: re.Match[str]) -> str:
    from symbuild.abi.mangle import demangle

    name = match[0]
    # Mach-O puts an underscore in front of C's names.
    return demangle(name) or demangle(name.removeprefix("_")) or name
