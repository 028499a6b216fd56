"""What the package's classes are made with, under the names that an extension has for it."""

from __future__ import annotations

from . import _glue  # type: ignore[attr-defined]  # generated
from ._values import Trap
from ._wasm import Resource

__all__ = ["Resource", "Trap"]

_bind = _glue._bind
# Where Python objects provide what the component imports.
_provide = getattr(_glue, "_provide", None)
# Glue has names of its own, which could be those of functions.
globals().update(_glue._functions)
