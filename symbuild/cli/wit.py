"""``symbuild wit FILE``: the world of a built file as WIT text."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a native component or program, or a wasm component")


def run(args: argparse.Namespace) -> int:
    """Print the package that holds the file's world."""
    from symbuild.steps.binary import read
    from symbuild.steps.embedded import manifests_of, wit_text

    where = str(args.file)
    binary = read(args.file)
    encoded = args.file.read_bytes() if binary.format == "wasm" else manifests_of(binary, where)[0].wit
    sys.stdout.write(wit_text(encoded, where))
    return 0
