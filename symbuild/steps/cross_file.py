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
            "c": c.driver,
            "cpp": cpp.driver,
            "ar": archiver(c),
            "exe_wrapper": wrapper,
        },
        "built-in options": {
            "c_args": c.flags,
            "cpp_args": cpp.flags,
            "c_link_args": (*c.flags, *c.link_flags),
            "cpp_link_args": (*cpp.flags, *cpp.link_flags),
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
