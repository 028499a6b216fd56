"""``symbuild explain [BUILDDIR]``: who calls whom in a build, how each call is bound, and what of it is copied."""

from __future__ import annotations

import argparse
from pathlib import Path

from symbuild.cli.reporting import print_json

_EPILOG = """\
text: each component, then `INTERFACE <- PROVIDER: how it is bound` and what each function's strings and lists cost.
direct: by the plain symbol, which any implementation may define. version node of X: to X's definition, as others
provide the interface too. label, private name: through a function that the link step added. A component that is built
for both targets has that for wasm with the target behind its name. svg: a picture."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.epilog = _EPILOG
    parser.add_argument(
        "build", nargs="?", type=Path, default=Path(), metavar="BUILDDIR", help="a build directory (default: here)"
    )
    parser.add_argument("--format", choices=("text", "json", "svg"), default="text", help="default: text")
    parser.add_argument("--json", action="store_const", const="json", dest="format", help="the same as --format json")


def run(args: argparse.Namespace) -> int:
    """Print the graph."""
    from symbuild.graph.explain import graph_json, graph_text
    from symbuild.steps.graph_file import read_build

    graph = read_build(args.build)
    match args.format:
        case "json":
            print_json(graph_json(graph))
        case "svg":
            from symbuild.graph.picture import svg

            print(svg(graph), end="")
        case _:
            print(graph_text(graph), end="")
    return 0
