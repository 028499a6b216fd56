"""``symbuild compose ROOT PART... -o OUT``: put wasm components together to one."""

from __future__ import annotations

import argparse
from pathlib import Path

from symbuild.bindings.files import write_files
from symbuild.errors import UsageError, close_matches
from symbuild.steps.compose import Part, compose

_EPILOG = """\
A part is FILE.wasm or NAME=FILE.wasm; without a name it is called like its file. Every import is given the one part
that exports it. Where several do, `--components` narrows the choice for one importer, `--choose` settles one import."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.epilog = _EPILOG
    parser.add_argument("root", metavar="ROOT", help="the component whose exports the result has")
    parser.add_argument("parts", nargs="*", metavar="PART", help="components that provide imports")
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="FILE", help="the component to write")
    parser.add_argument(
        "--components",
        nargs=2,
        action="append",
        default=[],
        metavar=("IMPORTER", "NAMES"),
        help="only these, separated by commas, provide imports of that part",
    )
    parser.add_argument(
        "--choose",
        nargs=3,
        action="append",
        default=[],
        metavar=("IMPORTER", "IMPORT", "NAME"),
        help="take this provider of several for one import",
    )


def run(args: argparse.Namespace) -> int:
    """Write the composed component."""
    files = dict(map(_named, [args.root, *args.parts]))
    if len(files) != 1 + len(args.parts):
        raise UsageError("two parts have the same name", help="name them: `NAME=FILE.wasm`")
    components = {importer: tuple(filter(None, names.split(","))) for importer, names in args.components}
    chosen: dict[str, dict[str, str]] = {}
    for importer, unit, name in args.choose:
        chosen.setdefault(importer, {})[unit] = name
    named = [
        *components,
        *chosen,
        *(n for names in components.values() for n in names),
        *(n for _, _, n in args.choose),
    ]
    for name in named:
        if name not in files:
            raise UsageError(f"no part is called `{name}`", help=close_matches(name, files))
    parts = [Part(name, file, components.get(name), chosen.get(name, {})) for name, file in files.items()]
    write_files(args.out.parent, {args.out.name: compose(parts[0].name, parts)})
    return 0


def _named(text: str) -> tuple[str, Path]:
    name, equals, file = text.partition("=")
    return (name, Path(file)) if equals else (Path(text).stem, Path(text))
