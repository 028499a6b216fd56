"""Several components in one process of their own: a *group*, in which calls from one to another are direct.

To its callers a group is one component that exports what its members do, and imports what they take from elsewhere. Its
proxy has their symbols, with a prefix. ``OUT/libcodec.so`` of each member leads to them; it has the member's file name,
soname, version node, symbols and manifest. What the host loads is a library that needs the members.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from symbuild.abi.mangle import symbol
from symbuild.abi.symbols import functions_of
from symbuild.bindings.message import backend
from symbuild.bindings.message.wiring import Reference
from symbuild.errors import InputError, UsageError
from symbuild.frozen import frozen
from symbuild.model.world import InterfaceItem, World
from symbuild.steps import fuse_world, manifest
from symbuild.steps.c_driver import Driver
from symbuild.steps.embedded import encoded_text, wit_text
from symbuild.steps.isolate import INSTALLED, Maker, Wish, export_map, put_in, require_elsewhere, require_machine
from symbuild.steps.isolate_facts import Facts, facts_of
from symbuild.steps.loaded import library_path

PREFIX = "_group_"
CLIENT = "client"  # the folder, in the host's, of the group's proxy


@frozen
class Group:
    """The members, and what they are together: ``whole`` is the facts of a component that has no file."""

    members: tuple[Facts, ...]
    whole: Facts


def isolate_group(
    files: Sequence[Path], name: str, out: Path, wish: Wish, compiler: Sequence[str], *, leads: bool = True
) -> None:
    """Make the proxies of components and one host for all in ``out``, as :func:`~symbuild.steps.isolate.isolate` does.

    Without ``leads``, what takes the components' places is left to :func:`lead`. Raises InputError for components that
    cannot be together.
    """
    group = group_of(tuple(facts_of(file, library_path()) for file in files), name)
    for member in group.members:
        require_elsewhere(member, out)
    put_in(out, compiler, lambda made, cc: _GroupMaker(group, wish, out, made, cc, leads=leads).make())


def lead(file: Path, name: str, out: Path, compiler: Sequence[str]) -> None:
    """Make what takes the place of a member: it leads to the group's proxy, which was made in ``out`` before."""
    member = facts_of(file, library_path())
    require_elsewhere(member, out)
    put_in(out, compiler, lambda made, cc: _lead(member, name, out / proxy_of(name), made, cc))


def proxy_of(group: str) -> Path:
    """The file of a group's proxy, from the directory of the libraries that lead to it."""
    return Path(f"{group}.isolated", CLIENT, f"lib{group}.group.so")


def group_of(members: tuple[Facts, ...], name: str) -> Group:
    """What components are together. Raises InputError where they cannot be."""
    _require_alike(members)
    _require_own_exports(members)
    inside = {member.name for member in members}
    references = tuple(dict.fromkeys(r for m in members for r in m.references if r.provider not in inside))
    _require_one_provider(references)
    wit, world = _world(members, name, inside)
    _require_closed(members, world, inside)
    described = manifest.describe(world, name, wit, members[0].manifest.string_encoding)
    whole = Facts(
        proxy_of(name),
        proxy_of(name).name,
        members[0].machine,
        described,
        world,
        tuple(sorted(f"{PREFIX}{exported}" for member in members for exported in member.exports)),
        None,
        _each(path for member in members for path in member.search),
        references,
        _each(provider for member in members for provider in member.providers if provider not in inside),
        tuple(dict.fromkeys(folder for member in members for folder in member.folders)),
        tuple(dict.fromkeys(p for member in members for p in member.private if p.name not in inside)),
    )
    return Group(members, whole)


