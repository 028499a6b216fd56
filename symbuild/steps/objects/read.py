"""Objects of files and static archives, and the members of archives that a link would take."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from symbuild.errors import InputError
from symbuild.frozen import frozen
from symbuild.steps.binary import ARCHIVE_MAGIC, ELF_MAGIC, THIN_MAGIC, WASM_MAGIC, bytes_of, members
from symbuild.steps.objects import coff, macho
from symbuild.steps.objects.elf import read_elf, rewrite_elf
from symbuild.steps.objects.model import Changes, Format, ObjectFile
from symbuild.steps.objects.wasm import read_wasm, rewrite_wasm

_BITCODE = (b"BC\xc0\xde", b"\xde\xc0\x17\x0b")
# rustc's own notes in a library.
_NO_CODE = ("lib.rmeta",)


@frozen
class Inputs:
    """What a component is linked of: objects that are taken, and members of archives that are taken if needed."""

    objects: tuple[ObjectFile, ...]
    members: tuple[ObjectFile, ...]


Reader = Callable[[bytes, str], ObjectFile]


def read_inputs(paths: Iterable[Path], bitcode: Reader | None = None) -> Inputs:
    """Read objects and static archives, modules of LLVM's intermediate code by ``bitcode``, if anything is to.

    Raises InputError for anything else.
    """
    objects, found = [], []
    for path in paths:
        data = bytes_of(path)
        if data.startswith((ARCHIVE_MAGIC, THIN_MAGIC)):
            found += [_read(d, f"{path}({n})", bitcode) for n, d in members(data, path) if n not in _NO_CODE]
        else:
            objects.append(_read(data, str(path), bitcode))
    return Inputs(tuple(objects), tuple(found))


def _read(data: bytes, where: str, bitcode: Reader | None) -> ObjectFile:
    return bitcode(data, where) if bitcode and data.startswith(_BITCODE) else read_object(data, where)


def read_object(data: bytes, where: str) -> ObjectFile:
    """Read one object. Raises InputError for what is none, or of a format whose names cannot be changed."""
    if data.startswith(ELF_MAGIC):
        return read_elf(data, where)
    if data.startswith(_BITCODE):
        return ObjectFile(where, data, "bitcode", "", (), hidden_code="LLVM's intermediate code")
    if data.startswith(WASM_MAGIC):
        return read_wasm(data, where)
    if data.startswith(macho.MAGIC):
        return macho.read_macho(data, where)
    if data.startswith(coff.MAGICS):
        return coff.read_coff(data, where)
    raise InputError(
        "not an object file of ELF, Mach-O (64 bits, of one machine), COFF or wasm",
        where=where,
        help="name what the compiler wrote, or a static archive",
    )


def rewrite(object: ObjectFile, changes: Changes) -> ObjectFile:
    """The object with new names, read anew: what a linker will see."""
    if changes == Changes() or object.format == "bitcode":
        return object
    return read_object(_WRITERS[object.format](object.data, changes), object.name)


_WRITERS: Mapping[Format, Callable[[bytes, Changes], bytes]] = {
    "elf": rewrite_elf,
    "macho": macho.rewrite_macho,
    "coff": coff.rewrite_coff,
    "wasm": rewrite_wasm,
}


def needed(inputs: Inputs, roots: Iterable[str]) -> tuple[ObjectFile, ...]:
    """What a link takes that must define ``roots``: all objects, members that define what is missing, manifests.

    As linkers do, the first member that defines a name is taken, and none for a name that may be missing (weak).
    """
    by_name = _by_name(inputs.members)
    taken = [*inputs.objects, *(m for m in inputs.members if m.wit)]
    chosen = set(map(id, taken))
    defined = {name for object in taken for name in object.defined}
    missing = [*(name for name in roots), *_missing(taken)]
    while missing:
        name = missing.pop()
        member = None if name in defined else by_name.get(name)
        if member is not None and id(member) not in chosen:
            chosen.add(id(member))
            defined |= member.defined
            missing += _missing([member])
    order = (*inputs.objects, *inputs.members)
    return tuple(object for object in order if id(object) in chosen)


def _by_name(members: Sequence[ObjectFile]) -> Mapping[str, ObjectFile]:
    found: dict[str, ObjectFile] = {}
    for member in members:
        for name in member.defined:
            found.setdefault(name, member)
    return found


def _missing(objects: Iterable[ObjectFile]) -> Iterator[str]:
    return (s.name for o in objects for s in o.symbols if not s.defined and not s.weak)
