"""The Meson module ``symbuild``: typed keywords in, targets out.

``component()`` and ``program()`` declare custom targets that run the ``symbuild`` command, and what compiles and links
what it wrote: ordinary targets of Meson, or for wasm in a native build directory further custom targets.

These files run under Meson's interpreter, which need not be ours: they never import ``symbuild`` itself.
"""

from __future__ import annotations

import json
import os
import sys
import typing as T
from pathlib import Path

from mesonbuild import coredata, mesonlib
from mesonbuild.mesonlib import MesonException
from mesonbuild.modules import ExtensionModule, ModuleInfo

from .compile_commands import Entries
from .declaration import NATIVE, WASM, Build, Declaration, host_is_wasm, package_dir, target_of
from .dsl import Dsl
from .fused_library import fused_library
from .keywords import Component, Declared, Program
from .native import Native
from .python import python_extension
from .wasm import Cross, Wasm
from .wasm_compilers import find_wasm_compiler
from .wasm_rust import Crate

OLDEST_MESON = "1.3.0"
LANGUAGES = ("c", "cpp", "rust")


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
        self._made: Build | None = None  # subprojects share the module object, so this is of the whole build
        self.methods.update({
            "component": self._component,
            "program": self._program,
            "fused_library": self._fused_library,
            "python_extension": self._python_extension,
            "target": self._target,
            "can_build": self._can_build,
        })  # fmt: skip

    def postconf_hook(self, b: T.Any) -> None:
        """What Meson calls when the project is read."""
        if self._made:
            self._made.once("compile commands", Entries).write(b.environment.get_build_dir())

    def _build(self, m: Dsl) -> Build:
        self._made = self._made or Build(find_cli(m))
        return self._made

    def _component(self, state: T.Any, args: list[T.Any], kwargs: dict[str, T.Any]) -> Declared:
        return self._declaration(state, Component, args, kwargs).declare()

    def _program(self, state: T.Any, args: list[T.Any], kwargs: dict[str, T.Any]) -> Declared:
        return self._declaration(state, Program, args, kwargs).declare()

    def _fused_library(self, state: T.Any, args: list[T.Any], kwargs: dict[str, T.Any]) -> Declared:
        return fused_library(self._build(Dsl(state)), state, args, kwargs)

    def _python_extension(self, state: T.Any, args: list[T.Any], kwargs: dict[str, T.Any]) -> Declared:
        return python_extension(self._build(Dsl(state)), state, args, kwargs)

    def _declaration(self, state: T.Any, kind: type[Declared], args: T.Any, kwargs: T.Any) -> Declaration:
        m = Dsl(state)
        target = kwargs.get("target") or target_of(m)
        asked = (self._build(m), state, kind, args, kwargs)
        if target != WASM:
            return Native(*asked)
        declaration = Cross(*asked) if host_is_wasm(m) else Wasm(*asked)
        # Only keywords that have been checked tell the language.
        return Crate(*asked) if declaration.language == "rust" else declaration

    def _target(self, state: T.Any, args: list[T.Any], kwargs: dict[str, T.Any]) -> str:
        return target_of(Dsl(state))

    def _can_build(self, state: T.Any, args: list[T.Any], kwargs: dict[str, T.Any]) -> bool:
        """Whether sources of a language can be built for the target: a project's choice between two of them."""
        if len(args) != 1 or args[0] not in LANGUAGES or kwargs:
            raise MesonException(f"can_build() takes one language: {', '.join(map(repr, LANGUAGES))}")
        m = Dsl(state)
        if target_of(m) == NATIVE or (host_is_wasm(m) and args[0] != "rust"):
            return bool(m.fn("add_languages", args[0], required=False, native=False))
        return not isinstance(find_wasm_compiler(m, self._build(m), args[0]), str)


def initialize(interpreter: T.Any) -> SymbuildModule:
    """What Meson calls after the import."""
    if mesonlib.version_compare(coredata.version, f"<{OLDEST_MESON}"):
        raise MesonException(f"symbuild needs Meson {OLDEST_MESON} or newer; this is {coredata.version}")
    for file in sorted(Path(__file__).resolve().parent.glob("*.py")):
        interpreter.add_build_def_file(str(file))  # a new symbuild reconfigures old build directories
    return SymbuildModule(interpreter)
