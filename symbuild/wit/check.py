"""What WIT allows but symbuild cannot build yet: every finding of a world at once, by interface and function."""

from __future__ import annotations

from collections.abc import Iterator

from symbuild.errors import Finding, Findings
from symbuild.model.types import Channel, FixedSeq, Named, Product, Resource, Seq, Sum, Type, TypeDef, shape
from symbuild.model.world import Function, InterfaceItem, World

_HELP = "leave it out of the world, or build this world with a later symbuild"


def require_supported(world: World, where: str) -> None:
    """Raise Findings for everything in ``world`` that cannot be built yet. ``where`` is the WIT's path."""
    findings = [Finding(f"{what} cannot be built yet", f"{where}: {place}", _HELP) for place, what in _refused(world)]
    if findings:
        raise Findings(findings)


def _refused(world: World) -> Iterator[tuple[str, str]]:
    for side, items in (("import", world.imports), ("export", world.exports)):
        for item in items:
            yield from _refused_in(f"{side} {item.key}", item)
    for side, functions in (("import", world.imported_functions), ("export", world.exported_functions)):
        for f in functions:
            yield from ((f"{side} {f.name}", what) for what in _refused_by(f))
    for definition in world.types:
        yield from ((f"type {definition.name}", what) for what in _refused_definition(definition))


def _refused_in(place: str, item: InterfaceItem) -> Iterator[tuple[str, str]]:
    for definition in item.interface.types:
        yield from ((f"{place}: type {definition.name}", what) for what in _refused_definition(definition))
    for f in item.interface.functions:
        yield from ((f"{place}: function {f.name}", what) for what in _refused_by(f))


def _refused_by(f: Function) -> Iterator[str]:
    if f.is_async:
        yield "an async function"
    types = [p.type for p in f.params] + ([f.result] if f.result else [])
    yield from dict.fromkeys(what for t in types for what in _refused_types(t))


def _refused_definition(definition: TypeDef) -> Iterator[str]:
    """What a type's own definition holds; the types that it names have a definition of their own."""
    if not isinstance(definition.body, Resource):
        yield from dict.fromkeys(_refused_types(definition.body, stop_at_names=True))


def _refused_types(t: Type, *, stop_at_names: bool = False) -> Iterator[str]:
    if stop_at_names and isinstance(t, Named):
        return
    match shape(t):
        case Channel(kind, _):
            yield f"a value of type {kind}"
        case Seq(elem) | FixedSeq(elem):
            yield from _refused_types(elem, stop_at_names=stop_at_names)
        case Product(fields):
            for f in fields:
                yield from _refused_types(f.type, stop_at_names=stop_at_names)
        case Sum(cases):
            for c in cases:
                if c.type:
                    yield from _refused_types(c.type, stop_at_names=stop_at_names)
        case _:
            pass
