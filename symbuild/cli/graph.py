"""``symbuild graph --out FILE WORLD.json…``: who provides what in a build; a step of the Meson and CMake doors."""

from __future__ import annotations

import argparse
from pathlib import Path

from symbuild.bindings.files import write_files
from symbuild.graph.component import Component, offers
from symbuild.steps.graph_file import offers_text, read_component


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument(
        "world_files", nargs="+", type=Path, metavar="WORLD.json", help="every component's and program's"
    )
    parser.add_argument(
        "--also",
        nargs=2,
        action="append",
        default=[],
        metavar=("NAME", "WORLD.json"),
        help="a file that may export what that component does, as a fused library that has it inside",
    )
    parser.add_argument("--profile", type=Path, metavar="FILE", help="must not name other components")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the list to write, if it changed")


def run(args: argparse.Namespace) -> int:
    """Write the list."""
    components = list(map(read_component, args.world_files))
    if args.profile:
        from symbuild.steps.profile import read_profile, require_known

        require_known(read_profile(args.profile), [component.name for component in components])
    others = [Component(name, exports=read_component(Path(path)).exports) for name, path in args.also]
    text = offers_text(offers([*components, *others]))
    write_files(args.out.parent, {args.out.name: text.encode()})
    return 0
