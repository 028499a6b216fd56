"""The glue of calls between processes in C: one piece of C a node, no decision about any of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from symbuild.abi.mangle import encode
from symbuild.abi.nodes import (
    TO,
    Attempt,
    Buffer,
    CallSubroutine,
    CheckText,
    Cross,
    MessageExpr,
    MessageStmt,
    Phase,
    SendBlock,
    SendHandle,
    Subroutine,
    SubroutineBody,
    TakeBlock,
    TakeHandle,
    TakeInto,
)
from symbuild.abi.walk import Subroutines
from symbuild.bindings.c_family.core import CoreSpeller, indent, width
from symbuild.frozen import frozen
from symbuild.model.types import Handle, Scalar, Sum, Type, TypeDef, origin, shape
from symbuild.model.world import WORLD_OWNER

_PHASES: dict[Phase, str] = {
    "begin": "sb_call_begin({call}, &_border, {number});",
    "go": "sb_call_go({call});",
    "end": "sb_call_end({call});",
    "taken": "sb_serve_taken({call});",
    "reply": "sb_serve_reply({call});",
}


@frozen
class Frame:
    """The C function around a block of glue.

    ``call`` is the expression of its call, ``number`` the function's in the border; ``core`` the function at the ABI
    that is called; ``method`` the method's number in the operations table; ``where`` the expression of a subroutine's
    caller for what traps report.
    """

    call: str = "_call"
    number: int = 0
    core: str = ""
    method: int = 0
    where: str = "_where"


class Speller(CoreSpeller):
    """Spells blocks of glue for one side of a border. ``resources`` are the numbers that it has for them."""

    frame: Frame
    null = "NULL"

    def __init__(self, resources: Mapping[TypeDef, int], subroutines: Subroutines, frame: Frame) -> None:
        self.resources = resources
        self.subroutines = subroutines
        self.frame = frame

    # -- expressions ---------------------------------------------------------------------------------------------------
    def message_expr(self, e: MessageExpr) -> str:
        match e:
            case SendHandle(t, value, where):
                return f"sb_pack_handle({self.crossing(t, self.expr(value), where)})"
            case TakeHandle(t, value, where):
                return f"sb_take_handle({self.crossing(t, self.expr(value), where)})"
            case unknown:
                assert_never(unknown)

    def crossing(self, t: Type, value: str, where: str | None) -> str:
        """The arguments of what sends or takes a handle."""
        of = shape(t)
        assert isinstance(of, Handle)
        resource = f"&_resources[{self.resources[origin(of.resource)]}]"
        return f"{self.frame.call}, {resource}, {_truth(of.owned)}, {value}, {self.where(where)}"

    def from_core(self, t: Type, value: str, where: str) -> str:
        match shape(t):
            case Scalar("bool"):
                return f"({value} != 0)"
            case Scalar("char"):
                return f"sb_char({value}, {where})"
            case Sum(cases):
                return f"sb_index({value}, {len(cases)}, {where})"
            case _:
                return value

    def to_core(self, t: Type, value: str) -> str:
        return value

    def operations(self, resource: TypeDef) -> str:
        return f"&{operations_name(resource)}.head"

    # -- statements ----------------------------------------------------------------------------------------------------
    def message_statement(self, s: MessageStmt) -> list[str]:
        call = self.frame.call
        match s:
            case Cross(phase):
                return [_PHASES[phase].format(call=call, number=self.frame.number)]
            case SendBlock(var, pointer, count, size, align, plain):
                block = f"{self.expr(count)}, {width(size)}, {width(align)}, {_truth(plain)}"
                send = f"sb_pack({call}, {self.expr(pointer)}, {block});"
                return [f"uint8_t *{var} = {send}" if var else send]
            case TakeBlock(var, count, size, align, plain):
                block = f"{self.expr(count)}, {width(size)}, {width(align)}, {_truth(plain)}"
                return [f"uint8_t *{var} = sb_take({call}, {block});"]
            case TakeInto(address, size, align):
                return [f"sb_take_into({call}, {self.expr(address)}, {width(size)}, {width(align)});"]
            case CheckText(pointer, length, where):
                return [f"sb_take_utf8({call}, {self.expr(pointer)}, {self.expr(length)}, {self.where(where)});"]
            case Attempt(ask, answer):
                failed = indent([f"sb_call_failed({call});"])
                asked = ["} else {", *indent(self.block(ask)), "}"]
                return ["if (setjmp(_call.recover) != 0) {", *failed, *asked, *self.block(answer)]
            case unknown:
                assert_never(unknown)

    def buffer(self, b: Buffer) -> list[str]:
        assert b.life == "frame" and b.zeroed
        return [f"SB_ALIGNED(8) uint8_t {b.var}[{width(b.size)}] = {{0}};"]

    def leave(self, value: str) -> list[str]:
        return [f"return {value};"]

    # -- subroutines ---------------------------------------------------------------------------------------------------
    def subroutine_args(self, s: CallSubroutine) -> list[str]:
        match s.subroutine.verb:
            case "pack":
                assert s.to
                return [self.at(s.to, s.to_offset), self.frame.call]
            case "take":
                return [self.frame.call]
            case _:
                return []

    def subroutine_params(self, body: SubroutineBody) -> list[str]:
        match body.subroutine.verb:
            case "pack":
                return [f"uint8_t *{TO}", "sb_call *_call"]
            case "take":
                return ["sb_call *_call"]
            case _:
                return []

    def returned(self, s: Subroutine) -> str:
        raise AssertionError("a message's subroutines return nothing")

    def owner(self, owner: str) -> str:
        return owner_name(owner)


def _truth(value: bool) -> str:
    return "true" if value else "false"


def owner_name(owner: str) -> str:
    """A type's owner as a part of a name: ``import_nsX3ApkgX2Fiface``."""
    side, _, key = owner.partition(" ")
    return owner if owner == WORLD_OWNER else f"{side}_{encode(key)}"


def operations_name(resource: TypeDef) -> str:
    """The operations table of the stand-ins for a resource."""
    return f"_operations_{owner_name(resource.owner)}X00{encode(resource.name)}"
