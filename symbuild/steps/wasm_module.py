"""The sections of WebAssembly files: what core modules import, sections added to them, components put into others.

WebAssembly core specification, "Binary Format", "Modules"; component model, ``Binary.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symbuild.errors import InputError

_MODULE = b"\0asm\1\0\0\0"
_IMPORTS, _EXPORTS = 2, 7
_COMPONENT = b"\0asm\x0d\0\1\0"
_CUSTOM, _CORE_MODULE, _NESTED_COMPONENT = 0, 1, 4


def sections(module: bytes, where: str) -> Iterator[tuple[int, bytes]]:
    """The sections of a core module: id and content. Raises InputError for what is no core module."""
    if not module.startswith(_MODULE):
        raise InputError("not a core WebAssembly module", where=where, help="name what the linker made for wasm32")
    try:
        yield from _sections(module)
    except IndexError:
        raise InputError("the WebAssembly module is cut off", where=where) from None


def _sections(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Raises IndexError for a section that is cut off."""
    at = len(_MODULE)
    while at < len(data):
        size, start = read_number(data, at + 1)
        if start + size > len(data):
            raise IndexError
        yield data[at], data[start : start + size]
        at = start + size


def import_modules(module: bytes, where: str) -> frozenset[str]:
    """The modules that a core module imports from."""
    found: set[str] = set()
    for kind, content in sections(module, where):
        if kind == _IMPORTS:
            found.update(name for name, *_ in _imports(content))
    return frozenset(found)


def export_names(module: bytes, where: str) -> frozenset[str]:
    """The names of what a core module exports."""
    found: set[str] = set()
    for kind, content in sections(module, where):
        if kind == _EXPORTS:
            found.update(_exports(content))
    return frozenset(found)


def core_modules(component: bytes, where: str) -> Iterator[bytes]:
    """The core modules right in a component; the first is the one that it was made of. Raises InputError for a file
    that is cut off."""
    try:
        yield from (content for kind, content in _sections(component) if kind == _CORE_MODULE)
    except IndexError:
        raise InputError("the WebAssembly component is cut off", where=where) from None


def custom_section(data: bytes, wanted: str) -> bytes | None:
    """The content of the last custom section of that name in a module, or right in a component; None without one.

    Raises IndexError for a file that is cut off.
    """
    found = None
    for kind, content in _sections(data):
        if kind == _CUSTOM:
            name, at = read_name(content, 0)
            found = content[at:] if name == wanted else found
    return found


def imported_functions(module: bytes, where: str) -> int:
    """How many functions a core module imports: its own are numbered from there."""
    return sum(
        is_function
        for kind, content in sections(module, where)
        if kind == _IMPORTS
        for *_, is_function in _imports(content)
    )


def with_section(module: bytes, wanted: int, content: bytes) -> bytes:
    """The core module with another content of the section that it has of a kind."""
    out = bytearray(_MODULE)
    for kind, old in _sections(module):
        new = content if kind == wanted else old
        out += bytes([kind]) + leb(len(new)) + new
    return bytes(out)


def with_custom_section(module: bytes, name: str, content: bytes) -> bytes:
    """The module with one more custom section behind its own sections."""
    body = leb(len(name.encode())) + name.encode() + content
    return module + b"\0" + leb(len(body)) + body


def with_components(outer: bytes, inners: Iterable[bytes]) -> bytes:
    """The component ``outer`` with ``inners`` for the empty components that it has, in their order."""
    waiting = iter(inners)
    out = bytearray(_COMPONENT)
    for kind, content in _sections(outer):
        body = next(waiting) if kind == _NESTED_COMPONENT else content
        out += bytes([kind]) + leb(len(body)) + body
    return bytes(out)


def leb(number: int) -> bytes:
    """An unsigned number as LEB128."""
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def _imports(content: bytes) -> Iterator[tuple[str, str, bool]]:
    """Module and name of each import, and whether it is a function."""
    count, at = read_number(content, 0)
    for _ in range(count):
        module, at = read_name(content, at)
        name, at = read_name(content, at)
        yield module, name, content[at] == 0
        at = _after_type(content, at)


def _exports(content: bytes) -> Iterator[str]:
    count, at = read_number(content, 0)
    for _ in range(count):
        name, at = read_name(content, at)
        _, at = read_number(content, at + 1)  # behind what kind of thing it is: its index
        yield name


def _after_type(content: bytes, at: int) -> int:
    """Where the description of an import ends."""
    kind, at = content[at], at + 1
    match kind:
        case 0:  # a function: the index of its type
            return read_number(content, at)[1]
        case 1:  # a table: the type of its elements, then limits
            return _after_limits(content, at + 1)
        case 2:  # a memory
            return _after_limits(content, at)
        case 3:  # a global: type and mutability
            return at + 2
        case _:  # a tag: attribute and type
            return read_number(content, at + 1)[1]


def _after_limits(content: bytes, at: int) -> int:
    has_maximum = content[at] & 1
    _, at = read_number(content, at + 1)
    return read_number(content, at)[1] if has_maximum else at


def read_name(content: bytes, at: int) -> tuple[str, int]:
    """A name, and where it ends."""
    size, at = read_number(content, at)
    return content[at : at + size].decode(), at + size


def read_number(data: bytes, at: int) -> tuple[int, int]:
    """An unsigned LEB128 number, and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at
