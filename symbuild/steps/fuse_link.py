"""Link what was fused, by a compiler's driver: to a shared object or a program, or to a wasm component."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from symbuild.bindings.files import write_files
from symbuild.errors import ToolError
from symbuild.steps import export_map
from symbuild.steps.componentize import componentize
from symbuild.steps.export_map import node_name
from symbuild.steps.fuse_native import library
from symbuild.steps.fuse_parts import Fused
from symbuild.steps.fuse_wasm import Module, fuse_module
from symbuild.steps.generate import RUNTIME
from symbuild.steps.toolchain import c_compiler, cpp_compiler
from symbuild.steps.wasm_toolchain import wasm_compiler

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


def link_wasm(
    fused: Fused, out: Path, *, is_program: bool = False, args: Sequence[str] = (), string_encoding: str = "utf8"
) -> None:
    """Write the component ``out``, of one core module. ``args`` are given to the linker last.

    Raises ToolError where a tool fails, Findings for what cannot be fused.
    """
    module = fuse_module(fused)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        core = _link_core(fused, module, folder, is_program, args)
        wit = folder / "world.wasm"
        wit.write_bytes(fused.manifest.wit)
        made = componentize(core, wit, fused.manifest.world, is_program=is_program, string_encoding=string_encoding)
    write_files(out.parent, {out.name: made})


def _link_core(fused: Fused, module: Module, folder: Path, is_program: bool, args: Sequence[str]) -> Path:
    write_files(folder, {"symbuild.h": (RUNTIME / "symbuild.h").read_bytes(), "fused.c": module.source.encode()})
    compiler = wasm_compiler("c")
    _run([*compiler.command, "-O2", "-c", str(folder / "fused.c"), "-o", str(folder / "fused.o")])
    objects = [folder / "fused.o"]
    for part in module.parts:
        for i, object in enumerate(part.objects):
            objects.append(folder / f"{node_name(part.name)}-{i}.o")
            objects[-1].write_bytes(object.data)
    core = folder / "core.wasm"
    driver = wasm_compiler("cpp" if _is_cpp(fused) else "c")
    options = [] if is_program else ["-mexec-model=reactor"]
    options += [f"-Wl,--export={name}" for name in module.exports]
    _run([*driver.command, "-O2", *options, *map(str, objects), *args, "-o", str(core)])
    return core


def _options(out: Path, kind: Kind, archive: Path, exports: Path) -> Iterator[str]:
    # -fno-lto: objects that hold intermediate code beside machine code are linked by the latter.
    yield from ("-fno-lto", "-shared", f"-Wl,-soname,{out.name}") if kind == "library" else ("-fno-lto", "-rdynamic")
    yield from (f"-Wl,--version-script,{exports}", "-Wl,--gc-sections")
    yield from ("-Wl,--whole-archive", str(archive), "-Wl,--no-whole-archive")


def _driver(fused: Fused) -> tuple[str, ...]:
    return (cpp_compiler() if _is_cpp(fused) else c_compiler()).command


def _is_cpp(fused: Fused) -> bool:
    """Whether something of C++'s library is wanted."""
    wanted = {name for part in fused.fusion.parts for name in part.wanted - part.defined}
    return any(name.startswith(("_ZS", "_ZN", "_ZT", "_Zn", "_Zd", "__cxa_", "__gxx_")) for name in wanted)


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
