"""``symbuild compose ROOT PART... -o OUT``: put wasm components together to one."""

from __future__ import annotations

import argparse
from pathlib import Path

from symbuild.bindings.files import write_files
from symbuild.cli import providers
from symbuild.errors import UsageError
from symbuild.graph.check import Member
from symbuild.steps.compose import Part, compose
from symbuild.steps.graph_file import read_component

_EPILOG = """\
A part is FILE.wasm or NAME=FILE.wasm; without a name it is called like its file. Every import is given the one part
that exports it. Where several do, `--components` narrows the choice for one importer, `--choose` settles one import."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.epilog = _EPILOG
    parser.add_argument("root", metavar="ROOT", help="the component whose exports the result has")
    parser.add_argument("parts", nargs="*", metavar="PART", help="components that provide imports")
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="FILE", help="the component to write")
    providers.add_arguments(parser)
    parser.add_argument(
        "--member",
        nargs=3,
        action="append",
        default=[],
        metavar=("PART", "WORLD.json", "NAMES"),
        help="of a fused part: a component that is in it, and its own providers, with commas between them",
    )


def run(args: argparse.Namespace) -> int:
    """Write the composed component."""
    files = dict(map(_named, [args.root, *args.parts]))
    if len(files) != 1 + len(args.parts):
        raise UsageError("two parts have the same name", help="name them: `NAME=FILE.wasm`")
    said = providers.chosen(args, files, "part")
    providers.require_known((part for part, *_ in args.member), files, "part")
    members: dict[str, list[Member]] = {}
    for part, path, names in args.member:
        members.setdefault(part, []).append(Member(read_component(Path(path)), tuple(names.split(","))))
    parts = [
        Part(name, file, said.providers.get(name), said.imports.get(name, {}), tuple(members.get(name, ())))
        for name, file in files.items()
    ]
    write_files(args.out.parent, {args.out.name: compose(parts[0].name, parts)})
    return 0


def _named(text: str) -> tuple[str, Path]:
    name, equals, file = text.partition("=")
    return (name, Path(file)) if equals else (Path(text).stem, Path(text))
