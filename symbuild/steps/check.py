"""What a built file must hold, and what user objects must define before a link: findings, all at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from symbuild.abi.interface_hash import ABI_VERSION
from symbuild.abi.mangle import ROOT, demangle, is_bound, symbol
from symbuild.abi.symbols import exports_of, functions_of, imports_of
from symbuild.errors import Finding, InputError
from symbuild.model.world import World
from symbuild.steps.binary import Binary, Symbol
from symbuild.steps.embedded import manifests_of, world_of
from symbuild.steps.export_map import node_name
from symbuild.steps.manifest import Manifest, entries_of
from symbuild.steps.world_file import Definition, Port, WorldFile
from symbuild.wit.locate import Place, find_function

# What Apple's linkers define in every file.
_LINKER_MADE = frozenset({"_mh_dylib_header", "_mh_bundle_header", "_mh_execute_header", "__dso_handle"})


def check_file(binary: Binary, where: str) -> tuple[Finding, ...]:
    """What is wrong with a linked component or program, by the world it carries.

    Raises InputError for a file that carries none, or one that cannot be read.
    """
    if binary.kind not in ("library", "program"):
        raise InputError(
            f"`check` reads linked native files and what `symbuild fuse` made; this one is of kind `{binary.kind}`",
            where=where,
            help="`symbuild inspect` shows other files",
        )
    # Objects of other components that were linked in come behind the file's own.
    manifest, *members = manifests_of(binary, where)
    world = world_of(manifest, where)
    problems = [
        *manifest_problems(manifest, members, world),
        *_export_problems(binary, manifest, world),
    ]
    problems += _import_problems(binary, manifest, world)
    return tuple(Finding(what, where, help) for what, help in problems)


_Problem = tuple[str, str]


def manifest_problems(manifest: Manifest, members: Sequence[Manifest], world: World) -> Iterator[_Problem]:
    """Where a manifest does not fit the WIT it carries, or those of what went into the file: what, and help."""
    rebuild = "build the file again from its WIT"
    if manifest.abi_version != ABI_VERSION:
        yield (
            f"built for version {manifest.abi_version} of the symmetric ABI; this symbuild knows {ABI_VERSION}",
            rebuild,
        )
        return
    told = {(e.side, e.module): e for e in manifest.entries}
    meant = {(e.side, e.module): e for e in entries_of(world)}
    for side, module in sorted(told.keys() | meant.keys()):
        if told.get((side, module)) != meant.get((side, module)):
            yield f"the manifest's entry for the {side} of `{module}` does not fit the WIT it carries", rebuild
    yield from _member_problems(manifest, members)


def _member_problems(manifest: Manifest, members: Sequence[Manifest]) -> Iterator[_Problem]:
    """What a fused file's world says, some component that went in must say as well."""
    told = {(e.side, e.module, e.hash) for member in members for e in member.entries}
    for entry in manifest.entries if members else ():
        # The world's own functions come from several components, each of which has some.
        if entry.module != ROOT and (entry.side, entry.module, entry.hash) not in told:
            what = f"no component that went in {entry.side}s `{entry.module}`, as the whole says it does"
            yield what, "fuse the components again"


def _export_problems(binary: Binary, manifest: Manifest, world: World) -> Iterator[_Problem]:
    wanted = {linkage.symbol for linkage in exports_of(world)}
    found = {s.name for s in binary.exports}
    for name in sorted(wanted - found):
        yield (
            f"{_wit(name)} is not exported",
            f"define it: `symbuild check-objects` tells where; its symbol is `{name}`",
        )
    for name in sorted(found - wanted - _LINKER_MADE):
        if binary.kind == "library" or demangle(name):
            # A program's start files and sanitizers export names of their own; those are nobody's imports.
            yield (
                f"{_leak(name)} leaks: world `{manifest.world}` does not export it",
                "link with the component's export map",
            )
    # zig takes no version script for a program; its plugins, which name no version, find its symbols all the same.
    unversioned_program = binary.kind == "program" and not any(s.version for s in binary.exports)
    if binary.format == "elf" and not unversioned_program:
        yield from _version_problems(binary.exports, wanted, node_name(manifest.component))


