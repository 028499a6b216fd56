"""The Meson module ``symbuild``: typed keywords in, targets out.

``sym.component()`` and ``sym.program()`` declare custom targets that run the ``symbuild`` command and an ordinary
``shared_library()`` or ``executable()`` that links what it wrote. Meson promises no stability to modules from outside,
so everything that touches Meson's internals is in :class:`Dsl`, which calls Meson as a meson.build does.

This file runs under Meson's interpreter, which need not be ours: it never imports ``symbuild``.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import re
import sys
import typing as T
import weakref

from mesonbuild import build, coredata, mesonlib
from mesonbuild.dependencies import Dependency
from mesonbuild.mesonlib import File, MesonException
from mesonbuild.modules import ExtensionModule, ModuleInfo, ModuleObject

OLDEST_MESON = "1.3.0"
WASM = "wasm32-wasip2"
TARGETS = ("auto", "native", WASM)
PLACEMENTS = ("direct", "isolated", "fused", "sandboxed")
# Systems whose native objects are ELF; there an importer is linked against its provider's stub.
NOT_ELF = {"darwin": "macos", "windows": "def", "cygwin": "def"}
SUFFIXES = {".c": "c", ".cc": "cpp", ".cpp": "cpp", ".cxx": "cpp", ".rs": "rust"}
BUILT_LANGUAGES = ("c",)


class Dsl:
    """The seam: functions and methods of the build language, called the way the interpreter calls them."""

    def __init__(self, state: T.Any) -> None:
        self.state = state
        self.interp = state._interpreter
        self.node = state.current_node

    def fn(self, name: str, *args: T.Any, **kwargs: T.Any) -> T.Any:
        """Call a function such as ``custom_target``; lists must be flat, None means "not given"."""
        given = {key: value for key, value in kwargs.items() if value is not None}
        with self._quiet():
            return self.interp.funcs[name](self.node, list(args), given)

    def method(self, obj: T.Any, name: str, *args: T.Any, **kwargs: T.Any) -> T.Any:
        """Call a method of an object that a function returned."""
        return self._method(self.interp._holderify(obj), name, args, kwargs)

    def builtin(self, which: str, name: str, *args: T.Any) -> T.Any:
        """Call a method of ``meson`` or ``host_machine``."""
        return self._method(self.interp.builtin[which], name, args, {})

    def _method(self, holder: T.Any, name: str, args: T.Any, kwargs: T.Any) -> T.Any:
        holder.current_node = self.node
        with self._quiet():
            return holder.method_call(name, list(args), dict(kwargs))

    @contextlib.contextmanager
    def _quiet(self) -> T.Iterator[None]:
        """What this module uses is its own business: else Meson holds it against the user's meson_version."""
        versions = getattr(mesonlib, "project_meson_versions", {})
        if self.state.subproject not in versions:
            yield
            return
        saved = versions.pop(self.state.subproject)
        try:
            yield
        finally:
            versions[self.state.subproject] = saved

    @contextlib.contextmanager
    def folder(self, name: str, *, of_root: bool = False) -> T.Iterator[None]:
        """Declare what follows as if in a ``subdir(name)``: two components of one world need two folders of outputs."""
        saved = self.interp.subdir
        self.interp.subdir = name if of_root else os.path.join(saved, name)
        os.makedirs(os.path.join(self.state.environment.get_build_dir(), self.interp.subdir), exist_ok=True)
        try:
            yield
        finally:
            self.interp.subdir = saved

    def option(self, name: str) -> str | None:
        """The user's option ``name``: of this project (honours yield), else of the top project; None if undeclared."""
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
        """Make a declared library or executable wait for a file that depends on its own objects."""
        target.link_depends.append(file)


class Keyword(T.NamedTuple):
    """What a keyword takes: its types, whether it is a list (one value stands for a list of one), its default."""

    types: tuple[type, ...]
    many: bool = False
    default: T.Any = None


class Declared(ModuleObject):
    """What the functions return: an object whose methods hand out targets."""

    KIND = ""

    def __init__(self, name: str, **answers: T.Any) -> None:
        super().__init__()
        self.name = name
        for method, answer in answers.items():
            self.methods[method] = self._method(method, answer)

    def _method(self, method: str, answer: T.Any) -> T.Callable[..., T.Any]:
        def call(state: T.Any, args: T.Any, kwargs: T.Any) -> T.Any:
            if args or kwargs:
                raise MesonException(f"{method}() of {self.KIND} {self.name!r} takes no arguments")
            if isinstance(answer, MesonException):
                raise answer
            return answer

        return call


