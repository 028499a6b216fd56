"""The Python of the package: its classes, and their types for checkers."""

from __future__ import annotations

from collections.abc import Iterator

from symbuild.abi.symbols import Linkage
from symbuild.bindings.casing import pascal
from symbuild.bindings.python.buffers import memoryview_annotation, returns_buffer
from symbuild.bindings.python.native import exposed_name
from symbuild.bindings.python.types import (
    Provided,
    Row,
    Types,
    class_name,
    field_name,
    function_name,
    identifier,
    is_method,
    member_name,
    strings,
)
from symbuild.frozen import frozen
from symbuild.model.types import Bits, Named, Product, Resource, Sum, TypeDef, origin, shape
from symbuild.model.world import Function, import_owner


@frozen
class ClassView:
    """A class: in the stub what stands above it, its name with what it derives, and the lines in it; and its code.

    A record is a dataclass to checkers, and a class that does without the module `dataclasses` otherwise.
    """

    decorator: str
    head: str
    lines: tuple[str, ...]
    docs: str
    code_head: str
    code: tuple[str, ...]
    methods: tuple[tuple[str, ...], ...]


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
class MethodView:
    """A method: ``before`` stands above it in the stub, ``params`` and ``args`` are what it takes and passes on."""

    before: str
    name: str
    params: str
    args: str
    target: str
    exposed: str
    signature: str


@frozen
class ResourceView:
    """A resource's class. ``methods`` has all that the stub tells; those of objects come from the extension.

    ``called``: what is called by the class's own Python.
    """

    name: str
    methods: tuple[MethodView, ...]
    constructor: MethodView
    statics: tuple[MethodView, ...]
    called: tuple[MethodView, ...]
    docs: str = ""


@frozen
class ScopeView:
    """The package itself or the class of an interface. ``aliases`` stand behind all classes, by their full names."""

    name: str
    classes: tuple[ClassView, ...]
    aliases: tuple[AliasView, ...]
    functions: tuple[FunctionView, ...]
    resources: tuple[ResourceView, ...] = ()
    docs: str = ""
    protocols: tuple[ProtocolView, ...] = ()


@frozen
class ImportView:
    """An interface of another package: its number among those that the extension uses, and (``name``) what is imported
    of the package for it, if anything is used by name."""

    number: str
    module: str
    name: str


@frozen
class ProtocolView:
    """What an object has to have that provides an import, or stands for a resource; ``classes`` are its attributes."""

    name: str
    functions: tuple[FunctionView, ...]
    docs: str
    classes: tuple[FunctionView, ...] = ()


@frozen
class ProvideView:
    """The function ``provide``: its parameters, what checks them, and how they are passed on."""

    params: str
    signature: str
    checks: tuple[str, ...]
    objects: str


@frozen
class PackageView:
    """What ``init.py.j2`` and ``init.pyi.j2`` print.

    ``base`` is the package of which ``Some``, ``Ok`` and ``Err`` are where others' objects may hold such; else empty.
    """

    world: str
    docs: str
    top: ScopeView
    scopes: tuple[ScopeView, ...]
    aliases: tuple[AliasView, ...]
    rows: tuple[Row, ...]
    protocols: tuple[ProtocolView, ...]
    provide: ProvideView | None
    imports_builtins: bool
    imports_enum: bool
    imports: tuple[ImportView, ...]
    base: str


def package_view(types: Types) -> PackageView:
    """The package of a world."""
    scopes = [_scope(types, n.name, n.types, n.functions, n.docs) for n in types.namespaces if n.source is None]
    own = [definition for definition in types.definitions() if not types.is_foreign(definition)]
    every = [alias for definition in own for alias in _aliases(types, definition, full=True)]
    imports = tuple(_imports(types))
    return PackageView(
        world=types.world.id,
        docs=_docstring(types.world.docs),
        top=_scope(types, "", types.world_types, types.functions, None),
        scopes=tuple(scopes),
        aliases=tuple(every),
        rows=tuple(types.rows),
        protocols=tuple(_protocol(types, each) for each in types.provided if each.protocol),
        provide=_provide(types) if types.provided else None,
        imports_builtins=types.imports_builtins,
        imports_enum=any(isinstance(d.body, Bits) or _is_enum(d) for d in types.definitions()),
        imports=imports,
        base=imports[0].module if imports else "",
    )


def _imports(types: Types) -> Iterator[ImportView]:
    for number, (key, source) in enumerate(types.packages.items()):
        ours = types.names.get(import_owner(key))
        theirs = source.name or identifier(key.partition("@")[0].rpartition("/")[2])
        yield ImportView(str(number), source.module, f"{theirs} as {ours}" if ours else "")


