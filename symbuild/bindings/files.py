"""The one writer of generated files: a file is touched only when its bytes change, and never half written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
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


def write_missing(folder: Path, files: Mapping[str, bytes]) -> None:
    """Begin the user's own sources: each ``NAME.template`` among ``files`` as NAME, where there is no NAME yet."""
    begun = {name.removesuffix(".template"): content for name, content in files.items() if name.endswith(".template")}
    write_files(folder, {name: content for name, content in begun.items() if not (folder / name).exists()})


def write_file(path: Path, content: bytes) -> None:
    """Write one file, by renaming a finished one over it, unless it holds ``content`` already."""
    try:
        if path.read_bytes() == content:
            return
    except FileNotFoundError:
        pass
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def differing(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    """The names whose file is missing or holds other bytes (``bindgen --check``)."""
    return [n for n, content in files.items() if not (folder / n).is_file() or (folder / n).read_bytes() != content]


def depfile(target: Path, inputs: Iterable[Path]) -> str:
    """The files that ``target`` was made from, in make's form: spaces are escaped, dollars doubled."""

    def escape(path: Path) -> str:
        return str(path).replace("\\", "\\\\").replace(" ", "\\ ").replace("$", "$$")

    return f"{escape(target)}: {' '.join(map(escape, inputs))}\n"
