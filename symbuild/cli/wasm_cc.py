"""``symbuild wasm-cc -- COMMAND``: run a compiler or linker for wasm; where it fails, say first what WASI lacks."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from symbuild.errors import ToolError, UsageError
from symbuild.steps import world_file
from symbuild.steps.wasi_lacks import explained
from symbuild.steps.wasm_rust import unexported


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument(
        "--unexport",
        type=Path,
        metavar="WORLD.json",
        help="the command is rustc's: its module has no exports that only fused modules of that world call",
    )
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="COMMAND", help="the compiler and its arguments")


def run(args: argparse.Namespace) -> int:
    """Run the command, whose messages follow ours."""
    command = args.command[1:] if args.command[:1] == ["--"] else args.command
    if not command:
        raise UsageError("no command to run", help="`symbuild wasm-cc -- clang …`")
    if args.unexport:
        command += unexported(world_file.read(args.unexport))
    try:
        done = subprocess.run(command, stderr=subprocess.PIPE, encoding="utf-8", errors="replace", check=False)
    except OSError as error:
        help = "configure again: the compiler was there when the build was set up"
        raise ToolError(f"cannot run `{command[0]}`: {error.strerror}", help=help) from None
    if done.returncode:
        print(*explained(done.stderr), sep="\n", file=sys.stderr)
    sys.stderr.write(done.stderr)
    return done.returncode
