"""What the world's types are called in Python, and where the extension finds their classes.

Names follow componentize-py: functions in snake case, classes in Pascal case, members of enums and flags in capitals, a
variant's cases ``Variant_Case`` with a ``value``, and ``Some``, ``Ok`` and ``Err``.
"""

from __future__ import annotations

import keyword
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import groupby
from types import MappingProxyType
from typing import assert_never

from symbuild.abi.mangle import drop_name, symbol
from symbuild.abi.resources import is_drop, resources_in
from symbuild.abi.symbols import Linkage, exports_of, imports_of
from symbuild.bindings.casing import pascal, shouty, snake
from symbuild.bindings.python.shared import Source
from symbuild.frozen import frozen
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
    origin,
    shape,
)
from symbuild.model.world import WORLD_OWNER, Interface, InterfaceItem, World, export_owner, import_owner

# The classes of every package, in the order in which the extension knows them.
SOME, OK, ERR = range(3)
# What a package's own names must not hide.
_RESERVED = frozenset(
    (
        "Some",
        "Ok",
        "Err",
        "Any",
        "Buffer",
        "Callable",
        "Generic",
        "Mapping",
        "Protocol",
        "Sequence",
        "TypeAlias",
        "TypeVar",
    )
)
_BUILTINS = frozenset(
    ("bool", "bytes", "dict", "float", "int", "list", "memoryview", "property", "staticmethod", "str", "tuple")
)
_NUMBERS = frozenset(("u8", "s8", "u16", "s16", "u32", "s32", "u64", "s64", "f32", "f64"))


@frozen
class Namespace:
    """An interface as a class of the package: its name, its types, and its functions if the world exports it.

    ``source``: whose class it is, if it is another package's.
    """

    name: str
    types: tuple[TypeDef, ...]
    functions: tuple[Linkage, ...]
    docs: str | None = None
    source: Source | None = None


@frozen
class Provided:
    """What Python objects provide: an imported interface, or (``function``) one of the world's own functions.

    ``key`` names it in WIT, ``keyword`` among the arguments of ``provide``, ``protocol`` is the class that says what an
    object has to have; empty for a function, of which the object is called.
    """

    key: str
    keyword: str
    protocol: str
    functions: tuple[Linkage, ...]
    docs: str | None = None


@frozen
class ProvidedResource:
    """A resource of an import that Python objects provide, and the number of what provides it."""

    definition: TypeDef
    provider: int
    interface: Interface


@frozen
class Row:
    """A class that the extension knows, and what it knows of it: fields' names, members, or flags' mask."""

    cls: str
    details: str


