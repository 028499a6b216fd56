"""Types of components that wasmtime's C API does not know, as others of the same bytes.

To the Canonical ABI a map is a list of pairs, and a fixed-length list a tuple (CanonicalABI.md: ``despecialize``,
``alignment_list``). wasmtime's C API, and so its Python package, has no values of the former two and no switch that
lets it load the second.
"""

from __future__ import annotations

import re

from symbuild.wit import tool

_NAME = r'\$(?:"[^"]*"|[^\s()]+)'
_TYPE = rf"(?:{_NAME}|\w+)"
_MAP = re.compile(rf"\(map ({_TYPE}) ({_TYPE})\)")
_FIXED_LIST = re.compile(rf"\(list ({_TYPE}) (\d+)\)")
# In a type, wasm-tools prints an export's own name where its parser expects that behind the kind.
_EXPORT_IN_TYPE = re.compile(rf'\(export ({_NAME}) (?:\(@name "[^"]*"\) )?\(;\d+;\) ("[^"]*") \((\w+) \(')


def for_wasmtime(component: bytes) -> bytes:
    """The component without maps and fixed-length lists; where it has none, the component as it is."""
    # As text with names instead of indices, one type may become two: no reference changes.
    text = tool.run(["print", "--name-unnamed", "-"], stdin=component).decode()
    text, maps = _MAP.subn(r"(list (tuple \1 \2))", text)
    text, lists = _FIXED_LIST.subn(lambda m: f"(tuple {' '.join([m[1]] * int(m[2]))})", text)
    if not maps + lists:
        return component
    return tool.run(["parse", "-"], stdin=_EXPORT_IN_TYPE.sub(r"(export \2 (\3 \1 (", text).encode())
