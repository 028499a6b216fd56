"""What a linker was told to link, as one archive: objects, and the members of static libraries.

GNU's and LLVM's ``ar`` format without an index of symbols: the archive is linked whole.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from symbuild.errors import InputError, UsageError
from symbuild.frozen import frozen
from symbuild.steps.binary import ARCHIVE_MAGIC, members

_SUFFIXES = (".o", ".obj", ".rlib", ".a")
_HEADER = 60  # bytes before each member
# rustc's own: what it wrote into a library for itself; what keeps members of libraries that are not linked whole; and
# what starts a program on wasm, which is whoever's that links it.
_NOT_LINKED = frozenset({"lib.rmeta", "symbols.o", "crt1-command.o"})


@frozen
class Link:
    """An archive's bytes, and the arguments that name what else is linked with it."""

    archive: bytes
    args: tuple[str, ...]


def read_link(args: Sequence[str]) -> tuple[Link, Path]:
    """What a compiler driver's arguments would link, and the file they name as output."""
    args = list(_expanded(args))
    if "-o" not in args[:-1]:
        raise UsageError("no output is named", help="give `-o FILE` as to a compiler driver")
    inputs = [Path(arg) for arg in args if arg.endswith(_SUFFIXES) and not arg.startswith("-")]
    archive = pack(member for path in inputs for member in _objects(path))
    return Link(archive, tuple(_libraries(args))), Path(args[args.index("-o") + 1])


def pack_link(link: Link) -> bytes:
    """Both in one file: a line of JSON, then the archive."""
    return json.dumps(link.args).encode() + b"\n" + link.archive


def unpack_link(data: bytes) -> Link:
    """What `pack_link` made."""
    line, _, archive = data.partition(b"\n")
    return Link(archive, tuple(json.loads(line)))


def pack(objects: Iterable[tuple[str, bytes]]) -> bytes:
    """An archive of files by name, of which several may be the same. It tells no times, owners or modes."""
    names, bodies = bytearray(), []
    for name, content in objects:
        header = _header(f"/{len(names)}", len(content), "644")
        names += f"{name}/\n".encode()
        bodies.append(header + content + b"\n" * (len(content) % 2))
    names += b"\n" * (len(names) % 2)
    return b"".join((ARCHIVE_MAGIC, _header("//", len(names), ""), names, *bodies))


def pack_indexed(objects: Iterable[tuple[str, bytes, Sequence[str]]]) -> bytes:
    """An archive with an index of symbols: files by name, each with the names it defines."""
    files = [(name, content, tuple(symbols)) for name, content, symbols in objects]
    plain = pack((name, content) for name, content, _ in files)
    names = b"".join(f"{symbol}\0".encode(errors="surrogateescape") for *_, symbols in files for symbol in symbols)
    names += b"\0" * (len(names) % 2)
    count = sum(len(symbols) for *_, symbols in files)
    # GNU's index: a number and offsets of members, big-endian on every machine, then the names.
    size = 4 + 4 * count + len(names)
    shift = _HEADER + size
    index = bytearray(count.to_bytes(4, "big"))
    at = len(ARCHIVE_MAGIC) + _HEADER + int(plain[len(ARCHIVE_MAGIC) + 48 : len(ARCHIVE_MAGIC) + 58])
    for _, content, symbols in files:
        index += (at + shift).to_bytes(4, "big") * len(symbols)
        at += _HEADER + len(content) + len(content) % 2
    return b"".join((ARCHIVE_MAGIC, _header("/", size, "0"), index, names, plain[len(ARCHIVE_MAGIC) :]))


def pack_indexed_bsd(objects: Iterable[tuple[str, bytes, Sequence[str]]]) -> bytes:
    """The same in BSD's format, as macOS has it; its linker wants members at multiples of 8."""
    files = [(_padded(name), content, tuple(symbols)) for name, content, symbols in objects]
    texts = b"".join(f"{symbol}\0".encode(errors="surrogateescape") for *_, symbols in files for symbol in symbols)
    texts += bytes(-len(texts) % 8)
    count = sum(len(symbols) for *_, symbols in files)
    index_name = _padded("__.SYMDEF")
    at = len(ARCHIVE_MAGIC) + _HEADER + len(index_name) + 8 + 8 * count + len(texts)
    entries, bodies, text_at = bytearray(), [], 0
    for name, content, symbols in files:
        for symbol in symbols:
            entries += struct.pack("<II", text_at, at)
            text_at += len(symbol.encode(errors="surrogateescape")) + 1
        body = name + content + b"\n" * (-len(content) % 8)
        bodies.append(_header(f"#1/{len(name)}", len(body), "644") + body)
        at += _HEADER + len(body)
    index = struct.pack("<I", len(entries)) + bytes(entries) + struct.pack("<I", len(texts)) + texts
    head = _header(f"#1/{len(index_name)}", len(index_name) + len(index), "644")
    return b"".join((ARCHIVE_MAGIC, head, index_name, index, *bodies))


def _padded(name: str) -> bytes:
    """A member's name as it stands before its content, which then begins at a multiple of 8."""
    raw = name.encode()
    return raw + bytes(-(len(ARCHIVE_MAGIC) + _HEADER + len(raw)) % 8)


def _header(name: str, size: int, mode: str) -> bytes:
    zero = "0" if mode else ""
    return f"{name:16}{zero:12}{zero:6}{zero:6}{mode:8}{size:<10}`\n".encode()


def _objects(path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read `{path}`: {error.strerror}") from error
    found = [(path.name, data)] if path.suffix in (".o", ".obj") else members(data, path)
    yield from ((name, content) for name, content in found if name not in _NOT_LINKED)


def _expanded(args: Sequence[str]) -> Iterator[str]:
    """Arguments with those of response files in their place; rustc escapes with backslashes there."""
    import shlex  # only where a command line was too long

    for arg in args:
        if arg.startswith("@"):
            yield from shlex.split(Path(arg[1:]).read_text(encoding="utf-8"))
        else:
            yield arg


def _libraries(args: Sequence[str]) -> Iterator[str]:
    """Shared libraries, by name or path, and the folders they are in. rustc's temporary folders are gone by then."""
    previous = ""
    for arg in args:
        if previous == "-L" and Path(arg).name != "raw-dylibs":
            yield f"-L{arg}"
        elif arg.startswith("-l") or (arg.startswith("-L") and arg != "-L") or arg.endswith((".so", ".dylib")):
            yield arg
        previous = arg
