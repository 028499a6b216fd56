"""The Meson module ``symbuild``: typed keywords in, targets out.

``component()`` and ``program()`` declare custom targets that run the ``symbuild`` command, and an ordinary
``shared_library()`` or ``executable()`` that links what it wrote. Meson promises no stability to modules from outside,
so whatever touches its internals is in :class:`Dsl`, which calls Meson as a meson.build does.

This file runs under Meson's interpreter, which need not be ours: it never imports ``symbuild``.
"""

from __future__ import annotations

import contextlib
import difflib
import json
import os
import re
import sys
import typing as T
from pathlib import Path

from mesonbuild import build, coredata, mesonlib
from mesonbuild.dependencies import Dependency, InternalDependency
from mesonbuild.mesonlib import File, MesonException
from mesonbuild.modules import ExtensionModule, ModuleInfo, ModuleObject

OLDEST_MESON = "1.3.0"
WASM = "wasm32-wasip2"
TARGETS = ("native", WASM)
PLACEMENTS = ("direct", "isolated", "fused", "sandboxed")
LANGUAGE_OF_SUFFIX = {".c": "c", ".cc": "cpp", ".cpp": "cpp", ".cxx": "cpp", ".rs": "rust"}
BUILT_LANGUAGES = ("c", "cpp", "rust")
# What the generator writes for a language, by the world's name.
BINDINGS_OF_LANGUAGE = {"c": (".h", ".c"), "cpp": ("_cpp.h", ".cpp"), "rust": (".rs",)}
# Generated C++ takes C++20; where a project's standard is older or the compiler's own, its components get that.
OLD_CPP = re.compile(r"none|(c|gnu)\+\+(98|03|0x|11|1y|14|1z|17)")
# A Cargo package may ask for link-time optimisation in its own profile; Meson leaves it out of libraries otherwise.
FOR_ANY_LTO = {"rust_args": ["-Cembed-bitcode=yes"]}
# Which export map a host system's linker reads; elsewhere objects are ELF, and importers are linked against stubs.
FORMAT_OF_SYSTEM = {"darwin": "macos", "windows": "def", "cygwin": "def"}


class Dsl:
    """The seam: functions and methods of the build language, called the way the interpreter calls them."""

    def __init__(self, state: T.Any) -> None:
        self.state = state
        self.interp = state._interpreter
        self.node = state.current_node

    def fn(self, name: str, *args: T.Any, **kwargs: T.Any) -> T.Any:
        """Call a function such as ``custom_target``. Lists must be flat; None stands for "not given"."""
        given = {key: value for key, value in kwargs.items() if value is not None}
        with self._quiet():
            return self.interp.funcs[name](self.node, list(args), given)

    def method(self, obj: T.Any, name: str, *args: T.Any, **kwargs: T.Any) -> T.Any:
        """Call a method of what a function returned, or of ``meson`` and ``host_machine`` by their names."""
        holder = self.interp.builtin[obj] if isinstance(obj, str) else self.interp._holderify(obj)
        holder.current_node = self.node
        with self._quiet():
            return holder.method_call(name, list(args), dict(kwargs))

    @contextlib.contextmanager
    def _quiet(self) -> T.Iterator[None]:
        """What this module uses is its own business: Meson would hold it against the user's meson_version."""
        versions = mesonlib.project_meson_versions
        saved = versions.pop(self.state.subproject, None)
        try:
            yield
        finally:
            if saved is not None:
                versions[self.state.subproject] = saved

    @contextlib.contextmanager
    def folder(self, name: str, *, in_root: bool = False) -> T.Iterator[None]:
        """Declare as if in ``subdir(name)``: outputs of two components of one world have the same names."""
        saved = self.interp.subdir
        self.interp.subdir = name if in_root else str(Path(saved, name))
        Path(self.state.environment.get_build_dir(), self.interp.subdir).mkdir(parents=True, exist_ok=True)
        try:
            yield
        finally:
            self.interp.subdir = saved

    def option(self, name: str) -> str | None:
        """The user's option: of this project (honours yield), else of the top project; None if undeclared or auto."""
        for ask in (lambda: self.fn("get_option", name), lambda: self.state.get_option(name)):
            with contextlib.suppress(KeyError, MesonException):
                value = str(ask())
                if value != "auto":
                    return value
        return None

    @staticmethod
    def add_input(custom_target: T.Any, file: T.Any) -> None:
        """Give a declared custom target one more input; the back end reads the list when all is declared."""
        custom_target.sources.append(file)

    @staticmethod
    def add_link_depend(target: T.Any, file: T.Any) -> None:
        """Make a declared library or executable wait for a file that is made from its own objects."""
        target.link_depends.append(file)


