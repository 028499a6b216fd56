"""What ``component()`` and ``program()`` have in common, whatever they are built for."""

from __future__ import annotations

import re
import typing as T
from abc import ABC, abstractmethod
from pathlib import Path

from mesonbuild.mesonlib import File, MesonException

from .dsl import Dsl
from .keywords import COMPONENT_KEYWORDS, PROGRAM_KEYWORDS, Component, Declared, check_keywords
from .profile import BUILT, PLACEMENTS, Profile

NATIVE = "native"
WASM = "wasm32-wasip2"
TARGETS = (NATIVE, WASM)
LANGUAGE_OF_SUFFIX = {".c": "c", ".cc": "cpp", ".cpp": "cpp", ".cxx": "cpp", ".rs": "rust"}
BUILT_LANGUAGES = ("c", "cpp", "rust")
# What the generator writes for a language, by the world's name.
BINDINGS_OF_LANGUAGE = {"c": (".h", ".c"), "cpp": ("_cpp.h", ".cpp"), "rust": (".rs",)}
# Generated C++ takes C++20; where a project's standard is older or the compiler's own, its components get that.
OLD_CPP = re.compile(r"none|(c|gnu)\+\+(98|03|0x|11|1y|14|1z|17)")


class Graph:
    """All components of a build directory for one target: one step tells each of them who else provides what."""

    def __init__(self, output: str) -> None:
        self.output, self.step = output, None
        self.kinds: dict[str, str] = {}

    def enter(self, kind: str, name: str) -> None:
        """Take a name, which is a file name and a symbol version for the whole build."""
        if name in self.kinds:
            raise MesonException(f"{kind} {name!r}: this build has a {self.kinds[name]} of that name already")
        self.kinds[name] = kind

    def add(self, m: Dsl, command: list[T.Any], world_file: T.Any, profile: list[str]) -> T.Any:
        """The step, with one more world to read; it checks the names in a profile."""
        if self.step:
            m.add_input(self.step, world_file)
        else:
            named = [arg for file in profile for arg in ("--profile", file)]
            command = [*command, *named, "--out", "@OUTPUT@", "@INPUT@"]
            with m.folder("symbuild-graph", in_root=True):
                self.step = m.fn("custom_target", f"symbuild-graph-{self.output}", input=[world_file],
                                 output=[self.output], command=command, depend_files=profile)  # fmt: skip
        return self.step


class Build:
    """What a build directory has once: the command that runs ``symbuild``, a graph for each target, and more."""

    def __init__(self, command: list[T.Any]) -> None:
        self.command = command
        self.graphs = {NATIVE: Graph("providers.json"), WASM: Graph("wasm-providers.json")}
        self._made: dict[str, T.Any] = {}

    def once(self, name: str, make: T.Callable[[], T.Any]) -> T.Any:
        """What ``make`` returned when it was first asked for."""
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]


