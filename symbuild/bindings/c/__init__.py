"""C bindings with the API of wit-bindgen 0.60: a header, and a source that holds what cannot be inline."""

from __future__ import annotations

from symbuild.bindings.c.backend import C
from symbuild.bindings.c.names import Options
from symbuild.bindings.c.view import bindings, user_functions

__all__ = ["C", "Options", "bindings", "user_functions"]
