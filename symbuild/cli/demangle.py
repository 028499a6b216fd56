"""``symbuild demangle``: a filter that turns symbols into WIT names, wherever they stand in a line."""

from __future__ import annotations

import argparse
import io
import re
import sys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("symbols", nargs="*", metavar="SYMBOL", help="print these instead of filtering standard input")


def run(args: argparse.Namespace) -> int:
    """Copy standard input to standard output with the symbols replaced."""
    for symbol in args.symbols:
        print(demangle_line(symbol))
    if not args.symbols:
        # Bytes that are no text pass through as they are; a tool's messages hold whatever file names hold.
        source = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="surrogateescape", newline="")
        for line in source:
            sys.stdout.buffer.write(demangle_line(line).encode(errors="surrogateescape"))
            sys.stdout.buffer.flush()
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
