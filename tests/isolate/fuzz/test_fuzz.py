"""The fuzzers are built, run over what they begin with, and find what was put there to be found."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.isolate.fuzz import seeds
from tests.isolate.fuzz.build import SIDES, Side, build
from tests.isolate.fuzz.campaign import fuzz, replay
from tests.isolate.fuzz.defects import DEFECTS, Defect

PROBE = "int LLVMFuzzerTestOneInput(const unsigned char *data, unsigned long size) { return data && size ? 0 : 0; }"


@pytest.fixture(scope="module")
def _clang(tmp_path_factory: pytest.TempPathFactory) -> None:
    probe = tmp_path_factory.mktemp("probe") / "probe.c"
    probe.write_text(PROBE, encoding="utf-8")
    command = ["clang", "-fsanitize=fuzzer,address", str(probe), "-o", str(probe.with_suffix(""))]
    if not shutil.which("clang") or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("needs clang with libFuzzer")


@pytest.mark.usefixtures("_clang")
@pytest.mark.parametrize("side", SIDES)
def test_a_little(side: Side, tmp_path: Path) -> None:
    fuzzer = build(tmp_path, side)
    assert seeds.write(tmp_path / "seeds", side) > 50
    done = replay(fuzzer, tmp_path / "seeds")
    assert done.returncode == 0, done.stderr
    done = fuzz(fuzzer, tmp_path / "seeds", 5)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.usefixtures("_clang")
@pytest.mark.parametrize("defect", DEFECTS, ids=lambda d: d.name)
def test_finds(defect: Defect, tmp_path: Path) -> None:
    fuzzer = build(tmp_path, defect.side, change=defect.apply)
    seeds.write(tmp_path / "seeds", defect.side)
    assert fuzz(fuzzer, tmp_path / "seeds", 120).returncode != 0
