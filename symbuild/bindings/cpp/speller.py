"""The glue tree in C++: one piece of C++ a node, no decision about any of them.

Values destroy themselves, so an arena needs no end and ``Dispose`` no code. What writes a value is a template: a lent
value's C++ type differs from that of an owned one, its parts have the same names.
"""

from __future__ import annotations

from symbuild.abi.layout import extent
from symbuild.abi.nodes import (
    VALUE,
    Branch,
    BranchArm,
    CallUser,
    Destroy,
    Dispose,
    EachIn,
    EachOut,
    Encode,
    Expr,
    Forward,
    FromHandle,
    LoadValue,
    Make,
    Mode,
    Receive,
    StoreValue,
    Subroutine,
    SubroutineBody,
    ToHandle,
    Var,
)
from symbuild.abi.walk import Subroutines
from symbuild.bindings.c_family.core import indent, index_of, switch, width
from symbuild.bindings.c_family.speller import FamilySpeller
from symbuild.bindings.casing import snake
from symbuild.bindings.cpp.names import Form, Names
from symbuild.bindings.cpp.signature import Signature
from symbuild.frozen import frozen
from symbuild.model.types import Bits, FixedSeq, Handle, Named, Product, Seq, Sum, Text, Type, TypeDef, origin, shape
from symbuild.model.world import is_exported

ARENA = "_arena"


@frozen
class Frame:
    """The C++ function around a block of glue.

    ``args`` are the user's parameters as expressions; ``core`` the function at the ABI that is called; ``user`` the
    user's function that is called; ``method`` the method's number in the operations table, ``foreign`` the function
    that calls another maker's. ``where`` is the expression of a subroutine's caller for what traps report.
    ``constructs``: the function is a constructor.
    """

    args: tuple[str, ...] = ()
    core: str = ""
    user: Signature | None = None
    method: int = 0
    foreign: str = ""
    where: str = "_where"
    arena: str = ARENA
    constructs: bool = False