def _scope(
    types: Types, name: str, definitions: tuple[TypeDef, ...], functions: tuple[Linkage, ...], docs: str | None
) -> ScopeView:
    return ScopeView(
        name=name,
        classes=tuple(c for d in definitions for c in _classes(types, d)),
        aliases=tuple(a for d in definitions for a in _aliases(types, d, full=False)),
        functions=tuple(_function(types, each) for each in functions if each.declared.resource is None),
        resources=tuple(
            _resource(types, d, functions)
            for d in definitions
            if isinstance(d.body, Resource) and d not in types.provided_resources
        ),
        docs=_docstring(docs),
        protocols=tuple(p for d in definitions if d in types.provided_resources for p in _protocols_of(types, d)),
    )


def _classes(types: Types, definition: TypeDef) -> Iterator[ClassView]:
    name, docs = types.qualified(definition).rpartition(".")[2], _docstring(definition.docs)
    match definition.body:
        case Product(fields, "record"):
            lines = tuple(f"{field_name(f.name)}: {types.annotation(f.type)}" for f in fields)
            yield _record(name, tuple(field_name(f.name) for f in fields), lines, docs)
        case Sum(cases, "enum"):
            lines = tuple(f"{member_name(c.name)} = {i}" for i, c in enumerate(cases))
            yield _plain(f"class {name}(enum.Enum):", lines, docs)
        case Bits(labels):
            lines = tuple(f"{member_name(label.name)} = {1 << i:#x}" for i, label in enumerate(labels))
            yield _plain(f"class {name}(enum.Flag):", lines or ("...",), docs)
        case Sum(cases, "variant"):
            for case in cases:
                lines = (f"value: {types.annotation(case.type)}",) if case.type else ()
                yield _record(f"{name}_{pascal(case.name)}", ("value",)[: len(lines)], lines, _docstring(case.docs))
        case _:
            pass


def _is_enum(definition: TypeDef) -> bool:
    return isinstance(definition.body, Sum) and definition.body.sugar == "enum"


def _plain(head: str, lines: tuple[str, ...], docs: str) -> ClassView:
    return ClassView("", head, lines, docs, head, lines, ())


def _record(name: str, fields: tuple[str, ...], lines: tuple[str, ...], docs: str) -> ClassView:
    return ClassView(
        decorator="@dataclass(frozen=True, slots=True)",
        head=f"class {name}:",
        lines=lines or ("...",),
        docs=docs,
        code_head=f"class {name}(_Record):",
        code=(f"__slots__ = __match_args__ = {strings(iter(fields))}", *lines),
        methods=tuple(_methods_of_record(fields)) if fields else (),
    )


