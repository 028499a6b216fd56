"""Bad bytes trap, naming the parameter or result; they never make glue read, write or free what it may not."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from oracle.bench import PLACE, Bench, User
from oracle.hostile import Attack, Attacker
from oracle.languages import LANGUAGES
from oracle.random_calls import Maker
from symbuild.abi.convention import SYMMETRIC
from symbuild.abi.glue import export_glue, import_glue
from symbuild.abi.heap import Heap
from symbuild.abi.interp import Language, Trap
from symbuild.abi.walk import Subroutines
from symbuild.model.types import Case, Scalar, Seq, Sum, Text, Type, option, tuple_of
from symbuild.model.world import Function, Param

ENUM = Sum((Case("a"), Case("b"), Case("c")), "enum")


@dataclass(slots=True)
class Hand:
    """Makes attack number ``index`` on a stored value, if there are as many. ``expected`` is what is left of the value
    where the attack does not have to trap."""

    index: int
    attack: Attack | None = None
    expected: Any = None

    def strike(self, bench: Bench, t: Type, at: int) -> None:
        """Attack the value at ``at``."""
        attacks = list(Attacker(bench.codec).attacks(t, at))
        if self.index >= len(attacks):
            return
        self.attack = attacks[self.index]
        match self.attack.kind:
            case "bool":
                bench.heap.fill(self.attack.address, b"\1")
                self.expected = bench.codec.load(t, at)
                self.attack.apply(bench.heap)
            case "utf8" | "fine":
                self.attack.apply(bench.heap)
                self.expected = bench.codec.load(t, at)
            case "traps":
                self.attack.apply(bench.heap)


# Sends a value through glue under attack; returns what arrives.
Send = Callable[[Any, Hand], Any]
# The glue of one way to send, made once: (type, language, pointer's bytes).
Path = Callable[[Type, Language, int], Send]


def through_argument(t: Type, language: Language, pointer: int) -> Send:
    """As a parameter among too many to be flat, so that the value is in memory."""
    f = Function("f", (Param("p", t), *(Param(f"n{i}", Scalar("u64")) for i in range(16))))
    params = tuple_of(*(p.type for p in f.params))
    subroutines = Subroutines()
    glue = export_glue(f, SYMMETRIC, language.traits, subroutines, PLACE)

    def send(value: Any, hand: Hand) -> Any:
        bench = Bench(language, "pointer", Heap(pointer), subroutines)
        area = bench.area(params)
        bench.store(params, (value, *range(16)), area, "lent")
        hand.strike(bench, t, area)
        user = User(None)
        bench.machine.run_export(glue, [area], user)
        return user.seen[0][0]

    return send


def through_result(t: Type, language: Language, pointer: int) -> Send:
    """As part of a result that is too large to be flat."""
    whole = tuple_of(t, Scalar("u64"))
    subroutines = Subroutines()
    glue = import_glue(Function("f", (), whole), SYMMETRIC, language.traits, subroutines, PLACE)

    def send(value: Any, hand: Hand) -> Any:
        bench = Bench(language, "pointer", Heap(pointer), subroutines)

        def core(area: int) -> None:
            bench.store(whole, (value, 7), area, "given")
            hand.strike(bench, t, area)

        return bench.machine.run_import(glue, [], core)[0]

    return send


def check_attacks(path: Path, t: Type, value: Any, language: Language, pointer: int) -> int:
    """Try every attack; returns how many there were."""
    send = path(t, language, pointer)
    place = f"{PLACE}: {'parameter p' if path is through_argument else 'result'}"
    viewed = path is through_argument and language.traits.views
    for index in count():
        hand = Hand(index)
        trap, seen = attempt(send, value, hand)
        if hand.attack is None:
            assert trap is None
            assert seen == value
            return index
        assert trap is None or trap.where == place
        must = hand.attack.kind == "traps" or (hand.attack.kind == "utf8" and language.validates)
        may = must or (hand.attack.kind == "bool" and viewed)
        assert must <= bool(trap) <= may, (t, value, hand.attack)
        assert trap or seen == hand.expected, (t, value, hand.attack)
    raise AssertionError("attacks never end")


def attempt(send: Send, value: Any, hand: Hand) -> tuple[Trap | None, Any]:
    """The trap it led to, or what arrived."""
    try:
        return None, send(value, hand)
    except Trap as trap:
        return trap, None


def sweep(seed: int, types: int, language: str, pointer: int) -> int:
    """Attacks on random values; returns how many were made."""
    made = 0
    for i in range(types):
        make = Maker(random.Random(f"hostile {seed} {i}"))
        t = make.type()
        value = make.value(t)
        for path in (through_argument, through_result):
            made += check_attacks(path, t, value, LANGUAGES[language], pointer)
    return made


def sweep_checked(language: str, pointer: int) -> int:
    """Attacks on lists of what has bits that are no value; returns how many were made."""
    values: list[tuple[Type, Any]] = [
        (Scalar("char"), "a"),
        (Scalar("bool"), True),
        (ENUM, 1),
        (option(Scalar("u8")), (0, None)),
        (tuple_of(Scalar("u8"), Scalar("char")), (1, "b")),
    ]
    made = 0
    for t, value in values:
        for path in (through_argument, through_result):
            made += check_attacks(path, Seq(t), [value], LANGUAGES[language], pointer)
    return made


@pytest.mark.parametrize("pointer", [4, 8])
@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_of_what_must_be_checked(language: str, pointer: int) -> None:
    assert sweep_checked(language, pointer) > 50


@pytest.mark.parametrize("pointer", [4, 8])
@pytest.mark.parametrize("language", LANGUAGES)
def test_random_values(language: str, pointer: int) -> None:
    assert sweep(1, 30, language, pointer) > 200


@pytest.mark.slow
@pytest.mark.parametrize("pointer", [4, 8])
@pytest.mark.parametrize("language", LANGUAGES)
def test_random_values_at_length(language: str, pointer: int) -> None:
    assert sweep(2, 2000, language, pointer) > 20000


MOST = {4: 0xFFFF_FFFF, 8: 0xFFFF_FFFF_FFFF_FFFF}


def call_flat(t: Type, cores: list[Any], language: Language, pointer: int) -> Any:
    """What the user is called with."""
    bench = Bench(language, "pointer", Heap(pointer))
    f = Function("f", (Param("p", t),))
    user = User(None)
    glue = export_glue(f, SYMMETRIC, language.traits, bench.subroutines, PLACE)
    bench.machine.run_export(glue, cores, user)
    return user.seen[0][0]


@pytest.mark.parametrize("pointer", [4, 8])
@pytest.mark.parametrize("language", LANGUAGES)
def test_flat_values_out_of_range(language: str, pointer: int) -> None:
    most = MOST[pointer]
    bad: list[tuple[Type, list[Any]]] = [
        (Scalar("char"), [0xD800]),
        (Scalar("char"), [0x11_0000]),
        (ENUM, [3]),
        (ENUM, [0x100]),  # the receiver does not cut it to the eight bits a discriminant has in memory
        (option(Scalar("u8")), [2, 0]),
        (Text(), [0, 1]),
        (Text(), [16, most]),
        (Seq(Scalar("u64")), [4, 1]),
        (Seq(Scalar("u64")), [8, most // 8 + 1]),
        (Seq(Text()), [0, 1]),
    ]
    for t, cores in bad:
        with pytest.raises(Trap) as trap:
            call_flat(t, cores, LANGUAGES[language], pointer)
        assert trap.value.where == f"{PLACE}: parameter p"


@pytest.mark.parametrize("pointer", [4, 8])
@pytest.mark.parametrize("language", LANGUAGES)
def test_flat_values_with_bits_to_ignore(language: str, pointer: int) -> None:
    most = MOST[pointer]
    fine: list[tuple[Type, list[Any], Any]] = [
        (Scalar("bool"), [2], True),
        (Scalar("bool"), [0x100], True),
        (Scalar("u8"), [0xABCD_EF12], 0x12),
        (Scalar("s8"), [0x0000_0080], -128),
        (Scalar("s16"), [0xFFFF_FFFE], -2),
        # Of length 0, a pointer is not looked at.
        (Text(), [0, 0], ""),
        (Text(), [most, 0], ""),
        (Seq(Scalar("u64")), [1, 0], []),
        (Seq(Text()), [0, 0], []),
        # A case's payload is cut to what that case put into the join.
        (Sum((Case("a", Scalar("u32")), Case("b", Scalar("u64")))), [0, 0x1_0000_0007], (0, 7)),
    ]
    for t, cores, value in fine:
        assert call_flat(t, cores, LANGUAGES[language], pointer) == value


@pytest.mark.parametrize("pointer", [4, 8])
@pytest.mark.parametrize("language", LANGUAGES)
def test_bools_of_a_list(language: str, pointer: int) -> None:
    """Any byte but 0 is true. A copy is normalised, a result is mended in place; a view of what is lent cannot be, and
    traps where the language would see the bytes."""
    assert bools_arrive(through_result, language, pointer)
    same_bytes = LANGUAGES[language].traits.same_bytes(Scalar("bool"))
    assert bools_arrive(through_argument, language, pointer) is not (language.endswith("views") and same_bytes)


def bools_arrive(path: Path, language: str, pointer: int) -> bool:
    """Whether odd bools arrive as true; False where they trap."""
    t = Seq(Scalar("bool"))
    send = path(t, LANGUAGES[language], pointer)
    outcomes = [attempt(send, [False], hand) for hand in map(Hand, range(10)) if is_bool(send, hand)]
    assert len(outcomes) == 3
    arrived = [seen == [True] for _, seen in outcomes]
    assert all(arrived) or not any(arrived)
    return all(arrived)


def is_bool(send: Send, hand: Hand) -> bool:
    """Whether this attack is on a bool."""
    attempt(send, [False], hand)
    return hand.attack is not None and hand.attack.kind == "bool"
