"""``symbuild bindgen LANG WIT``: write a world's bindings.

A language is a module ``bindgen_<language>.py`` with ``add_arguments(parser)`` for options of its own and
``backend(args)`` for what they choose.
"""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from symbuild.errors import Difference

if TYPE_CHECKING:
    from symbuild.bindings.backend import Backend

# Language -> what `symbuild bindgen --help` says of it.
LANGUAGES = {
    "c": "C11, also usable from C++",
    "cpp": "C++20 or newer",
    "rust": "Rust 1.85 or newer",
    "python": "CPython 3.11 or newer, as the component's caller",
}


class Language(Protocol):
    """What a language's module offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...
    def backend(self, args: argparse.Namespace) -> Backend: ...


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare a parser for each language; options that wit-bindgen's generators have too are spelled as there."""
    languages = parser.add_subparsers(dest="language", metavar="LANG", required=True)
    for name, summary in LANGUAGES.items():
        language = languages.add_parser(name, help=summary, description=summary, allow_abbrev=False)
        _add_common(language)
        _module(name).add_arguments(language)


def _module(language: str) -> Language:
    module: Language = import_module(f"symbuild.cli.bindgen_{language}")
    return module


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("wit", metavar="WIT", type=Path, help="a .wit file, or the directory of a package")
    parser.add_argument("-w", "--world", help="the world (may be left out where the package has one)")
    parser.add_argument("--out-dir", type=Path, default=Path(), help="where the files go (default: here)")
    parser.add_argument("--features", action="append", default=[], help="enable WIT features (comma-separated)")
    parser.add_argument("--all-features", action="store_true", help="enable every WIT feature")
    parser.add_argument(
        "--abi",
        choices=("symmetric", "canonical", "both"),
        default="both",
        help="whose exports the source defines: native ones, those of wasm, or what the compiler's target is (default)",
    )
    parser.add_argument("--depfile", type=Path, help="write the files read, in make's form")
    parser.add_argument(
        "--depfile-target", type=Path, metavar="FILE", help="what those files are of there (default: the first output)"
    )
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file would change")
    parser.add_argument("--no-runtime", action="store_true", help="do not write symbuild's headers beside the bindings")
    parser.add_argument("--component", metavar="NAME", help="also write what a build needs to link component NAME")


def run(args: argparse.Namespace) -> int:
    """Generate and write; with ``--check`` compare only."""
    from symbuild.bindings.files import depfile, differing, write_files, write_missing
    from symbuild.steps.generate import generate
    from symbuild.steps.world_file import Api

    generated = generate(
        args.wit,
        args.world,
        features=[f for group in args.features for f in group.split(",")],
        all_features=args.all_features,
        backend=_module(args.language).backend(args),
        # A language without the option makes components, which have one world.
        joined=getattr(args, "and_world", ()),
        runtime=not args.no_runtime,
        component=args.component,
        # A language without the option has the one style.
        api=Api(args.language, getattr(args, "api_style", None) == "symmetric"),
        string_encoding=getattr(args, "string_encoding", "utf8"),
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
    if not args.component:
        # Where a component is built, its sources are elsewhere, and what lay here would be found in their place.
        write_missing(args.out_dir, generated.files)
    if args.depfile:
        target = args.depfile_target or args.out_dir / next(iter(generated.files))
        text = depfile(target, generated.inputs)
        write_files(args.depfile.parent, {args.depfile.name: text.encode()})
    return 0
