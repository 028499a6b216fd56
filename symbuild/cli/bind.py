"""``symbuild bind``: bind a component's imports to its providers, and write what others are linked against."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from symbuild.bindings.files import write_files
from symbuild.graph.binding import bindings_of
from symbuild.graph.check import DOORS, Member, bind
from symbuild.steps import world_file
from symbuild.steps.bind import edges_source
from symbuild.steps.export_map import FORMATS
from symbuild.steps.graph_file import bindings_text, component_of, read_component, read_offers
from symbuild.steps.stale import changes_between
from symbuild.steps.stub import stub_map, stub_source


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("--world-file", type=Path, required=True, metavar="WORLD.json", help="the component's own")
    parser.add_argument("--provider", type=Path, action="append", default=[], metavar="WORLD.json", help="a provider's")
    parser.add_argument(
        "--choose",
        nargs=2,
        action="append",
        default=[],
        metavar=("LABEL", "NAME"),
        help="take this provider of several",
    )
    parser.add_argument("--graph", type=Path, required=True, metavar="FILE", help="what `symbuild graph` wrote")
    parser.add_argument(
        "--out-dir", type=Path, required=True, metavar="DIR", help="for NAME_edges.c, NAME.edges.json, the stub"
    )
    parser.add_argument("--open-imports", action="store_true", help="imports may be left to the loading process")
    parser.add_argument("--stub", action="store_true", help="write NAME_stub.c and NAME_stub.map too")
    parser.add_argument("--composed", action="store_true", help="write NAME.edges.json only: `symbuild compose` binds")
    parser.add_argument(
        "--member",
        nargs=2,
        action="append",
        default=[],
        metavar=("WORLD.json", "NAMES"),
        help="of a fused component: one that is in it, and its own providers, with commas between them",
    )
    parser.add_argument("--door", choices=DOORS, default="meson", help="whose words messages use (default: meson)")
    parser.add_argument("--format", choices=FORMATS, default="gnu", help="the linker's language (default: gnu)")


def run(args: argparse.Namespace) -> int:
    """Write the files that changed; warn of providers that nothing is imported from."""
    file, *others = map(world_file.read, (args.world_file, *args.provider))
    component, *providers = map(component_of, (file, *others))
    offered, words = read_offers(args.graph), DOORS[args.door]
    bound = bind(
        component,
        providers,
        offered,
        chosen=dict(args.choose),
        open_imports=args.open_imports,
        changes=changes_between(file, {provider.component: provider for provider in others}),
        members=[Member(read_component(Path(path)), tuple(names.split(","))) for path, names in args.member],
        words=words,
    )
    for name in bound.idle:
        print(
            f"warning: {words.listed} of `{component.name}` has `{name}`, of which it imports nothing", file=sys.stderr
        )
    texts = {} if args.composed else {"edges.c": edges_source(component, bound.edges, offered, args.format)}
    if args.stub:
        texts |= {"stub.c": stub_source(component, offered), "stub.map": stub_map(component, offered)}
    files = {f"{component.name}_{suffix}": text for suffix, text in texts.items()}
    bindings = bindings_of(component, bound.edges, offered, versions=args.format == "gnu" and not args.composed)
    files[f"{component.name}.edges.json"] = bindings_text(component.name, bindings)
    write_files(args.out_dir, {name: text.encode() for name, text in files.items()})
    return 0
