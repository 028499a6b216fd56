"""Native components and programs: libraries and executables of SCons' own builders, with what bindings are made of."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path, PurePath
from typing import Any

from symbuild import __version__
from symbuild.doors.SCons.build import RUNTIME
from symbuild.doors.SCons.command import machine_flags, path_of, tool, top, verbatim
from symbuild.doors.SCons.declared import Declared, closure
from symbuild.doors.SCons.isolated import placement_of, proxy_of
from symbuild.doors.SCons.request import Request
from symbuild.doors.SCons.rust import Crate
from symbuild.errors import UsageError
from symbuild.steps import step as steps
from symbuild.steps.profile import Choice
from symbuild.wit.source import inputs_of

# Generated C++ takes C++20, which a component gets where its flags ask for less, or for nothing.
_STANDARD = re.compile(r"-std=((?:c|gnu)\+\+\w+)")
_OLD = re.compile(r".*\+\+(98|03|0x|11|1y|14|1z|17)")
_HEADERS = {".h", ".hh", ".hpp", ".hxx"}
_COMPILERS = {"c": ("CC",), "cpp": ("CC", "CXX"), "rust": ("CC", "RUSTC")}


def declare(env: Any, request: Request) -> Any:
    """Declare all that makes a component or program; what SCons' builder of the file returns."""
    env = env.Clone(tools=[], **request.variables)
    _require_compilers(env, request)
    plan, choice = _planned(env, request)
    return _Native(env, request, plan).declare(choice)


def _require_compilers(env: Any, request: Request) -> None:
    for variable in _COMPILERS[request.language]:
        command = env.subst(f"${variable}")
        if not command or not env.WhereIs(env.Split(command)[0]):
            what = f"{request.where}: no compiler found, {variable} is {command!r}"
            raise UsageError(what, help=f"install one, or set {variable}; SCons looks in ENV['PATH'] alone")


def _planned(env: Any, request: Request) -> tuple[steps.Planned, Choice]:
    """What the steps are told, and where it runs. Programs are where they were started."""
    build, is_program = request.build, request.kind == "program"
    choice = build.profile.choice(request.where, request.name, request.placement)
    if is_program:
        if request.placement not in (None, "direct") or build.profile.names(request.name):
            help = "its callers are where they were started"
            raise UsageError(f"{request.where}: a placement is for components", help=help)
        choice = Choice("direct")
    plan = steps.Planned(
        request.name,
        request.wit,
        request.world,
        tuple(path_of(source.srcnode()) for source in request.sources),
        request.language,
        tuple(provider.plan.name for provider in request.components),
        request.bindgen_args,
        is_program,
        request.open_imports,
        isolated=choice.placement == "isolated",
        chosen=request.chosen,
        root=build.root,
        built=path_of(env.File(request.name if is_program else f"lib{request.name}.so")),
    )
    return plan, choice


class _Native:
    """The builders of one component or program; ``made`` has what steps write, by file name."""

    def __init__(self, env: Any, request: Request, plan: steps.Planned) -> None:
        self.env, self.request, self.build, self.plan = env, request, request.build, plan
        self.made: dict[str, Any] = {}

    def declare(self, choice: Choice) -> Any:
        """Declare the steps, what is compiled of what they write, and the file."""
        plan, build = self.plan, self.build
        wit = (file for file in inputs_of(Path(build.env.Entry(top(plan.wit)).abspath)) if not file.is_dir())
        self._keep(build.step(steps.bindgen(plan), [build.env.Value(__version__)], instead=list(map(str, wit))))
        build.join_graph(plan)
        self._keep(build.step(steps.bind(plan)))
        self._keep(placement_of(build, plan, choice))
        self._add_flags()
        built = self._link()
        proxy = proxy_of(build, self.env, plan, built[0]) if plan.isolated else None
        stub = None if plan.is_program else self._stub()
        built[0].attributes.symbuild = Declared(plan, built[0], self.request.components, stub, proxy)
        return built

    def _keep(self, nodes: Iterable[Any]) -> None:
        self.made |= {PurePath(path_of(node)).name: node for node in nodes}

    def _add_flags(self) -> None:
        """Flags of the user's sources, and of generated ones."""
        env = self.env
        # Generated sources include headers of the user's, too, as of C++ classes of exported resources.
        env.Prepend(CPPPATH=[env.Dir(top(self.plan.folder)), env.Dir(str(RUNTIME / "include"))])
        env.Append(CCFLAGS=["-fvisibility=hidden", "-fno-plt"])
        if self.plan.language == "cpp":
            asked = _STANDARD.findall(env.subst("$CXXFLAGS $CCFLAGS"))
            if not asked or _OLD.fullmatch(asked[-1]):
                env.Append(CXXFLAGS=["-std=c++20"])

    def _objects(self, role: str, sources: Iterable[Any], *flags: str) -> list[Any]:
        """Objects in a folder of their own: a source may be in several components.

        A program's are position-independent, too: else data of other libraries, such as stdout, is copied into it,
        which then exports it.
        """
        env, found = self.env, []
        suffix = env.subst("$SHOBJSUFFIX")
        for source in sources:
            path = path_of(source)
            kind = PurePath(path).suffix
            if kind in (".o", ".os"):
                found.append(source)
            elif kind not in _HEADERS:
                name = path.removeprefix(f"{self.plan.folder}/").removeprefix(self.build.root)
                target = top(f"{self.plan.folder}/{role}/{name.lstrip('/')}{suffix}")
                found += env.SharedObject(target, source, CCFLAGS=[*env.Split(env["CCFLAGS"]), *flags])
        return found

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
                return self._finished(crate.program(edges, self._link_flags(), self._stubs()))
            own = [crate.library()]
        else:
            own = self._objects("objects", self.request.sources)
            edges += self._objects("generated", map(env.File, map(top, steps.bindings_of(plan)[1:])), "-w")
        check = self._check_objects(own, edges)
        export_map = self.made[f"{plan.name}.map"]
        flags = [f"-Wl,--version-script,{path_of(export_map)}", *self._link_flags()]
        env.Append(LIBS=self._stubs())
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
            named = [f"-Wl,{path_of(proxy)}" for proxy in proxies]
            flags += ["-Wl,--disable-new-dtags", "-Wl,--push-state,--no-as-needed", *named, "-Wl,--pop-state"]
        if plan.is_program:
            return [*flags, "-rdynamic"]  # a plugin's imports, if the world exports any
        # A sanitizer of clang's leaves its runtime to the executable.
        strict = not plan.open_imports and "-fsanitize" not in self.env.subst("$CCFLAGS $LINKFLAGS")
        return [*flags, f"-Wl,-soname,{plan.file_name}", *(["-Wl,--no-undefined"] if strict else [])]

    def _stubs(self) -> list[Any]:
        return [provider.stub for provider in self.request.components]

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
        env.Depends(built, self._proxies())
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
