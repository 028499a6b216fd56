"""Meson cross files: the compilers of another machine, what runs its programs here, and how long its pointers are."""

from __future__ import annotations

import ast
import configparser
import shlex
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from symbuild.errors import InputError, ToolError

from .direct import Native

# The CPU families of https://mesonbuild.com/Reference-tables.html that have 32-bit pointers and a Linux.
_NARROW = frozenset({"arc", "arm", "csky", "m68k", "microblaze", "mips", "ppc", "riscv32", "sh4", "sparc", "x86"})
_VARIABLES = {"c": "CC", "cpp": "CXX", "rust": "RUSTC"}


class CrossNative(Native):
    """Another machine's shared objects, in the languages whose compilers a cross file names."""

    def __init__(self, pointer: int, languages: Collection[str]) -> None:
        super().__init__(pointer)
        self._languages = tuple(languages)

    def languages(self) -> Collection[str]:
        """Those of the cross file."""
        return self._languages


@dataclass(frozen=True, slots=True)
class Cross:
    """What a cross file says. ``compilers`` are by the environment variable that chooses them."""

    target: CrossNative
    compilers: Mapping[str, str]
    wrapper: tuple[str, ...]


def read_cross_file(path: Path) -> Cross:
    """The cross file at ``path``. Raises InputError where it cannot be read, ToolError where a command is missing."""
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(path.read_text(encoding="utf-8"))
        binaries = {name: _command(value) for name, value in parser["binaries"].items()}
        (family,) = _command(parser["host_machine"]["cpu_family"])
    except OSError as error:
        raise InputError(f"cannot read `{path}`: {error.strerror}") from error
    except (configparser.Error, KeyError, ValueError) as error:
        raise InputError(f"not a cross file that is understood here: {error}", where=str(path)) from error
    wrapper = binaries.get("exe_wrapper", ())
    found = {language: binaries[language] for language in _VARIABLES if language in binaries}
    for command in (*found.values(), wrapper):
        if command and not shutil.which(command[0]):
            raise ToolError(f"cannot run `{command[0]}`, which the cross file names", where=str(path))
    compilers = {_VARIABLES[language]: shlex.join(command) for language, command in found.items()}
    return Cross(CrossNative(4 if family in _NARROW else 8, found), compilers, wrapper)


def _command(value: str) -> tuple[str, ...]:
    """A string of Meson's, or an array of them."""
    try:
        parsed = ast.literal_eval(value)
    except (ValueError, SyntaxError):
        parsed = None
    words = parsed if isinstance(parsed, list) else [parsed]
    if not words or not all(isinstance(word, str) for word in words):
        raise ValueError(f"{value} is neither a string nor an array of strings")
    return tuple(words)
