"""The glue tree in C++: one piece of C++ a node, no decision about any of them.

Values destroy themselves, so an arena needs no end and ``Dispose`` no code. What writes a value is a template: a lent
value's C++ type differs from that of an owned one, its parts have the same names.
"""

from __future__ import annotations

from typing import assert_never

from symbuild.abi.layout import extent
from symbuild.abi.nodes import (
    ADDRESS,
    VALUE,
    Arg,
    Arm,
    Block,
    Branch,
    BranchArm,
    Buffer,
    CallCore,
    CallSubroutine,
    CallUser,
    CheckRange,
    CheckScalar,
    Coerce,
    Const,
    Dispose,
    Each,
    EachIn,
    EachOut,
    Encode,
    EndScratch,
    Expr,
    FromCore,
    Get,
    Let,
    Load,
    LoadValue,
    Make,
    Match,
    Mode,
    Receive,
    Release,
    Return,
    SeqCopy,
    SeqLength,
    SeqPointer,
    Stmt,
    Store,
    StoreValue,
    Subroutine,
    SubroutineBody,
    ToCore,
    Var,
)
from symbuild.abi.walk import Subroutines
from symbuild.abi.width import Width
from symbuild.bindings.c.speller import CORE, c_string, declare, indent, switch, width
from symbuild.bindings.casing import snake
from symbuild.bindings.cpp.names import Form, Names
from symbuild.bindings.cpp.signature import Signature
from symbuild.frozen import frozen
from symbuild.model.types import Bits, FixedSeq, Named, Product, Scalar, Seq, Sum, Text, Type, shape

ARENA = "_arena"


@frozen
class Frame:
    """The C++ function around a block of glue.

    ``args`` are the user's parameters as expressions; ``core`` the function at the ABI that is called; ``user`` the
    user's function that is called. ``where`` is the expression of a subroutine's caller for what traps report.
    """

    args: tuple[str, ...] = ()
    core: str = ""
    user: Signature | None = None
    where: str = "_where"