class Declared(ModuleObject):
    """What ``component()`` and ``program()`` return: its methods hand out targets."""

    KIND = ""

    def __init__(self, name: str, answers: dict[str, T.Any]) -> None:
        super().__init__()
        self.name = name
        self.methods.update({method: self._answer(method, answer) for method, answer in answers.items()})

    def _answer(self, method: str, answer: T.Any) -> T.Callable[..., T.Any]:
        def call(state: T.Any, args: T.Any, kwargs: T.Any) -> T.Any:
            if args or kwargs:
                raise MesonException(f"{method}() of {self.KIND} {self.name!r} takes no arguments")
            if isinstance(answer, MesonException):
                raise answer
            return answer

        return call


class Component(Declared):
    """``dependency() library() bindings() wit() wasm()``; and what its importers are linked with, see `Declaration`."""

    KIND = "component"
    world_file: T.Any
    libraries: list[T.Any]


class Program(Declared):
    """``executable() bindings() wit() wasm()``."""

    KIND = "program"


class Keyword(T.NamedTuple):
    """What a keyword takes: one of some types, or (``many``) a list of them, for which one value may stand."""

    types: tuple[type, ...]
    many: bool = False
    default: T.Any = None


STRING, STRINGS, FLAG = Keyword((str,)), Keyword((str,), many=True), Keyword((bool,), default=False)
# Handed to shared_library() and executable() as they are.
PASSED = {
    "dependencies": Keyword((Dependency,), many=True),
    "include_directories": Keyword((str, build.IncludeDirs), many=True),
    "install": FLAG,
    **dict.fromkeys(("install_dir", "install_rpath", "install_tag"), STRING),
    **dict.fromkeys(("c_args", "cpp_args", "rust_args", "link_args", "override_options"), STRINGS),
}
PROGRAM_KEYWORDS = {
    "sources": Keyword((str, File, build.CustomTarget, build.CustomTargetIndex, build.GeneratedList), many=True),
    "wit": Keyword((str, File), default="wit"),
    "components": Keyword((Component,), many=True),
    **dict.fromkeys(("bindgen_args", "cargo_args"), STRINGS),
    "cargo": Keyword((str, File)),
    **dict.fromkeys(("world", "language", "target", "placement"), STRING),
    **PASSED,
}
COMPONENT_KEYWORDS = {**PROGRAM_KEYWORDS, "version": STRING, "open_imports": FLAG}
TYPE_NAMES = {
    str: "string",
    bool: "boolean",
    int: "number",
    list: "list",
    dict: "dictionary",
    File: "file",
    Component: "component",
    Program: "program",
    Dependency: "dependency",
    build.IncludeDirs: "set of include directories",
    build.CustomTarget: "custom target",
    build.GeneratedList: "generator output",
    build.SharedLibrary: "library (give the component itself)",
}


def check_keywords(where: str, given: dict[str, T.Any], table: dict[str, Keyword]) -> dict[str, T.Any]:
    """Every keyword of ``table`` with its checked value or its default, lists made flat."""
    for key in given:
        if key not in table:
            near = difflib.get_close_matches(key, table, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sorted(table))}"
            raise MesonException(f"{where}: unknown keyword {key!r}; {hint}")
    return {key: _check_value(f"{where}: {key!r}", given.get(key), keyword) for key, keyword in table.items()}


