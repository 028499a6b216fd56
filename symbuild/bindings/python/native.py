"""The C file of the extension: a function for each that the component exports, and what the module is made of."""

from __future__ import annotations

from dataclasses import replace

from symbuild.abi.convention import SYMMETRIC
from symbuild.abi.glue import import_glue
from symbuild.abi.nodes import Return, Var
from symbuild.abi.symbols import Linkage, exports_of
from symbuild.abi.walk import Subroutines, Traits
from symbuild.bindings.c_family.core import c_string
from symbuild.bindings.c_family.view import Definition, core_head, subroutine_definitions, wit_place
from symbuild.bindings.python.buffers import returns_buffer
from symbuild.bindings.python.provided import provided_functions, resource_tables
from symbuild.bindings.python.shared import InterfaceTable, calls_of, offers, uses
from symbuild.bindings.python.speller import Frame, Speller
from symbuild.bindings.python.types import Types, function_name, identifier, is_method, is_number
from symbuild.errors import InputError
from symbuild.frozen import frozen
from symbuild.model.types import Named, Sum, shape

# Lists of numbers pass as a block; strings are asked for their UTF-8, and nothing else is the ABI's bytes.
TRAITS = Traits(is_number, utf8=False, views=False, moves=False)


@frozen
class NativeView:
    """What ``native.c.j2`` prints.

    ``cores`` are the component's functions, ``function_rows`` what the module has, and ``method_rows`` what the classes
    of resources are given. ``provided`` are the component's imports that Python objects provide, of which ``providers``
    has room, and ``resources`` the tables of the resources among them. ``offers`` are the interfaces that others may
    take, ``uses`` those taken of others, and ``calls`` the functions of these.
    """

    world: str
    cores: tuple[str, ...]
    subroutines: tuple[Definition, ...]
    functions: tuple[Definition, ...]
    function_rows: tuple[str, ...]
    method_rows: tuple[str, ...]
    provided: tuple[Definition, ...]
    providers: str
    resources: tuple[str, ...]
    offers: tuple[InterfaceTable, ...]
    uses: tuple[InterfaceTable, ...]
    calls: tuple[Definition, ...]

    @property
    def shares(self) -> bool:
        """Whether anything is offered or used."""
        return bool(self.offers or self.uses)


def native_view(types: Types, release_gil: frozenset[str]) -> NativeView:
    """The extension's source. ``release_gil``: functions that run without the interpreter's lock."""
    subroutines = Subroutines()
    functions = [_function(each, types, subroutines, release_gil) for each in types.exports]
    provided = tuple(provided_functions(types, subroutines, TRAITS))
    used = uses(types.world, types.packages)
    return NativeView(
        world=types.world.id,
        cores=tuple(f"extern {core_head(each.symbol, each.signature)};" for each in exports_of(types.world)),
        subroutines=subroutine_definitions(Speller(types, subroutines, Frame())),
        functions=tuple(functions),
        function_rows=tuple(_row(each, types) for each in types.exports if not is_method(each)),
        method_rows=tuple(_method_row(each, types) for each in types.exports if is_method(each)),
        provided=provided,
        providers=f"[{len(types.provided)}]",
        resources=tuple(resource_tables(types)),
        offers=offers(types.world),
        uses=used,
        calls=tuple(call for i, table in enumerate(used) for call in calls_of(i, table)),
    )


def require_exported(types: Types, option: str, named: frozenset[str]) -> None:
    """Raise InputError where an option names what the world does not export."""
    places = {wit_place(each.module, each.function) for each in types.exports}
    for unknown in sorted(named - places - {"*"}):
        raise InputError(
            f"`{option} {unknown}`: the world exports no such function",
            help=f"name one of {', '.join(sorted(places))}, or `*` for all",
        )


def exposed_name(linkage: Linkage, types: Types) -> str:
    """A function's name in the extension: the user's, behind that of its interface."""
    if linkage.declared.resource:
        return f"{types.qualified(linkage.declared.resource)}.{function_name(linkage)}"
    namespace = next((n.name for n in types.namespaces if linkage in n.functions), None)
    return f"{namespace}.{function_name(linkage)}" if namespace else function_name(linkage)


def argument_names(linkage: Linkage) -> tuple[str, ...]:
    """What a function's arguments are called, the object of a method apart."""
    return tuple(identifier(p.name) for p in linkage.declared.params[is_method(linkage) :])


def _function(each: Linkage, types: Types, subroutines: Subroutines, release_gil: frozenset[str]) -> Definition:
    place, f = wit_place(each.module, each.function), each.declared
    result = shape(f.result) if f.result else None
    raises = isinstance(result, Sum) and result.sugar == "result"
    if raises:
        # Read here and not in a subroutine: an error is raised, so there is no value of the type.
        f = replace(f, result=result)
    # Numbers that are moved are adopted as the block that they are, and not copied.
    traits = replace(TRAITS, moves=True) if returns_buffer(types, each) else TRAITS
    glue = import_glue(f, SYMMETRIC, traits, subroutines, place)
    left = glue.body[-1]
    assert isinstance(left, Return)
    frame = Frame(
        core=each.symbol,
        params=each.signature.params,
        is_method=is_method(each),
        releases=not release_gil.isdisjoint((place, "*")),
        raises=left.value.name if raises and isinstance(left.value, Var) else None,
        gives=bool(each.passing.moves),
        where=c_string(place),
        place=place,
    )
    begin, owner = ("sb_py_begin_method", "_self") if frame.is_method else ("sb_py_begin", "_module")
    count = len(argument_names(each))
    lines = [
        "sb_py_call _call[1];",
        *([] if count else ["(void)_args;"]),
        f"if (!{begin}(_call, {owner}, {c_string(place)}, _count, {count})) return NULL;",
        *Speller(types, subroutines, frame).block(glue.body),
        *([] if f.result else ["return sb_py_end(_call, sb_py_from_none(_call));"]),
    ]
    head = f"static PyObject *{_c_name(each)}(PyObject *{owner}, PyObject *const *_args, Py_ssize_t _count)"
    return Definition(head, tuple(lines), place=place)


def _c_name(each: Linkage) -> str:
    return f"_call_{each.symbol}"


def _row(each: Linkage, types: Types) -> str:
    return f"{_definition(each, exposed_name(each, types), '$module')},"


def _method_row(each: Linkage, types: Types) -> str:
    assert each.declared.resource is not None
    number = types.number(Named(each.declared.resource))
    return f"{{{number}, {_definition(each, function_name(each), '$self')}}},"


def _definition(each: Linkage, name: str, owner: str) -> str:
    """A function's PyMethodDef. Its docstring begins with the signature, as `inspect` reads it."""
    params = ", ".join([owner, *argument_names(each), "/"])
    docs = c_string(f"{function_name(each)}({params})\\n--\\n\\n")
    return f"{{{c_string(name)}, (PyCFunction)(void (*)(void)){_c_name(each)}, METH_FASTCALL, {docs}}}"
