"""Runs reader with texts that its decoder survives, and with some that it does not.

usage: check_reader.py READER
"""

import subprocess
import sys

CODES = ["3a2b", "4c", "0x", "1y", "?", "2z", "7", "3a"]
PRINTED = """\
3a2b: aaabb (text 1 of its decoder)
4c: cccc (text 2 of its decoder)
0x: the decoder failed
1y: y (text 1 of its decoder)
?: the decoder failed
2z: zz (text 1 of its decoder)
7: a length without a letter
3a: aaa (text 2 of its decoder)
"""


def main() -> int:
    """0 if all is as it should be."""
    run = subprocess.run([*sys.argv[1:], *CODES], capture_output=True, text=True)
    if (run.returncode, run.stdout) == (1, PRINTED):
        return 0
    print(f"exit code {run.returncode}, {run.stdout!r}, {run.stderr!r}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
