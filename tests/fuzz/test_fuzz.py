"""Hostile peers find nothing in generated glue, and find what is put there for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from .build import SUBJECTS, build
from .campaign import fuzz, missing, reached
from .defects import DEFECTS, Defect

SEEDED = [(language, defect) for language, defects in DEFECTS.items() for defect in defects]


def require(language: str) -> None:
    """Skip where something is missing."""
    if why := missing(language):
        pytest.skip(why)


@pytest.mark.parametrize(("name", "runs"), [("c", 10_000), ("rust", 2_000)])
def test_smoke(name: str, runs: int, tmp_path: Path) -> None:
    require(SUBJECTS[name].language)
    outcome = fuzz(build(SUBJECTS[name], tmp_path), runs, seed=1)
    assert outcome.defect is None, outcome.defect
    assert outcome.executions >= runs


def test_a_seeded_defect_is_found(tmp_path: Path) -> None:
    check_seeded("c", DEFECTS["c"][0], tmp_path)


def check_seeded(language: str, defect: Defect, folder: Path) -> None:
    """A mistake in what was generated is found in a bounded run."""
    require(language)
    outcome = fuzz(build(SUBJECTS[language], folder, defect=defect), 200_000, seed=1)
    assert outcome.defect, f"{defect.name}: not found in {outcome.executions} runs"


@pytest.mark.slow
@pytest.mark.parametrize(("language", "defect"), SEEDED, ids=lambda of: of.name if isinstance(of, Defect) else of)
def test_every_seeded_defect_is_found(language: str, defect: Defect, tmp_path: Path) -> None:
    check_seeded(language, defect, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", SUBJECTS)
def test_at_length(name: str, tmp_path: Path) -> None:
    """And what is run reaches the glue."""
    require(SUBJECTS[name].language)
    corpus = tmp_path / "corpus"
    outcome = fuzz(build(SUBJECTS[name], tmp_path / "fuzz"), 400_000, seed=2, corpus=corpus)
    assert outcome.defect is None, outcome.defect
    covered = reached(SUBJECTS[name], tmp_path / "coverage", corpus)
    print(f"{name}: {outcome.executions} runs, {covered}")
    assert covered.share >= 0.9
