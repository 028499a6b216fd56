"""Programs over the runtime, each built once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.isolate.runtime.build import Variant, build, compile_runtime


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Variant], Path]:
    """A function from a variant to its program."""
    runtimes: dict[tuple[str, tuple[str, ...]], list[Path]] = {}
    built: dict[Variant, Path] = {}

    def get(variant: Variant) -> Path:
        tools = variant.compiler, variant.flags
        if tools not in runtimes:
            runtimes[tools] = compile_runtime(tmp_path_factory.mktemp("runtime"), variant)
        if variant not in built:
            built[variant] = build(tmp_path_factory.mktemp("isolate") / "built", variant, runtimes[tools])
        return built[variant]

    return get
