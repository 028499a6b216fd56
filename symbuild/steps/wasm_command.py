"""Programs of older C libraries: what their linker puts around every export is taken off again.

Where a library's ``_start`` does not run constructors itself, ``wasm-ld`` takes the module for a *command*, each of
whose exports is called once, in an instance of its own: an export becomes a function that runs the constructors, the
export and then ``exit``'s destructors (LLVM, ``lld/wasm/Writer.cpp``: ``createCommandExportWrappers``). In a component,
imports that return memory and the adapter for preview 1 call ``cabi_realloc`` in the middle of ``main``, where
destructors throw away what stands in ``stdout``'s buffer. In newer libraries ``_start`` runs the constructors, and
nothing is wrapped.
"""

from __future__ import annotations

from dataclasses import dataclass

from symbuild.frozen import frozen
from symbuild.steps.wasm_module import imported_functions, leb, read_name, read_number, sections, with_section

_EXPORTS, _CODE = 7, 10
_END, _CALL, _LOCAL_GET = 0x0B, 0x10, 0x20
_START = "_start"
# What tells whether a module is wrapped. It has parameters, which divide a wrapper's first call from its second.
_ALLOCATE = "cabi_realloc"


@frozen
class _Body:
    """A function of calls only: those before it passes its parameters on, and from there."""

    before: tuple[int, ...]
    after: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Export:
    """``index`` is that of a function where ``kind`` is 0."""

    name: str
    kind: int
    index: int


def without_wrappers(module: bytes, where: str) -> bytes:
    """The module with its functions as exports in place of their wrappers, but for ``_start``'s; or as it was."""
    found = dict(sections(module, where))
    exports = _exports(found.get(_EXPORTS, b"\0"))
    first = imported_functions(module, where)
    bodies = {first + i: body for i, body in enumerate(_bodies(found.get(_CODE, b"\0")))}
    wrapper = next((bodies.get(e.index) for e in exports if (e.name, e.kind) == (_ALLOCATE, 0)), None)
    if wrapper is None or len(wrapper.before) > 1 or not 0 < len(wrapper.after) <= 2:
        return module
    around = (wrapper.before, wrapper.after[1:])
    unwrapped = [_Export(e.name, e.kind, _inner(e, bodies, *around)) for e in exports]
    return module if unwrapped == exports else with_section(module, _EXPORTS, _written(unwrapped))


def _inner(export: _Export, bodies: dict[int, _Body | None], before: tuple[int, ...], after: tuple[int, ...]) -> int:
    """The function that an export wraps, or the export's own."""
    body = bodies.get(export.index)
    if export.kind or export.name == _START or body is None:
        return export.index
    match (*body.before, *body.after):
        case (*head, inner, last) if after and (tuple(head), (last,)) == (before, after):
            return inner
        case (*head, inner) if not after and before and tuple(head) == before:
            return inner
    return export.index


def _exports(content: bytes) -> list[_Export]:
    count, at = read_number(content, 0)
    found = []
    for _ in range(count):
        name, at = read_name(content, at)
        index, end = read_number(content, at + 1)
        found.append(_Export(name, content[at], index))
        at = end
    return found


def _written(exports: list[_Export]) -> bytes:
    """The content of the section."""
    names = (e.name.encode() for e in exports)
    entries = (leb(len(name)) + name + bytes([e.kind]) + leb(e.index) for name, e in zip(names, exports, strict=True))
    return leb(len(exports)) + b"".join(entries)


def _bodies(content: bytes) -> list[_Body | None]:
    """Of every function, None for one that does more than calls."""
    count, at = read_number(content, 0)
    found = []
    for _ in range(count):
        size, at = read_number(content, at)
        found.append(_body(content[at : at + size]))
        at += size
    return found


def _body(code: bytes) -> _Body | None:
    if code[:1] != b"\0":  # it has variables
        return None
    calls: tuple[list[int], list[int]] = ([], [])
    at, passed = 1, 0
    while code[at] in (_CALL, _LOCAL_GET):
        operand, end = read_number(code, at + 1)
        if code[at] == _CALL:
            calls[passed > 0].append(operand)
        elif operand != passed or calls[1]:
            return None
        else:
            passed += 1
        at = end
    return _Body(tuple(calls[0]), tuple(calls[1])) if code[at:] == bytes([_END]) else None
