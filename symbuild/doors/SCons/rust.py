"""Components and programs in Rust, of which SCons knows nothing: what rustc runs make, and who links it.

A component's crate becomes a static library, which the C linker links: rustc would export more. A program is linked by
rustc.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from symbuild.doors.SCons.build import RUNTIME, Build
from symbuild.doors.SCons.command import path_of, tool, top, verbatim
from symbuild.doors.SCons.request import Request
from symbuild.errors import UsageError
from symbuild.steps.step import Planned, bindings_of

_MODULE = re.compile(r"^\s*(?:pub(?:\([^)]*\))?\s+)?mod\s+(?:r#)?(\w+)\s*;", re.MULTILINE)
_NAMED = re.compile(r'(?:#\[path\s*=|\binclude(?:_str|_bytes)?!\s*\()\s*"([^"]+)"')


class Crate:
    """The crates of one component or program."""

    def __init__(self, build: Build, env: Any, request: Request, plan: Planned, made: Mapping[str, Any]) -> None:
        self.build, self.env, self.plan, self.made = build, env, plan, made
        roots = [source for source in request.sources if str(source).endswith(".rs")]
        if not roots:
            raise UsageError(f"{request.where}: no source ends in .rs, as the crate's does", help="name its root first")
        self.root, self.modules = roots[0], roots[1:]
        self.name = plan.name.replace("-", "_")
        self.runtime = build.once("rust runtime", self._runtime)
        self.bindings = self._wit_bindgen()

    def library(self) -> Any:
        """A component's code with all of Rust's own that it needs, as an archive."""
        return self._rustc(f"{self.plan.folder}/lib{self.plan.name}-code.a", "staticlib", self._sources(), self._uses())

    def program(self, objects: list[Any], flags: list[str], libraries: list[Any]) -> Any:
        """A program, linked with what binds its imports. Older compilers say --as-needed before all of it."""
        linker = self.env.Split(self.env.subst("$CC"))
        words = ["-Wl,--no-as-needed", *map(path_of, objects), *map(path_of, libraries), *flags]
        linking = [f"-Clinker={linker[0]}", *(f"-Clink-arg={word}" for word in [*linker[1:], *words])]
        sources = [*self._sources(), *objects, *libraries]
        return [self._rustc(self.plan.file, "bin", sources, [*self._uses(), *linking])]

    def program_parts(self) -> list[Any]:
        """A program's own object, which has its ``main``, and a static library of all crates that it uses."""
        folder = self.plan.folder
        options = [*self._uses(), "-Ccodegen-units=1", "--emit=obj"]
        own = self._rustc(f"{folder}/{self.plan.name}.o", "bin", self._sources(), options)
        crates = [str(RUNTIME / "rust" / "crates.rs"), self.bindings, self.runtime]
        uses = [f"--crate-name={self.name}_crates", *self._uses()[1:]]
        return [own, self._rustc(f"{folder}/lib{self.plan.name}_crates.a", "staticlib", crates, uses)]

    def _sources(self) -> list[Any]:
        return [self.root, *self.modules, self.bindings, self.runtime]

    def _uses(self) -> list[str]:
        folder = Path(path_of(self.runtime)).parent
        return [f"--crate-name={self.name}", f"--extern=wit_bindgen={path_of(self.bindings)}", f"-Ldependency={folder}"]

    def _wit_bindgen(self) -> Any:
        """The crate `wit_bindgen` of this component, whose `generate!` has its bindings."""
        plan = self.plan
        (generated,) = bindings_of(plan)
        bindings = self.made[Path(generated).name]
        text = (RUNTIME / "rust" / "shim.rs.in").read_text(encoding="utf-8")
        text = text.replace("@BINDINGS@", bindings.get_abspath()).replace("@FILE@", Path(generated).name)
        (shim,) = self.build.write(f"{plan.folder}/{plan.name}-wit_bindgen.rs", text)
        name = f"{self.name}_wit_bindgen"
        options = [f"--crate-name={name}", "-Cembed-bitcode=yes", f"--extern=runtime={path_of(self.runtime)}"]
        return self._rustc(f"{plan.folder}/lib{name}.rlib", "rlib", [shim, bindings, self.runtime], options)

    def _runtime(self) -> Any:
        """The crate that generated Rust calls, one for the whole build."""
        sources = sorted((RUNTIME / "rust" / "src").glob("*.rs"), key=lambda path: (path.name != "lib.rs", path.name))
        options = [
            "--crate-name=symbuild_runtime",
            "--cap-lints=allow",
            "-Cembed-bitcode=yes",
            "--cfg",
            'feature="std"',
        ]
        target = f"{self.build.root}symbuild-runtime/libsymbuild_runtime.rlib"
        return self._rustc(target, "rlib", list(map(str, sources)), options)

    def _rustc(self, target: str, kind: str, sources: list[Any], options: list[str]) -> Any:
        """What one run of rustc makes of the first source."""
        env = self.env
        words = [f"--crate-type={kind}", *options]
        action = tool(env, "$RUSTC", "--edition=2021", "$RUSTFLAGS", *verbatim(*words), "-o", "$TARGET", "$SOURCE")
        scanner = env.Scanner(_modules, skeys=[".rs"], recursive=True)
        (made,) = env.Command(top(target), sources, action, source_scanner=scanner)
        return made


def _modules(node: Any, env: Any, path: object) -> list[Any]:
    """The files that a Rust source says are part of it, where they are."""
    text, folder = node.get_text_contents(), node.dir
    stem = Path(node.name).stem
    names = [f"{place}{name}{end}" for name in _MODULE.findall(text) for place in ("", f"{stem}/")
             for end in (".rs", "/mod.rs")]  # fmt: skip
    files = [folder.File(name) for name in [*names, *_NAMED.findall(text)]]
    return [file for file in files if file.exists() or file.has_builder()]
