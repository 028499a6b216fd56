"""``symbuild bindgen rust``: the options of Rust bindings, spelled as wit-bindgen spells them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from symbuild.bindings.backend import Backend
from symbuild.errors import UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare Rust's options."""
    _add_types(parser.add_argument_group("Rust: types"))
    _add_modules(parser.add_argument_group("Rust: modules and exports"))
    wasm = parser.add_argument_group("Rust: accepted for wit-bindgen's sake, without effect here")
    wasm.add_argument("--format", action="store_true", help="the output always is formatted")
    wasm.add_argument("--disable-run-ctors-once-workaround", action="store_true")
    wasm.add_argument("--disable-custom-section-link-helpers", action="store_true")
    wasm.add_argument("--type-section-suffix", metavar="STRING")


def _add_types(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--ownership",
        choices=("owning", "borrowing", "borrowing-duplicate-if-necessary"),
        default="owning",
        help="whether parameters' types own or borrow",
    )
    group.add_argument(
        "--x86",
        action="store_true",
        help="for 32-bit x86, too: copy what Rust aligns otherwise than WIT, such as lists of 64-bit numbers",
    )
    group.add_argument("--raw-strings", action="store_true", help="strings are bytes: &[u8] and Vec<u8>")
    group.add_argument("--map-type", metavar="PATH", help="the type of maps (default: the runtime's Map)")
    group.add_argument("--bitflags-path", metavar="PATH", help="where the macro bitflags! is (default: the runtime's)")
    group.add_argument(
        "-d", "--additional-derive-attributes", action="append", default=[], metavar="DERIVE", help="derive this, too"
    )
    group.add_argument(
        "--additional-derive-ignore", action="append", default=[], metavar="NAME", help="not for the type NAME"
    )
    group.add_argument(
        "--additional-type-attributes", action="append", default=[], metavar="SELECTOR=ATTR", help="for one type"
    )
    group.add_argument(
        "--additional-member-attributes", action="append", default=[], metavar="SELECTOR=ATTR", help="for one member"
    )
    group.add_argument("--generate-unused-types", action="store_true", help="declare types that no function uses, too")
    group.add_argument(
        "--merge-structurally-equal-types",
        nargs="?",
        const="true",
        default="false",
        choices=("true", "false"),
        help="one Rust type for all types of equal structure",
    )


def _add_modules(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--with",
        action="append",
        default=[],
        dest="remap",
        metavar="KEY=PATH",
        help="the Rust module of an interface, or type of `iface/type`; or KEY=generate",
    )
    group.add_argument("--generate-all", action="store_true", help="generate interfaces of other packages, too")
    group.add_argument("--skip", action="append", default=[], metavar="NAME", help="leave functions NAME out")
    group.add_argument(
        "--enable-method-chaining", action="store_true", help="methods without a result return what they are called on"
    )
    group.add_argument(
        "--async",
        action="append",
        default=[],
        dest="sync",
        metavar="FILTER",
        help="functions that stay synchronous: `-all`, `-ns:pkg/iface#f`, ... (comma-separated; others wait for async)",
    )
    group.add_argument("--stubs", action="store_true", help="implement every export by panicking")
    group.add_argument("--std-feature", action="store_true", help="core and alloc only; std behind the feature `std`")
    group.add_argument("--runtime-path", metavar="PATH", default="wit_bindgen::rt", help="where the runtime is")
    group.add_argument("--export-prefix", metavar="STRING", default="", help="put before the names of wasm exports")
    group.add_argument("--export-macro-name", metavar="NAME", default="export", help="the export macro (export!)")
    group.add_argument("--pub-export-macro", action="store_true", help="let other crates use the export macro")
    group.add_argument(
        "--default-bindings-module", metavar="NAME", default="self", help="where the export macro looks for types"
    )


def backend(args: argparse.Namespace) -> Backend:
    """Rust with the options given. Raises UsageError for an option that makes no sense."""
    from symbuild.bindings.rust import Options, Rust

    return Rust(
        Options(
            ownership=args.ownership,
            raw_strings=args.raw_strings,
            std_feature=args.std_feature,
            skip=frozenset(args.skip),
            stubs=args.stubs,
            export_prefix=args.export_prefix,
            runtime=args.runtime_path,
            map_type=args.map_type,
            bitflags=args.bitflags_path,
            derives=tuple(args.additional_derive_attributes),
            derive_ignore=frozenset(args.additional_derive_ignore),
            type_attributes=tuple(_pairs("--additional-type-attributes", args.additional_type_attributes)),
            member_attributes=tuple(_pairs("--additional-member-attributes", args.additional_member_attributes)),
            remap=dict(_pairs("--with", [pair for given in args.remap for pair in given.split(",")])),
            generate_all=args.generate_all,
            generate_unused=args.generate_unused_types,
            merge_equal=args.merge_structurally_equal_types == "true",
            bindings_module=args.default_bindings_module,
            export_macro=args.export_macro_name,
            pub_export_macro=args.pub_export_macro,
            method_chaining=args.enable_method_chaining,
            component=args.component or "",
            sync=tuple(filter for given in args.sync for filter in given.split(",")),
            abi=args.abi,
            x86=args.x86,
        )
    )


def _pairs(option: str, texts: list[str]) -> Iterator[tuple[str, str]]:
    for text in texts:
        key, equals, value = text.partition("=")
        if not (key and equals and value.strip()):
            raise UsageError(f"`{option} {text}` is not of the form KEY=VALUE")
        yield key, value
