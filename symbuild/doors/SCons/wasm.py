"""Components and programs for wasm32-wasip2: core modules of C and C++, and what verbs of ``symbuild`` make of them."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from SCons.Subst import Literal  # type: ignore[import-untyped]

from symbuild.doors.SCons.build import RUNTIME
from symbuild.doors.SCons.command import top, verbatim
from symbuild.doors.SCons.declaration import Declaration
from symbuild.doors.SCons.declared import Declared, closure
from symbuild.doors.SCons.fused import Whole, fuse_wasm, members_of, whole_of
from symbuild.doors.SCons.request import Request
from symbuild.errors import UsageError
from symbuild.steps import step as steps
from symbuild.steps.wasm_toolchain import wasm_compiler


class Wasm(Declaration):
    """A component, or a program with all components that it needs, and a script that runs it."""

    def __init__(self, env: Any, request: Request) -> None:
        if request.language == "rust":
            what = f"{request.where}: Rust is not built for {request.target} by SCons"
            raise UsageError(what, help="use Meson, or another source")
        super().__init__(env, request)
        self.is_cpp = any(str(source).endswith((".cc", ".cpp", ".cxx")) for source in [*request.sources, *self.glue()])

    def declare(self) -> Any:
        """Declare what is compiled, linked and composed; the component's file, or the script that runs the program."""
        plan, build, components = self.plan, self.build, self.request.components
        parts = self.parts(self._objects())
        if plan.is_program and any(each.fused for each in components):
            whole = whole_of(plan, parts, components)
            component = self._fused(whole)
            plan, components = replace(plan, providers=whole.providers, chosen=whole.chosen), whole.outer
            members = members_of(whole)
        else:
            (component,) = build.step(steps.componentize(plan), [self._core(parts.files)])
            members = []
        build.env.Requires(component, [self.made[f"{plan.name}{end}"] for end in (".edges.json", ".placement.json")])
        result = [component]
        if plan.is_program:
            composed = build.step(
                steps.compose(plan, [plan, *(each.plan for each in closure(components))]), extra=verbatim(*members)
            )
            result = build.step(steps.launchers(plan)[0])
            # The script knows the program by its path alone.
            build.env.Requires(result, composed)
        result[0].attributes.symbuild = Declared(plan, component, components, parts, self.fused)
        return result

    def _fused(self, whole: Whole) -> Any:
        """The component of one module, of the program's objects and those of components."""
        linker = wasm_compiler("cpp" if any(parts.is_cpp for _, parts in whole.members) else "c")
        return fuse_wasm(self.build, whole, shlex.join((*linker.command, *linker.link_flags)))

    def _objects(self) -> list[Any]:
        """The objects of all sources."""
        env = self.env
        _compile_with_wasi(env, "cpp" if self.is_cpp else "c")
        self.add_flags()
        own = self.objects(env.StaticObject, "$OBJSUFFIX", "objects", self.request.sources)
        return [*own, *self.objects(env.StaticObject, "$OBJSUFFIX", "generated", self.glue(), "-w")]

    def _core(self, objects: Sequence[Any]) -> Any:
        """The module that the linker makes."""
        plan, env = self.plan, self.env
        if plan.is_program:
            first = []
        else:
            env.Append(LINKFLAGS=["-mexec-model=reactor"])
            # Behind others zig's linker has met libc++'s own by then.
            first = [self.build.once("abort.o", self._abort)] if self.is_cpp else []
        (core,) = env.Program(env.File(top(f"{plan.folder}/{plan.name}.core.wasm")), [*first, *objects])
        return core

    def _abort(self) -> Any:
        """What keeps C++ that only computes free of WASI, compiled once for the build."""
        env = self.build.env.Clone(tools=[])
        _compile_with_wasi(env, "cpp")
        env.Replace(CCFLAGS=["-O2", "-w"], CXXFLAGS=["-std=c++20"], CPPPATH=[])
        target = top(f"{self.build.root}symbuild-runtime/abort.o")
        (made,) = env.StaticObject(target, str(RUNTIME / "wasi" / "abort.cpp"))
        return made


def _compile_with_wasi(env: Any, linked: str) -> None:
    """Let an environment's compilers be those for WASI. Messages say what WASI lacks where one of them fails."""
    run = ["$(", "$SYMBUILD", "$)", "wasm-cc", "--"]
    c = wasm_compiler("c")
    env.Replace(CC=[*run, *map(Literal, c.command)])
    linker = c
    if linked == "cpp":
        linker = wasm_compiler("cpp")
        env.Replace(CXX=[*run, *map(Literal, linker.command)])
    env.Replace(LINK=[*run, *map(Literal, (*linker.command, *linker.link_flags))], OBJSUFFIX=".o", PROGSUFFIX="")
