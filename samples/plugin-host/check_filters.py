"""Runs plugin-host with good and bad arguments and input.

usage: check_filters.py PLUGIN_HOST DIRECTORY_OF_PLUGINS
"""

import subprocess
import sys
from collections.abc import Sequence


def check(arguments: Sequence[str], text: str, *, status: int, printed: str, complaint: str) -> bool:
    """Whether the program prints `printed`, and `complaint` within what it says on standard error."""
    run = subprocess.run([*sys.argv[1:], *arguments], input=text.encode(), capture_output=True)
    if (run.returncode, run.stdout.decode()) == (status, printed) and complaint in run.stderr.decode():
        return True
    print(f"{arguments} with {text!r}: exit code {run.returncode}, {run.stdout!r}, {run.stderr!r}")
    return False


def main() -> int:
    """0 if all is as it should be."""
    spaced = "two   words\n\nand one"
    upper, squeeze = "upper: makes capitals", "squeeze: leaves one"
    checks = [
        check(["upper"], spaced, status=0, printed="TWO   WORDS\n\nAND ONE\n", complaint=upper),
        check(["squeeze"], spaced, status=0, printed="two words\n\nand one\n", complaint="host: 2 squeezed out"),
        check(["squeeze", "upper"], spaced, status=0, printed="TWO WORDS\n\nAND ONE\n", complaint=squeeze),
        check(["upper", "squeeze", "squeeze=O"], "fool\n", status=0, printed="FOL\n", complaint="1 squeezed out"),
        check(["squeeze", "squeeze="], "x\n", status=1, printed="", complaint="`squeeze` names no character"),
        check(["upper"], "plain\ngrün\n", status=1, printed="PLAIN\n", complaint="byte 2 of the line is not ASCII"),
        check(["upper", "lower"], "x\n", status=1, printed="", complaint="no plugin `lower`: "),
    ]
    return 0 if all(checks) else 1


if __name__ == "__main__":
    sys.exit(main())
