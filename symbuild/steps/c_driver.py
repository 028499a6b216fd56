"""Compiles and links generated C by the command of a C compiler, in a folder of its own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from symbuild.errors import ToolError

_SHOWN = 20  # lines of a compiler's message


@dataclass(frozen=True, slots=True)
class Driver:
    """The compiler's ``command``; ``flags`` go to every compile and link."""

    command: tuple[str, ...]
    flags: tuple[str, ...]
    folder: Path

    def write(self, name: str, content: bytes) -> Path:
        """A file beside the objects."""
        path = self.folder / name
        path.write_bytes(content)
        return path

    def compile(self, source: Path) -> Path:
        """The object of a source. Raises ToolError."""
        made = self.folder / f"{source.name}.o"
        self._run(f"compiling {source.name}", "-c", str(source), "-o", str(made))
        return made

    def compile_all(self, sources: Sequence[Path]) -> list[Path]:
        """The objects of sources, compiled at the same time."""
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(self.compile, sources))

    def link(self, made: Path, objects: Sequence[Path], *arguments: str | Path) -> Path:
        """A library or program. Raises ToolError."""
        self._run(f"linking {made.name}", *map(str, objects), *map(str, arguments), "-o", str(made))
        return made

    def _run(self, what: str, *arguments: str) -> None:
        command = [*self.command, *self.flags, *arguments]
        try:
            done = subprocess.run(
                command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False
            )
        except OSError as error:
            help = "name a C compiler with --cc, or install gcc or clang"
            raise ToolError(f"cannot run `{self.command[0]}`: {error.strerror}", help=help) from error
        if done.returncode:
            said = "\n".join(done.stdout.splitlines()[:_SHOWN])
            raise ToolError(f"{what} failed: `{' '.join(self.command)}` says\n{said}")
