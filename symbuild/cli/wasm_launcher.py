"""``symbuild wasm-launcher FILE -o SCRIPT``: write a script that runs a wasm program as if it were native."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from symbuild import doors
from symbuild.bindings.files import write_files
from symbuild.steps.launcher import launcher


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the program, a component with a `main`")
    parser.add_argument(
        "-o", "--out", type=Path, required=True, metavar="SCRIPT", help="a .bat for Windows, else for sh"
    )


def run(args: argparse.Namespace) -> int:
    """Write the script; it may be executed by whoever may read it."""
    command = (sys.executable, str(Path(doors.__file__).with_name("run.py")))
    text = launcher(command, args.file.resolve(), windows=args.out.suffix == ".bat")
    write_files(args.out.parent, {args.out.name: text.encode()})
    args.out.chmod(args.out.stat().st_mode | 0o111)
    return 0
