"""Relocatable wasm files (WebAssembly tool conventions, ``Linking.md``, version 2).

Names stand in the custom section ``linking``, and those of undefined functions may stand in the import section. Only
these change: relocations speak of symbols by index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain

from symbuild.errors import InputError
from symbuild.frozen import frozen
from symbuild.steps.objects.model import ENCODING, ERRORS, Changes, Export, Import, ObjectFile, ObjectSymbol
from symbuild.steps.wasm_module import leb, read_number, sections

_CUSTOM, _IMPORTS, _EXPORTS = 0, 2, 7  # sections of a module
_LINKING = "linking"
_SEGMENTS, _INITIALISERS, _GROUPS, _SYMBOLS = 5, 6, 7, 8  # subsections of `linking`
_FUNCTION, _DATA, _GLOBAL, _SECTION, _TAG, _TABLE = range(6)  # kinds of symbols
# Kinds of symbols that stand for an item of an index space, by the kind that imports and exports have for it.
_SPACES = {_FUNCTION: 0, _TABLE: 1, _GLOBAL: 3, _TAG: 4}
_WEAK, _LOCAL, _HIDDEN = 0x01, 0x02, 0x04  # flags of symbols
_UNDEFINED, _EXPORTED, _EXPLICIT_NAME, _NO_STRIP = 0x10, 0x20, 0x40, 0x80


@frozen
class _Imported:
    """Module and name of an import, by its kind and its number among those of the kind."""

    module: str
    name: str


_Imports = Mapping[tuple[int, int], _Imported]


@frozen
class _Entry:
    """A symbol as it stands in the table. ``name`` is None where the import's is meant, ``rest`` is what follows it."""

    kind: int
    flags: int
    index: int | None
    name: str | None
    rest: bytes = b""

    @property
    def is_global(self) -> bool:
        return self.kind != _SECTION and not self.flags & _LOCAL

    @property
    def is_defined(self) -> bool:
        return not self.flags & _UNDEFINED


class _Reader:
    """Takes bytes apart from the front. Raises IndexError at their end."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    @property
    def is_left(self) -> bool:
        return self.at < len(self.data)

    def byte(self) -> int:
        self.at += 1
        return self.data[self.at - 1]

    def number(self) -> int:
        value, self.at = read_number(self.data, self.at)
        return value

    def take(self, size: int) -> bytes:
        if self.at + size > len(self.data):
            raise IndexError
        self.at += size
        return self.data[self.at - size : self.at]

    def text(self) -> str:
        return self.take(self.number()).decode(ENCODING, ERRORS)

    def since(self, start: int) -> bytes:
        return self.data[start : self.at]


def _blob(data: bytes) -> bytes:
    return leb(len(data)) + data


def _encoded(text: str) -> bytes:
    return _blob(text.encode(ENCODING, ERRORS))


# ---- reading ---------------------------------------------------------------------------------------------------------
class _Wasm:
    """An object taken apart."""

    def __init__(self, data: bytes, where: str) -> None:
        self.sections = list(sections(data, where))
        self.imports: _Imports = {}
        self.exports: tuple[tuple[str, int, int], ...] = ()
        self.linking: list[tuple[int, bytes]] | None = None
        for kind, content in self.sections:
            if kind == _IMPORTS:
                self.imports = dict(_numbered(_imports(_Reader(content))))
            elif kind == _EXPORTS:
                self.exports = tuple(_exports(_Reader(content)))
            elif kind == _CUSTOM and _title(content) == _LINKING:
                self.linking = _subsections(content)

    def entries(self) -> Iterator[_Entry]:
        for kind, content in self.linking or ():
            if kind == _SYMBOLS:
                yield from _entries(_Reader(content))

    def name_of(self, entry: _Entry) -> str:
        """The symbol's name; an undefined one may have that of its import."""
        if entry.name is not None or entry.kind == _SECTION:
            return entry.name or ""
        assert entry.index is not None, "a symbol without a name of its own stands for an item"
        return self.imports[_SPACES[entry.kind], entry.index].name

    def export_symbols(self) -> Iterator[Export]:
        """The functions that the object exports, by symbol."""
        functions = {e.index: self.name_of(e) for e in self.entries() if e.kind == _FUNCTION and e.is_defined}
        return (Export(name, functions[index]) for name, kind, index in self.exports if kind == _SPACES[_FUNCTION])


