"""Every world that Python can call gives C without a warning; others are refused in words."""

from __future__ import annotations

import subprocess
import sysconfig
from pathlib import Path

import pytest
from corpus import CorpusWorld, worlds

from python import STRICT
from symbuild.cli import run

# Their exports take resources that other components make.
REFUSED = {"handles:reader", "handles:visitor", "resources:resources"}


@pytest.mark.parametrize("world", list(worlds()), ids=str)
def test_extensions_compile(world: CorpusWorld, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["bindgen", "python", str(world.wit), "-w", world.name, "--all-features", "--out-dir", str(tmp_path)]
    if str(world) in REFUSED:
        assert run(argv) == 3
        assert "is another component's" in capsys.readouterr().err
        return
    assert run(argv) == 0
    for name in ("__init__.py", "__init__.pyi"):
        compile((tmp_path / name).read_text(encoding="utf-8"), name, "exec")
    include = f"-isystem{sysconfig.get_path('include')}"
    subprocess.run(["gcc", *STRICT, "-fsyntax-only", include, str(tmp_path / "_native.c")], check=True)
