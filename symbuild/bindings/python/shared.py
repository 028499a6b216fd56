"""Interfaces that two packages share: what one offers, and what another takes of it instead of a class of its own."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from symbuild.abi.glue import core_param
from symbuild.abi.interface_hash import interface_hash
from symbuild.abi.resources import handles_in
from symbuild.abi.symbols import Linkage, bound_keys, exports_of, imports_of
from symbuild.bindings.c_family.core import c_string
from symbuild.bindings.c_family.view import Definition, core_head, wit_place
from symbuild.bindings.casing import snake
from symbuild.errors import InputError, close_matches
from symbuild.frozen import frozen
from symbuild.model.types import Named, TypeDef, origin
from symbuild.model.world import Interface, InterfaceItem, World, import_owner, is_exported

_SOURCE = re.compile(r"(?P<module>[^\W\d]\w*(\.[^\W\d]\w*)*)(:(?P<name>[^\W\d]\w*))?")


@frozen
class Source:
    """Where an interface comes from: a package, and the interface's name there."""

    module: str
    name: str | None = None


@frozen
class InterfaceTable:
    """An interface as another package meets it in C: how it is told apart, and its functions by their symbols."""

    id: str
    hash: str
    functions: tuple[Linkage, ...]

    @property
    def name(self) -> str:
        """What the C calls it."""
        return snake(re.sub(r"[^A-Za-z0-9]+", "-", self.id))

    @property
    def table(self) -> str:
        """The array of its functions."""
        return f"_offered_{self.name}" if self.functions else "NULL"

    @property
    def symbols(self) -> tuple[str, ...]:
        """Of its functions."""
        return tuple(each.symbol for each in self.functions)

    @property
    def count(self) -> str:
        """How many functions there are, in C."""
        return str(len(self.functions))


def source_of(text: str) -> Source:
    """What ``--package KEY=TEXT`` says. Raises InputError where it is neither ``package`` nor ``package:name``."""
    found = _SOURCE.fullmatch(text)
    if found is None:
        raise InputError(
            f"`{text}` names no package, as Python imports it", help="write `package`, or `package:name_of_interface`"
        )
    return Source(found["module"], found["name"])


def require_shareable(world: World, packages: Collection[str], provided: Collection[str]) -> None:
    """Raise InputError where a package was named for what is no import, or where one was not that has to be.

    It has to be where a function has a resource of an import, unless Python objects provide that (``provided``), and
    where another package's types are made of types of an import.
    """
    imports = {item.key: item for item in world.imports}
    for key in packages:
        where = f"`--package {key}`"
        if key not in imports:
            raise InputError(
                f"the world `{world.id}` does not import `{key}`", where=where, help=close_matches(key, imports)
            )
        if key in bound_keys(world) or imports[key].interface.id is None:
            raise InputError(
                f"`{key}` is one of several by that name in `{world.id}`",
                where=where,
                help="import it once, by its own name, and do not export it: a symbol has one definition",
            )
        for definition in _used_by(imports[key]):
            _require_source(definition, packages, f"import {key}")
    for each in exports_of(world):
        for handle in (handle for t in each.declared.types for handle in handles_in(t)):
            if not is_exported(handle.resource) and owner_of(handle.resource) not in provided:
                _require_source(handle.resource, packages, f"export {wit_place(each.module, each.function)}")


def _require_source(definition: TypeDef, packages: Collection[str], where: str) -> None:
    owner = owner_of(definition)
    if owner not in packages:
        raise InputError(
            f"`{origin(definition).name}` of `{owner}` is another component's, and needs the class of its package",
            where=where,
            help=f"say whose it is with `--package {owner}=PACKAGE`, or make one package of both components",
        )


def owner_of(definition: TypeDef) -> str:
    """The key of the import that defines a type."""
    return origin(definition).owner.removeprefix("import ")


def _used_by(item: InterfaceItem) -> Iterator[TypeDef]:
    """The types of other interfaces that one's types are made of, by ``use``."""
    for definition in item.interface.types:
        body = definition.body
        if isinstance(body, Named) and body.definition.owner != import_owner(item.key):
            yield body.definition


def offers(world: World) -> tuple[InterfaceTable, ...]:
    """What a world's package offers: the interfaces that its component exports."""
    return tuple(_table(item, exports_of(world)) for item in world.exports if item.interface.id)


def uses(world: World, packages: Mapping[str, Source]) -> tuple[InterfaceTable, ...]:
    """What its component imports, and other packages offer, in the order of ``packages``."""
    imports = {item.key: item for item in world.imports}
    return tuple(_table(imports[key], imports_of(world)) for key in packages)


def _table(item: InterfaceItem, functions: Collection[Linkage]) -> InterfaceTable:
    of = tuple(sorted((each for each in functions if each.module == item.key), key=lambda each: each.symbol))
    return InterfaceTable(item.key, _hash(item.interface), of)


def _hash(interface: Interface) -> str:
    """The interface's hash, as C initializes an array with it."""
    return f"{{{', '.join(f'0x{byte:02x}' for byte in interface_hash(interface))}}}"


def calls_of(number: int, table: InterfaceTable) -> Iterator[Definition]:
    """The definitions of an import's symbols, as calls of what another package offers."""
    for i, each in enumerate(table.functions):
        head = core_head(each.symbol, each.signature, named=True)
        kind = core_head("(*)", each.signature)
        place = c_string(wit_place(each.module, each.function))
        args = ", ".join(core_param(j) for j in range(len(each.signature.params)))
        called = f"(({kind})sb_py_used(&_uses[{number}], {place})[{i}])({args});"
        line = f"return {called}" if each.signature.result else called
        yield Definition(head, (line,), f"{head} SB_EXPORT({c_string(each.symbol)});", place=place)
