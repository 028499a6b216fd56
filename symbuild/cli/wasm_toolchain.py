"""``symbuild wasm-toolchain``: what a build system needs to compile for wasm itself, as JSON."""

from __future__ import annotations

import argparse
import json

from symbuild.steps.componentize import ADAPTERS
from symbuild.steps.wasm_toolchain import CompiledLanguage, wasm_compiler

_LANGUAGES: tuple[CompiledLanguage, ...] = ("c", "cpp")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("--language", choices=_LANGUAGES, action="append", help="what is to be compiled (default: all)")


def run(args: argparse.Namespace) -> int:
    """Print the compilers; the whole answer is an error where one is missing."""
    found = {name: wasm_compiler(name) for name in args.language or _LANGUAGES}
    document = {
        name: {"origin": c.origin, "command": c.command, "link": (*c.command, *c.link_flags)}
        for name, c in found.items()
    }
    print(json.dumps({"compilers": document, "abort": str(ADAPTERS / "abort.cpp")}, indent=1))
    return 0
