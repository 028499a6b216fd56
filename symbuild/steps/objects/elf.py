"""Relocatable ELF files of every machine, word size and byte order (System V ABI, "Object Files").

A new name goes to the end of its table of strings, and the table to the end of the file: offsets into it stay what they
are, as do all indexes, so relocations, groups and unwinding tables need no change.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from symbuild.errors import InputError
from symbuild.frozen import frozen
from symbuild.steps.objects.model import ENCODING, ERRORS, LAST, Changes, ObjectFile, ObjectSymbol

_REL = 1  # e_type of a relocatable file
_SYMTAB, _NOBITS, _GROUP = 2, 8, 17  # section types
_XINDEX = 0xFFFF  # the number did not fit, and stands in the first section header
_UNDEFINED = 0
_LOCAL, _WEAK = 0, 2  # symbol bindings
_VISIBILITY, _DEFAULT, _HIDDEN = 3, 0, 2
_ALIGNMENT = 8

# Arrays of functions that run at start and end. Linkers sort those with numbers, and put those without behind them.
_INITIALISERS = re.compile(r"\.(init|fini)_array(?:\.([0-9]+))?")

# What reading trips over where a file is damaged.
_DAMAGED = (IndexError, ValueError, OverflowError, struct.error)

_GCC_SYMBOLS, _GCC_SLIM = ".gnu.lto_.symtab", "__gnu_lto_slim"


@frozen
class _Section:
    """A section header; ``at`` is where it stands in the file, ``link`` and ``info`` depend on the section's type."""

    at: int
    name: int
    type: int
    offset: int
    size: int
    link: int
    info: int


@frozen
class _Entry:
    """An entry of the symbol table; ``at`` is where it stands in the file, ``other`` where its visibility does."""

    at: int
    other: int
    name: str
    binding: int
    section: int

    @property
    def is_global(self) -> bool:
        return self.binding != _LOCAL

    @property
    def is_defined(self) -> bool:
        return self.section != _UNDEFINED


