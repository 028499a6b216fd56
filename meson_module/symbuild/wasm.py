"""Components and programs for wasm: a core module, the component of it, and for programs all components in one file.

In a native build directory each source is a custom target, which runs the compiler for wasm that ``symbuild
wasm-toolchain`` names; in a cross build (:class:`Cross`) Meson has that compiler itself.
"""

from __future__ import annotations

import json
import re
import sys
import typing as T
from functools import partial
from pathlib import Path

from mesonbuild import build, coredata, mesonlib
from mesonbuild.dependencies import InternalDependency
from mesonbuild.mesonlib import File, MesonException

from .compile_commands import compile_commands
from .declaration import BINDINGS_OF_LANGUAGE, LANGUAGE_OF_SUFFIX, WASM, Declaration, package_dir
from .fusion import fuse_wasm, fused_among
from .keywords import Component, Declared, Part, Parts, Program
from .wasm_compilers import wasm_compiler
from .wasm_flags import Flags, warn_of

# Options of `bindgen` that say what the world is, and so are for `componentize` too: with a value, and without.
WORLD_OPTIONS, WORLD_FLAGS = ("--features", "--string-encoding"), ("--all-features",)


class Wasm(Declaration):
    """Built by compilers that Meson does not know: the host machine is not wasm."""

    target = WASM
    folder_suffix = "-wasm"
    without_library = "leave it out where sym.target() says so, or build in a cross build: `symbuild cross-file`"

    def _declare(self) -> Declared:
        if left_out := self.flags.left_out():
            self.build.once("warning of options for wasm", lambda: warn_of(self.m, left_out))
        with self.m.folder(self.folder):
            bindings, part = self._bindings()
            world_file = part[f"{self.name}.world.json"]
            self.m.write(f"{self.name}.placement.json", json.dumps(self.choice))  # for `symbuild explain`
            edges = self._edges(world_file, [], "--composed")
        core, parts = self._core(part)
        answers = {"bindings": bindings, "wit": self.wit}
        if self.kind is Program and fused_among(self.kw["components"]):
            if why := self._unfusible(parts):
                raise why
            return self._program(fuse_wasm(self, parts, world_file, edges), answers)
        component = self._componentize(core, [world_file, part[f"{self.name}_manifest.c"], edges])
        providers = tuple(other.part for other in self.kw["components"])
        me = Part(self.name, component, providers, self.chosen)
        if self.kind is Program:
            return self._program(me, answers)
        refusals = {name: self._refusal(name) for name in ("library", "loadable", "dependency")}
        declared = Component(self.name, {**answers, "wasm": component, **refusals})
        declared.world_file, declared.part = world_file, me
        declared.components, declared.chosen = self.kw["components"], self.chosen
        declared.fused, declared.unfusible = self.choice["placement"] == "fused", self._unfusible(parts)
        if declared.fused and declared.unfusible:
            raise declared.unfusible
        declared.parts = parts
        return declared

    def _unfusible(self, parts: Parts) -> MesonException | None:
        """Why it cannot be in one file with others: the parts are intermediate code."""
        if self.flags.option("b_lto") != "true" or parts.language == "rust":
            return None
        why = "with 'b_lto' objects hold intermediate code, whose names cannot be changed"
        what = f"{self.where}: for {WASM}, {why}, so it cannot be in one file with components"
        return MesonException(f"{what}; make them 'direct'")

    def _program(self, me: Part, answers: dict[str, T.Any]) -> Program:
        """A program of all its parts."""
        composed = self._compose(me)
        self._launcher(composed)  # for users, where a native program would be
        with self.m.folder(self.folder):
            # For tests: as an argument, a custom target of the top directory would lack the directory before it.
            launcher = self._launcher(composed)
        return Program(self.name, {**answers, "wasm": composed, "executable": launcher})

    @property
    def flags(self) -> Flags:
        """What the options ask for."""
        return Flags(self.m, self.kw["override_options"])

    def _refusal(self, method: str) -> MesonException:
        return MesonException(f"{self.where} is built for {WASM}: {method}() is for native ones, wasm() is its file")

    def linker(self, language: str) -> list[str]:
        """The command that links."""
        return wasm_compiler(self.m, self.build, language).link

    def _core(self, part: dict[str, T.Any]) -> tuple[T.Any, Parts]:
        """The module that the linker makes, and what of; where that is for a fused file, there may be no module."""
        m = self.m
        header, *generated = (part[self.stem + suffix] for suffix in BINDINGS_OF_LANGUAGE[self.language])
        own, needed = [], [header]
        for source in self._sources():
            is_compiled = _suffix(source) in LANGUAGE_OF_SUFFIX
            (own if is_compiled else needed).append(source)
        includes = self._includes([*own, *needed])
        with m.folder(self.folder):
            here = m.include_args(m.fn("include_directories", "."))
            search = [*here, f"-I{package_dir() / 'runtime' / 'include'}", *includes]
            objects = [self._compile(source, [*search, *self._wishes(source)], needed) for source in own]
            objects += [self._compile(source, [*search, "-w"], needed) for source in generated]
            is_cpp = any(language_of(source) == "cpp" for source in (*own, *generated))
            language = "cpp" if is_cpp else "c"
            wishes = [
                *self.flags.linking(language),
                *self.kw["link_args"],
                *(arg for d in self._dependencies() for arg in d.link_args),
            ]
            # Behind others zig's linker has met libc++'s own by then.
            first = [self._abort()] if is_cpp and self.kind is Component else []
            model = ["-mexec-model=reactor"] if self.kind is Component else []
            output = f"{self.name}.core.wasm"
            core = m.fn("custom_target", output, input=[*first, *objects], output=[output],
                        command=[*self.cli, "wasm-cc", "--", *self.linker(language), *model, "@INPUT@", *wishes,
                                 "-o", "@OUTPUT@"])  # fmt: skip
        return core, Parts(language, [], objects, [], wishes, [])

    def _sources(self) -> list[T.Any]:
        """All sources and headers, one by one: files, and outputs of custom targets."""
        m = self.m
        found: list[T.Any] = []
        for source in [*self.kw["sources"], *(s for d in self._dependencies() for s in d.sources)]:
            if isinstance(source, str):
                found += m.fn("files", source)
            elif isinstance(source, build.GeneratedList):
                found += _each(self._copied(source))
            else:
                found += _each(source)
        return found

    def _copied(self, generated: T.Any) -> T.Any:
        """What a generator makes, where all sources can include it: it would be made for each of them anew."""
        with self.m.folder(self.folder):
            copy = "import shutil, sys; [shutil.copy(file, sys.argv[1]) for file in sys.argv[2:]]"
            return self.m.fn("custom_target", f"{self.name}-generated-{generated.get_outputs()[0]}", input=[generated],
                             output=generated.get_outputs(),
                             command=[sys.executable, "-c", copy, "@OUTDIR@", "@INPUT@"])  # fmt: skip

    def _dependencies(self) -> list[InternalDependency]:
        """The dependencies that the project declared, also through others. Libraries are native, and so an error."""
        found: list[InternalDependency] = []
        waiting = [d for d in self.kw["dependencies"] if d.found()]
        while waiting:
            dependency = waiting.pop(0)
            if isinstance(dependency, InternalDependency):
                found.append(dependency)
                waiting += [d for d in dependency.ext_deps if d.found()]
                libraries = [*dependency.libraries, *dependency.whole_libraries]
            else:
                libraries = dependency.get_link_args()
            if libraries:
                what = f"{self.where}: a native library of 'dependencies' cannot be linked to {WASM}"
                raise MesonException(f"{what} ({', '.join(map(str, libraries))}); {self.without_library}")
        return found

    def _includes(self, sources: list[T.Any]) -> list[str]:
        """Where headers are searched for, as for Meson's own targets."""
        m = self.m
        made = {str(Path(m.method(s, "full_path")).parent) for s in sources if not isinstance(s, File)}
        directories = [m.fn("include_directories", "."), *self.kw["include_directories"]]
        directories += [i for d in self._dependencies() for i in d.include_directories]
        return [arg for i in directories for arg in m.include_args(i)] + [f"-I{path}" for path in sorted(made)]

    def _wishes(self, source: T.Any) -> list[str]:
        """The user's own arguments for a source."""
        language = language_of(source)
        wishes = self.flags.warning()
        wishes += [*self.m.project_args(language), *self.flags.given(f"{language}_args")]
        wishes += [arg for d in self.kw["dependencies"] if d.found() for arg in d.get_compile_args()]
        return [*wishes, *self.kw[f"{language}_args"]]

    def _compile(self, source: T.Any, arguments: list[str], needed: list[T.Any]) -> T.Any:
        """The object of one source."""
        # Generated sources go by their path in the build directory, which starts with this component's name.
        path = source.relative_name() if isinstance(source, File) else self._place(source)
        language, output = language_of(source), re.sub(r"[^A-Za-z0-9._+-]", "_", f"{path}.o")
        command = [*wasm_compiler(self.m, self.build, language).command, *self.flags.compiling(language), *arguments]
        compiled = self.m.fn("custom_target", output, input=[source, *needed], output=[output], depfile=f"{output}.d",
                             command=[*self.cli, "wasm-cc", "--", *command, "-MD", "-MF", "@DEPFILE@",
                                      "-o", "@OUTPUT@", "-c", "@INPUT0@"])  # fmt: skip
        self._tell_editors(source, [*command, "-o", self._place(compiled), "-c"])
        return compiled

    def _tell_editors(self, source: T.Any, command: list[str]) -> None:
        """Add to ``compile_commands.json`` how a source is compiled."""
        environment = self.m.state.environment
        source_dir, build_dir = environment.get_source_dir(), environment.get_build_dir()
        is_file = isinstance(source, File)
        file = source.absolute_path(source_dir, build_dir) if is_file else self.m.method(source, "full_path")
        entries = self.build.once("compile commands", partial(compile_commands, self.m))
        entries.append({"directory": build_dir, "file": file, "arguments": [*command, file]})

    def _place(self, target: T.Any) -> str:
        built = self.m.state.environment.get_build_dir()
        return Path(self.m.method(target, "full_path")).relative_to(built).as_posix()

    def _abort(self) -> T.Any:
        """What keeps C++ that only computes free of WASI, compiled once for the build."""

        def declare() -> T.Any:
            with self.m.folder("symbuild-runtime", in_root=True):
                compiler = wasm_compiler(self.m, self.build, "cpp")
                return self.m.fn("custom_target", "abort.o", output=["abort.o"], input=[str(_ABORT)],
                                 command=[*self.cli, "wasm-cc", "--", *compiler.command, "-std=c++20", "-O2", "-w",
                                          "-o", "@OUTPUT@", "-c", "@INPUT@"])  # fmt: skip

        return self.build.once("abort.o", declare)

    def _componentize(self, core: T.Any, needed: list[T.Any]) -> T.Any:
        """The component of a core module, which for a component is the file that users see."""
        flags = ["--program"] if self.kind is Program else []
        flags += [] if self.flags.option("debug") == "true" else ["--strip"]
        command = [*self.cli, "componentize", "@INPUT0@", "--wit", self.wit, "-w", self.world, "-o", "@OUTPUT@"]
        command += [*flags, *world_options(self.kw["bindgen_args"])]
        if self.kind is Component:
            return self._result(f"{self.name}.wasm", [core, *needed], command, "libdir")
        with self.m.folder(self.folder):
            output = f"{self.name}.wasm"
            return self.m.fn("custom_target", output, input=[core, *needed], output=[output], command=command)

    def _compose(self, program: Part) -> T.Any:
        """A program with all components that it needs, each bound as the graph says."""
        parts = _closure(program)
        command = [*self.cli, "compose", "-o", "@OUTPUT@"]
        for part in parts:
            command += ["--components", part.name, ",".join(provider.name for provider in part.providers)]
            command += [arg for label, name in part.chosen.items() for arg in ("--choose", part.name, label, name)]
            command += [arg for member in part.members for arg in ("--member", part.name, *member)]
        return self._result(f"{self.name}.wasm", [part.file for part in parts], [*command, "@INPUT@"], "bindir")

    def _result(self, output: str, files: list[T.Any], command: list[T.Any], place: str) -> T.Any:
        """A file that is built by default, and installed where that was asked for."""
        install: dict[str, T.Any] = {}
        if self.kw["install"]:
            install = {
                "install": True,
                "install_dir": self.kw["install_dir"] or self.m.fn("get_option", place),
                "install_tag": self.kw["install_tag"] or "runtime",
            }
        return self.m.fn("custom_target", output, input=files, output=[output], command=command,
                         build_by_default=True, **install)  # fmt: skip

    def _launcher(self, composed: T.Any) -> T.Any:
        """A file that runs the program as if it were native."""
        output = f"{self.name}.bat" if mesonlib.is_windows() else self.name
        command = [*self.cli, "wasm-launcher"]
        if mesonlib.version_compare(coredata.version, ">=1.4"):
            return self.m.fn("custom_target", f"{self.name}-launcher", input=[composed], output=[output],
                             command=[*command, "@INPUT@", "-o", "@OUTPUT@"], build_by_default=True)  # fmt: skip
        # Older Mesons' test() takes no custom target, but what is written while configuring.
        file = self.m.method(composed, "full_path")
        return self.m.fn("configure_file", output=output, command=[*command, file, "-o", "@OUTPUT@"])


