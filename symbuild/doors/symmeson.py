"""Meson with the symbuild module in reach: ``python symmeson.py setup build``.

Runs under the interpreter of whatever Meson it serves, so it imports nothing of symbuild. Meson takes ``python
symmeson.py`` for its own command and writes it into build.ninja, so that ninja's regeneration passes through it too.
"""

import os
import sys
from importlib.util import spec_from_file_location

_HERE = os.path.dirname(os.path.abspath(__file__))
_NAME = "mesonbuild.modules.symbuild"


def _module_file():
    package = os.path.dirname(_HERE)
    checkout = os.path.join(os.path.dirname(package), "meson_module", "symbuild.py")
    return checkout if os.path.isfile(checkout) else os.path.join(package, "_meson", "module.py")


class _Finder:
    """Answers for the module alone; a finder leaves Meson's packages untouched."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        return spec_from_file_location(name, _module_file()) if name == _NAME else None


def main():
    """Run Meson's own main with the finder in front: this symbuild wins over one Meson may have."""
    sys.path[:] = [p for p in sys.path if p != _HERE]
    sys.meta_path.insert(0, _Finder)
    sys.argv[0] = os.path.abspath(__file__)
    from mesonbuild import mesonmain

    return mesonmain.main()


if __name__ == "__main__":
    sys.exit(main())
