"""Where the Meson module lies, and how the shim ``mesonbuild/modules/symbuild.py`` gets at it."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

_PACKAGE = Path(__file__).resolve().parent.parent


def module_file() -> Path:
    """The Meson module: inside the package when installed, beside it in a checkout (also an editable install)."""
    checkout = _PACKAGE.parent / "meson_module" / "symbuild" / "__init__.py"
    for file in (checkout, _PACKAGE / "_meson" / "__init__.py"):
        if file.is_file():
            return file
    raise ImportError("symbuild is installed without its Meson module; reinstall it")


def load() -> ModuleType:
    """Execute the Meson module. Meson calls its ``initialize``."""
    spec = spec_from_file_location("symbuild_meson_module", module_file())
    assert spec and spec.loader, "a .py file has a loader"
    module = sys.modules[spec.name] = module_from_spec(spec)  # by that name its own files find each other
    spec.loader.exec_module(module)
    return module
