"""Runs a command and turns its failure into a Failure that shows all of it."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from symbuild.errors import ToolError

# Long enough for the largest test under valgrind on a busy machine; a test that hangs must not hang the whole run.
SECONDS = 300


class Failure(Exception):
    """One combination went wrong: ``str`` says where and shows the output."""


def run(command: Sequence[str], *, cwd: Path, what: str, environment: Mapping[str, str] | None = None) -> str:
    """Run ``command`` and return what it wrote to standard error. Raises Failure where it fails or takes too long."""
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env={**os.environ, **(environment or {})},
            capture_output=True,
            text=True,
            errors="replace",
            timeout=SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise ToolError(f"cannot run `{command[0]}`") from None
    except subprocess.TimeoutExpired:
        raise Failure(f"{what} took more than {SECONDS} s\n{shlex.join(command)}") from None
    if done.returncode:
        output = "\n".join(filter(None, (done.stdout.strip(), done.stderr.strip())))
        raise Failure(f"{what} {_ending(done.returncode)}\n{shlex.join(command)}\n{output}".rstrip())
    return done.stderr


def find_compiler(candidates: Sequence[str], variable: str) -> tuple[str, ...]:
    """The command in the environment's ``variable``, else the first candidate on the path."""
    if chosen := os.environ.get(variable):
        return tuple(shlex.split(chosen))
    for name in candidates:
        if found := shutil.which(name):
            return (found,)
    raise ToolError("no compiler found", help=f"searched {', '.join(candidates)} on PATH; set {variable}")


def _ending(status: int) -> str:
    return f"was ended by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