class Types:
    """Names and numbers of one world's types."""

    def __init__(
        self,
        world: World,
        provided: Collection[str] = (),
        packages: Mapping[str, Source] = MappingProxyType({}),
        buffers: frozenset[str] = frozenset(),
    ) -> None:
        self.world = world
        self.packages = packages
        self.buffers = buffers
        imports = {key: tuple(each) for key, each in groupby(imports_of(world), import_key)}
        self._imports = {key: functions for key, functions in imports.items() if key in provided}
        # Drop functions are called with objects that end, by nobody by name.
        self.exports = tuple(each for each in exports_of(world) if not is_drop(each.declared))
        self._reachable = _reachable(world, [f for each in self._imports.values() for f in each])
        self.provided_resources = {each.definition: each for each in self._provided_resources()}
        self._taken = {*_RESERVED, *(["provide"] if self._imports else [])}
        self.functions = tuple(each for each in self.exports if each.interface is None)
        for each in self.functions:
            self._taken.add(function_name(each))
        self.names: dict[str, str] = {WORLD_OWNER: ""}
        self.world_types = tuple(d for d in world.types if d in self._reachable)
        self._taken.update(class_name(d) for d in self.world_types)
        self.namespaces = tuple(self._namespaces())
        self.provided = tuple(self._provided())
        self._hides = _BUILTINS & set(self._all_names())
        self.rows = [Row("Some", '("value",)'), Row("Ok", '("value",)'), Row("Err", '("value",)')]
        self._numbers: dict[TypeDef, int] = {}
        for definition in self.definitions():
            if origin(definition) is definition:
                self._numbers[definition] = len(self.rows)
                self.rows.extend(self._rows(definition))

    def definitions(self) -> Iterator[TypeDef]:
        """Every type that has a name in the package, in an order in which none is used before it is defined."""
        yield from (d for d in self.world.types if d in self._reachable and not self._uses_interface(d))
        for namespace in self.namespaces:
            yield from namespace.types
        yield from (d for d in self.world.types if d in self._reachable and self._uses_interface(d))

    def number(self, t: Type) -> int:
        """The row of a named type's class, of a variant's first case, or of ``Ok``, which ``Err`` follows."""
        match t:
            case Named(definition):
                definition = origin(definition)
                result = isinstance(definition.body, Sum) and definition.body.sugar == "result"
                return OK if result else self._numbers[definition]
            case Handle(resource):
                return self._numbers[origin(resource)]
            case _:
                assert isinstance(t, Sum) and t.sugar == "result", "what has a class has a name"
                return OK

    def drop_symbol(self, t: Type) -> str:
        """The function that drops a handle."""
        of = shape(t)
        assert isinstance(of, Handle)
        resource = origin(of.resource)
        return symbol(resource.owner.partition(" ")[2], drop_name(resource.name))

    def qualified(self, definition: TypeDef) -> str:
        """A type's name as the package's users write it, behind the package's own."""
        namespace = self.names[definition.owner]
        return f"{namespace}.{class_name(definition)}" if namespace else self._top(definition)

    def is_foreign(self, definition: TypeDef) -> bool:
        """Whether another package has the type."""
        kind, _, key = definition.owner.partition(" ")
        return kind == "import" and key in self.packages

    def is_provided(self, t: Type) -> bool:
        """Whether handles of the type are for objects of Python."""
        of = shape(t)
        return isinstance(of, Handle) and origin(of.resource) in self.provided_resources

    def provided_number(self, t: Type) -> int:
        """Which of the provided resources a handle is of."""
        of = shape(t)
        assert isinstance(of, Handle)
        return list(self.provided_resources).index(origin(of.resource))

    def is_class(self, definition: TypeDef) -> bool:
        """Whether the type is a class of its own: a record, an enum, flags, or a resource."""
        match definition.body:
            case Product(_, "record") | Bits() | Sum(_, "enum") | Resource():
                return True
            case _:
                return False

    def annotation(self, t: Type, *, given: bool = False, taken: bool = False) -> str:
        """A type as an annotation; ``given``: of an argument, which may be anything that is converted; ``taken``: of an
        argument of Python's own function, which knows the class of its objects better than the package does."""
        match t:
            case Named(definition) if not (given or taken) or self._has_class(definition):
                return self.qualified(definition)
            case _:
                return self._structure(shape(t), given=given, taken=taken)

    def builtin(self, name: str) -> str:
        """A builtin's name where the package may have one like it."""
        return f"builtins.{name}" if self._hides else name

    @property
    def imports_builtins(self) -> bool:
        """Whether annotations name the module ``builtins``."""
        return bool(self._hides)

    def _structure(self, t: Type, *, given: bool, taken: bool) -> str:
        def inner(of: Type) -> str:
            return self.annotation(of, given=given, taken=taken)

        match t:
            case Scalar("bool"):
                return self.builtin("bool")
            case Scalar("f32" | "f64"):
                return self.builtin("float")
            case Text() | Scalar("char"):
                return self.builtin("str")
            case Scalar():
                return self.builtin("int")
            case Seq(Product(fields), "map"):
                of = "Mapping" if given else self.builtin("dict")
                return f"{of}[{inner(fields[0].type)}, {inner(fields[1].type)}]"
            case Seq(elem) if is_number(elem) and given:
                return f"Sequence[{inner(elem)}] | Buffer"
            case Seq(elem) if shape(elem) == Scalar("u8"):
                return self.builtin("bytes")
            case Seq(elem) | FixedSeq(elem):
                return f"Sequence[{inner(elem)}]" if given else f"{self.builtin('list')}[{inner(elem)}]"
            case Product(fields):
                return f"{self.builtin('tuple')}[{', '.join(inner(f.type) for f in fields)}]"
            case Sum((_, some), "option"):
                assert some.type
                return f"Some[{inner(some.type)}] | None" if is_wrapped(t) else f"{inner(some.type)} | None"
            case Sum((ok, error), "result"):
                good, bad = (inner(case.type) if case.type else "None" for case in (ok, error))
                return f"Ok[{good}] | Err[{bad}]"
            case Handle() if taken and self.is_provided(t):
                return "Any"
            case Handle(resource):
                return self.qualified(resource)
            case Sum() | Bits() | Channel() | Named():
                raise AssertionError(f"{t} has a name, or cannot be built")
            case unknown:
                assert_never(unknown)

    def _rows(self, definition: TypeDef) -> Iterator[Row]:
        name = self.qualified(definition)
        match definition.body:
            case Product(fields, "record"):
                yield Row(name, strings(field_name(f.name) for f in fields))
            case Sum(_, "enum"):
                yield Row(name, f"tuple({name})")
            case Sum(cases, "variant"):
                for case in cases:
                    yield Row(f"{name}_{pascal(case.name)}", '("value",)' if case.type else "()")
            case Resource() if definition not in self.provided_resources:
                yield Row(name, self._offer(definition))
            case Bits(labels):
                yield Row(name, f"({(1 << len(labels)) - 1:#x},)")
            case _:
                pass

    def _offer(self, definition: TypeDef) -> str:
        """Of another package's resource, the variable that has what that package offers."""
        key = definition.owner.partition(" ")[2]
        return f"(_offers[{list(self.packages).index(key)}],)" if self.is_foreign(definition) else "()"

    def _has_class(self, definition: TypeDef) -> bool:
        body = origin(definition).body
        return self.is_class(origin(definition)) or (isinstance(body, Sum) and body.sugar == "variant")

    def _top(self, definition: TypeDef) -> str:
        name = class_name(definition)
        return f"{name}_" if name in _RESERVED else name

    def _uses_interface(self, definition: TypeDef) -> bool:
        found: set[TypeDef] = set()
        if not isinstance(definition.body, Resource):
            _reach(definition.body, found)
        return any(d.owner != WORLD_OWNER for d in found)

    def _namespaces(self) -> Iterator[Namespace]:
        for owner_of, items in ((import_owner, self.world.imports), (export_owner, self.world.exports)):
            for item in items:
                exported = item in self.world.exports
                types = tuple(d for d in item.interface.types if d in self._reachable and d.owner == owner_of(item.key))
                functions = tuple(each for each in self.exports if exported and each.module == item.key)
                if types or functions:
                    self.names[owner_of(item.key)] = name = self._claim(item)
                    source = None if exported else self.packages.get(item.key)
                    yield Namespace(name, types, functions, item.interface.docs, source)

    def _provided(self) -> Iterator[Provided]:
        keywords: set[str] = set()
        for key, functions in self._imports.items():
            interface = functions[0].interface
            item = next((each for each in self.world.imports if each.key == key), None)
            short = (item and item.label) or (interface and interface.name) or key
            keyword_ = _free((identifier(short), identifier(key.partition("@")[0])), keywords)
            protocol = _free((pascal(short), pascal(key.partition("@")[0])), self._taken) if interface else ""
            called = tuple(each for each in functions if not is_drop(each.declared))
            yield Provided(key, keyword_, protocol, called, interface.docs if interface else None)

    def _provided_resources(self) -> Iterator[ProvidedResource]:
        for number, functions in enumerate(self._imports.values()):
            interface = functions[0].interface
            if interface:
                for definition in resources_in(interface.types):
                    yield ProvidedResource(definition, number, interface)

    def _claim(self, item: InterfaceItem) -> str:
        short = item.label or item.interface.name or item.key
        return _free((identifier(short), identifier(item.key.partition("@")[0])), self._taken)

    def _all_names(self) -> Iterator[str]:
        yield from map(function_name, self.exports)
        yield from (namespace.name for namespace in self.namespaces)
        for definition in self._reachable:
            if isinstance(definition.body, Product):
                yield from (field_name(f.name) for f in definition.body.fields)


