"""The one writer of generated files: a file is touched only when its bytes change, and never half written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from symbuild.errors import InputError


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write each named file into ``folder``, made where it is missing. Raises InputError where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            write_file(folder / name, content)
    except OSError as error:
        raise InputError(
            f"cannot write to `{error.filename or folder}`: {error.strerror}",
            help="choose an output directory that can be written",
        ) from error


def write_file(path: Path, content: bytes) -> None:
    """Write one file, by renaming a finished one over it, unless it holds ``content`` already."""
    try:
        if path.read_bytes() == content:
            return
    except FileNotFoundError:
        pass
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        # mkstemp makes files private; a generated file has the rights any new file has.
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(path)
    except BaseException:
        temporary.unlink()
        raise


def differing(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    """The names whose file is missing or holds other bytes (``bindgen --check``)."""
    return [n for n, content in files.items() if not (folder / n).is_file() or (folder / n).read_bytes() != content]