def _check_value(where: str, value: T.Any, keyword: Keyword) -> T.Any:
    if value is None:
        return [] if keyword.many else keyword.default
    values = mesonlib.listify(value) if keyword.many else [value]
    for one in values:
        if not isinstance(one, keyword.types):
            wanted = " or ".join(f"a {TYPE_NAMES[t]}" for t in keyword.types if t in TYPE_NAMES)
            found = TYPE_NAMES.get(type(one), type(one).__name__)
            raise MesonException(
                f"{where} takes {wanted}{', or a list of them' if keyword.many else ''}, not a {found}"
            )
    return values if keyword.many else value


class Graph:
    """All components of a build directory: one step tells each of them who else provides what."""

    def __init__(self) -> None:
        self.kinds: dict[str, str] = {}
        self.step: T.Any = None

    def enter(self, kind: str, name: str) -> None:
        """Take a name, which is a file name and a symbol version for the whole build."""
        if name in self.kinds:
            raise MesonException(f"{kind} {name!r}: this build has a {self.kinds[name]} of that name already")
        self.kinds[name] = kind

    def add(self, m: Dsl, command: list[T.Any], world_file: T.Any) -> T.Any:
        """The step, with one more world to read."""
        if self.step:
            m.add_input(self.step, world_file)
        else:
            command = [*command, "graph", "--out", "@OUTPUT@", "@INPUT@"]
            with m.folder("symbuild-graph", in_root=True):
                name = "symbuild-graph"
                self.step = m.fn("custom_target", name, input=[world_file], output=["providers.json"], command=command)
        return self.step


