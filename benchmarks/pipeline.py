"""The sample `text-pipeline` in one file, to the same of a program and three libraries."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from benchmarks.build import MACHINE_FILE, MESON
from benchmarks.process import ROOT, run, time_rounds
from benchmarks.row import Row, compared, skipped
from symbuild.steps.toolchain import ninja

ROUNDS = 21
SAMPLE = ROOT / "samples" / "text-pipeline"
PROFILES = ("direct", "fused")


def measure(scratch: Path, rounds: int) -> list[Row]:
    """The King James Bible's figures; those of one sentence, which is start-up; and sizes without names."""
    strip = shutil.which("strip")
    if sys.platform != "linux" or not strip:
        return [skipped("pipeline: fused, to direct", 1.0, "Linux and strip only")]
    folder = scratch / SAMPLE.name
    shutil.copytree(SAMPLE, folder)
    (folder / "machine.ini").write_text(MACHINE_FILE)
    (folder / "sentence.txt").write_text("In the beginning God created the heaven and the earth.\n")
    for profile in PROFILES:
        options = [f"-Dsym_profile={profile}", "--buildtype=release", "--native-file=machine.ini"]
        run([*MESON, "setup", profile, *options], scratch, folder)
        run([ninja().command[0], "-C", profile], scratch, folder)
    rows = []
    for what, text in (("all of a book", "direct/kjv.txt"), ("one sentence", "sentence.txt")):
        commands = {profile: [folder / profile / "bookstat", folder / text] for profile in PROFILES}
        times = time_rounds(commands, scratch, rounds)
        cpu = {profile: [seconds * 1e3 for seconds in times[profile].cpu] for profile in PROFILES}
        rows.append(compared(f"pipeline: {what}, fused, to direct, CPU", 1.0, cpu["fused"], cpu["direct"], "ms"))
    direct, fused = ([folder / profile / "bookstat"] for profile in PROFILES)
    direct += sorted((folder / "direct").glob("lib*.so"))
    run([strip, *direct, *fused], scratch)
    sizes = [sum(file.stat().st_size for file in files) for files in (fused, direct)]
    detail = f"{sizes[0]} / {sizes[1]} bytes"
    return [*rows, Row("pipeline: size, fused, to the program and its libraries", 1.0, sizes[0] / sizes[1], detail)]
