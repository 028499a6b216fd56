"""The front door: one verb a file, each a thin shell over a stage.

A verb is a module ``symbuild/cli/<verb>.py`` (dashes become underscores) with ``SUMMARY``, ``add_arguments(parser)``
and ``run(args) -> int``. Only the module of the verb that runs is imported, so ``symbuild --help`` stays as cheap as
an interpreter's start.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn, Protocol

if TYPE_CHECKING:
    import argparse

# Verb -> what `symbuild --help` says of it. The table stands here so that help imports no verb.
VERBS: dict[str, str] = {
    "init": "write a small project that builds and tests",
    "bindgen": "generate bindings for a WIT world",
    "expand": "generate what `generate!` in Rust sources includes",
    "exports": "print the export map of a component",
    "check": "prove that a built file exports its world exactly",
    "check-objects": "before a link: do the objects define what the world exports",
    "inspect": "show manifest, symbols, imports and sizes of a built file",
    "diff": "ABI difference of two WITs or built files: compatible or breaking, and where",
    "explain": "who calls whom in a build, how it is bound, and what is copied",
    "run": "call an export of a built component",
    "wit": "print the world of a built file as WIT text",
    "show": "print a stage (model, layout, glue, view, steps) as text",
    "doctor": "list the tools found, their versions and what is missing",
    "demangle": "turn symbols on standard input into WIT names",
    "graph": "a build step: list who provides what",
    "bind": "a build step: bind a component's imports to its providers",
    "cargo": "a build step: make an archive of a Cargo package, for the linker",
    "cargo-linker": "what `symbuild cargo` gives rustc for a linker: put what is to be linked into an archive",
    "componentize": "make a component of a core wasm module",
    "compose": "put wasm components together to one",
    "isolate": "put a built component into a process of its own",
    "install-isolated": "a build step: install what `symbuild isolate` made",
    "profile": "a build step: print what a profile says of each component",
    "fuse": "make one file of several components' objects, with direct calls",
    "cross-file": "print a Meson cross file for wasm",
    "cmake-dir": "print the directory of the CMake package: cmake -Dsymbuild_DIR=$(symbuild cmake-dir)",
    "scons-dir": "print the directory of SCons' tool, for `toolpath` of a SCons that is installed elsewhere",
    "wasm-toolchain": "a build step: print the compilers for wasm",
    "wasm-cc": "a build step: run a compiler or linker for wasm, and say what WASI lacks",
    "wasm-run": "run a wasm program as if it were native: what launchers and exe wrappers do",
    "wasm-launcher": "a build step: write a script that runs a wasm program",
    "meson": "run Meson with the symbuild module in reach",
    "meson-module": "install the Meson module into another Meson",
}


class Verb(Protocol):
    """What a module under ``symbuild.cli`` offers."""

    SUMMARY: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...
    def run(self, args: argparse.Namespace) -> int: ...


# As of a process that the signal for it has ended: 128 + SIGPIPE.
_CLOSED_PIPE = 141


def run(argv: list[str]) -> int:
    """Dispatch ``argv`` to its verb and return the exit code."""
    try:
        status = _run(argv)
        sys.stdout.flush()
    except BrokenPipeError:
        # Who reads has seen enough. What is left goes nowhere, or Python would complain of it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _CLOSED_PIPE
    return status


def _run(argv: list[str]) -> int:
    if not argv or argv[0] in ("-h", "--help", "help"):
        print(usage())
        return 0 if argv else 2
    if argv[0] in ("-V", "--version"):
        from symbuild import __version__

        print(f"symbuild {__version__}")
        return 0
    name = argv[0]
    if name not in VERBS:
        from symbuild.errors import close_matches

        print(f"error: unknown verb `{name}`\n  help: {close_matches(name, VERBS)}", file=sys.stderr)
        return 2
    return _run_verb(name, argv[1:])


def usage() -> str:
    """The text of ``symbuild --help``."""
    width = max(map(len, VERBS))
    rows = "\n".join(f"  {verb:{width}}  {summary}" for verb, summary in VERBS.items())
    return f"usage: symbuild VERB [arguments]\n\n{rows}\n\n`symbuild VERB --help` says more about one."


def _run_verb(name: str, argv: list[str]) -> int:
    import argparse

    from symbuild.errors import SymbuildError

    class Parser(argparse.ArgumentParser):
        """Complains as everything else here does; parsers of sub-commands are of this class too."""

        def error(self, message: str) -> NoReturn:
            print(f"error: {message}\n  help: `{self.prog} --help` lists the arguments", file=sys.stderr)
            sys.exit(2)

    verb: Verb = import_module(f"symbuild.cli.{name.replace('-', '_')}")
    parser = Parser(prog=f"symbuild {name}", description=VERBS[name], allow_abbrev=False)
    verb.add_arguments(parser)
    try:
        return verb.run(parser.parse_args(argv))
    except SymbuildError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        # The reader of our output went away (`symbuild show … | head`): nothing to report, nobody to report to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
