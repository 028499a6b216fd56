"""The glue tree in C on Python's limited API: one call of ``symbuild_python.h`` a node, no decision about any of them.

A value is a ``PyObject *``: borrowed while it is written, a new reference once it is read.
"""

from __future__ import annotations

from typing import assert_never

from symbuild.abi.flatten import Core
from symbuild.abi.nodes import (
    VALUE,
    Arg,
    Branch,
    BranchArm,
    Buffer,
    CallCore,
    CallSubroutine,
    CallUser,
    CheckHandle,
    Destroy,
    Dispose,
    EachIn,
    EachOut,
    Encode,
    EndScratch,
    Expr,
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
    Stmt,
    StoreValue,
    Subroutine,
    SubroutineBody,
    ToHandle,
    ValueExpr,
    ValueStmt,
)
from symbuild.abi.walk import Subroutines
from symbuild.bindings.c_family.core import CORE, CoreSpeller, declare, indent, index_of, switch, width
from symbuild.bindings.casing import snake
from symbuild.bindings.python.types import ERR, OK, SOME, Types, is_leaf, is_number, is_wrapped
from symbuild.frozen import frozen
from symbuild.model.types import Bits, FixedSeq, Handle, Product, Scalar, Seq, Sum, Text, Type, TypeDef, shape

NONE = "sb_py_from_none(_call)"


@frozen
class Frame:
    """The C function around a block of glue.

    ``core`` is the function at the ABI that is called with ``params``, without the interpreter's lock where
    ``releases``. ``is_method``: the first argument is the object whose method it is; ``method`` is a method's number in
    the operations table of a resource that Python objects provide. ``raises`` is the variable of a
    result that is no value: what is in it is returned or raised. ``gives``: owned handles are among the arguments.
    ``place`` is what the function is called; None in a subroutine, which returns to glue.
    """

    core: str = ""
    params: tuple[Core, ...] = ()
    is_method: bool = False
    method: int = 0
    releases: bool = False
    raises: str | None = None
    gives: bool = False
    where: str = "_where"
    place: str | None = None


