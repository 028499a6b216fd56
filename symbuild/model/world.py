"""Worlds, interfaces and functions."""

from __future__ import annotations

from typing import Literal

from symbuild.frozen import frozen
from symbuild.model.types import Type, TypeDef, origin

FunctionKind = Literal["freestanding", "method", "static", "constructor"]


@frozen
class Param:
    """A parameter; a method's first one is ``self``."""

    name: str
    type: Type


@frozen
class Function:
    """A function; ``name`` is the WIT name with its annotation, such as ``[method]r.m``."""

    name: str
    params: tuple[Param, ...] = ()
    result: Type | None = None
    kind: FunctionKind = "freestanding"
    resource: TypeDef | None = None
    is_async: bool = False
    docs: str | None = None

    @property
    def types(self) -> tuple[Type, ...]:
        """Of its parameters, then of its result."""
        return (*(p.type for p in self.params), *([self.result] if self.result else []))


@frozen
class Interface:
    """An interface as one side of a world sees it. ``id`` is ``ns:pkg/name@version``, or None for an inline one."""

    id: str | None
    name: str | None
    types: tuple[TypeDef, ...] = ()
    functions: tuple[Function, ...] = ()
    docs: str | None = None


@frozen
class InterfaceItem:
    """An interface a world imports or exports, by its id or under a label of its own."""

    interface: Interface
    label: str | None = None

    @property
    def key(self) -> str:
        """The name of the item in its world: the label, or the interface's id."""
        key = self.label or self.interface.id
        assert key, "an inline interface has a label"
        return key


@frozen
class World:
    """A world with ``include`` resolved and implicit imports spelled out, in wit-parser's order."""

    name: str
    package: str
    imports: tuple[InterfaceItem, ...] = ()
    imported_functions: tuple[Function, ...] = ()
    exports: tuple[InterfaceItem, ...] = ()
    exported_functions: tuple[Function, ...] = ()
    types: tuple[TypeDef, ...] = ()
    docs: str | None = None
    # Packages the world's files mention in more than one version: their names keep the version in generated code.
    many_versions: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        """``ns:pkg/name@version``."""
        package, at, version = self.package.partition("@")
        return f"{package}/{self.name}{at}{version}"


# TypeDef.owner: which world item defines a type. The world itself, an imported or an exported interface by its key.
WORLD_OWNER = "world"


def import_owner(key: str) -> str:
    """The owner of types that the import ``key`` defines."""
    return f"import {key}"


def export_owner(key: str) -> str:
    """The owner of types that the export ``key`` defines."""
    return f"export {key}"


def is_exported(definition: TypeDef) -> bool:
    """Whether one of the world's exports defines the type, so that the component itself makes its resources."""
    return origin(definition).owner.startswith("export ")
