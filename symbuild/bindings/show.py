"""A language's view as text: what its templates are given, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any


def view_text(view: Any) -> str:
    """A tree of dataclasses as indented lines; what is empty is left out."""
    return "\n".join(_lines(view, 0)) + "\n"


def _lines(view: Any, depth: int) -> Iterator[str]:
    indent = "  " * depth
    for f in fields(view):
        value = getattr(view, f.name)
        if value is None or value in ("", ()):
            continue
        if is_dataclass(value):
            yield f"{indent}{f.name}:"
            yield from _lines(value, depth + 1)
        elif isinstance(value, tuple):
            yield f"{indent}{f.name}:"
            for item in value:
                yield from _item(item, depth + 1)
        else:
            yield f"{indent}{f.name}: {value}"


def _item(item: Any, depth: int) -> Iterator[str]:
    if not is_dataclass(item):
        yield f"{'  ' * depth}{item}"
        return
    yield f"{'  ' * depth}- {type(item).__name__}"
    yield from _lines(item, depth + 2)
