"""``symbuild graph --out FILE WORLD.json…``: who provides what in a build; a step of the Meson and CMake doors."""

from __future__ import annotations

import argparse
from pathlib import Path

from symbuild.bindings.files import write_files
from symbuild.graph.component import offers
from symbuild.steps.graph_file import offers_text, read_component


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument(
        "world_files", nargs="+", type=Path, metavar="WORLD.json", help="every component's and program's"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the list to write, if it changed")


def run(args: argparse.Namespace) -> int:
    """Write the list."""
    text = offers_text(offers(map(read_component, args.world_files)))
    write_files(args.out.parent, {args.out.name: text.encode()})
    return 0
