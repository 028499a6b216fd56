"""Calls between processes: what a caller sends is what the other process gets, and no message makes glue misbehave."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from typing import Any

import pytest

from oracle.bench import PLACE, Bench, User, exporter, made_call
from oracle.boxes import IMPORTED, OPERATIONS, boxes, memory
from oracle.languages import LANGUAGES, OBJECTS, STRUCTS
from oracle.random_calls import Call, makers
from symbuild.abi.convention import SYMMETRIC
from symbuild.abi.glue import import_glue
from symbuild.abi.heap import Heap, Trap
from symbuild.abi.interp import Language, Machine
from symbuild.abi.message import call_over, can_cross, is_plain, serve
from symbuild.abi.peer import BULK, Lost, Message, Peer
from symbuild.abi.resources import handles_in
from symbuild.abi.walk import Subroutines
from symbuild.model.types import Case, FixedSeq, Handle, Scalar, Seq, Sum, Text, Type, option, result, tuple_of
from symbuild.model.world import Function, Param

U8, U64 = Scalar("u8"), Scalar("u64")


@dataclass(slots=True)
class Connection:
    """Both ends of a connection's handles: a number stands for each of a memory's boxes, which lie alike in both.

    ``given`` and ``lent`` are what was sent, as the sender knows it.
    """

    pointer: int
    given: list[int] = field(default_factory=list)
    lent: list[int] = field(default_factory=list)

    def send(self, t: Handle, handle: int, where: str | None) -> int:
        """A number that no other resource has for it."""
        known = boxes(self.pointer).handles
        if handle not in known:
            raise Trap("no handle of this connection", where)
        (self.given if t.owned else self.lent).append(handle)
        return known.index(handle) << 8 | self._kind(t)

    def take(self, t: Handle, sent: int, where: str | None) -> int:
        """The handle, of the same resource and owned or lent as it was sent."""
        index, kind = sent >> 8, sent & 0xFF
        known = boxes(self.pointer).handles
        if kind != self._kind(t) or index >= len(known):
            raise Trap("forged handle", where)
        return known[index]

    def _kind(self, t: Handle) -> int:
        return 1 + t.owned + 2 * (t.resource.name == IMPORTED.name)


# What happens to a message on its way: itself, unless somebody tampers with it.
Tamper = Callable[[Message], Message]


@dataclass(frozen=True, slots=True)
class Border:
    """Two processes: what is called in the one is served in the other."""

    call: Call
    as_seen: Call
    near: Bench
    far: Bench
    there: Connection
    back: Connection
    proxy: Machine
    host: Machine

    def core(self, user: User, *, asked: Tamper, answered: Tamper) -> Callable[..., Any]:
        """The core function of the proxy."""
        glue = call_over(self.call.function, self.proxy.subroutines, PLACE)
        served = serve(self.as_seen.function, self.host.subroutines, PLACE)
        target = exporter(self.as_seen.function, self.far, user)

        def go(message: Message) -> Message:
            ends = Ends(self.back, self.there)
            return answered(self.host.run_served(served, asked(message), ends, target))

        def core(*cores: Any) -> Any:
            assert len(cores) == len(glue.signature.params)
            peer = Peer(self.near.heap, Ends(self.there, self.back), go=go)
            return self.proxy.run_over(glue, cores, peer)

        return core


@dataclass(frozen=True, slots=True)
class Ends:
    """One side of a connection: it sends on ``out``, and takes what the other side sent."""

    out: Connection
    into: Connection

    def send(self, t: Handle, handle: int, where: str | None) -> int:
        """See Connection."""
        return self.out.send(t, handle, where)

    def take(self, t: Handle, sent: int, where: str | None) -> int:
        """See Connection."""
        return self.into.take(t, sent, where)


def border(call: Call, as_seen: Call, caller: Language, callee: Language, pointer: int) -> Border:
    """Two memories, with the same boxes in each."""
    near, far = Bench(caller, "pointer", memory(pointer)), Bench(callee, "pointer", memory(pointer))
    proxy = Machine(near.heap, STRUCTS, Subroutines(), {IMPORTED: OPERATIONS})
    host = Machine(far.heap, STRUCTS, Subroutines())
    return Border(call, as_seen, near, far, Connection(pointer), Connection(pointer), proxy, host)


def untouched(message: Message) -> Message:
    return message


def check_call(call: Call, as_seen: Call, caller: Language, callee: Language, pointer: int) -> None:
    """Make a call: the arguments and the result come through, and each handle crosses as often as it is in them."""
    at = border(call, as_seen, caller, callee, pointer)
    user = User(as_seen.result)
    made_call(call, at.near, at.core(user, asked=untouched, answered=untouched))
    assert user.seen == [as_seen.args]
    assert (sorted(at.there.given), sorted(at.there.lent)) == (call.given, call.lent)
    assert (sorted(at.back.given), at.back.lent) == (call.returned, [])
    assert at.far.heap.alive() == {}


def calls(name: str, count: int, pointer: int) -> list[tuple[Call, Call]]:
    """Random calls as either side sees them."""
    found = []
    for i in range(count):
        near, far = makers(f"{name} {i}", boxes(pointer))
        call, as_seen = near.call(), far.call()
        f = call.function
        if all(map(can_cross, [*(p.type for p in f.params), *([f.result] if f.result else [])])):
            found.append((call, as_seen))
    return found


def sweep(seed: int, count: int, caller: str, callee: str, pointer: int) -> None:
    """Random calls from one process to another."""
    for call, as_seen in calls(f"messages {seed}", count, pointer):
        check_call(call, as_seen, LANGUAGES[caller], LANGUAGES[callee], pointer)


@dataclass(frozen=True, slots=True)
class Vandal:
    """Damages a message: bytes, its end, or the end of its bulk."""

    random: random.Random

    def __call__(self, message: Message) -> Message:
        """A damaged copy."""
        structure = bytearray(message.structure)
        match self.random.randrange(6):
            case 0 if structure:
                del structure[self.random.randrange(len(structure)) :]
            case 1:
                structure += self.random.randbytes(self.random.randint(1, 16))
            case 2 if message.bulk:
                return Message(message.structure, message.bulk[: self.random.randrange(len(message.bulk))])
            case _ if structure:
                for _ in range(self.random.choice((1, 1, 2, 8))):
                    value = self.random.choice((0, 1, 2, 0x7F, 0x80, 0xFF, self.random.randrange(256)))
                    structure[self.random.randrange(len(structure))] = value
        return Message(bytes(structure), message.bulk)


def sweep_hostile(seed: int, count: int, pointer: int) -> tuple[int, int]:
    """Damaged messages in either direction; returns how many trapped, and how many were values all the same."""
    trapped = valid = 0
    names = list(LANGUAGES)
    for i, (call, as_seen) in enumerate(calls(f"hostile messages {seed}", count, pointer)):
        caller, callee = LANGUAGES[names[i % len(names)]], LANGUAGES[names[i // 3 % len(names)]]
        for attempt in range(12):
            at = border(call, as_seen, caller, callee, pointer)
            vandal = Vandal(random.Random(f"vandal {seed} {i} {attempt}"))
            asked, answered = (vandal, untouched) if attempt % 2 else (untouched, vandal)
            if survives(at, asked, answered):
                valid += 1
            else:
                trapped += 1
    return trapped, valid


def survives(at: Border, asked: Tamper, answered: Tamper) -> bool:
    """Whether a call returns, or traps. Whatever it was sent, it leaves nothing behind where it returns."""
    core = at.core(User(at.as_seen.result), asked=asked, answered=answered)
    bench = at.near
    glue = import_glue(at.call.function, SYMMETRIC, bench.language.traits, bench.subroutines, PLACE)
    try:
        bench.machine.run_import(glue, at.call.args, core)
    except Trap as trap:
        assert trap.where is None or trap.where.startswith(PLACE)
        return False
    assert bench.heap.alive() == {}
    assert at.far.heap.alive() == {}
    return True


def sent(f: Function, args: list[Any], pointer: int, base: int | None = None) -> Message:
    """The message of a call, from a memory of its own."""
    heap = Heap(pointer, base=base)
    bench, subroutines = Bench(STRUCTS, "pointer", heap), Subroutines()
    messages = []

    def go(message: Message) -> Message:
        messages.append(message)
        return Message()

    def core(*cores: Any) -> Any:
        glue = call_over(f, subroutines, PLACE)
        return Machine(heap, STRUCTS, subroutines).run_over(glue, cores, Peer(heap, Connection(pointer), go=go))

    glue = import_glue(f, SYMMETRIC, bench.language.traits, bench.subroutines, PLACE)
    bench.machine.run_import(glue, args, core)
    return messages[0]


def takes(*types: Type) -> Function:
    """A function of such parameters."""
    return Function("f", tuple(Param(f"p{i}", t) for i, t in enumerate(types)))


def word(value: int, pointer: int) -> bytes:
    """A pointer or a length."""
    return value.to_bytes(pointer, "little")


@pytest.mark.parametrize("pointer", [4, 8])
@pytest.mark.parametrize("language", LANGUAGES)
def test_calls(language: str, pointer: int) -> None:
    sweep(1, 30, language, "structs", pointer)
    sweep(2, 30, "objects", language, pointer)


@pytest.mark.slow
@pytest.mark.parametrize("pointer", [4, 8])
@pytest.mark.parametrize(("caller", "callee"), list(product(LANGUAGES, LANGUAGES)))
def test_calls_at_length(caller: str, callee: str, pointer: int) -> None:
    sweep(3, 300, caller, callee, pointer)


@pytest.mark.parametrize("pointer", [4, 8])
def test_damaged_messages(pointer: int) -> None:
    trapped, valid = sweep_hostile(1, 60, pointer)
    assert trapped > 100
    assert valid > 50


@pytest.mark.slow
@pytest.mark.parametrize("pointer", [4, 8])
def test_damaged_messages_at_length(pointer: int) -> None:
    trapped, valid = sweep_hostile(2, 3000, pointer)
    assert trapped > 5000
    assert valid > 2000


@pytest.mark.parametrize("pointer", [4, 8])
def test_a_message_is_what_it_says(pointer: int) -> None:
    """A list of two strings beside a number: the parameters, the list, its strings; no pointer, each block aligned."""
    message = sent(takes(U8, Seq(Text())), [7, ["ab", "xyz"]], pointer)
    parameters = b"\7" + bytes(pointer - 1) + word(0, pointer) + word(2, pointer)
    strings = word(0, pointer) + word(2, pointer) + word(0, pointer) + word(3, pointer)
    assert message == Message(parameters + strings + b"abxyz")


@pytest.mark.parametrize("pointer", [4, 8])
def test_blocks_come_parent_first_and_element_by_element(pointer: int) -> None:
    inner = tuple_of(Text(), Seq(Text()))
    message = sent(takes(Seq(inner)), [[("1", ["a", "b"]), ("2", ["c"])]], pointer)
    assert [chr(byte) for byte in message.structure if byte > 2] == list("1ab2c")


@pytest.mark.parametrize("pointer", [4, 8])
def test_a_message_has_no_address(pointer: int) -> None:
    for i in range(60):
        near, _ = makers(f"no address {i}", boxes(pointer))
        near.boxes = None
        t = near.type()
        if not can_cross(t) or near.owned or holds_handle(t):
            continue
        value = near.value(t)
        low, high = (sent(takes(t), [value], pointer, base) for base in (0x1000_0000, 0x5500_0000))
        assert low == high, t


def holds_handle(t: Type) -> bool:
    """Whether a handle is in a value."""
    return bool(handles_in(t))


@pytest.mark.parametrize("pointer", [4, 8])
@pytest.mark.parametrize(("count", "is_bulk"), [(BULK // 8 - 1, False), (BULK // 8, True)])
def test_large_plain_lists_travel_apart(count: int, is_bulk: bool, pointer: int) -> None:
    values = list(range(count))
    message = sent(takes(Seq(U64)), [values], pointer)
    block = b"".join(value.to_bytes(8, "little") for value in values)
    assert message.bulk == (block if is_bulk else b"")
    assert message.structure.endswith(block) is not is_bulk


@pytest.mark.parametrize("pointer", [4, 8])
def test_large_lists_come_through(pointer: int) -> None:
    big = option(Seq(tuple_of(U64, Scalar("s16"))))
    f = Function("f", (Param("a", Seq(U8)), Param("b", Text()), Param("c", Seq(Scalar("bool")))), big)
    values = [(i, -i) for i in range(1000)]
    args = [list(range(256)) * 20, "x" * 5000, [True, False] * 3000]
    call = Call(f, args, (1, values), [], [], [])
    for language in (OBJECTS, STRUCTS):
        check_call(call, call, language, language, pointer)


def test_what_has_a_value_for_every_byte_pattern_is_plain() -> None:
    plain: list[Type] = [U8, Scalar("f64"), tuple_of(U8, U64), FixedSeq(U64, 3)]
    others: list[Type] = [Scalar("bool"), Scalar("char"), Text(), Seq(U8), option(U8), Handle(IMPORTED, owned=True)]
    assert all(map(is_plain, plain))
    assert not any(map(is_plain, others))
    assert not any(is_plain(tuple_of(U8, t)) for t in others)


# Each is one parameter; its message, and the same with a byte that is none of its own.
NO_VALUES: list[tuple[Type, Any, int, bytes]] = [
    (Text(), "ab", -1, b"\xff"),
    (Scalar("char"), "a", 2, b"\x11"),
    (Seq(Scalar("char")), ["a"], -2, b"\x11"),
    (Sum((Case("a"), Case("b")), "enum"), 0, 0, b"\2"),
    (Seq(Sum((Case("a"), Case("b")), "enum")), [0], -1, b"\2"),
    (option(U8), (0, None), 0, b"\2"),
    (Seq(option(U8)), [(1, 3)], -2, b"\2"),
    (FixedSeq(option(Text()), 1), [(0, None)], 0, b"\2"),
]


@pytest.mark.parametrize("pointer", [4, 8])
def test_what_is_no_value_traps(pointer: int) -> None:
    for t, value, at, byte in NO_VALUES:
        f = takes(t)
        good = sent(f, [value], pointer).structure
        start = at % len(good)
        assert served(f, good, pointer) == [value]
        for bad in (good[:start] + byte + good[start + 1 :], good + b"\0", good[:-1]):
            reached: list[Any] = []
            assert traps(partial(served, f, bad, pointer, reached)), (t, bad)
            assert reached == [], (t, bad)


def traps(act: Callable[[], object]) -> bool:
    """Whether something traps."""
    try:
        act()
    except Trap:
        return True
    return False


def served(f: Function, structure: bytes, pointer: int, reached: list[Any] | None = None) -> list[Any]:
    """What a function is called with; ``reached`` gets the core values of each call."""
    far = Bench(STRUCTS, "pointer", memory(pointer))
    user, subroutines = User(None), Subroutines()
    inner = exporter(f, far, user)

    def target(*cores: Any) -> Any:
        if reached is not None:
            reached.append(cores)
        return inner(*cores)

    host = Machine(far.heap, STRUCTS, subroutines)
    host.run_served(serve(f, subroutines, PLACE), Message(structure), Connection(pointer), target)
    return list(user.seen[0])


@pytest.mark.parametrize("pointer", [4, 8])
def test_flat_values_are_cut_to_what_they_mean(pointer: int) -> None:
    """symmetric-abi.md, sections 2 and 4: any bool that is not 0 is true, narrow integers are cut, cases checked."""
    f = Function("f", (Param("a", Scalar("bool")), Param("b", U8), Param("c", option(Scalar("bool")))))
    assert flat_sent(f, (0x100, 0x1FF, 1, 0x80), pointer) == b"\1\xff\1\1"
    assert flat_sent(f, (0, 1, 0, 7), pointer) == b"\0\1\0\0"
    assert traps(lambda: flat_sent(f, (0, 1, 0x100, 0), pointer))
    assert traps(lambda: flat_sent(takes(Sum((Case("a"), Case("b")), "enum")), (0x100,), pointer))


def flat_sent(f: Function, cores: tuple[int, ...], pointer: int) -> bytes:
    """What goes into a message of such core values."""
    messages: list[Message] = []

    def go(message: Message) -> Message:
        messages.append(message)
        return Message()

    heap, subroutines = Heap(pointer), Subroutines()
    glue = call_over(f, subroutines, PLACE)
    Machine(heap, STRUCTS, subroutines).run_over(glue, cores, Peer(heap, Connection(pointer), go=go))
    return messages[0].structure


# ---- a host that fails -----------------------------------------------------------------------------------------------
FAILS = Function("f", (Param("a", Text()),), result(Seq(Text()), Text()))
GONE = {
    4: Message(b"\1\0\0\0" + word(0, 4) + word(4, 4) + b"gone"),
    8: Message(word(1, 8) + word(0, 8) + word(4, 8) + b"gone"),
}


def recovered(answer: Callable[[Message], Message], pointer: int) -> Any:
    """What a caller gets where a failure is an error."""
    heap, subroutines = memory(pointer), Subroutines()
    bench = Bench(OBJECTS, "pointer", heap)

    def core(*cores: Any) -> Any:
        glue = call_over(FAILS, subroutines, PLACE, recovers=True)
        peer = Peer(heap, Connection(pointer), go=answer, error=GONE[pointer])
        return Machine(heap, STRUCTS, subroutines).run_over(glue, cores, peer)

    glue = import_glue(FAILS, SYMMETRIC, bench.language.traits, bench.subroutines, PLACE)
    got = bench.machine.run_import(glue, ["hello"], core)
    assert heap.alive() == {}
    return got


@pytest.mark.parametrize("pointer", [4, 8])
def test_a_failure_becomes_the_error(pointer: int) -> None:
    def lost(message: Message) -> Message:
        raise Lost

    two = word(0, pointer) + word(2, pointer)
    fine = b"\0" + bytes(pointer - 1) + two + (word(0, pointer) + word(1, pointer)) * 2
    assert recovered(lost, pointer) == (1, "gone")
    assert recovered(lambda message: Message(fine + b"ab"), pointer) == (0, ["a", "b"])
    for bad in (b"", b"\7" * 24, fine, fine + b"a", fine + b"a\xff", fine + b"abc"):
        assert recovered(lambda message, bad=bad: Message(bad), pointer) == (1, "gone"), bad