class Speller:
    """Spells blocks of glue for one world."""

    def __init__(self, names: Names, subroutines: Subroutines, frame: Frame) -> None:
        self.names = names
        self.subroutines = subroutines
        self.frame = frame

    # -- expressions ---------------------------------------------------------------------------------------------------
    def expr(self, e: Expr) -> str:
        """An expression that may stand anywhere an argument may."""
        match e:
            case Var(name):
                return name
            case Arg(index):
                return self.frame.args[index]
            case Const(value, core):
                return "nullptr" if core == "ptr" else str(value)
            case Load(access, address, offset):
                return f"sb_load_{access}({self.at(address, offset)})"
            case FromCore(t, value, where):
                return self.from_core(t, self.expr(value), self.where(where))
            case ToCore(t, value):
                return self.to_core(t, self.expr(value))
            case Coerce(source, target, value):
                return f"sb_{source}_as_{target}({self.expr(value)})"
            case Get(t, value, index):
                return self.get(t, self.expr(value), index)
            case SeqPointer(t, value, moved):
                return f"sb_lend({self.expr(value)}.{'leak' if moved else 'data'}(), {self.elem_align(t)})"
            case SeqLength(_, value):
                return f"{self.expr(value)}.size()"
            case SeqCopy(t, value):
                data = f"{self.expr(value)}.data()"
                size = f"{self.expr(value)}.size(), sizeof *{data}"
                return f"sb_copy({data}, {size}, {self.elem_align(t)}, {self.where(None)})"
            case unknown:
                assert_never(unknown)

    def moved(self, e: Expr) -> str:
        """An expression whose value is used for the last time."""
        return f"{self.names.std}::move({e.name})" if isinstance(e, Var) else self.expr(e)

    def at(self, address: Expr, offset: Width) -> str:
        """An address and an offset."""
        base = self.expr(address)
        return base if offset == Width(0, 0) else f"{base} + {width(offset)}"

    def from_core(self, t: Type, value: str, where: str) -> str:
        """A core value as the C++ value of a scalar, flags or enum."""
        match shape(t):
            case Scalar("bool"):
                return f"({value} != 0)"
            case Scalar("char"):
                return f"sb_char({value}, {where})"
            case Scalar("f32" | "f64"):
                return value
            case Sum(cases):
                return f"static_cast<{self.names.type(t)}>(sb_index({value}, {len(cases)}, {where}))"
            case _:
                return f"static_cast<{self.names.type(t)}>({value})"

    def to_core(self, t: Type, value: str) -> str:
        """The C++ value of a scalar, flags or enum as a core value."""
        match shape(t):
            case Scalar("f32" | "f64"):
                return value
            case Scalar("u64" | "s64"):
                return f"static_cast<int64_t>({value})"
            case _:
                return f"static_cast<int32_t>({value})"

    def get(self, t: Type, value: str, index: int) -> str:
        """A part of a value."""
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

    def elem_align(self, t: Type) -> str:
        """The alignment of a list's elements, as an expression."""
        match shape(t):
            case Seq(elem):
                return width(extent(elem, "pointer")[1])
            case _:
                return "1"

    def where(self, where: str | None) -> str:
        """What a trap reports, as an expression."""
        return self.frame.where if where is None else c_string(where)

    # -- statements ----------------------------------------------------------------------------------------------------
    def block(self, block: Block) -> list[str]:
        """The lines of a block."""
        return [line for statement in block for line in self.statement(statement)]

    def statement(self, s: Stmt) -> list[str]:
        """The lines of one statement."""
        match s:
            case Let(var, value, core):
                return [f"{declare(CORE[core], var)} = {self.expr(value)};"]
            case Store(access, address, offset, value):
                return [f"sb_store_{access}({self.at(address, offset)}, {self.expr(value)});"]
            case StoreValue(_, address, offset, value, given):
                verb = "give" if given else "lend"
                return [f"{self.names.wit}::{verb}({self.at(address, offset)}, {self.expr(value)});"]
            case LoadValue(var, t, address, offset):
                of = self.names.type(t)
                return [f"{of} {var} = {self.names.wit}::take<{of}>({self.at(address, offset)});"]
            case Make():
                return [self.make(s)]
            case Match():
                return self.match(s)
            case Branch():
                return self.branch(s)
            case Buffer():
                return [self.buffer(s)]
            case Encode():
                raise AssertionError("C++ holds strings in UTF-8")
            case EachOut():
                return self.each_out(s)
            case EachIn():
                return self.each_in(s)
            case Each(base, count, stride, slot, body):
                return self.loop(self.expr(base), self.expr(count), stride, slot, self.block(body))
            case Receive():
                return [self.receive(s)]
            case CheckRange(pointer, count, size, align, where):
                args = f"{self.expr(pointer)}, {self.expr(count)}, {width(size)}, {width(align)}, {self.where(where)}"
                return [f"sb_check_range({args});"]
            case CheckScalar():
                return [self.check_scalar(s)]
            case Release(pointer, count, _, _):
                return [f"sb_release({self.expr(pointer)}, {self.expr(count)});"]
            case Dispose() | EndScratch():
                return []
            case CallSubroutine():
                return [self.call_subroutine(s)]
            case CallCore(args, var, core):
                call = f"{self.frame.core}({', '.join(map(self.expr, args))});"
                return [f"{declare(CORE[core], var)} = {call}" if var and core else call]
            case CallUser(args, var):
                assert self.frame.user
                call = f"{self.frame.user.qualified}({', '.join(map(self.moved, args))});"
                return [f"auto {var} = {call}" if var else call]
            case Return(value):
                return [f"return {self.expr(value)};"] if value is not None else []
            case unknown:
                assert_never(unknown)

    def make(self, m: Make) -> str:
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

    def match(self, s: Match) -> list[str]:
        subject = self.expr(s.subject)
        arms = [self.arm(s, arm, subject) for arm in s.arms]
        lines = [f"{declare(CORE[core], name)};" for name, core in s.out]
        if s.type.sugar == "variant":
            # A variant whose assignment threw has no case.
            default = f'sb_trap_at({self.frame.where}, "variant without a value");'
            return [*lines, *switch(f"{subject}.variants.index()", arms, default)]
        first = "" if s.type.sugar == "result" else "!"
        return [*lines, f"if ({first}{subject}.has_value()) {{", *indent(arms[0]), "} else {", *indent(arms[1]), "}"]

    def arm(self, s: Match, arm: Arm, subject: str) -> list[str]:
        lines = [f"auto &{arm.bind} = {self.payload(s.type, arm.case, subject)};"] if arm.bind else []
        yields = [f"{name} = {self.expr(y)};" for (name, _), y in zip(s.out, arm.yields, strict=False)]
        return [*lines, *self.block(arm.body), *yields]

    def payload(self, t: Sum, case: int, subject: str) -> str:
        """The payload of the case a value is known to have."""
        match t.sugar:
            case "option":
                return f"*{subject}"
            case "result":
                return f"{subject}.error()" if case else f"*{subject}"
            case _:
                return f"{self.names.std}::get_if<{case}>(&{subject}.variants)->value"

    def branch(self, s: Branch) -> list[str]:
        where = self.where(s.where)
        if s.var is None and not any(arm.body for arm in s.arms):
            return [f"sb_index({self.expr(s.index)}, {len(s.arms)}, {where});"]
        arms = [self.branch_arm(s, arm) for arm in s.arms]
        choice = switch(self.expr(s.index), arms, f'sb_trap_at({where}, "case out of range");')
        if s.var is None:
            return choice
        # Not every type has a value to begin with, so it is made by a function of its own.
        of = self.names.type(s.named)
        return [f"auto {s.var} = [&]() -> {of} {{", f"  using _T = {of};", *indent(choice), "}();"]

    def branch_arm(self, s: Branch, arm: BranchArm) -> list[str]:
        lines = self.block(arm.body)
        if s.var is None:
            return lines
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
                made = f"_T{{_T::{case_struct}{{{payload}}}}}"
        return [*lines, f"return {made};"]

    def buffer(self, b: Buffer) -> str:
        count, size, align = self.expr(b.count), width(b.size), width(b.align)
        match b.life:
            case "frame":
                return f"alignas(8) uint8_t {b.var}[{size}];"
            case "static":
                return f"alignas(8) static uint8_t {b.var}[{size}];"
            case "given":
                return f"uint8_t *{b.var} = sb_alloc({count}, {size}, {align}, {self.frame.where});"
            case "scratch":
                return f"uint8_t *{b.var} = {ARENA}.room({count}, {size}, {align}, {self.frame.where});"

    def loop(self, base: str, count: str, stride: Width, slot: str, body: list[str]) -> list[str]:
        index = f"_i{slot.removeprefix('_at')}"
        step = f"uint8_t *{slot} = {base} + {index} * {width(stride)};"
        return [f"for (size_t {index} = 0; {index} < {count}; {index}++) {{", *indent([step, *body]), "}"]

    def each_out(self, s: EachOut) -> list[str]:
        value = self.expr(s.value)
        elem = f"auto &{s.elem} = {value}.data()[_i{s.slot.removeprefix('_at')}];"
        return self.loop(self.expr(s.base), f"{value}.size()", s.stride, s.slot, [elem, *self.block(s.body)])

    def each_in(self, s: EachIn) -> list[str]:
        view, count = s.mode == "view", self.expr(s.count)
        made = f"{s.var}_made" if view else s.var
        of = self.names.type(s.named)
        if view:
            of = f"{self.names.wit}::vector<{self.names.elem(s.type, 'viewed')}>"
        item = f"{made}.initialize(_i{s.slot.removeprefix('_at')}, {self.moved(s.item)});"
        return [
            f"auto {made} = {of}::allocate({count});",
            *self.loop(self.expr(s.base), count, s.stride, s.slot, [*self.block(s.body), item]),
            *([f"auto {s.var} = {ARENA}.keep({self.names.std}::move({made}));"] if view else []),
        ]

    def receive(self, s: Receive) -> str:
        pointer, count = self.expr(s.pointer), self.expr(s.count)
        elem = "char" if isinstance(s.type, Text) else self.names.elem(s.type, "owned")
        const = " const" if s.mode == "view" else ""
        if s.mode == "copy":
            pointer = f"sb_copy({pointer}, {count}, sizeof({elem}), alignof({elem}), {self.where(s.where)})"
        of = self.names.type(s.named, form_of(s.mode))
        return f"{of} {s.var}(reinterpret_cast<{elem}{const} *>({pointer}), {count});"

    def check_scalar(self, s: CheckScalar) -> str:
        place, where = self.at(s.address, s.offset), self.where(s.where)
        match shape(s.type):
            case Scalar("bool"):
                return f"sb_mend_bool({place});" if s.mend else f"sb_check_bool({place}, {where});"
            case Scalar():
                return f"sb_char(sb_load_{s.access}({place}), {where});"
            case Sum(cases):
                return f"sb_index(sb_load_{s.access}({place}), {len(cases)}, {where});"
            case other:
                raise AssertionError(f"every value of {other} is valid")

    # -- subroutines ---------------------------------------------------------------------------------------------------
    def call_subroutine(self, s: CallSubroutine) -> str:
        args = [self.at(s.address, s.offset)]
        if s.value is not None:
            args.append(self.expr(s.value))
        if self.subroutines.bodies[s.subroutine].uses_scratch:
            args.append(ARENA)
        args.append(self.where(s.where))
        call = f"{self.subroutine_name(s.subroutine)}({', '.join(args)});"
        return f"auto {s.var} = {call}" if s.var else call

    def subroutine_name(self, s: Subroutine) -> str:
        """``_view_ns_pkg_iface_type`` and the like."""
        verb = {
            "read": s.mode,
            "write": "give" if s.given else "lend",
            "check": "mend" if s.mode == "adopt" else "check",
        }
        return f"_{verb.get(s.verb, s.verb)}_{snake(s.type.owner)}_{snake(s.type.name)}"

    def subroutine_head(self, body: SubroutineBody) -> str:
        """The prototype of a subroutine's function."""
        s = body.subroutine
        value = [f"_Value &{VALUE}"] if s.verb == "write" else []
        arena = [f"{self.names.wit}::scratch &{ARENA}"] if body.uses_scratch else []
        params = ", ".join([f"uint8_t *{ADDRESS}", *value, *arena, "const char *_where"])
        of = self.names.type(Named(s.type), form_of(s.mode)) if s.verb == "read" else "void"
        template = "template <class _Value> " if s.verb == "write" else ""
        return f"{template}static {of} {self.subroutine_name(s)}({params})"


def form_of(mode: Mode) -> Form:
    """The form of a value received by ``mode``."""
    return "viewed" if mode == "view" else "owned"
