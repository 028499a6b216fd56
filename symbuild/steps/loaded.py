"""The components that the loader would put into one process with a file, and what their WITs have become meanwhile.

ELF's rules (ld.so(8)): breadth first, a name with a slash as it is, else the user's folders, the file's own ones, the
system's. Of other formats: the user's folders and the file's. Libraries that carry no world are passed by, and so is
what only they need.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from symbuild.abi.diff import call_changes
from symbuild.abi.mangle import demangle, export_name, symbol
from symbuild.abi.symbols import Linkage, exports_of, imports_of
from symbuild.errors import Finding
from symbuild.frozen import frozen
from symbuild.model.world import World
from symbuild.steps.binary import Binary, Symbol, read
from symbuild.steps.embedded import manifests_of, world_of
from symbuild.steps.manifest import MAGIC

SYSTEM = ("/lib", "/usr/lib", "/lib64", "/usr/lib64", "/usr/local/lib")
_REBUILD = "build both from one WIT (this is the way from the caller's to that of what it would load)"


@frozen
class Loaded:
    """A file of the process, and the world it carries."""

    path: Path
    binary: Binary
    world: World


def loaded_with(path: Path, binary: Binary, folders: Sequence[Path] = ()) -> tuple[Loaded, ...]:
    """The file and the components that it needs, in the order of loading; ``folders`` are searched first.

    What is not found is left out: another machine may have it. Raises InputError for one that cannot be read.
    """
    found = [Loaded(path, binary, _world(binary, path))]
    seen = {path.name, binary.name}
    for each in found:  # it grows
        for name in each.binary.needed:
            library = find_needed(name, each.path, each.binary, folders) if name not in seen else None
            seen.add(name)
            if library and carries_world(library):
                needed = read(library)
                found.append(Loaded(library, needed, _world(needed, library)))
    return tuple(found)


def _world(binary: Binary, path: Path) -> World:
    return world_of(manifests_of(binary, str(path))[0], str(path))


def carries_world(library: Path) -> bool:
    """Whether a file is worth reading: of most libraries this is told sooner than what they export."""
    return MAGIC in library.read_bytes()


def find_needed(name: str, path: Path, binary: Binary, folders: Sequence[Path] = ()) -> Path | None:
    """The file that the loader takes for a library that ``path`` needs, None where there is none."""
    origin = path.resolve().parent
    if "/" in name and binary.format == "elf":
        candidates = [Path(name)]
    else:
        own = [Path(s.replace("${ORIGIN}", "$ORIGIN").replace("$ORIGIN", str(origin))) for s in binary.search]
        last = _system(binary) or [origin]
        candidates = [folder / Path(name).name for folder in (*folders, *own, *last)]
    return next((path for path in candidates if path.is_file()), None)


def _system(binary: Binary) -> list[Path]:
    if binary.format != "elf":
        return []
    # Debian's folders are of the architecture.
    architecture = [Path(f"{folder}/{binary.machine}-linux-gnu") for folder in ("/lib", "/usr/lib")]
    return [*architecture, *map(Path, SYSTEM)]


def library_path() -> tuple[Path, ...]:
    """The folders of ``LD_LIBRARY_PATH``."""
    return tuple(Path(folder) for folder in os.environ.get("LD_LIBRARY_PATH", "").split(":") if folder)


def stale(files: Sequence[Loaded]) -> tuple[Finding, ...]:
    """Calls between these files that cannot work, as the WITs in them differ."""
    # Imports under several labels may come from one provider.
    problems = dict.fromkeys((what, str(file.path)) for file in files for what in _problems(file, files))
    return tuple(Finding(what, where, _REBUILD) for what, where in problems)


def _problems(file: Loaded, files: Sequence[Loaded]) -> Iterator[str]:
    others = [other for other in files if other is not file]
    for linkage in imports_of(file.world):
        for wanted in file.binary.imports:
            if wanted.name not in _names(linkage):
                continue
            provider = next((other for other in others if _provides(other.binary, wanted)), None)
            if provider is not None:
                yield from _changed(file, linkage, provider, wanted.name)
            else:
                yield from _missing(linkage, others, wanted.name)


def _names(linkage: Linkage) -> set[str]:
    """The symbols by which the link step may have bound an import: its own, or that of the interface behind a label."""
    id = linkage.interface.id if linkage.interface else None
    names = (symbol(id, linkage.function, is_async=linkage.declared.is_async),) if id else ()
    return {linkage.symbol, *names}


def _provides(binary: Binary, wanted: Symbol) -> bool:
    """Whether the loader takes the definition: where no version is recorded, it takes any."""
    return any(s.name == wanted.name and wanted.version in (None, s.version) for s in binary.exports)


def _changed(file: Loaded, linkage: Linkage, provider: Loaded, name: str) -> Iterator[str]:
    offered = next((export for export in exports_of(provider.world) if export.symbol == name), None)
    if offered is None:
        return  # what the world does not export leaks, which is a finding about that file
    changes = call_changes(file.world, linkage.module, provider.world, offered.module, linkage.function)
    if changes:
        wit = export_name(offered.module, offered.function)
        yield f"{provider.path.name} exports `{wit}` as of another WIT: {'; '.join(changes)}"


def _missing(linkage: Linkage, others: Sequence[Loaded], name: str) -> Iterator[str]:
    """Who exports the interface without the function, or in another version only."""
    id = linkage.interface.id if linkage.interface else None
    if id is None:
        return
    for other in others:
        for item in other.world.exports:
            if item.key == id:
                yield f"{other.path.name} exports `{id}` as of another WIT, without `{linkage.function}`"
                return
            if item.key.partition("@")[0] == id.partition("@")[0]:
                yield f"{other.path.name} exports `{item.key}`, and `{demangle(name)}` is called"
                return
