"""``symbuild componentize CORE --wit WIT -w WORLD -o OUT``: make a component of a core wasm module."""

from __future__ import annotations

import argparse
from pathlib import Path

from symbuild.bindings.files import write_files
from symbuild.steps.componentize import componentize


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("core", type=Path, metavar="CORE", help="the core module that the linker made")
    parser.add_argument("--wit", type=Path, required=True, metavar="WIT", help="a .wit file, or a package's directory")
    parser.add_argument("-w", "--world", help="the world (may be left out where the package has one)")
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="FILE", help="the component to write")
    parser.add_argument("--program", action="store_true", help="it has a `main`: the component exports wasi:cli/run")
    parser.add_argument("--features", action="append", default=[], help="enable WIT features (comma-separated)")
    parser.add_argument("--all-features", action="store_true", help="enable every WIT feature")
    parser.add_argument("--string-encoding", choices=("utf8", "utf16"), default="utf8", help="as given to `bindgen`")
    parser.add_argument("--strip", action="store_true", help="leave out names and debugging information")


def run(args: argparse.Namespace) -> int:
    """Write the component."""
    made = componentize(
        args.core,
        args.wit,
        args.world,
        is_program=args.program,
        features=[f for group in args.features for f in group.split(",")],
        all_features=args.all_features,
        string_encoding=args.string_encoding,
        keep_names=not args.strip,
    )
    write_files(args.out.parent, {args.out.name: made})
    return 0
