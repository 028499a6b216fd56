"""``--autodrop-borrows=yes``: what the Canonical ABI's exports were lent they drop themselves when the user is done.

Which handles those are is noted before the call, as the user may change the values that hold them.
"""

from __future__ import annotations

from collections.abc import Iterator

from symbuild.bindings.c.names import Names
from symbuild.errors import InputError
from symbuild.frozen import frozen
from symbuild.model.types import FixedSeq, Handle, Product, Seq, Sum, Type, TypeDef, origin, shape, type_parts
from symbuild.model.world import Function, is_exported


@frozen
class Lent:
    """A borrow in a parameter: the expression for its handle's number, given that all conditions hold."""

    resource: TypeDef
    number: str
    conditions: tuple[str, ...] = ()


def require_droppable(f: Function, place: str) -> None:
    """Raise InputError for borrows whose number is known only when the function runs, as wit-bindgen does."""
    for p in f.params:
        if _has_list_of_borrows(p.type):
            raise InputError(
                f"`--autodrop-borrows=yes` cannot drop the borrows in the lists of parameter `{p.name}`",
                where=place,
                help="leave the option out, and drop them with their `_drop_borrow`",
            )


def lent_in(names: Names, t: Type, value: str) -> Iterator[Lent]:
    """The borrows of imported resources in a value, which a function is lent."""
    match shape(t):
        case Handle(resource, owned) if not owned and not is_exported(resource):
            yield Lent(origin(resource), f"{value}.__handle")
        case FixedSeq(elem, count):
            for i in range(count):
                yield from lent_in(names, elem, f"{value}.items[{i}]")
        case Product(fields) as product:
            for i, field in enumerate(fields):
                yield from lent_in(names, field.type, f"{value}.{names.member(product, i)}")
        case Sum(cases) as s if s.sugar != "enum":
            for i, case in enumerate(cases):
                if case.type:
                    for lent in lent_in(names, case.type, f"{value}.{names.payload(s, i)}"):
                        yield Lent(lent.resource, lent.number, (_has_case(names, s, i, value), *lent.conditions))
        case _:
            pass


def _has_case(names: Names, s: Sum, case: int, value: str) -> str:
    tag = f"{value}.{names.tag(s)}"
    if s.sugar == "option":
        return tag
    if s.sugar == "result":
        return tag if case else f"!{tag}"
    return f"{tag} == {case}"


def _has_list_of_borrows(t: Type, *, in_list: bool = False) -> bool:
    match shape(t):
        case Handle(resource, owned):
            return in_list and not owned and not is_exported(resource)
        case Seq(elem):
            return _has_list_of_borrows(elem, in_list=True)
        case other:
            return any(_has_list_of_borrows(part, in_list=in_list) for part in type_parts(other))
