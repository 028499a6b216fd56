"""The hash by which two built files tell that they mean the same interface (symmetric-abi.md, section 7)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from symbuild.abi.resources import methods_of
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
    Shape,
    Sum,
    Text,
    Type,
    TypeDef,
    origin,
)
from symbuild.model.world import Function, Interface

ABI_VERSION = 1  # of symmetric-abi.md


def interface_hash(interface: Interface) -> bytes:
    """SHA-256 of :func:`canonical_text`: equal on both sides of an edge, whatever file the text was read from."""
    # Here, as OpenSSL takes long to load, and only a component has hashes.
    from hashlib import sha256

    return sha256(canonical_text(interface).encode()).digest()


def resource_hash(interface: Interface, resource: TypeDef) -> bytes:
    """SHA-256 of :func:`operations_text`: equal where a handle may be called through the other's operations table."""
    from hashlib import sha256

    return sha256(operations_text(interface, resource).encode()).digest()


def call_hash(interface: Interface, f: Function) -> bytes:
    """SHA-256 of what a call of one function depends on; equal hashes need no :mod:`~symbuild.abi.diff`.

    The names of parameters are in it, unlike in :func:`interface_hash`: two of one type may have changed places.
    """
    from hashlib import sha256

    names = " ".join(p.name for p in f.params)
    return sha256(f"{_text('call', interface, (f,), ())}{names}\n".encode()).digest()


def operations_text(interface: Interface, resource: TypeDef) -> str:
    """What two makers of a resource must agree on: which resource it is, and its methods in the table's order."""
    return _text("operations", interface, methods_of(interface, resource), (resource.name,))


def canonical_text(interface: Interface) -> str:
    """What callers and callees of an interface must agree on, one item a line (the grammar is in ``MANIFEST.md``)."""
    resources = sorted(d.name for d in interface.types if isinstance(d.body, Resource))
    return _text("interface", interface, sorted(interface.functions, key=lambda f: f.name), resources)


def _text(kind: str, interface: Interface, functions: Iterable[Function], resources: Iterable[str]) -> str:
    types = _Types(interface)
    calls = [_function_line(f, types) for f in functions]
    table = [f"t{i} {line}" for i, line in enumerate(types.lines)]
    lines = [f"{kind} 1", f"abi {ABI_VERSION}", *table, *(f"resource {name}" for name in resources), *calls]
    return "".join(f"{line}\n" for line in lines)


def _function_line(f: Function, types: _Types) -> str:
    # By position, as the ABI passes them: a parameter's name is the source's business.
    params = ",".join(types.name(p.type) for p in f.params)
    result = f"->{types.name(f.result)}" if f.result else ""
    return f"{'async ' if f.is_async else ''}func {f.name}({params}){result}"


class _Types:
    """Numbers compound types as they are met, parts first; equal structures share a number, so the text is linear."""

    def __init__(self, interface: Interface) -> None:
        self.lines: dict[str, int] = {}
        self._own = frozenset(interface.types)
        self._named: dict[TypeDef, str] = {}

    def name(self, t: Type) -> str:
        match t:
            case Named(definition):
                if definition not in self._named:
                    assert not isinstance(definition.body, Resource), "a value is of a handle's type"
                    self._named[definition] = self.name(definition.body)
                return self._named[definition]
            case Scalar(name):
                return name
            case Text():
                return "string"
            case _:
                return f"t{self.lines.setdefault(self._line(t), len(self.lines))}"

    def _line(self, t: Shape) -> str:
        match t:
            case Seq(Product(fields), "map"):
                return f"map<{','.join(self.name(f.type) for f in fields)}>"
            case Seq(elem):
                return f"list<{self.name(elem)}>"
            case FixedSeq(elem, count):
                return f"list<{self.name(elem)},{count}>"
            case Product(fields, "tuple"):
                return f"tuple<{','.join(self.name(f.type) for f in fields)}>"
            case Product(fields):
                return f"record{{{','.join(self._part(f.name, f.type) for f in fields)}}}"
            case Sum(cases, "option"):
                return f"option<{self._maybe(cases[1].type)}>"
            case Sum(cases, "result"):
                return f"result<{','.join(self._maybe(c.type) for c in cases)}>"
            case Sum(cases, sugar):
                return f"{sugar}{{{','.join(self._part(c.name, c.type) for c in cases)}}}"
            case Bits(labels):
                return f"flags{{{','.join(label.name for label in labels)}}}"
            case Handle(resource, owned):
                return f"{'own' if owned else 'borrow'}<{self._resource(resource)}>"
            case Channel("error-context"):
                return "error-context"
            case Channel(kind, elem):
                return f"{kind}<{self._maybe(elem)}>"
            case Scalar() | Text():
                raise AssertionError("has a name of its own")
        assert_never(t)

    def _part(self, name: str, t: Type | None) -> str:
        return f"{name}:{self.name(t)}" if t else name

    def _maybe(self, t: Type | None) -> str:
        return self.name(t) if t else "_"

    def _resource(self, resource: TypeDef) -> str:
        """Resources go by name: this interface's own as they are, others behind the interface that defines them."""
        definition = origin(resource)
        if definition in self._own:
            return definition.name
        # "import ns:pkg/i" and "export ns:pkg/i" are the two sides of one interface.
        return f"{definition.owner.split(' ')[-1]}#{definition.name}"
