"""``symbuild bindgen LANG WIT``: write a world's bindings."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from symbuild.errors import Difference, UsageError

if TYPE_CHECKING:
    from symbuild.bindings.c import Options

LANGUAGES = ("c",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments; options that wit-bindgen's generators have too are spelled as there."""
    parser.add_argument("language", metavar="LANG", choices=LANGUAGES, help="language of the bindings: c")
    parser.add_argument("wit", metavar="WIT", type=Path, help="a .wit file, or the directory of a package")
    parser.add_argument("-w", "--world", help="the world (may be left out where the package has one)")
    parser.add_argument("--out-dir", type=Path, default=Path(), help="where the files go (default: here)")
    parser.add_argument("--features", action="append", default=[], help="enable WIT features (comma-separated)")
    parser.add_argument("--all-features", action="store_true", help="enable every WIT feature")
    parser.add_argument("--abi", choices=("symmetric", "canonical", "both"), default="both", help=argparse.SUPPRESS)
    parser.add_argument("--depfile", type=Path, help="write the files read, in make's form")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file would change")
    parser.add_argument("--no-runtime", action="store_true", help="do not write symbuild.h beside the bindings")
    parser.add_argument("--component", metavar="NAME", help="also write what a build needs to link component NAME")
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
        "--dynamic", action="append", default=[], metavar="IFACE", help="bind imports of IFACE at run time, by a table"
    )


def run(args: argparse.Namespace) -> int:
    """Generate and write; with ``--check`` compare only."""
    from symbuild.bindings.files import differing, write_file, write_files
    from symbuild.steps.generate import generate

    generated = generate(
        args.wit,
        args.world,
        features=[f for group in args.features for f in group.split(",")],
        all_features=args.all_features,
        options=_c_options(args),
        runtime=not args.no_runtime,
        component=args.component,
    )
    if args.check:
        stale = differing(args.out_dir, generated.files)
        if stale:
            raise Difference(
                f"{len(stale)} generated file(s) differ: {', '.join(stale)}",
                where=str(args.out_dir),
                help="run the same command without `--check`",
            )
        return 0
    write_files(args.out_dir, generated.files)
    if args.depfile:
        write_file(args.depfile, _depfile(args.out_dir / next(iter(generated.files)), generated.inputs).encode())
    return 0


def _c_options(args: argparse.Namespace) -> Options:
    from symbuild.bindings.c import Options

    return Options(
        views=args.api_style == "symmetric",
        flatten=not args.no_sig_flattening,
        utf16=args.string_encoding == "utf16",
        rename=dict(_rename(text) for text in args.rename),
        dynamic=frozenset(args.dynamic),
    )


def _rename(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (key and equals and value.isidentifier()):
        raise UsageError(f"`--rename {text}` is not of the form K=V", help="K is an interface, V a C identifier")
    return key, value


def _depfile(target: Path, inputs: tuple[Path, ...]) -> str:
    """Make's form: spaces are escaped, dollars doubled."""

    def escape(path: Path) -> str:
        return str(path).replace("\\", "\\\\").replace(" ", "\\ ").replace("$", "$$")

    return f"{escape(target)}: {' '.join(map(escape, inputs))}\n"