class Declaration:
    """One call of ``component()`` or ``program()``: what was asked for, checked; ``declare()`` makes the targets."""

    def __init__(self, module: SymbuildModule, state: T.Any, kind: type[Declared], args: T.Any, kwargs: T.Any) -> None:
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
        self.graph, self.cli, self.rust_runtime = module.graph, module.command(self.m), module.rust_runtime
        self.format = FORMAT_OF_SYSTEM.get(self.m.method("host_machine", "system"), "gnu")

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
        self._choose("target", self.kw["target"] or target_of(self.m), ("native",), TARGETS)
        placement = self.m.option("sym_profile") or self.kw["placement"] or "direct"
        self._choose("placement", placement, ("direct",), PLACEMENTS)

    def _choose(self, what: str, value: str, built: tuple[str, ...], known: tuple[str, ...]) -> str:
        if value in built:
            return value
        choice = f"use {' or '.join(map(repr, built))}"
        if value in known:
            raise MesonException(f"{self.where}: {what} {value!r} is not built yet; {choice}")
        raise MesonException(f"{self.where}: unknown {what} {value!r}; {choice}")

    def declare(self) -> Declared:
        """Declare all targets."""
        m = self.m
        self.graph.enter(self.kind.KIND, self.name)
        m.fn("add_languages", "c", *(["cpp"] if self.language == "cpp" else []), required=True, native=False)
        with m.folder(f"{self.name}-bindings"):
            bindings, part = self._bindings()
            world_file = part[f"{self.name}.world.json"]
            compiled = [part[self.stem + suffix] for suffix in BINDINGS_OF_LANGUAGE[self.language]]
            headers = m.fn("declare_dependency", sources=[] if self.language == "rust" else compiled[:1],
                           include_directories=[m.fn("include_directories", ".")],
                           compile_args=[f"-I{package_dir() / 'runtime' / 'include'}"])  # fmt: skip
            edges, stub = self._edges(world_file, self.graph.add(m, self.cli, world_file))
            # Link-time optimisation loses a `.symver`, and may lose a section that nothing refers to.
            objects = [self._objects("edges", [part[f"{self.name}_manifest.c"], edges], headers, "b_lto=false")]
            if self.language == "rust":
                crate = self._crate(*compiled)
                package = self._cargo(crate) if self.manifest else None
            else:
                # Generated C++ includes the user's classes of exported resources, and headers that `--with` names.
                theirs = self.language == "cpp"
                objects.append(self._objects("glue", compiled[1:], headers, *self._cpp_standard(), theirs=theirs))
        rust = self.language == "rust"
        built = self._link_rust(part, crate, package, objects) if rust else self._link(part, headers, objects)
        self._checks(world_file, built, objects)
        answers = {
            "bindings": bindings,
            "wit": self.wit,
            "wasm": MesonException(f"{self.where} is built for native: no wasm()"),
        }
        if self.kind is Program:
            return Program(self.name, {**answers, "executable": built})
        dependency = m.fn("declare_dependency", link_with=[built], dependencies=[headers])
        component = Component(self.name, {**answers, "library": built, "dependency": dependency})
        # Of two libraries with one soname the linker takes the first, so importers see the stub. The library itself
        # gives the run path and the order of the build.
        component.world_file, component.libraries = world_file, [*stub, built]
        return component

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

    def _edges(self, world_file: T.Any, graph: T.Any) -> tuple[T.Any, list[T.Any]]:
        """The step that binds imports to providers, and the stub that importers of this component are linked with."""
        has_stub = self.kind is Component and self.format == "gnu"
        outputs = [f"{self.name}_edges.c", *([f"{self.name}_stub.c", f"{self.name}_stub.map"] if has_stub else [])]
        outputs.append(f"{self.name}.edges.json")  # read by `symbuild explain`
        flags = [arg for component in self.kw["components"] for arg in ("--provider", component.world_file)]
        flags += [arg for label, name in self.chosen.items() for arg in ("--choose", label, name)]
        flags += ["--stub"] if has_stub else []
        flags += ["--open-imports"] if self.kw.get("open_imports") else []
        step = self.m.fn("custom_target", f"{self.name}-edges", output=outputs,
                         command=[*self.cli, "bind", "--world-file", world_file, "--graph", graph,
                                  "--out-dir", "@OUTDIR@", "--format", self.format, *flags])  # fmt: skip
        return step[0], [self._stub(step[1], step[2])] if has_stub else []

    def _stub(self, source: T.Any, export_map: T.Any) -> T.Any:
        """A library of the component's soname, whose own file name no loader looks for."""
        off = ["b_lto=false", "b_sanitize=none", "b_coverage=false", "b_pgo=off", "unity=off", "debug=false"]
        link = self._export_map(export_map)
        # The first number of a `version` is in the soname. Linkers take the last -soname; Meson's own comes before.
        major = f".{self.kw['version'].partition('.')[0]}" if self.kw["version"] else ""
        link["link_args"].append(f"-Wl,-soname,lib{self.name}.so{major}")
        return self.m.fn("shared_library", f"{self.name}-stub", source, c_args=["-w"], override_options=off,
                         build_by_default=False, **link)  # fmt: skip

    def _export_map(self, file: T.Any) -> dict[str, T.Any]:
        if self.format == "def":
            return {"vs_module_defs": file, "link_args": [], "link_depends": []}
        flag = "-Wl,-exported_symbols_list," if self.format == "macos" else "-Wl,--version-script,"
        return {"link_args": [flag + self.m.method(file, "full_path")], "link_depends": [file]}

    def _objects(self, role: str, sources: list[T.Any], headers: T.Any, *options: str, theirs: bool = False) -> T.Any:
        """Objects of generated sources, compiled apart: the user's warning flags are not for them.

        ``theirs``: with the user's include directories and dependencies.
        """
        dependencies = [headers, *(self.kw["dependencies"] if theirs else [])]
        library = self.m.fn("static_library", f"{self.name}-{role}", *sources, dependencies=dependencies,
                            include_directories=self.kw["include_directories"] if theirs else [], c_args=["-w"],
                            cpp_args=["-w"], pic=True, gnu_symbol_visibility="hidden", build_by_default=False,
                            override_options=["unity=off", *options])  # fmt: skip
        return self.m.method(library, "extract_all_objects", recursive=False)

    def _link(self, part: dict[str, T.Any], headers: T.Any, objects: list[T.Any]) -> T.Any:
        m, passed = self.m, {key: self.kw[key] for key in PASSED}
        link = self._export_map(part[self.name + {"gnu": ".map", "macos": ".exp", "def": ".def"}[self.format]])
        link["link_args"] += passed.pop("link_args")
        link["link_with"] = [library for component in self.kw["components"] for library in component.libraries]
        args = f"{self.language}_args"
        compiler = m.method("meson", "get_compiler", self.language)
        passed[args] = [*m.method(compiler, "get_supported_arguments", "-fno-plt"), *passed[args]]
        passed["override_options"] = [*self._cpp_standard(), *passed["override_options"]]
        passed["dependencies"] = [headers, *passed["dependencies"]]
        if self.kw.get("open_imports"):
            passed["override_options"] = ["b_lundef=false", *passed["override_options"]]
        function, own = "shared_library", {"version": self.kw.get("version")}
        if self.kind is Program:
            function, own = "executable", {"export_dynamic": True}  # a plugin's imports, if the world exports any
            if self.format == "gnu":
                # Else data of other libraries, such as stdout, is copied into the program, which then exports it.
                passed[args] = ["-fPIC", *passed[args]]
        return m.fn(function, self.name, *self.kw["sources"], objects=objects, gnu_symbol_visibility="hidden",
                    **own, **link, **passed)  # fmt: skip

    def _cpp_standard(self) -> list[str]:
        """The option that C++ targets need, unless the project's own standard is new enough."""
        if self.language != "cpp" or not OLD_CPP.fullmatch(str(self.m.fn("get_option", "cpp_std"))):
            return []
        return ["cpp_std=c++20"]

    def _crate(self, bindings: T.Any) -> dict[str, T.Any]:
        """What a Rust target of this component takes: the crate `wit_bindgen`, whose `generate!` has its bindings."""
        m, here = self.m, package_dir() / "runtime" / "rust"
        m.fn("add_languages", "rust", required=True, native=False)
        rust = {"rust_abi": "rust", "override_options": ["rust_std=2021"], "build_by_default": False, **FOR_ANY_LTO}
        shim = m.fn("configure_file", input=str(here / "shim.rs.in"), output=f"{self.name}-wit_bindgen.rs",
                    configuration={"BINDINGS": m.method(bindings, "full_path"),
                                "FILE": bindings.get_outputs()[0]})  # fmt: skip
        name = f"{self.name.replace('-', '_')}_wit_bindgen"
        crate = m.fn("static_library", name, shim, bindings, link_with=[self.rust_runtime(m)], pic=True,
                     rust_dependency_map={"symbuild_runtime": "runtime"}, **rust)  # fmt: skip
        return {"link_with": [crate], "rust_dependency_map": {name: "wit_bindgen"}}

    def _cargo(self, crate: dict[str, T.Any]) -> T.Any:
        """The step that runs Cargo: an archive of the package, and what else the linker must be told for it."""
        m = self.m
        cargo = m.fn("find_program", "cargo", native=True, required=False)
        if not m.method(cargo, "found"):
            cure = "install it beside rustc, or name it in a machine file"
            raise MesonException(f"{self.where}: no cargo found for {Path(str(self.manifest)).name!r}; {cure}")
        compiler = m.method("meson", "get_compiler", "rust")
        rustc = mesonlib.join_args(m.method(compiler, "cmd_array"))
        crates = [arg for made in (*crate["link_with"], self.rust_runtime(m)) for arg in ("--crate", made)]
        flags = ["--program"] if self.kind is Program else []
        flags += ["--optimization", m.fn("get_option", "optimization")]
        flags += ["--debug"] if m.fn("get_option", "debug") else []
        flags += ["--offline"] if m.fn("get_option", "wrap_mode") == "nodownload" else []
        rust_args = [*(["-Dwarnings"] if m.fn("get_option", "werror") else []), *self.kw["rust_args"]]
        flags += [f"--rustc-arg={arg}" for arg in rust_args]
        return m.fn("custom_target", f"{self.name}-cargo", depfile=f"{self.name}_cargo.d",
                    output=[f"lib{self.name}_cargo.a", f"{self.name}_cargo.args"],
                    command=[*self.cli, "cargo", "--manifest-path", self.manifest, "--component", self.name,
                             "--out-dir", "@OUTDIR@", "--target-dir", f"@OUTDIR@/{self.name}-cargo",
                             "--depfile", "@DEPFILE@", *flags, "--cargo", cargo, "--rustc", rustc, *crates,
                             "--", *self.kw["cargo_args"]])  # fmt: skip

    def _link_rust(
        self, part: dict[str, T.Any], crate: dict[str, T.Any], package: T.Any, objects: list[T.Any]
    ) -> T.Any:
        """A component's crate becomes a static library, which the C linker links: rustc would export more (#11792)."""
        m, passed = self.m, {key: self.kw[key] for key in PASSED}
        own = {"dependencies": passed.pop("dependencies"), "rust_args": passed.pop("rust_args")}
        own["override_options"] = ["rust_std=2021", *passed.pop("override_options")]
        providers = [library for component in self.kw["components"] for library in component.libraries]
        if self.kind is Program and not package:
            glue = m.fn("static_library", f"{self.name}-links", objects=objects, build_by_default=False)
            del passed["c_args"], passed["cpp_args"]
            return m.fn("executable", self.name, *self.kw["sources"], link_whole=[glue], **own, **passed,
                        **{**crate, "link_with": [*crate["link_with"], *providers]})  # fmt: skip
        link = self._export_map(part[self.name + {"gnu": ".map", "macos": ".exp", "def": ".def"}[self.format]])
        link["link_args"] += [*passed.pop("link_args"), "-Wl,--gc-sections"]
        if package:
            self.code, arguments = package[0], package[1]
            link["link_args"].append(f"@{m.method(arguments, 'full_path')}")
            link["link_depends"].append(arguments)
            passed["dependencies"] = own["dependencies"]
        else:
            self.code = m.fn("static_library", f"{self.name}-code", *self.kw["sources"], rust_abi="c", pic=True,
                             build_by_default=False, **own, **crate)  # fmt: skip
            link["link_args"].append("-lgcc_s")
        function, form = "shared_library", {"version": self.kw.get("version")}
        if self.kind is Program:
            function, form = "executable", {"export_dynamic": True}
        return m.fn(function, self.name, objects=objects, link_whole=[self.code], link_with=providers,
                    gnu_symbol_visibility="hidden", **form, **link, **passed)  # fmt: skip

    def _checks(self, world_file: T.Any, built: T.Any, objects: list[T.Any]) -> None:
        """Check the objects before the link, where a missing definition still has a source, and the file after it."""
        m, name = self.m, self.name
        # Objects of link-time optimisation show no symbols, and a library of the project may hold the definitions.
        libraries = any(isinstance(d, InternalDependency) for d in self.kw["dependencies"])
        with m.folder(f"{name}-bindings"):
            rust_program = self.language == "rust" and self.kind is Program and not self.manifest
            if not (m.fn("get_option", "b_lto") or libraries or self.kw["link_args"] or rust_program):
                rust = self.language == "rust"
                own = self.code if rust else m.method(built, "extract_all_objects", recursive=False)
                # For messages: a missing definition is said of a source, and declared at a line of the WIT.
                places = [arg for s in self.kw["sources"] if isinstance(s, (str, File)) for arg in ("--source", str(s))]
                stamp = m.fn("custom_target", f"{name}-objects", input=[own, *objects], output=[f"{name}.objects"],
                             command=[*self.cli, "check-objects", "--world-file", world_file, "--wit", self.wit,
                                      *places, "--stamp", "@OUTPUT@", "@INPUT@"])  # fmt: skip
                m.add_link_depend(built, stamp)
            command = [*self.cli, "check", "--stamp", "@OUTPUT@", "@INPUT@"]
            m.fn("custom_target", f"{name}-check", input=[built], output=[f"{name}.checked"], command=command,
                 build_by_default=True)  # fmt: skip


