"""Which functions return numbers as memoryviews: they are asked for by name, `--buffer ns:pkg/iface#f`."""

from __future__ import annotations

from symbuild.abi.symbols import Linkage
from symbuild.bindings.c_family.view import wit_place
from symbuild.bindings.python.types import Types, is_number
from symbuild.errors import InputError
from symbuild.model.types import FixedSeq, Product, Scalar, Seq, Sum, Type, shape
from symbuild.model.world import Function


def returns_buffer(types: Types, each: Linkage) -> bool:
    """Whether a function was asked to return its numbers as a memoryview; `*` asks all that return some."""
    if wit_place(each.module, each.function) in types.buffers:
        return True
    return "*" in types.buffers and _numbers(each.declared) is not None


def require_buffers(types: Types) -> None:
    """Raise InputError where `--buffer` names a function that returns no numbers.

    Nor may the error of its result hold lists of numbers: the glue could not tell them from the success's.
    """
    for each in types.exports:
        place = wit_place(each.module, each.function)
        if place in types.buffers and _numbers(each.declared) is None:
            raise InputError(
                f"`--buffer {place}`: the function returns no list of numbers",
                where=f"export {place}",
                help="name functions that return one, by itself or as the success of a result whose error holds none",
            )


def memoryview_annotation(types: Types, f: Function) -> str:
    """The type of what such a function returns."""
    numbers = _numbers(f)
    assert numbers is not None
    item = types.builtin("float") if shape(numbers.elem) in (Scalar("f32"), Scalar("f64")) else types.builtin("int")
    return f"{types.builtin('memoryview')}[{item}]"


def _numbers(f: Function) -> Seq | None:
    """The list of numbers that a function returns, also as the success of a result."""
    result = shape(f.result) if f.result else None
    match result:
        case Sum((ok, error), "result") if ok.type and not (error.type and _holds_numbers(error.type)):
            result = shape(ok.type)
        case _:
            pass
    return result if isinstance(result, Seq) and is_number(result.elem) else None


def _holds_numbers(t: Type) -> bool:
    match shape(t):
        case Seq(elem) | FixedSeq(elem):
            return is_number(elem) or _holds_numbers(elem)
        case Product(fields):
            return any(_holds_numbers(f.type) for f in fields)
        case Sum(cases):
            return any(case.type is not None and _holds_numbers(case.type) for case in cases)
        case _:
            return False
