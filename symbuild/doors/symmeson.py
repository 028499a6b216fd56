"""Meson with the symbuild module in reach: ``python symmeson.py setup build``.

Runs under the interpreter of whatever Meson it serves, so it imports nothing of symbuild. Meson takes ``python
symmeson.py`` for its own command and writes it into build.ninja, so that ninja's regeneration passes through it too.
"""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_NAME = "mesonbuild.modules.symbuild"


def _module_file() -> Path:
    checkout = _HERE.parent.parent / "meson_module" / "symbuild" / "__init__.py"
    return checkout if checkout.is_file() else _HERE.parent / "_meson" / "__init__.py"


class _Finder:
    """Answers for the module alone; a finder leaves Meson's packages untouched."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        return spec_from_file_location(name, _module_file()) if name == _NAME else None


def main() -> int:
    """Run Meson's own main with the finder in front: this symbuild wins over one that Meson may have."""
    sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != _HERE]
    sys.meta_path.insert(0, _Finder)
    sys.argv[0] = str(_HERE / "symmeson.py")
    from mesonbuild import mesonmain  # type: ignore[import-untyped]

    status: int = mesonmain.main()
    return status


if __name__ == "__main__":
    sys.exit(main())