def target_of(m: Dsl) -> str:
    """``sym_target``: the project's option, the top project's, a machine file's property, what the host machine is."""
    wasm = m.method("host_machine", "cpu_family") == "wasm32"
    machine_file = m.method("meson", "get_external_property", "sym_target", "")
    return m.option("sym_target") or machine_file or (WASM if wasm else "native")


def package_dir() -> Path:
    """The symbuild package: this file is its ``_meson/module.py``, or ``meson_module/symbuild.py`` beside it."""
    parent = Path(__file__).resolve().parent.parent
    return parent / "symbuild" if (parent / "symbuild").is_dir() else parent


def find_cli(m: Dsl) -> list[T.Any]:
    """The command: a machine file's ``symbuild``, the one installed with this module, one on PATH, else a script."""
    program = m.fn("find_program", "symbuild", native=True, required=False, dirs=[str(scripts_dir())])
    if m.method(program, "found"):
        return [program]
    # `symbuild meson` of a checkout tells its command. Ninja may configure again from another shell: keep it.
    told = Path(m.state.environment.get_build_dir(), "meson-private", "symbuild-command.json")
    if "SYMBUILD_COMMAND" in os.environ:
        told.write_text(os.environ["SYMBUILD_COMMAND"], encoding="utf-8")
    if told.exists():
        return T.cast("list[T.Any]", json.loads(told.read_text(encoding="utf-8")))
    return [sys.executable, str(package_dir() / "doors" / "run.py")]


