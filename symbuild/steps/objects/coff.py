"""Relocatable COFF files, of Windows (Microsoft, "PE Format"; the big variant of ``/bigobj`` as LLVM writes it).

The table of symbols and the texts behind it go to the end of the file, where names can be added; all else stays where
it is, as do all indexes, so relocations and unwinding tables need no change.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from string import ascii_lowercase, ascii_uppercase, digits

from symbuild.errors import InputError
from symbuild.frozen import frozen
from symbuild.steps.objects.model import (
    ENCODING,
    ERRORS,
    LAST,
    Changes,
    ObjectFile,
    ObjectSymbol,
    c_name,
    linker_name,
)

# Machines; that one has an underscore before C's names.
_I386 = 0x14C
_MACHINES = {0x8664: "x86-64", _I386: "i386", 0xAA64: "arm64", 0x1C4: "arm"}
_BIG = b"\0\0\xff\xff"
# An object has no other mark than its machine.
MAGICS = (_BIG, *(machine.to_bytes(2, "little") for machine in _MACHINES))
_BIG_VERSION = 2
_EXTERNAL, _STATIC, _WEAK_EXTERNAL = 2, 3, 105  # storage classes
_COMDAT = 0x1000
_SECTION_HEADER = 40
_DIRECTIVES = ".drectve"
# The texts of names begin with their size.
_TEXTS_HEAD = 4
_PLAIN_DIGITS = 9_999_999  # from there on a section's name is at an offset in base 64
_BASE64 = ascii_uppercase + ascii_lowercase + digits + "+/"

# Functions that run at start: of MinGW, by descending number; of Microsoft, in groups by name.
_CTORS = re.compile(r"\.ctors(?:\.([0-9]{5}))?")
_GROUPED = re.compile(r"\.CRT\$X[CI](?!U$)\w+")
# A pointer to a function of another file, which the linker makes where the function turns out to be in this one.
_POINTER = "__imp_"
# Options of a linker that export a symbol.
_EXPORTING = re.compile(r"[-/]export:", re.IGNORECASE)

_DAMAGED = (IndexError, ValueError, OverflowError, struct.error)


@frozen
class _Section:
    """A section's header, which stands at ``at``."""

    at: int
    name: str
    size: int
    offset: int
    is_once: bool


@frozen
class _Entry:
    """An entry of the symbol table; ``at`` is where it stands there. ``default`` is the index of a weak one's."""

    at: int
    name: str
    value: int
    section: int
    storage: int
    default: int | None = None

    @property
    def is_global(self) -> bool:
        return self.storage in (_EXTERNAL, _WEAK_EXTERNAL)

    @property
    def is_defined(self) -> bool:
        """Here: in a section, at a fixed address, or in common with others."""
        return self.storage == _EXTERNAL and (self.section != 0 or self.value != 0)


