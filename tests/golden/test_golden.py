"""What is generated is what reviewers have seen."""

from __future__ import annotations

from pathlib import Path

import pytest

import golden


@pytest.mark.parametrize("case", golden.cases(), ids=lambda case: case.name)
def test_golden(case: Path) -> None:
    assert golden.generated(case) == golden.expected(case), "`python -m tests.golden --update`, then look at the diff"


def test_there_are_cases_of_every_kind_of_file() -> None:
    assert len(golden.cases()) >= 6
    for case in golden.cases():
        sources = {
            "c": {".h", ".c", ".world.json", ".map"},
            "cpp": {".h", ".cpp", ".world.json", ".map"},
            "rust": {".rs", ".world.json", ".map"},
            "python": {".py", ".pyi"},
            "isolate": {".c", ".map"},
        }
        assert {name[name.index(".") :] for name in golden.expected(case)} >= sources[golden.language(case)]
