"""``symbuild exports WIT --component NAME``: print the export map a component is linked with."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from symbuild.steps.export_map import FORMATS, render


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("wit", type=Path, metavar="WIT", help="a .wit file or the directory of a package")
    parser.add_argument("-w", "--world", help="the world; may be left out where the main package has one")
    parser.add_argument("--component", required=True, metavar="NAME", help="the component's name")
    parser.add_argument("--format", choices=FORMATS, default="gnu", help="the linker's language (default: gnu)")
    parser.add_argument(
        "--features", action="append", default=[], metavar="F", help="enable WIT features (comma-separated)"
    )
    parser.add_argument("--all-features", action="store_true", help="enable all of them")


def run(args: argparse.Namespace) -> int:
    """Print the map."""
    from symbuild.abi.symbols import exports_of
    from symbuild.wit import load_world

    features = [f for group in args.features for f in group.split(",")]
    world = load_world(args.wit, args.world, features=features, all_features=args.all_features).world
    sys.stdout.write(render((linkage.symbol for linkage in exports_of(world)), args.component, args.format))
    return 0