def read_wasm(data: bytes, where: str) -> ObjectFile:
    """The names of a wasm object. Raises InputError for a linked or damaged file."""
    try:
        wasm = _Wasm(data, where)
        if wasm.linking is None:
            raise InputError(
                "not an object file, but a linked module",
                where=where,
                help="name what the compiler wrote, or an archive",
            )
        entries = [(e, wasm.name_of(e)) for e in wasm.entries()]
        groups = frozenset(g for kind, content in wasm.linking if kind == _GROUPS for g in _groups(_Reader(content)))
        segments = (s for kind, content in wasm.linking if kind == _SEGMENTS for s in _segments(_Reader(content)))
        return ObjectFile(
            where,
            data,
            "wasm",
            "wasm",
            tuple(ObjectSymbol(n, e.is_defined, bool(e.flags & _WEAK)) for e, n in entries if e.is_global),
            groups,
            (*segments, *(_title(content) for kind, content in wasm.sections if kind == _CUSTOM)),
            priorities=frozenset(
                p for kind, content in wasm.linking if kind == _INITIALISERS for p, _ in _runs(_Reader(content))
            ),
            imports=tuple(_function_imports(wasm, entries)),
            exports=tuple(wasm.export_symbols()),
        )
    except (IndexError, KeyError) as error:
        raise InputError("the file is damaged or cut off", where=where) from error


def _function_imports(wasm: _Wasm, entries: list[tuple[_Entry, str]]) -> Iterator[Import]:
    for entry, name in entries:
        if entry.kind == _FUNCTION and not entry.is_defined and entry.index is not None:
            imported = wasm.imports[_SPACES[_FUNCTION], entry.index]
            yield Import(name, imported.module, imported.name)


def _title(content: bytes) -> str:
    """The name of a custom section."""
    return _Reader(content).text()


def _subsections(content: bytes) -> list[tuple[int, bytes]]:
    reader = _Reader(content)
    reader.text()
    version = reader.number()
    if version != 2:
        raise InputError(f"the object is of version {version} of wasm's linking section; this symbuild reads 2")
    found = []
    while reader.is_left:
        kind = reader.byte()
        found.append((kind, reader.take(reader.number())))
    return found


def _imports(reader: _Reader) -> Iterator[tuple[int, _Imported]]:
    for _ in range(reader.number()):
        imported = _Imported(reader.text(), reader.text())
        kind = reader.byte()
        _skip_type(reader, kind)
        yield kind, imported


def _skip_type(reader: _Reader, kind: int) -> None:
    match kind:
        case 1:  # a table: the type of its elements, then limits
            reader.byte()
            _skip_limits(reader)
        case 2:  # a memory
            _skip_limits(reader)
        case 3:  # a global: type and mutability
            reader.take(2)
        case 4:  # a tag: attribute and type
            reader.byte()
            reader.number()
        case _:  # a function: the index of its type
            reader.number()


def _skip_limits(reader: _Reader) -> None:
    has_maximum = reader.byte() & 1
    reader.number()
    if has_maximum:
        reader.number()


def _numbered(imports: Iterator[tuple[int, _Imported]]) -> Iterator[tuple[tuple[int, int], _Imported]]:
    counts: dict[int, int] = {}
    for kind, imported in imports:
        number = counts.get(kind, 0)
        counts[kind] = number + 1
        yield (kind, number), imported


def _exports(reader: _Reader) -> Iterator[tuple[str, int, int]]:
    for _ in range(reader.number()):
        yield reader.text(), reader.byte(), reader.number()


def _entries(reader: _Reader) -> Iterator[_Entry]:
    for _ in range(reader.number()):
        kind, flags = reader.byte(), reader.number()
        is_defined = not flags & _UNDEFINED
        if kind in _SPACES:
            index = reader.number()
            yield _Entry(kind, flags, index, reader.text() if is_defined or flags & _EXPLICIT_NAME else None)
        elif kind == _DATA:
            name, start = reader.text(), reader.at
            if is_defined:  # segment, offset and size
                _ = reader.number(), reader.number(), reader.number()
            yield _Entry(kind, flags, None, name, reader.since(start))
        elif kind == _SECTION:
            yield _Entry(kind, flags, reader.number(), None)
        else:
            raise InputError(f"the object has a symbol of kind {kind}, which this symbuild does not know")


def _groups(reader: _Reader) -> Iterator[str]:
    for _ in range(reader.number()):
        yield reader.text()
        reader.number()  # flags, none of which are in use
        for _ in range(reader.number()):
            _ = reader.number(), reader.number()  # kind and index of a member


