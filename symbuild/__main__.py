"""``symbuild`` and ``python -m symbuild``: find the verb, run it, turn errors into messages and exit codes."""

from __future__ import annotations

import sys

# As of a process that the signal for it has ended: 128 + SIGPIPE.
_CLOSED_PIPE = 141


def main(argv: list[str] | None = None) -> int:
    """Run one verb; return the process status (0 fine, 1 finding, 2 usage, 3 bad input, 4 tool)."""
    from symbuild.cli import run

    try:
        status = run(sys.argv[1:] if argv is None else argv)
        sys.stdout.flush()
    except BrokenPipeError:
        # Who reads has seen enough. What is left goes nowhere, or Python would complain of it at its end.
        import os

        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _CLOSED_PIPE
    return status


if __name__ == "__main__":
    sys.exit(main())
