"""``python -m tests.golden --update``."""

from __future__ import annotations

import argparse
import sys

from tests.golden import cases, expected, generated, update


def main() -> int:
    """Say which cases differ; with ``--update`` make them agree."""
    parser = argparse.ArgumentParser(prog="python -m tests.golden", description=__doc__)
    parser.add_argument("--update", action="store_true", help="write the files anew")
    args = parser.parse_args()
    different = [case for case in cases() if expected(case) != generated(case)]
    for case in different:
        print(f"{case.name}: {'written' if args.update else 'differs'}")
        if args.update:
            update(case)
    return int(bool(different) and not args.update)


if __name__ == "__main__":
    sys.exit(main())
