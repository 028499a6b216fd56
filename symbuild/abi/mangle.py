"""Symbols of the symmetric ABI (symmetric-abi.md, section 1) and export names of the Canonical ABI.

::

    symbol    = enc(module) "X00" enc(function) [ "A" ]          A: an async function
    canonical = enc(module) "X23" enc(function)                  what other tools emit natively; never ours
    module    = "ns:pkg/iface@1.2.0" | label | "$root"           $root: a function of the world itself
    enc       = [A-Za-z0-9_] stay, "-" becomes "_", every other byte "X" and two upper-case hex digits

``enc`` is injective on every name whose words keep to lower case: kebab names hold no ``_``, an escape's capitals end
a lower-case word, and so does the ``A``. Names in capitals can meet, though: function ``X00B`` of ``A`` and function
``B`` of ``AX00``; the async ``GET`` and the plain ``GETA``. One component seldom holds both; :func:`collisions` finds
them when it does.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

ROOT = "$root"

# A kebab word never begins with a dash, so no symbol begins with this.
_BOUND = "imp__"

_PLAIN = re.compile(r"[A-Za-z0-9_]")


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
    return f"{_BOUND}{symbol}"


def is_bound(symbol: str) -> bool:
    """Whether a name is one that :func:`bound_symbol` makes."""
    return symbol.startswith(_BOUND) and demangle(symbol) is not None


def drop_name(resource: str) -> str:
    """The function that drops an owned handle of ``resource``."""
    return f"[resource-drop]{resource}"


def dtor_name(resource: str) -> str:
    """The Canonical ABI's core export that ends the object behind a handle that was dropped."""
    return f"[dtor]{resource}"


def export_name(module: str, function: str) -> str:
    """The Canonical ABI's core export of a function (``iface#name``, or the bare name of a world's own function)."""
    return function if module == ROOT else f"{module}#{function}"


def post_return_name(module: str, function: str) -> str:
    """The Canonical ABI's core export that frees a function's result."""
    return f"cabi_post_{export_name(module, function)}"


def import_name(module: str, function: str) -> tuple[str, str]:
    """Module and name of the Canonical ABI's core import."""
    return module, function


# What WIT allows, in its encoded form. Legality decides what the letters alone leave open: `fooA` is the async `foo`,
# as no word mixes cases, and `get_X86` holds no escape, as a byte 0x86 is in no name. The kinds of words exclude each
# other, so that a long name that does not match fails fast; words are few (`*?`), so that an escape is seen as one.
_WORDS = (
    r"(?:[a-z][a-z0-9]*?|[A-Z][A-Z0-9]*?)"
    r"(?:_(?:[0-9]+?|[0-9]*[a-z][a-z0-9]*?|[0-9]*[A-Z][A-Z0-9]*?))*?"
)
_VERSION = r"[0-9]+X2E[0-9]+X2E[0-9]+(?:(?:_|X2B)[0-9A-Za-z_]+)?"
_MODULE = re.compile(
    rf"(?P<namespace>{_WORDS})X3A(?P<package>{_WORDS})X2F(?P<interface>{_WORDS})(?:X40(?P<version>{_VERSION}))?"
    rf"|(?P<root>X24root)|(?P<label>{_WORDS})"
)
_FUNCTION = re.compile(
    rf"{_WORDS}|X5B(?P<part>method|static)X5D(?P<owner>{_WORDS})X2E(?P<name>{_WORDS})"
    rf"|X5B(?P<whole>constructor|resource_drop)X5D(?P<resource>{_WORDS})"
)


def demangle(symbol: str) -> str | None:
    """The WIT spelling of a symbol, ``module#function``; None for a name that is not ours.

    A world's own function is its bare name. What the name does not say is added behind it: ``(async)``,
    ``(canonical)`` for another tool's native export of the Canonical ABI, ``(bound when linking)`` for an import's
    private name. Where capitals leave two readings (see above), a plain function goes before an async one.
    """
    inner = symbol.removeprefix(_BOUND)
    for module, mark, function in _splits(inner):
        where = _module(module)
        reading = _function(function)
        if where is not None and reading is not None:
            name, is_async = reading
            notes = {" (async)": is_async, " (canonical)": mark == "X23", " (bound when linking)": inner != symbol}
            return export_name(where, name) + "".join(note for note, holds in notes.items() if holds)
    return None


def _splits(symbol: str) -> Iterator[tuple[str, str, str]]:
    for mark in re.finditer("X00|X23", symbol):
        yield symbol[: mark.start()], mark[0], symbol[mark.end() :]


def _module(text: str) -> str | None:
    found = _MODULE.fullmatch(text)
    if found is None:
        return None
    if found["root"]:
        return ROOT
    if found["label"]:
        return _dashes(text)
    version = f"@{_version(found['version'])}" if found["version"] else ""
    return _dashes(f"{found['namespace']}:{found['package']}/{found['interface']}") + version


def _function(text: str) -> tuple[str, bool] | None:
    """The WIT name and whether the function is async."""
    if found := _FUNCTION.fullmatch(text):
        return _function_name(text, found), False
    if text.endswith("A") and (found := _FUNCTION.fullmatch(text[:-1])):
        return _function_name(text[:-1], found), True
    return None


def _function_name(text: str, found: re.Match[str]) -> str:
    if found["part"]:
        return f"[{found['part']}]{_dashes(found['owner'])}.{_dashes(found['name'])}"
    if found["whole"]:
        return f"[{_dashes(found['whole'])}]{_dashes(found['resource'])}"
    return _dashes(text)


def _dashes(text: str) -> str:
    return text.replace("_", "-")


def _version(text: str) -> str:
    return _dashes(text).replace("X2E", ".").replace("X2B", "+")


def collisions(names: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Functions, each ``(module, function, symbol)``, that share a symbol: ``(symbol, one, other)`` by WIT name."""
    by_symbol: dict[str, list[str]] = defaultdict(list)
    for module, function, name in dict.fromkeys(names):
        by_symbol[name].append(export_name(module, function))
    return [(s, wits[0], other) for s, wits in by_symbol.items() for other in wits[1:]]
