"""What ``wit_bindgen::generate!`` in a Rust source includes: the bindings of each call, as bytes by file name.

The runtime's macro includes ``<source>.<line>.rs``, the source as the compiler was given it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from symbuild.bindings.rust import bindings
from symbuild.bindings.rust.macros import Call, calls
from symbuild.errors import InputError, error_context
from symbuild.steps.generate import Generated
from symbuild.wit import Loaded, load_world
from symbuild.wit.check import require_supported


def expand(source: Path, crate: Path) -> Generated:
    """The bindings of every call in ``source``; paths in calls are relative to the directory ``crate``.

    Raises InputError for a source that cannot be read, and for what its calls or their WIT have wrong.
    """
    try:
        text = source.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot read `{source}`: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError("this is no UTF-8", where=str(source)) from error
    files: dict[str, bytes] = {}
    inputs: dict[Path, None] = {source: None}
    for call in calls(text, str(source)):
        with error_context(f"{source}:{call.line}"):
            loaded = _load(call, crate)
            require_supported(loaded.world, f"{source}:{call.line}")
            (content,) = bindings(loaded.world, call.options).values()
        files[f"{source}.{call.line}.rs"] = content
        inputs |= dict.fromkeys(path for path in loaded.inputs if not path.is_relative_to(tempfile.gettempdir()))
    return Generated(files, tuple(inputs))


def _load(call: Call, crate: Path) -> Loaded:
    paths = [crate / path for path in call.paths or (() if call.inline is not None else ("wit",))]
    if call.inline is None and len(paths) == 1:
        return load_world(paths[0], call.world, features=call.features)
    with _package(call.inline, paths) as folder:
        return load_world(folder, call.world, features=call.features)


@contextmanager
def _package(inline: str | None, paths: list[Path]) -> Iterator[Path]:
    """A package in one directory: the text, or the last of the paths, with the others beside it in ``deps``."""
    with tempfile.TemporaryDirectory(prefix="symbuild-") as temporary:
        folder = Path(temporary, "wit")
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
        yield folder


def _copy(path: Path, to: Path) -> None:
    if not path.exists():
        raise InputError(f"no WIT at `{path}`", help="paths are relative to the crate's directory (`--crate`)")
    if path.is_dir():
        shutil.copytree(path, to)
    else:
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, to)
