"""A world as text: what ``symbuild show model`` prints. WIT's own words, but with every alias and owner spelled out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from symbuild.model.types import (
    Bits,
    Channel,
    FixedSeq,
    Handle,
    Named,
    Product,
    Resource,
    Scalar,
    Seq,
    Sum,
    Text,
    Type,
    TypeDef,
)
from symbuild.model.world import Function, InterfaceItem, World


def world_text(world: World) -> str:
    """Every item of a world, in its order."""
    lines = [f"world {world.id}"]
    for side, items in (("import", world.imports), ("export", world.exports)):
        for item in items:
            lines += [f"  {side} {_item(item)}", *_indent(_definitions(item.interface.types), 4)]
            lines += [f"    {function_text(f)}" for f in item.interface.functions]
    lines += _indent(_definitions(world.types), 2)
    lines += [f"  import {function_text(f)}" for f in world.imported_functions]
    lines += [f"  export {function_text(f)}" for f in world.exported_functions]
    return "\n".join(lines) + "\n"


def function_text(f: Function) -> str:
    """``name: async func(parameters) -> result``."""
    params = ", ".join(f"{p.name}: {type_text(p.type)}" for p in f.params)
    result = f" -> {type_text(f.result)}" if f.result else ""
    return f"{f.name}: {'async ' if f.is_async else ''}func({params}){result}"


def type_text(t: Type) -> str:
    """A type as WIT spells it; a named one by its name."""
    match t:
        case Named(definition):
            return definition.name
        case Scalar(name):
            return name
        case Text():
            return "string"
        case Seq(Product((key, value)), "map"):
            return f"map<{type_text(key.type)}, {type_text(value.type)}>"
        case Seq(elem):
            return f"list<{type_text(elem)}>"
        case FixedSeq(elem, count):
            return f"list<{type_text(elem)}, {count}>"
        case Product(fields, "record"):
            return f"record {{{', '.join(f'{f.name}: {type_text(f.type)}' for f in fields)}}}"
        case Product(fields):
            return f"tuple<{', '.join(type_text(f.type) for f in fields)}>"
        case Sum() as s:
            return _sum_text(s)
        case Bits(labels):
            return f"flags {{{', '.join(label.name for label in labels)}}}"
        case Handle(resource, owned):
            return f"{'own' if owned else 'borrow'}<{resource.name}>"
        case Channel(kind, elem):
            return f"{kind}<{type_text(elem)}>" if elem else kind
        case unknown:
            assert_never(unknown)


def _sum_text(s: Sum) -> str:
    payloads = [type_text(case.type) if case.type else "_" for case in s.cases]
    match s.sugar:
        case "option":
            return f"option<{payloads[1]}>"
        case "result":
            return "result" if payloads == ["_", "_"] else f"result<{payloads[0]}, {payloads[1]}>".replace(", _>", ">")
        case "enum" | "variant":
            cases = (f"{c.name}({p})" if c.type else c.name for c, p in zip(s.cases, payloads, strict=True))
            return f"{s.sugar} {{{', '.join(cases)}}}"


def _item(item: InterfaceItem) -> str:
    interface = item.interface.id or "interface"
    return f"{item.label}: {interface}" if item.label else interface


def _definitions(definitions: Iterable[TypeDef]) -> Iterator[str]:
    for definition in definitions:
        match definition.body:
            case Resource():
                yield f"resource {definition.name}"
            case Named(of):
                yield f"type {definition.name} = {of.name}  // of {of.owner}"
            case body:
                yield f"type {definition.name} = {type_text(body)}"


def _indent(lines: Iterable[str], columns: int) -> Iterator[str]:
    return (" " * columns + line for line in lines)
