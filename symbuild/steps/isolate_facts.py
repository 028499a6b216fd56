"""What a component's ELF file says of its neighbours: all that isolating it takes, besides the world that it carries.

A library that it needs is a *provider* where a version of the library is bound to a symbol of the world's imports, or
where its file carries a world. One that is not found may be a provider of imports that name no version.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from symbuild.abi.interface_hash import ABI_VERSION
from symbuild.abi.mangle import ROOT, symbol
from symbuild.abi.symbols import exports_of, functions_of, imports_of
from symbuild.bindings.message.wiring import Reference
from symbuild.errors import InputError
from symbuild.frozen import frozen
from symbuild.model.world import World
from symbuild.steps.binary import Binary, Symbol, read
from symbuild.steps.embedded import manifests_of, world_of
from symbuild.steps.loaded import SYSTEM, carries_world, find_needed
from symbuild.steps.manifest import Manifest
from symbuild.wit.check import require_supported


@frozen
class Facts:
    """A component's file. ``name`` is what the loader calls it, ``node`` its version node, None where it has none.

    ``providers`` are the sonames of needed libraries that provide imports, in the file's order, and ``folders`` where
    they were found. ``private`` are libraries beside the component that are no components.
    """

    path: Path
    name: str
    machine: str
    manifest: Manifest
    world: World
    exports: tuple[str, ...]
    node: str | None
    search: tuple[str, ...]
    references: tuple[Reference, ...]
    providers: tuple[str, ...]
    folders: tuple[Path, ...]
    private: tuple[Path, ...]


def facts_of(path: Path, folders: Sequence[Path] = ()) -> Facts:
    """What is known of a component; ``folders`` are searched first for what it needs.

    Raises InputError for a file that cannot be isolated.
    """
    binary, where = read(path), str(path)
    _require_library(binary, where)
    manifest = manifests_of(binary, where)[0]
    if manifest.abi_version != ABI_VERSION:
        what = f"built for version {manifest.abi_version} of the symmetric ABI; this symbuild knows {ABI_VERSION}"
        raise InputError(what, where=where, help="build the file again from its WIT")
    world = world_of(manifest, where)
    require_supported(world, where)
    exports = _exports(binary, world, where)
    wanted = _wanted(binary, world)
    needed = {name: find_needed(name, path, binary, folders) for name in binary.needed}
    providers = {name: found for name, found in needed.items() if _provides(name, found, binary, wanted)}
    places = [found.parent for found in providers.values() if found]
    private = [p for name, p in needed.items() if p and name not in providers and not _of_system(p)]
    return Facts(
        path,
        binary.name or path.name,
        binary.machine,
        manifest,
        world,
        tuple(sorted({s.name for s in exports})),
        next((s.version for s in exports), None),
        binary.search,
        tuple(_reference(s, binary, providers) for s in wanted),
        tuple(providers),
        tuple(dict.fromkeys(places)),
        tuple(private),
    )


def _require_library(binary: Binary, where: str) -> None:
    if binary.kind == "program":
        raise InputError("programs are not isolated: they call", where=where, help="name a component's file")
    if binary.format in ("macho", "pe"):
        raise InputError("isolation is built for ELF systems so far", where=where)
    if (binary.format, binary.kind) != ("elf", "library"):
        kind = f"a file of kind `{binary.kind}`" if binary.format == "elf" else f"{binary.format}, {binary.kind}"
        raise InputError(f"only native components can be isolated; this is {kind}", where=where)


def _exports(binary: Binary, world: World, where: str) -> list[Symbol]:
    """The symbols of the world's exports, which must all be there."""
    wanted = {linkage.symbol for linkage in exports_of(world)}
    found = [s for s in binary.exports if s.name in wanted]
    if missing := sorted(wanted - {s.name for s in found}):
        help = "`symbuild check` lists all that is wrong with the file"
        raise InputError(f"the file does not export `{missing[0]}` of its own world", where=where, help=help)
    return found


def _wanted(binary: Binary, world: World) -> list[Symbol]:
    """Undefined symbols that are imports: by their own name, by that of the interface behind a label, or by that of a
    world's own function that a composition has bound to one of another name."""
    names = {linkage.symbol for linkage in imports_of(world)}
    names |= {
        symbol(i.interface.id, f.name) for i in world.imports if i.interface.id for f in functions_of(i.interface)
    }
    renamed = symbol(ROOT, "")
    return [s for s in binary.imports if s.name in names or (s.version and s.name.startswith(renamed))]


def _provides(name: str, found: Path | None, binary: Binary, wanted: Sequence[Symbol]) -> bool:
    nodes = {node for file, node in binary.nodes if file == name}
    if any(s.version in nodes for s in wanted):
        return True
    if found:
        return carries_world(found)
    # A C library of another machine is not found here either; it has nodes of its own.
    return not nodes and any(s.version is None for s in wanted)


def _of_system(path: Path) -> bool:
    """Whether the loader finds the file by itself, in a folder of the system's."""
    return any(path.is_relative_to(folder) for folder in SYSTEM)


def _reference(wanted: Symbol, binary: Binary, providers: dict[str, Path | None]) -> Reference:
    if wanted.version:
        files = [file for file, node in binary.nodes if node == wanted.version and file in providers]
        return Reference(wanted.name, files[0] if files else None, wanted.version)
    defining = [n for n, found in providers.items() if found and wanted.name in {s.name for s in read(found).exports}]
    # The first that nothing is known of will do for the others: the loader looks a plain name up in all of them.
    unknown = [name for name, found in providers.items() if found is None]
    return Reference(wanted.name, next(iter(defining + unknown), None))
