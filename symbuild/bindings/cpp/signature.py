"""C++ prototypes: how a WIT function's parameters and result become those of a C++ function (wit-bindgen's rules)."""

from __future__ import annotations

from symbuild.bindings.c.names import parameter
from symbuild.bindings.casing import pascal
from symbuild.bindings.cpp.names import Form, Names, Namespace
from symbuild.frozen import frozen
from symbuild.model.types import Type
from symbuild.model.world import Function


@frozen
class Signature:
    """A C++ function: its namespace, name, and prototype as its own namespace spells it."""

    namespace: Namespace
    name: str
    parameters: tuple[tuple[str, str], ...]
    result: Type | None
    returns: str

    @property
    def head(self) -> str:
        """The prototype without its semicolon."""
        return f"{self.returns} {self.name}({', '.join(f'{t} {name}' for t, name in self.parameters)})"

    @property
    def qualified(self) -> str:
        """The name from anywhere."""
        return f"::{'::'.join((*self.namespace, self.name))}"


def signature(f: Function, namespace: Namespace, names: Names, form: Form) -> Signature:
    """The prototype of ``f`` with parameters in ``form``."""
    taken: set[str] = set()
    parameters = tuple((names.type(p.type, form, namespace), parameter(p.name, taken)) for p in f.params)
    returns = names.type(f.result, "owned", namespace) if f.result else "void"
    return Signature(namespace, pascal(f.name), parameters, f.result, returns)
