"""Rust for wasm: the core module is a crate that rustc, or Cargo, links by itself, in native and in cross builds.

Of a component there is a static library too, of the same code: what goes into one file with others. In a cross build
rustc would link by the C compiler, whose WASI is preview 1, so Meson's own Rust targets are not used there either.
"""

from __future__ import annotations

import typing as T

from mesonbuild import mesonlib

from .cargo import cargo_step
from .declaration import package_dir
from .fusion import fused_among
from .keywords import Parts, Program
from .rustc import Crates, compile_crate, crate_name, edition, profile, program_parts, root_of, wishes
from .wasm import Wasm
from .wasm_compilers import wasm_compiler
from .wasm_flags import Flags


class Crate(Wasm):
    """A component or program in Rust."""

    without_library = "leave it out where sym.target() says so, or take the crate that has it, by 'cargo'"

    def _core(self, part: dict[str, T.Any]) -> tuple[T.Any, Parts]:
        sources, runtime = self._sources(), self._runtime()
        with self.m.folder(self.folder):
            bindings = part[f"{self.stem}.rs"]
            crates = Crates("wit_bindgen", self._wit_bindgen(bindings, runtime), (runtime,))
            if self.manifest:
                return self._package(crates, part[f"{self.name}.world.json"])
            root = root_of(self, sources)
            needed = [*(s for s in sources if s is not root), bindings]
            if self.kind is Program and fused_among(self.kw["components"]):
                return None, self._parts(program_parts(self, self._rustc("command"), root, needed, self.flags, crates))
            return self._linked(root, needed, crates, part[f"{self.name}.world.json"])

    def _linked(self, root: T.Any, needed: list[T.Any], crates: Crates, world_file: T.Any) -> tuple[T.Any, Parts]:
        """The module of sources, and of a component the static library."""
        options = [edition(self.flags), *profile(self.flags), *wishes(self, self.flags), *self._link_args()]
        options += ["-Clto"] if self.flags.option("b_lto") == "true" else []
        core = f"{self.name}.core.wasm"
        if self.kind is Program:
            command = self._rustc("link")
            made = compile_crate(self, command, root, [core], "bin", options, uses=crates, needed=needed)
            return made, self._parts([])
        name = crate_name(core)
        command = self._rustc("link", "--unexport", world_file)
        made = compile_crate(self, command, root, [f"{name}.wasm", f"lib{name}.a"], "cdylib,staticlib",
                             options, uses=crates, needed=needed)  # fmt: skip
        return made[0], self._parts([made[1]])

    def _package(self, crates: Crates, world_file: T.Any) -> tuple[T.Any, Parts]:
        """The same of a Cargo package."""
        rustc = mesonlib.join_args(wasm_compiler(self.m, self.build, "rust").command)
        core, library = f"{self.name}.core.wasm", f"lib{self.name}_cargo.a"
        needed, rust_args = [crates.crate, *crates.behind], self.kw["rust_args"]
        if self.kind is Program and fused_among(self.kw["components"]):
            made = cargo_step(self, [library], rustc, needed, rust_args, flags=["--to-fuse"])
            return None, self._parts([made])
        rust_args = [*rust_args, *self._link_args()]
        if self.kind is Program:
            return cargo_step(self, [core], rustc, needed, rust_args), self._parts([])
        made = cargo_step(self, [core, library], rustc, needed, rust_args, flags=["--world-file", world_file])
        return made[0], self._parts([made[1]])

    def _parts(self, files: list[T.Any]) -> Parts:
        """What a file is linked of that has this in it."""
        return Parts("rust", [], files, [], self.kw["link_args"], [])

    def _rustc(self, which: T.Literal["command", "link"], *flags: T.Any) -> list[T.Any]:
        """The command of rustc's that compiles, or links too."""
        return [*self.cli, "wasm-cc", *flags, "--", *getattr(wasm_compiler(self.m, self.build, "rust"), which)]

    def _link_args(self) -> list[str]:
        """The user's arguments for the linker as rustc takes them: it calls one that is no C compiler."""
        words = [w for arg in self.kw["link_args"] for w in (arg.split(",")[1:] if arg.startswith("-Wl,") else [arg])]
        return [f"-Clink-arg={word}" for word in words]

    def _wit_bindgen(self, bindings: T.Any, runtime: T.Any) -> T.Any:
        """The crate `wit_bindgen` of this component, whose `generate!` has its bindings."""
        m = self.m
        shim = m.fn("configure_file", input=str(package_dir() / "runtime" / "rust" / "shim.rs.in"),
                    output=f"{self.name}-wit_bindgen.rs",
                    configuration={"BINDINGS": m.method(bindings, "full_path"),
                                   "FILE": bindings.get_outputs()[0]})  # fmt: skip
        output = f"lib{self.name.replace('-', '_')}_wit_bindgen.rlib"
        options = ["--edition=2021", *profile(self.flags)]
        return compile_crate(self, self._rustc("command"), shim, [output], "rlib", options,
                             uses=Crates("runtime", runtime), needed=[bindings])  # fmt: skip

    def _runtime(self) -> T.Any:
        """The crate that generated Rust calls, one for the whole build, whatever a component overrides."""

        def declare() -> T.Any:
            source = package_dir() / "runtime" / "rust" / "src" / "lib.rs"
            options = ["--edition=2021", *profile(Flags(self.m, [])), "--cfg", 'feature="std"']
            with self.m.folder("symbuild-runtime-wasm", in_root=True):
                return compile_crate(
                    self, self._rustc("command"), str(source), ["libsymbuild_runtime.rlib"], "rlib", options
                )

        return self.build.once("rust runtime for wasm", declare)