def _free(names: tuple[str, ...], taken: set[str]) -> str:
    """The first of the names that is not taken, or the last with a mark; it is taken now."""
    name = next((name for name in names if name not in taken), names[-1])
    while name in taken:
        name = f"{name}_"
    taken.add(name)
    return name


def import_key(linkage: Linkage) -> str:
    """How WIT names what a function is imported with: its interface, or a world's own function by itself."""
    return linkage.module if linkage.interface else linkage.function


def is_method(linkage: Linkage) -> bool:
    """Whether a function is called on an object of a resource's class."""
    return linkage.declared.kind == "method"


def class_name(definition: TypeDef) -> str:
    """A type's name, in its namespace."""
    name = pascal(definition.name)
    return f"{name}_" if keyword.iskeyword(name) else name


def function_name(linkage: Linkage) -> str:
    """A function's name, in its namespace or the class of its resource."""
    if linkage.declared.kind == "constructor":
        return "__new__"
    return identifier(linkage.function.rpartition(".")[2])


def field_name(name: str) -> str:
    """The name of a record's field."""
    return identifier(name)


def member_name(name: str) -> str:
    """The name of an enum's or flags' member."""
    return shouty(name)


def identifier(name: str) -> str:
    """A name in snake case that is no keyword."""
    name = snake(name)
    return f"{name}_" if keyword.iskeyword(name) else name


