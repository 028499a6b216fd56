"""Runs the cache with a session of commands and compares what it prints.

usage: check_session.py CACHE SESSION EXPECTED
"""

import difflib
import subprocess
import sys
from pathlib import Path


def main() -> int:
    """0 if every line is as expected."""
    program, session, expected = sys.argv[1:]
    commands = Path(session).read_text(encoding="utf-8")
    run = subprocess.run([program], input=commands, capture_output=True, encoding="utf-8")
    want = Path(expected).read_text(encoding="utf-8")
    difference = difflib.unified_diff(want.splitlines(), run.stdout.splitlines(), "expected", "printed", lineterm="")
    print(*difference, run.stderr, sep="\n")
    return 0 if (run.returncode, run.stdout) == (0, want) else 1


if __name__ == "__main__":
    sys.exit(main())
