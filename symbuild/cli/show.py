"""``symbuild show STAGE WIT``: a stage of the pipeline as text, for bug reports and the curious."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from symbuild.errors import InputError, close_matches

if TYPE_CHECKING:
    from symbuild.abi.convention import Convention
    from symbuild.model.world import Function, World

    # Side, place and function.
    _Function = tuple[str, str, Function]

STAGES = ("model", "layout", "glue", "view", "steps")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "stage",
        choices=STAGES,
        help="model: what the author wrote; layout: bytes and core types; glue: what a call does, as C is told; "
        "view: what C's templates print; steps: what a build runs",
    )
    parser.add_argument("wit", metavar="WIT", type=Path, help="a .wit file, or the directory of a package")
    parser.add_argument("-w", "--world", help="the world (may be left out where the package has one)")
    parser.add_argument("-f", "--function", help="only this function, such as `run` or `ns:pkg/iface#f` (glue)")
    parser.add_argument(
        "--abi",
        choices=("symmetric", "canonical", "message"),
        default="symmetric",
        help="whose layout and glue (default: symmetric); message: of calls between processes",
    )
    parser.add_argument("--component", metavar="NAME", help="the component's name, if not its world's (steps)")
    parser.add_argument("--provider", action="append", default=[], metavar="NAME", help="a provider's name (steps)")


def run(args: argparse.Namespace) -> int:
    """Print the stage."""
    from symbuild.wit import load_world

    world = load_world(args.wit, args.world).world
    match args.stage:
        case "model":
            from symbuild.model.show import world_text

            print(world_text(world), end="")
        case "layout":
            print("\n".join(_layouts(world, args.abi)), end="")
        case "glue":
            chosen = _chosen(world, args.function)
            print("\n".join(_message_glue(world, chosen) if args.abi == "message" else _glue(chosen, args.abi)), end="")
        case "view":
            from symbuild.bindings.c import Options
            from symbuild.bindings.c.view import Builder
            from symbuild.bindings.show import view_text

            print(view_text(Builder(world, Options()).build()), end="")
        case "steps":
            from symbuild.steps.step import Planned, steps, steps_text

            planned = Planned(args.component or world.name, str(args.wit), world.name, providers=tuple(args.provider))
            print(steps_text(steps([planned])), end="")
    return 0


def _layouts(world: World, abi: str) -> Iterator[str]:
    from symbuild.abi.show import layout_text
    from symbuild.model.types import Named, Resource

    definitions = [d for i in (*world.imports, *world.exports) for d in i.interface.types] + list(world.types)
    for definition in definitions:
        if not isinstance(definition.body, Resource):
            owner = f"{definition.owner}: " if definition.owner else ""
            name = f"{owner}{definition.name}"
            yield layout_text(name, Named(definition), "index" if abi == "canonical" else "pointer")


def _glue(known: list[_Function], abi: str) -> Iterator[str]:
    from symbuild.abi.convention import CANONICAL_EXPORT, CANONICAL_IMPORT, SYMMETRIC
    from symbuild.abi.glue import export_glue, import_glue
    from symbuild.abi.show import glue_text, subroutine_text
    from symbuild.abi.walk import Subroutines
    from symbuild.bindings.c import Options
    from symbuild.bindings.c.view import traits_of

    rows: dict[str, tuple[Convention, Convention]] = {
        "symmetric": (SYMMETRIC, SYMMETRIC),
        "canonical": (CANONICAL_IMPORT, CANONICAL_EXPORT),
    }
    traits, subroutines = traits_of(Options()), Subroutines()
    for side, place, f in known:
        build, row = (import_glue, rows[abi][0]) if side == "import" else (export_glue, rows[abi][1])
        yield f"// {side} {place}\n" + glue_text(build(f, row, traits, subroutines, place))
    yield from map(subroutine_text, subroutines.bodies.values())


def _message_glue(world: World, known: list[_Function]) -> Iterator[str]:
    """Of both sides of every function: which of them is the component's depends on who is isolated."""
    from symbuild.abi.message import call_over, serve
    from symbuild.abi.show import glue_text, subroutine_text
    from symbuild.abi.walk import Subroutines
    from symbuild.bindings.message.checks import require_synchronous

    require_synchronous(world)
    subroutines = Subroutines()
    for side, place, f in known:
        yield f"// {side} {place}, called\n" + glue_text(call_over(f, subroutines, place))
        yield f"// {side} {place}, served\n" + glue_text(serve(f, subroutines, place))
    yield from map(subroutine_text, subroutines.bodies.values())


def _chosen(world: World, only: str | None) -> list[_Function]:
    known = list(_functions(world))
    if only and only not in (place for _, place, _ in known):
        help = close_matches(only, [place for _, place, _ in known])
        raise InputError(f"world {world.id} has no function `{only}`", help=help)
    return [each for each in known if only in (None, each[1])]


def _functions(world: World) -> Iterator[_Function]:
    for side, items in (("import", world.imports), ("export", world.exports)):
        for item in items:
            yield from ((side, f"{item.key}#{f.name}", f) for f in item.interface.functions)
    yield from (("import", f.name, f) for f in world.imported_functions)
    yield from (("export", f.name, f) for f in world.exported_functions)
