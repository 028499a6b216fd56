"""Native components and programs: libraries and executables of SCons' own builders, with what bindings are made of."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Any

from symbuild.doors.SCons.command import machine_flags, path_of, tool, top, verbatim
from symbuild.doors.SCons.declaration import Declaration
from symbuild.doors.SCons.declared import Declared, Parts, closure
from symbuild.doors.SCons.fused import bind_whole, fuse, whole_of
from symbuild.doors.SCons.isolated import proxy_of
from symbuild.doors.SCons.request import Request
from symbuild.doors.SCons.rust import Crate
from symbuild.errors import UsageError
from symbuild.steps import step as steps

# What Rust's own library needs of the system.
_LIBS_OF_RUST = ["gcc_s", "util", "rt", "pthread", "m", "dl"]
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
        if plan.is_program and any(component.fused for component in self.request.components):
            return self._fused()
        built, parts = self._link()
        proxy = proxy_of(self.build, self.env, plan, built[0]) if plan.isolated else None
        stub = None if plan.is_program else self._stub()
        components = self.request.components
        built[0].attributes.symbuild = Declared(plan, built[0], components, parts, self.fused, stub, proxy)
        return built

    def _objects(self, role: str, sources: Iterable[Any], *flags: str) -> list[Any]:
        """Objects, position-independent in programs, too.

        Else data of other libraries, such as stdout, is copied into the program, which then exports it.
        """
        return self.objects(self.env.SharedObject, "$SHOBJSUFFIX", role, sources, *flags)

    def _link(self) -> tuple[Any, Parts]:
        """The file, proven before its link and after it; and what others take of it that have it in them."""
        plan, env, components = self.plan, self.env, self.request.components
        rust = plan.language == "rust"
        # The user's flags for warnings are not for generated sources. Link-time optimisation loses a `.symver`, and may
        # lose a section that nothing refers to.
        manifest = self._objects("generated", [self.made[f"{plan.name}_manifest.c"]], "-w", "-fno-lto")
        edges = self._objects("generated", [self.made[f"{plan.name}_edges.c"]], "-w", "-fno-lto")
        if rust:
            crate = Crate(self.build, env, self.request, plan, self.made)
            if plan.is_program:
                built = crate.program([*manifest, *edges], self._link_flags(components), self._libraries(components))
                return self._finished(built, components), self.parts(())
            own, generated = [crate.library()], manifest
        else:
            own = self._objects("objects", self.request.sources)
            generated = [*self._objects("generated", self.glue(), "-w"), *manifest]
        check = self._check_objects(own, [*generated, *edges])
        export_map = self.made[f"{plan.name}.map"]
        flags = [f"-Wl,--version-script,{path_of(export_map)}", *self._link_flags(components)]
        env.Append(LIBS=self._libraries(components))
        if rust:
            flags += self._link_whole(own[0])
            env.Append(LIBS=_LIBS_OF_RUST)
        env.Append(LINKFLAGS=verbatim(*flags))
        objects = [*(() if rust else own), *generated, *edges]
        built = (env.Program if plan.is_program else env.SharedLibrary)(self.env.File(top(plan.file)), objects)
        env.Depends(built, [export_map, *(own if rust else ())])
        env.Requires(built, check)
        return self._finished(built, components), self.parts([*own, *generated])

    def _fused(self) -> Any:
        """A program in one file with components: their objects and its own, under new names in one archive."""
        plan, env = self.plan, self.env
        whole = whole_of(plan, self._own_parts(), self.request.components)
        library, _, export_map = fuse(self.build, whole)
        edges = self._objects("generated", [bind_whole(self.build, whole)], "-w", "-fno-lto")
        env.Append(LIBS=self._libraries(whole.outer))
        flags = [f"-Wl,--version-script,{path_of(export_map)}", *self._link_flags(whole.outer)]
        for _, parts in whole.members[1:]:
            env.Append(**parts.variables)
        if any(parts.is_rust for _, parts in whole.members):
            env.Append(LIBS=_LIBS_OF_RUST)
        if any(parts.is_cpp for _, parts in whole.members) and env["LINK"] == "$SMARTLINK":
            env.Replace(LINK="$CXX")  # SCons sees objects of C alone
        env.Append(LINKFLAGS=verbatim(*flags, *self._link_whole(library)))
        built = env.Program(env.File(top(plan.file)), edges)
        env.Depends(built, [library, export_map])
        env.Requires(built, self.made[f"{plan.name}.edges.json"])  # for `symbuild explain`
        return self._finished(built, whole.outer)

    def _own_parts(self) -> Parts:
        """The program's objects."""
        manifest = self._objects("generated", [self.made[f"{self.plan.name}_manifest.c"]], "-w", "-fno-lto")
        if self.plan.language == "rust":
            crate = Crate(self.build, self.env, self.request, self.plan, self.made)
            return self.parts([*crate.program_parts(), *manifest])
        own = self._objects("objects", self.request.sources)
        generated = [*self._objects("generated", self.glue(), "-w"), *manifest]
        return self.parts([*own, *generated])

    def _link_whole(self, archive: Any) -> list[str]:
        whole = f"-Wl,--whole-archive,{path_of(archive)},--no-whole-archive"
        return ["-Wl,--as-needed", "-Wl,--gc-sections", whole]

    def _link_flags(self, components: Sequence[Declared]) -> list[str]:
        """What a linker is told that is no input of it. ``components`` are those whose files are loaded."""
        plan, proxies = self.plan, self._proxies()
        here = PurePath(plan.file).parent
        folders = [PurePath(path_of(proxy)).parent for proxy in proxies]
        folders += [PurePath(provider.plan.file).parent for provider in components]
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

    def _libraries(self, components: Sequence[Declared]) -> list[Any]:
        """What is linked behind the objects: before them, ld would take one version of a symbol for another."""
        return [*(provider.stub for provider in components), *self._proxies()]

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

    def _finished(self, built: Any, components: Sequence[Declared]) -> Any:
        """The file: what it loads is made with it, and it is checked in every build."""
        env, plan = self.env, self.plan
        # Made before it, but no reason to link it anew: the stubs are that.
        env.Requires(built, [provider.node for provider in closure(components)])
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
