"""Mach-O, PE and COFF files by LIEF. Slow to load, so it is imported for these files only."""

from __future__ import annotations

from typing import Any

import lief

from symbuild.errors import InputError
from symbuild.steps.binary import Binary, Kind, Section, Symbol

# LIEF says on standard error what it thinks of a damaged file; we say it once, in our own words.
lief.logging.disable()

_MACHINES = {"AMD64": "x86_64", "I386": "x86", "ARM64": "aarch64", "ARMNT": "arm"}
_DLL = 0x2000  # IMAGE_FILE_DLL


def read_pe(data: bytes) -> Binary:
    """Read a DLL or a Windows program."""
    pe = _parsed(lief.PE.parse(data))
    exported = pe.get_export() if pe.has_exports else None
    wit = next((s for s in pe.sections if s.name == ".wit"), None)
    return Binary(
        "pe",
        "library" if pe.header.characteristics & _DLL else "program",
        _machine(pe.header.machine),
        exported.name if exported else None,
        tuple(library.name for library in pe.imports),
        _sorted({entry.name for entry in exported.entries} if exported else set()),
        _sorted({entry.name for library in pe.imports for entry in library.entries if not entry.is_ordinal}),
        tuple(Section(str(s.name), s.virtual_size) for s in pe.sections),
        bytes(wit.content)[: wit.virtual_size] if wit else None,
    )


def read_coff(data: bytes) -> Binary:
    """Read an object for Windows."""
    coff = _parsed(lief.COFF.parse(data))
    external = [s for s in coff.symbols if s.storage_class == lief.COFF.Symbol.STORAGE_CLASS.EXTERNAL]
    machine = _machine(coff.header.machine)
    # On 32-bit x86, C's names have an underscore in front. `__imp_f` is the pointer to a function `f` of a DLL.
    prefix = "_" if machine == "x86" else ""
    defined = {str(s.name).removeprefix(prefix) for s in external if s.section_idx != 0 or s.value}
    wanted = {str(s.name).removeprefix("__imp_").removeprefix(prefix) for s in external} - defined
    wit = next((s for s in coff.sections if s.name == ".wit"), None)
    return Binary(
        "coff",
        "object",
        machine,
        exports=_sorted(defined),
        imports=_sorted(wanted),
        sections=tuple(Section(str(s.name), s.sizeof_raw_data) for s in coff.sections),
        wit=bytes(wit.content) if wit else None,
    )


def read_macho(data: bytes) -> Binary:
    """Read a dylib, bundle, program or object for macOS; of a universal file, its first architecture."""
    universal = _parsed(lief.MachO.parse(data))
    macho: Any = universal.at(0)
    commands = list(macho.commands)
    identities = [c.name for c in commands if c.command == lief.MachO.LoadCommand.TYPE.ID_DYLIB]
    kind = _macho_kind(macho)
    external = [s for s in macho.symbols if s.category == lief.MachO.Symbol.CATEGORY.EXTERNAL]
    undefined = [s for s in macho.symbols if s.category == lief.MachO.Symbol.CATEGORY.UNDEFINED]
    wit = next((s for s in macho.sections if (s.segment_name, s.name) == ("__TEXT", "__wit")), None)
    return Binary(
        "macho",
        kind,
        _machine(macho.header.cpu_type),
        identities[0] if identities else None,
        tuple(library.name for library in macho.libraries if library.name not in identities),
        _sorted({_c_name(s) for s in external}),
        _sorted({_c_name(s) for s in undefined}),
        tuple(Section(f"{s.segment_name},{s.name}", s.size) for s in macho.sections),
        bytes(wit.content) if wit else None,
    )


def _macho_kind(macho: Any) -> Kind:
    kinds = lief.MachO.Header.FILE_TYPE
    match macho.header.file_type:
        case kinds.OBJECT:
            return "object"
        case kinds.EXECUTE:
            return "program"
        case kinds.DYLIB | kinds.BUNDLE:
            return "library"
    raise InputError(f"neither library, program nor object, but {macho.header.file_type}")


def _parsed(file: Any) -> Any:
    if file is None:
        raise InputError("the file is damaged or cut off")
    return file


def _machine(machine: Any) -> str:
    name = str(machine).rpartition(".")[2]
    return _MACHINES.get(name, name.lower())


def _c_name(symbol: Any) -> str:
    return str(symbol.name).removeprefix("_")


def _sorted(names: set[str]) -> tuple[Symbol, ...]:
    return tuple(map(Symbol, sorted(names)))
