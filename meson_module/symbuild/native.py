"""Native components and programs: libraries and executables of Meson's, linked with what the bindings are made of."""

from __future__ import annotations

import json
import typing as T

from mesonbuild import mesonlib
from mesonbuild.dependencies import InternalDependency
from mesonbuild.mesonlib import File, MesonException

from .cargo import cargo_step
from .declaration import BINDINGS_OF_LANGUAGE, Build, Declaration, package_dir
from .dsl import Dsl
from .fusion import binding_of, fuse, fused_among, not_fused
from .keywords import PASSED, Component, Declared, Parts, Program
from .placement import linked, proxy
from .rustc import Crates, program_parts, root_of
from .wasm_flags import Flags

# Which export map a host system's linker reads; elsewhere objects are ELF, and importers are linked against stubs.
FORMAT_OF_SYSTEM = {"darwin": "macos", "windows": "def", "cygwin": "def"}
# A Cargo package may ask for link-time optimisation in its own profile; Meson leaves it out of libraries otherwise.
FOR_ANY_LTO = {"rust_args": ["-Cembed-bitcode=yes"]}


class Native(Declaration):
    """A shared object, or an executable."""

    code: T.Any = None  # the user's, where it is a static library first

    def __init__(self, build: Build, state: T.Any, kind: type[Declared], args: T.Any, kwargs: T.Any) -> None:
        super().__init__(build, state, kind, args, kwargs)
        self.format = FORMAT_OF_SYSTEM.get(self.m.method("host_machine", "system"), "gnu")
        placement = self.choice["placement"]
        if placement != "direct" and self.format != "gnu":
            raise MesonException(f"{self.where}: placement {placement!r} is built for ELF systems so far; use 'direct'")
        # The first number of a `version` is in the soname.
        major = f".{self.kw['version'].partition('.')[0]}" if self.kw.get("version") else ""
        self.soname = f"lib{self.name}.so{major}"

    def _declare(self) -> Declared:
        m = self.m
        m.fn("add_languages", "c", *(["cpp"] if self.language == "cpp" else []), required=True, native=False)
        with m.folder(self.folder):
            bindings, part = self._bindings()
            world_file = part[f"{self.name}.world.json"]
            m.write(f"{self.name}.placement.json", json.dumps(self.choice))  # for `symbuild explain`
            compiled = [part[self.stem + suffix] for suffix in BINDINGS_OF_LANGUAGE[self.language]]
            headers = self._headers(part)
            manifest = part[f"{self.name}_manifest.c"]
            edges, stub = self._bound(world_file)
            # Link-time optimisation loses a `.symver`, and may lose a section that nothing refers to.
            bound = self._compiled("edges", [manifest, edges], headers, "b_lto=false")
            objects = [m.method(bound, "extract_all_objects", recursive=False)]
            if self.language == "rust":
                crate = self._crate(*compiled)
                package = self._cargo(crate) if self.manifest else None
            else:
                # Generated C++ includes the user's classes of exported resources, and headers that `--with` names.
                theirs = self.language == "cpp"
                objects.append(self._objects("glue", compiled[1:], headers, *self._cpp_standard(), theirs=theirs))
        # Edges bind files to files; what is fused is bound by its new names.
        named = [m.method(bound, "extract_objects", manifest), *objects[1:]]
        rust = self.language == "rust"
        if self.kind is Program and fused_among(self.kw["components"]):
            objects = named
            built = self._link_fused(part, headers, named, crate if rust else {}, package if rust else None)
        elif rust:
            built = self._link_rust(part, crate, package, objects)
        else:
            built = self._link(part, headers, objects)
        self._checks(world_file, built, objects)
        answers = {
            "bindings": bindings,
            "wit": self.wit,
            "wasm": MesonException(f"{self.where} is built for native: no wasm()"),
        }
        if self.kind is Program:
            return Program(self.name, {**answers, "executable": built})
        component = Component(self.name, answers)
        # Of two libraries with one soname the linker takes the first, so importers see the stub. The library itself
        # gives the run path and the order of the build.
        component.world_file, component.libraries = world_file, [*stub, built]
        component.components, component.chosen = self.kw["components"], self.chosen
        component.fused = self.choice["placement"] == "fused"
        own = [] if rust else [m.method(built, "extract_all_objects", recursive=False)]
        component.parts = self._parts([*own, *named], package if rust else None)
        component.proxy = proxy(self, self.soname, built) if self.choice["placement"] == "isolated" else None
        dependency = m.fn("declare_dependency", dependencies=[headers], **linked(m, [component], stubs=False))
        component.add({"library": built, "loadable": component.proxy or built, "dependency": dependency})
        return component

    def _bound(self, world_file: T.Any) -> tuple[T.Any, list[T.Any]]:
        """The source that binds imports to providers, and the stub that importers of this component are linked with."""
        has_stub = self.kind is Component and self.format == "gnu"
        outputs = [f"{self.name}_edges.c", *([f"{self.name}_stub.c", f"{self.name}_stub.map"] if has_stub else [])]
        step = self._edges(world_file, outputs, "--format", self.format, *(["--stub"] if has_stub else []))
        return step[0], [self._stub(step[1], step[2])] if has_stub else []

    def _stub(self, source: T.Any, export_map: T.Any) -> T.Any:
        """A library of the component's soname, whose own file name no loader looks for."""
        off = ["b_lto=false", "b_sanitize=none", "b_coverage=false", "b_pgo=off", "unity=off", "debug=false"]
        link = self._export_map(export_map)
        link["link_args"].append(f"-Wl,-soname,{self.soname}")  # linkers take the last; Meson's own comes before
        return self.m.fn("shared_library", f"{self.name}-stub", source, c_args=["-w"], override_options=off,
                         build_by_default=False, **link)  # fmt: skip

    def _export_map(self, file: T.Any) -> dict[str, T.Any]:
        if self.format == "def":
            return {"vs_module_defs": file, "link_args": [], "link_depends": []}
        flag = "-Wl,-exported_symbols_list," if self.format == "macos" else "-Wl,--version-script,"
        return {"link_args": [flag + self.m.method(file, "full_path")], "link_depends": [file]}

    def _link(self, part: dict[str, T.Any], headers: T.Any, objects: list[T.Any]) -> T.Any:
        m, passed = self.m, {key: self.kw[key] for key in PASSED}
        link = self._export_map(part[self.name + {"gnu": ".map", "macos": ".exp", "def": ".def"}[self.format]])
        providers = self._providers()
        link["link_args"] += [*passed.pop("link_args"), *providers["link_args"]]
        link["link_with"] = providers["link_with"]
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

    def _providers(self) -> dict[str, list[T.Any]]:
        """What is linked of the providers; components are linked alike in every placement."""
        if self.kind is Program:
            return linked(self.m, self.kw["components"])
        return {
            "link_with": [lib for component in self.kw["components"] for lib in component.libraries],
            "link_args": [],
        }

    def _crate(self, bindings: T.Any) -> dict[str, T.Any]:
        """What a Rust target of this component takes: the crate `wit_bindgen`, whose `generate!` has its bindings."""
        m, here = self.m, package_dir() / "runtime" / "rust"
        m.fn("add_languages", "rust", required=True, native=False)
        rust = {"rust_abi": "rust", "override_options": ["rust_std=2021"], "build_by_default": False, **FOR_ANY_LTO}
        shim = m.fn("configure_file", input=str(here / "shim.rs.in"), output=f"{self.name}-wit_bindgen.rs",
                    configuration={"BINDINGS": m.method(bindings, "full_path"),
                                "FILE": bindings.get_outputs()[0]})  # fmt: skip
        name = f"{self.name.replace('-', '_')}_wit_bindgen"
        crate = m.fn("static_library", name, shim, bindings, link_with=[rust_runtime(m, self.build)], pic=True,
                     rust_dependency_map={"symbuild_runtime": "runtime"}, **rust)  # fmt: skip
        return {"link_with": [crate], "rust_dependency_map": {name: "wit_bindgen"}}

    def _cargo(self, crate: dict[str, T.Any]) -> T.Any:
        """The step that runs Cargo: an archive of the package, and what else the linker must be told for it."""
        compiler = self.m.method("meson", "get_compiler", "rust")
        rustc = mesonlib.join_args(self.m.method(compiler, "cmd_array"))
        crates = [*crate["link_with"], rust_runtime(self.m, self.build)]
        outputs = [f"lib{self.name}_cargo.a", f"{self.name}_cargo.args"]
        return cargo_step(self, outputs, rustc, crates, self.kw["rust_args"])

    def _link_rust(
        self, part: dict[str, T.Any], crate: dict[str, T.Any], package: T.Any, objects: list[T.Any]
    ) -> T.Any:
        """A component's crate becomes a static library, which the C linker links: rustc would export more (#11792)."""
        m, passed = self.m, {key: self.kw[key] for key in PASSED}
        own = {"dependencies": passed.pop("dependencies"), "rust_args": passed.pop("rust_args")}
        own["override_options"] = ["rust_std=2021", *passed.pop("override_options")]
        providers = self._providers()
        passed["link_args"] = [*passed["link_args"], *providers["link_args"]]
        if self.kind is Program and not package:
            glue = m.fn("static_library", f"{self.name}-links", objects=objects, build_by_default=False)
            del passed["c_args"], passed["cpp_args"]
            if self.format == "gnu":
                # Providers come before the glue that needs them, and older compilers say --as-needed before both.
                passed["link_args"] = ["-Wl,--no-as-needed", *passed["link_args"]]
            return m.fn("executable", self.name, *self.kw["sources"], link_whole=[glue], **own, **passed,
                        **{**crate, "link_with": [*crate["link_with"], *providers["link_with"]]})  # fmt: skip
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
        if self.kw.get("open_imports"):
            form["override_options"] = ["b_lundef=false"]
        if self.kind is Program:
            function, form = "executable", {"export_dynamic": True}
        return m.fn(function, self.name, objects=objects, link_whole=[self.code], link_with=providers["link_with"],
                    gnu_symbol_visibility="hidden", **form, **link, **passed)  # fmt: skip

    def _parts(self, objects: list[T.Any], package: T.Any, files: list[T.Any] | None = None) -> Parts:
        """What a file is linked of that has this component in it."""
        args, depends = [*self.kw["link_args"]], []
        if package:
            args.append(f"@{self.m.method(package[1], 'full_path')}")
            depends.append(package[1])
        elif self.language == "rust":
            args.append("-lgcc_s")
        files = files or ([self.code] if self.language == "rust" else [])
        return Parts(self.language, objects, files, self.kw["dependencies"], args, depends)

    def _link_fused(
        self, part: dict[str, T.Any], headers: T.Any, objects: list[T.Any], crate: dict[str, T.Any], package: T.Any
    ) -> T.Any:
        """A program in one file with its fused components: one library of all objects, linked whole."""
        m, passed = self.m, {key: self.kw[key] for key in PASSED}
        args, files = f"{self.language}_args", []
        if package:
            self.code = package[0]
        elif self.language == "rust":
            files = self._program_parts(part, crate)
        else:
            compiler = m.method("meson", "get_compiler", self.language)
            supported = m.method(compiler, "get_supported_arguments", "-fno-plt")
            self.code = m.fn("static_library", f"{self.name}-code", *self.kw["sources"], pic=True,
                             gnu_symbol_visibility="hidden", build_by_default=False,
                             include_directories=passed["include_directories"],
                             dependencies=[headers, *passed["dependencies"]], **{args: [*supported, *passed[args]]},
                             override_options=[*self._cpp_standard(), *passed["override_options"]])  # fmt: skip
            objects = [m.method(self.code, "extract_all_objects", recursive=False), *objects]
        fused = fuse(self, self._parts(objects, package, files), part[f"{self.name}.world.json"])
        outer = not_fused(self.kw["components"])
        graph = self.build.graphs[self.target].step
        with m.folder(f"{self.name}-fused"):
            edges = self._bind(graph, fused.world_file, [f"{self.name}_edges.c"], "--format", self.format,
                               *binding_of(fused.members, outer))[0]  # fmt: skip
        providers, link = linked(m, outer), self._export_map(part[f"{self.name}.map"])
        link["link_args"] += [*fused.link_args, *providers["link_args"], "-Wl,--gc-sections"]
        link["link_depends"] += fused.link_depends
        own = {key: passed[key] for key in ("install", "install_dir", "install_rpath", "install_tag")}
        return m.fn("executable", self.name, edges, link_whole=[fused.library], link_with=providers["link_with"],
                    dependencies=fused.dependencies, link_language=fused.link_language, export_dynamic=True,
                    c_args=["-w"], gnu_symbol_visibility="hidden",
                    override_options=["unity=off", *passed["override_options"]], **own, **link)  # fmt: skip

    def _program_parts(self, part: dict[str, T.Any], crate: dict[str, T.Any]) -> list[T.Any]:
        """What a Rust program is linked of where rustc does not link it."""
        m = self.m
        sources = [file for s in self.kw["sources"] for file in (m.fn("files", s) if isinstance(s, str) else [s])]
        root = root_of(self, sources)
        command = [*m.method(m.method("meson", "get_compiler", "rust"), "cmd_array")]
        uses = Crates("wit_bindgen", crate["link_with"][0], (rust_runtime(m, self.build),))
        needed = [*(source for source in sources if source is not root), part[f"{self.stem}.rs"]]
        with m.folder(f"{self.name}-fused"):
            return program_parts(self, command, root, needed, Flags(m, self.kw["override_options"]), uses)

    def _checks(self, world_file: T.Any, built: T.Any, objects: list[T.Any]) -> None:
        """Check the objects before the link, where a missing definition still has a source, and the file after it."""
        m, name = self.m, self.name
        # Objects of link-time optimisation show no symbols, and a library of the project may hold the definitions.
        libraries = any(isinstance(d, InternalDependency) for d in self.kw["dependencies"])
        with m.folder(self.folder):
            rust_program = self.language == "rust" and self.kind is Program and not self.manifest
            if not (m.fn("get_option", "b_lto") or libraries or self.kw["link_args"] or rust_program):
                own = self.code or m.method(built, "extract_all_objects", recursive=False)
                # For messages: a missing definition is said of a source, and declared at a line of the WIT.
                places = [arg for s in self.kw["sources"] if isinstance(s, (str, File)) for arg in ("--source", str(s))]
                stamp = m.fn("custom_target", f"{name}-objects", input=[own, *objects], output=[f"{name}.objects"],
                             command=[*self.cli, "check-objects", "--world-file", world_file, "--wit", self.wit,
                                      *places, "--stamp", "@OUTPUT@", "@INPUT@"])  # fmt: skip
                m.add_link_depend(built, stamp)
            command = [*self.cli, "check", "--stamp", "@OUTPUT@", "@INPUT@"]
            m.fn("custom_target", f"{name}-check", input=[built], output=[f"{name}.checked"], command=command,
                 build_by_default=True)  # fmt: skip


def rust_runtime(m: Dsl, made: Build) -> T.Any:
    """The crate that generated Rust calls, one for the whole build."""

    def declare() -> T.Any:
        source = package_dir() / "runtime" / "rust" / "src" / "lib.rs"
        with m.folder("symbuild-runtime", in_root=True):
            return m.fn("static_library", "symbuild_runtime", str(source), rust_abi="rust", pic=True,
                        rust_args=["--cfg", 'feature="std"', *FOR_ANY_LTO["rust_args"]], build_by_default=False,
                        override_options=["rust_std=2021", "warning_level=0"])  # fmt: skip

    return made.once("rust runtime", declare)
