"""The Python of the package: its classes, and their types for checkers."""

from __future__ import annotations

from collections.abc import Iterator

from symbuild.abi.symbols import Linkage
from symbuild.bindings.casing import pascal
from symbuild.bindings.python.native import exposed_name
from symbuild.bindings.python.types import Row, Types, field_name, function_name, identifier, member_name
from symbuild.frozen import frozen
from symbuild.model.types import Bits, Named, Product, Sum, TypeDef, shape


@frozen
class ClassView:
    """A class: what stands above it, its name, what it derives, and the lines in it."""

    decorator: str
    head: str
    lines: tuple[str, ...]
    docs: str = ""


@frozen
class AliasView:
    """Another name of a type."""

    name: str
    value: str


@frozen
class FunctionView:
    """A function: what a stub says of it, and its name in the extension, as literals."""

    name: str
    signature: str
    exposed: str
    docs: str = ""


@frozen
class ScopeView:
    """The package itself or the class of an interface. ``aliases`` stand behind all classes, by their full names."""

    name: str
    classes: tuple[ClassView, ...]
    aliases: tuple[AliasView, ...]
    functions: tuple[FunctionView, ...]
    docs: str = ""


@frozen
class PackageView:
    """What ``init.py.j2`` and ``init.pyi.j2`` print."""

    world: str
    docs: str
    top: ScopeView
    scopes: tuple[ScopeView, ...]
    aliases: tuple[AliasView, ...]
    rows: tuple[Row, ...]
    imports_builtins: bool


def package_view(types: Types) -> PackageView:
    """The package of a world."""
    scopes = [_scope(types, n.name, n.types, n.functions, n.docs) for n in types.namespaces]
    every = [alias for definition in types.definitions() for alias in _aliases(types, definition, full=True)]
    return PackageView(
        world=types.world.id,
        docs=_docstring(types.world.docs),
        top=_scope(types, "", types.world_types, types.functions, None),
        scopes=tuple(scopes),
        aliases=tuple(every),
        rows=tuple(types.rows),
        imports_builtins=types.imports_builtins,
    )


def _scope(
    types: Types, name: str, definitions: tuple[TypeDef, ...], functions: tuple[Linkage, ...], docs: str | None
) -> ScopeView:
    return ScopeView(
        name=name,
        classes=tuple(c for d in definitions for c in _classes(types, d)),
        aliases=tuple(a for d in definitions for a in _aliases(types, d, full=False)),
        functions=tuple(_function(types, each) for each in functions),
        docs=_docstring(docs),
    )


def _classes(types: Types, definition: TypeDef) -> Iterator[ClassView]:
    name, docs = types.qualified(definition).rpartition(".")[2], _docstring(definition.docs)
    match definition.body:
        case Product(fields, "record"):
            lines = tuple(f"{field_name(f.name)}: {types.annotation(f.type)}" for f in fields)
            yield ClassView("@dataclass(frozen=True, slots=True)", f"class {name}:", lines, docs)
        case Sum(cases, "enum"):
            lines = tuple(f"{member_name(c.name)} = {i}" for i, c in enumerate(cases))
            yield ClassView("", f"class {name}(enum.Enum):", lines, docs)
        case Bits(labels):
            lines = tuple(f"{member_name(label.name)} = {1 << i:#x}" for i, label in enumerate(labels))
            yield ClassView("", f"class {name}(enum.Flag):", lines or ("...",), docs)
        case Sum(cases, "variant"):
            for case in cases:
                lines = (f"value: {types.annotation(case.type)}",) if case.type else ("...",)
                head = f"class {name}_{pascal(case.name)}:"
                yield ClassView("@dataclass(frozen=True, slots=True)", head, lines, _docstring(case.docs))
        case _:
            pass


def _aliases(types: Types, definition: TypeDef, *, full: bool) -> Iterator[AliasView]:
    """The alias that a type without a class of its own is; a variant is the union of its cases."""
    qualified = types.qualified(definition)
    name = qualified if full else qualified.rpartition(".")[2]
    match definition.body:
        case Sum(cases, "variant"):
            yield AliasView(name, " | ".join(f"{qualified}_{pascal(case.name)}" for case in cases))
        case Named() as of:
            yield AliasView(name, types.annotation(of))
        case _ if not types.is_class(definition):
            yield AliasView(name, types.annotation(shape(Named(definition))))
        case _:
            pass


def _function(types: Types, each: Linkage) -> FunctionView:
    f = each.declared
    params = [f"{identifier(p.name)}: {types.annotation(p.type, given=True)}" for p in f.params]
    result = shape(f.result) if f.result else None
    if isinstance(result, Sum) and result.sugar == "result":
        ok = result.cases[0].type
        returned = types.annotation(ok) if ok else "None"
    else:
        returned = types.annotation(f.result) if f.result else "None"
    listed = ", ".join([*params, "/"] if params else [])
    return FunctionView(
        name=function_name(each),
        signature=f"({listed}) -> {returned}",
        exposed=f'"{exposed_name(each, types)}"',
        docs=_docstring(f.docs),
    )


def _docstring(docs: str | None) -> str:
    """A docstring's literal; empty for none."""
    return repr(docs.strip()) if docs and docs.strip() else ""