def is_number(t: Type) -> bool:
    """Whether lists of the type cross as one block of numbers."""
    match shape(t):
        case Scalar(name):
            return name in _NUMBERS
        case _:
            return False


def is_leaf(t: Type) -> bool:
    """Whether no value of the type can be part of a cycle of references: nothing in it refers to what may change."""
    match shape(t):
        case Scalar() | Text() | Bits() | Sum(_, "enum"):
            return True
        case Seq(elem):
            return shape(elem) == Scalar("u8")
        case Product(fields, "record"):
            return all(is_leaf(f.type) for f in fields)
        case Sum((_, some), "option") if some.type:
            return not is_wrapped(t) and is_leaf(some.type)
        case _:
            return False


def is_wrapped(t: Type) -> bool:
    """Whether the value in an option is a ``Some``, as it may itself be None."""
    match shape(t):
        case Sum((_, some), "option") if some.type:
            inner = shape(some.type)
            return isinstance(inner, Sum) and inner.sugar == "option"
        case _:
            return False


def strings(names: Iterator[str]) -> str:
    """A tuple of names, as Python spells it."""
    listed = [f'"{name}"' for name in names]
    return f"({listed[0]},)" if len(listed) == 1 else f"({', '.join(listed)})"


def _reachable(world: World, provided: Iterable[Linkage]) -> frozenset[TypeDef]:
    """The types that the exports define, and whatever these and the functions use that are exported or provided."""
    found: set[TypeDef] = set()
    for item in world.exports:
        for definition in item.interface.types:
            _reach(Named(definition), found)
    for each in (*exports_of(world), *provided):
        for t in each.declared.types:
            _reach(t, found)
    return frozenset(found)


def _reach(t: Type, found: set[TypeDef]) -> None:
    match t:
        case Named(definition):
            if definition not in found:
                found.add(definition)
                if not isinstance(definition.body, Resource):
                    _reach(definition.body, found)
        case Handle(resource):
            _reach(Named(resource), found)
        case Seq(elem) | FixedSeq(elem):
            _reach(elem, found)
        case Product(fields):
            for f in fields:
                _reach(f.type, found)
        case Sum(cases):
            for case in cases:
                if case.type:
                    _reach(case.type, found)
        case Scalar() | Text() | Bits() | Channel():
            pass
        case unknown:
            assert_never(unknown)