class Cross(Wasm):
    """Built in a cross build for wasm, by Meson's compilers."""

    def linker(self, language: str) -> list[str]:
        compiler = self.m.method("meson", "get_compiler", language)
        return [*self.m.method(compiler, "cmd_array"), *self.flags.linking(language)]

    def _core(self, part: dict[str, T.Any]) -> tuple[T.Any, Parts]:
        m = self.m
        m.fn("add_languages", self.language, required=True, native=False)
        generated = [part[self.stem + suffix] for suffix in BINDINGS_OF_LANGUAGE[self.language]][1:]
        is_library = self.language == "cpp" and self.kind is Component
        with m.folder(self.folder):
            headers, theirs = self._headers(part), self.language == "cpp"
            glue = self._objects("glue", generated, headers, *self._cpp_standard(), theirs=theirs)
            abort = [self._objects("abort", [str(_ABORT)], headers, *self._cpp_standard())] if is_library else []
        model = ["-mexec-model=reactor"] if self.kind is Component else []
        passed = {name: self.kw[name] for name in ("include_directories", "c_args", "cpp_args")}
        core = m.fn("executable", f"{self.name}.core", *self.kw["sources"], objects=[*abort, glue], name_suffix="wasm",
                    dependencies=[headers, *self.kw["dependencies"]],
                    link_args=[*model, *self.kw["link_args"]],
                    override_options=[*self._cpp_standard(), *self.kw["override_options"]], build_by_default=False,
                    **passed)  # fmt: skip
        objects = [m.method(core, "extract_all_objects", recursive=False), glue]
        return core, Parts(self.language, objects, [], [], self.kw["link_args"], [])


