"""The C of what Python objects provide: the symbols of a component's imports, as a provider in C would define them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from symbuild.abi.convention import SYMMETRIC
from symbuild.abi.flatten import Core
from symbuild.abi.glue import export_glue
from symbuild.abi.nodes import CallUser, ValueStmt
from symbuild.abi.resources import handles_in
from symbuild.abi.symbols import Linkage, bound_functions, bound_keys, imports_of
from symbuild.abi.walk import Subroutines, Traits
from symbuild.bindings.c_family.core import CORE, c_string, declare
from symbuild.bindings.c_family.view import Definition, core_head, wit_place
from symbuild.bindings.python.speller import Frame, Speller
from symbuild.bindings.python.types import OK, Provided, Types, function_name, import_key
from symbuild.errors import InputError, close_matches
from symbuild.model.types import Sum, shape
from symbuild.model.world import World


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
        if import_key(each) in provided and any(handles_in(t) for t in each.declared.types):
            raise InputError(
                "an import with resources cannot be provided by Python objects yet",
                where=f"import {wit_place(each.module, each.function)}",
                help="have a component provide it",
            )


def provided_functions(types: Types, subroutines: Subroutines, traits: Traits) -> Iterator[Definition]:
    """The definitions of all imports that Python objects provide."""
    for i, provided in enumerate(types.provided):
        for each in provided.functions:
            yield _function(each, i, provided, types, subroutines, traits)


def _function(
    each: Linkage, index: int, provided: Provided, types: Types, subroutines: Subroutines, traits: Traits
) -> Definition:
    f, place = each.declared, wit_place(each.module, each.function)
    glue = export_glue(f, SYMMETRIC, traits, subroutines, place)
    result = shape(f.result) if f.result else None
    raises = isinstance(result, Sum) and result.sugar == "result"
    target = f"&_host, {index}, {c_string(function_name(each)) if provided.protocol else 'NULL'}"
    speller = _Speller(types, subroutines, Frame(where=c_string(place), place=place), target, raises=raises)
    speller.core = glue.signature.result
    lines = [
        "sb_py_call _call[1];",
        "sb_py_visit _visit[1];",
        f"sb_py_enter(_call, _visit, &_host, {c_string(place)});",
        *speller.block(glue.body),
        *([] if glue.signature.result else ["sb_py_leave(_call, _visit);"]),
    ]
    head = core_head(each.symbol, glue.signature, named=True)
    return Definition(head, tuple(lines), f"{head} SB_EXPORT({c_string(each.symbol)});", place=place)


class _Speller(Speller):
    """Spells the body of one such function: Python is called where a component's user would be."""

    core: Core | None = None

    def __init__(self, types: Types, subroutines: Subroutines, frame: Frame, target: str, *, raises: bool) -> None:
        super().__init__(types, subroutines, frame)
        self.target, self.raises = target, raises

    def value_statement(self, s: ValueStmt) -> list[str]:
        return self.call_python(s) if isinstance(s, CallUser) else super().value_statement(s)

    def call_python(self, s: CallUser) -> list[str]:
        """Give the arguments to Python; the result is the call's as long as it lasts."""
        args = ", ".join(map(self.expr, s.args)) or "NULL"
        invoke = "sb_py_invoke_result" if self.raises else "sb_py_invoke"
        more = f", {OK}" if self.raises else ""
        found = f"PyObject *{s.var} = " if s.var else "(void)"
        return [
            f"PyObject *_args[] = {{{args}}};",
            f"{found}{invoke}(_call, {self.target}, _args, {len(s.args)}{more});",
        ]

    def leave(self, value: str) -> list[str]:
        assert self.core, "what is left with a value returns one"
        return [f"{declare(CORE[self.core], '_left')} = {value};", "sb_py_leave(_call, _visit);", "return _left;"]
