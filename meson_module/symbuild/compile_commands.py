"""``compile_commands.json`` with what is compiled for wasm: Meson writes it of its own compilers alone.

Run as a script, by Meson after it has written the build directory, this adds the entries in a file.
"""

from __future__ import annotations

import json
import os
import sys
import typing as T
from pathlib import Path

if T.TYPE_CHECKING:
    from .dsl import Dsl

Entry = dict[str, T.Any]
_ENTRIES = "symbuild-compile-commands.json"


class Entries(list[Entry]):
    """What is to be added."""

    def write(self, build_dir: str) -> None:
        """Write the file for the script."""
        Path(build_dir, "meson-private", _ENTRIES).write_text(json.dumps(self), encoding="utf-8")


def compile_commands(m: Dsl) -> Entries:
    """The entries of a build, and the script that adds them; called once."""
    m.method("meson", "add_postconf_script", sys.executable, str(Path(__file__).resolve()))
    return Entries()


def main(build_dir: Path) -> None:
    """Put the entries behind those that are there."""
    file, entries = build_dir / "compile_commands.json", build_dir / "meson-private" / _ENTRIES
    there = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else []
    added = json.loads(entries.read_text(encoding="utf-8"))
    file.write_text(json.dumps([*there, *added], indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(os.environ["MESON_BUILD_ROOT"]))
