"""The script that stands for a wasm program in a build directory: tests and users run it as they would a native one."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

_SH = """\
#!/bin/sh
# Runs {name} in wasmtime, with this machine's files: paths mean what they mean to a native program.
exec {command} wasm-run {file} "$@"
"""
# On Windows the program sees the working directory: WASI's paths have no drives.
_BAT = "@{command} wasm-run {file} %*\r\n"


def launcher(symbuild: Sequence[str], program: Path, *, windows: bool) -> str:
    """The text of the script, by which ``symbuild`` runs ``program``."""
    if windows:
        return _BAT.format(command=" ".join(map(_quoted, symbuild)), file=_quoted(str(program)))
    return _SH.format(name=program.name, command=shlex.join(symbuild), file=shlex.quote(str(program)))


def _quoted(word: str) -> str:
    """A word of a batch file. File names hold no quotes on Windows."""
    return '"' + word.replace("%", "%%") + '"'
