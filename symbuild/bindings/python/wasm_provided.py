"""What Python objects provide to a component on wasm: functions that wasmtime calls, by the Canonical ABI."""

from __future__ import annotations

from collections.abc import Iterator

from symbuild.abi.convention import CANONICAL_IMPORT
from symbuild.abi.glue import core_param, export_glue
from symbuild.abi.layout import extent
from symbuild.abi.mangle import import_name
from symbuild.abi.nodes import CallUser, Expr, Stmt, Var
from symbuild.abi.symbols import Linkage
from symbuild.abi.walk import Subroutines
from symbuild.abi.width import Width
from symbuild.bindings.c_family.view import wit_place
from symbuild.bindings.python.native import TRAITS
from symbuild.bindings.python.types import Provided, Types, function_name
from symbuild.bindings.python.wasm_speller import POINTER, Frame, WasmSpeller, indent
from symbuild.model.types import Sum, shape


def provided_functions(types: Types, subroutines: Subroutines) -> Iterator[tuple[str, ...]]:
    """A function of Python for each core import that objects provide."""
    for i, provided in enumerate(types.provided):
        for each in provided.functions:
            yield tuple(_function(each, i, provided, types, subroutines))


def _function(each: Linkage, index: int, provided: Provided, types: Types, subroutines: Subroutines) -> Iterator[str]:
    f, place = each.declared, wit_place(each.module, each.function)
    glue = export_glue(f, CANONICAL_IMPORT, TRAITS, subroutines, place)
    result = shape(f.result) if f.result else None
    target = f'{index}, "{function_name(each)}"' if provided.protocol else f"{index}, None"
    is_result = isinstance(result, Sum) and result.sugar == "result"
    params = [core_param(i) for i in range(len(glue.signature.params))]
    speller = _Speller(types, params, f"{'_invoke_result' if is_result else '_invoke'}({target}")
    body = speller.block(glue.body)
    if speller.area:
        assert f.result
        size, align = extent(f.result, "index")
        room = f"_out = room(1, {size.at(POINTER)}, {align.at(POINTER)})"
        body = [room, *body, f"_component.hand_over(_out, {speller.area}, _where)"]
    module, name = import_name(each.module, each.function)
    yield f'@_provides("{module}", "{name}", "{" ".join(glue.signature.params)}")'
    yield f"def _provided_{index}_{provided.functions.index(each)}({', '.join(params)}):"
    yield from indent([f'_where = "{place}"', "_m = _component.memory()", *body])


class _Speller(WasmSpeller):
    """Spells the body of one such function: Python is called where a component's user would be."""

    def __init__(self, types: Types, params: list[str], invoke: str) -> None:
        super().__init__(types, Frame())
        self.params, self.invoke = params, invoke
        self.area = ""

    def place(self, address: Expr, offset: Width) -> tuple[str, str]:
        """The component's room for the result is written when all of it is converted."""
        if isinstance(address, Var) and address.name in self.params:
            self.area = address.name
            self._places[self.area] = ("_out", "0")
        return super().place(address, offset)

    def statement(self, s: Stmt) -> list[str]:
        if isinstance(s, CallUser):
            call = f"{self.invoke}, _where{''.join(f', {self.expr(arg)}' for arg in s.args)})"
            return [f"{s.var} = {call}" if s.var else call]
        return super().statement(s)
