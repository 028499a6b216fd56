"""Rust for wasm: the core module is a crate that rustc, or Cargo, links by itself, in native and in cross builds.

Meson's own Rust targets are of the host machine, and in a cross build rustc would link by the C compiler, whose WASI is
preview 1.
"""

from __future__ import annotations

import re
import typing as T
from pathlib import Path

from mesonbuild import mesonlib
from mesonbuild.mesonlib import MesonException

from .cargo import cargo_step
from .declaration import package_dir
from .keywords import Parts, Program
from .wasm import Wasm, language_of
from .wasm_compilers import wasm_compiler
from .wasm_flags import Flags

OPTIMIZATION = {"g": ["-Copt-level=0"], **{level: [f"-Copt-level={level}"] for level in "0123s"}}
WARNINGS = {"0": ["--cap-lints=allow"], "3": ["-Wwarnings"], "everything": ["-Wwarnings"]}


class Crate(Wasm):
    """A component or program in Rust."""

    without_library = "leave it out where sym.target() says so, or take the crate that has it, by 'cargo'"

    def _core(self, part: dict[str, T.Any]) -> tuple[T.Any, Parts | None]:
        sources, runtime = self._sources(), self._runtime()
        with self.m.folder(self.folder):
            bindings = part[f"{self.stem}.rs"]
            crates = [self._wit_bindgen(bindings, runtime), runtime]
            return self._package(crates) if self.manifest else self._linked(sources, crates, bindings), None

    def _linked(self, sources: list[T.Any], crates: list[T.Any], bindings: T.Any) -> T.Any:
        """The module of sources: the first is the crate's, others are its modules."""
        root = next((s for s in sources if language_of(s) == "rust"), None)
        if root is None:
            raise MesonException(f"{self.where}: no file of 'sources' ends in .rs, as the crate's does")
        wishes = [*WARNINGS.get(self.flags.option("warning_level"), ())]
        wishes += ["-Dwarnings"] if self.flags.option("werror") == "true" else []
        wishes += ["-Clto"] if self.flags.option("b_lto") == "true" else []
        wishes += [*self.flags.given("rust_args"), *self.m.project_args("rust"), *self._rust_args()]
        needed = [*(s for s in sources if s is not root), bindings]
        return self._rustc(f"{self.name}.core.wasm", root, needed, wishes, {"wit_bindgen": crates[0]}, crates[1:],
                           kind="bin" if self.kind is Program else "cdylib",
                           edition=self.flags.overridden.get("rust_std", "2021"))  # fmt: skip

    def _package(self, crates: list[T.Any]) -> T.Any:
        """The module of a Cargo package."""
        rustc = mesonlib.join_args(wasm_compiler(self.m, self.build, "rust").command)
        return cargo_step(self, [f"{self.name}.core.wasm"], rustc, crates, self._rust_args())

    def _rust_args(self) -> list[str]:
        """The user's arguments, those for the linker as rustc takes them: it calls one that is no C compiler."""
        words = [w for arg in self.kw["link_args"] for w in (arg.split(",")[1:] if arg.startswith("-Wl,") else [arg])]
        return [*self.kw["rust_args"], *(f"-Clink-arg={word}" for word in words)]

    def _wit_bindgen(self, bindings: T.Any, runtime: T.Any) -> T.Any:
        """The crate `wit_bindgen` of this component, whose `generate!` has its bindings."""
        m = self.m
        shim = m.fn("configure_file", input=str(package_dir() / "runtime" / "rust" / "shim.rs.in"),
                    output=f"{self.name}-wit_bindgen.rs",
                    configuration={"BINDINGS": m.method(bindings, "full_path"),
                                   "FILE": bindings.get_outputs()[0]})  # fmt: skip
        return self._rustc(
            f"lib{self.name.replace('-', '_')}_wit_bindgen.rlib", shim, [bindings], [], {"runtime": runtime}
        )

    def _runtime(self) -> T.Any:
        """The crate that generated Rust calls, one for the whole build, whatever a component overrides."""

        def declare() -> T.Any:
            source = package_dir() / "runtime" / "rust" / "src" / "lib.rs"
            with self.m.folder("symbuild-runtime-wasm", in_root=True):
                return self._rustc("libsymbuild_runtime.rlib", str(source), [], ["--cfg", 'feature="std"'], {},
                                   flags=Flags(self.m, []))  # fmt: skip

        return self.build.once("rust runtime for wasm", declare)

    def _rustc(
        self,
        output: str,
        root: T.Any,
        needed: list[T.Any],
        options: list[str],
        externs: dict[str, T.Any],
        behind: T.Sequence[T.Any] = (),
        *,
        kind: str = "rlib",
        edition: str = "2021",
        flags: Flags | None = None,
    ) -> T.Any:
        """A crate that knows those of ``externs`` by its names for them; ``behind`` are those that they need."""
        compiler, crates = wasm_compiler(self.m, self.build, "rust"), [*externs.values(), *behind]
        place = {crate: Path(self.m.method(crate, "full_path")) for crate in crates}
        found = [f"--extern={name}={place[crate]}" for name, crate in externs.items()]
        found += [f"-Ldependency={folder}" for folder in dict.fromkeys(path.parent for path in place.values())]
        name = re.sub(r"\W", "_", Path(output).stem.removeprefix("lib"))
        command = compiler.command if kind == "rlib" else compiler.link
        return self.m.fn("custom_target", output, input=[root, *needed, *crates], output=[output],
                         depfile=f"{output}.d",
                         command=[*self.cli, "wasm-cc", "--", *command, f"--edition={edition}", f"--crate-name={name}",
                                  f"--crate-type={kind}", *_profile(flags or self.flags), *options, *found,
                                  "--emit=dep-info=@DEPFILE@,link=@OUTPUT@", "@INPUT0@"])  # fmt: skip


def _profile(flags: Flags) -> list[str]:
    """What Meson's options ask of rustc, for every crate."""
    found = [*OPTIMIZATION.get(flags.option("optimization"), ())]
    found += ["-Cdebuginfo=2"] if flags.option("debug") == "true" else []
    return [*found, *(["-Cdebug-assertions=no"] if flags.asserts_off() else [])]
