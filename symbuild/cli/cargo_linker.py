"""``symbuild cargo-linker -- ARG...``: rustc's linker for a program that another linker makes (see steps/cargo.py)."""

from __future__ import annotations

import argparse

from symbuild.bindings.files import write_files
from symbuild.steps.archive import pack_link, read_link


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("args", nargs="+", metavar="ARG", help="a compiler driver's")


def run(args: argparse.Namespace) -> int:
    """Write what would be linked to where the program would be."""
    link, output = read_link(args.args)
    write_files(output.parent, {output.name: pack_link(link)})
    return 0
