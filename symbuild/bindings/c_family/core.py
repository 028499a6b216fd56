"""The glue tree in C where no value of a language is in sight: core values, memory and calls at the ABI.

Bindings of C and C++ are spelled on top of it (``speller.py``), and so is what sends messages.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import ClassVar, Protocol

from symbuild.abi.convention import SYMMETRIC
from symbuild.abi.flatten import core_signature
from symbuild.abi.nodes import (
    ADDRESS,
    Block,
    Branch,
    BranchArm,
    Buffer,
    CallCore,
    CallSubroutine,
    CheckRange,
    CheckScalar,
    Coerce,
    Const,
    Each,
    Expr,
    Forward,
    FromCore,
    Let,
    Load,
    MessageExpr,
    MessageStmt,
    Release,
    Return,
    Stmt,
    Store,
    Subroutine,
    SubroutineBody,
    ToCore,
    ValueExpr,
    ValueStmt,
    Var,
)
from symbuild.abi.walk import Subroutines
from symbuild.abi.width import Width
from symbuild.bindings.casing import snake
from symbuild.model.types import Scalar, Sum, Type, TypeDef, shape

CORE = {"i32": "int32_t", "i64": "int64_t", "f32": "float", "f64": "double", "ptr": "uint8_t *", "len": "size_t"}


class CoreFrame(Protocol):
    """The function around a block of glue.

    ``core`` is the function at the ABI that is called; ``method`` the method's number in the operations table;
    ``where`` the expression of a subroutine's caller for what traps report.
    """

    @property
    def core(self) -> str: ...
    @property
    def method(self) -> int: ...
    @property
    def where(self) -> str: ...


class CoreSpeller(ABC):
    """Spells blocks of glue for one world. What it is derived to sets the first two attributes, and spells either what
    is of a language's values or what is of messages: no block has both.
    """

    subroutines: Subroutines
    frame: CoreFrame
    null: ClassVar[str]

    # -- expressions ---------------------------------------------------------------------------------------------------
    def expr(self, e: Expr) -> str:
        """An expression that may stand anywhere an argument may."""
        match e:
            case Var(name):
                return self.var(name)
            case Const(value, core):
                return self.null if core == "ptr" else str(value)
            case Load(access, address, offset):
                return f"sb_load_{access}({self.at(address, offset)})"
            case FromCore(t, value, where):
                return self.from_core(t, self.expr(value), self.where(where))
            case ToCore(t, value):
                return self.to_core(t, self.expr(value))
            case Coerce(source, target, value):
                return f"sb_{source}_as_{target}({self.expr(value)})"
            case _:
                return self.message_expr(e) if isinstance(e, MessageExpr) else self.value_expr(e)

    def value_expr(self, e: ValueExpr) -> str:
        """An expression of a language's values."""
        raise AssertionError("a message holds no language's values")

    def message_expr(self, e: MessageExpr) -> str:
        """An expression of messages."""
        raise AssertionError("proxies send messages, bindings call functions")

    def var(self, name: str) -> str:
        """A value that was bound before."""
        return name

    def at(self, address: Expr, offset: Width) -> str:
        """An address and an offset."""
        base = self.expr(address)
        return base if offset == Width(0, 0) else f"{base} + {width(offset)}"

    @abstractmethod
    def from_core(self, t: Type, value: str, where: str) -> str:
        """A core value as the value of a scalar, flags, enum or handle."""

    @abstractmethod
    def to_core(self, t: Type, value: str) -> str:
        """The value of a scalar, flags, enum or handle as a core value."""

    @abstractmethod
    def operations(self, resource: TypeDef) -> str:
        """The address of the operations table of the component's own resource."""

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
            case Branch():
                return self.branch(s)
            case Buffer():
                return self.buffer(s)
            case Each():
                return self.each(s)
            case CheckRange(pointer, count, size, align, where):
                args = f"{self.expr(pointer)}, {self.expr(count)}, {width(size)}, {width(align)}, {self.where(where)}"
                return [f"sb_check_range({args});"]
            case CheckScalar():
                return [self.check_scalar(s)]
            case Forward():
                return self.forward(s)
            case Release(pointer, count, _, _):
                return [f"sb_release({self.expr(pointer)}, {self.expr(count)});"]
            case CallSubroutine():
                return [self.call_subroutine(s)]
            case CallCore(args, var, core):
                call = f"{self.frame.core}({', '.join(map(self.expr, args))});"
                return [f"{declare(CORE[core], var)} = {call}" if var and core else call]
            case Return(value):
                return [] if value is None else self.leave(self.expr(value))
            case _:
                return self.message_statement(s) if isinstance(s, MessageStmt) else self.value_statement(s)

    def value_statement(self, s: ValueStmt) -> list[str]:
        """The lines of a statement about a language's values."""
        raise AssertionError("a message holds no language's values")

    def message_statement(self, s: MessageStmt) -> list[str]:
        """The lines of a statement about messages."""
        raise AssertionError("proxies send messages, bindings call functions")

    @abstractmethod
    def buffer(self, b: Buffer) -> list[str]:
        """Room of the ABI's."""

    @abstractmethod
    def leave(self, value: str) -> list[str]:
        """Leave with a value."""

    def branch(self, s: Branch) -> list[str]:
        """A choice by a discriminant, whose arms set the variables of ``out``."""
        index, where = self.expr(s.index), self.where(s.where)
        if s.var is None and not s.out and not any(arm.body for arm in s.arms):
            return [f"sb_index({index}, {len(s.arms)}, {where});"]
        arms = [self.branch_arm(s, arm) for arm in s.arms]
        choice = switch(index, arms, f'sb_trap_at({where}, "case out of range");')
        return [*(f"{declare(CORE[core], name)};" for name, core in s.out), *choice]

    def branch_arm(self, s: Branch, arm: BranchArm) -> list[str]:
        """What is done in one case of a branch."""
        yields = [f"{name} = {self.expr(y)};" for (name, _), y in zip(s.out, arm.yields, strict=True)]
        return [*self.block(arm.body), *yields]

    def each(self, s: Each) -> list[str]:
        """For each slot in memory, run the body."""
        body = self.block(s.body)
        if s.beside:
            slot, base = s.beside
            body = [f"uint8_t *{slot} = {self.expr(base)} + {index_of(s.slot)} * {width(s.stride)};", *body]
        return self.loop(self.expr(s.base), self.expr(s.count), s.stride, s.slot, body)

    def loop(self, base: str, count: str, stride: Width, slot: str, body: list[str]) -> list[str]:
        """For each slot in memory, run the body."""
        index = index_of(slot)
        step = f"uint8_t *{slot} = {base} + {index} * {width(stride)};"
        return [f"for (size_t {index} = 0; {index} < {count}; {index}++) {{", *indent([step, *body]), "}"]

    def check_scalar(self, s: CheckScalar) -> str:
        """Trap on a scalar in memory that is none."""
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

    def forward(self, s: Forward) -> list[str]:
        """Leave a call on a handle of another maker to that maker."""
        return [f"if (!{self.is_own(s)}) {{", *indent(self.forwarded(s)), "}"]

    def is_own(self, s: Forward) -> str:
        """Whether the component made the handle."""
        match s:
            case Forward(_, resource, handle, _, _, _):
                return f"sb_is_own({self.expr(handle)}, {self.operations(resource)})"

    def forwarded(self, s: Forward) -> list[str]:
        """The call of another maker's code."""
        match s:
            case Forward(function, resource, self_, args, core, where):
                handle, table = self.expr(self_), self.operations(resource)
        maker, passed = f"sb_foreign({handle}, {table}, {self.where(where)})", ", ".join(map(self.expr, args))
        if function.kind == "method":
            signature = core_signature(function, SYMMETRIC)
            params = ", ".join(CORE[c].rstrip() for c in signature.params)
            pointer = f"{declare(CORE[core] if core else 'void', '(*)')}({params})"
            call = f"(({pointer})sb_method_of({maker}, {self.frame.method}))({passed});"
        else:
            call = f"{maker}->drop({passed});"
        return [f"return {call}"] if core else [call, "return;"]

    # -- subroutines ---------------------------------------------------------------------------------------------------
    def call_subroutine(self, s: CallSubroutine) -> str:
        """Run a verb in its own function."""
        args = [self.at(s.address, s.offset), *self.subroutine_args(s), self.where(s.where)]
        call = f"{self.subroutine_name(s.subroutine)}({', '.join(args)});"
        return f"{self.received(s.subroutine)} {s.var} = {call}" if s.var else call

    def subroutine_name(self, s: Subroutine) -> str:
        """``_view_ns_pkg_iface_type`` and the like."""
        verb = {
            "read": s.mode,
            "write": "give" if s.given else "lend",
            "check": "mend" if s.mode == "adopt" else "check",
        }
        return f"{self.subroutines.prefix}{verb.get(s.verb, s.verb)}_{self.owner(s.type.owner)}_{snake(s.type.name)}"

    def subroutine_head(self, body: SubroutineBody) -> str:
        """The prototype of a subroutine's function."""
        s = body.subroutine
        params = [f"uint8_t *{ADDRESS}", *self.subroutine_params(body), "const char *_where"]
        returned = self.returned(s) if s.verb == "read" else "void"
        return f"static {returned} {self.subroutine_name(s)}({', '.join(params)})"

    @abstractmethod
    def subroutine_args(self, s: CallSubroutine) -> list[str]:
        """What a subroutine is given besides an address and a place."""

    @abstractmethod
    def subroutine_params(self, body: SubroutineBody) -> list[str]:
        """The parameters for that."""

    def received(self, s: Subroutine) -> str:
        """The type of the variable for what a subroutine returns."""
        return self.returned(s)

    @abstractmethod
    def returned(self, s: Subroutine) -> str:
        """The type that a subroutine that reads returns."""

    @abstractmethod
    def owner(self, owner: str) -> str:
        """A type's owner as a part of a subroutine's name."""


def switch(index: str, arms: list[list[str]], default: str) -> list[str]:
    """A switch with an arm for each number from 0."""
    lines = [f"switch ({index}) {{"]
    for i, arm in enumerate(arms):
        lines += [f"  case {i}: {{", *indent(indent([*arm, "break;"])), "  }"]
    return [*lines, "  default:", f"    {default}", "}"]


def indent(lines: Iterable[str]) -> list[str]:
    """Lines two columns further right."""
    return [f"  {line}" for line in lines]


def index_of(slot: str) -> str:
    """The variable that counts a loop's rounds."""
    return f"_i{slot.removeprefix('_at')}"


def width(w: Width) -> str:
    """A number, or one for each pointer width."""
    return str(w.w32) if w.w32 == w.w64 else f"SB_PTR({w.w32}, {w.w64})"


def declare(c_type: str, name: str) -> str:
    """A declaration without its semicolon."""
    return f"{c_type}{name}" if c_type.endswith("*") else f"{c_type} {name}"


def c_string(text: str) -> str:
    """A C string literal. WIT names are ASCII and need no escapes."""
    return f'"{text}"'
