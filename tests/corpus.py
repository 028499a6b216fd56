"""The WIT of tests/wit: packages of our own, a file or a directory for each feature."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from symbuild.cli import run

WIT = Path(__file__).parent / "wit"
REFUSED = WIT / "refused"

_WORLD = re.compile(r"^world %?([A-Za-z0-9-]+) \{", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class CorpusWorld:
    """A world of a package in tests/wit."""

    wit: Path
    name: str

    def __str__(self) -> str:
        return f"{self.wit.stem}:{self.name}"

    def bindgen(self, out: Path, *options: str) -> dict[str, bytes]:
        """The files that ``symbuild bindgen c`` writes, by name; every feature is on."""
        argv = ["bindgen", "c", str(self.wit), "--world", self.name, "--all-features", "--out-dir", str(out), *options]
        assert run(argv) == 0
        return {path.name: path.read_bytes() for path in sorted(out.iterdir())}


def packages(folder: Path = WIT) -> Iterator[Path]:
    """The packages of a folder: ``.wit`` files, and directories that hold some."""
    for path in sorted(folder.iterdir()):
        if path.suffix == ".wit" or (path != REFUSED and any(path.glob("*.wit"))):
            yield path


def worlds(folder: Path = WIT) -> Iterator[CorpusWorld]:
    """The worlds of all packages of a folder."""
    for wit in packages(folder):
        for file in sorted(wit.glob("*.wit")) if wit.is_dir() else [wit]:
            yield from (CorpusWorld(wit, name) for name in _WORLD.findall(file.read_text(encoding="utf-8")))
