"""The glue tree as far as C and C++ spell it alike: which piece of code a node is, with what differs left to a method.

The common part of both languages is C without casts, literals of structs and designated initialisers.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol, assert_never

from symbuild.abi.nodes import (
    Arg,
    Arm,
    Branch,
    BranchArm,
    Buffer,
    CallSubroutine,
    CallUser,
    CheckHandle,
    Destroy,
    Dispose,
    EachIn,
    EachOut,
    Encode,
    EndScratch,
    FromHandle,
    Get,
    LoadValue,
    Make,
    MarkGiven,
    Match,
    Receive,
    SeqCopy,
    SeqLength,
    SeqPointer,
    StoreValue,
    Subroutine,
    SubroutineBody,
    ToHandle,
    ValueExpr,
    ValueStmt,
)
from symbuild.bindings.c_family.core import CORE, CoreFrame, CoreSpeller, declare, index_of, width
from symbuild.model.types import Handle, Scalar, Sum, Type, TypeDef, origin, shape


class Names(Protocol):
    """How the language calls types."""

    def type(self, t: Type) -> str:
        """The type of a value that owns what it refers to."""
        ...


class Frame(CoreFrame, Protocol):
    """The function around a block of glue, as far as both languages have it.

    ``args`` are the user's parameters as expressions; ``arena`` is the expression of the arena.
    """

    @property
    def args(self) -> tuple[str, ...]: ...
    @property
    def arena(self) -> str: ...


class FamilySpeller(CoreSpeller):
    """Spells blocks of glue for one world. A language's own speller sets the first two attributes."""

    names: Names
    frame: Frame

    # -- expressions ---------------------------------------------------------------------------------------------------
    def value_expr(self, e: ValueExpr) -> str:
        match e:
            case Arg(index):
                return self.frame.args[index]
            case FromHandle():
                return self.from_handle(e)
            case ToHandle():
                return self.to_handle(e)
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

    def from_core(self, t: Type, value: str, where: str) -> str:
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

    def own_handle(self, resource: TypeDef, handle: str, where: str) -> str:
        """A handle of the component's own resource, after a trap unless the component made and has it."""
        return f"sb_own_handle({handle}, {self.operations(resource)}, {where})"

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
    def value_statement(self, s: ValueStmt) -> list[str]:
        match s:
            case StoreValue():
                return self.store_value(s)
            case LoadValue():
                return self.load_value(s)
            case Make():
                return self.make(s)
            case Match():
                return self.match(s)
            case Encode():
                return self.encode(s)
            case EachOut():
                return self.each_out(s)
            case EachIn():
                return self.each_in(s)
            case Receive():
                return self.receive(s)
            case CheckHandle():
                return self.check_handle(s)
            case MarkGiven():
                return [self.mark_given(s)]
            case Destroy():
                return self.destroy(s)
            case Dispose():
                return self.dispose(s)
            case CallUser():
                return self.call_user(s)
            case EndScratch():
                return self.end_scratch()
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
        choice = super().branch(s)
        return self.bind_found(s, choice) if s.var else choice

    def branch_arm(self, s: Branch, arm: BranchArm) -> list[str]:
        return [*super().branch_arm(s, arm), *(self.case_found(s, arm) if s.var else [])]

    def buffer(self, b: Buffer) -> list[str]:
        count, size, align, where = self.expr(b.count), width(b.size), width(b.align), self.frame.where
        match b.life:
            case "frame" | "static":
                return [f"{self.area(static=b.life == 'static')} uint8_t {b.var}[{size}];"]
            case "given":
                return [f"uint8_t *{b.var} = sb_alloc({count}, {size}, {align}, {where});"]
            case "scratch":
                return [f"uint8_t *{b.var} = {self.arena_room(f'{count}, {size}, {align}, {where}')};"]

    def each_out(self, s: EachOut) -> list[str]:
        """For each element of a value, run the body."""
        value = self.expr(s.value)
        elem = f"{self.refer(s.type.elem, s.elem)} = {self.elements(value)}[{index_of(s.slot)}];"
        return self.loop(self.expr(s.base), self.length(value), s.stride, s.slot, [elem, *self.block(s.body)])

    def check_handle(self, s: CheckHandle) -> list[str]:
        """Trap on a handle that is none."""
        handle, where, of = self.expr(s.value), self.where(s.where), shape(s.type)
        assert isinstance(of, Handle)
        match s.check:
            case "none":
                return []
            case "null":
                return [f"sb_handle({handle}, {where});"]
            case "maker":
                return [f"{self.own_handle(origin(of.resource), handle, where)};"]

    def mark_given(self, s: MarkGiven) -> str:
        """Mark a handle as given away, or unmark it."""
        of = shape(s.type)
        assert isinstance(of, Handle)
        handle, table = self.expr(s.value), f"SB_NATIVE({self.operations(origin(of.resource))})"
        if not s.on:
            return f"sb_unmark_given({handle}, {table});"
        return f"sb_mark_given({handle}, {table}, {self.where(s.where)});"

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

    # -- subroutines ---------------------------------------------------------------------------------------------------
    def subroutine_args(self, s: CallSubroutine) -> list[str]:
        args = []
        if s.value is not None:
            args.append(self.by_reference(self.expr(s.value)))
        if self.subroutines.bodies[s.subroutine].uses_scratch:
            args.append(self.frame.arena)
        return args

    def subroutine_params(self, body: SubroutineBody) -> list[str]:
        params = []
        if body.subroutine.verb == "write":
            params.append(self.value_parameter(body.subroutine))
        if body.uses_scratch:
            params.append(self.arena_parameter())
        return params

    @abstractmethod
    def by_reference(self, value: str) -> str:
        """A value as the argument of a subroutine that writes it."""

    @abstractmethod
    def value_parameter(self, s: Subroutine) -> str:
        """The parameter ``VALUE`` of a subroutine that writes it."""

    @abstractmethod
    def arena_parameter(self) -> str:
        """The parameter of a subroutine that takes room in its caller's arena."""
