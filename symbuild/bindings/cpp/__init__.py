"""C++ bindings with the API of wit-bindgen 0.60: a header, and a source that holds what cannot be inline."""

from __future__ import annotations

from symbuild.bindings.cpp.backend import Cpp
from symbuild.bindings.cpp.names import Options

__all__ = ["Cpp", "Options"]
