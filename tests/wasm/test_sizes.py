"""Components are hardly bigger than those of wit-bindgen's bindings, built of the same sources by the same compiler.

Slow, and only where wit-bindgen is installed: ``python -m pytest -m slow tests/wasm``. ``python -m benchmarks size``
measures all that there is.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.size import GOAL, RUNTIME, sizes_of, wit_bindgen
from tests.conformance.discover import Broken, find_tests

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(wit_bindgen() is None, reason="needs wit-bindgen: cargo install wit-bindgen-cli"),
]

# Sources that both generators' bindings suit.
SOURCES = (
    *((name, "test.c") for name in ("lists", "nested", "options", "records", "results", "strings", "variants")),
    ("strings", "test-utf16.c"),
    *((name, "test.cpp") for name in ("lists", "records", "strings")),
)


@pytest.mark.parametrize(("name", "file"), SOURCES)
def test_size(name: str, file: str, tmp_path: Path) -> None:
    (test,) = find_tests(RUNTIME / name, ("c", "cpp"))
    assert not isinstance(test, Broken)
    (source,) = (source for source in test.sources if source.path.name == file)
    ours, theirs = sizes_of(source, tmp_path)
    assert ours <= GOAL * theirs, f"{ours} bytes, {theirs} with wit-bindgen's bindings"
