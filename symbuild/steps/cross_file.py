"""Meson cross files for wasm: the compilers found here, and how what they make is run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symbuild.steps.wasm_toolchain import archiver, wasm_compiler

TARGET = "wasm32-wasip2"


def cross_file(wrapper: Sequence[str]) -> str:
    """The text of the cross file, in which ``wrapper`` is the command that runs a program.

    Raises ToolError where no compiler for wasm is found.
    """
    c, cpp = wasm_compiler("c"), wasm_compiler("cpp")
    sections: dict[str, Mapping[str, str | Sequence[str]]] = {
        "binaries": {
            # With their target, by which Meson finds out what their linker understands.
            "c": c.command,
            "cpp": cpp.command,
            "ar": archiver(c),
            "exe_wrapper": wrapper,
        },
        "built-in options": {
            "c_link_args": c.link_flags,
            "cpp_link_args": cpp.link_flags,
            # Options of linkers for ELF, which older Mesons give to every LLD.
            "b_asneeded": "false",
            "b_lundef": "false",
            "cpp_eh": "none",
            "default_library": "static",
        },
        "host_machine": {"system": "wasi", "cpu_family": "wasm32", "cpu": "wasm32", "endian": "little"},
        "properties": {"sym_target": TARGET},
    }
    head = f"# Written by `symbuild cross-file {TARGET}`: C of {c.origin}, C++ of {cpp.origin}.\n"
    return head + "".join(f"\n[{name}]\n{_entries(entries)}" for name, entries in sections.items())


def _entries(entries: Mapping[str, str | Sequence[str]]) -> str:
    return "".join(f"{key} = {_value(value)}\n" for key, value in entries.items())


def _value(value: str | Sequence[str]) -> str:
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return f"[{', '.join(map(_value, value))}]"
