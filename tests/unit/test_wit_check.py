"""What is refused is refused at once, by interface and function; and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest
from corpus import REFUSED, CorpusWorld, worlds

from symbuild.errors import Findings
from symbuild.wit import load_world
from symbuild.wit.check import require_supported

FINDINGS = {
    "async": [
        ("an async function", "import corpus:async/waiting: function sleep"),
        ("an async function", "import corpus:async/waiting: function read"),
        ("an async function", "export corpus:async/waiting: function sleep"),
        ("an async function", "export corpus:async/waiting: function read"),
        ("an async function", "import tick"),
        ("an async function", "export run"),
    ],
    "channels": [
        (f"a value of type {kind}", f"{side} corpus:channels/flows: {place}")
        for side in ("import", "export")
        for kind, place in (
            ("stream", "type parts"),
            ("future", "type parts"),
            ("stream", "function bytes"),
            ("stream", "function nothing"),
            ("future", "function nothing"),
            ("future", "function later"),
            ("stream", "function record-of"),
            ("future", "function record-of"),
            ("error-context", "function why"),
            ("stream", "function mapped"),
            ("future", "function mapped"),
        )
    ],
}


@pytest.mark.parametrize("world", list(worlds(REFUSED)), ids=str)
def test_everything_that_is_refused(world: CorpusWorld) -> None:
    with pytest.raises(Findings) as caught:
        require_supported(load_world(world.wit, world.name).world, "demo.wit")
    found = [(f.what.removesuffix(" cannot be built yet"), f.where) for f in caught.value.findings]
    assert found == [(what, f"demo.wit: {place}") for what, place in FINDINGS[world.wit.stem]]


@pytest.mark.parametrize("world", list(worlds()), ids=str)
def test_nothing_else_is_refused(world: CorpusWorld) -> None:
    require_supported(load_world(world.wit, world.name, all_features=True).world, "demo.wit")


def test_what_is_not_reachable_is_not_refused(tmp_path: Path) -> None:
    wit = tmp_path / "w.wit"
    wit.write_text(
        "package a:b; interface used { f: func(); }\n"
        "interface unused { e: func(e: error-context); g: async func(s: stream<u8>); }\n"
        "world w { import used; } world other { import unused; }"
    )
    require_supported(load_world(wit, "w").world, "w.wit")
