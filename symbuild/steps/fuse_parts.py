"""What ``symbuild fuse`` is given, as parts of a fusion: objects, their worlds, and who provides what to whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from symbuild.errors import Finding, Findings, InputError, UsageError, close_matches, error_context
from symbuild.frozen import frozen, nominal
from symbuild.graph.check import bind
from symbuild.graph.component import Component, Edge, offers
from symbuild.model.world import World
from symbuild.steps import fuse_world, world_file
from symbuild.steps.embedded import decoded, encoded_text, wit_text
from symbuild.steps.fuse import PROGRAM_NAMES, Fusion, Part, in_order
from symbuild.steps.graph_file import component_of
from symbuild.steps.manifest import Manifest, StringEncoding, decode_all, describe
from symbuild.steps.objects.read import Inputs, Reader, needed, read_inputs
from symbuild.steps.stale import changes_between
from symbuild.steps.world_file import WorldFile, is_utf16

# The host's allocator, by which what crosses the border of a wasm module comes in.
REALLOC = "cabi_realloc"


@frozen
class Given:
    """A component as the user names it: its objects and archives, and who may provide its imports (None: all others).

    ``chosen`` gives imports by label the one to take; ``outside`` are imports that none of the others is to provide; of
    ``whole`` archives all members are its own.
    """

    name: str
    files: tuple[Path, ...]
    world_file: Path | None = None
    providers: tuple[str, ...] | None = None
    chosen: tuple[tuple[str, str], ...] = ()
    whole: tuple[Path, ...] = ()
    outside: tuple[str, ...] = ()


@nominal
class Source:
    """A component's world and inputs. ``manifests`` are its own, then those of components that it was fused of."""

    given: Given
    file: WorldFile
    world: World
    manifests: tuple[Manifest, ...]
    inputs: Inputs

    @property
    def component(self) -> Component:
        return component_of(self.file)


@nominal
class Fused:
    """What is to be made: the fusion, manifest and world file of the whole, and the manifests of all that went in.
    ``worlds`` are those of the parts, by name, and ``encoded`` their binary encodings."""

    fusion: Fusion
    manifest: Manifest
    file: WorldFile
    members: tuple[Manifest, ...]
    worlds: Mapping[str, World]
    encoded: Mapping[str, bytes]

    @property
    def wide(self) -> frozenset[str]:
        """The parts of which strings are in UTF-16 on wasm."""
        return frozenset(name for name, wit in self.encoded.items() if is_utf16(wit))

    @property
    def string_encoding(self) -> StringEncoding:
        """That of the whole's border on wasm: UTF-16 where all parts have it."""
        return "utf16" if self.wide and len(self.wide) == len(self.encoded) else "utf8"

    @property
    def exports(self) -> tuple[str, ...]:
        """The symbols that are seen from outside."""
        return tuple(p.symbol for part in self.fusion.parts if part.is_outer for p in part.component.exports)


def read_source(given: Given, bitcode: Reader | None = None) -> Source:
    """Read a component. Its world is that of its world file, else the one that its objects carry.

    ``bitcode`` reads modules of LLVM's intermediate code, which are refused without it.
    """
    inputs, whole = read_inputs(given.files, bitcode), read_inputs(given.whole, bitcode)
    inputs = Inputs((*inputs.objects, *whole.objects, *whole.members), inputs.members)
    carried = tuple(m for o in (*inputs.objects, *inputs.members) if o.wit for m in decode_all(o.wit))
    if given.world_file is None:
        with error_context(given.name):
            own = _own_manifest(given.name, carried)
        world = decoded(own.wit, own.world, given.name)
        return Source(given, world_file.describe(world, own.component, {}, wit=own.wit), world, carried, inputs)
    file = world_file.read(given.world_file)
    if file.component != given.name:
        what = f"this is the world file of `{file.component}`, not of `{given.name}`"
        raise InputError(what, where=str(given.world_file))
    world = decoded(file.wit, file.world, given.name)
    carried = carried or (describe(world, file.component, file.wit),)
    return Source(given, file, world, carried, inputs)


def _own_manifest(name: str, carried: Sequence[Manifest]) -> Manifest:
    if not carried:
        raise InputError(
            "none of the objects carries a manifest (section .wit), so the world is not known",
            help="give NAME_manifest.c's object too, or the world file: `--world-file NAME.world.json`",
        )
    # What is fused already has the manifest of the whole first.
    if carried[0].component == name:
        return carried[0]
    names = [manifest.component for manifest in carried]
    raise InputError(f"the objects are those of component `{carried[0].component}`", help=close_matches(name, names))


