"""Whole pieces of glue: what an import's caller runs, what an export's callee runs, and what frees its result."""

from __future__ import annotations

from symbuild.abi.convention import Convention
from symbuild.abi.flatten import CoreSignature, core_signature, flatten
from symbuild.abi.layout import extent
from symbuild.abi.mangle import dtor_name
from symbuild.abi.nodes import (
    Apart,
    Arg,
    Block,
    Buffer,
    CallCore,
    CallUser,
    CheckRange,
    Const,
    Destroy,
    EndScratch,
    Expr,
    Forward,
    Mode,
    Release,
    Return,
    Stmt,
    Var,
)
from symbuild.abi.place import FlatSink, FlatSource, Memory, Source
from symbuild.abi.resources import drop_function, lends_and_gives
from symbuild.abi.walk import Subroutines, Traits, Walk, owns_memory
from symbuild.frozen import frozen
from symbuild.model.types import Handle, Product, Scalar, Type, TypeDef, origin, shape, tuple_of
from symbuild.model.world import Function, Param, is_exported

ONE = Const(1)


@frozen
class Glue:
    """One function's glue. Its core parameters are called ``core_param(i)``.

    ``post_return`` frees the result of a canonical export; its one parameter is ``core_param(0)``.
    """

    function: Function
    row: Convention
    signature: CoreSignature
    body: Block
    uses_scratch: bool
    post_return: Block | None = None


def core_param(index: int) -> str:
    """The name of a core parameter."""
    return f"_p{index}"


def import_glue(f: Function, row: Convention, traits: Traits, subroutines: Subroutines, place: str) -> Glue:
    """The user calls ``f``: write the arguments, call the core function, read the result.

    ``place`` is what traps call the function, ``a:b/c#f``. With a row of exports it is glue of a host, which gives the
    callee what it writes, copies the result, and then has the callee free that: by its own post-return function.
    """
    signature = core_signature(f, row)
    walk = Walk(row, traits, subroutines)
    args = _lower_params(f, signature, walk, place)
    walk.where = f"{place}: result"
    area = walk.name("ret") if signature.area == "out" and f.result else None
    if area and f.result:
        walk.emit(Buffer(area, ONE, *extent(f.result, row.handle), "frame"))
        args = [*args, Var(area)]
    got = walk.name("core") if signature.result else None
    walk.emit(CallCore(tuple(args), got, signature.result))
    value = None
    if f.result:
        if signature.area == "returned" and got:
            walk.emit(CheckRange(Var(got), ONE, *extent(f.result, row.handle), walk.where))
        value = walk.read(f.result, _result_source(signature, walk, area or got), _received(row))
    if walk.uses_scratch:
        walk.emit(EndScratch())
    walk.emit(Return(value))
    return Glue(f, row, signature, walk.body, walk.uses_scratch)


def _result_source(signature: CoreSignature, walk: Walk, found: str | None) -> Source:
    """Where a caller finds the result: behind the address ``found``, or that itself."""
    if signature.area and found:
        return walk.memory(Var(found))
    return FlatSource(walk.handle, (Var(found),) if found else ())


def _received(row: Convention) -> Mode:
    """How a caller receives what a result refers to."""
    return "copy" if row.freed_by == "post-return" else "adopt"


def _lower_params(f: Function, signature: CoreSignature, walk: Walk, place: str) -> list[Expr]:
    given = walk.row.params == "given"
    if not signature.spilled:
        sink = FlatSink(walk.handle)
        for i, p in enumerate(f.params):
            walk.where = f"{place}: parameter {p.name}"
            walk.write(p.type, Arg(i), sink, given=given, moved=False)
        return sink.slots
    area = walk.name("args")
    walk.emit(Buffer(area, ONE, *extent(params_tuple(f), walk.handle), "given" if given else "frame"))
    for i, (p, at) in enumerate(zip(f.params, spilled_params(f, walk.memory(Var(area))), strict=True)):
        walk.where = f"{place}: parameter {p.name}"
        walk.write(p.type, Arg(i), at, given=given, moved=False)
    return [Var(area)]


def export_glue(f: Function, row: Convention, traits: Traits, subroutines: Subroutines, place: str) -> Glue:
    """The core function is called: read the arguments, call the user's function, write the result."""
    signature = core_signature(f, row)
    walk = Walk(row, traits, subroutines)
    sources = param_sources(f, signature, walk)
    own_method = f.kind == "method" and f.resource is not None and is_exported(f.resource)
    if own_method and row.checks_handles:
        walk.emit(forward(f, signature, sources[0], place))
    if row.checks_handles and lends_and_gives(f):
        _tell_handles_apart(f, sources, walk, place)
    # Given arguments that the user only views are freed here, after the call; lent ones are never freed.
    mode: Mode = "view" if traits.views else "adopt" if row.params == "given" else "copy"
    args = []
    for p, source in zip(f.params, sources, strict=True):
        walk.where = f"{place}: parameter {p.name}"
        args.append(walk.read(p.type, source, mode))
    result = walk.name("result") if f.result else None
    walk.emit(CallUser(tuple(args), result))
    if traits.views and row.params == "given":
        for p, source in zip(f.params, sources, strict=True):
            walk.free(p.type, source)
    # Not before the call: its arguments are expressions that still load from the area.
    if signature.spilled and row.params == "given":
        _release_spilled(f, walk)
    walk.where = f"{place}: result"
    value = _lower_result(f, signature, walk, Var(result)) if f.result and result else None
    if walk.uses_scratch:
        walk.emit(EndScratch())
    walk.emit(Return(value))
    post_return = _post_return(f, row, traits, subroutines) if row.freed_by == "post-return" else None
    return Glue(f, row, signature, walk.body, walk.uses_scratch, post_return)


