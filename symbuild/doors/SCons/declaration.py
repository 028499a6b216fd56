"""What native components and programs and those for wasm have in common: the steps, and objects of C and C++."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any

from symbuild import __version__
from symbuild.doors.SCons.build import RUNTIME
from symbuild.doors.SCons.command import path_of, top, verbatim
from symbuild.doors.SCons.declared import Parts
from symbuild.doors.SCons.isolated import placement_of
from symbuild.doors.SCons.request import Request
from symbuild.errors import UsageError
from symbuild.steps import step as steps
from symbuild.steps.profile import Choice
from symbuild.wit.source import inputs_of

# Generated C++ takes C++20, which a component gets where its flags ask for less, or for nothing.
_STANDARD = re.compile(r"-std=((?:c|gnu)\+\+\w+)")
_OLD = re.compile(r".*\+\+(98|03|0x|11|1y|14|1z|17)")
_HEADERS = {".h", ".hh", ".hpp", ".hxx"}
_OF_LINKS = ("LINKFLAGS", "LIBPATH", "LIBS")


class Declaration:
    """One component or program. ``env`` has its construction variables, ``made`` what steps write, by file name."""

    def __init__(self, env: Any, request: Request) -> None:
        self.env, self.request, self.build = env, request, request.build
        choice = self._choose()
        self.fused = choice.placement == "fused"
        self.plan = self._planned(choice)
        self.given = {name: env.Flatten([env.get(name, [])]) for name in _OF_LINKS}  # the user's, before ours
        self.made: dict[str, Any] = {}
        self._run_steps(choice)

    def _choose(self) -> Choice:
        """Where it runs. Programs are where they were started."""
        request, profile = self.request, self.build.profile
        choice = profile.choice(request.where, request.name, request.placement)
        if request.kind == "component":
            if choice.placement == "isolated" and request.target != "native":
                what = f"{request.where}: placement 'isolated' is for native components"
                raise UsageError(what, help=f"this one is built for {request.target}")
            if choice.placement != "fused":
                self._require_files()
            return choice
        if request.placement not in (None, "direct") or profile.names(request.name):
            help = "its callers are where they were started"
            raise UsageError(f"{request.where}: a placement is for components", help=help)
        return Choice("direct")

    def _require_files(self) -> None:
        """A component with a file of its own calls files. Raises UsageError for a provider that has none."""
        for provider in self.request.components:
            if provider.fused:
                what = f"{self.request.where} is not fused, but its provider `{provider.plan.name}` is"
                raise UsageError(f"{what}, which leaves no file to call", help="fuse both, or neither")

    def _planned(self, choice: Choice) -> steps.Planned:
        """What the steps are told."""
        request = self.request
        plan = steps.Planned(
            request.name,
            request.wit,
            request.world,
            tuple(path_of(source.srcnode()) for source in request.sources),
            request.language,
            tuple(provider.plan.name for provider in request.components),
            request.bindgen_args,
            request.kind == "program",
            request.open_imports,
            target=request.target,
            isolated=choice.placement == "isolated",
            group=choice.terms.group or "" if choice.placement == "isolated" else "",
            chosen=request.chosen,
            root=self.build.root,
        )
        return replace(plan, built=path_of(self.env.File(plan.file_name)))

    def _run_steps(self, choice: Choice) -> None:
        plan, build = self.plan, self.build
        wit = (file for file in inputs_of(Path(build.env.Entry(top(plan.wit)).abspath)) if not file.is_dir())
        self._keep(build.step(steps.bindgen(plan), [build.env.Value(__version__)], instead=list(map(str, wit))))
        build.env.Clean(self.made[f"{plan.name}.map"], top(f"{plan.folder}/{plan.name}.d"))
        build.join_graph(plan)
        self._keep(build.step(steps.bind(plan), extra=verbatim("--door", "scons")))
        self._keep(placement_of(build, plan, choice))

    def _keep(self, nodes: Iterable[Any]) -> None:
        self.made |= {PurePath(path_of(node)).name: node for node in nodes}

    def add_flags(self, *flags: str) -> None:
        """Flags of the user's sources, and of generated ones, which are C and C++."""
        env = self.env
        # Generated sources include headers of the user's, too, as of C++ classes of exported resources.
        env.Prepend(CPPPATH=[env.Dir(top(self.plan.folder)), env.Dir(str(RUNTIME / "include"))])
        env.Append(CCFLAGS=list(flags))
        if self.plan.language == "cpp":
            asked = _STANDARD.findall(env.subst("$CXXFLAGS $CCFLAGS"))
            if not asked or _OLD.fullmatch(asked[-1]):
                env.Append(CXXFLAGS=["-std=c++20"])

    def objects(self, builder: Any, suffix: str, role: str, sources: Iterable[Any], *flags: str) -> list[Any]:
        """Objects in a folder of their own: a source may be in several components."""
        env, found = self.env, []
        for source in sources:
            path = path_of(source)
            kind = PurePath(path).suffix
            if kind in (".o", ".os"):
                found.append(source)
            elif kind not in _HEADERS:
                name = path.removeprefix(f"{self.plan.folder}/").removeprefix(self.build.root)
                target = top(f"{self.plan.folder}/{role}/{name.lstrip('/')}{env.subst(suffix)}")
                found += builder(target, source, CCFLAGS=[*env.Split(env["CCFLAGS"]), *flags])
        return found

    def parts(self, files: Iterable[Any]) -> Parts:
        """What a file is linked of that has this in it."""
        sources = [*self.request.sources, *self.glue()]
        is_cpp = any(str(source).endswith((".cc", ".cpp", ".cxx")) for source in sources)
        return Parts(tuple(files), self.given, is_cpp, self.plan.language == "rust")

    def glue(self) -> list[Any]:
        """The generated sources that pass values on."""
        return [self.env.File(top(path)) for path in steps.bindings_of(self.plan)[1:]]
