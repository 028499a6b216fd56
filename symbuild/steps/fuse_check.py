"""The proof of fusion on a static library: what it shows, and that no private name of a component meets another's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from symbuild.abi.mangle import demangle, symbol
from symbuild.abi.symbols import exports_of, functions_of, imports_of
from symbuild.errors import Finding, InputError
from symbuild.graph.component import Component
from symbuild.model.world import World
from symbuild.steps.binary import Binary
from symbuild.steps.embedded import manifests_of, world_of
from symbuild.steps.export_map import node_name
from symbuild.steps.fuse import PROGRAM_NAMES, Part, strays
from symbuild.steps.manifest import Manifest
from symbuild.steps.objects.model import ObjectFile
from symbuild.steps.objects.read import read_inputs

_MEMBER = re.compile(r"\(([^:()]+):[^()]*\)$")


def check_archive(path: Path, binary: Binary) -> tuple[Finding, ...]:
    """What is wrong with a fused static library. Raises InputError for another archive."""
    whole, *members = manifests_of(binary, str(path))
    objects: dict[str, list[ObjectFile]] = {}
    for object in read_inputs([path]).members:
        found = _MEMBER.search(object.name)
        if found is None:
            raise InputError(
                "`check` reads linked files, and static libraries that `symbuild fuse` made",
                where=str(path),
                help="`symbuild inspect` shows other files",
            )
        objects.setdefault(found[1], []).append(object)
    worlds = {m.component: world_of(m, str(path)) for m in members}
    unknown = sorted(objects.keys() - worlds.keys())
    if unknown:
        what = f"it holds objects of `{unknown[0]}`, of which the manifest says nothing"
        return (Finding(what, str(path), "fuse the components again"),)
    parts = [Part(Component(name), tuple(own)) for name, own in objects.items()]
    shared = {part.name: PROGRAM_NAMES | frozenset(_calls(part, worlds[part.name])) for part in parts}
    leaks = _leaks(parts, whole, world_of(whole, str(path)))
    return (*leaks, *(Finding(f.what, str(path), f.help) for f in strays(parts, shared)))


def _calls(part: Part, world: World) -> Iterator[str]:
    """Wanted names that are functions which the component's world imports, of whichever provider."""
    imported = {linkage.symbol for linkage in imports_of(world)}
    imported |= {
        symbol(item.interface.id, f.name, is_async=f.is_async)
        for item in world.imports
        if item.interface.id
        for f in functions_of(item.interface)
    }
    for name in part.wanted:
        if name.partition(".")[0] in imported:
            yield name


def _leaks(parts: Sequence[Part], whole: Manifest, world: World) -> Iterator[Finding]:
    exports = {linkage.symbol for linkage in exports_of(world)}
    defined: set[str] = set()
    for part in parts:
        private = re.compile(rf"\.{re.escape(node_name(part.name))}_*$")
        defined |= {name for name in part.defined if not private.search(name)}
    for name in sorted(exports - defined):
        yield Finding(f"`{demangle(name) or name}` is not defined", help="fuse the components again")
    for name in sorted(defined - exports - PROGRAM_NAMES):
        yield Finding(f"`{demangle(name) or name}` leaks: world `{whole.world}` does not export it")
