"""A number that depends on the width of a pointer, carried for both widths at once."""

from __future__ import annotations

from collections.abc import Callable

from symbuild.frozen import frozen

WIDTHS = (4, 8)


@frozen
class Width:
    """A size, alignment or offset in bytes with 4-byte and with 8-byte pointers."""

    w32: int
    w64: int

    def __add__(self, other: Width) -> Width:
        return Width(self.w32 + other.w32, self.w64 + other.w64)

    def at(self, pointer: int) -> int:
        """The value where a pointer has ``pointer`` (4 or 8) bytes."""
        return self.w32 if pointer == 4 else self.w64


ZERO = Width(0, 0)
POINTER = Width(4, 8)


def both(compute: Callable[[int], int]) -> Width:
    """Evaluate ``compute(pointer)`` for both widths."""
    return Width(compute(4), compute(8))
