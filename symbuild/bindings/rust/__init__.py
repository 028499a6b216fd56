"""Rust bindings with the API of wit-bindgen 0.60: one file for native components and for wasm."""

from __future__ import annotations

from symbuild.bindings.rust.backend import Rust
from symbuild.bindings.rust.builder import bindings, user_functions
from symbuild.bindings.rust.names import Options

__all__ = ["Options", "Rust", "bindings", "user_functions"]