class Speller(CoreSpeller):
    """Spells blocks of glue for one world."""

    frame: Frame
    null = "NULL"

    def __init__(self, types: Types, subroutines: Subroutines, frame: Frame) -> None:
        self.types = types
        self.subroutines = subroutines
        self.frame = frame

    # -- expressions ---------------------------------------------------------------------------------------------------
    def value_expr(self, e: ValueExpr) -> str:
        match e:
            case Arg(index):
                return f"_args[{index - self.frame.is_method}]"
            case Get(t, value, index):
                return self.part(t, self.expr(value), index)
            case SeqPointer(t, value):
                return f"sb_lend(sb_py_lend_{_number_of(t)}(_call, {self.expr(value)}), {_align_of(t)})"
            case SeqLength(t, value):
                return "_call->length" if _is_numbers(t) else self.call("elements", value, _truth(_is_map(t)))
            case ToHandle(t, role, value) if self.types.is_provided(t):
                return self.box(self.expr(value), self.resources(t), "given" if role == "own" else "lent")
            case FromHandle(t, role, value, _, _, where) if self.types.is_provided(t):
                how = "given" if role == "own" else "lent"
                return f"sb_py_{how}_object({self.expr(value)}, {self.resources(t)}, {self.where(where)})"
            case ToHandle(_, _, Arg(0)) if self.frame.is_method:
                return "sb_py_self(_call)"
            case ToHandle(t, role, value):
                return self.call("give_handle" if role == "own" else "lend_handle", value, self.types.number(t))
            case FromHandle(t, _, value, _, _, where):
                drop = self.types.drop_symbol(t)
                return self.call("from_handle", value, self.types.number(t), drop, self.where(where))
            case SeqCopy(t, value):
                lent = f"sb_py_lend_{_number_of(t)}(_call, {self.expr(value)})"
                return f"sb_py_give_numbers(_call, {lent}, {_align_of(t)})"
            case unknown:
                assert_never(unknown)

    def call(self, function: str, value: Expr, *args: object) -> str:
        """A conversion of a value."""
        return f"sb_py_{function}({', '.join(['_call', self.expr(value), *map(str, args)])})"

    def part(self, t: Type, value: str, index: int) -> str:
        """A part of a value."""
        match shape(t):
            case Product(_, "record"):
                return f"sb_py_field(_call, {value}, {self.types.number(t)}, {index})"
            case Product(fields):
                return f"sb_py_item(_call, {value}, {len(fields)}, {index})"
            case FixedSeq(_, count):
                return f"sb_py_element(_call, {value}, {count}, {index})"
            case Bits():
                return f"sb_py_to_flags(_call, {value}, {self.types.number(t)}, {index})"
            case other:
                raise AssertionError(f"no part {index} in {other}")

    def from_core(self, t: Type, value: str, where: str) -> str:
        match shape(t):
            case Scalar("char"):
                return f"sb_py_from_char(_call, {value}, {where})"
            case Scalar(name):
                return f"sb_py_from_{name}(_call, {value})"
            case Sum():
                return f"sb_py_from_index(_call, {value}, {self.types.number(t)}, {where})"
            case Bits():
                return f"sb_py_from_flags(_call, (const uint32_t[]){{(uint32_t){value}}}, 1, {self.types.number(t)})"
            case other:
                raise AssertionError(f"{other} is no scalar")

    def to_core(self, t: Type, value: str) -> str:
        match shape(t):
            case Scalar(name):
                return f"sb_py_to_{name}(_call, {value})"
            case Sum():
                return f"sb_py_to_index(_call, {value}, {self.types.number(t)})"
            case Bits():
                return self.part(t, value, 0)
            case other:
                raise AssertionError(f"{other} is no scalar")

    def operations(self, resource: TypeDef) -> str:
        return f"_resources[{self.types.provided_number(Handle(resource, owned=True))}].operations"

    def resources(self, handle: Type) -> str:
        """What the file knows of a resource that Python objects provide."""
        return f"&_resources[{self.types.provided_number(handle)}]"

    def box(self, value: str, of: str, how: str) -> str:
        """The handle of an object, for a call of the component."""
        return f"sb_py_box_for(_call, {value}, {of}, SB_PY_{how.upper()})"

    # -- statements ----------------------------------------------------------------------------------------------------
    def statement(self, s: Stmt) -> list[str]:
        return self.call_core(s) if isinstance(s, CallCore) else super().statement(s)

    def value_statement(self, s: ValueStmt) -> list[str]:
        match s:
            case Match():
                return self.match(s)
            case Encode(var, length, _, value, given):
                convert = "give_text" if given else "to_text"
                return [f"size_t {length};", f"uint8_t *{var} = {self.call(convert, value, f'&{length}')};"]
            case EachOut():
                return self.each_out(s)
            case EachIn():
                return self.each_in(s)
            case Make():
                return self.make(s)
            case Receive():
                return [f"PyObject *{s.var} = {self.received_from(s)};"]
            case EndScratch() | Dispose():
                return []  # sb_py_end does, also where the call has failed
            case StoreValue() | LoadValue() | CallUser() | Destroy() | CheckHandle() | MarkGiven():
                raise AssertionError(f"a caller that takes values apart has no {type(s).__name__}")
            case unknown:
                assert_never(unknown)

    def call_core(self, s: CallCore) -> list[str]:
        """Convert all arguments, give up if one is none, call."""
        cores = zip(self.frame.params, s.args, strict=True)
        lines = [f"{declare(CORE[core], f'_a{i}')} = {self.expr(arg)};" for i, (core, arg) in enumerate(cores)]
        lines.append("if (_call->failed) return sb_py_give_up(_call);")
        if self.frame.gives:
            lines.append("sb_py_given(_call);")
            lines += ["sb_py_given_objects(_call);"] if self.types.provided_resources else []
        call = f"{self.frame.core}({', '.join(f'_a{i}' for i in range(len(s.args)))});"
        if s.var and s.core:
            lines.append(f"{declare(CORE[s.core], s.var)};")
            call = f"{s.var} = {call}"
        if self.frame.releases:
            return [*lines, "PyThreadState *_thread = PyEval_SaveThread();", call, "PyEval_RestoreThread(_thread);"]
        return [*lines, call]

    def match(self, s: Match) -> list[str]:
        """A choice by the case of a value, whose arms set the variables of ``out``."""
        subject = self.expr(s.subject)
        arms = []
        for arm in s.arms:
            lines = [f"PyObject *{arm.bind} = {self.payload(s, arm.case, subject)};"] if arm.bind else []
            yields = [f"{name} = {self.expr(y)};" for (name, _), y in zip(s.out, arm.yields, strict=False)]
            arms.append([*lines, *self.block(arm.body), *yields])
        outs = [f"{declare(CORE[core], name)} = 0;" for name, core in s.out]
        return [*outs, *self.choose(s, subject, arms)]

    def payload(self, s: Match, case: int, subject: str) -> str:
        """What is in a value of a case."""
        if s.type.sugar != "option":
            return f"sb_py_field(_call, {subject}, {self.types.number(s.named) + case}, 0)"
        return f"sb_py_field(_call, {subject}, {SOME}, 0)" if is_wrapped(s.type) else subject

    def choose(self, s: Match, subject: str, arms: list[list[str]]) -> list[str]:
        """Run one of the arms."""
        if s.type.sugar == "option":
            none, some = arms
            return [f"if (sb_py_is_none(_call, {subject})) {{", *indent(none), "} else {", *indent(some), "}"]
        first, count = self.types.number(s.named), len(arms)
        return switch(f"sb_py_case(_call, {subject}, {first}, {count})", arms, "break; /* the call has failed */")

    def each_out(self, s: EachOut) -> list[str]:
        """For each element of a sequence, which its length was asked of just now, run the body."""
        sequence, index = f"_sequence{s.slot.removeprefix('_at')}", index_of(s.slot)
        elem = f"PyObject *{s.elem} = PyTuple_GetItem({sequence}, (Py_ssize_t){index});"
        body = [elem, *self.block(s.body)]
        return [
            f"PyObject *{sequence} = _call->sequence;",
            *self.loop(self.expr(s.base), f"sb_py_count({sequence})", s.stride, s.slot, body),
        ]

    def each_in(self, s: EachIn) -> list[str]:
        """A list of what the body finds."""
        put = f"sb_py_put(_call, {s.var}, {index_of(s.slot)}, {self.expr(s.item)});"
        count, made = self.expr(s.count), "sb_py_from_entries" if s.type.sugar == "map" else "sb_py_complete"
        return [
            f"PyObject *{s.var} = sb_py_from_list(_call, {count});",
            *self.loop(self.expr(s.base), count, s.stride, s.slot, [*self.block(s.body), put]),
            f"{s.var} = {made}(_call, {s.var});",
        ]

    def make(self, m: Make) -> list[str]:
        """A value of its parts."""
        parts, count = list(map(self.expr, m.parts)), len(m.parts)
        array = f"PyObject *{m.var}_parts[] = {{{', '.join(parts)}}};"
        match shape(m.type):
            case Bits():
                words = ", ".join(f"(uint32_t){part}" for part in parts)
                made = f"sb_py_from_flags(_call, {m.var}_words, {count}, {self.types.number(m.type)})"
                return [f"const uint32_t {m.var}_words[] = {{{words}}};", f"PyObject *{m.var} = {made};"]
            case Product(_, "record"):
                of = "leaves" if is_leaf(m.type) else "fields"
                made = f"sb_py_from_{of}(_call, {m.var}_parts, {count}, {self.types.number(m.type)})"
                return [array, f"PyObject *{m.var} = {made};"]
            case Product():
                return [array, f"PyObject *{m.var} = sb_py_from_tuple(_call, {m.var}_parts, {count});"]
            case FixedSeq():
                puts = [f"sb_py_put(_call, {m.var}, {i}, {m.var}_parts[{i}]);" for i in range(count)]
                room = f"PyObject *{m.var} = sb_py_from_list(_call, {count});"
                return [array, room, *puts, f"{m.var} = sb_py_complete(_call, {m.var});"]
            case other:
                raise AssertionError(f"{other} is made of no parts")

    def received_from(self, s: Receive) -> str:
        """A string or numbers, copied; adopted numbers stay where they are."""
        if s.mode == "adopt":
            return f"sb_py_own_{_number_of(s.named)}(_call, {self.expr(s.pointer)}, {self.expr(s.count)})"
        kind = "text" if isinstance(s.type, Text) else f"list_{_number_of(s.named)}"
        return f"sb_py_from_{kind}(_call, {self.expr(s.pointer)}, {self.expr(s.count)})"

    def branch(self, s: Branch) -> list[str]:
        assert s.var and not s.out, "a caller reads values, and checks none apart"
        where = self.where(s.where)
        arms = [self.branch_arm(s, arm) for arm in s.arms]
        broken = f'sb_py_broken(_call, {where}, "case out of range");'
        return [f"PyObject *{s.var} = NULL;", *switch(self.expr(s.index), arms, broken)]

    def branch_arm(self, s: Branch, arm: BranchArm) -> list[str]:
        payload = self.expr(arm.payload) if arm.payload is not None else None
        return [*self.block(arm.body), f"{s.var} = {self.found(s, arm.case, payload)};"]

    def found(self, s: Branch, case: int, payload: str | None) -> str:
        """The value that a case and its payload are."""
        value = payload or NONE
        match s.type.sugar:
            case "option":
                return _holding(value, SOME) if case and is_wrapped(s.type) else value
            case "result" if s.var == self.frame.raises:
                return f"sb_py_raise(_call, {value}, {ERR})" if case else value
            case "result" if case:
                return f"sb_py_from_payload(_call, {value}, {ERR})"
            case "result":
                return _holding(value, OK)
            case _:
                number = self.types.number(s.named) + case
                return _holding(payload, number) if payload else f"sb_py_from_fields(_call, NULL, 0, {number})"

    def buffer(self, b: Buffer) -> list[str]:
        count, size, align = self.expr(b.count), width(b.size), width(b.align)
        if b.life == "frame":
            return [f"SB_ALIGNED(8) uint8_t {b.var}[{size}];"]
        if b.life == "given":
            return [f"uint8_t *{b.var} = sb_alloc({count}, {size}, {align}, {self.frame.where});"]
        assert b.life == "scratch", "nothing of Python's lies in memory that stays"
        args = f"&_call->arena, {count}, {size}, {align}, {self.frame.where}"
        return [f"uint8_t *{b.var} = sb_arena_alloc({args});"]

    def leave(self, value: str) -> list[str]:
        return [f"return {value};" if self.frame.place is None else f"return sb_py_end(_call, {value});"]

    # -- subroutines ---------------------------------------------------------------------------------------------------
    def subroutine_args(self, s: CallSubroutine) -> list[str]:
        return ["_call"] if s.value is None else [self.expr(s.value), "_call"]

    def subroutine_params(self, body: SubroutineBody) -> list[str]:
        call = "sb_py_call *_call"
        return [f"PyObject *{VALUE}", call] if body.subroutine.verb == "write" else [call]

    def returned(self, s: Subroutine) -> str:
        return "PyObject *"

    def owner(self, owner: str) -> str:
        return snake(owner)


def _holding(payload: str, number: int) -> str:
    """An object of a class with one field."""
    return f"sb_py_from_fields(_call, (PyObject *[]){{{payload}}}, 1, {number})"


def _number_of(t: Type) -> str:
    of = shape(t)
    assert isinstance(of, Seq)
    elem = shape(of.elem)
    assert isinstance(elem, Scalar)
    return elem.name


def _align_of(t: Type) -> str:
    return _number_of(t)[1:].replace("8", "1").replace("16", "2").replace("32", "4").replace("64", "8")


def _is_numbers(t: Type) -> bool:
    of = shape(t)
    return isinstance(of, Seq) and is_number(of.elem)


def _is_map(t: Type) -> bool:
    of = shape(t)
    return isinstance(of, Seq) and of.sugar == "map"


def _truth(value: bool) -> str:
    return "true" if value else "false"
