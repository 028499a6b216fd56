"""The tool by its file, for ``toolpath``: where SCons is not installed beside symbuild (``symbuild scons-dir``).

SCons loads this file as the module ``symbuild``, in the place of the package, with this folder in front on the path.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

_HERE = Path(__file__).resolve().parent

sys.modules.pop("symbuild", None)  # this file; the package takes the place again
_saved = sys.path
sys.path = [str(_HERE.parents[2]), *(entry for entry in sys.path if Path(entry or ".").resolve() != _HERE)]
try:
    _tool = import_module("symbuild.doors.SCons")
finally:
    sys.path = _saved

generate, exists = _tool.generate, _tool.exists
