"""Several components in one library, or in one component for wasm: ``fused_library()``."""

from __future__ import annotations

import typing as T
from abc import ABC, abstractmethod

from mesonbuild.mesonlib import MesonException

from .declaration import NATIVE, WASM, Build, package_dir
from .dsl import Dsl
from .fusion import (
    Fused,
    Member,
    binding_of,
    chosen_of,
    command_of,
    fuse_members,
    link_language,
    member_of,
    part_of,
    wasm_options,
)
from .keywords import FUSED_KEYWORDS, Component, FusedLibrary, check_keywords
from .native import FORMAT_OF_SYSTEM
from .placement import linked
from .wasm_compilers import wasm_compiler
from .wasm_flags import Flags


def fused_library(build: Build, state: T.Any, args: T.Any, kwargs: T.Any) -> FusedLibrary:
    """Declare one file of all ``components``, each of which has its own file as well."""
    if len(args) != 1 or not isinstance(args[0], str):
        raise MesonException("fused_library() takes one name")
    where = f"fused_library {args[0]!r}"
    kw = check_keywords(where, kwargs, FUSED_KEYWORDS)
    targets = {component.target for component in kw["components"]}
    if len(targets) != 1:
        what = f"are built for {' and '.join(sorted(targets))}" if targets else "are missing: what goes into the file"
        raise MesonException(f"{where}: its 'components' {what}")
    making = _Wasm if targets == {WASM} else _Native
    return making(build, Dsl(state), where, args[0], kw).declare()


class _Whole(ABC):
    """One call: the members, and those of their providers that stay outside."""

    target = NATIVE

    def __init__(self, build: Build, m: Dsl, where: str, name: str, kw: dict[str, T.Any]) -> None:
        self.build, self.m, self.where, self.name, self.kw = build, m, where, name, kw
        self.members = list(map(self._member, kw["components"]))
        providers = [provider for component in kw["components"] for provider in component.components]
        self.outer = list(dict.fromkeys(p for p in providers if p not in kw["components"]))
        for provider in self.outer:
            if provider.fused:
                what = f"{where}: {provider.name!r}, from which one of its components imports, is fused with programs"
                raise MesonException(f"{what}, which leaves no file to call; name it among the 'components'")
        self.chosen = chosen_of(self.members, self.outer)

    def _member(self, component: Component) -> Member:
        if isinstance(component, FusedLibrary):
            raise MesonException(f"{self.where}: {component.name!r} is fused already; name the components of it")
        return member_of(component)

    def declare(self) -> FusedLibrary:
        """Declare all targets."""
        self.build.graphs[self.target].enter("fused_library", self.name)
        return self._declare()

    @abstractmethod
    def _declare(self) -> FusedLibrary: ...

    @property
    def command(self) -> list[T.Any]:
        """The command that fuses, without what is made of it."""
        roots = [arg for root in self.kw["roots"] for arg in ("--root", root.name)]
        return [*command_of(self.m, self.build.command, self.name, self.members), *roots]

    def bound(self, world_file: T.Any, outputs: list[str], *flags: str) -> T.Any:
        """The step that binds the imports of the whole, and tells of them; the graph has it as one component."""
        graph = self.build.graphs[self.target].step  # declared with the first component
        self.m.add_input(graph, world_file)
        with self.m.folder(f"{self.name}-fused"):
            return self.m.fn("custom_target", f"{self.name}-edges", output=[*outputs, f"{self.name}.edges.json"],
                             build_by_default=True,
                             command=[*self.build.command, "bind", "--world-file", world_file, "--graph", graph,
                                      "--out-dir", "@OUTDIR@", *flags,
                                      *binding_of(self.members, self.outer)])  # fmt: skip

    def made(self, world_file: T.Any, answers: dict[str, T.Any]) -> FusedLibrary:
        """What others are given."""
        whole = FusedLibrary(self.name, answers)
        whole.target, whole.world_file = self.target, world_file
        whole.components, whole.chosen = self.outer, self.chosen
        return whole

    def installed(self, option: str) -> dict[str, T.Any]:
        """Keywords of what users see."""
        if not self.kw["install"]:
            return {}
        place = self.kw["install_dir"] or self.m.fn("get_option", option)
        return {"install": True, "install_dir": place, "install_tag": self.kw["install_tag"] or "runtime"}


class _Native(_Whole):
    """A shared object, and a static library."""

    def _declare(self) -> FusedLibrary:
        m = self.m
        if FORMAT_OF_SYSTEM.get(m.method("host_machine", "system"), "gnu") != "gnu":
            raise MesonException(f"{self.where}: components are fused on ELF systems so far")
        fused = fuse_members(m, self.name, self.members, self.command)
        edges = self.bound(fused.world_file, [f"{self.name}_edges.c"], "--format", "gnu")[0]
        library = self._link(fused, edges)
        answers = {
            "library": library,
            "loadable": library,
            "static_library": fused.library,
            "wasm": MesonException(f"{self.where} is built for native: no wasm()"),
        }
        whole = self.made(fused.world_file, answers)
        whole.libraries = [library]
        dependency = m.fn("declare_dependency", **linked(m, [whole]),
                          compile_args=[f"-I{package_dir() / 'runtime' / 'include'}"])  # fmt: skip
        whole.add({"dependency": dependency})
        with m.folder(f"{self.name}-fused"):
            m.fn("custom_target", f"{self.name}-check", input=[library], output=[f"{self.name}.checked"],
                 command=[*self.build.command, "check", "--stamp", "@OUTPUT@", "@INPUT@"],
                 build_by_default=True)  # fmt: skip
        return whole

    def _link(self, fused: Fused, edges: T.Any) -> T.Any:
        args = [f"-Wl,--version-script,{self.m.method(fused.export_map, 'full_path')}", "-Wl,--gc-sections"]
        return self.m.fn("shared_library", self.name, edges, link_whole=[fused.library],
                         link_with=[library for provider in self.outer for library in provider.libraries],
                         link_args=[*args, *fused.link_args, *self.kw["link_args"]],
                         link_depends=[fused.export_map, *fused.link_depends],
                         dependencies=fused.dependencies, link_language=fused.link_language, c_args=["-w"],
                         gnu_symbol_visibility="hidden", override_options=["unity=off"],
                         version=self.kw["version"], **self.installed("libdir"))  # fmt: skip


class _Wasm(_Whole):
    """A component of one module."""

    target = WASM

    def _member(self, component: Component) -> Member:
        if component.unfusible:
            raise component.unfusible
        return super()._member(component)

    def _declare(self) -> FusedLibrary:
        m, flags = self.m, Flags(self.m, [])
        linker = wasm_compiler(m, self.build, link_language(self.members)).link
        command = [*self.command, "-o", "@OUTPUT0@", "--whole", "@OUTDIR@"]
        command += [*wasm_options(self.members, linker, flags), *self.kw["link_args"]]
        install = self.installed("libdir")
        if install:
            install["install_dir"] = [install["install_dir"], False]
        with m.folder(f"{self.name}-fused"):
            step = m.fn("custom_target", f"{self.name}-fused", output=[f"{self.name}.wasm", f"{self.name}.fused.json"],
                        command=command, build_by_default=True, **install)  # fmt: skip
        self.bound(step[1], [], "--composed")
        refusal = MesonException(f"{self.where} is built for {WASM}: wasm() is its file")
        native = dict.fromkeys(("library", "loadable", "static_library", "dependency"), refusal)
        whole = self.made(step[1], {**native, "wasm": step[0]})
        whole.part = part_of(self.name, step[0], self.members, self.outer)
        return whole
