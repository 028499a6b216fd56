"""ELF files by pyelftools, which loads in a tenth of LIEF's time: a check runs in every build."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerDefSection, GNUVerNeedSection, GNUVerSymSection
from elftools.elf.sections import SymbolTableSection

from symbuild.errors import InputError
from symbuild.steps.binary import Binary, Kind, Section, Symbol

_MACHINES = {"386": "x86", "ppc64": "powerpc64", "s390": "s390x"}
_GLOBAL = ("STB_GLOBAL", "STB_WEAK", "STB_LOOS")  # STB_LOOS: GNU's unique symbols (C++)
_DF_1_PIE = 0x08000000
_HIDDEN = 0x8000  # of a version index: not the default version
_BASE = 1  # of a version definition: it names the file
_LTO_SYMBOLS = ".gnu.lto_.symtab"


def read_elf(data: bytes) -> Binary:
    """Read an ELF file. What pyelftools makes of a damaged one is the caller's to catch."""
    elf = ELFFile(io.BytesIO(data))
    machine = str(elf["e_machine"]).removeprefix("EM_").lower()
    machine = _MACHINES.get(machine, machine)
    sections = tuple(Section(s.name, s.data_size) for s in elf.iter_sections() if s.name)
    if elf["e_type"] == "ET_REL":
        return _read_object(elf, machine, sections)
    return _read_linked(elf, machine, sections)


def _read_object(elf: ELFFile, machine: str, sections: tuple[Section, ...]) -> Binary:
    symbols = list(_symbols(elf, ".symtab"))
    defined = {name for name, entry in symbols if _is_global(entry) and entry["st_shndx"] != "SHN_UNDEF"}
    wanted = {name for name, entry in symbols if _is_global(entry) and entry["st_shndx"] == "SHN_UNDEF"}
    hidden_code = [s for s in elf.iter_sections() if s.name.startswith(_LTO_SYMBOLS)]
    for section in hidden_code:
        for name, is_defined in lto_symbols(section.data()):
            (defined if is_defined else wanted).add(name)
    return Binary(
        "elf",
        "object",
        machine,
        exports=tuple(map(Symbol, sorted(defined - {"__gnu_lto_slim", "__gnu_lto_v1"}))),
        imports=tuple(map(Symbol, sorted(wanted - defined))),
        sections=sections,
        wit=_wit(elf),
        opaque=any(s.name.startswith(".llvm.lto") for s in sections),
    )


def _read_linked(elf: ELFFile, machine: str, sections: tuple[Section, ...]) -> Binary:
    tags: list[Any] = [t for s in elf.iter_sections() if isinstance(s, DynamicSection) for t in s.iter_tags()]
    soname = next((t.soname for t in tags if t.entry.d_tag == "DT_SONAME"), None)
    versions = _versions(elf)
    exports, imports = [], []
    for index, (name, entry) in enumerate(_symbols(elf, ".dynsym")):
        version = versions.of(index)
        if not name or not _is_global(entry):
            continue
        if entry["st_shndx"] == "SHN_UNDEF":
            imports.append(Symbol(name, version))
        elif _is_visible(entry) and not versions.is_marker(index, name):
            exports.append(Symbol(name, version))
    return Binary(
        "elf",
        _linked_kind(elf, tags, soname),
        machine,
        soname,
        tuple(t.needed for t in tags if t.entry.d_tag == "DT_NEEDED"),
        tuple(sorted(exports, key=_by_name)),
        tuple(sorted(imports, key=_by_name)),
        sections,
        _wit(elf),
        search=_search(tags),
        nodes=versions.wanted,
    )


def _search(tags: list[Any]) -> tuple[str, ...]:
    """DT_RUNPATH, or DT_RPATH where there is none."""
    runpath = next((t.runpath for t in tags if t.entry.d_tag == "DT_RUNPATH"), None)
    found = runpath or next((t.rpath for t in tags if t.entry.d_tag == "DT_RPATH"), "")
    return tuple(filter(None, found.split(":")))


