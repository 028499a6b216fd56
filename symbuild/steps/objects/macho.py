"""Relocatable Mach-O files of 64 bits, of macOS (``mach-o/loader.h``, ``mach-o/nlist.h``).

The texts of names, and contents that change, go to the end of the file: all else stays where it is, as do all indexes,
so relocations and unwinding tables need no change.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from symbuild.errors import InputError
from symbuild.frozen import frozen
from symbuild.steps.objects.model import ENCODING, ERRORS, Changes, ObjectFile, ObjectSymbol, c_name, linker_name

MAGIC = b"\xcf\xfa\xed\xfe"
_MACHINES = {0x01000007: "x86-64", 0x0100000C: "arm64"}
_OBJECT = 1  # type of a relocatable file
_SEGMENT, _SYMTAB = 0x19, 2  # load commands
_HEADER, _SEGMENT_HEADER, _SECTION_HEADER = 32, 72, 80
# Bits of a symbol's type and description.
_STAB, _PRIVATE, _TYPE, _GLOBAL = 0xE0, 0x10, 0x0E, 0x01
_WEAK_REFERENCE, _WEAK_DEFINITION = 0x40, 0x80
_UNDEFINED = 0
_WIT = ("__TEXT", "__wit")
_PREFIX = "_"

_DAMAGED = (IndexError, ValueError, OverflowError, struct.error)


@frozen
class _Section:
    """A section's header, which stands at ``at``. ``number`` is what symbols call it."""

    at: int
    number: int
    name: tuple[str, str]
    address: int
    size: int
    offset: int


@frozen
class _Entry:
    """An entry of the symbol table, which stands at ``at``."""

    at: int
    name: str
    type: int
    section: int
    description: int
    value: int

    @property
    def is_global(self) -> bool:
        return bool(self.type & _GLOBAL) and not self.type & _STAB

    @property
    def is_defined(self) -> bool:
        """Here, or (a size where an address would be) in common with others."""
        return self.type & _TYPE != _UNDEFINED or self.value != 0


class _MachO:
    """A file taken apart. Raises one of :data:`_DAMAGED` for a damaged one."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        _, self.machine, _, self.type, count = struct.unpack_from("<5I", data)
        self.segment_at = self.table_at = 0
        at = _HEADER
        for _ in range(count):
            command, size = struct.unpack_from("<II", data, at)
            if command == _SEGMENT:
                self.segment_at = at
            elif command == _SYMTAB:
                self.table_at = at
            at += size
        self.sections = list(self._sections()) if self.segment_at else []
        self.entries = list(self._entries()) if self.table_at else []

    def _sections(self) -> Iterator[_Section]:
        (count,) = struct.unpack_from("<I", self.data, self.segment_at + 64)
        for i in range(count):
            at = self.segment_at + _SEGMENT_HEADER + i * _SECTION_HEADER
            section, segment, address, size, offset = struct.unpack_from("<16s16sQQI", self.data, at)
            names = tuple(name.rstrip(b"\0").decode(ENCODING, ERRORS) for name in (segment, section))
            yield _Section(at, i + 1, (names[0], names[1]), address, size, offset)

    def _entries(self) -> Iterator[_Entry]:
        at, count, texts_at, size = struct.unpack_from("<4I", self.data, self.table_at + 8)
        self.texts = self.data[texts_at : texts_at + size]
        if len(self.texts) < size:
            raise ValueError("the names are cut off")
        for _ in range(count):
            name, type, section, description, value = struct.unpack_from("<IBBHQ", self.data, at)
            text = self.texts[name : self.texts.index(0, name)].decode(ENCODING, ERRORS)
            yield _Entry(at, text, type, section, description, value)
            at += 16

    def content(self, section: _Section) -> bytes:
        content = self.data[section.offset : section.offset + section.size]
        if len(content) < section.size:
            raise ValueError("a section is cut off")
        return content


def _taken_apart(data: bytes, where: str) -> _MachO:
    try:
        macho = _MachO(data)
    except _DAMAGED as error:
        raise InputError("the file is damaged or cut off", where=where) from error
    if macho.type != _OBJECT:
        raise InputError(
            "not an object file, but a linked one",
            where=where,
            help="name what the compiler wrote, or a static archive",
        )
    return macho


def read_macho(data: bytes, where: str) -> ObjectFile:
    """The names of a Mach-O object. Raises InputError for a linked or damaged file."""
    macho = _taken_apart(data, where)
    try:
        wit = next((macho.content(s) for s in macho.sections if s.name == _WIT), None)
    except _DAMAGED as error:
        raise InputError("the file is damaged or cut off", where=where) from error
    symbols = tuple(
        ObjectSymbol(
            c_name(e.name, _PREFIX),
            e.is_defined,
            bool(e.description & (_WEAK_DEFINITION if e.is_defined else _WEAK_REFERENCE)),
        )
        for e in macho.entries
        if e.is_global
    )
    return ObjectFile(
        where,
        data,
        "macho",
        f"Mach-O, machine {_MACHINES.get(macho.machine, hex(macho.machine))}",
        symbols,
        sections=tuple(",".join(section.name) for section in macho.sections),
        wit=wit,
        prefix=_PREFIX,
    )


def rewrite_macho(data: bytes, changes: Changes) -> bytes:
    """The object with new names and contents; the very bytes where nothing applies."""
    macho = _taken_apart(data, "")
    out = bytearray(data)
    new = {linker_name(old, _PREFIX): linker_name(name, _PREFIX) for old, name in changes.symbols.items()}
    texts, has_grown = bytearray(macho.texts) if macho.entries else bytearray(), False
    for entry in macho.entries:
        renamed = new.get(entry.name) if entry.is_global else None
        if renamed is None:
            continue
        struct.pack_into("<I", out, entry.at, len(texts))
        texts += renamed.encode(ENCODING, ERRORS) + b"\0"
        has_grown = True
        if entry.is_defined:
            out[entry.at + 4] |= _PRIVATE
    content = changes.contents.get(".wit")
    for section in macho.sections:
        if section.name == _WIT and content is not None:
            _replace(macho, out, section, content)
    if has_grown:
        out += bytes(-len(out) % 8)
        struct.pack_into("<II", out, macho.table_at + 16, len(out), len(texts))
        out += texts
    return bytes(out)


def _replace(macho: _MachO, out: bytearray, section: _Section, content: bytes) -> None:
    """Give a section other bytes. Addresses follow one another, so it becomes the last one, and its symbols follow."""
    address = max(s.address + s.size for s in macho.sections)
    address += -address % 16
    out += bytes(-len(out) % 16)
    struct.pack_into("<QQI", out, section.at + 32, address, len(content), len(out))
    start, _, offset, _ = struct.unpack_from("<4Q", out, macho.segment_at + 24)
    out += content
    struct.pack_into(
        "<4Q", out, macho.segment_at + 24, start, address + len(content) - start, offset, len(out) - offset
    )
    for entry in macho.entries:
        if entry.section == section.number:
            moved = address + min(entry.value - section.address, len(content))
            struct.pack_into("<Q", out, entry.at + 8, moved)
