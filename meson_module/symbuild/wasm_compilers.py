"""The compilers for wasm that Meson does not know: ``symbuild wasm-toolchain`` finds them, once in a build."""

from __future__ import annotations

import json
import typing as T

from mesonbuild import mesonlib
from mesonbuild.mesonlib import MesonException

from .declaration import WASM, Build
from .dsl import Dsl

NAMES = {"c": "C", "cpp": "C++", "rust": "Rust"}


class Compiler(T.NamedTuple):
    """The commands that compile and link a language for wasm."""

    command: list[str]
    link: list[str]


def wasm_compiler(m: Dsl, made: Build, language: str) -> Compiler:
    """The compiler of a language for wasm. Raises MesonException, with what to install, where there is none."""
    found = find_wasm_compiler(m, made, language)
    if isinstance(found, str):
        raise MesonException(found)
    return found


def find_wasm_compiler(m: Dsl, made: Build, language: str) -> Compiler | str:
    """The compiler of a language for wasm, or what is wrong; asked for once in a build."""

    def ask() -> Compiler | str:
        rustc = m.binary("rust") if language == "rust" else []
        named = ["--rustc", mesonlib.join_args(rustc)] if rustc else []
        with m.folder("", in_root=True):  # commands run in the source directory's folder of that name
            command = [*made.command, "wasm-toolchain", "--language", language, *named]
            done = m.fn("run_command", *command, check=False)
        if m.method(done, "returncode"):
            return str(m.method(done, "stderr")).strip()
        answer = json.loads(m.method(done, "stdout"))["compilers"][language]
        m.fn("message", f"{NAMES[language]} for {WASM}: compiled by {answer['origin']}")
        return Compiler(answer["command"], answer["link"])

    return T.cast("Compiler | str", made.once(f"compiler of {language}", ask))
