"""What fuzzers begin with: messages of every function, with values that are right."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from symbuild.abi.glue import params_tuple
from symbuild.abi.heap import Heap
from symbuild.abi.interp import Frame, Language, Machine
from symbuild.abi.layout import extent
from symbuild.abi.message import AS_IT_LIES, pack_value
from symbuild.abi.nodes import ADDRESS
from symbuild.abi.peer import Message, Peer
from symbuild.abi.reference import Codec
from symbuild.abi.symbols import Linkage, exports_of, imports_of
from symbuild.abi.walk import Subroutines
from symbuild.model.types import Bits, FixedSeq, Handle, Product, Resource, Scalar, Seq, Sum, Text, Type, TypeDef, shape
from tests.isolate.fuzz.build import Side, world

POINTER = 8
CALL, RETURN, ATTEND = 0, 1, 0xFE


class _Numbers:
    """Handles that are numbers already."""

    def send(self, t: Handle, handle: int, where: str | None) -> int:
        return handle

    take = send


def write(folder: Path, side: Side) -> int:
    """Write the corpus of a side; returns how many files it has."""
    folder.mkdir(parents=True, exist_ok=True)
    made = list(_host() if side == "host" else _client())
    for i, seed in enumerate(made):
        (folder / f"{i:03}").write_bytes(seed)
    return len(made)


def _host() -> Iterator[bytes]:
    """Calls of each export three times over, behind one that makes a basket, and results for what it may call."""
    pick = random.Random("host")
    results = [_result(linkage.declared.result, pick) for linkage in imports_of(world()) if linkage.declared.result]
    exports = exports_of(world())
    makes = _number_of("[constructor]basket", exports)
    for number, linkage in enumerate(exports):
        for _ in range(3):
            made = _call(makes, packed(params_tuple(exports[makes].declared), pick))
            calls = [_call(number, packed(params_tuple(linkage.declared), pick)) for _ in range(2)]
            yield b"".join([made, *calls[:1], pick.choice(results), _returned(Message()), *calls[1:], *results])
    # A basket with something in it is looked at, and one that is gone is given again.
    add, items, absorb = (_number_of(f"[method]basket.{name}", exports) for name in ("add", "items", "absorb"))
    make = _call(makes, packed(_ONE_TEXT, pick))
    filled = [make, *(_call(add, packed(params_tuple(exports[add].declared), pick)) for _ in range(3))]
    yield b"".join([*filled, _call(items, _handles(1))])
    yield b"".join([make, make, *(_call(absorb, _handles(2, 1)) for _ in range(2))])
    # To a thread of the component's own, and to one that is none; with the next number, and with another.
    for own, sequence in ((1, 1), (0, 1), (1, 2)):
        yield bytes([ATTEND, own, sequence]) + _message(Message()) + _call(makes, packed(_ONE_TEXT, pick))


def _client() -> Iterator[bytes]:
    """Results of each kind, behind what makes the client call; then calls of each of its functions in between."""
    pick = random.Random("client")
    served = list(enumerate(imports_of(world()), len(exports_of(world()))))
    for linkage in exports_of(world()):
        for operation in (*range(1, 4), *range(0x40, 0x4E), *range(0xA2, 0xA8)):
            yield bytes([operation]) + _result(linkage.declared.result, pick)
    for number, linkage in served:
        for operation in (0xA8, _with_handles(5), _with_handles(6)):
            call = _call(number, packed(params_tuple(linkage.declared), pick))
            yield bytes([operation]) + call + _result(Scalar("u32"), pick) + _result(Text(), pick)
    # A sink goes there and comes back; baskets are made, merged and dropped.
    text, handle, none = _result(Text(), pick), _returned(packed(_SINK, pick)), _returned(Message())
    keep, open_, talk = (bytes([_with_handles(which)]) for which in (6, 4, 5))
    yield keep + text + open_ + handle + talk + _result(Scalar("u32"), pick) + keep + text + open_ + handle
    # Some are given back, and lent before or after that, in one message.
    absorb = _number_of("[method]sink.absorb", [linkage for _, linkage in served]) + served[0][0]
    for own, other, more in ((1, 1, []), (2, 1, [1]), (2, 1, 20 * [2])):
        call = _call(absorb, _handles(own, other, lists=[more]))
        yield keep + text + keep + call + text
    make, merge, drop = (([bytes([_with_handles(which, i)]) for i in (0, 1)]) for which in (0, 3, 2))
    yield make[0] + handle + make[1] + handle + merge[0] + handle + drop[0] + none + make[1] + handle + drop[1] + none


def _number_of(name: str, functions: Sequence[Linkage]) -> int:
    return next(i for i, linkage in enumerate(functions) if linkage.declared.name == name)


_ONE_TEXT = FixedSeq(Text(), 1)
# Of any resource: what matters is the number.
_SINK = Handle(TypeDef("sink", "import demo:shop/log", Resource()), owned=True)


def _handles(*entries: int, lists: Sequence[Sequence[int]] = ()) -> Message:
    """Handles as parameters, and lists of such, by their numbers in the table: each the first that had it."""
    numbers = [1 << 32 | entry for entry in entries]
    for each in lists:
        numbers += [0, len(each)]
    numbers += [1 << 32 | entry for each in lists for entry in each]
    return Message(b"".join(number.to_bytes(POINTER, "little") for number in numbers))


def _with_handles(which: int, basket: int = 0) -> int:
    """The byte that makes the client (client.c) do that with a handle."""
    return next(i for i in range(0x40, 0xA0) if i % 14 == 2 * which + basket)


def _call(function: int, message: Message) -> bytes:
    return bytes([CALL, function]) + _message(message)


def _result(t: Type | None, pick: random.Random) -> bytes:
    return _returned(packed(t, pick) if t else Message())


def _returned(message: Message) -> bytes:
    return bytes([RETURN]) + _message(message)


def _message(message: Message) -> bytes:
    sizes = len(message.structure).to_bytes(2, "little") + (len(message.bulk) // 4).to_bytes(2, "little")
    return sizes + message.structure


def packed(t: Type, pick: random.Random) -> Message:
    """The message of a random value."""
    heap, subroutines = Heap(POINTER, poison=0), Subroutines()
    size, align = extent(t, "pointer")
    at = heap.allocate(size.at(POINTER), align.at(POINTER), "static")
    Codec(heap, POINTER).store(t, value(t, pick), at, lambda size, align: heap.allocate(size, align, "static"))
    peer = Peer(heap, _Numbers())
    machine = Machine(heap, Language(AS_IT_LIES, validates=True), subroutines)
    Frame(machine, "pointer", {ADDRESS: at}, peer=peer).run(pack_value(t, subroutines))
    return peer.outgoing.sent()


def value(t: Type, pick: random.Random) -> Any:
    """A random value. A handle is the first that a connection gives."""
    match shape(t):
        case Scalar("bool"):
            return pick.random() < 0.5
        case Scalar("char"):
            return pick.choice("aé😀")
        case Scalar("f32" | "f64"):
            return pick.choice((0.0, 1.5, -2.0))
        case Scalar():
            return pick.choice((0, 1, 2, 100))
        case Text():
            return pick.choice(("", "a", "text", "naïve 😀"))
        case Seq(elem):
            many = pick.choice((0, 1, 2, 3, 600)) if shape(elem) == Scalar("u64") else pick.choice((0, 1, 2, 3))
            return [value(elem, pick) for _ in range(many)]
        case FixedSeq(elem, count):
            return [value(elem, pick) for _ in range(count)]
        case Product(fields):
            return tuple(value(f.type, pick) for f in fields)
        case Sum(cases, "enum"):
            return pick.randrange(len(cases))
        case Sum(cases):
            case = pick.randrange(len(cases))
            payload = cases[case].type
            return (case, value(payload, pick) if payload else None)
        case Bits(labels):
            return pick.getrandbits(len(labels))
        case Handle():
            return 1 << 32 | 1
        case other:
            raise AssertionError(f"nothing of {other} crosses")
