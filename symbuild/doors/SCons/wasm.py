"""Components and programs for wasm32-wasip2: core modules of C and C++, and what verbs of ``symbuild`` make of them."""

from __future__ import annotations

from typing import Any

from SCons.Subst import Literal  # type: ignore[import-untyped]

from symbuild.doors.SCons.build import RUNTIME
from symbuild.doors.SCons.command import top
from symbuild.doors.SCons.declaration import Declaration
from symbuild.doors.SCons.declared import Declared, closure
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
        plan, build = self.plan, self.build
        (component,) = build.step(steps.componentize(plan), [self._core()])
        build.env.Requires(component, [self.made[f"{plan.name}{end}"] for end in (".edges.json", ".placement.json")])
        result = [component]
        if plan.is_program:
            parts = [plan, *(each.plan for each in closure(self.request.components))]
            composed = build.step(steps.compose(plan, parts))
            result = build.step(steps.launchers(plan)[0])
            # The script knows the program by its path alone.
            build.env.Requires(result, composed)
        result[0].attributes.symbuild = Declared(plan, component, self.request.components)
        return result

    def _core(self) -> Any:
        """The module that the linker makes."""
        plan, env = self.plan, self.env
        _compile_with_wasi(env, "cpp" if self.is_cpp else "c")
        self.add_flags()
        own = self.objects(env.StaticObject, "$OBJSUFFIX", "objects", self.request.sources)
        glue = self.objects(env.StaticObject, "$OBJSUFFIX", "generated", self.glue(), "-w")
        if plan.is_program:
            first = []
        else:
            env.Append(LINKFLAGS=["-mexec-model=reactor"])
            # Behind others zig's linker has met libc++'s own by then.
            first = [self.build.once("abort.o", self._abort)] if self.is_cpp else []
        (core,) = env.Program(env.File(top(f"{plan.folder}/{plan.name}.core.wasm")), [*first, *own, *glue])
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
