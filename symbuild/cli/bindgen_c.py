"""``symbuild bindgen c``: the options of C bindings, spelled as wit-bindgen spells those it has too."""

from __future__ import annotations

import argparse

from symbuild.bindings.backend import Backend
from symbuild.errors import InputError, UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare C's options."""
    c = parser.add_argument_group("C")
    c.add_argument("--rename", action="append", default=[], metavar="K=V", help="use V as the C prefix of interface K")
    c.add_argument("--string-encoding", choices=("utf8", "utf16"), default="utf8", help="how C holds strings")
    c.add_argument(
        "--api-style",
        choices=("asymmetric", "symmetric"),
        default="asymmetric",
        help="symmetric: exports view lent arguments through pointers to const, and free nothing",
    )
    c.add_argument(
        "--no-sig-flattening", action="store_true", help="pass options and results whole, not as pointers and bools"
    )
    c.add_argument(
        "--autodrop-borrows",
        choices=("yes", "no"),
        default="no",
        help="who drops borrowed handles; natively nobody has to",
    )
    c.add_argument("--async", action="append", default=[], dest="async_filters", metavar="F", help=argparse.SUPPRESS)
    c.add_argument(
        "--dynamic", action="append", default=[], metavar="IFACE", help="bind imports of IFACE at run time, by a table"
    )


def backend(args: argparse.Namespace) -> Backend:
    """C with the options given. Raises UsageError for an option that makes no sense."""
    from symbuild.bindings.c import C, Options

    if args.async_filters:
        raise InputError(f"`--async={args.async_filters[0]}`: async functions cannot be built yet", help="leave it out")
    return C(
        Options(
            views=args.api_style == "symmetric",
            flatten=not args.no_sig_flattening,
            utf16=args.string_encoding == "utf16",
            rename=dict(_rename(text) for text in args.rename),
            dynamic=frozenset(args.dynamic),
            autodrop=args.autodrop_borrows == "yes",
            component=args.component or "",
            abi=args.abi,
        )
    )


def _rename(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (key and equals and value.isidentifier() and value.isascii()):
        raise UsageError(f"`--rename {text}` is not of the form K=V", help="K is an interface, V a C identifier")
    return key, value