class Component(Declared):
    """A component: ``dependency() library() bindings() wit() wasm()``. Its importers need the rest."""

    KIND = "component"
    world_file: T.Any
    built: T.Any
    stub: T.Any


class Program(Declared):
    """A program: ``executable() bindings() wit() wasm()``."""

    KIND = "program"


SOURCES = (str, File, build.CustomTarget, build.CustomTargetIndex, build.GeneratedList)
COMMON = {
    "wit": Keyword((str, File), default="wit"),
    "world": Keyword((str,)),
    "sources": Keyword(SOURCES, many=True),
    "components": Keyword((Component,), many=True),
    "bindgen_args": Keyword((str,), many=True),
    "language": Keyword((str,)),
    "target": Keyword((str,)),
    "placement": Keyword((str,)),
}
# Handed to shared_library() and executable() as they are.
PASSED = {
    "install": Keyword((bool,), default=False),
    "install_dir": Keyword((str,)),
    "install_rpath": Keyword((str,)),
    "install_tag": Keyword((str,)),
    "include_directories": Keyword((str, build.IncludeDirs), many=True),
    "dependencies": Keyword((Dependency,), many=True),
    "c_args": Keyword((str,), many=True),
    "cpp_args": Keyword((str,), many=True),
    "rust_args": Keyword((str,), many=True),
    "link_args": Keyword((str,), many=True),
    "override_options": Keyword((str, dict), many=True),
}
COMPONENT_ONLY = {"version": Keyword((str,)), "open_imports": Keyword((bool,), default=False)}
TYPE_NAMES = {str: "string", bool: "boolean", File: "file", Component: "component", Dependency: "dependency",
              build.IncludeDirs: "include directory", build.CustomTarget: "custom target",
              build.GeneratedList: "generator output", dict: "dictionary"}  # fmt: skip


def check_keywords(where: str, given: dict[str, T.Any], table: dict[str, Keyword]) -> dict[str, T.Any]:
    """Every keyword of ``table`` with its checked value or default; lists flat. Errors say which and what instead."""
    for key in given:
        if key not in table:
            near = difflib.get_close_matches(key, table, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(sorted(table))}"
            raise MesonException(f"{where}: unknown keyword {key!r}{hint}")
    return {key: _check_value(f"{where}: {key!r}", given.get(key), keyword) for key, keyword in table.items()}


def _check_value(where: str, value: T.Any, keyword: Keyword) -> T.Any:
    if value is None:
        return [] if keyword.many else keyword.default
    values = mesonlib.listify(value) if keyword.many else [value]
    for one in values:
        if not isinstance(one, keyword.types):
            wanted = " or ".join(TYPE_NAMES[t] for t in keyword.types if t in TYPE_NAMES)
            found = TYPE_NAMES.get(type(one), type(one).__name__)
            raise MesonException(f"{where} must be {'a list of ' * keyword.many}{wanted}, not {found}")
    return values if keyword.many else value


def check_choice(where: str, value: str, known: T.Iterable[str]) -> str:
    """``value`` if it is one of ``known``."""
    if value not in known:
        raise MesonException(f"{where}: {value!r} is not one of {', '.join(known)}")
    return value


class Graph:
    """All components of a build directory: a step that tells each of them who else provides what."""

    _of_build: weakref.WeakKeyDictionary[T.Any, Graph] = weakref.WeakKeyDictionary()

    def __init__(self) -> None:
        self.declared: dict[str, str] = {}
        self.target: T.Any = None

    @classmethod
    def of(cls, m: Dsl) -> Graph:
        """The graph of the build that ``m`` declares into; subprojects share it with the top project."""
        return cls._of_build.setdefault(m.interp.build, cls())

    def add(self, m: Dsl, cli: list[T.Any], kind: str, name: str, world_file: T.Any) -> T.Any:
        """Enter a component or program; returns the step's target, whose output lists every provider."""
        if name in self.declared:
            raise MesonException(f"{kind} {name!r}: a {self.declared[name]} of that name exists; names are file names")
        self.declared[name] = kind
        if self.target is None:
            with m.folder("symbuild-graph", of_root=True):
                self.target = m.fn("custom_target", "symbuild-graph", input=[world_file], output=["providers.json"],
                                   command=[*cli, "graph", "--out", "@OUTPUT@", "@INPUT@"])  # fmt: skip
        else:
            m.add_input(self.target, world_file)
        return self.target


