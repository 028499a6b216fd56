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


class Fused(T.NamedTuple):
    """What a fused file is linked of: the library, whole; the world file of what is in it; and what each part needs."""

    library: T.Any
    world_file: T.Any
    link_args: list[T.Any]
    link_depends: list[T.Any]
    dependencies: list[T.Any]
    link_language: str


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
    m, name = of.m, of.name
    members = _members(of, own, world_file)
    command = [*_command(of, members), "-o", "@OUTPUT0@", "--whole", "@OUTDIR@", *_link_time_optimisation(m)]
    with m.folder(f"{name}-fused"):
        step = m.fn("custom_target", f"{name}-fused", output=[f"lib{name}-fused.a", f"{name}.fused.json"],
                    command=command)  # fmt: skip
    every = [member.parts for member in members]
    return Fused(
        step[0],
        step[1],
        [arg for parts in every for arg in parts.link_args],
        [file for parts in every for file in parts.link_depends],
        list(dict.fromkeys(dependency for parts in every for dependency in parts.dependencies)),
        _link_language(members),
    )


def fuse_wasm(of: Wasm, own: Parts, world_file: T.Any, edges: T.Any) -> Part:
    """The same for wasm, as a part of what the program is composed of: its providers are those that are not fused."""
    members = _members(of, own, world_file)
    command = [*_command(of, members), "-o", "@OUTPUT@"]
    command += [arg for member in members for arg in ("--world-file", member.world_file)]
    command += ["--linker", mesonlib.join_args(of.linker(_link_language(members)))]
    command += [] if of.flags.option("debug") == "true" else ["--strip"]
    command += ["--", *(arg for member in members for arg in member.parts.link_args)]
    with of.m.folder(f"{of.name}-fused"):
        whole = of.m.fn("custom_target", f"{of.name}-fused", output=[f"{of.name}.wasm"], command=command,
                        depends=[edges])  # fmt: skip
    outer = not_fused(of.kw["components"])
    names = [provider.name for provider in outer]
    chosen = {label: to for member in members for label, to in member.chosen.items() if to in names}
    return Part(of.name, whole, tuple(provider.part for provider in outer), chosen)


def _members(of: Declaration, own: Parts, world_file: T.Any) -> list[Member]:
    """The program first."""
    program = Member(of.name, own, world_file, of.kw["components"], of.chosen)
    fused = fused_among(of.kw["components"])
    return [program, *(Member(c.name, c.parts, c.world_file, c.components, c.chosen) for c in fused)]


def _command(of: Declaration, members: list[Member]) -> list[T.Any]:
    command = [*of.cli, "fuse", "--name", of.name, "--root", of.name, "--program"]
    for name, parts, _, providers, labelled in members:
        inside = [provider.name for provider in providers if provider.fused]
        command += ["--components", name, ",".join(inside)]
        command += [arg for label, to in labelled.items() if to in inside for arg in ("--choose", name, label, to)]
        if parts.objects:
            # An archive, as a command cannot name objects of Meson's.
            whole = of.m.fn("static_library", f"{name}-parts-of-{of.name}", objects=parts.objects,
                            build_by_default=False)  # fmt: skip
            command += ["--whole-archive", name, whole]
        command += ["--component", name, *parts.files]
    return command


def _link_language(members: list[Member]) -> str:
    return "cpp" if any(member.parts.language == "cpp" for member in members) else "c"


def _link_time_optimisation(m: Dsl) -> list[str]:
    """What reads the intermediate code of clang; that of gcc is refused by the step, with the reason."""
    compiler = m.method("meson", "get_compiler", "c")
    if not m.fn("get_option", "b_lto") or m.method(compiler, "get_id") != "clang":
        return []
    return ["--lto", "--linker", mesonlib.join_args(m.method(compiler, "cmd_array"))]
