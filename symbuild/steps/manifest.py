"""The manifest: the world a built component carries in its section ``.wit``. ``MANIFEST.md`` writes down the bytes."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Literal, get_args

from symbuild.abi.interface_hash import ABI_VERSION, interface_hash
from symbuild.abi.mangle import ROOT
from symbuild.errors import InputError
from symbuild.frozen import frozen
from symbuild.model.world import Interface, World

MAGIC = b"symb-wit"
FORMAT_VERSION = 1

Side = Literal["import", "export"]
StringEncoding = Literal["utf8", "utf16"]

_SIDES: tuple[Side, ...] = get_args(Side)
_ENCODINGS: tuple[StringEncoding, ...] = get_args(StringEncoding)

# Magic, format version, reserved, size of the whole record, ABI version, string encoding and three reserved bytes.
_HEADER = struct.Struct("<8sHHIIB3x")
_COUNT = struct.Struct("<I")
_HASH_SIZE = 32


@frozen
class Entry:
    """One item of the world: an interface, or (module ``$root``) the world's own functions on one side.

    ``module`` is the first half of the item's symbols: an interface id, a label, or ``$root``. ``interface`` is the
    interface's id, or None where it has none.
    """

    side: Side
    module: str
    interface: str | None
    hash: bytes


@frozen
class Manifest:
    """What one component says of itself. ``world`` is ``ns:pkg/world@version``; ``wit`` the world's encoding."""

    component: str
    world: str
    entries: tuple[Entry, ...]
    wit: bytes
    string_encoding: StringEncoding = "utf8"
    abi_version: int = ABI_VERSION


def describe(world: World, component: str, wit: bytes, string_encoding: StringEncoding = "utf8") -> Manifest:
    """The manifest of a component; ``wit`` is the binary encoding of ``world``."""
    return Manifest(component, world.id, entries_of(world), wit, string_encoding)


def entries_of(world: World) -> tuple[Entry, ...]:
    """The items of a world with their hashes: imports before exports, by module within a side."""
    sides: tuple[tuple[Side, tuple[tuple[str, Interface], ...]], ...] = (
        ("import", _items(world, imports=True)),
        ("export", _items(world, imports=False)),
    )
    return tuple(
        Entry(side, module, interface.id, interface_hash(interface))
        for side, items in sides
        for module, interface in sorted(items, key=lambda item: item[0])
    )


def _items(world: World, *, imports: bool) -> tuple[tuple[str, Interface], ...]:
    items = world.imports if imports else world.exports
    functions = world.imported_functions if imports else world.exported_functions
    root = ((ROOT, Interface(None, None, world.types, functions)),) if functions else ()
    return (*((item.key, item.interface) for item in items), *root)


def encode(manifest: Manifest) -> bytes:
    """The bytes of the section."""
    body = b"".join(
        [
            _blob(manifest.component.encode()),
            _blob(manifest.world.encode()),
            _COUNT.pack(len(manifest.entries)),
            *map(_encode_entry, manifest.entries),
            _blob(manifest.wit),
        ]
    )
    encoding = _ENCODINGS.index(manifest.string_encoding)
    size = _HEADER.size + len(body)
    return _HEADER.pack(MAGIC, FORMAT_VERSION, 0, size, manifest.abi_version, encoding) + body


def decode(data: bytes) -> Manifest:
    """The manifest at the beginning of ``data``; zeros may follow it. Raises InputError for anything else."""
    first, *others = decode_all(data) or (None,)
    if first is None:
        raise InputError("the section .wit is empty")
    if others:
        raise InputError(f"the section .wit holds {len(others) + 1} manifests where one was expected")
    return first


def decode_all(data: bytes) -> tuple[Manifest, ...]:
    """The manifests of a section. A linker that merged several objects into it left zeros in between, if anything."""
    return tuple(_decode_record(record) for record in _records(data))


