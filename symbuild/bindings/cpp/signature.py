"""C++ prototypes: how a WIT function's parameters and result become those of a C++ function (wit-bindgen's rules)."""

from __future__ import annotations

from symbuild.bindings.c.names import parameter
from symbuild.bindings.casing import pascal
from symbuild.bindings.cpp.names import Form, Names, Namespace
from symbuild.frozen import frozen
from symbuild.model.types import Type, origin
from symbuild.model.world import Function


@frozen
class Signature:
    """A C++ function: its namespace, name, and prototype as its own namespace spells it.

    ``member_of`` is the class of a resource's function; a constructor ``returns`` nothing. Imports' methods are const.
    """

    namespace: Namespace
    name: str
    parameters: tuple[tuple[str, str], ...]
    result: Type | None
    returns: str
    member_of: str = ""
    is_static: bool = False
    is_const: bool = False

    @property
    def head(self) -> str:
        """The prototype where it is declared, without its semicolon."""
        return f"{'static ' if self.is_static else ''}{self._prototype(self.name)}"

    @property
    def definition(self) -> str:
        """The prototype of a definition in the namespace."""
        return self._prototype(f"{self.member_of}::{self.name}" if self.member_of else self.name)

    @property
    def qualified(self) -> str:
        """The name from anywhere."""
        return f"::{'::'.join((*self.namespace, *filter(None, [self.member_of]), self.name))}"

    def _prototype(self, name: str) -> str:
        parameters = ", ".join(declare(t, parameter) for t, parameter in self.parameters)
        head = declare(self.returns, name) if self.returns else name
        return f"{head}({parameters}){' const' if self.is_const else ''}"


def declare(cpp_type: str, name: str) -> str:
    """A declaration without its semicolon."""
    return f"{cpp_type}{name}" if cpp_type.endswith("&") else f"{cpp_type} {name}"


def signature(f: Function, namespace: Namespace, names: Names, form: Form) -> Signature:
    """The prototype of ``f`` with parameters in ``form``; ``lent`` is that of imports."""
    taken: set[str] = set()
    # Inside a class a member hides a type of the same name.
    home = None if f.resource else namespace
    params = f.params[1:] if f.kind == "method" else f.params
    parameters = tuple((names.passed(p.type, form, home), parameter(p.name, taken)) for p in params)
    returns = (names.type if form == "lent" else names.passed)(f.result, "owned", home) if f.result else "void"
    if f.resource is None:
        return Signature(namespace, names.function(f), parameters, f.result, returns)
    member_of, is_method = pascal(origin(f.resource).name), f.kind == "method"
    if names.function(f) == member_of:
        returns = ""
    is_static = bool(returns) and not is_method
    is_const = is_method and form == "lent"
    return Signature(namespace, names.function(f), parameters, f.result, returns, member_of, is_static, is_const)
