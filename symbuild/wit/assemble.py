"""A package that is not one directory on disk: a text, or several paths that build on each other."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from symbuild.errors import InputError
from symbuild.wit import Loaded, load_world, source


def load_assembled(
    inline: str | None, paths: Sequence[Path], world: str | None, *, features: Sequence[str] = ()
) -> Loaded:
    """A world of the package in the text ``inline``, else of the last path; the other paths are what it builds on.

    Raises InputError as :func:`symbuild.wit.load_world` does.
    """
    for path in paths:
        if not path.exists():
            raise InputError(f"no WIT at `{path}`", help="name a .wit file or the directory of a package")
    if inline is None and len(paths) == 1:
        return load_world(paths[0], world, features=features)
    with tempfile.TemporaryDirectory(prefix="symbuild-") as temporary:
        folder = Path(temporary, "wit")
        assemble(inline, paths, folder)
        loaded = load_world(folder, world, features=features)
    return Loaded(loaded.world, tuple(dict.fromkeys(file for path in paths for file in source.inputs_of(path))))


def assemble(inline: str | None, paths: Sequence[Path], folder: Path) -> None:
    """Write the main package, of the text ``inline`` or else at the last path, into ``folder``, all others into its
    ``deps``. ``folder`` must not exist.
    """
    if inline is None:
        *paths, main = paths
        _copy(main, folder if main.is_dir() else folder / main.name)
    else:
        folder.mkdir()
        (folder / "inline.wit").write_text(inline, encoding="utf-8")
    for i, path in enumerate(paths):
        _copy(path, folder / "deps" / (f"{i}" if path.is_dir() else f"{i}-{path.name}"))
        nested = folder / "deps" / f"{i}" / "deps"
        if nested.is_dir():
            shutil.copytree(nested, folder / "deps", dirs_exist_ok=True)
            shutil.rmtree(nested)


def _copy(path: Path, to: Path) -> None:
    if path.is_dir():
        shutil.copytree(path, to)
    else:
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, to)