def _methods_of_record(fields: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """What a class of records does itself: by way of its fields' names it would take four times as long.

    No field's name begins with an underscore.
    """
    sets = [f'    _set(_self, "{field}", {field})' for field in fields]
    yield (f"def __init__(_self, {', '.join(fields)}):", *sets)
    yield "def _values(self):", f"    return {_parts('self', fields)}"
    same = f"{_parts('self', fields)} == {_parts('other', fields)}"
    yield "def __eq__(self, other):", f"    return {same} if type(other) is type(self) else NotImplemented"
    yield ("__hash__ = _Record.__hash__",)


def _parts(owner: str, fields: tuple[str, ...]) -> str:
    """The tuple of an object's fields."""
    return f"({', '.join(f'{owner}.{field}' for field in fields)}{',' * (len(fields) == 1)})"


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


def _resource(types: Types, definition: TypeDef, functions: tuple[Linkage, ...]) -> ResourceView:
    members = [each for each in functions if each.declared.resource and origin(each.declared.resource) is definition]
    made = {each: _method(types, each) for each in members}
    called = tuple(method for each, method in made.items() if not is_method(each))
    statics = tuple(method for method in called if method.name != "__new__")
    never = MethodView("", "__new__", "cls", "", "", "", "(cls, never: NoReturn, /) -> NoReturn")
    constructor = next((method for method in called if method.name == "__new__"), never)
    methods = (*(() if constructor in called else (constructor,)), *made.values())
    docs = _docstring(definition.docs)
    return ResourceView(class_name(definition), methods, constructor, statics, called, docs)


def _method(types: Types, each: Linkage) -> MethodView:
    f, exposed = each.declared, exposed_name(each, types)
    names = [identifier(p.name) for p in f.params]
    implied = {"constructor": ["cls"], "method": ["self"]}.get(f.kind, [])
    given = names[1:] if f.kind == "method" else names
    typed = [f"{n}: {types.annotation(p.type, given=True)}" for n, p in zip(names, f.params, strict=True)]
    listed, annotated = [*implied, *given], [*implied, *(typed[1:] if f.kind == "method" else typed)]
    return MethodView(
        before="@staticmethod" if f.kind == "static" else "",
        name=function_name(each),
        params=", ".join([*listed, "/"] if listed else []),
        args=", ".join(names),
        target="_" + exposed.replace(".", "_"),
        exposed=f'"{exposed}"',
        signature=f"({', '.join([*annotated, '/'] if annotated else [])}) -> {_result(types, each)}",
    )


def _function(types: Types, each: Linkage) -> FunctionView:
    f = each.declared
    params = [f"{identifier(p.name)}: {types.annotation(p.type, given=True)}" for p in f.params]
    listed = ", ".join([*params, "/"] if params else [])
    return FunctionView(
        name=function_name(each),
        signature=f"({listed}) -> {_result(types, each)}",
        exposed=f'"{exposed_name(each, types)}"',
        docs=_docstring(f.docs),
    )


def _protocol(types: Types, provided: Provided) -> ProtocolView:
    functions = tuple(_provided_function(types, f) for f in provided.functions if f.declared.resource is None)
    docs = _docstring(provided.docs) or _docstring(f"What provides `{provided.key}`.")
    classes = tuple(
        FunctionView(class_name(d), f"(self) -> {_class_protocol(types, d)}", "") for d in _classes_of(types, provided)
    )
    return ProtocolView(provided.protocol, functions, docs, classes)


def _classes_of(types: Types, provided: Provided) -> tuple[TypeDef, ...]:
    """The resources of which something is asked that no object has: a constructor, or a static function."""
    asked = [f.declared.resource for f in provided.functions if f.declared.kind in ("constructor", "static")]
    return tuple(d for d in types.provided_resources if d in {origin(resource) for resource in asked if resource})


def _class_protocol(types: Types, definition: TypeDef) -> str:
    """What the class of a resource's objects has, or what else makes them. No type of WIT's has an underscore."""
    return f"{types.qualified(definition)}_Class"


def _protocols_of(types: Types, definition: TypeDef) -> Iterator[ProtocolView]:
    """What the objects of a provided resource have, and what their class has."""
    provided = types.provided[types.provided_resources[definition].provider]
    of = [f for f in provided.functions if f.declared.resource and origin(f.declared.resource) is definition]
    docs = _docstring(definition.docs) or _docstring(f"What stands for a `{definition.name}` of `{provided.key}`.")
    methods = tuple(_provided_function(types, f) for f in of if is_method(f))
    yield ProtocolView(class_name(definition), methods, docs)
    if definition in _classes_of(types, provided):
        others = tuple(_provided_function(types, f) for f in of if not is_method(f))
        docs = _docstring(f"The class of what stands for a `{definition.name}`.")
        yield ProtocolView(_class_protocol(types, definition).rpartition(".")[2], others, docs)


def _provide(types: Types) -> ProvideView:
    names = [each.keyword for each in types.provided]
    typed = [f"{each.keyword}: {_provider(types, each)} | None = None" for each in types.provided]
    checks = []
    for each in types.provided:
        functions = [f'"{path}"' for path in _paths(each)] if each.protocol else []
        checks.append(f'_check_provider("{each.keyword}", {each.keyword}, [{", ".join(functions)}])')
    return ProvideView(
        params=", ".join(["*", *(f"{name}=None" for name in names)]),
        signature=f"({', '.join(['*', *typed])}) -> None",
        checks=tuple(checks),
        objects=f"({', '.join(names)},)",
    )


def _paths(provided: Provided) -> Iterator[str]:
    """What a provider has to have, as far as no object tells: functions, classes, and functions of these."""
    for f in provided.functions:
        match f.declared.kind:
            case "method":
                pass
            case "constructor":
                assert f.declared.resource
                yield class_name(origin(f.declared.resource))
            case "static":
                assert f.declared.resource
                yield f"{class_name(origin(f.declared.resource))}.{function_name(f)}"
            case _:
                yield function_name(f)


def _provider(types: Types, provided: Provided) -> str:
    """The type of what provides an import."""
    if provided.protocol:
        return provided.protocol
    f = provided.functions[0].declared
    params = ", ".join(types.annotation(p.type, taken=True) for p in f.params)
    return f"Callable[[{params}], {_returned(types, f, given=True)}]"


def _provided_function(types: Types, each: Linkage) -> FunctionView:
    """A function as a method of a protocol: it is called with values, and may return whatever is converted to one."""
    f, given = each.declared, each.declared.params[is_method(each) :]
    self_ = "_self" if any(identifier(p.name) == "self" for p in given) else "self"
    params = [self_, *(f"{identifier(p.name)}: {types.annotation(p.type, taken=True)}" for p in given), "/"]
    signature = f"({', '.join(params)}) -> {_returned(types, f, given=True)}"
    name = "__call__" if f.kind == "constructor" else function_name(each)
    return FunctionView(name, signature, "", _docstring(f.docs))


def _result(types: Types, each: Linkage) -> str:
    """What a call of an exported function returns."""
    if returns_buffer(types, each):
        return memoryview_annotation(types, each.declared)
    return _returned(types, each.declared)


def _returned(types: Types, f: Function, *, given: bool = False) -> str:
    """What a call returns: of a result, its success. ``given``: of Python's own function."""
    result = shape(f.result) if f.result else None
    if isinstance(result, Sum) and result.sugar == "result":
        ok = result.cases[0].type
        return types.annotation(ok, given=given) if ok else "None"
    return types.annotation(f.result, given=given) if f.result else "None"


def _docstring(docs: str | None) -> str:
    """A docstring's literal; empty for none."""
    return repr(docs.strip()) if docs and docs.strip() else ""