def _leak(name: str) -> str:
    return f"{_wit(name)} (`{name}`)" if demangle(name) else f"`{name}`"


def _version_problems(exports: Iterable[Symbol], wanted: set[str], node: str) -> Iterator[_Problem]:
    for s in exports:
        if s.name in wanted and s.version != node:
            found = f"version node `{s.version}`" if s.version else "no version node"
            yield f"{_wit(s.name)} has {found}, where `{node}` is expected", "link with the component's version script"


def _import_problems(binary: Binary, manifest: Manifest, world: World) -> Iterator[_Problem]:
    known = {linkage.symbol for linkage in imports_of(world)}
    # An edge by label ends at the provider's symbol, which has the interface's own name.
    known |= {
        symbol(item.interface.id, f.name, is_async=f.is_async)
        for item in world.imports
        if item.interface.id
        for f in functions_of(item.interface)
    }
    for name in sorted({s.name for s in binary.imports}):
        if is_bound(name):
            yield f"{_wit(name)} was not bound to a provider", "link the source that `symbuild bind` writes"
        elif demangle(name) and name not in known:
            yield f"{_wit(name)} is called, but world `{manifest.world}` does not import it", "add it to the world"


def _wit(name: str) -> str:
    return f"`{demangle(name) or name}`"


def check_objects(
    file: WorldFile, objects: Sequence[tuple[Path, Binary]], sources: Sequence[str] = (), wit: Path | None = None
) -> tuple[Finding, ...]:
    """Functions of the world that no object defines, each with the place of its declaration.

    ``sources`` name the user's files in messages (by default they are guessed from the objects' names), ``wit`` is
    where to look for declarations. Nothing is found where an object hides its symbols: there the linker will tell.
    """
    if any(binary.opaque for _, binary in objects):
        return ()
    defined = {s.name for _, binary in objects for s in binary.exports}
    wanted = [(export.port, definition) for export in file.exports for definition in export.definitions]
    # Names that have a use are not offered as misspellings.
    spare = sorted(defined - {name for _, d in wanted for name in (d.name, d.symbol)})
    nobody = _nobody_of(list(sources) or _sources([path for path, _ in objects]))
    findings = []
    for port, definition in wanted:
        if not {definition.name, definition.symbol} & defined:
            place = find_function(wit, port.module, port.function) if wit else None
            what = f"{nobody} `{definition.name}`, {_declared(port, place)}"
            where = f"{place.path}:{place.line}" if place else None
            findings.append(Finding(what, where, _hint(definition, spare)))
    return tuple(findings)


def _declared(port: Port, place: Place | None) -> str:
    return f"declared in `{place.path.name}:{place.line}`" if place else f"which exports `{port.wit}`"


def _nobody_of(sources: Sequence[str]) -> str:
    match [f"`{Path(s).name}`" for s in sources]:
        case []:
            return "no object defines"
        case [one]:
            return f"{one} does not define"
        case many:
            return f"none of {', '.join(many)} defines"


def _sources(objects: Iterable[Path]) -> list[str]:
    """The sources of the objects the user wrote: build systems name an object ``greeter.c.o``."""
    stems = [path.stem for path in objects if path.suffix in (".o", ".obj")]
    return [stem for stem in stems if Path(stem).suffix and not stem.startswith("meson-generated_")]


def _hint(definition: Definition, spare: Sequence[str]) -> str:
    if any(name.startswith("_Z") and definition.name in name for name in spare):
        return 'it is defined with C++ linkage: include the generated header, or say `extern "C"`'
    near = difflib.get_close_matches(definition.name, spare, n=1, cutoff=0.8)
    if near:
        return f"is `{near[0]}` meant to be it?"
    if "::" in definition.name:  # a method of a Rust trait, which the compiler has seen to
        return "`export!(Type);` of the generated bindings makes the type's methods the world's exports"
    return "the generated header declares it; copy the declaration and write the body"
