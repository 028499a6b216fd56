"""``symbuild`` and ``python -m symbuild``: find the verb, run it, turn errors into messages and exit codes."""

from __future__ import annotations

import sys


def main(argv: list[str] | None = None) -> int:
    """Run one verb; return the process status (0 fine, 1 finding, 2 usage, 3 bad input, 4 tool)."""
    from symbuild.cli import run

    return run(sys.argv[1:] if argv is None else argv)


if __name__ == "__main__":
    sys.exit(main())
