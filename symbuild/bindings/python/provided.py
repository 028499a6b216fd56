"""The C of what Python objects provide: the symbols of a component's imports, as a provider in C would define them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from symbuild.abi.convention import SYMMETRIC
from symbuild.abi.flatten import Core
from symbuild.abi.glue import core_param, drop_glue, export_glue, forward_method
from symbuild.abi.interface_hash import ABI_VERSION, resource_hash
from symbuild.abi.mangle import drop_name, symbol
from symbuild.abi.nodes import CallUser, Destroy, ValueStmt
from symbuild.abi.resources import drop_function, handles_in, is_method_of, method_index
from symbuild.abi.symbols import Linkage, bound_functions, bound_keys, imports_of
from symbuild.abi.walk import Subroutines, Traits
from symbuild.bindings.c_family.core import CORE, c_string, declare
from symbuild.bindings.c_family.view import Definition, core_head, wit_place
from symbuild.bindings.python.shared import owner_of
from symbuild.bindings.python.speller import Frame, Speller
from symbuild.bindings.python.types import (
    OK,
    Provided,
    ProvidedResource,
    Types,
    class_name,
    function_name,
    import_key,
    is_method,
)
from symbuild.errors import InputError, close_matches
from symbuild.model.types import Handle, Sum, TypeDef, origin, shape
from symbuild.model.world import WORLD_OWNER, World


def require_providable(world: World, provided: Collection[str]) -> None:
    """Raise InputError where an import of which Python objects are to be the provider is none, or cannot have one."""
    keys = dict.fromkeys(map(import_key, imports_of(world)))
    own = bound_keys(world) | bound_functions(world)
    for key in provided:
        where = f"`--provide {key}`"
        if key not in keys:
            raise InputError(
                f"the world `{world.id}` imports no functions of `{key}`", where=where, help=close_matches(key, keys)
            )
        if key in own:
            raise InputError(
                f"`{key}` is one of several by that name in `{world.id}`",
                where=where,
                help="import it once, without a label, and do not export it: a symbol has one definition",
            )
    for each in imports_of(world):
        if import_key(each) in provided:
            _require_own_resources(each, provided)


def _require_own_resources(each: Linkage, provided: Collection[str]) -> None:
    """Python objects stand for resources of the interfaces that they provide, and for no others."""
    for handle in (handle for t in each.declared.types for handle in handles_in(t)):
        resource, owner = origin(handle.resource), owner_of(handle.resource)
        if owner not in provided:
            theirs = "the world itself" if owner == WORLD_OWNER else f"`{owner}`"
            raise InputError(
                f"Python objects cannot be `{resource.name}` of {theirs}",
                where=f"import {wit_place(each.module, each.function)}",
                help="have a component provide it"
                if owner == WORLD_OWNER
                else f"let them provide that, too: `--provide {owner}`",
            )


def provided_functions(types: Types, subroutines: Subroutines, traits: Traits) -> Iterator[Definition]:
    """The definitions of all imports that Python objects provide."""
    for i, provided in enumerate(types.provided):
        for each in provided.functions:
            yield from _function(each, i, provided, types, subroutines, traits)
    for resource in types.provided_resources.values():
        yield from _drop(resource, types)


def _function(
    each: Linkage, index: int, provided: Provided, types: Types, subroutines: Subroutines, traits: Traits
) -> Iterator[Definition]:
    f, place = each.declared, wit_place(each.module, each.function)
    glue = export_glue(f, SYMMETRIC, traits, subroutines, place)
    result = shape(f.result) if f.result else None
    raises = isinstance(result, Sum) and result.sugar == "result"
    method = method_index(each.interface, f) if each.interface and is_method(each) else 0
    frame = Frame(where=c_string(place), place=place, method=method)
    speller = _Speller(types, subroutines, frame, _callable(each, index, provided), raises=raises)
    speller.core = glue.signature.result
    lines = [
        "sb_py_call _call[1];",
        "sb_py_visit _visit[1];",
        f"sb_py_enter(_call, _visit, &_host, {c_string(place)});",
        *speller.block(glue.body),
        *([] if glue.signature.result else ["sb_py_leave(_call, _visit);"]),
    ]
    head = core_head(each.symbol, glue.signature, named=True)
    exported = f"{head} SB_EXPORT({c_string(each.symbol)});"
    if not is_method(each):
        yield Definition(head, tuple(lines), exported, place=place)
        return
    # Of a resource of this interface another maker's handle may come; and its table has this file's own function.
    other = speller.statement(forward_method(f, SYMMETRIC, place))
    local = core_head(_local(each), glue.signature, named=True)
    yield Definition(f"static {local}", (*other, *lines), place=place)
    args = ", ".join(core_param(i) for i in range(len(glue.signature.params)))
    call = f"{'return ' if glue.signature.result else ''}{_local(each)}({args});"
    yield Definition(head, (call,), exported, place=place)


def _callable(each: Linkage, index: int, provided: Provided) -> str:
    """What is called: a function or class of the provider, a function of the class, or a method of the object."""
    f = each.declared
    name = c_string(function_name(each)) if provided.protocol else "NULL"
    cls = c_string(class_name(origin(f.resource))) if f.resource else "NULL"
    match f.kind:
        case "method":
            return f"sb_py_member(_call, _args[0], {name})"
        case "constructor":
            return f"sb_py_provider(_call, &_host, {index}, {cls})"
        case "static":
            return f"sb_py_member(_call, sb_py_provider(_call, &_host, {index}, {cls}), {name})"
        case _:
            return f"sb_py_provider(_call, &_host, {index}, {name})"


def _drop(resource: ProvidedResource, types: Types) -> Iterator[Definition]:
    definition = resource.definition
    module = owner_of(definition)
    f, place = drop_function(definition), wit_place(module, drop_name(definition.name))
    glue = drop_glue(definition, SYMMETRIC, place)
    speller = _Speller(types, Subroutines(), Frame(where=c_string(place), place=place), "", raises=False)
    name = symbol(module, f.name)
    local, head = (core_head(of, glue.signature, named=True) for of in (_dropped(types, definition), name))
    yield Definition(f"static {local}", tuple(speller.block(glue.body)), place=place)
    call = f"{_dropped(types, definition)}({core_param(0)});"
    yield Definition(head, (call,), f"{head} SB_EXPORT({c_string(name)});", place=place)


def resource_tables(types: Types) -> Iterator[str]:
    """The operations tables of provided resources, and before them what they refer to; then what the glue asks for."""
    if not types.provided_resources:
        return
    yield "static sb_boxes _boxes;"
    rows = []
    for i, each in enumerate(types.provided_resources.values()):
        functions = [
            linkage
            for linkage in types.provided[each.provider].functions
            if is_method_of(linkage.declared, each.definition)
        ]
        methods = sorted(functions, key=lambda linkage: method_index(each.interface, linkage.declared))
        for linkage in methods:
            yield f"static {core_head(_local(linkage), linkage.signature)};"
        drop = _dropped(types, each.definition)
        yield f"static void {drop}(uint8_t *);"
        digest = [f"0x{byte:02x}" for byte in resource_hash(each.interface, each.definition)]
        table = f"_operations_{i}"
        yield "static const struct {"
        yield "  sb_operations head;"
        if methods:
            yield f"  sb_method methods[{len(methods)}];"
        yield f"}} {table} = {{"
        yield f"    {{sizeof {table}, {ABI_VERSION},"
        yield f"     {{{', '.join(digest[:16])},"
        yield f"      {', '.join(digest[16:])}}},"
        yield f'     "Python", {drop}}},'
        if methods:
            yield f"    {{{', '.join(f'(sb_method){_local(linkage)}' for linkage in methods)}}},"
        yield "};"
        cls = c_string(class_name(each.definition))
        rows.append(f"    {{&_boxes, &{table}.head, &_host, {each.provider}, {cls}}},")
    yield "static const sb_py_resources _resources[] = {"
    yield from rows
    yield "};"


def _dropped(types: Types, definition: TypeDef) -> str:
    return f"_drop_{types.provided_number(Handle(definition, owned=True))}"


def _local(each: Linkage) -> str:
    """A method under a name of the file's own: an exported symbol may be bound to another provider's."""
    return f"_local_{each.symbol}"


class _Speller(Speller):
    """Spells the body of one such function: Python is called where a component's user would be."""

    core: Core | None = None

    def __init__(self, types: Types, subroutines: Subroutines, frame: Frame, called: str, *, raises: bool) -> None:
        super().__init__(types, subroutines, frame)
        self.called, self.raises = called, raises

    def value_statement(self, s: ValueStmt) -> list[str]:
        match s:
            case CallUser():
                return self.call_python(s)
            case Destroy(_, _, value):
                of = self.resources(Handle(s.resource, owned=True))
                return [f"sb_py_dropped({self.expr(value)}, {of}, {self.frame.where});"]
            case _:
                return super().value_statement(s)

    def call_python(self, s: CallUser) -> list[str]:
        """Give the arguments to Python; the result is the call's as long as it lasts."""
        args = ", ".join(map(self.expr, s.args)) or "NULL"
        invoke = "sb_py_invoke_result" if self.raises else "sb_py_invoke"
        more = f", {OK}" if self.raises else ""
        found = f"PyObject *{s.var} = " if s.var else "(void)"
        # A method's first argument is the object that has it.
        passed, count = ("_args + 1", len(s.args) - 1) if "_args[0]" in self.called else ("_args", len(s.args))
        return [
            f"PyObject *_args[] = {{{args}}};",
            f"{found}{invoke}(_call, {self.called}, {passed}, {count}{more});",
        ]

    def box(self, value: str, of: str, how: str) -> str:
        return f"sb_py_box(_call, {value}, {of})"

    def leave(self, value: str) -> list[str]:
        assert self.core, "what is left with a value returns one"
        return [f"{declare(CORE[self.core], '_left')} = {value};", "sb_py_leave(_call, _visit);", "return _left;"]