class Speller(FamilySpeller):
    """Spells blocks of glue for one world."""

    names: Names
    frame: Frame
    null = "nullptr"

    def __init__(self, names: Names, subroutines: Subroutines, frame: Frame) -> None:
        self.names = names
        self.subroutines = subroutines
        self.frame = frame

    # -- expressions ---------------------------------------------------------------------------------------------------
    def moved(self, e: Expr) -> str:
        """An expression whose value is used for the last time."""
        return f"{self.names.std}::move({e.name})" if isinstance(e, Var) else self.expr(e)

    def cast(self, target: str, value: str) -> str:
        return f"static_cast<{target}>({value})"

    def get(self, t: Type, value: str, index: int) -> str:
        match shape(t):
            case Product(_, "tuple"):
                return f"{self.names.std}::get<{index}>({value})"
            case Product():
                return f"{value}.{self.names.member(t, index)}"
            case FixedSeq():
                return f"{value}[{index}]"
            case Bits(labels) if len(labels) > 64:
                return f"static_cast<int32_t>({value}.words[{index}])"
            case Bits():
                return f"static_cast<int32_t>(static_cast<uint64_t>({value}) >> {32 * index})"
            case other:
                raise AssertionError(f"no part {index} in {other}")

    # -- handles -------------------------------------------------------------------------------------------------------
    def from_handle(self, e: FromHandle) -> str:
        resource, wit = resource_of(e.type), self.names.wit
        match e.role:
            case "object" | "rep":
                return f"*{self.object(e)}"
            case "own" if is_exported(resource):
                return f"{wit}::exported::own({self.object(e)}, {self.received_handle(e)})"
            case "own":
                handle = f"{wit}::handle_of({self.received_handle(e)})"
                return f"{self.names.class_of(resource)}({wit}::ResourceImportBase({handle}))"
            case "borrow":
                keep = "borrowed" if e.drops else "lent"
                return f"{self.frame.arena}.{keep}<{self.names.class_of(resource)}>({self.received_handle(e)})"

    def received_handle(self, e: FromHandle) -> str:
        """The handle as an address; who makes the object of one of the component's own checks that it has it."""
        value = self.expr(e.value)
        match e.check:
            case "none":
                # Of the host's, a number.
                return f"{self.names.wit}::core_handle({value})"
            case "null":
                return f"sb_handle({value}, {self.where(e.where)})"
            case "maker":
                return value

    def object(self, e: FromHandle) -> str:
        """The address of the object behind a handle of the component's own resource."""
        resource, handle = resource_of(e.type), self.received_handle(e)
        if e.role == "rep":
            return f"reinterpret_cast<{self.names.class_of(resource)} *>({handle})"
        return f"{self.names.private('object', resource)}({handle}, {self.where(e.where)})"

    def own_handle(self, resource: TypeDef, handle: str, where: str) -> str:
        # What makes the object of it checks it, where the host does not.
        return f"{self.names.private('object', resource)}({handle}, {where})"

    def to_handle(self, e: ToHandle) -> str:
        core = f"{self.names.wit}::{'give' if e.role == 'own' else 'lend'}_handle({self.expr(e.value)})"
        return core if e.core == "ptr" else f"{self.names.wit}::handle_of({core})"

    def operations(self, resource: TypeDef) -> str:
        return f"&{self.names.private('operations', resource)}.head"

    def forward(self, s: Forward) -> list[str]:
        if s.function.kind != "method":
            return super().forward(s)
        call = f"{self.frame.foreign}({', '.join(map(self.expr, s.args))});"
        leave = f"return {call}" if s.core else f"{{ {call} return; }}"
        # On wasm the host knows whose handle it is.
        return ["#ifndef __wasm__", f"if (!{self.is_own(s)}) {leave}", "#endif"]

    def destroy(self, s: Destroy) -> list[str]:
        of, value = self.names.class_of(s.resource), self.expr(s.value)
        ends = f"{self.names.wit}::exported"
        if s.role == "own":
            return [f"{ends}::end<{of}>(&_boxes, {value});"]
        object_ = f"reinterpret_cast<{of} *>({self.names.wit}::core_handle({value}))"
        return [f"{ends}::end({object_});"]

    def elements(self, value: str, *, moved: bool = False) -> str:
        return f"{value}.{'leak' if moved else 'data'}()"

    def length(self, value: str) -> str:
        return f"{value}.size()"

    def elem_align(self, t: Type) -> str:
        match shape(t):
            case Seq(elem):
                return width(extent(elem, "pointer")[1])
            case _:
                return "1"

    # -- statements ----------------------------------------------------------------------------------------------------
    def store_value(self, s: StoreValue) -> list[str]:
        verb = "give" if s.given else "lend"
        return [f"{self.names.wit}::{verb}({self.at(s.address, s.offset)}, {self.expr(s.value)});"]

    def load_value(self, s: LoadValue) -> list[str]:
        of = self.names.type(s.type)
        return [f"{of} {s.var} = {self.names.wit}::take<{of}>({self.at(s.address, s.offset)});"]

    def make(self, m: Make) -> list[str]:
        return [self.made(m)]

    def made(self, m: Make) -> str:
        """The declaration of a value made of its parts."""
        of, values = self.names.type(m.type, form_of(m.mode)), ", ".join(map(self.moved, m.parts))
        match shape(m.type):
            case Product(_, "tuple" | "entry"):
                return f"{of} {m.var}({values});" if m.parts else f"{of} {m.var};"
            case FixedSeq():
                return f"{of} {m.var}{{{{{values}}}}};"
            case Bits(labels) if len(labels) <= 64:
                low, high = (f"static_cast<uint32_t>({self.expr(p)})" for p in m.parts)
                return f"{of} {m.var} = static_cast<{of}>(static_cast<uint64_t>({high}) << 32 | {low});"
            case Bits():
                words = ", ".join(f"static_cast<uint32_t>({self.expr(p)})" for p in m.parts)
                return f"{of} {m.var} = {{{{{words}}}}};"
            case _:
                return f"{of} {m.var}{{{values}}};"

    def choose(self, t: Sum, subject: str, arms: list[list[str]]) -> list[str]:
        if t.sugar == "variant":
            # A variant whose assignment threw has no case.
            default = f'sb_trap_at({self.frame.where}, "variant without a value");'
            return switch(f"{subject}.variants.index()", arms, default)
        first = "" if t.sugar == "result" else "!"
        return [f"if ({first}{subject}.has_value()) {{", *indent(arms[0]), "} else {", *indent(arms[1]), "}"]

    def refer(self, t: Type, name: str) -> str:
        # By its own type: that of a lent value is not what the list or variant of owned ones has.
        return f"auto &{name}"

    def payload(self, t: Sum, case: int, subject: str) -> str:
        match t.sugar:
            case "option":
                return f"*{subject}"
            case "result":
                return f"{subject}.error()" if case else f"*{subject}"
            case _:
                return f"{self.names.std}::get_if<{case}>(&{subject}.variants)->value"

    def bind_found(self, s: Branch, choice: list[str]) -> list[str]:
        # Not every type has a value to begin with, so it is made by a function of its own.
        of = self.names.type(s.named)
        return [f"auto {s.var} = [&]() -> {of} {{", f"  using _T = {of};", *indent(choice), "}();"]

    def case_found(self, s: Branch, arm: BranchArm) -> list[str]:
        std = self.names.std
        payload = self.moved(arm.payload) if arm.payload is not None else ""
        match s.type.sugar:
            case "option":
                made = f"_T({std}::in_place, {payload})" if arm.case else "_T()"
            case "result" if arm.case:
                error = s.type.cases[1].type
                of = self.names.type(error) if error else f"{self.names.wit}::Void"
                made = f"_T({std}::unexpected<{of}>({payload or of + '()'}))"
            case "result":
                made = f"_T({payload})"
            case _:
                assert isinstance(s.named, Named)
                case_struct = self.names.case(s.named.definition.name, s.type.cases[arm.case].name)
                # Told which case it is, std::variant need not search for it, which g++ takes cubic time for.
                which = f"decltype(_T::variants)({std}::in_place_index<{arm.case}>, _T::{case_struct}{{{payload}}})"
                made = f"_T{{{which}}}"
        return [f"return {made};"]

    def area(self, *, static: bool) -> str:
        return "alignas(8) static" if static else "alignas(8)"

    def arena_room(self, args: str) -> str:
        return f"{self.frame.arena}.room({args})"

    def encode(self, s: Encode) -> list[str]:
        raise AssertionError("C++ holds strings in UTF-8")

    def each_out(self, s: EachOut) -> list[str]:
        if s.block is None:
            return super().each_out(s)
        value, room = self.expr(s.value), f"{width(s.block.size)}, {width(s.block.align)}"
        source = f"{s.block.var}_from"
        elem = f"auto &&{s.elem} = {source}.take({index_of(s.slot)});"
        return [
            f"auto {source} = {self.names.wit}::hand_over<{room}>({value}, {self.frame.where});",
            f"uint8_t *{s.block.var} = {source}.block();",
            *self.loop(self.expr(s.base), self.length(value), s.stride, s.slot, [elem, *self.block(s.body)]),
        ]

    def each_in(self, s: EachIn) -> list[str]:
        base, count, of = self.expr(s.base), self.expr(s.count), self.names.type(s.named)
        made, end = f"{s.var}_made", []
        if s.release:
            room = f"{width(s.release.size)}, {width(s.release.align)}"
            start = f"{self.names.wit}::incoming<{of}, {room}> {made}({base}, {count});"
            end.append(f"auto {s.var} = {made}.finish();")
        elif s.mode == "view":
            start = f"auto {made} = {self.names.wit}::vector<{self.names.elem(s.type, 'viewed')}>::allocate({count});"
            end.append(f"auto {s.var} = {self.frame.arena}.keep({self.names.std}::move({made}));")
        else:
            made = s.var
            start = f"auto {made} = {of}::allocate({count});"
        item = f"{made}.initialize({index_of(s.slot)}, {self.moved(s.item)});"
        return [start, *self.loop(base, count, s.stride, s.slot, [*self.block(s.body), item]), *end]

    def receive(self, s: Receive) -> list[str]:
        pointer, count = self.expr(s.pointer), self.expr(s.count)
        elem = "char" if isinstance(s.type, Text) else self.names.elem(s.type, "owned")
        const = " const" if s.mode == "view" else ""
        if s.mode == "copy":
            pointer = f"sb_copy({pointer}, {count}, sizeof({elem}), alignof({elem}), {self.where(s.where)})"
        of = self.names.type(s.named, form_of(s.mode))
        return [f"{of} {s.var}(reinterpret_cast<{elem}{const} *>({pointer}), {count});"]

    def dispose(self, s: Dispose) -> list[str]:
        return []

    def end_scratch(self) -> list[str]:
        return []

    def call_user(self, s: CallUser) -> list[str]:
        user, args = self.frame.user, list(s.args)
        assert user
        called = user.qualified
        if user.member_of and not user.is_static:
            self_ = args.pop(0)
            assert isinstance(self_, FromHandle)
            called = f"{self.object(self_)}->{user.name}"
        call = f"{called}({', '.join(map(self.moved, args))});"
        return [f"auto {s.var} = {call}" if s.var else call]

    def leave(self, value: str) -> list[str]:
        return [f"*this = {value};" if self.frame.constructs else f"return {value};"]

    # -- subroutines ---------------------------------------------------------------------------------------------------
    def by_reference(self, value: str) -> str:
        return value

    def owner(self, owner: str) -> str:
        return snake(owner)

    def returned(self, s: Subroutine) -> str:
        return self.names.type(Named(s.type), form_of(s.mode))

    def received(self, s: Subroutine) -> str:
        return "auto"

    def value_parameter(self, s: Subroutine) -> str:
        return f"_Value &{VALUE}"

    def arena_parameter(self) -> str:
        return f"{self.names.wit}::scratch &{ARENA}"

    def subroutine_head(self, body: SubroutineBody) -> str:
        template = "template <class _Value> " if body.subroutine.verb == "write" else ""
        return f"{template}{super().subroutine_head(body)}"


def form_of(mode: Mode) -> Form:
    """The form of a value received by ``mode``."""
    return "viewed" if mode == "view" else "owned"


def resource_of(t: Type) -> TypeDef:
    """The definition of a handle's resource."""
    handle = shape(t)
    assert isinstance(handle, Handle)
    return origin(handle.resource)