class Declaration:
    """One call of ``component()`` or ``program()`` while its targets are being declared."""

    def __init__(self, state: T.Any, cls: type[Declared], args: list[T.Any], kwargs: dict[str, T.Any]) -> None:
        self.m = Dsl(state)
        self.cls = cls
        if len(args) != 1 or not isinstance(args[0], str) or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", args[0]):
            raise MesonException(f"{cls.KIND}() takes one name: letters, digits, - and _, a letter first")
        self.name = args[0]
        self.where = f"{cls.KIND} {self.name!r}"
        only = COMPONENT_ONLY if cls is Component else {}
        self.kw = check_keywords(self.where, kwargs, {**COMMON, **PASSED, **only})
        self.world = self.kw["world"] or self.name
        self.stem = self.world.rpartition("/")[2].partition("@")[0].replace("-", "_")
        self.wit = self._find_wit(state)
        self._check_language()
        self._check_placement()
        if not self.kw["sources"]:
            raise MesonException(f"{self.where} needs sources")
        self.cli = find_cli(self.m)
        self.system = self.m.builtin("host_machine", "system")

    def _find_wit(self, state: T.Any) -> str:
        env, wit = state.environment, self.kw["wit"]
        if isinstance(wit, File):
            return wit.absolute_path(env.get_source_dir(), env.get_build_dir())
        path = os.path.join(env.get_source_dir(), state.subdir, wit)
        if not os.path.exists(path):
            raise MesonException(f"{self.where}: no WIT file or directory {wit!r}; set 'wit'")
        return path

    def _check_language(self) -> None:
        language = self.kw["language"]
        for source in self.kw["sources"]:
            names = source.get_outputs() if hasattr(source, "get_outputs") else [str(source)]
            language = language or next(filter(None, (SUFFIXES.get(os.path.splitext(n)[1]) for n in names)), None)
        if self.kw["sources"] and not language:
            raise MesonException(f"{self.where}: no source's suffix tells the language; set 'language'")
        self.language = check_choice(f"{self.where}: language", language or "c", BUILT_LANGUAGES)

    def _check_placement(self) -> None:
        target = check_choice(f"{self.where}: target", self.kw["target"] or target_of(self.m), TARGETS[1:])
        if target == WASM:
            raise MesonException(f"{self.where}: target {WASM!r} is not built yet; use 'native'")
        placement = self.m.option("sym_profile") or self.kw["placement"] or "direct"
        check_choice(f"{self.where}: placement", placement, PLACEMENTS)
        if placement != "direct":
            raise MesonException(f"{self.where}: placement {placement!r} is not built yet; use 'direct'")

    def declare(self) -> Declared:
        """All targets of the component or program."""
        m = self.m
        m.fn("add_languages", "c", required=True, native=False)
        with m.folder(f"{self.name}-bindings"):
            part = self._bindings()
            inc = m.fn("include_directories", ".")
            runtime = f"-I{os.path.join(package_dir(), 'runtime', 'include')}"
            headers = m.fn("declare_dependency", include_directories=[inc], compile_args=[runtime],
                           sources=[part[f"{self.stem}.h"]])  # fmt: skip
            graph = Graph.of(m).add(m, self.cli, self.cls.KIND, self.name, part[f"{self.name}.world.json"])
            edges, stub = self._binding(part, graph)
            compiled = [self._generated("glue", part[f"{self.stem}.c"], headers),
                        self._generated("edges", part[f"{self.name}_manifest.c"], headers, edges, b_lto="false")]  # fmt: skip
        built = self._link(part, headers, compiled)
        self._checks(part, built, compiled)
        wasm = MesonException(f"{self.where} is native here: it has no wasm()")
        common = {"bindings": part["*"], "wit": self.wit, "wasm": wasm}
        if self.cls is Program:
            return Program(self.name, executable=built, **common)
        built_dep = m.fn("declare_dependency", link_with=[built], dependencies=[headers])
        component = Component(self.name, library=built, dependency=built_dep, **common)
        component.world_file, component.built, component.stub = part[f"{self.name}.world.json"], built, stub
        return component

    def _bindings(self) -> dict[str, T.Any]:
        """The step that generates code; output names follow from the arguments, so no WIT is read at configure time."""
        n = self.name
        names = [f"{self.stem}.h", f"{self.stem}.c", f"{n}.world.json", f"{n}_manifest.c", f"{n}.map", f"{n}.exp", f"{n}.def"]
        target = self.m.fn(
            "custom_target", f"{n}-bindings", output=names, depfile=f"{n}-bindings.d",
            depend_files=[os.path.join(package_dir(), "__init__.py")],  # another symbuild generates anew
            command=[*self.cli, "bindgen", self.language, self.wit, "-w", self.world, "--component", n, "--out-dir", "@OUTDIR@",
                     "--depfile", "@DEPFILE@", "--no-runtime", *self.kw["bindgen_args"]],
        )  # fmt: skip
        return {"*": target, **{name: target[i] for i, name in enumerate(names)}}

    def _binding(self, part: dict[str, T.Any], graph: T.Any) -> tuple[T.Any, T.Any]:
        """The step that binds imports to providers, and the stub that this component's importers are linked against."""
        n = self.name
        providers = [c.world_file for c in self.kw["components"]]
        flags = [arg for file in providers for arg in ("--provider", file)]
        flags += ["--open-imports"] * bool(self.kw.get("open_imports"))
        has_stub = self.cls is Component and self.system not in NOT_ELF
        outputs = [f"{n}_edges.c"] + [f"{n}_stub.c", f"{n}_stub.map"] * has_stub
        target = self.m.fn(
            "custom_target", f"{n}-edges", output=outputs,
            command=[*self.cli, "bind", "--world-file", part[f"{n}.world.json"], "--graph", graph, "--out-dir", "@OUTDIR@",
                     "--format", NOT_ELF.get(self.system, "gnu"), *["--stub"] * has_stub, *flags],
        )  # fmt: skip
        return target[0], self._stub(target[1], target[2]) if has_stub else None

    def _stub(self, source: T.Any, export_map: T.Any) -> T.Any:
        """A library of the same soname that defines the same symbols, empty; by its file name no loader finds it."""
        off = ["b_lto=false", "b_sanitize=none", "b_coverage=false", "b_pgo=off", "unity=off", "debug=false"]
        link = self._export_map(export_map)
        # After Meson's own -soname: linkers take the last. With a `version`, its first number is in the soname.
        version = self.kw["version"]
        link["link_args"].append(f"-Wl,-soname,lib{self.name}.so" + (f".{version.partition('.')[0]}" if version else ""))
        return self.m.fn("shared_library", f"{self.name}-stub", source, c_args=["-w"], override_options=off,
                         build_by_default=False, **link)  # fmt: skip

    def _export_map(self, export_map: T.Any) -> dict[str, T.Any]:
        path = self.m.method(export_map, "full_path")
        flag = "-Wl,-exported_symbols_list," if self.system == "darwin" else "-Wl,--version-script,"
        return {"link_args": [flag + path], "link_depends": [export_map]}

    def _generated(self, role: str, source: T.Any, headers: T.Any, *more: T.Any, **options: str) -> T.Any:
        """Objects of generated sources: compiled apart, so that the user's warning flags do not meet them."""
        library = self.m.fn("static_library", f"{self.name}-{role}", source, *more, dependencies=[headers], c_args=["-w"],
                            pic=True, gnu_symbol_visibility="hidden", build_by_default=False,
                            override_options=["unity=off", *(f"{k}={v}" for k, v in options.items())])  # fmt: skip
        return self.m.method(library, "extract_all_objects", recursive=False)

    def _link(self, part: dict[str, T.Any], headers: T.Any, compiled: list[T.Any]) -> T.Any:
        m = self.m
        passed = {key: self.kw[key] for key in PASSED}
        if NOT_ELF.get(self.system) == "def":
            link = {"vs_module_defs": part[f"{self.name}.def"], "link_args": [], "link_depends": []}
        else:
            link = self._export_map(part[f"{self.name}.{'exp' if self.system == 'darwin' else 'map'}"])
        # A stub comes before the library: of two with one soname the linker takes the first. The library itself
        # still gives the run path and the order of the build.
        link["link_args"] += passed["link_args"]
        compiler = m.builtin("meson", "get_compiler", "c")
        passed["c_args"] = m.method(compiler, "get_supported_arguments", "-fno-plt") + passed["c_args"]
        passed["dependencies"] = [headers, *passed["dependencies"]]
        if self.kw.get("open_imports"):
            passed["override_options"] = ["b_lundef=false", *passed["override_options"]]
        if self.cls is Program:
            kind = {"export_dynamic": True}
        else:
            kind = {"version": self.kw["version"]}
        return m.fn("executable" if self.cls is Program else "shared_library", self.name, *self.kw["sources"], objects=compiled,
                    link_with=[library for c in self.kw["components"] for library in (c.stub, c.built) if library], gnu_symbol_visibility="hidden", **kind,
                    **{**passed, **link})  # fmt: skip

    def _checks(self, part: dict[str, T.Any], built: T.Any, compiled: list[T.Any]) -> None:
        """Check the objects before the link, where a missing definition has a source file, and the linked file after."""
        m, n = self.m, self.name
        # Objects of link-time optimisation show no symbols, and a dependency may hold the definitions.
        if not (m.fn("get_option", "b_lto") or self.kw["dependencies"] or self.kw["link_args"]):
            with m.folder(f"{n}-bindings"):
                stamp = m.fn("custom_target", f"{n}-objects", output=[f"{n}.objects"],
                             input=[m.method(built, "extract_all_objects", recursive=False), *compiled],
                             command=[*self.cli, "check-objects", "--world-file", part[f"{n}.world.json"],
                                      "--stamp", "@OUTPUT@", "@INPUT@"])  # fmt: skip
            m.add_link_depend(built, stamp)
        with m.folder(f"{n}-bindings"):
            m.fn("custom_target", f"{n}-check", input=[built], output=[f"{n}.checked"], build_by_default=True,
                 command=[*self.cli, "check", "--stamp", "@OUTPUT@", "@INPUT@"])  # fmt: skip


