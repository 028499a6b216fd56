"""``symbuild wasm-run FILE ARG...``: run a wasm program as the system runs a native one, with all of its files."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb: what follows the file is the program's, whatever it looks like."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a component, or a core module, with a `main`")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="ARG", help="what the program is started with")


def run(args: argparse.Namespace) -> int:
    """Run it; its exit code."""
    from symbuild.steps.wasm_invoke import run_program

    return run_program(args.file, args.arguments, absolute_paths=True)
