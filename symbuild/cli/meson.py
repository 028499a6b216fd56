"""``symbuild meson …``: run Meson, also one outside our environment, with the symbuild module in reach."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from symbuild.doors import symmeson
from symbuild.steps import toolchain


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb: all of them are Meson's, but for a leading ``--help``."""
    parser.add_argument("args", nargs=argparse.REMAINDER, metavar="ARG", help="what Meson is to do: setup build")
    parser.set_defaults(show_help=parser.print_help)
    # `symbuild meson --version` asks Meson; argparse would take a leading dash for an option of ours.
    parser.prefix_chars = "\0"


def run(args: argparse.Namespace) -> int:
    """Become Meson; its status is ours."""
    if args.args[:1] in ([], ["-h"], ["--help"]):
        args.show_help()
        return 0 if args.args else 2
    command = [*_interpreter(), str(Path(symmeson.__file__)), *args.args]
    environment = _environment()
    if os.name != "nt":  # execve of Windows returns to the caller's shell before Meson is done
        sys.stdout.flush()
        os.execve(command[0], command, environment)
    return subprocess.run(command, env=environment, check=False).returncode


def _interpreter() -> tuple[str, ...]:
    found = toolchain.meson()
    if found.command[0] == sys.executable:
        return (sys.executable,)
    return toolchain.interpreter_of(Path(found.command[0]).resolve())


def _environment() -> dict[str, str]:
    # The module finds `symbuild` by the record of its installation, or on PATH; a checkout need have neither.
    command = json.dumps([sys.executable, str(Path(symmeson.__file__).with_name("run.py"))])
    path = os.pathsep.join((toolchain.scripts_dir(), os.environ.get("PATH", "")))
    return {**os.environ, **toolchain.compiler_variables(), "PATH": path, "SYMBUILD_COMMAND": command}