def _runs(reader: _Reader) -> Iterator[tuple[int, int]]:
    """Priority and symbol of each initialiser."""
    return ((reader.number(), reader.number()) for _ in range(reader.number()))


def _segments(reader: _Reader) -> Iterator[str]:
    for _ in range(reader.number()):
        yield reader.text()
        _ = reader.number(), reader.number()  # alignment and flags


# ---- writing ---------------------------------------------------------------------------------------------------------
def rewrite_wasm(data: bytes, changes: Changes) -> bytes:
    """The object with new names, and without exports that do not stay."""
    wasm = _Wasm(data, "")
    dropped = set[int]()
    if changes.exports is not None:
        stay = changes.exports
        kept = {index for name, _, index in wasm.exports if name in stay}
        dropped = {index for _, _, index in wasm.exports} - kept
    out = bytearray(data[:8])
    for kind, old in wasm.sections:
        content = old
        if kind == _EXPORTS and changes.exports is not None:
            content = _kept_exports(wasm, changes.exports)
        elif kind == _CUSTOM and _title(old) == _LINKING:
            content = _linking(wasm, changes, dropped)
        elif kind == _CUSTOM and (new := changes.sections.get(_title(old))) is not None:
            content = _encoded(new) + old[len(_encoded(_title(old))) :]
        out += bytes([kind]) + _blob(content)
    return bytes(out)


def _kept_exports(wasm: _Wasm, names: frozenset[str]) -> bytes:
    kept = [_encoded(name) + bytes([kind]) + leb(index) for name, kind, index in wasm.exports if name in names]
    return leb(len(kept)) + b"".join(kept)


def _linking(wasm: _Wasm, changes: Changes, dropped: set[int]) -> bytes:
    writers: dict[int, Callable[[bytes], bytes]] = {
        _SYMBOLS: lambda content: _symbols(wasm, content, changes, dropped),
        _GROUPS: lambda content: _named(content, changes.symbols, _after_group),
        _SEGMENTS: lambda content: _named(content, changes.sections, _after_segment),
        _INITIALISERS: lambda content: _initialisers(content, changes.priorities),
    }
    out = bytearray(_encoded(_LINKING) + leb(2))
    for kind, content in wasm.linking or ():
        out += bytes([kind]) + _blob(writers.get(kind, bytes)(content))
    return bytes(out)


def _symbols(wasm: _Wasm, content: bytes, changes: Changes, dropped: set[int]) -> bytes:
    entries = [_changed(wasm, entry, changes, dropped) for entry in _entries(_Reader(content))]
    return leb(len(entries)) + b"".join(chain.from_iterable(map(_entry_bytes, entries)))


def _changed(wasm: _Wasm, entry: _Entry, changes: Changes, dropped: set[int]) -> _Entry:
    flags, name = entry.flags, entry.name
    new = changes.symbols.get(wasm.name_of(entry)) if entry.is_global else None
    if new is not None:
        name = new
        if entry.kind in _SPACES and not entry.is_defined:
            flags |= _EXPLICIT_NAME
    if entry.kind == _FUNCTION and entry.is_defined and entry.index in dropped:
        # Nobody calls it from outside any more, so it goes unless somebody inside does.
        flags &= ~(_EXPORTED | _NO_STRIP)
    return _Entry(entry.kind, flags, entry.index, name, entry.rest)


def _entry_bytes(entry: _Entry) -> Iterator[bytes]:
    yield bytes([entry.kind]) + leb(entry.flags)
    if entry.index is not None:
        yield leb(entry.index)
    if entry.name is not None:
        yield _encoded(entry.name)
    yield entry.rest


def _named(content: bytes, names: Mapping[str, str], skip: Callable[[_Reader], None]) -> bytes:
    """A list of things that begin with their names; ``skip`` reads the rest of one."""
    reader = _Reader(content)
    count = reader.number()
    out = bytearray(leb(count))
    for _ in range(count):
        name, start = reader.text(), reader.at
        skip(reader)
        out += _encoded(names.get(name, name)) + reader.since(start)
    return bytes(out)


def _after_group(reader: _Reader) -> None:
    reader.number()
    for _ in range(reader.number()):
        _ = reader.number(), reader.number()


def _after_segment(reader: _Reader) -> None:
    _ = reader.number(), reader.number()


def _initialisers(content: bytes, priorities: Mapping[int, int]) -> bytes:
    runs = [leb(priorities.get(priority, priority)) + leb(symbol) for priority, symbol in _runs(_Reader(content))]
    return leb(len(runs)) + b"".join(runs)
