"""What a component that makes resources gives besides its functions: the operations table and the drop functions.

symmetric-abi.md, section 5; CanonicalABI.md, ``resource.new``, ``resource.rep``, ``resource.drop``.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import assert_never

from symbuild.abi.mangle import drop_name
from symbuild.model.types import (
    Bits,
    Channel,
    FixedSeq,
    Handle,
    Product,
    Resource,
    Scalar,
    Seq,
    Sum,
    Text,
    Type,
    TypeDef,
    origin,
    shape,
)
from symbuild.model.world import Function, Interface, Param, is_exported


def resources_in(types: Iterable[TypeDef]) -> tuple[TypeDef, ...]:
    """The resources that these types define, in order; an alias defines none."""
    return tuple(definition for definition in types if isinstance(definition.body, Resource))


def drop_function(resource: TypeDef) -> Function:
    """The symmetric ABI's function that takes an owned handle and ends it."""
    self_ = Param("self", Handle(resource, owned=True))
    return Function(drop_name(resource.name), (self_,), kind="static", resource=resource)


def is_drop(f: Function) -> bool:
    """Whether a function is the drop function of its resource."""
    return f.resource is not None and f.name == drop_name(f.resource.name)


def methods_of(interface: Interface, resource: TypeDef) -> tuple[Function, ...]:
    """The methods of a resource, in the order of its operations table: WIT's own."""
    return tuple(f for f in interface.functions if is_method_of(f, resource))


def is_method_of(f: Function, resource: TypeDef) -> bool:
    """Whether a function is called on a handle of ``resource``."""
    return f.kind == "method" and f.resource is not None and origin(f.resource) is resource


def method_index(interface: Interface, f: Function) -> int:
    """Where a method stands in its resource's operations table, counted from 0."""
    assert f.resource, "a method has a resource"
    return methods_of(interface, origin(f.resource)).index(f)


@cache
def handles_in(t: Type) -> frozenset[Handle]:
    """Every handle that is in a value of ``t``, at any depth."""
    match shape(t):
        case Handle() as handle:
            return frozenset((handle,))
        case Seq(elem) | FixedSeq(elem):
            return handles_in(elem)
        case Product(fields):
            return frozenset().union(*(handles_in(f.type) for f in fields))
        case Sum(cases):
            return frozenset().union(*(handles_in(c.type) for c in cases if c.type))
        case Scalar() | Text() | Bits() | Channel():
            return frozenset()
        case unknown:
            assert_never(unknown)


def lends_and_gives(f: Function) -> bool:
    """Whether a call may lend handles of a resource that the component makes and give it others: never the same one.

    CanonicalABI.md, ``lift_own``: a handle that is lent cannot be given away.
    """
    handles = {handle for p in f.params for handle in handles_in(p.type) if is_exported(handle.resource)}
    given, lent = ({origin(handle.resource) for handle in handles if handle.owned is owned} for owned in (True, False))
    return not given.isdisjoint(lent)


def holds_own(t: Type) -> bool:
    """Whether an owned handle is in the value, so that it can be given away once only."""
    return any(handle.owned for handle in handles_in(t))


def holds_made(t: Type) -> bool:
    """Whether a handle of a resource that the component itself makes is in the value."""
    return any(is_exported(handle.resource) for handle in handles_in(t))


def holds_object(t: Type) -> bool:
    """Whether a borrow of the component's own resource is in the value: its user sees the object, not the handle."""
    return any(is_exported(handle.resource) and not handle.owned for handle in handles_in(t))
