"""What this machine has, for tests that need more than every machine does."""

from __future__ import annotations

from functools import cache

import pytest

from symbuild.errors import ToolError
from symbuild.steps.wasm_rust import wasm_rust


@cache
def lacks_rust_for_wasm() -> str:
    """Why Rust cannot be built for wasm here, with what to install; empty where it can."""
    try:
        wasm_rust()
    except ToolError as error:
        return str(error).replace("\n  ", "; ")
    return ""


needs_rust_for_wasm = pytest.mark.skipif(bool(lacks_rust_for_wasm()), reason=lacks_rust_for_wasm() or "is there")