def _each(names: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _require_alike(members: Sequence[Facts]) -> None:
    names = [name for member in members for name in {member.manifest.component, member.name}]
    if twice := [name for name in names if names.count(name) > 1]:
        raise UsageError(f"two components of the group are called `{twice[0]}`", help="name each component once")
    first = members[0]
    for member in members:
        if member.machine != first.machine:
            what = f"`{first.path}` is for {first.machine}, and `{member.path}` for {member.machine}"
            raise InputError(f"a group runs in one process: {what}")
        if member.manifest.string_encoding != first.manifest.string_encoding:
            raise InputError("the strings of a group's components are encoded alike", where=str(member.path))


def _require_own_exports(members: Sequence[Facts]) -> None:
    """A group has one world, in which a name means one thing."""
    owners: dict[str, str] = {}
    for member in members:
        world, name = member.world, member.manifest.component
        for exported in (*(i.key for i in world.exports), *(f.name for f in world.exported_functions)):
            owner = owners.setdefault(exported, name)
            if owner != name:
                what = f"`{owner}` and `{name}` both export `{exported}`"
                raise InputError(what, help="give one of them a host of its own")


def _require_one_provider(references: Sequence[Reference]) -> None:
    bindings: dict[str, list[Reference]] = defaultdict(list)
    for reference in references:
        bindings[reference.symbol].append(reference)
    for found in bindings.values():
        if len(found) > 1:
            providers = " and ".join(f"`{r.provider or 'the program'}`" for r in found)
            what = f"components of the group take `{found[0].symbol}` from {providers}"
            raise InputError(what, help="give one of them a host of its own")


def _world(members: Sequence[Facts], name: str, inside: set[str]) -> tuple[bytes, World]:
    texts = []
    for member in members:
        text = fuse_world.read(wit_text(member.manifest.wit, str(member.path)), member.manifest.world)
        met = frozenset(_met(member, members, inside))
        texts.append(fuse_world.Member(member.manifest.component, text, True, met))
    return encoded_text(*fuse_world.merged(texts, name))


def _met(member: Facts, members: Sequence[Facts], inside: set[str]) -> Iterator[str]:
    """The imports that other members provide: by the file, or by name where only types are meant."""
    providers = {r.symbol: r.provider for r in member.references}
    exported = {item.key for other in members for item in other.world.exports}
    for item in member.world.imports:
        found = {providers[s] for s in _symbols(item) if s in providers}
        if found & inside or (not found and item.key in exported):
            yield item.key
    for f in member.world.imported_functions:
        if providers.get(symbol("$root", f.name)) in inside:
            yield f.name


def _symbols(item: InterfaceItem) -> Iterator[str]:
    for name in {item.key, item.interface.id or item.key}:
        for f in functions_of(item.interface):
            yield symbol(name, f.name)


def _require_closed(members: Sequence[Facts], world: World, inside: set[str]) -> None:
    """What comes from outside may not take types of an interface that is provided inside: those would be two."""
    open_imports = {i.key for m in members for i in m.world.imports} - {
        k for m in members for k in _met(m, members, inside)
    }
    for item in world.imports:
        if item.key not in open_imports:
            what = f"what the group imports from outside has types of `{item.key}`, which is provided inside"
            raise InputError(what, help="take the provider out of the group")


class _GroupMaker(Maker):
    """Makes the files of a group."""

    prefix = PREFIX

    def __init__(self, group: Group, wish: Wish, out: Path, made: Path, cc: Driver, *, leads: bool) -> None:
        super().__init__(group.whole, wish, out, made, cc)
        self.members, self.leads = group.members, leads
        self.loaded, self.host = f"lib{self.name}.members.so", f"../{self.name}"

    def link_proxies(self, objects: Sequence[Path], described: Path, libraries: Sequence[str | Path]) -> None:
        """The group's proxy, and for each member what leads to it."""
        self.proxy(self.folder / CLIENT, objects, libraries, self._client_path())
        if self.wish.install_rpath is not None:
            self.proxy(self.folder / INSTALLED / CLIENT, objects, libraries, _from_client(self.wish.install_rpath))
        for member in self.members if self.leads else ():
            _lead(member, self.name, self.made / proxy_of(self.name), self.made, self.cc)

    def _client_path(self) -> list[str]:
        """Where the members look for their providers; then where those are now."""
        place = self.out.resolve() / self.folder.name / CLIENT
        found = [f"$ORIGIN/{os.path.relpath(p.resolve(), place)}" for p in self.facts.folders]
        return list(dict.fromkeys([*_from_client(":".join(self.facts.search)), *found]))

    def add_components(self) -> None:
        """The members, and a library that needs them all."""
        for member in self.members:
            self.add_component(member)
        folders = [member.path.resolve().parent for member in self.members] if self.wish.in_place else []
        place = self.out.resolve() / self.folder.name
        # With in-place members, $ORIGIN of their own run paths has to be where they really lie.
        self._link_members(self.folder, [f"$ORIGIN/{os.path.relpath(folder, place)}" for folder in folders])
        if self.wish.install_rpath is not None:
            self._link_members(self.folder / INSTALLED, [])

    def _link_members(self, folder: Path, places: Sequence[str]) -> None:
        idle = self.cc.compile(self.cc.write("members.c", b"typedef int symbuild_no_exports;\n"))
        # DT_RPATH goes before LD_LIBRARY_PATH, which may lead to the proxies.
        found = (
            "-Wl,--disable-new-dtags",
            f"-Wl,-rpath,{':'.join(dict.fromkeys([*places, '$ORIGIN']))}",
            f"-Wl,-rpath-link,{self.folder}",
        )
        needed = [member.path for member in self.members]
        self.library(folder / self.loaded, [idle], self.loaded, *found, "-Wl,--no-as-needed", *needed)


def _from_client(run_path: str) -> list[str]:
    """A run path of the members', as seen from the folder of the group's proxy."""
    return list(dict.fromkeys(p.replace("$ORIGIN", "$ORIGIN/../..") for p in run_path.split(":") if p))


def _lead(member: Facts, group: str, proxy: Path, made: Path, cc: Driver) -> None:
    """A library with a member's file name, soname, version node, symbols and manifest, in ``made``."""
    name, record = member.manifest.component, manifest.encode(member.manifest)
    sources = {
        f"{name}_member.c": backend.member(member.world, member.name, PREFIX),
        f"{name}_manifest.c": manifest.render_c(record, name).encode(),
    }
    objects = cc.compile_all([cc.write(file, content) for file, content in sources.items()])
    require_machine(member, objects[0])
    script = cc.write(f"{name}.map", export_map(member).encode())
    path = f"-Wl,-rpath,$ORIGIN/{proxy_of(group).parent}"
    options = (f"-Wl,-soname,{member.name}", f"-Wl,--version-script={script}", path, "-Wl,-z,nodelete")
    cc.link(made / member.name, objects, "-shared", *options, "-Wl,--no-as-needed", proxy)
    if member.path.name != member.name:
        (made / member.path.name).symlink_to(member.name)