class _Coff:
    """A file taken apart. Raises one of :data:`_DAMAGED` for a damaged one."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.is_big = data.startswith(_BIG)
        if self.is_big:
            _, _, version, self.machine = struct.unpack_from("<4H", data)
            if version < _BIG_VERSION:
                raise ValueError("an entry of an import library")
            count, self.table_at, self.entries_count = struct.unpack_from("<III", data, 44)
            headers_at, self.table_field, self.entry_size = 56, 48, 20
        else:
            self.machine, count, _, self.table_at, self.entries_count, optional = struct.unpack_from("<HHIIIH", data)
            headers_at, self.table_field, self.entry_size = 20 + optional, 8, 18
        self.prefix = "_" if self.machine == _I386 else ""
        self.texts_at = self.table_at + self.entries_count * self.entry_size
        (size,) = struct.unpack_from("<I", data, self.texts_at)
        self.texts = data[self.texts_at : self.texts_at + size]
        if len(self.texts) < size:
            raise ValueError("the names are cut off")
        self.sections = [self._section(headers_at + i * _SECTION_HEADER) for i in range(count)]
        self.entries = dict(self._entries())

    def _section(self, at: int) -> _Section:
        name, _, _, size, offset, _, _, _, _, flags = struct.unpack_from("<8sIIIIIIHHI", self.data, at)
        return _Section(at, self._section_name(name.rstrip(b"\0")), size, offset, bool(flags & _COMDAT))

    def _section_name(self, name: bytes) -> str:
        if not name.startswith(b"/"):
            return name.decode(ENCODING, ERRORS)
        if name.startswith(b"//"):
            at = 0
            for digit in name[2:].decode("ascii"):
                at = at * 64 + _BASE64.index(digit)
            return self._text(at)
        return self._text(int(name[1:]))

    def _text(self, at: int) -> str:
        return self.texts[at : self.texts.index(0, at)].decode(ENCODING, ERRORS)

    def content(self, section: _Section) -> bytes:
        content = self.data[section.offset : section.offset + section.size] if section.offset else b""
        if section.offset and len(content) < section.size:
            raise ValueError("a section is cut off")
        return content

    def _entries(self) -> Iterator[tuple[int, _Entry]]:
        """The symbols by index; records that belong to one count, but are none."""
        index = 0
        while index < self.entries_count:
            at = index * self.entry_size
            record = self.data[self.table_at + at : self.table_at + at + self.entry_size]
            raw, value, section, _, storage, more = struct.unpack("<8sIiHBB" if self.is_big else "<8sIhHBB", record)
            long = raw.startswith(bytes(4))
            name = self._text(int.from_bytes(raw[4:], "little")) if long else raw.rstrip(b"\0").decode(ENCODING, ERRORS)
            default = None
            if storage == _WEAK_EXTERNAL and more:
                (default,) = struct.unpack_from("<I", self.data, self.table_at + at + self.entry_size)
            yield index, _Entry(at, name, value, section, storage, default)
            index += 1 + more

    def is_defined(self, entry: _Entry) -> bool:
        """Whether other files can have a symbol of this one. A weak one is a name for another, or for nothing."""
        default = self.entries.get(entry.default) if entry.default is not None else None
        return entry.is_defined or (default is not None and default.is_defined and default.section > 0)


def _taken_apart(data: bytes, where: str) -> _Coff:
    try:
        return _Coff(data)
    except _DAMAGED as error:
        raise InputError("the file is damaged, cut off, or not an object", where=where) from error


def read_coff(data: bytes, where: str) -> ObjectFile:
    """The names of a COFF object. Raises InputError for a damaged one."""
    coff = _taken_apart(data, where)
    try:
        contents = {s.name: coff.content(s) for s in coff.sections if s.name == ".wit"}
    except _DAMAGED as error:
        raise InputError("the file is damaged or cut off", where=where) from error
    symbols = tuple(
        ObjectSymbol(c_name(e.name, coff.prefix), coff.is_defined(e), e.storage == _WEAK_EXTERNAL)
        for e in coff.entries.values()
        if e.is_global
    )
    sections = tuple(section.name for section in coff.sections)
    return ObjectFile(
        where,
        data,
        "coff",
        f"COFF, machine {_MACHINES.get(coff.machine, hex(coff.machine))}",
        symbols,
        sections=sections,
        wit=contents.get(".wit"),
        priorities=frozenset(_priority(found) for name in sections if (found := _CTORS.fullmatch(name))),
        hidden_code=_hidden_code(sections, {s.name for s in symbols}),
        prefix=coff.prefix,
    )


def _hidden_code(sections: tuple[str, ...], symbols: set[str]) -> str:
    if any(name.startswith(".gnu.lto_") for name in sections) and "__gnu_lto_slim" in symbols:
        return "GCC's intermediate code"
    if any(map(_GROUPED.fullmatch, sections)):
        return "sections that Microsoft's linker sorts by name, as those of initialisers with priorities,"
    return ""


def _priority(found: re.Match[str]) -> int:
    return LAST - int(found[1]) if found[1] else LAST


def rewrite_coff(data: bytes, changes: Changes) -> bytes:
    """The object with new names and contents; the very bytes where nothing applies."""
    coff = _taken_apart(data, "")
    new = _linker_names(coff, changes.symbols)
    out, table = bytearray(data), bytearray(data[coff.table_at : coff.texts_at])
    texts = _Texts(coff.texts)
    sections = {s.name: name for s in coff.sections if (name := _new_section_name(s, new, changes)) != s.name}
    for entry in coff.entries.values():
        # A section's name is also that of a symbol, by which nothing is found.
        renamed = new.get(entry.name) if entry.is_global else None
        if entry.storage == _STATIC and entry.value == 0 and entry.section > 0:
            renamed = sections.get(entry.name)
        if renamed is not None:
            struct.pack_into("<II", table, entry.at, 0, texts.place(renamed))
    contents = dict(changes.contents)
    for section in coff.sections:
        if section.name in sections:
            out[section.at : section.at + 8] = texts.section(sections[section.name])
        content = contents.get(section.name)
        if section.name == _DIRECTIVES:
            content = _directives(coff.content(section), new)
        if content is not None and content != coff.content(section):
            struct.pack_into("<II", out, section.at + 16, len(content), len(out) if content else 0)
            out += content
    if texts.has_grown:
        out += bytes(-len(out) % 4)
        struct.pack_into("<I", out, coff.table_field, len(out))
        out += table + texts.table()
    return bytes(out)


def _linker_names(coff: _Coff, symbols: Mapping[str, str]) -> dict[str, str]:
    """New names by old ones as linkers know them, pointers to what the file has from others included."""
    new = {linker_name(old, coff.prefix): linker_name(name, coff.prefix) for old, name in symbols.items()}
    return new | {_POINTER + old: _POINTER + name for old, name in new.items()}


def _new_section_name(section: _Section, new: Mapping[str, str], changes: Changes) -> str:
    """GNU's linker knows one of several equal sections by a name that ends in the symbol's."""
    if (found := _CTORS.fullmatch(section.name)) and (priority := changes.priorities.get(_priority(found))) is not None:
        return f".ctors.{LAST - priority:05}"
    kind, _, symbol = section.name.partition("$")
    if section.is_once and symbol in new:
        return f"{kind}${new[symbol]}"
    return changes.sections.get(section.name, section.name)


def _directives(content: bytes, new: Mapping[str, str]) -> bytes:
    """What an object tells its linker, by new names; who has a new name is not exported."""
    words = [re.split(r'([:=,"])', word) for word in content.decode(ENCODING, ERRORS).split(" ")]
    if not any(part in new for word in words for part in word):
        return content
    kept = (word for word in words if not (_EXPORTING.match("".join(word)) and any(part in new for part in word)))
    return " ".join("".join(new.get(part, part) for part in word) for word in kept).encode(ENCODING, ERRORS)


class _Texts:
    """The table of names, which grows."""

    def __init__(self, texts: bytes) -> None:
        self._old = len(texts)
        self._texts = bytearray(texts) or bytearray(_TEXTS_HEAD)
        self._places: dict[str, int] = {}

    @property
    def has_grown(self) -> bool:
        return len(self._texts) > self._old

    def place(self, name: str) -> int:
        """Where a name stands."""
        if name not in self._places:
            self._places[name] = len(self._texts)
            self._texts += name.encode(ENCODING, ERRORS) + b"\0"
        return self._places[name]

    def section(self, name: str) -> bytes:
        """A section's name as its header has it."""
        at = self.place(name)
        if at <= _PLAIN_DIGITS:
            return f"/{at}".encode().ljust(8, b"\0")
        found = "".join(_BASE64[at >> shift & 63] for shift in range(30, -1, -6))
        return f"//{found}".encode()

    def table(self) -> bytes:
        """The texts, and before them their size."""
        return struct.pack("<I", len(self._texts)) + bytes(self._texts[_TEXTS_HEAD:])