class _Elf:
    """A file taken apart. Raises one of :data:`_DAMAGED` for a damaged one."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.is_wide = data[4] == 2
        self.order = "<" if data[5] == 1 else ">"
        self.type, self.machine = self._unpack("HH", 16)
        (self._headers_at,) = self._unpack("Q", 40) if self.is_wide else self._unpack("I", 32)
        self._header_size, count, names = self._unpack("HHH", 58 if self.is_wide else 46)
        first = self._section(0) if self._headers_at else None
        if first and count == 0:
            count = first.size
        self.sections = [self._section(i) for i in range(count)]
        self.names_index = first.link if first and names == _XINDEX else names
        self.table_index = next((i for i, s in enumerate(self.sections) if s.type == _SYMTAB), None)

    def _unpack(self, format: str, at: int) -> tuple[int, ...]:
        return struct.unpack_from(self.order + format, self.data, at)

    def _section(self, index: int) -> _Section:
        at = self._headers_at + index * self._header_size
        name, type, _, _, offset, size, link, info = self._unpack("IIQQQQII" if self.is_wide else "IIIIIIII", at)
        return _Section(at, name, type, offset, size, link, info)

    def content(self, section: _Section) -> bytes:
        if section.type == _NOBITS:
            return b""
        content = self.data[section.offset : section.offset + section.size]
        if len(content) < section.size:
            raise ValueError("a section is cut off")
        return content

    def section_name(self, section: _Section) -> str:
        return _text(self.content(self.sections[self.names_index]), section.name)

    @property
    def table(self) -> _Section | None:
        return None if self.table_index is None else self.sections[self.table_index]

    def signatures(self) -> frozenset[int]:
        """Indexes of the symbols whose names are those of COMDAT groups, whatever else they are."""
        return frozenset(s.info for s in self.sections if s.type == _GROUP)

    def entries(self) -> Iterator[_Entry]:
        """The symbols, the unnamed first one included, so that they can be counted."""
        if self.table is None:
            return
        texts = self.content(self.sections[self.table.link])
        entry = struct.Struct(self.order + ("IBBHQQ" if self.is_wide else "IIIBBH"))
        other = 5 if self.is_wide else 13
        at = self.table.offset
        for fields in entry.iter_unpack(self.content(self.table)):
            name, info, section = (fields[0], fields[1], fields[3]) if self.is_wide else (fields[0], *fields[3::2])
            yield _Entry(at, at + other, _text(texts, name), info >> 4, section)
            at += entry.size


def _text(table: bytes, at: int) -> str:
    return table[at : table.index(0, at)].decode(ENCODING, ERRORS)


def _taken_apart(data: bytes, where: str) -> _Elf:
    try:
        elf = _Elf(data)
    except _DAMAGED as error:
        raise InputError("the file is damaged or cut off", where=where) from error
    if elf.type != _REL:
        raise InputError(
            "not an object file, but a linked one",
            where=where,
            help="name what the compiler wrote, or a static archive",
        )
    return elf


def read_elf(data: bytes, where: str) -> ObjectFile:
    """The names of an ELF object. Raises InputError for a linked or damaged file."""
    elf = _taken_apart(data, where)
    try:
        entries = list(elf.entries())
        names = {elf.section_name(section): section for section in elf.sections}
        groups = frozenset(entries[index].name for index in elf.signatures())
        wit = elf.content(names[".wit"]) if ".wit" in names else None
    except _DAMAGED as error:
        raise InputError("the file is damaged or cut off", where=where) from error
    symbols = tuple(ObjectSymbol(e.name, e.is_defined, e.binding == _WEAK) for e in entries if e.is_global)
    width, order = (64 if elf.is_wide else 32), ("little" if elf.order == "<" else "big")
    return ObjectFile(
        where,
        data,
        "elf",
        f"ELF, {width} bits, {order}-endian, machine {elf.machine}",
        symbols,
        groups - {""},
        tuple(names),
        wit,
        frozenset(_priority(name) for name in names if _INITIALISERS.fullmatch(name)),
        hidden_code=_hidden_code(names, {s.name for s in symbols}),
    )


def _hidden_code(sections: dict[str, _Section], symbols: set[str]) -> str:
    if any(name.startswith(_GCC_SYMBOLS) for name in sections) and _GCC_SLIM in symbols:
        return "GCC's intermediate code"
    return ""


def _priority(section: str) -> int:
    found = _INITIALISERS.fullmatch(section)
    return int(found[2]) if found and found[2] else LAST


def _new_section_name(name: str, changes: Changes) -> str:
    if (found := _INITIALISERS.fullmatch(name)) and (priority := changes.priorities.get(_priority(name))) is not None:
        return f".{found[1]}_array.{priority:05}"
    return changes.sections.get(name, name)


def rewrite_elf(data: bytes, changes: Changes) -> bytes:
    """The object with new names and contents; the very bytes where nothing applies."""
    elf = _taken_apart(data, "")
    texts = _Texts(elf)
    out = bytearray(data)
    word = elf.order + "I"
    if elf.table is not None:
        signatures = elf.signatures()
        for index, entry in enumerate(elf.entries()):
            new = changes.symbols.get(entry.name) if entry.is_global or index in signatures else None
            if new is None:
                continue
            struct.pack_into(word, out, entry.at, texts.place(elf.table.link, new))
            if entry.is_global and entry.is_defined and out[entry.other] & _VISIBILITY == _DEFAULT:
                out[entry.other] |= _HIDDEN
    moved: dict[int, bytes] = {}
    for index, section in enumerate(elf.sections):
        name = elf.section_name(section)
        if name in changes.contents:
            moved[index] = changes.contents[name]
        new_name = _new_section_name(name, changes)
        if new_name != name:
            struct.pack_into(word, out, section.at, texts.place(elf.names_index, new_name))
    for index, content in (moved | texts.tables).items():
        _append(elf, out, elf.sections[index], content)
    return bytes(out)


class _Texts:
    """Tables of strings that grow: names of symbols and of sections may share one."""

    def __init__(self, elf: _Elf) -> None:
        self._elf = elf
        self._places: dict[tuple[int, str], int] = {}
        self.tables: dict[int, bytearray] = {}

    def place(self, table: int, name: str) -> int:
        """Where a name stands in a table, given by the index of its section."""
        if (table, name) not in self._places:
            content = self.tables.setdefault(table, bytearray(self._elf.content(self._elf.sections[table])))
            self._places[table, name] = len(content)
            content += name.encode(ENCODING, ERRORS) + b"\0"
        return self._places[table, name]


def _append(elf: _Elf, out: bytearray, section: _Section, content: bytes | bytearray) -> None:
    out += bytes(-len(out) % _ALIGNMENT)
    format, at = ("QQ", section.at + 24) if elf.is_wide else ("II", section.at + 16)
    struct.pack_into(elf.order + format, out, at, len(out), len(content))
    out += content
