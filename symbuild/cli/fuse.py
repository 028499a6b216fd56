"""``symbuild fuse --component NAME FILE... -o OUT``: make one file of several components' objects."""

from __future__ import annotations

import argparse
import shlex
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from symbuild.bindings.files import write_files
from symbuild.cli import providers
from symbuild.errors import UsageError

if TYPE_CHECKING:
    from symbuild.steps.fuse_lto import Llvm
    from symbuild.steps.fuse_parts import Fused, Given

_EPILOG = """\
Every import is given the one other component that exports it; what none exports stays an import of the whole. Where
several do, `--components` narrows the choice for one importer, `--choose` settles one import by label. What is behind
`--` is given to the linker. The kind of OUT follows from its name: `libx.so` (`.dylib`, `.dll`), `libx.a`, `x.wasm`,
else a program."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.epilog = _EPILOG
    parser.add_argument(
        "--component",
        nargs="+",
        action="append",
        required=True,
        metavar=("NAME", "FILE"),
        help="a component, its objects and static archives",
    )
    parser.add_argument(
        "--whole-archive",
        nargs=2,
        action="append",
        default=[],
        metavar=("NAME", "ARCHIVE"),
        help="a static archive of which that component has all members, needed or not",
    )
    parser.add_argument("-o", "--out", type=Path, metavar="OUT", help="the file to write")
    parser.add_argument("--name", help="what the whole is called (default: like OUT, without `lib` and suffix)")
    parser.add_argument(
        "--root",
        action="append",
        default=[],
        metavar="NAME",
        help="a component whose exports are seen from outside (default: all that none of the others imports from)",
    )
    parser.add_argument(
        "--world-file",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="NAME.world.json of bindgen, of a component whose objects carry no manifest",
    )
    providers.add_arguments(parser)
    parser.add_argument(
        "--outside",
        nargs=2,
        action="append",
        default=[],
        metavar=("IMPORTER", "IMPORT"),
        help="leave this import to a provider of the whole, whichever of its components have it",
    )
    parser.add_argument(
        "--whole",
        type=Path,
        metavar="DIR",
        help="write the whole's world file, NAME.fused.json, and NAME.map there: what other builds need; without -o "
        "nothing else, for which world files are enough",
    )
    parser.add_argument("--linker", metavar="COMMAND", help="the compiler that links (default: CC or CXX)")
    parser.add_argument(
        "--lto", action="store_true", help="link intermediate code of `clang -flto`, so that calls are inlined"
    )
    parser.add_argument("--program", action="store_true", help="a wasm component that runs the `main` among its parts")
    parser.add_argument("--strip", action="store_true", help="leave names and debug information out of OUT.wasm")
    parser.add_argument("link_args", nargs="*", metavar="-- ARGUMENT", help="arguments of the linker")


def run(args: argparse.Namespace) -> int:
    """Write the fused file, and what others need to know of it."""
    from symbuild.steps.export_map import gnu
    from symbuild.steps.fuse_lto import read_bitcode, tools_of
    from symbuild.steps.fuse_parts import fuse, read_source
    from symbuild.steps.world_file import to_json

    out: Path | None = args.out
    if out is None and not args.whole:
        raise UsageError("nothing is to be written", help="give `-o OUT`, or `--whole DIR`")
    if out is None and not args.name:
        raise UsageError("the whole has no name", help="give `--name NAME`")
    linker = shlex.split(args.linker or "")
    llvm = tools_of(linker or ["clang"]) if args.lto else None
    bitcode = partial(read_bitcode, llvm=llvm) if llvm else None
    sources = [read_source(given, bitcode) for given in _given(args)]
    name = args.name or _name(out or Path())
    is_program = args.program or (out is not None and _kind(out) == "program")
    fused = fuse(sources, name, roots=args.root, is_program=is_program)
    if args.whole:
        texts = {f"{name}.fused.json": to_json(fused.file), f"{name}.map": gnu(sorted(fused.exports), name)}
        write_files(args.whole, {file: text.encode() for file, text in texts.items()})
    if out is not None:
        _write(fused, out, args, linker, llvm)
    return 0


def _write(fused: Fused, out: Path, args: argparse.Namespace, linker: list[str], llvm: Llvm | None) -> None:
    from symbuild.steps.fuse_link import link, link_wasm
    from symbuild.steps.fuse_lto import rewriting
    from symbuild.steps.fuse_native import library

    match _kind(out):
        case "component":
            keep = not args.strip
            link_wasm(fused, out, is_program=args.program, linker=linker, args=args.link_args, keep_names=keep)
        case "archive":
            write_files(out.parent, {out.name: library(fused, rewriting(llvm) if llvm else None)})
        case "library" | "program" as kind:
            link(fused, out, kind, linker=linker or (["clang"] if llvm else []), args=args.link_args, llvm=llvm)


def _name(out: Path) -> str:
    return out.name.partition(".")[0].removeprefix("lib" if _kind(out) != "program" else "")


def _kind(out: Path) -> Literal["archive", "library", "program", "component"]:
    if out.suffix == ".wasm":
        return "component"
    if out.suffix in (".a", ".lib"):
        return "archive"
    return "library" if {".so", ".dylib", ".dll"} & set(out.suffixes) else "program"


def _given(args: argparse.Namespace) -> list[Given]:
    from symbuild.steps.fuse_parts import Given

    names = [name for name, *_ in args.component]
    worlds = {path.name.partition(".")[0]: path for path in args.world_file}
    whole: dict[str, list[Path]] = {}
    for name, archive in args.whole_archive:
        whole.setdefault(name, []).append(Path(archive))
    outside: dict[str, list[str]] = {}
    for name, unit in args.outside:
        outside.setdefault(name, []).append(unit)
    said = providers.chosen(args, names, "component")
    providers.require_known((*worlds, *whole, *outside, *args.root), names, "component")
    return [
        Given(
            name,
            tuple(map(Path, files)),
            worlds.get(name),
            said.providers.get(name),
            tuple(said.imports.get(name, {}).items()),
            tuple(whole.get(name, ())),
            tuple(outside.get(name, ())),
        )
        for name, *files in args.component
    ]
