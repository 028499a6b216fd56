"""C prototypes: how a WIT function's parameters and result become those of a C function (wit-bindgen's rules)."""

from __future__ import annotations

from typing import Literal

from symbuild.bindings.c.names import Names, parameter
from symbuild.frozen import frozen
from symbuild.model.types import Bits, Channel, Handle, Named, Scalar, Sum, Type, shape
from symbuild.model.world import Function

# How a result comes back: not at all; returned; through `ret`; true with `ret` filled; true with `ret` or `err` filled.
ResultShape = Literal["none", "value", "pointer", "option", "result"]


@frozen
class Parameter:
    """One C parameter. ``value`` is the expression for the WIT value; for a ``maybe`` one it is a local made of it."""

    declaration: str
    name: str
    value: str
    type: Type
    by_pointer: bool = False
    maybe: bool = False


@frozen
class Signature:
    """A C function's prototype, ``declarations`` first to last."""

    name: str
    parameters: tuple[Parameter, ...]
    result: Type | None
    shape: ResultShape
    returns: str
    declarations: tuple[str, ...]

    @property
    def head(self) -> str:
        """The prototype without its semicolon."""
        return f"{self.returns} {self.name}({', '.join(self.declarations) or 'void'})".replace("* ", "*")


def signature(f: Function, name: str, names: Names, *, lent: bool, first: tuple[str, ...] = ()) -> Signature:
    """The prototype of ``f``. ``lent``: what is passed by pointer is const; ``first`` are parameters of our own."""
    taken: set[str] = set()
    parameters = tuple(_parameter(p.name, p.type, names, taken, lent=lent) for p in f.params)
    result, outs, returns = _result(f.result, names)
    declarations = (*first, *(p.declaration for p in parameters), *outs)
    return Signature(name, parameters, f.result, result, returns, declarations)


def _parameter(name: str, t: Type, names: Names, taken: set[str], *, lent: bool) -> Parameter:
    const = "const " if lent else ""
    if names.options.flatten and (payload := _flattened_option(t)) is not None:
        spelled = parameter(f"maybe-{name}", taken)
        return Parameter(f"{const}{names.type(payload)} *{spelled}", spelled, f"_{spelled}", t, maybe=True)
    spelled = parameter(name, taken)
    if not is_by_pointer(t):
        return Parameter(f"{names.type(t)} {spelled}", spelled, spelled, t)
    return Parameter(f"{const}{names.type(t)} *{spelled}", spelled, f"(*{spelled})", t, by_pointer=True)


def is_by_pointer(t: Type) -> bool:
    """Whether C passes and returns values of ``t`` through a pointer (``is_arg_by_pointer``)."""
    match shape(t):
        case Scalar() | Handle() | Channel():
            return False
        case Bits(labels):
            return len(labels) > 64
        case Sum(_, "enum"):
            return False
        case _:
            return True


def _flattened_option(t: Type) -> Type | None:
    """The payload of a parameter that is an option: anonymous, or named directly but not through an alias."""
    body = t.definition.body if isinstance(t, Named) else t
    return body.cases[1].type if isinstance(body, Sum) and body.sugar == "option" else None


def _result(t: Type | None, names: Names) -> tuple[ResultShape, list[str], str]:
    if t is None:
        return "none", [], "void"
    if not is_by_pointer(t):
        return "value", [], names.type(t)
    s = shape(t)
    if names.options.flatten and isinstance(s, Sum) and s.sugar in ("option", "result"):
        payloads = [s.cases[1].type] if s.sugar == "option" else [c.type for c in s.cases]
        outs = [f"{names.type(p)} *{n}" for p, n in zip(payloads, ("ret", "err"), strict=False) if p]
        return s.sugar, outs, "bool"
    return "pointer", [f"{names.type(t)} *ret"], "void"
