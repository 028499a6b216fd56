"""Built files as one frozen value: what a file offers, what it wants, and the manifest it carries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from symbuild.errors import InputError, SymbuildError, ToolError

Format = Literal["elf", "macho", "pe", "coff", "wasm", "bitcode"]
Kind = Literal["library", "program", "object", "archive", "component", "module"]


@dataclass(frozen=True, slots=True, order=True)
class Symbol:
    """A name at the border of a file; ``version`` is the version node of ELF, None where there is none."""

    name: str
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A section and its size in bytes, in the file's order."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Binary:
    """What a file says of itself. Names are those of C: Mach-O's leading underscore is taken off.

    ``name`` is the soname, install name or DLL name. ``exports`` is what the loader can take from the file; of an
    object or archive, every global symbol it defines. ``imports`` is what it leaves undefined. ``wit`` is the content
    of the section ``.wit``, None where there is none. ``opaque``: (some of) the symbols are not to be seen, since the
    file holds a compiler's intermediate code or WebAssembly. ``search`` are the folders in which an ELF file has the
    loader look for what it needs, as they are written there. ``nodes`` are the version nodes that it wants, each with
    the library it wants it of.
    """

    format: Format
    kind: Kind
    machine: str
    name: str | None = None
    needed: tuple[str, ...] = ()
    exports: tuple[Symbol, ...] = ()
    imports: tuple[Symbol, ...] = ()
    sections: tuple[Section, ...] = ()
    wit: bytes | None = None
    opaque: bool = False
    search: tuple[str, ...] = ()
    nodes: tuple[tuple[str, str], ...] = ()


ELF_MAGIC = b"\x7fELF"
WASM_MAGIC = b"\0asm"
ARCHIVE_MAGIC = b"!<arch>\n"
THIN_MAGIC = b"!<thin>\n"
_BITCODE_MAGICS = (b"BC\xc0\xde", b"\xde\xc0\x17\x0b")
_MACHO_MAGICS = (
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"\xfe\xed\xfa\xcf",
    b"\xfe\xed\xfa\xce",
    b"\xca\xfe\xba\xbe",
)
# The machine types with which a COFF object begins: x86-64, x86, aarch64, 32-bit ARM.
_COFF_MACHINES = (b"\x64\x86", b"\x4c\x01", b"\x64\xaa", b"\xc4\x01")


def read(path: Path) -> Binary:
    """Read a library, program, object, static archive or wasm file. Raises InputError for anything else."""
    data = bytes_of(path)
    if data.startswith((ARCHIVE_MAGIC, THIN_MAGIC)):
        return _read_archive(data, path)
    return _read_one(data, str(path))


def bytes_of(path: Path) -> bytes:
    """The content of a file. Raises InputError where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read `{path}`: {error.strerror}") from error


def _read_one(data: bytes, where: str) -> Binary:
    try:
        return _dispatch(data, where)
    except SymbuildError:
        raise
    # The parsers were not written for damaged files and raise whatever their code happens to trip over.
    except Exception as error:
        raise InputError("the file is damaged or cut off", where=where) from error


def _dispatch(data: bytes, where: str) -> Binary:
    if data.startswith(ELF_MAGIC):
        from symbuild.steps.binary_elf import read_elf

        return read_elf(data)
    if data.startswith(WASM_MAGIC):
        from symbuild.steps.wasm_module import custom_section

        # Bytes 4 to 8: a version and a layer; components are layer 1.
        kind: Kind = "component" if data[6:8] == b"\x01\0" else "module"
        return Binary("wasm", kind, "wasm", wit=custom_section(data, ".wit"), opaque=True)
    if data.startswith(_BITCODE_MAGICS):
        return Binary("bitcode", "object", "llvm", opaque=True)
    if data.startswith((b"MZ", *_MACHO_MAGICS, *_COFF_MACHINES)):
        try:
            from symbuild.steps.binary_lief import read_coff, read_macho, read_pe
        except ModuleNotFoundError as error:
            raise ToolError(
                f"to read this file takes {error.name}", where=where, help=f"pip install {error.name}"
            ) from error

        if data.startswith(b"MZ"):
            return read_pe(data)
        return read_macho(data) if data.startswith(_MACHO_MAGICS) else read_coff(data)
    raise InputError(
        "not an object file",
        where=where,
        help="name a library, program, object or archive (ELF, Mach-O, PE) or a wasm file",
    )


def _read_archive(data: bytes, path: Path) -> Binary:
    objects = [_read_one(member, f"{path}({name})") for name, member in members(data, path)]
    if not objects:
        raise InputError("the archive is empty", where=str(path))
    exports = {symbol for o in objects for symbol in o.exports}
    imports = {symbol for o in objects for symbol in o.imports}
    return replace(
        objects[0],
        kind="archive",
        exports=tuple(sorted(exports)),
        imports=tuple(sorted(imports - exports)),
        sections=(),
        wit=b"".join(o.wit for o in objects if o.wit) or None,
        opaque=any(o.opaque for o in objects),
    )


def members(data: bytes, path: Path) -> Iterator[tuple[str, bytes]]:
    """The object files of an ``ar`` archive: System V (GNU), BSD (macOS) and thin ones (GNU; paths of files beside)."""
    thin = data.startswith(THIN_MAGIC)
    names, at = b"", len(ARCHIVE_MAGIC)
    while at + 60 <= len(data):
        header = data[at : at + 60]
        raw, length = header[:16].rstrip(), header[48:58].strip()
        if header[58:] != b"`\n" or not length.isdigit():
            raise InputError("the archive is damaged", where=str(path))
        at += 60
        special = raw in (b"/", b"//", b"/SYM64/")
        stored = 0 if thin and not special else int(length)
        content = data[at : at + stored]
        if len(content) < stored:
            raise InputError("the archive is cut off", where=str(path))
        at += stored + stored % 2
        if raw == b"//":
            names = content
        elif not special:
            name, content = _member_name(raw, names, content)
            if thin:
                yield name, _outside(path.parent / name, path)
            elif not name.startswith("__.SYMDEF"):
                yield name, content


def _member_name(raw: bytes, names: bytes, content: bytes) -> tuple[str, bytes]:
    if raw.startswith(b"#1/") and raw[3:].isdigit():
        # BSD: the name is the beginning of the content.
        length = int(raw[3:])
        return content[:length].rstrip(b"\0").decode(errors="replace"), content[length:]
    # GNU's ar ends the field of a thin archive's first name with a slash.
    if raw.startswith(b"/") and (offset := raw[1:].rstrip(b" /")).isdigit():
        raw = names[int(offset) :].split(b"\n", 1)[0]
    return raw.removesuffix(b"/").decode(errors="replace"), content


def _outside(member: Path, archive: Path) -> bytes:
    try:
        return member.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read `{member}`: {error.strerror}", where=f"thin archive {archive}") from error
