"""``symbuild bindgen python``: the options of Python bindings."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from symbuild.bindings.backend import Backend
from symbuild.errors import UsageError

if TYPE_CHECKING:
    from symbuild.bindings.python.shared import Source


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare Python's options."""
    python = parser.add_argument_group("Python")
    python.add_argument(
        "--and-world",
        action="append",
        default=[],
        metavar="WORLD",
        help="the package is also of another component, of this world of the same WIT",
    )
    python.add_argument(
        "--release-gil",
        action="append",
        default=[],
        metavar="FUNCTION",
        help="run `ns:pkg/iface#f`, or `f` of the world itself, without the interpreter's lock; `*` means all",
    )
    python.add_argument(
        "--buffer",
        action="append",
        default=[],
        metavar="FUNCTION",
        help="return the list of numbers of `ns:pkg/iface#f` as a memoryview, without a copy; `*` means all such",
    )
    python.add_argument(
        "--provide",
        action="append",
        default=[],
        metavar="IMPORT",
        help="let Python objects be what the world imports as `ns:pkg/iface`, or as its own function `f`",
    )
    python.add_argument(
        "--package",
        action="append",
        default=[],
        metavar="IMPORT=PACKAGE",
        help="take the classes of the import `ns:pkg/iface` from another package, and its functions from the component "
        "there; `PACKAGE:NAME` where the interface has another name in it",
    )
    python.add_argument(
        "--target",
        choices=("native", "wasm32-wasip2"),
        default="native",
        help="what the component is built for; put one for wasm beside the package's files, as `_native.wasm`",
    )


def backend(args: argparse.Namespace) -> Backend:
    """Python with the options given. Raises UsageError for an option that makes no sense."""
    from symbuild.bindings.python import Options, Python

    if args.abi == "canonical":
        raise UsageError(
            "`--abi canonical`: a Python extension calls native components",
            help="leave the option out",
        )
    if args.component:
        raise UsageError(
            f"`--component {args.component}`: Python bindings call a component, they do not make one",
            help="make the component of C, C++ or Rust, and link the extension with it",
        )
    wasm = args.target != "native"
    if args.package and wasm:
        raise UsageError(
            f"`--package {args.package[0]}`: components for wasm have memories of their own, and share no objects",
            help="leave functions with such resources out of the world",
        )
    packages = dict(map(_package, args.package))
    provided = tuple(dict.fromkeys(args.provide))
    return Python(Options(frozenset(args.release_gil), provided, packages, wasm, frozenset(args.buffer)))


def _package(text: str) -> tuple[str, Source]:
    """One ``IMPORT=PACKAGE``. Raises UsageError for what is none."""
    key, equals, source = text.rpartition("=")
    if not equals or not key:
        raise UsageError(f"`--package {text}`: whose import is meant?", help="write `--package ns:pkg/iface=package`")
    from symbuild.bindings.python.shared import source_of

    return key, source_of(source)
