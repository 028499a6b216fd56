"""``symbuild wasm-toolchain``: what a build system needs to compile for wasm itself, as JSON."""

from __future__ import annotations

import argparse
import json
import shlex
from collections.abc import Mapping

from symbuild.steps.componentize import ADAPTERS
from symbuild.steps.wasm_rust import LINK, wasm_rust
from symbuild.steps.wasm_toolchain import CompiledLanguage, wasm_compiler

_BY_DEFAULT: tuple[CompiledLanguage, ...] = ("c", "cpp")
_LANGUAGES = (*_BY_DEFAULT, "rust")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument(
        "--language", choices=_LANGUAGES, action="append", help="what is to be compiled (default: C and C++)"
    )
    parser.add_argument("--rustc", default="", metavar="COMMAND", help="the build's Rust compiler, as one word")


def run(args: argparse.Namespace) -> int:
    """Print the compilers; the whole answer is an error where one is missing."""
    document = {name: _compiler(name, args.rustc) for name in args.language or _BY_DEFAULT}
    print(json.dumps({"compilers": document, "abort": str(ADAPTERS / "abort.cpp")}, indent=1))
    return 0


def _compiler(language: str, rustc: str) -> Mapping[str, str | tuple[str, ...]]:
    """Who compiles a language, its command to compile, and its command to link."""
    match language:
        case "c" | "cpp":
            c = wasm_compiler(language)
            return {"origin": c.origin, "command": c.command, "link": (*c.command, *c.link_flags)}
        case _:
            rust = wasm_rust(tuple(shlex.split(rustc)))
            return {"origin": rust.origin, "command": rust.command, "link": (*rust.command, *LINK)}
