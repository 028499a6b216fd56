"""``python -m tests.isolate.fuzz``: fuzz both sides for a time, or show that seeded mistakes are found."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.isolate.fuzz import seeds
from tests.isolate.fuzz.build import SIDES, build
from tests.isolate.fuzz.campaign import fuzz
from tests.isolate.fuzz.coverage import uncovered
from tests.isolate.fuzz.defects import DEFECTS


def main() -> int:
    """Say what was found; 1 where something was, or a seeded mistake was not."""
    parser = argparse.ArgumentParser(prog="python -m tests.isolate.fuzz", description=__doc__)
    parser.add_argument("folder", type=Path, help="for what is built, and the corpus")
    parser.add_argument("--seconds", type=int, default=300, help="for each side (default: 300)")
    parser.add_argument("--defects", action="store_true", help="find the seeded mistakes instead")
    parser.add_argument("--coverage", action="store_true", help="instead, say what the corpus has not reached")
    args = parser.parse_args()
    if args.defects:
        return max(_finds(args.folder.resolve(), args.seconds))
    if args.coverage:
        return max(_covers(args.folder.resolve()))
    return max(_fuzzes(args.folder.resolve(), args.seconds))


def _fuzzes(folder: Path, seconds: int) -> list[int]:
    results = []
    for side in SIDES:
        fuzzer = build(folder / side, side)
        seeds.write(folder / side / "seeds", side)
        done = fuzz(fuzzer, folder / side / "seeds", seconds)
        print(f"{side}: {done.stderr.splitlines()[-1] if done.returncode == 0 else done.stderr}")
        results.append(int(done.returncode != 0))
    return results


def _finds(folder: Path, seconds: int) -> list[int]:
    results = []
    for i, defect in enumerate(DEFECTS):
        fuzzer = build(folder / f"defect{i}", defect.side, change=defect.apply)
        seeds.write(folder / f"defect{i}" / "seeds", defect.side)
        found = fuzz(fuzzer, folder / f"defect{i}" / "seeds", seconds).returncode != 0
        print(f"{'found' if found else 'MISSED'}: {defect.name}")
        results.append(int(not found))
    return results


def _covers(folder: Path) -> list[int]:
    results = []
    for side in SIDES:
        share, lines = uncovered(folder, side)
        print(f"{side}: {share:.1%} of the regions", *lines, sep="\n  ")
        results.append(0)
    return results


if __name__ == "__main__":
    sys.exit(main())
