"""``python -m tests.fuzz``: see README.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from .build import SUBJECTS, build
from .campaign import fuzz, missing, reached
from .defects import DEFECTS


def main(argv: list[str]) -> int:
    """Exit code: 0 nothing found, 1 a defect found (or a seeded one not found), 2 usage."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("subject", choices=SUBJECTS, help="language and style of the component under test")
    parser.add_argument("--runs", type=int, default=100_000, help="how many inputs (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", type=Path, help="folder of inputs to start from, and to add to")
    parser.add_argument("--build-dir", type=Path, help="keep what is built")
    parser.add_argument("--coverage", action="store_true", help="tell what of the generated code the corpus reaches")
    parser.add_argument("--seeded", action="store_true", help="look for each mistake of defects.py instead")
    args = parser.parse_args(argv)
    if why := missing(SUBJECTS[args.subject].language):
        print(why, file=sys.stderr)
        return 2
    if args.coverage and not args.corpus:
        parser.error("--coverage needs --corpus")
    with tempfile.TemporaryDirectory() as temporary:
        return _run(args, args.build_dir or Path(temporary))


def _run(args: argparse.Namespace, folder: Path) -> int:
    subject = SUBJECTS[args.subject]
    if args.seeded:
        return _seeded(args, folder)
    if args.coverage:
        print(f"{args.subject}: {reached(subject, folder, args.corpus)}")
        return 0
    outcome = fuzz(build(subject, folder), args.runs, seed=args.seed, corpus=args.corpus)
    print(f"{args.subject}: {outcome.executions} runs, {outcome.defect or 'no defect'}")
    return 1 if outcome.defect else 0


def _seeded(args: argparse.Namespace, folder: Path) -> int:
    missed = 0
    for number, defect in enumerate(DEFECTS[SUBJECTS[args.subject].language]):
        program = build(SUBJECTS[args.subject], folder / str(number), defect=defect)
        outcome = fuzz(program, args.runs, seed=args.seed)
        missed += outcome.defect is None
        print(f"{defect.name}: {'found' if outcome.defect else 'NOT found'} after {outcome.executions} runs")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
