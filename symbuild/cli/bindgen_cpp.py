"""``symbuild bindgen cpp``: the options of C++ bindings, spelled as wit-bindgen spells them."""

from __future__ import annotations

import argparse

from symbuild.bindings.backend import Backend
from symbuild.errors import UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare C++'s options."""
    cpp = parser.add_argument_group("C++")
    cpp.add_argument(
        "--api-style",
        choices=("asymmetric", "symmetric"),
        default="asymmetric",
        help="symmetric: exports view lent strings and lists as imports do, std::string_view and std::span",
    )
    cpp.add_argument(
        "--ownership",
        choices=("owning", "coarse-borrowing", "fine-borrowing"),
        default="owning",
        help="borrowing: records that are arguments of imports have a second type, which refers to what it holds",
    )
    cpp.add_argument(
        "--with",
        dest="headers",
        action="append",
        default=[],
        metavar="IFACE=HEADER",
        help="include HEADER for what the imported interface IFACE declares",
    )
    cpp.add_argument("--internal-prefix", metavar="NAMESPACE", help="put everything into NAMESPACE")
    cpp.add_argument(
        "--split-interfaces",
        action="store_true",
        help="declare each interface in a header of its own, NAMESPACE-OF-IFACE.h, which the world's includes",
    )
    cpp.add_argument(
        "--export-prefix", metavar="PREFIX", default="", help="begin the C names of wasm's exports with PREFIX"
    )
    cpp.add_argument("--format", action="store_true", help="accepted for wit-bindgen's sake: the output is formatted")


def backend(args: argparse.Namespace) -> Backend:
    """C++ with the options given. Raises UsageError for an option that makes no sense."""
    from symbuild.bindings.cpp import Cpp, Options

    return Cpp(
        Options(
            views=args.api_style == "symmetric",
            ownership=args.ownership,
            headers=dict(_header(pair) for text in args.headers for pair in text.split(",")),
            internal_prefix=_namespace(args.internal_prefix),
            split=args.split_interfaces,
            export_prefix=_export_prefix(args.export_prefix, args.abi),
            abi=args.abi,
            component=args.component,
        )
    )


def _header(text: str) -> tuple[str, str]:
    interface, equals, header = text.partition("=")
    if not (interface and equals and header):
        raise UsageError(f"`--with {text}` is not of the form IFACE=HEADER", help="HEADER is a file to include")
    return interface, header


def _namespace(name: str | None) -> str | None:
    if name is not None and not name.isidentifier():
        raise UsageError(f"`--internal-prefix {name}` is no C++ identifier", help="give one name, without `::`")
    return name


def _export_prefix(prefix: str, abi: str) -> str:
    if prefix and not (f"_{prefix}".isidentifier() and prefix.isascii()):
        raise UsageError(f"`--export-prefix {prefix}` cannot begin a C name", help="use letters, digits and `_`")
    if prefix and abi == "symmetric":
        raise UsageError(
            f"`--export-prefix {prefix}` goes with wasm's exports, and `--abi symmetric` has none of them",
            help="leave it out: importers find native exports by the names that the ABI gives them",
        )
    return prefix
