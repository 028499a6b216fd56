"""Link what was fused, by a compiler's driver: to a shared object or a program, or to a wasm component."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from symbuild.bindings.files import write_files
from symbuild.errors import Finding, Findings, ToolError
from symbuild.steps import export_map
from symbuild.steps.componentize import componentize
from symbuild.steps.export_map import node_name
from symbuild.steps.fuse import Part, rewritten
from symbuild.steps.fuse_lto import Llvm, rewriting
from symbuild.steps.fuse_native import carries_manifest, named, section, with_manifest
from symbuild.steps.fuse_parts import Fused
from symbuild.steps.fuse_wasm import Module, fuse_module
from symbuild.steps.generate import RUNTIME
from symbuild.steps.manifest import render_c
from symbuild.steps.toolchain import c_compiler, cpp_compiler
from symbuild.steps.wasm_module import with_custom_section
from symbuild.steps.wasm_toolchain import wasm_compiler

Kind = Literal["library", "program"]
_UNDEFINED = re.compile(r"undefined symbol: (\S+)")


def link(
    fused: Fused,
    out: Path,
    kind: Kind,
    *,
    linker: Sequence[str] = (),
    args: Sequence[str] = (),
    llvm: Llvm | None = None,
) -> None:
    """Write ``out``. ``linker`` is a compiler's command, by default the machine's for the languages that were used;
    ``args`` are given to it last. With ``llvm`` its intermediate code is linked, by a clang.

    Raises ToolError where it fails, Findings for what cannot be fused.
    """
    command = tuple(linker) or _driver(fused)
    content = section(fused.manifest, fused.members)
    parts = rewritten(fused.fusion, write=rewriting(llvm) if llvm else None)
    border = _BORDERS.get(parts[0].objects[0].format, _elf)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        objects = named(with_manifest(parts, content))
        files = {f"{i}-{name.replace(':', '-')}.o": object.data for i, (name, object) in enumerate(objects)}
        if not carries_manifest(parts):
            files["manifest.c"] = render_c(content, fused.manifest.component).encode()
        map = folder / "exports.def"
        listed, options = border(fused, out, kind, map)
        write_files(folder, {**files, map.name: listed.encode()})
        out.parent.mkdir(parents=True, exist_ok=True)
        inputs = [str(folder / name) for name in files]
        # Without -flto objects that hold intermediate code beside machine code are linked by the latter.
        lto = ("-flto", "-O2") if llvm else ("-fno-lto",)
        _run([*command, *lto, *options, *inputs, *args, "-o", str(out)])


def link_wasm(
    fused: Fused,
    out: Path,
    *,
    is_program: bool = False,
    linker: Sequence[str] = (),
    args: Sequence[str] = (),
    keep_names: bool = True,
) -> None:
    """Write the component ``out``, of one core module. ``linker`` is a compiler's command, by default the one for wasm
    of the machine; ``args`` are given to it last.

    Raises ToolError where a tool fails, Findings for what cannot be fused.
    """
    module = fuse_module(fused)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        compiler = wasm_compiler("cpp" if _is_cpp(fused) else "c")
        command = tuple(linker) or (*compiler.command, *compiler.link_flags)
        core = _link_core(command, module, folder, is_program, args)
        wit = folder / "world.wasm"
        wit.write_bytes(fused.manifest.wit)
        encoding = fused.string_encoding
        made = componentize(
            core, wit, fused.manifest.world, is_program=is_program, string_encoding=encoding, keep_names=keep_names
        )
    write_files(out.parent, {out.name: with_custom_section(made, ".wit", _content(fused))})


def _content(fused: Fused) -> bytes:
    """The manifests, with the encodings that strings have on wasm."""
    whole = replace(fused.manifest, string_encoding=fused.string_encoding)
    wide = fused.wide
    members = (replace(m, string_encoding="utf16" if m.component in wide else "utf8") for m in fused.members)
    return section(whole, members)


def _link_core(command: Sequence[str], module: Module, folder: Path, is_program: bool, args: Sequence[str]) -> Path:
    write_files(folder, {"symbuild.h": (RUNTIME / "symbuild.h").read_bytes(), "fused.c": module.source.encode()})
    # As C, which a C++ compiler must be told.
    _run([*command, "-x", "c", "-O2", "-c", str(folder / "fused.c"), "-o", str(folder / "fused.o")])
    objects = [folder / "fused.o"]
    for part in module.parts:
        for i, object in enumerate(part.objects):
            objects.append(folder / f"{node_name(part.name)}-{i}.o")
            objects[-1].write_bytes(object.data)
    core = folder / "core.wasm"
    options = [] if is_program else ["-mexec-model=reactor"]
    options += [f"-Wl,--export={name}" for name in module.exports]
    _run([*command, "-O2", *options, *map(str, objects), *args, "-o", str(core)], module.parts)
    return core


# ---- what a linker is told of the border: the exports' list, and options ---------------------------------------------
def _elf(fused: Fused, out: Path, kind: Kind, map: Path) -> tuple[str, tuple[str, ...]]:
    what = ("-shared", "-fPIC", f"-Wl,-soname,{out.name}") if kind == "library" else ("-rdynamic",)
    listed = export_map.gnu(sorted(fused.exports), fused.manifest.component)
    return listed, (*what, f"-Wl,--version-script,{map}", "-Wl,--gc-sections")


def _macho(fused: Fused, out: Path, kind: Kind, map: Path) -> tuple[str, tuple[str, ...]]:
    what = ("-dynamiclib", f"-Wl,-install_name,@rpath/{out.name}") if kind == "library" else ()
    listed = export_map.macos(sorted(fused.exports))
    # Names that may be missing, as a program's trap hook, are looked up by the loader, as on ELF.
    return listed, (*what, f"-Wl,-exported_symbols_list,{map}", "-Wl,-dead_strip", "-Wl,-undefined,dynamic_lookup")


def _pe(fused: Fused, out: Path, kind: Kind, map: Path) -> tuple[str, tuple[str, ...]]:
    what = ("-shared", f"-Wl,--out-implib,{out}.a") if kind == "library" else ()
    listed = export_map.windows(sorted(fused.exports), fused.manifest.component)
    return listed, (*what, str(map))


_BORDERS = {"macho": _macho, "coff": _pe}


def _driver(fused: Fused) -> tuple[str, ...]:
    return (cpp_compiler() if _is_cpp(fused) else c_compiler()).command


def _is_cpp(fused: Fused) -> bool:
    """Whether something of C++'s library is wanted."""
    wanted = {name for part in fused.fusion.parts for name in part.wanted - part.defined}
    return any(name.startswith(("_ZS", "_ZN", "_ZT", "_Zn", "_Zd", "__cxa_", "__gxx_")) for name in wanted)


def _run(command: Sequence[str], parts: Sequence[Part] = ()) -> None:
    """Run a compiler. What a link lacks is said of the one among ``parts`` that wants it."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", env=os.environ, check=False)
    except OSError as error:
        raise ToolError(f"cannot run `{command[0]}`: {error.strerror}", help="name a compiler by `--linker`") from error
    if done.returncode != 0:
        lacks = list(_lacks(done.stderr, parts))
        if lacks:
            raise Findings(lacks)
        raise ToolError(
            f"linking failed: {done.stderr.strip() or f'it ended with {done.returncode}'}",
            where=shlex.join(command),
            help="give what the components are linked with, behind `--`",
        )


def _lacks(said: str, parts: Sequence[Part]) -> Iterator[Finding]:
    """What a linker for wasm did not find. Crates expect the C library of WASI 0.2, and get that of the module."""
    for name in dict.fromkeys(_UNDEFINED.findall(said)):
        for part in parts:
            if name in part.wanted:
                what = f"`{part.name}` calls `{name}`, which the C library of the module does not have"
                yield Finding(what, help="give what defines it behind `--`, or compose the component instead")
