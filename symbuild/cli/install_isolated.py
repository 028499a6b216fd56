"""``symbuild install-isolated PROXY HOST LIBRARY``: install what ``symbuild isolate`` made; a script of Meson's.

Meson has installed the component before, as it installs any library.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("proxy", type=Path, metavar="PROXY", help="in the build tree")
    parser.add_argument("host", metavar="HOST", help="the component's name, or its group's")
    parser.add_argument("library", metavar="LIBRARY", help="the component where it is installed, below the prefix")


def run(args: argparse.Namespace) -> int:
    """Put the proxy in the place of the component, and the component beside its host."""
    from symbuild.steps.isolate import install

    prefix = Path(os.environ.get("MESON_INSTALL_DESTDIR_PREFIX", "/"))
    destination = os.environ.get("DESTDIR", "")
    is_absolute = Path(args.library).is_absolute()
    install(args.proxy, args.host, Path(f"{destination}{args.library}") if is_absolute else prefix / args.library)
    return 0
