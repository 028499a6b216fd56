"""``symbuild cross-file wasm32-wasip2``: print a Meson cross file for the compilers of this machine."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from symbuild import doors
from symbuild.steps.cross_file import TARGET, cross_file


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("target", choices=[TARGET], metavar="TARGET", help=TARGET)


def run(args: argparse.Namespace) -> int:
    """Print the file."""
    wrapper = (sys.executable, str(Path(doors.__file__).with_name("run.py")), "wasm-run")
    print(cross_file(wrapper), end="")
    return 0
