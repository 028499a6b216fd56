"""WIT names in the cases of target languages, split as the ``heck`` crate splits kebab names."""

from __future__ import annotations

import re

_WORD = re.compile(r"[0-9A-Za-z]+")


def words(name: str) -> list[str]:
    """``[method]y.get-a`` is method, y, get, a. Digits never start a word of their own (``flag32``)."""
    return [word.lower() for word in _WORD.findall(name)]


def snake(name: str) -> str:
    """``get-a`` -> ``get_a``."""
    return "_".join(words(name))


def shouty(name: str) -> str:
    """``get-a`` -> ``GET_A``."""
    return snake(name).upper()


def pascal(name: str) -> str:
    """``get-a`` -> ``GetA``."""
    return "".join(word.capitalize() for word in words(name))
