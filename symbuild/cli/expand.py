"""``symbuild expand SOURCE...``: write what ``wit_bindgen::generate!`` in Rust sources includes.

Then compile with ``SYMBUILD_BINDINGS`` set to the output directory, and name the sources to rustc as here.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from symbuild.errors import InputError, UsageError


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
            help = "name it by an absolute path, here and to rustc"
            raise UsageError(f"`{source}` leads out of this directory", help=help)
        for name, content in expand(source, _read(source), args.crate).files.items():
            # `DIR//absolute/path` is what the macro makes of an absolute path.
            made = args.out_dir / name.lstrip("/")
            write_files(made.parent, {made.name: content})
    return 0


def _read(source: Path) -> str:
    try:
        return source.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot read `{source}`: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError("this is no UTF-8", where=str(source)) from error