def scripts_dir() -> Path:
    """Where the installation of this package put its command, as its RECORD says; a checkout has none: Meson's own."""
    site = package_dir().parent
    for record in sorted(site.glob("symbuild-*.dist-info/RECORD")):
        for line in record.read_text(encoding="utf-8").splitlines():
            path = site / line.rsplit(",", 2)[0].strip('"')
            if path.name in ("symbuild", "symbuild.exe"):
                return path.parent.resolve()
    return Path(sys.executable).parent


class SymbuildModule(ExtensionModule):
    """``import('symbuild')``."""

    INFO = ModuleInfo("symbuild")

    def __init__(self, interpreter: T.Any) -> None:
        super().__init__(interpreter)
        self.graph = Graph()  # subprojects share the module object, so this is the graph of the whole build
        self._command: list[T.Any] | None = None
        self._rust_runtime: T.Any = None
        self.methods.update({"component": self._component, "program": self._program, "target": self._target})

    def command(self, m: Dsl) -> list[T.Any]:
        """What runs ``symbuild``; looked for once."""
        self._command = self._command or find_cli(m)
        return self._command

    def rust_runtime(self, m: Dsl) -> T.Any:
        """The crate that generated Rust calls, one for the whole build."""
        if self._rust_runtime is None:
            source = package_dir() / "runtime" / "rust" / "src" / "lib.rs"
            with m.folder("symbuild-runtime", in_root=True):
                self._rust_runtime = m.fn(
                    "static_library", "symbuild_runtime", str(source), rust_abi="rust", pic=True,
                    rust_args=["--cfg", 'feature="std"', *FOR_ANY_LTO["rust_args"]], build_by_default=False,
                    override_options=["rust_std=2021", "warning_level=0"])  # fmt: skip
        return self._rust_runtime

    def _component(self, state: T.Any, args: list[T.Any], kwargs: dict[str, T.Any]) -> Declared:
        return Declaration(self, state, Component, args, kwargs).declare()

    def _program(self, state: T.Any, args: list[T.Any], kwargs: dict[str, T.Any]) -> Declared:
        return Declaration(self, state, Program, args, kwargs).declare()

    def _target(self, state: T.Any, args: list[T.Any], kwargs: dict[str, T.Any]) -> str:
        return target_of(Dsl(state))


def initialize(interpreter: T.Any) -> SymbuildModule:
    """What Meson calls after the import."""
    if mesonlib.version_compare(coredata.version, f"<{OLDEST_MESON}"):
        raise MesonException(f"symbuild needs Meson {OLDEST_MESON} or newer; this is {coredata.version}")
    interpreter.add_build_def_file(str(Path(__file__).resolve()))  # a new symbuild reconfigures old build directories
    return SymbuildModule(interpreter)
