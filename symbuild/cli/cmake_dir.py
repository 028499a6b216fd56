"""``symbuild cmake-dir``: where the CMake package lies, for ``cmake -Dsymbuild_DIR=$(symbuild cmake-dir)``."""

from __future__ import annotations

import argparse

from symbuild.errors import ToolError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb has no arguments."""
    parser.epilog = "Projects built by scikit-build-core find the package by themselves."


def run(args: argparse.Namespace) -> int:
    """Print the directory. Raises ToolError where symbuild was installed without it."""
    from symbuild.doors.cmake import package_dir

    try:
        print(package_dir())
    except FileNotFoundError as error:
        raise ToolError(str(error), help="reinstall symbuild") from error
    return 0
