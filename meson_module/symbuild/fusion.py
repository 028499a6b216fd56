"""Components in one file with what calls them: the step that makes one static library of their objects, or a module."""

from __future__ import annotations

import typing as T

from mesonbuild import mesonlib

from .dsl import Dsl
from .keywords import Component, Part, Parts
from .placement import closure

if T.TYPE_CHECKING:
    from .declaration import Declaration
    from .wasm import Wasm
    from .wasm_flags import Flags


class Fused(T.NamedTuple):
    """What a fused file is linked of: the library, whole; the world file of what is in it; its export map; what each
    part needs; and the parts."""

    library: T.Any
    world_file: T.Any
    export_map: T.Any
    link_args: list[T.Any]
    link_depends: list[T.Any]
    dependencies: list[T.Any]
    link_language: str
    members: list[Member]


class Member(T.NamedTuple):
    """What goes into a fused file: the program, or one of its components; ``chosen`` are its providers by label."""

    name: str
    parts: Parts
    world_file: T.Any
    providers: list[Component]
    chosen: dict[str, str]


def fused_among(components: list[Component]) -> list[Component]:
    """The fused ones of some components and of all that they import from."""
    return [component for component in closure(components) if component.fused]


def not_fused(components: list[Component]) -> list[Component]:
    """Of what is fused, the providers that are not: those of the whole."""
    inside = [*components, *fused_among(components)]
    providers = [provider for component in inside for provider in (component, *component.components)]
    return list(dict.fromkeys(provider for provider in providers if not provider.fused))


def fuse(of: Declaration, own: Parts, world_file: T.Any) -> Fused:
    """The step that fuses a program with its components, natively."""
    members = _members(of, own, world_file)
    return fuse_members(of.m, of.name, members, [*command_of(of.m, of.cli, of.name, members), *_of_program(of)])


def fuse_members(m: Dsl, name: str, members: list[Member], command: list[T.Any]) -> Fused:
    """That step for any members, natively."""
    command = [*command, "-o", "@OUTPUT0@", "--whole", "@OUTDIR@", *_link_time_optimisation(m)]
    outputs = [f"lib{name}-fused.a", f"{name}.fused.json", f"{name}.map"]
    with m.folder(f"{name}-fused"):
        step = m.fn("custom_target", f"{name}-fused", output=outputs, command=command)
    every = [member.parts for member in members]
    return Fused(
        *(step[i] for i in range(len(outputs))),
        [arg for parts in every for arg in parts.link_args],
        [file for parts in every for file in parts.link_depends],
        list(dict.fromkeys(dependency for parts in every for dependency in parts.dependencies)),
        link_language(members),
        members,
    )


def fuse_wasm(of: Wasm, own: Parts, world_file: T.Any, edges: T.Any) -> Part:
    """The same for wasm, as a part of what the program is composed of: its providers are those that are not fused."""
    members = _members(of, own, world_file)
    command = [*command_of(of.m, of.cli, of.name, members), *_of_program(of), "-o", "@OUTPUT@"]
    command += wasm_options(members, of.linker(link_language(members)), of.flags)
    with of.m.folder(f"{of.name}-fused"):
        whole = of.m.fn("custom_target", f"{of.name}-fused", output=[f"{of.name}.wasm"], command=command,
                        depends=[edges])  # fmt: skip
    outer = not_fused(of.kw["components"])
    return part_of(of.name, whole, members, outer)


def part_of(name: str, whole: T.Any, members: list[Member], outer: list[Component]) -> Part:
    """A module of several components as a part of a composition."""
    providers = tuple(provider.part for provider in outer)
    return Part(name, whole, providers, chosen_of(members, outer), tuple(map(_listed, members)))


def wasm_options(members: list[Member], linker: list[str], flags: Flags) -> list[T.Any]:
    """What the step is told for a module; the last of a command."""
    found = [arg for member in members for arg in ("--world-file", member.world_file)]
    found += ["--linker", mesonlib.join_args(linker)]
    found += [] if flags.option("debug") == "true" else ["--strip"]
    return [*found, "--", *(arg for member in members for arg in member.parts.link_args)]


def chosen_of(members: list[Member], outer: list[Component]) -> dict[str, str]:
    """Who of the providers that are not fused meets imports by label."""
    names = [provider.name for provider in outer]
    return {label: to for member in members for label, to in member.chosen.items() if to in names}


def binding_of(members: list[Member], outer: list[Component]) -> list[T.Any]:
    """What the step that binds a whole is told: providers that are not in it, and which of them each member means."""
    told = [arg for provider in outer for arg in ("--provider", provider.world_file)]
    told += [arg for label, name in chosen_of(members, outer).items() for arg in ("--choose", label, name)]
    return [*told, *(arg for member in members for arg in ("--member", *_listed(member)))]


def _listed(member: Member) -> tuple[T.Any, str]:
    """A member's world file, and its own providers."""
    return member.world_file, ",".join(provider.name for provider in member.providers)


def _members(of: Declaration, own: Parts, world_file: T.Any) -> list[Member]:
    """The program first."""
    program = Member(of.name, own, world_file, of.kw["components"], of.chosen)
    return [program, *map(member_of, fused_among(of.kw["components"]))]


def member_of(component: Component) -> Member:
    """A component as what goes into a fused file."""
    return Member(component.name, component.parts, component.world_file, component.components, component.chosen)


def _of_program(of: Declaration) -> list[str]:
    return ["--root", of.name, "--program"]


def command_of(m: Dsl, cli: list[T.Any], whole_name: str, members: list[Member]) -> list[T.Any]:
    """The command that fuses members, among which they find their providers."""
    command, known = [*cli, "fuse", "--name", whole_name], [member.name for member in members]
    for name, parts, _, providers, labelled in members:
        inside = [provider.name for provider in providers if provider.name in known]
        command += ["--components", name, ",".join(inside)]
        for label, to in labelled.items():
            command += ["--choose", name, label, to] if to in inside else ["--outside", name, label]
        if parts.objects:
            # An archive, as a command cannot name objects of Meson's.
            whole = m.fn("static_library", f"{name}-parts-of-{whole_name}", objects=parts.objects,
                         build_by_default=False)  # fmt: skip
            command += ["--whole-archive", name, whole]
        command += ["--component", name, *parts.files]
    return command


def link_language(members: list[Member]) -> str:
    """The language whose compiler links."""
    return "cpp" if any(member.parts.language == "cpp" for member in members) else "c"


def _link_time_optimisation(m: Dsl) -> list[str]:
    """What reads the intermediate code of clang; that of gcc is refused by the step, with the reason."""
    compiler = m.method("meson", "get_compiler", "c")
    if not m.fn("get_option", "b_lto") or m.method(compiler, "get_id") != "clang":
        return []
    return ["--lto", "--linker", mesonlib.join_args(m.method(compiler, "cmd_array"))]
