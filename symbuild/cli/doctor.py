"""``symbuild doctor``: list the tools found, their versions, and what is missing for which feature."""

from __future__ import annotations

import argparse
import dataclasses
import json
import platform

from symbuild import __version__
from symbuild.steps.toolchain import Tool, tools


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Print the list; 1 if something that is not optional is missing."""
    found = list(tools())
    if args.json:
        rows = [dataclasses.asdict(tool) for tool in found]
        print(json.dumps({"symbuild": __version__, "python": platform.python_version(), "tools": rows}, indent=2))
    else:
        print(f"symbuild {__version__}, Python {platform.python_version()}")
        print("\n".join(map(_row, found)))
    return int(any(tool.found is None and not tool.optional for tool in found))


def _row(tool: Tool) -> str:
    if tool.found:
        place = " ".join(tool.found.command) or tool.found.origin
        return f"  found    {tool.name:<12} {tool.found.version:<10} {place}"
    state = "absent " if tool.optional else "missing"
    return f"  {state}  {tool.name:<12} for {tool.needed_for}: {tool.missing}\n             install: {tool.install}"