def fuse(
    sources: Sequence[Source],
    name: str,
    *,
    roots: Collection[str] = (),
    is_program: bool = False,
    on_wasm: bool = False,
) -> Fused:
    """What the components become together.

    ``roots`` are those whose exports are seen from outside; by default all from which none of the others imports.
    ``is_program``: the root's ``main`` is what runs. Raises Findings where the components do not fit together.
    """
    by_name = {source.given.name: source for source in sources}
    if len(by_name) < len(sources):
        raise UsageError("two components have the same name", help="give each component once")
    edges = tuple(_edges(sources))
    provided = {edge.provider for edge in edges}
    outer = frozenset(roots) or frozenset(n for n in by_name if n not in provided)
    parts = [_part(source, source.given.name in outer, is_program) for source in sources]
    manifest, world = _whole(sources, edges, outer, name)
    file = _open(world_file.describe(world, name, {}, wit=manifest.wit), sources, edges)
    references = {(port.module, port.function): port.reference for port in file.imports}
    ordered = in_order(parts, edges)
    fusion = Fusion(ordered, edges, references)
    members = tuple(m for part in ordered for m in by_name[part.name].manifests)
    worlds = {name: source.world for name, source in by_name.items()}
    return Fused(fusion, manifest, file, members, worlds, {name: source.file.wit for name, source in by_name.items()})


def _open(whole: WorldFile, sources: Sequence[Source], edges: Sequence[Edge]) -> WorldFile:
    """The whole's file, less what its world imports for types alone: those of a provider inside, that it shows."""
    met = {(edge.importer, edge.wanted) for edge in edges}
    left = {
        (port.module, port.function)
        for source in sources
        for port in source.component.imports
        if (source.given.name, port) not in met
    }
    return replace(whole, imports=tuple(port for port in whole.imports if (port.module, port.function) in left))


def _edges(sources: Sequence[Source]) -> Iterable[Edge]:
    components = {source.given.name: source.component for source in sources}
    files = {source.given.name: source.file for source in sources}
    offered = offers(components.values())
    for source in sources:
        name, allowed = source.given.name, source.given.providers
        providers = [c for n, c in components.items() if n != name and (allowed is None or n in allowed)]
        yield from bind(
            _without(source.component, source.given.outside),
            providers,
            offered,
            chosen=dict(source.given.chosen),
            open_imports=True,
            changes=changes_between(source.file, files),
        ).edges


def _without(component: Component, units: Sequence[str]) -> Component:
    """A component as it is where it does not import those. Raises UsageError for what it does not import anyway."""
    imported = {port.unit for port in component.imports}
    for unit in units:
        if unit not in imported:
            raise UsageError(f"`{component.name}` does not import `{unit}`", help=close_matches(unit, imported))
    kept = tuple(port for port in component.imports if port.unit not in units)
    return Component(component.name, kept, component.exports)


def _part(source: Source, is_outer: bool, is_program: bool) -> Part:
    component = source.component
    # An object without a reference to the allocator may have exports that need it.
    roots = [*(port.symbol for port in component.exports), REALLOC]
    objects = needed(source.inputs, [*roots, *(PROGRAM_NAMES if is_program and is_outer else ())])
    has_main = any(name in o.defined for o in objects for name in PROGRAM_NAMES - {"sb_trap_hook"})
    return Part(component, objects, is_outer, is_program and is_outer and has_main)


def _whole(
    sources: Sequence[Source], edges: Sequence[Edge], outer: frozenset[str], name: str
) -> tuple[Manifest, World]:
    """The fused world: that of the only root, if all that the others add is met inside."""
    members = []
    for source in sources:
        text = fuse_world.read(wit_text(source.file.wit, source.given.name), source.file.world)
        met = frozenset(edge.wanted.unit for edge in edges if edge.importer == source.given.name)
        members.append(fuse_world.Member(source.given.name, text, source.given.name in outer, met))
    roots = [member for member in members if member.is_outer]
    if not roots:
        raise Findings(
            [Finding("every component is imported from by another one", help="name the outer one: `--root`")]
        )
    if len(roots) == 1 and {item for m in members for item in m.items} == set(roots[0].world.items):
        source = next(s for s in sources if s.given.name == roots[0].name)
        wit, world = source.file.wit, source.world
    else:
        wit, world = encoded_text(*fuse_world.merged(members, name))
    encodings = {m.string_encoding for s in sources for m in s.manifests}
    if len(encodings) > 1:
        raise Findings([Finding(f"the components' strings are encoded differently: {', '.join(sorted(encodings))}")])
    return describe(world, name, wit, encodings.pop() if encodings else "utf8"), world
