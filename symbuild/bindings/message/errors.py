"""What stands for a function's result where its host fails, as the message that would bring it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from symbuild.abi.heap import Heap
from symbuild.abi.interp import Frame, Language, Machine
from symbuild.abi.layout import extent
from symbuild.abi.message import AS_IT_LIES, pack_value
from symbuild.abi.nodes import ADDRESS
from symbuild.abi.peer import Message, Peer
from symbuild.abi.reference import Codec, Value
from symbuild.abi.symbols import Linkage, exports_of
from symbuild.abi.walk import Subroutines
from symbuild.abi.width import WIDTHS
from symbuild.bindings.c_family.view import wit_place
from symbuild.errors import InputError, UsageError, close_matches
from symbuild.frozen import frozen
from symbuild.model.types import Handle, Sum, Type, shape
from symbuild.model.wave_read import read_value
from symbuild.model.world import World


@frozen
class ErrorMessage:
    """A message's bytes, with 4-byte and with 8-byte pointers."""

    w32: bytes
    w64: bytes


def error_messages(world: World, errors: Mapping[str, str]) -> dict[str, ErrorMessage]:
    """The messages by the function's symbol; ``errors`` are results in WAVE by the function's place in the world.

    Raises InputError for what is no exported function's error.
    """
    exported = {wit_place(linkage.module, linkage.function): linkage for linkage in exports_of(world)}
    messages = {}
    for place, text in errors.items():
        linkage = exported.get(place)
        if linkage is None:
            help = close_matches(place, exported)
            raise InputError(f"the component exports no function `{place}`", help=help)
        messages[linkage.symbol] = _message(linkage, place, text)
    return messages


def _message(linkage: Linkage, place: str, text: str) -> ErrorMessage:
    t = linkage.declared.result
    s = shape(t) if t else None
    if t is None or not isinstance(s, Sum) or s.sugar != "result":
        raise InputError(
            "the function returns no `result`, so that a failure has nothing to become",
            where=place,
            help="leave it out of `errors`: its failures trap",
        )
    try:
        value = read_value(text, t)
    except UsageError as error:
        raise InputError(error.findings[0].what, where=place, help=error.findings[0].help) from error
    if value[0] == 0:
        raise InputError(f"`{text}` is no error", where=place, help="write `err(...)`")
    return ErrorMessage(*(_packed(t, value, width, place) for width in WIDTHS))


class _NoHandles:
    """The connection of a constant."""

    def send(self, t: Handle, handle: int, where: str | None) -> NoReturn:
        raise AssertionError("WAVE has no handles")

    take = send


def _packed(t: Type, value: Value, pointer: int, place: str) -> bytes:
    heap, subroutines = Heap(pointer, poison=0), Subroutines()
    size, align = extent(t, "pointer")
    at = heap.allocate(size.at(pointer), align.at(pointer), "static")
    Codec(heap, pointer).store(t, value, at, lambda size, align: heap.allocate(size, align, "static"))
    peer = Peer(heap, _NoHandles())
    machine = Machine(heap, Language(AS_IT_LIES, validates=True), subroutines)
    Frame(machine, "pointer", {ADDRESS: at}, peer=peer).run(pack_value(t, subroutines))
    message: Message = peer.outgoing.sent()
    if message.bulk:
        raise InputError("the error is too large", where=place, help="keep its lists below 4096 bytes")
    return message.structure
