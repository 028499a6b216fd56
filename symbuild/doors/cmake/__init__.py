"""Where ``find_package(symbuild)`` of a build by scikit-build-core looks, through the entry point ``cmake.root``.

scikit-build-core imports what an entry point names, and one that cannot be imported breaks every project: so this is a
package of ours wherever we are installed, and the CMake files beside this one include those of :func:`package_dir`.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent.parent


def package_dir() -> Path:
    """The CMake package: inside ours when installed, beside it in a checkout. Raises FileNotFoundError."""
    for folder in (_PACKAGE.parent / "cmake", _PACKAGE / "_cmake"):
        if (folder / "symbuildConfig.cmake").is_file():
            return folder
    raise FileNotFoundError("symbuild is installed without its CMake package")