_ABORT = package_dir() / "runtime" / "wasi" / "abort.cpp"


def world_options(bindgen_args: list[str]) -> list[str]:
    """Those of ``bindgen``'s arguments that ``componentize`` has too."""
    found: list[str] = []
    for i, argument in enumerate(bindgen_args):
        if argument in WORLD_FLAGS or argument.startswith(tuple(f"{option}=" for option in WORLD_OPTIONS)):
            found.append(argument)
        elif argument in WORLD_OPTIONS:
            found += bindgen_args[i : i + 2]
    return found


def _closure(root: Part) -> list[Part]:
    """A part and everything it needs, each once."""
    found, waiting = {root.name: root}, [root]
    while waiting:
        for provider in waiting.pop(0).providers:
            if provider.name not in found:
                found[provider.name] = provider
                waiting.append(provider)
    return list(found.values())


def _each(target: T.Any) -> list[T.Any]:
    """The outputs of a custom target one by one, by which each can be the input of another."""
    return [target[i] for i in range(len(target.get_outputs()))] if isinstance(target, build.CustomTarget) else [target]


def _suffix(source: T.Any) -> str:
    return Path(source.fname if isinstance(source, File) else source.get_outputs()[0]).suffix


def language_of(source: T.Any) -> str | None:
    """The language of a source; none for headers and what else a target waits for."""
    return LANGUAGE_OF_SUFFIX.get(_suffix(source))
