"""``symbuild expand SOURCE...``: write what ``wit_bindgen::generate!`` in Rust sources includes.

Then compile with ``SYMBUILD_BINDINGS`` set to the output directory, and name the sources to rustc as here.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from symbuild.errors import UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("sources", nargs="+", type=Path, metavar="SOURCE", help="a Rust source, named as to rustc")
    parser.add_argument("--out-dir", type=Path, required=True, metavar="DIR", help="where the files go")
    parser.add_argument(
        "--crate",
        type=Path,
        default=Path(),
        metavar="DIR",
        help="what paths in the calls are relative to (default: here)",
    )


def run(args: argparse.Namespace) -> int:
    """Write the files."""
    from symbuild.bindings.files import write_files
    from symbuild.steps.expand import expand

    for source in args.sources:
        if ".." in source.parts:
            raise UsageError(
                f"`{source}` leads out of this directory", help="name it by an absolute path, here and to rustc"
            )
        for name, content in expand(source, args.crate).files.items():
            # `DIR//absolute/path` is what the macro makes of an absolute path.
            made = args.out_dir / name.lstrip("/")
            write_files(made.parent, {made.name: content})
    return 0
