"""How much of the decoders a corpus reaches: of the runtime's taking, and of the generated functions that take."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.isolate.fuzz.build import Side, build
from tests.isolate.fuzz.campaign import ENVIRONMENT

# Of the generated files the functions that take; of the runtime what they call.
DECODERS = (
    "take",
    "_take_",
    "_serve_",
    "sb_take",
    "take_own",
    "take_standin",
    "sb_call_go",
    "answer",
    "sb_lane_expects",
)


def uncovered(folder: Path, side: Side) -> tuple[float, list[str]]:
    """The share of branches and regions that the corpus in ``folder`` reaches, and the lines that it does not."""
    options = ["-fprofile-instr-generate", "-fcoverage-mapping"]
    program = build(folder / f"{side}-coverage", side, options=options)
    inputs = [folder / side / part for part in ("corpus", "seeds")]
    raw, merged = program.parent / "raw", program.parent / "merged"
    environment = {**ENVIRONMENT, "LLVM_PROFILE_FILE": str(raw)}
    subprocess.run([program, *inputs, "-runs=0", "-close_fd_mask=1"], env=environment, check=True, capture_output=True)
    subprocess.run(["llvm-profdata", "merge", "-sparse", raw, "-o", merged], check=True)
    command = ["llvm-cov", "export", str(program), f"-instr-profile={merged}"]
    report = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    regions = {}
    for function in report["data"][0]["functions"]:
        name = function["name"].rpartition(":")[2]
        if name.startswith(DECODERS):
            regions |= _regions(function)
    missed = sorted(place for place, count in regions.items() if count == 0)
    return 1 - len(missed) / len(regions), [f"{Path(file).name}:{line}" for file, line, _ in missed]


def _regions(function: dict) -> dict[tuple[str, int, int], int]:
    """How often each piece of a function's code was run."""
    code = 0
    return {
        (function["filenames"][region[5]], region[0], region[1]): region[4]
        for region in function["regions"]
        if region[7] == code
    }