def target_of(m: Dsl) -> str:
    """``sym_target``: the project's option, the top project's, a machine file's property, what the host machine is."""
    return (
        m.option("sym_target")
        or m.builtin("meson", "get_external_property", "sym_target", "")
        or (WASM if m.builtin("host_machine", "cpu_family") == "wasm32" else "native")
    )


def package_dir() -> str:
    """The folder of the symbuild package: this file is symbuild/_meson/module.py, or meson_module/symbuild.py beside it."""
    parent = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    for folder in (parent, os.path.join(parent, "symbuild")):
        if os.path.isfile(os.path.join(folder, "doors", "run.py")):
            return folder
    raise MesonException("symbuild is not installed completely; reinstall it")


def find_cli(m: Dsl) -> list[T.Any]:
    """The command: a machine file's ``symbuild``, the one installed with this module, else this interpreter."""
    program = m.fn("find_program", "symbuild", native=True, required=False, dirs=scripts_dirs())
    if m.method(program, "found"):
        return [program]
    return [sys.executable, os.path.join(package_dir(), "doors", "run.py")]


def scripts_dirs() -> list[str]:
    """Where the installation of this package put its commands, as its RECORD says; for a checkout, Meson's own place."""
    site = os.path.dirname(package_dir())
    for entry in sorted(os.listdir(site)):
        if re.fullmatch(r"symbuild-.*\.dist-info", entry):
            with contextlib.suppress(OSError), open(os.path.join(site, entry, "RECORD"), encoding="utf-8") as record:
                for line in record:
                    path = line.rsplit(",", 2)[0].strip('"')
                    if os.path.basename(path) in ("symbuild", "symbuild.exe"):
                        return [os.path.dirname(os.path.normpath(os.path.join(site, path)))]
    return [os.path.dirname(sys.executable)]


class SymbuildModule(ExtensionModule):
    """``import('symbuild')``."""

    INFO = ModuleInfo("symbuild")

    def __init__(self, interpreter: T.Any) -> None:
        super().__init__(interpreter)
        self.methods.update({"component": self._component, "program": self._program, "target": self._target})

    def _component(self, state: T.Any, args: list[T.Any], kwargs: dict[str, T.Any]) -> Declared:
        return Declaration(state, Component, args, kwargs).declare()

    def _program(self, state: T.Any, args: list[T.Any], kwargs: dict[str, T.Any]) -> Declared:
        return Declaration(state, Program, args, kwargs).declare()

    def _target(self, state: T.Any, args: list[T.Any], kwargs: dict[str, T.Any]) -> str:
        return target_of(Dsl(state))


def initialize(interpreter: T.Any) -> SymbuildModule:
    """What Meson calls after the import."""
    if mesonlib.version_compare(coredata.version, f"<{OLDEST_MESON}"):
        raise MesonException(f"symbuild needs Meson {OLDEST_MESON} or newer; this is {coredata.version}")
    interpreter.add_build_def_file(os.path.abspath(__file__))  # a new symbuild reconfigures old build directories
    return SymbuildModule(interpreter)
