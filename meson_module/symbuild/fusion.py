"""Components in one file with what calls them: the step that makes one static library of their objects."""

from __future__ import annotations

import typing as T

from mesonbuild import mesonlib
from mesonbuild.mesonlib import MesonException

from .dsl import Dsl
from .keywords import Component, Parts
from .placement import closure

if T.TYPE_CHECKING:
    from .declaration import Declaration


class Fused(T.NamedTuple):
    """What a fused file is linked of: the library, whole; the world file of what is in it; and what each part needs."""

    library: T.Any
    world_file: T.Any
    link_args: list[T.Any]
    link_depends: list[T.Any]
    dependencies: list[T.Any]
    link_language: str


def fused_among(components: list[Component]) -> list[Component]:
    """The fused ones of some components and of all that they import from."""
    return [component for component in closure(components) if component.fused]


def not_fused(components: list[Component]) -> list[Component]:
    """Of what is fused, the providers that are not: those of the whole."""
    inside = [*components, *fused_among(components)]
    providers = [provider for component in inside for provider in (component, *component.components)]
    return list(dict.fromkeys(provider for provider in providers if not provider.fused))


def require_reachable(where: str, components: list[Component]) -> None:
    """A component with a file of its own calls files: raises MesonException for a provider that has none."""
    for provider in components:
        if provider.fused:
            what = f"{where} is not fused, but its provider {provider.name!r} is, which leaves no file to call"
            raise MesonException(f"{what}; fuse both, or neither")


def fuse(of: Declaration, own: Parts) -> Fused:
    """The step that fuses a program with its components."""
    m, name = of.m, of.name
    members = [(name, own, of.kw["components"], of.chosen)]
    for each in fused_among(of.kw["components"]):
        members.append((each.name, each.parts, each.components, each.chosen))
    command = [*of.cli, "fuse", "--name", name, "--root", name, "--program", "-o", "@OUTPUT0@", "--whole", "@OUTDIR@"]
    for member, parts, providers, labels in members:
        # An archive, as a command cannot name objects of Meson's.
        whole = m.fn("static_library", f"{member}-parts-of-{name}", objects=parts.objects, build_by_default=False)
        command += ["--whole-archive", member, whole]
        inside = [provider.name for provider in providers if provider.fused]
        command += ["--components", member, ",".join(inside)]
        command += [arg for label, to in labels.items() if to in inside for arg in ("--choose", member, label, to)]
        command += ["--component", member, *parts.archives]
    command += _link_time_optimisation(m)
    with m.folder(f"{name}-fused"):
        step = m.fn("custom_target", f"{name}-fused", output=[f"lib{name}-fused.a", f"{name}.fused.json"],
                    command=command)  # fmt: skip
    every = [parts for _, parts, *_ in members]
    languages = {parts.language for parts in every}
    return Fused(
        step[0],
        step[1],
        [arg for parts in every for arg in parts.link_args],
        [file for parts in every for file in parts.link_depends],
        list(dict.fromkeys(dependency for parts in every for dependency in parts.dependencies)),
        "cpp" if "cpp" in languages else "c",
    )


def _link_time_optimisation(m: Dsl) -> list[str]:
    """What reads the intermediate code of clang; that of gcc is refused by the step, with the reason."""
    compiler = m.method("meson", "get_compiler", "c")
    if not m.fn("get_option", "b_lto") or m.method(compiler, "get_id") != "clang":
        return []
    return ["--lto", "--linker", mesonlib.join_args(m.method(compiler, "cmd_array"))]
