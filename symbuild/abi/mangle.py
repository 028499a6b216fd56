"""Symbols of the symmetric ABI (symmetric-abi.md, section 1) and export names of the Canonical ABI.

::

    symbol    = enc(module) "X00" enc(function) [ "A" ]          A: an async function
    canonical = enc(module) "X23" enc(function)                  what other tools emit natively; never ours
    module    = "ns:pkg/iface@1.2.0" | label | "$root"           $root: a function of the world itself
    enc       = [A-Za-z0-9_] stay, "-" becomes "_", every other byte "X" and two upper-case hex digits

``enc`` is injective on what WIT allows, but for one thing: ``-`` and ``_`` meet, and kebab names hold no ``_``. Names
such as ``X2E`` cannot be confused with an escape either, as the escaped characters are not letters of a kebab word;
two words that do meet (``x-2e``?) are caught by :func:`collisions`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

ROOT = "$root"

_PLAIN = re.compile(r"[A-Za-z0-9_]")
_ESCAPE = re.compile(r"X([0-9A-F]{2})")


def encode(name: str) -> str:
    """Encode one WIT name: ``a:b/c`` becomes ``aX3AbX2Fc``."""
    return "".join(
        c if _PLAIN.fullmatch(c) else "_" if c == "-" else "".join(f"X{b:02X}" for b in c.encode()) for c in name
    )


def symbol(module: str, function: str, *, is_async: bool = False) -> str:
    """The symbol under which both sides of the symmetric ABI know a function.

    ``module`` is an interface id, a label, or ``ROOT``; ``function`` the WIT name with its annotation.
    """
    return f"{encode(module)}X00{encode(function)}{'A' if is_async else ''}"


def bound_symbol(symbol: str) -> str:
    """The private name by which a component calls an interface it also exports, or one it imports by label."""
    return f"imp_{symbol}"


def drop_name(resource: str) -> str:
    """The function that drops an owned handle of ``resource``."""
    return f"[resource-drop]{resource}"


def export_name(module: str, function: str) -> str:
    """The Canonical ABI's core export of a function (``iface#name``, or the bare name of a world's own function)."""
    return function if module == ROOT else f"{module}#{function}"


def post_return_name(module: str, function: str) -> str:
    """The Canonical ABI's core export that frees a function's result."""
    return f"cabi_post_{export_name(module, function)}"


def import_name(module: str, function: str) -> tuple[str, str]:
    """Module and name of the Canonical ABI's core import."""
    return module, function


def demangle(symbol: str) -> str | None:
    """The WIT spelling of a symbol, ``module#function``; None for a name that is not ours.

    ``-`` was written ``_``, and kebab names have no ``_``, so the dash comes back.
    """
    name = symbol.removeprefix("imp_")
    if "X00" not in name:
        return None
    module, _, function = name.partition("X00")
    if not module or not function:
        return None
    suffix = ""
    if function.endswith("A") and function != function.upper():
        function, suffix = function[:-1], " (async)"
    decoded = _decode(module)
    where = "" if decoded == ROOT else f"{decoded}#"
    return f"{where}{_decode(function)}{suffix}"


def _decode(text: str) -> str:
    return _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text).replace("_", "-")


def collisions(names: Iterable[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Pairs of WIT functions (``module``, ``function``) that encode alike: ``(symbol, one, other)``."""
    by_symbol: dict[str, list[str]] = defaultdict(list)
    for module, function in dict.fromkeys(names):
        by_symbol[symbol(module, function)].append(f"{module}#{function}" if module != ROOT else function)
    return [(s, wits[0], other) for s, wits in by_symbol.items() for other in wits[1:]]
