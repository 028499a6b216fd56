"""Link a fused library to a shared object or a program, by a compiler's driver."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from symbuild.errors import ToolError
from symbuild.steps import export_map
from symbuild.steps.fuse_native import library
from symbuild.steps.fuse_parts import Fused
from symbuild.steps.toolchain import c_compiler, cpp_compiler

Kind = Literal["library", "program"]


def link(fused: Fused, out: Path, kind: Kind, *, linker: Sequence[str] = (), args: Sequence[str] = ()) -> None:
    """Write ``out``. ``linker`` is a compiler's command, by default the machine's for the languages that were used;
    ``args`` are given to it last. Raises ToolError where it fails, Findings for what cannot be fused."""
    command = tuple(linker) or _driver(fused)
    with tempfile.TemporaryDirectory() as folder:
        archive, exports = Path(folder, "fused.a"), Path(folder, "fused.map")
        archive.write_bytes(library(fused))
        exports.write_text(export_map.gnu(sorted(fused.exports), fused.manifest.component), encoding="utf-8")
        out.parent.mkdir(parents=True, exist_ok=True)
        _run([*command, *_options(out, kind, archive, exports), *args, "-o", str(out)])


def _options(out: Path, kind: Kind, archive: Path, exports: Path) -> Iterator[str]:
    # -fno-lto: objects that hold intermediate code beside machine code are linked by the latter.
    yield from ("-fno-lto", "-shared", f"-Wl,-soname,{out.name}") if kind == "library" else ("-fno-lto", "-rdynamic")
    yield from (f"-Wl,--version-script,{exports}", "-Wl,--gc-sections")
    yield from ("-Wl,--whole-archive", str(archive), "-Wl,--no-whole-archive")


def _driver(fused: Fused) -> tuple[str, ...]:
    wanted = {name for part in fused.fusion.parts for name in part.wanted}
    is_cpp = any(name.startswith(("_ZS", "_ZN", "__cxa_", "__gxx_")) for name in wanted)
    return (cpp_compiler() if is_cpp else c_compiler()).command


def _run(command: Sequence[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", env=os.environ, check=False)
    except OSError as error:
        raise ToolError(f"cannot run `{command[0]}`: {error.strerror}", help="name a compiler by `--linker`") from error
    if done.returncode != 0:
        raise ToolError(
            f"linking failed: {done.stderr.strip() or f'it ended with {done.returncode}'}",
            where=shlex.join(command),
            help="give what the components are linked with, behind `--`",
        )