class Declaration(ABC):
    """One call of ``component()`` or ``program()``: what was asked for, checked; ``declare()`` makes the targets."""

    target = NATIVE
    folder_suffix = "-bindings"

    def __init__(self, build: Build, state: T.Any, kind: type[Declared], args: T.Any, kwargs: T.Any) -> None:
        if len(args) != 1 or not isinstance(args[0], str) or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", args[0]):
            raise MesonException(f"{kind.KIND}() takes one name: letters, digits, - and _, a letter first")
        self.m, self.kind, self.name = Dsl(state), kind, args[0]
        self.where = f"{kind.KIND} {self.name!r}"
        # A dictionary says which component an import by label gets.
        labelled = kwargs.get("components") if isinstance(kwargs.get("components"), dict) else {}
        kwargs = {**kwargs, "components": list(labelled.values())} if labelled else kwargs
        self.kw = check_keywords(self.where, kwargs, COMPONENT_KEYWORDS if kind is Component else PROGRAM_KEYWORDS)
        self.chosen = {label: component.name for label, component in labelled.items()}
        self.world: str = self.kw["world"] or self.name
        self.stem = self.world.rpartition("/")[2].partition("@")[0].replace("-", "_")
        self.wit = self._find_wit(state)
        self.manifest = self._find_manifest(state)
        self.language = self._find_language()
        self._check_target()
        self.build, self.cli = build, build.command
        self.profile = Profile(self.m, build)
        self.choice = self._choose_placement()
        self.folder = f"{self.name}{self.folder_suffix}"
        for other in self.kw["components"]:
            if other.target != self.target:
                what = f"{self.where} is built for {self.target}, component {other.name!r} for {other.target}"
                raise MesonException(f"{what}; set the same 'target' for both")

    def _find_wit(self, state: T.Any) -> str:
        path = self._path_of(state, self.kw["wit"])
        if not path.exists():
            raise MesonException(f"{self.where}: no WIT file or directory {str(self.kw['wit'])!r}; set 'wit'")
        return str(path)

    def _find_manifest(self, state: T.Any) -> str | None:
        """The Cargo package that stands in the place of sources."""
        manifest = self.kw["cargo"]
        if manifest is None:
            if self.kw["cargo_args"]:
                raise MesonException(f"{self.where}: 'cargo_args' are for a package; set 'cargo' to its Cargo.toml")
            return None
        if self.kw["sources"] or self.kw["language"] not in (None, "rust"):
            raise MesonException(f"{self.where}: 'cargo' says what is built; leave out 'sources' and 'language'")
        path = self._path_of(state, manifest)
        if not path.is_file():
            raise MesonException(f"{self.where}: no file {str(manifest)!r}; set 'cargo' to the Cargo.toml of a package")
        return str(path)

    @staticmethod
    def _path_of(state: T.Any, file: str | File) -> Path:
        source, built = state.environment.get_source_dir(), state.environment.get_build_dir()
        return Path(file.absolute_path(source, built) if isinstance(file, File) else Path(source, state.subdir, file))

    def _find_language(self) -> str:
        if self.manifest:
            return "rust"
        files = [f for s in self.kw["sources"] for f in (s.get_outputs() if hasattr(s, "get_outputs") else [str(s)])]
        if not files:
            raise MesonException(f"{self.where}: 'sources' is missing (or 'cargo', for a Cargo package)")
        known = [LANGUAGE_OF_SUFFIX[Path(f).suffix] for f in files if Path(f).suffix in LANGUAGE_OF_SUFFIX]
        language = self.kw["language"] or (known[0] if known else None)
        if language is None:
            raise MesonException(f"{self.where}: no suffix of {', '.join(files)} tells the language; set 'language'")
        return self._choose("language", language, BUILT_LANGUAGES, tuple(LANGUAGE_OF_SUFFIX.values()))

    def _check_target(self) -> None:
        if self.m.fn("get_option", "layout") != "mirror":
            raise MesonException(f"{self.where}: set 'layout' to 'mirror'; files of two components may share a name")
        self._choose("target", self.kw["target"] or target_of(self.m), TARGETS, TARGETS)

    def _choose_placement(self) -> dict[str, T.Any]:
        """The placement and its terms. Programs are where they were started."""
        choice = self.profile.choice(self.name, self.kw["placement"])
        self._choose("placement", choice["placement"], BUILT, PLACEMENTS)
        if self.kind is Component:
            if choice["placement"] == "isolated" and self.target != NATIVE:
                what = f"{self.where}: placement 'isolated' is for native components"
                raise MesonException(f"{what}; this one is built for {self.target}")
            if choice["placement"] != "fused":
                self._require_files()
            return choice
        if self.kw["placement"] not in (None, "direct") or self.profile.names(self.name):
            raise MesonException(
                f"{self.where}: a placement is for components; its callers are where they were started"
            )
        return {"placement": "direct"}

    def _require_files(self) -> None:
        """A component with a file of its own calls files: raises MesonException for a provider that has none."""
        for provider in self.kw["components"]:
            if provider.fused:
                what = f"{self.where} is not fused, but its provider {provider.name!r} is, which leaves no file to call"
                raise MesonException(f"{what}; fuse both, or neither")

    def _choose(self, what: str, value: str, built: tuple[str, ...], known: tuple[str, ...]) -> str:
        if value in built:
            return value
        choice = f"use {' or '.join(map(repr, built))}"
        if value in known:
            raise MesonException(f"{self.where}: {what} {value!r} is not built yet; {choice}")
        raise MesonException(f"{self.where}: unknown {what} {value!r}; {choice}")

    def declare(self) -> Declared:
        """Declare all targets."""
        self.build.graphs[self.target].enter(self.kind.KIND, self.name)
        # Names are of this folder, and what is declared below may be in others.
        self.kw["include_directories"] = [
            self.m.fn("include_directories", each) if isinstance(each, str) else each
            for each in self.kw["include_directories"]
        ]
        declared = self._declare()
        if isinstance(declared, Component):
            declared.target, declared.world, declared.wit = self.target, self.world, self.wit
        return declared

    @abstractmethod
    def _declare(self) -> Declared: ...

    def _headers(self, part: dict[str, T.Any]) -> T.Any:
        """What sources need that include the bindings."""
        m, generated = self.m, [part[self.stem + BINDINGS_OF_LANGUAGE[self.language][0]]]
        return m.fn("declare_dependency", sources=[] if self.language == "rust" else generated,
                    include_directories=[m.fn("include_directories", ".")],
                    compile_args=[f"-I{package_dir() / 'runtime' / 'include'}"])  # fmt: skip

    def _bindings(self) -> tuple[T.Any, dict[str, T.Any]]:
        """The step that generates code. Its outputs follow from the arguments, so configuring reads no WIT."""
        suffixes = (".world.json", "_manifest.c", ".map", ".exp", ".def")
        outputs = [self.stem + suffix for suffix in BINDINGS_OF_LANGUAGE[self.language]]
        outputs += [self.name + suffix for suffix in suffixes]
        step = self.m.fn("custom_target", f"{self.name}-bindings", output=outputs, depfile=f"{self.name}.d",
                         depend_files=[str(package_dir() / "__init__.py")],  # another symbuild generates anew
                         command=[*self.cli, "bindgen", self.language, self.wit, "-w", self.world,
                                  "--component", self.name, "--out-dir", "@OUTDIR@", "--depfile", "@DEPFILE@",
                                  "--no-runtime", *self.kw["bindgen_args"]])  # fmt: skip
        return step, {output: step[i] for i, output in enumerate(outputs)}

    def _edges(self, world_file: T.Any, outputs: list[str], *flags: str) -> T.Any:
        """The step that binds imports to providers; its outputs are ``outputs`` and what `symbuild explain` reads."""
        # Only now are all components known, one of which a profile may misspell.
        profile = [self.profile.file] if self.profile.file and self.target == target_of(self.m) else []
        graph = self.build.graphs[self.target].add(self.m, [*self.cli, "graph"], world_file, profile)
        providers = [arg for component in self.kw["components"] for arg in ("--provider", component.world_file)]
        chosen = [arg for label, name in self.chosen.items() for arg in ("--choose", label, name)]
        return self._bind(graph, world_file, outputs, *flags, *providers, *chosen)

    def _bind(self, graph: T.Any, world_file: T.Any, outputs: list[str], *told: T.Any) -> T.Any:
        """That step for any of this declaration's worlds; it is ``told`` the providers."""
        opened = ["--open-imports"] if self.kw.get("open_imports") else []
        return self.m.fn("custom_target", f"{self.name}-edges", output=[*outputs, f"{self.name}.edges.json"],
                         build_by_default=True,  # `symbuild explain` reads it where nothing is linked with it
                         command=[*self.cli, "bind", "--world-file", world_file, "--graph", graph,
                                  "--out-dir", "@OUTDIR@", *told, *opened])  # fmt: skip

    def _objects(self, role: str, sources: list[T.Any], headers: T.Any, *options: str, theirs: bool = False) -> T.Any:
        """Objects of generated sources, compiled apart: the user's warning flags are not for them.

        ``theirs``: with the user's include directories and dependencies.
        """
        library = self._compiled(role, sources, headers, *options, theirs=theirs)
        return self.m.method(library, "extract_all_objects", recursive=False)

    def _compiled(self, role: str, sources: list[T.Any], headers: T.Any, *options: str, theirs: bool = False) -> T.Any:
        """The library that stands for those objects."""
        dependencies = [headers, *(self.kw["dependencies"] if theirs else [])]
        return self.m.fn("static_library", f"{self.name}-{role}", *sources, dependencies=dependencies,
                         include_directories=self.kw["include_directories"] if theirs else [], c_args=["-w"],
                         cpp_args=["-w"], pic=self.target == NATIVE, gnu_symbol_visibility="hidden",
                         build_by_default=False, override_options=["unity=off", *options])  # fmt: skip

    def _cpp_standard(self) -> list[str]:
        """The option that C++ targets need, unless the project's own standard is new enough."""
        if self.language != "cpp" or not OLD_CPP.fullmatch(str(self.m.fn("get_option", "cpp_std"))):
            return []
        return ["cpp_std=c++20"]


def target_of(m: Dsl) -> str:
    """``sym_target``: the project's option, the top project's, a machine file's property, what the host machine is."""
    machine_file = m.method("meson", "get_external_property", "sym_target", "")
    return m.option("sym_target") or machine_file or (WASM if host_is_wasm(m) else NATIVE)


def host_is_wasm(m: Dsl) -> bool:
    """Whether this is a cross build for wasm, in which Meson itself compiles for it."""
    return bool(m.method("host_machine", "cpu_family") == "wasm32")


def package_dir() -> Path:
    """The symbuild package: these files are its ``_meson/``, or ``meson_module/symbuild/`` beside it."""
    folder = Path(__file__).resolve().parent
    return folder.parent if folder.name == "_meson" else folder.parent.parent / "symbuild"
