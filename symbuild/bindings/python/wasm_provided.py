"""What Python objects provide to a component on wasm: functions that wasmtime calls, by the Canonical ABI."""

from __future__ import annotations

from collections.abc import Iterator

from symbuild.abi.convention import CANONICAL_IMPORT
from symbuild.abi.glue import core_param, export_glue
from symbuild.abi.layout import extent
from symbuild.abi.mangle import drop_name, import_name
from symbuild.abi.nodes import CallUser, Expr, Return, Stmt, Var
from symbuild.abi.resources import holds_own
from symbuild.abi.symbols import Linkage
from symbuild.abi.walk import Subroutines
from symbuild.abi.width import Width
from symbuild.bindings.c_family.view import wit_place
from symbuild.bindings.python.native import TRAITS
from symbuild.bindings.python.shared import owner_of
from symbuild.bindings.python.types import Provided, Types, class_name, function_name
from symbuild.bindings.python.wasm_speller import POINTER, Frame, WasmSpeller, indent
from symbuild.model.types import Sum, origin, shape


def provided_functions(types: Types, subroutines: Subroutines) -> Iterator[tuple[str, ...]]:
    """A function of Python for each core import that objects provide."""
    for i, provided in enumerate(types.provided):
        for each in provided.functions:
            yield tuple(_function(each, i, provided, types, subroutines))
    for i, definition in enumerate(types.provided_resources):
        module, name = import_name(owner_of(definition), drop_name(definition.name))
        yield (f'@_provides("{module}", "{name}", "i32")', f"def _drop_{i}(_p0):", f"    _dropped({i}, _p0)")


def resource_rows(types: Types) -> Iterator[str]:
    """What the runtime knows each provided resource by, its provider, and the name of its objects' class there."""
    for definition, each in types.provided_resources.items():
        yield f'(("{owner_of(definition)}", "{definition.name}"), {each.provider}, "{class_name(definition)}"),'


def _function(each: Linkage, index: int, provided: Provided, types: Types, subroutines: Subroutines) -> Iterator[str]:
    f, place = each.declared, wit_place(each.module, each.function)
    glue = export_glue(f, CANONICAL_IMPORT, TRAITS, subroutines, place)
    result = shape(f.result) if f.result else None
    is_result = isinstance(result, Sum) and result.sugar == "result"
    params = [core_param(i) for i in range(len(glue.signature.params))]
    gives = f.result is not None and holds_own(f.result)
    speller = _Speller(types, params, _callable(each, index, provided), is_result=is_result, gives=gives)
    body = speller.block(glue.body)
    if speller.area:
        assert f.result
        size, align = extent(f.result, "index")
        room = f"_out = room(1, {size.at(POINTER)}, {align.at(POINTER)})"
        body = [room, *body, f"_component.hand_over(_out, {speller.area}, _where)"]
        body += ["_call.made()"] if gives else []
    body = ["_m = _component.memory()", *body]
    if gives:
        body = ["with Handles(_component, _where) as _call:", *indent(body)]
    module, name = import_name(each.module, each.function)
    yield f'@_provides("{module}", "{name}", "{" ".join(glue.signature.params)}")'
    yield f"def _provided_{index}_{provided.functions.index(each)}({', '.join(params)}):"
    yield from indent([f'_where = "{place}"', *body])


def _callable(each: Linkage, index: int, provided: Provided) -> str:
    """What is called: a function or class of the provider, a function of the class, or (a name alone) a method."""
    f = each.declared
    cls = f'"{class_name(origin(f.resource))}"' if f.resource else ""
    match f.kind:
        case "method":
            return f".{function_name(each)}"
        case "constructor":
            return f"_of({index}, _where, {cls})"
        case "static":
            return f'_of({index}, _where, {cls}, "{function_name(each)}")'
        case _:
            return f'_of({index}, _where, "{function_name(each)}")' if provided.protocol else f"_of({index}, _where)"


class _Speller(WasmSpeller):
    """Spells the body of one such function: Python is called where a component's user would be."""

    def __init__(self, types: Types, params: list[str], called: str, *, is_result: bool, gives: bool) -> None:
        super().__init__(types, Frame())
        self.params, self.called = params, called
        self.is_result, self.gives = is_result, gives
        self.area = ""

    def place(self, address: Expr, offset: Width) -> tuple[str, str]:
        """The component's room for the result is written when all of it is converted."""
        if isinstance(address, Var) and address.name in self.params:
            self.area = address.name
            self._places[self.area] = ("_out", "0")
        return super().place(address, offset)

    def statement(self, s: Stmt) -> list[str]:
        match s:
            case CallUser():
                call = self.call_python([self.expr(arg) for arg in s.args])
                return [f"{s.var} = {call}" if s.var else call]
            case Return(value) if value is not None and self.gives:
                return [f"_left = {self.expr(value)}", "_call.made()", "return _left"]
            case _:
                return super().statement(s)

    def call_python(self, args: list[str]) -> str:
        """Call what provides the function; a method's object is its first argument."""
        called = self.called
        if called.startswith("."):
            called, args = f"{args[0]}{called}", args[1:]
        return f"_result_of({', '.join([called, *args])})" if self.is_result else f"{called}({', '.join(args)})"