def _records(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        if data[at] == 0:
            at += 1
            continue
        if len(data) - at < _HEADER.size or not data.startswith(MAGIC, at):
            raise InputError("the section .wit holds something that is not a manifest")
        size = _HEADER.unpack_from(data, at)[3]
        if not _HEADER.size <= size <= len(data) - at:
            raise InputError(f"the manifest is cut off: {size} bytes expected, {len(data) - at} found")
        yield data[at : at + size]
        at += size


def _decode_record(record: bytes) -> Manifest:
    _, version, _, _, abi_version, encoding = _HEADER.unpack_from(record)
    if version != FORMAT_VERSION:
        raise InputError(
            f"the manifest is of format {version}; this symbuild reads format {FORMAT_VERSION}",
            help="use the symbuild that built the file, or a newer one",
        )
    if encoding >= len(_ENCODINGS):
        raise InputError(f"the manifest names string encoding {encoding}, which does not exist")
    reader = _Reader(record)
    component, world = reader.text(), reader.text()
    entries = tuple(_decode_entry(reader) for _ in range(reader.count(_ENTRY_MINIMUM)))
    wit = reader.blob()
    if reader.left():
        raise InputError(f"the manifest has {reader.left()} bytes too many")
    return Manifest(component, world, entries, wit, _ENCODINGS[encoding], abi_version)


_ENTRY_MINIMUM = 1 + 2 * _COUNT.size + _HASH_SIZE


def _encode_entry(entry: Entry) -> bytes:
    side = bytes([_SIDES.index(entry.side)])
    return side + _blob(entry.module.encode()) + _blob((entry.interface or "").encode()) + entry.hash


def _decode_entry(reader: _Reader) -> Entry:
    side = reader.take(1)[0]
    if side >= len(_SIDES):
        raise InputError(f"the manifest names side {side}, which does not exist")
    return Entry(_SIDES[side], reader.text(), reader.text() or None, reader.take(_HASH_SIZE))


def _blob(data: bytes) -> bytes:
    return _COUNT.pack(len(data)) + data


class _Reader:
    """Takes a record's body apart, and never reads past it."""

    def __init__(self, record: bytes) -> None:
        self._record = record
        self._at = _HEADER.size

    def left(self) -> int:
        return len(self._record) - self._at

    def take(self, count: int) -> bytes:
        if count > self.left():
            raise InputError(f"the manifest is damaged: {count} bytes expected, {self.left()} left")
        self._at += count
        return self._record[self._at - count : self._at]

    def count(self, least: int = 1) -> int:
        """A number of things that take at least ``least`` bytes each."""
        (count,) = _COUNT.unpack(self.take(_COUNT.size))
        if count * least > self.left():
            raise InputError(f"the manifest is damaged: {count} entries do not fit into {self.left()} bytes")
        return int(count)

    def blob(self) -> bytes:
        return self.take(self.count())

    def text(self) -> str:
        try:
            return self.blob().decode()
        except UnicodeDecodeError as error:
            raise InputError("the manifest is damaged: a name is not UTF-8") from error


# The C source

# One literal is what a compiler reads fastest (an eighth of the time of a list of numbers); its terminating zero falls
# into the padding that readers skip. Pedantic compilers are told that its length is meant.
_SOURCE = """\
/* The manifest of component {component} (section .wit). Generated by symbuild; do not edit. */
#if defined(__wasm__)
/* A wasm component carries its world itself. */
typedef int sb_manifest_unused;
#else
#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Woverlength-strings"
#pragma GCC diagnostic ignored "-Wattributes"
#endif
#if defined(__APPLE__)
#define SB_MANIFEST __attribute__((used, section("__TEXT,__wit")))
#elif defined(__ELF__) && defined(__has_attribute)
/* `used` keeps it in the object, `retain` keeps it through --gc-sections. */
#if __has_attribute(retain)
#define SB_MANIFEST __attribute__((used, retain, section(".wit")))
#endif
#endif
#if !defined(SB_MANIFEST)
#define SB_MANIFEST __attribute__((used, section(".wit")))
#endif
SB_MANIFEST static const unsigned char sb_manifest[] =
{literals};
#endif
"""

_LINE = 48


def render_c(manifest: bytes, component: str) -> str:
    """C (and C++) that defines the encoded ``manifest`` of ``component``, warning-free with gcc and clang."""
    lines = [manifest[i : i + _LINE] for i in range(0, len(manifest), _LINE)]
    literals = "\n".join(f'    "{line.decode("latin-1").translate(_ESCAPES)}"' for line in lines)
    return _SOURCE.format(component=component, literals=literals)


def _spelling(byte: int) -> str:
    # Three octal digits end by themselves, whatever follows; `?` could begin a trigraph.
    return chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\?' else f"\\{byte:03o}"


_ESCAPES = {byte: _spelling(byte) for byte in range(256)}
