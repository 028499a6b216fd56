"""Components in one file with the program that calls them: the step that makes one library of all objects, or a module.

The objects are those that the components' own files are linked of, so nothing is compiled anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from symbuild.doors.SCons.build import Build
from symbuild.doors.SCons.command import path_of, verbatim
from symbuild.doors.SCons.declared import Declared, Parts, closure
from symbuild.frozen import nominal
from symbuild.steps.step import Planned, Step


@nominal
class Whole:
    """A program and its fused components, ``members``, the program first; ``outer`` are providers that stay outside."""

    members: tuple[tuple[Planned, Parts], ...]
    outer: tuple[Declared, ...]

    @property
    def plan(self) -> Planned:
        """The program's."""
        return self.members[0][0]

    @property
    def folder(self) -> str:
        """Where what is made of all is."""
        return f"{self.plan.root}{self.plan.name}-fused"

    @property
    def providers(self) -> tuple[str, ...]:
        """The names of those that stay outside."""
        return tuple(provider.plan.name for provider in self.outer)

    @property
    def chosen(self) -> tuple[tuple[str, str], ...]:
        """Who of them meets imports by label."""
        return tuple((label, to) for plan, _ in self.members for label, to in plan.chosen if to in self.providers)

    @property
    def listed(self) -> list[tuple[str, str]]:
        """Each member's world file, and its own providers."""
        return [(plan.world_file, ",".join(plan.providers)) for plan, _ in self.members]


def whole_of(plan: Planned, parts: Parts, components: Iterable[Declared]) -> Whole:
    """A program with all fused components that it needs."""
    inside = [component for component in closure(components) if component.fused]
    providers = dict.fromkeys(p for each in (components, *(c.components for c in inside)) for p in each)
    members = [(plan, parts), *((component.plan, component.parts) for component in inside)]
    return Whole(tuple(members), tuple(provider for provider in providers if not provider.fused))


def fuse(build: Build, whole: Whole) -> tuple[Any, Any, Any]:
    """The step that fuses natively: the library, to be linked whole; world file and export map of the whole."""
    name, folder = whole.plan.name, whole.folder
    made = (f"{folder}/lib{name}-fused.a", f"{folder}/{name}.fused.json", f"{folder}/{name}.map")
    argv = (*_words(whole), "-o", made[0], "--whole", folder)
    library, world_file, export_map = build.step(Step(f"all of {name}", argv, (), made), _files(whole))
    return library, world_file, export_map


def bind_whole(build: Build, whole: Whole) -> Any:
    """The step that binds what the whole imports: the source that does."""
    plan, folder = whole.plan, whole.folder
    world_file, providers = f"{folder}/{plan.name}.fused.json", [provider.plan.world_file for provider in whole.outer]
    argv = ["bind", "--world-file", world_file, "--graph", plan.graph_file, "--out-dir", folder, "--format", "gnu"]
    argv += [word for provider in providers for word in ("--provider", provider)]
    argv += [word for label, to in whole.chosen for word in ("--choose", label, to)]
    argv += [word for member in whole.listed for word in ("--member", *member)]
    read = (world_file, plan.graph_file, *providers, *(path for path, _ in whole.listed))
    made = (f"{folder}/{plan.name}_edges.c", f"{folder}/{plan.name}.edges.json")
    step = Step(f"edges of all of {plan.name}", tuple(argv), read, made)
    source, _ = build.step(step, extra=verbatim("--door", "scons"))
    return source


def fuse_wasm(build: Build, whole: Whole, linker: str) -> Any:
    """The step that fuses for wasm: the component, where that of the program alone is elsewhere."""
    plan, worlds = whole.plan, [path for path, _ in whole.listed]
    made = f"{plan.folder}/{plan.file_name}"
    argv = [*_words(whole), "-o", made, *(word for path in worlds for word in ("--world-file", path))]
    step = Step(f"all of {plan.name}", (*argv, "--linker", linker, "--"), tuple(worlds), (made,))
    words, libraries = _links(build, whole)
    (component,) = build.step(step, [*_files(whole), *libraries], words)
    return component


def _links(build: Build, whole: Whole) -> tuple[list[Any], list[Any]]:
    """What users' construction variables say to a linker, and the libraries among it that are files."""
    words: list[Any] = []
    files: list[Any] = []
    for _, parts in whole.members:
        words += parts.variables["LINKFLAGS"]
        words += [f"-L{path_of(build.env.Dir(place))}" for place in parts.variables["LIBPATH"]]
        for library in parts.variables["LIBS"]:
            is_file = hasattr(library, "srcnode")
            words.append(path_of(library) if is_file else f"-l{library}")
            files += [library] if is_file else []
    return words, files


def members_of(whole: Whole) -> list[str]:
    """What the step that composes is told of them."""
    return [word for member in whole.listed for word in ("--member", whole.plan.name, *member)]


def _words(whole: Whole) -> list[str]:
    """What the step is told of members, among which they find their providers."""
    argv, known = ["fuse", "--name", whole.plan.name], [plan.name for plan, _ in whole.members]
    for plan, parts in whole.members:
        inside = [name for name in plan.providers if name in known]
        argv += ["--components", plan.name, ",".join(inside)]
        for label, to in plan.chosen:
            argv += ["--choose", plan.name, label, to] if to in inside else ["--outside", plan.name, label]
        argv += ["--component", plan.name, *map(path_of, parts.files)]
    return [*argv, "--root", whole.plan.name, "--program"]


def _files(whole: Whole) -> list[Any]:
    return [file for _, parts in whole.members for file in parts.files]
