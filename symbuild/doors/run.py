"""Run the ``symbuild`` command by this file's path, for build systems: PATH, PYTHONPATH and cwd do not matter."""

import sys
from pathlib import Path

# The script's own folder must not shadow anybody's modules; the package's parent makes `import symbuild` work.
sys.path[0] = str(Path(__file__).resolve().parent.parent.parent)

if sys.version_info < (3, 11):  # noqa: UP036  # this interpreter may be Meson's, not ours
    sys.exit("error: symbuild needs Python 3.11 or newer\n  help: put the `symbuild` command on PATH and reconfigure")

from symbuild.__main__ import main  # noqa: E402  # only now is there a path to it

sys.exit(main())
