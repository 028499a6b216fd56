"""``symbuild scons-dir``: where SCons' tool lies, for ``toolpath`` of a SCons that symbuild is not installed beside."""

from __future__ import annotations

import argparse
from pathlib import Path

from symbuild import doors


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb has no arguments."""
    parser.epilog = "The SCons of symbuild's own environment finds the tool by itself."


def run(args: argparse.Namespace) -> int:
    """Print the directory."""
    print(Path(doors.__file__).with_name("SCons"))
    return 0