def _linked_kind(elf: ELFFile, tags: list[Any], soname: str | None) -> Kind:
    if elf["e_type"] not in ("ET_EXEC", "ET_DYN"):
        raise InputError(f"neither library, program nor object, but {elf['e_type']}")
    if elf["e_type"] == "ET_EXEC" or any(t.entry.d_tag == "DT_FLAGS_1" and t.entry.d_val & _DF_1_PIE for t in tags):
        return "program"
    interpreted = any(s["p_type"] == "PT_INTERP" for s in elf.iter_segments())
    return "program" if interpreted and not soname else "library"


def _by_name(symbol: Symbol) -> tuple[str, str]:
    return symbol.name, symbol.version or ""


def _symbols(elf: ELFFile, table: str) -> Iterator[tuple[str, Any]]:
    section = elf.get_section_by_name(table)
    if isinstance(section, SymbolTableSection):
        for symbol in section.iter_symbols():
            yield symbol.name, symbol.entry


def _is_global(entry: Any) -> bool:
    return entry["st_info"]["bind"] in _GLOBAL


def _is_visible(entry: Any) -> bool:
    return entry["st_other"]["visibility"] in ("STV_DEFAULT", "STV_PROTECTED")


def _wit(elf: ELFFile) -> bytes | None:
    section = elf.get_section_by_name(".wit")
    return bytes(section.data()) if section else None


@dataclass(frozen=True, slots=True)
class _Versions:
    """Version indexes of the dynamic symbols, and the nodes behind them: the file's own, and other files'.

    ``wanted`` are the other files' nodes once more, as (file, node).
    """

    indexes: tuple[int, ...]
    own: dict[int, str]
    foreign: dict[int, str]
    wanted: tuple[tuple[str, str], ...]

    def of(self, symbol: int) -> str | None:
        index = self._index(symbol)
        return self.own.get(index) or self.foreign.get(index)

    def is_marker(self, symbol: int, name: str) -> bool:
        """Whether a definition offers nothing: it names a node, or is a program's copy of another library's data."""
        index = self._index(symbol)
        return name == self.own.get(index) or index in self.foreign

    def _index(self, symbol: int) -> int:
        return self.indexes[symbol] & ~_HIDDEN if symbol < len(self.indexes) else 0


def _versions(elf: ELFFile) -> _Versions:
    indexes: tuple[int, ...] = ()
    own: dict[int, str] = {}
    foreign: dict[int, str] = {}
    wanted: list[tuple[str, str]] = []
    for section in elf.iter_sections():
        if isinstance(section, GNUVerSymSection):
            data, order = section.data(), "little" if elf.little_endian else "big"
            indexes = tuple(int.from_bytes(data[i : i + 2], order) for i in range(0, len(data), 2))  # type: ignore[arg-type]  # one of two literals
        elif isinstance(section, GNUVerDefSection):
            _require_sane(section)
            for definition, names in section.iter_versions():
                if not definition["vd_flags"] & _BASE:
                    own[definition["vd_ndx"]] = next(iter(names)).name
        elif isinstance(section, GNUVerNeedSection):
            _require_sane(section)
            for file, auxiliaries in section.iter_versions():
                for auxiliary in auxiliaries:
                    foreign[auxiliary["vna_other"]] = auxiliary.name
                    wanted.append((file.name or "", auxiliary.name))
    return _Versions(indexes, own, foreign, tuple(wanted))


def _require_sane(section: Any) -> None:
    # The records are a linked list whose length the header gives: a hostile one would be walked four billion times.
    if section["sh_info"] * 16 > section["sh_size"]:
        raise InputError("the file is damaged: its symbol versions do not fit into their section")


def lto_symbols(table: bytes) -> Iterator[tuple[str, bool]]:
    """Names in the symbol table of GCC's intermediate code, and whether each is defined.

    The format is that of GCC's linker plugin (``lto-plugin.c``, ``parse_table_entry``): name and comdat group end in
    a zero; kind (0 defined, 1 weak, 2 undefined, 3 weak undefined, 4 common) and visibility take a byte each, then
    come eight bytes of size and four of a slot.
    """
    at = 0
    while at < len(table):
        name_end = table.index(0, at)
        group_end = table.index(0, name_end + 1)
        yield table[at:name_end].decode(errors="replace"), table[group_end + 1] in (0, 1, 4)
        at = group_end + 1 + 2 + 8 + 4
