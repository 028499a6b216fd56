"""Python bindings of a component: a C extension on the limited API, and the typed package around it."""

from __future__ import annotations

from symbuild.bindings.python.backend import Options, Python

__all__ = ["Options", "Python"]
