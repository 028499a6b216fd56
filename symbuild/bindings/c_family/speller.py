"""The glue tree as far as C and C++ spell it alike: which piece of code a node is, with what differs left to a method.

The common part of both languages is C without casts, literals of structs and designated initialisers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import ClassVar, Protocol, assert_never

from symbuild.abi.convention import SYMMETRIC
from symbuild.abi.flatten import core_signature
from symbuild.abi.nodes import (
    ADDRESS,
    Arg,
    Arm,
    Block,
    Branch,
    BranchArm,
    Buffer,
    CallCore,
    CallSubroutine,
    CallUser,
    CheckHandle,
    CheckRange,
    CheckScalar,
    Coerce,
    Const,
    Destroy,
    Dispose,
    Each,
    EachIn,
    EachOut,
    Encode,
    EndScratch,
    Expr,
    Forward,
    FromCore,
    FromHandle,
    Get,
    Let,
    Load,
    LoadValue,
    Make,
    Match,
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
    ToHandle,
    Var,
)
from symbuild.abi.walk import Subroutines
from symbuild.abi.width import Width
from symbuild.bindings.casing import snake
from symbuild.model.types import Handle, Scalar, Sum, Type, TypeDef, origin, shape

CORE = {"i32": "int32_t", "i64": "int64_t", "f32": "float", "f64": "double", "ptr": "uint8_t *", "len": "size_t"}


class Names(Protocol):
    """How the language calls types."""

    def type(self, t: Type) -> str:
        """The type of a value that owns what it refers to."""
        ...


class Frame(Protocol):
    """The function around a block of glue, as far as both languages have it.

    ``args`` are the user's parameters as expressions; ``core`` the function at the ABI that is called; ``method`` the
    method's number in the operations table. ``where`` is the expression of a subroutine's caller for what traps report,
    ``arena`` that of the arena.
    """

    @property
    def args(self) -> tuple[str, ...]: ...
    @property
    def core(self) -> str: ...
    @property
    def method(self) -> int: ...
    @property
    def where(self) -> str: ...
    @property
    def arena(self) -> str: ...


class FamilySpeller(ABC):
    """Spells blocks of glue for one world. A language's own speller sets the first three attributes."""

    names: Names
    subroutines: Subroutines
    frame: Frame
    null: ClassVar[str]

    # -- expressions ---------------------------------------------------------------------------------------------------
    def expr(self, e: Expr) -> str:
        """An expression that may stand anywhere an argument may."""
        match e:
            case Var(name):
                return self.var(name)
            case Arg(index):
                return self.frame.args[index]
            case Const(value, core):
                return self.null if core == "ptr" else str(value)
            case Load(access, address, offset):
                return f"sb_load_{access}({self.at(address, offset)})"
            case FromCore(t, value, where):
                return self.from_core(t, self.expr(value), self.where(where))
            case ToCore(t, value):
                return self.to_core(t, self.expr(value))
            case FromHandle():
                return self.from_handle(e)
            case ToHandle():
                return self.to_handle(e)
            case Coerce(source, target, value):
                return f"sb_{source}_as_{target}({self.expr(value)})"
            case Get(t, value, index):
                return self.get(t, self.expr(value), index)
            case SeqPointer(t, value, moved):
                return f"sb_lend({self.elements(self.expr(value), moved=moved)}, {self.elem_align(t)})"
            case SeqLength(_, value):
                return self.length(self.expr(value))
            case SeqCopy(t, value):
                elements, length = self.elements(self.expr(value)), self.length(self.expr(value))
                return f"sb_copy({elements}, {length}, sizeof *{elements}, {self.elem_align(t)}, {self.where(None)})"
            case unknown:
                assert_never(unknown)

    def var(self, name: str) -> str:
        """A value that was bound before."""
        return name

    def at(self, address: Expr, offset: Width) -> str:
        """An address and an offset."""
        base = self.expr(address)
        return base if offset == Width(0, 0) else f"{base} + {width(offset)}"

    def from_core(self, t: Type, value: str, where: str) -> str:
        """A core value as the language's value of a scalar, flags, enum or handle."""
        match shape(t):
            case Scalar("bool"):
                return f"({value} != 0)"
            case Scalar("char"):
                return f"sb_char({value}, {where})"
            case Scalar("f32" | "f64"):
                return value
            case Sum(cases):
                return self.cast(self.names.type(t), f"sb_index({value}, {len(cases)}, {where})")
            case _:
                return self.cast(self.names.type(t), value)

    def to_core(self, t: Type, value: str) -> str:
        """The language's value of a scalar, flags, enum or handle as a core value."""
        match shape(t):
            case Scalar("f32" | "f64"):
                return value
            case Scalar("u64" | "s64"):
                return self.cast("int64_t", value)
            case _:
                return self.cast("int32_t", value)

    @abstractmethod
    def from_handle(self, e: FromHandle) -> str:
        """A received handle as the language's value."""

    @abstractmethod
    def to_handle(self, e: ToHandle) -> str:
        """The handle of the language's value."""

    @abstractmethod
    def operations(self, resource: TypeDef) -> str:
        """The address of the operations table of the component's own resource."""

    def own_handle(self, resource: TypeDef, handle: str, where: str) -> str:
        """A handle of the component's own resource, after a trap unless the component made and has it."""
        return f"sb_own_handle({handle}, {self.operations(resource)}, {where})"

    def where(self, where: str | None) -> str:
        """What a trap reports, as an expression."""
        return self.frame.where if where is None else c_string(where)

    @abstractmethod
    def cast(self, target: str, value: str) -> str:
        """A number as one of another type."""

    @abstractmethod
    def get(self, t: Type, value: str, index: int) -> str:
        """A part of a value."""

    @abstractmethod
    def elements(self, value: str, *, moved: bool = False) -> str:
        """Where the elements of a string or list lie; ``moved``: they are its no more."""

    @abstractmethod
    def length(self, value: str) -> str:
        """How many elements a string or list has."""

    @abstractmethod
    def elem_align(self, t: Type) -> str:
        """The alignment of a list's elements, as an expression."""

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
            case StoreValue():
                return self.store_value(s)
            case LoadValue():
                return self.load_value(s)
            case Make():
                return self.make(s)
            case Match():
                return self.match(s)
            case Branch():
                return self.branch(s)
            case Buffer():
                return self.buffer(s)
            case Encode():
                return self.encode(s)
            case EachOut():
                return self.each_out(s)
            case EachIn():
                return self.each_in(s)
            case Each(base, count, stride, slot, body):
                return self.loop(self.expr(base), self.expr(count), stride, slot, self.block(body))
            case Receive():
                return self.receive(s)
            case CheckRange(pointer, count, size, align, where):
                args = f"{self.expr(pointer)}, {self.expr(count)}, {width(size)}, {width(align)}, {self.where(where)}"
                return [f"sb_check_range({args});"]
            case CheckScalar():
                return [self.check_scalar(s)]
            case CheckHandle():
                return self.check_handle(s)
            case Forward():
                return self.forward(s)
            case Destroy():
                return self.destroy(s)
            case Release(pointer, count, _, _):
                return [f"sb_release({self.expr(pointer)}, {self.expr(count)});"]
            case Dispose():
                return self.dispose(s)
            case CallSubroutine():
                return [self.call_subroutine(s)]
            case CallCore(args, var, core):
                call = f"{self.frame.core}({', '.join(map(self.expr, args))});"
                return [f"{declare(CORE[core], var)} = {call}" if var and core else call]
            case CallUser():
                return self.call_user(s)
            case EndScratch():
                return self.end_scratch()
            case Return(value):
                return [] if value is None else self.leave(self.expr(value))
            case unknown:
                assert_never(unknown)

    def match(self, s: Match) -> list[str]:
        """A choice by the case of a value, whose arms set the variables of ``out``."""
        subject = self.expr(s.subject)
        arms = [self.arm(s, arm, subject) for arm in s.arms]
        return [*(f"{declare(CORE[core], name)};" for name, core in s.out), *self.choose(s.type, subject, arms)]

    def arm(self, s: Match, arm: Arm, subject: str) -> list[str]:
        """What is done in one case of a value."""
        payload, lines = s.type.cases[arm.case].type, []
        if arm.bind and payload:
            lines.append(f"{self.refer(payload, arm.bind)} = {self.payload(s.type, arm.case, subject)};")
        yields = [f"{name} = {self.expr(y)};" for (name, _), y in zip(s.out, arm.yields, strict=False)]
        return [*lines, *self.block(arm.body), *yields]

    def branch(self, s: Branch) -> list[str]:
        """A choice by a discriminant."""
        index, where = self.expr(s.index), self.where(s.where)
        if s.var is None and not any(arm.body for arm in s.arms):
            return [f"sb_index({index}, {len(s.arms)}, {where});"]
        arms = [[*self.block(arm.body), *(self.case_found(s, arm) if s.var else [])] for arm in s.arms]
        choice = switch(index, arms, f'sb_trap_at({where}, "case out of range");')
        return self.bind_found(s, choice) if s.var else choice

    def buffer(self, b: Buffer) -> list[str]:
        """Room of the ABI's."""
        count, size, align, where = self.expr(b.count), width(b.size), width(b.align), self.frame.where
        match b.life:
            case "frame" | "static":
                return [f"{self.area(static=b.life == 'static')} uint8_t {b.var}[{size}];"]
            case "given":
                return [f"uint8_t *{b.var} = sb_alloc({count}, {size}, {align}, {where});"]
            case "scratch":
                return [f"uint8_t *{b.var} = {self.arena_room(f'{count}, {size}, {align}, {where}')};"]

    def loop(self, base: str, count: str, stride: Width, slot: str, body: list[str]) -> list[str]:
        """For each slot in memory, run the body."""
        index = index_of(slot)
        step = f"uint8_t *{slot} = {base} + {index} * {width(stride)};"
        return [f"for (size_t {index} = 0; {index} < {count}; {index}++) {{", *indent([step, *body]), "}"]

    def each_out(self, s: EachOut) -> list[str]:
        """For each element of a value, run the body."""
        value = self.expr(s.value)
        elem = f"{self.refer(s.type.elem, s.elem)} = {self.elements(value)}[{index_of(s.slot)}];"
        return self.loop(self.expr(s.base), self.length(value), s.stride, s.slot, [elem, *self.block(s.body)])

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

    def check_handle(self, s: CheckHandle) -> list[str]:
        """Trap on a handle in memory that is none."""
        handle, where, of = f"sb_load_{s.access}({self.at(s.address, s.offset)})", self.where(s.where), shape(s.type)
        assert isinstance(of, Handle)
        match s.check:
            case "none":
                return []
            case "null":
                return [f"sb_handle({handle}, {where});"]
            case "maker":
                return [f"{self.own_handle(origin(of.resource), handle, where)};"]

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

    @abstractmethod
    def destroy(self, s: Destroy) -> list[str]:
        """End an object of the component's own resource."""

    @abstractmethod
    def store_value(self, s: StoreValue) -> list[str]:
        """Write a value as it is."""

    @abstractmethod
    def load_value(self, s: LoadValue) -> list[str]:
        """Read a value as it is."""

    @abstractmethod
    def make(self, m: Make) -> list[str]:
        """Bind a value made of parts."""

    @abstractmethod
    def refer(self, t: Type, name: str) -> str:
        """The declaration of a name for a part of a value that is written."""

    @abstractmethod
    def payload(self, t: Sum, case: int, subject: str) -> str:
        """The payload of the case that a value is known to have."""

    @abstractmethod
    def choose(self, t: Sum, subject: str, arms: list[list[str]]) -> list[str]:
        """Run one of the arms by the case of a value."""

    @abstractmethod
    def case_found(self, s: Branch, arm: BranchArm) -> list[str]:
        """Make the case that a branch found the value of its variable."""

    @abstractmethod
    def bind_found(self, s: Branch, choice: list[str]) -> list[str]:
        """Bind the variable of a branch by running ``choice``."""

    @abstractmethod
    def area(self, *, static: bool) -> str:
        """What stands before the type of an area, to align it."""

    @abstractmethod
    def arena_room(self, args: str) -> str:
        """Room in the arena: number, size, alignment, and what a trap reports."""

    @abstractmethod
    def encode(self, s: Encode) -> list[str]:
        """Bind a string in UTF-8."""

    @abstractmethod
    def each_in(self, s: EachIn) -> list[str]:
        """Bind a list made of what the body finds."""

    @abstractmethod
    def receive(self, s: Receive) -> list[str]:
        """Bind a string or list of elements that are taken as they are."""

    @abstractmethod
    def dispose(self, s: Dispose) -> list[str]:
        """Destroy a value."""

    @abstractmethod
    def call_user(self, s: CallUser) -> list[str]:
        """Call the user's function."""

    @abstractmethod
    def end_scratch(self) -> list[str]:
        """Free the arena."""

    @abstractmethod
    def leave(self, value: str) -> list[str]:
        """Leave with a value."""

    # -- subroutines ---------------------------------------------------------------------------------------------------
    def call_subroutine(self, s: CallSubroutine) -> str:
        """Run a verb in its own function."""
        args = [self.at(s.address, s.offset)]
        if s.value is not None:
            args.append(self.by_reference(self.expr(s.value)))
        if self.subroutines.bodies[s.subroutine].uses_scratch:
            args.append(self.frame.arena)
        args.append(self.where(s.where))
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
        params = [f"uint8_t *{ADDRESS}"]
        if s.verb == "write":
            params.append(self.value_parameter(s))
        if body.uses_scratch:
            params.append(self.arena_parameter())
        params.append("const char *_where")
        returned = self.returned(s) if s.verb == "read" else "void"
        return f"static {returned} {self.subroutine_name(s)}({', '.join(params)})"

    def received(self, s: Subroutine) -> str:
        """The type of the variable for what a subroutine returns."""
        return self.returned(s)

    @abstractmethod
    def by_reference(self, value: str) -> str:
        """A value as the argument of a subroutine that writes it."""

    @abstractmethod
    def owner(self, owner: str) -> str:
        """A type's owner as a part of a subroutine's name."""

    @abstractmethod
    def returned(self, s: Subroutine) -> str:
        """The type that a subroutine returns."""

    @abstractmethod
    def value_parameter(self, s: Subroutine) -> str:
        """The parameter ``VALUE`` of a subroutine that writes it."""

    @abstractmethod
    def arena_parameter(self) -> str:
        """The parameter of a subroutine that takes room in its caller's arena."""


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
