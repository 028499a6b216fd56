"""Native components and programs: libraries and executables of SCons' own builders, with what bindings are made of."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from symbuild.doors.SCons.command import machine_flags, path_of, tool, top, verbatim
from symbuild.doors.SCons.declaration import Declaration
from symbuild.doors.SCons.declared import Declared, closure
from symbuild.doors.SCons.isolated import proxy_of
from symbuild.doors.SCons.request import Request
from symbuild.doors.SCons.rust import Crate
from symbuild.errors import UsageError
from symbuild.steps import step as steps

_COMPILERS = {"c": ("CC",), "cpp": ("CC", "CXX"), "rust": ("CC", "RUSTC")}


def _require_compilers(env: Any, request: Request) -> None:
    for variable in _COMPILERS[request.language]:
        command = env.subst(f"${variable}")
        if not command or not env.WhereIs(env.Split(command)[0]):
            what = f"{request.where}: no compiler found, {variable} is {command!r}"
            raise UsageError(what, help=f"install one, or set {variable}; SCons looks in ENV['PATH'] alone")


class Native(Declaration):
    """A shared object, or an executable."""

    def __init__(self, env: Any, request: Request) -> None:
        _require_compilers(env, request)
        super().__init__(env, request)

    def declare(self) -> Any:
        """Declare what is compiled and linked; what SCons' builder of the file returns."""
        plan = self.plan
        self.add_flags("-fvisibility=hidden", "-fno-plt")
        built = self._link()
        proxy = proxy_of(self.build, self.env, plan, built[0]) if plan.isolated else None
        stub = None if plan.is_program else self._stub()
        built[0].attributes.symbuild = Declared(plan, built[0], self.request.components, stub, proxy)
        return built

    def _objects(self, role: str, sources: Iterable[Any], *flags: str) -> list[Any]:
        """Objects, position-independent in programs, too.

        Else data of other libraries, such as stdout, is copied into the program, which then exports it.
        """
        return self.objects(self.env.SharedObject, "$SHOBJSUFFIX", role, sources, *flags)

    def _link(self) -> Any:
        """The file, proven before its link and after it."""
        plan, env = self.plan, self.env
        rust = plan.language == "rust"
        # The user's flags for warnings are not for generated sources. Link-time optimisation loses a `.symver`, and may
        # lose a section that nothing refers to.
        bound = [self.made[f"{plan.name}_manifest.c"], self.made[f"{plan.name}_edges.c"]]
        edges = self._objects("generated", bound, "-w", "-fno-lto")
        if rust:
            crate = Crate(self.build, env, self.request, plan, self.made)
            if plan.is_program:
                return self._finished(crate.program(edges, self._link_flags(), self._libraries()))
            own = [crate.library()]
        else:
            own = self._objects("objects", self.request.sources)
            edges += self._objects("generated", self.glue(), "-w")
        check = self._check_objects(own, edges)
        export_map = self.made[f"{plan.name}.map"]
        flags = [f"-Wl,--version-script,{path_of(export_map)}", *self._link_flags()]
        env.Append(LIBS=self._libraries())
        if rust:
            flags += [
                "-Wl,--as-needed",
                "-Wl,--gc-sections",
                f"-Wl,--whole-archive,{path_of(own[0])},--no-whole-archive",
            ]
            env.Append(LIBS=["gcc_s", "util", "rt", "pthread", "m", "dl"])
        env.Append(LINKFLAGS=verbatim(*flags))
        objects = edges if rust else [*own, *edges]
        built = (env.Program if plan.is_program else env.SharedLibrary)(self.env.File(top(plan.file)), objects)
        env.Depends(built, [export_map, *(own if rust else ())])
        env.Requires(built, check)
        return self._finished(built)

    def _link_flags(self) -> list[str]:
        """What a linker is told that is no input of it."""
        plan, proxies = self.plan, self._proxies()
        here = PurePath(plan.file).parent
        folders = [PurePath(path_of(proxy)).parent for proxy in proxies]
        folders += [PurePath(provider.plan.file).parent for provider in self.request.components]
        origins = [str(PurePath("$ORIGIN", os.path.relpath(folder, here))) for folder in dict.fromkeys(folders)]
        flags = [f"-Wl,-rpath,{':'.join(origins)}"] if origins else []
        if proxies:
            # DT_RPATH goes before LD_LIBRARY_PATH. Who names a proxy itself loads it before components that need it.
            flags += ["-Wl,--disable-new-dtags", "-Wl,--no-as-needed"]
        if plan.is_program:
            return [*flags, "-rdynamic"]  # a plugin's imports, if the world exports any
        # A sanitizer of clang's leaves its runtime to the executable.
        strict = not plan.open_imports and "-fsanitize" not in self.env.subst("$CCFLAGS $LINKFLAGS")
        return [*flags, f"-Wl,-soname,{plan.file_name}", *(["-Wl,--no-undefined"] if strict else [])]

    def _libraries(self) -> list[Any]:
        """What is linked behind the objects: before them, ld would take one version of a symbol for another."""
        return [*(provider.stub for provider in self.request.components), *self._proxies()]

    def _proxies(self) -> list[Any]:
        """Those that a program loads in the place of components; components are linked alike in every placement."""
        needed = closure(self.request.components) if self.plan.is_program else ()
        return [component.proxy for component in needed if component.proxy]

    def _check_objects(self, own: list[Any], generated: list[Any]) -> list[Any]:
        """The step that checks objects, where a missing definition still has a source; none where they may lack it."""
        env = self.env
        # Objects of link-time optimisation show no symbols, and a library of the project may hold the definitions.
        libraries = [lib for lib in env.Flatten([env.get("LIBS", [])]) if hasattr(lib, "srcnode")]
        if libraries or env.get("LIBPATH") or env.subst("$LINKFLAGS") or "-flto" in env.subst("$CCFLAGS"):
            return []
        objects = [*own, *generated]
        made: list[Any] = self.build.step(steps.check_objects(self.plan), objects, verbatim(*map(path_of, objects)))
        return made

    def _finished(self, built: Any) -> Any:
        """The file: what it loads is made with it, and it is checked in every build."""
        env, plan = self.env, self.plan
        # Made before it, but no reason to link it anew: the stubs are that.
        env.Requires(built, [provider.node for provider in closure(self.request.components)])
        env.Requires(built, [self.made[f"{plan.name}.placement.json"]])
        check = steps.check(plan)
        env.AddPostAction(built, self.build.action(check))
        env.Clean(built, list(map(top, check.outputs)))
        return built

    def _stub(self) -> Any:
        """A library of the component's soname, whose own file name no loader looks for."""
        plan, env = self.plan, self.build.env
        source, export_map = self.made[f"{plan.name}_stub.c"], self.made[f"{plan.name}_stub.map"]
        target = env.File(top(f"{plan.folder}/lib{plan.name}-stub.so"))
        command = ["$CC", *machine_flags(self.env), "-shared", "-fPIC", "-w", "-o", "$TARGET", "$SOURCE"]
        flags = verbatim(f"-Wl,-soname,{plan.file_name}", f"-Wl,--version-script,{path_of(export_map)}")
        made = env.Command(target, source, tool(env, *command, *flags))
        env.Depends(made, export_map)
        return made[0]
