"""Export maps: the exact list of a component's symbols in the spelling of each platform's linker.

Everything that is not listed becomes local, also what comes in with static libraries (symmetric-abi.md, section 6).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, get_args

from symbuild.errors import UsageError

Format = Literal["gnu", "macos", "def"]

FORMATS: tuple[Format, ...] = get_args(Format)


def node_name(component: str) -> str:
    """The symbol version of a component's exports on ELF: its name in snake case, as GNU ld takes no dash.

    Raises UsageError for a name that no linker, or no file system, would take.
    """
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", component):
        raise UsageError(
            f"`{component}` cannot be a component's name",
            help="begin with a letter; go on with letters, digits, dashes, underscores and dots",
        )
    return component.replace("-", "_")


def render(symbols: Iterable[str], component: str, format: Format) -> str:
    """The export map of ``component`` for one kind of linker."""
    names = sorted(set(symbols))
    match format:
        case "gnu":
            return gnu(names, component)
        case "macos":
            return macos(names)
        case "def":
            return windows(names, component)


def gnu(symbols: Iterable[str], component: str) -> str:
    """A version script (GNU ld, gold, lld, mold)."""
    names = "".join(f"    {symbol};\n" for symbol in symbols)
    exported = f"  global:\n{names}" if names else ""
    return f"{node_name(component)} {{\n{exported}  local:\n    *;\n}};\n"


def macos(symbols: Iterable[str]) -> str:
    """A list for ``-exported_symbols_list``: the names of Mach-O, which begin with an underscore."""
    return "".join(f"_{symbol}\n" for symbol in symbols)


def windows(symbols: Iterable[str], component: str) -> str:
    """A module-definition file."""
    names = "".join(f"    {symbol}\n" for symbol in symbols)
    node_name(component)
    return f'LIBRARY "lib{component}.dll"\nEXPORTS\n{names}'
