"""Rust's crates: the runtime that generated code calls, and a test's source with its bindings."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Literal

import symbuild

from .discover import Source
from .process import run

_RUNTIME = Path(symbuild.__file__).parent / "runtime" / "rust" / "src" / "lib.rs"
Kind = Literal["rlib", "staticlib", "cdylib"]
_SUFFIXES: dict[Kind, str] = {"rlib": ".rlib", "staticlib": ".a", "cdylib": ".wasm"}


class Crates:
    """Compiles crates. ``compiler`` gives the command that does, with the flags of every crate."""

    def __init__(self, compiler: Callable[[], tuple[str, ...]]) -> None:
        self._compiler = compiler
        self._building = Lock()
        self._runtimes: dict[Path, Path] = {}

    def build(
        self,
        source: Source,
        folder: Path,
        bindings: Path,
        kind: Kind,
        flags: tuple[str, ...],
        *,
        link: tuple[str, ...] = (),
        edit: Callable[[str], str] = str,
    ) -> Path:
        """Compile ``source``, and the crates beside it that it names, in ``folder``. Raises Failure.

        ``link`` are flags of the link; ``edit`` changes what calls of `generate!` include.
        """
        environment = {"BINDINGS": str(bindings), "SYMBUILD_BINDINGS": str(folder / "expanded")}
        runtime = self._runtime(shared(source, folder), flags)
        command = [*self._compiler(), "-Dwarnings", *flags, f"--extern=wit_bindgen={runtime}"]
        command += [f"-L{runtime.parent}", f"-L{folder}"]
        for name in source.header.externs:
            path = source.path.parent / name
            _expand(path, folder / "expanded", edit)
            crate = [f"--crate-name={path.stem}", "--crate-type=rlib", str(path), f"--out-dir={folder}"]
            run([*command, *crate], cwd=folder, what=f"compiling {name}", environment=environment)
        _expand(source.path, folder / "expanded", edit)
        name = f"{source.component.replace('-', '_')}_source"
        made = folder / f"lib{name}{_SUFFIXES[kind]}"
        command += [f"--extern={Path(name).stem}" for name in source.header.externs]
        command += [*source.header.rustflags, *link, f"--crate-type={kind}", f"--crate-name={name}"]
        command += [str(source.path), "-o", str(made)]
        run(command, cwd=folder, what=f"compiling {source.path.name}", environment=environment)
        return made

    def _runtime(self, folder: Path, flags: tuple[str, ...]) -> Path:
        """The crate that generated code calls, built once below ``folder``."""
        with self._building:
            if folder not in self._runtimes:
                made = folder / "libwit_bindgen.rlib"
                crate = ["--crate-type=rlib", "--crate-name=wit_bindgen", '--cfg=feature="std"']
                command = [*self._compiler(), "-O", *flags, *crate, str(_RUNTIME), "-o", str(made)]
                run(command, cwd=folder, what="compiling the Rust runtime")
                self._runtimes[folder] = made
            return self._runtimes[folder]


def shared(source: Source, folder: Path) -> Path:
    """Of the folder that a source is built in: the one of the whole run, where the runtime lies."""
    return folder.parents[len(Path(source.test).parts)]


def _expand(source: Path, folder: Path, edit: Callable[[str], str]) -> None:
    """Write what calls of `generate!` in a source include."""
    command = [sys.executable, "-m", "symbuild", "expand", str(source), "--out-dir", str(folder)]
    command += ["--crate", str(source.parent)]
    run(command, cwd=Path.cwd(), what=f"expanding {source.name}")
    for file in folder.glob(f"**/{source.name}.*.rs"):
        file.write_text(edit(file.read_text(encoding="utf-8")), encoding="utf-8")