def _tell_handles_apart(f: Function, sources: list[Source], walk: Walk, place: str) -> None:
    """Trap where a handle is lent and given: the user would drop the one, and look at the object of the other."""
    verbs: tuple[Apart, ...] = ("mark", "meet", "unmark")
    for verb in verbs:
        for p, source in zip(f.params, sources, strict=True):
            walk.where = f"{place}: parameter {p.name}"
            walk.tell_apart(verb, p.type, source)


def drop_glue(resource: TypeDef, row: Convention, place: str) -> Glue:
    """An importer drops a handle, or the host the last one: end the component's own object.

    The symmetric ABI calls ``[resource-drop]r`` with a handle of any maker, the Canonical ABI ``[dtor]r`` with the rep.
    """
    at = Var(core_param(0))
    if row.checks_handles:
        f = drop_function(resource)
        body: Block = (Forward(f, resource, at, (at,), None, place), Destroy(resource, "own", at))
    else:
        f = Function(dtor_name(resource.name), (Param("self", Handle(resource, owned=False)),), resource=resource)
        body = (Destroy(resource, "rep", at),)
    return Glue(f, row, core_signature(f, row), body, uses_scratch=False)


def forward(f: Function, signature: CoreSignature, handle: Source, place: str) -> Stmt:
    """Leave a call of a method, or a drop, to the maker of its handle."""
    assert f.resource
    args = tuple(Var(core_param(i)) for i in range(len(signature.params)))
    return Forward(f, origin(f.resource), handle.get("ptr"), args, signature.result, place)


def forward_method(f: Function, row: Convention, place: str) -> Stmt:
    """The same for a method of an imported resource, where whoever is called stands in for the import's provider."""
    signature = core_signature(f, row)
    return forward(f, signature, FlatSource(row.handle, (Var(core_param(0)),)), place)


def _lower_result(f: Function, signature: CoreSignature, walk: Walk, value: Expr) -> Expr | None:
    assert f.result
    match signature.area:
        case "out":
            walk.write_whole(f.result, value, walk.memory(Var(core_param(len(signature.params) - 1))), given=True)
            return None
        case "returned":
            area = walk.name("ret")
            walk.emit(Buffer(area, ONE, *extent(f.result, walk.handle), "static"))
            walk.write_whole(f.result, value, walk.memory(Var(area)), given=True)
            return Var(area)
        case None:
            sink = FlatSink(walk.handle)
            walk.write_whole(f.result, value, sink, given=True)
            return sink.slots[0] if sink.slots else None


def _post_return(f: Function, row: Convention, traits: Traits, subroutines: Subroutines) -> Block | None:
    if not f.result or not owns_memory(f.result):
        return None
    # A type that owns memory is more than one core value, so it always lies in the returned area.
    walk = Walk(row, traits, subroutines)
    walk.free(f.result, walk.memory(Var(core_param(0))))
    return walk.body


def param_sources(f: Function, signature: CoreSignature, walk: Walk) -> list[Source]:
    """Where a core function finds its parameters."""
    if signature.spilled:
        return list(spilled_params(f, walk.memory(Var(core_param(0)))))
    count = len(signature.params) - (signature.area == "out")
    flat = FlatSource(walk.handle, tuple(Var(core_param(i)) for i in range(count)))
    return list(flat.parts(p.type for p in f.params))


def params_tuple(f: Function) -> Product:
    """All parameters as one value: so they lie in memory where they lie there."""
    return tuple_of(*(p.type for p in f.params))


def spilled_params(f: Function, area: Memory) -> list[Memory]:
    """Each parameter's place in memory."""
    return area.parts(p.type for p in f.params)


def _release_spilled(f: Function, walk: Walk) -> None:
    walk.emit(Release(Var(core_param(0)), ONE, *extent(params_tuple(f), walk.handle)))


# The scalars whose core value is the language's own: every bit pattern is a value, no narrowing, no widening.
_NATIVE = frozenset(("u32", "s32", "u64", "s64", "f32", "f64"))


def needs_no_glue(f: Function, row: Convention) -> bool:
    """Whether the user's function can be the core function: all it passes are wide numbers, all of them flat."""
    cores = sum(len(flatten(p.type, row.handle)) for p in f.params)
    return cores <= row.max_params and all(map(_is_native, f.types))


def is_alike_in(f: Function, one: Convention, other: Convention) -> bool:
    """Whether a function defined for one convention serves the other: no memory changes hands, and all is flat."""
    owning = any(map(owns_memory, f.types))
    signature = core_signature(f, one)
    return not (owning or signature.spilled or signature.area) and signature == core_signature(f, other)


def _is_native(t: Type) -> bool:
    match shape(t):
        case Scalar(name):
            return name in _NATIVE
        case _:
            return False
