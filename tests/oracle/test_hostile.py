"""Bad bytes trap, naming the parameter or result; they never make glue read, write or free what it may not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count, islice
from typing import Any, Literal

import pytest

from oracle.bench import PLACE, Bench, User
from oracle.boxes import IMPORTED, MADE, boxes, memory
from oracle.hostile import Attack, Attacker
from oracle.languages import LANGUAGES, OBJECTS
from oracle.random_calls import makers
from symbuild.abi.convention import SYMMETRIC
from symbuild.abi.flatten import flatten
from symbuild.abi.glue import export_glue, import_glue
from symbuild.abi.heap import Trap
from symbuild.abi.interp import Language
from symbuild.abi.resources import handles_in
from symbuild.abi.walk import Subroutines
from symbuild.model.types import (
    Case,
    Field,
    FixedSeq,
    Handle,
    Named,
    Product,
    Scalar,
    Seq,
    Sum,
    Text,
    Type,
    TypeDef,
    map_of,
    option,
    result,
    tuple_of,
)
from symbuild.model.world import Function, Param

ENUM = Sum((Case("a"), Case("b"), Case("c")), "enum")


@dataclass(slots=True)
class Hand:
    """Makes attack number ``index`` of some kinds on a stored value, if there are as many.

    ``expected`` is what the user is shown where the attack does not have to trap.
    """

    index: int
    kinds: frozenset[str] | None = None
    attack: Attack | None = None
    expected: Any = None

    def strike(self, bench: Bench, t: Type, at: int) -> None:
        """Attack the value at ``at``."""
        found = Attacker(bench.codec).attacks(t, at)
        self.attack = next(islice((a for a in found if not self.kinds or a.kind in self.kinds), self.index, None), None)
        match self.attack:
            case Attack("bool"):
                bench.heap.fill(self.attack.address, b"\1")
                self.expected = bench.seen.load(t, at)
                self.attack.apply(bench.heap)
            case Attack("utf8" | "fine" | "held"):
                self.attack.apply(bench.heap)
                self.expected = bench.seen.load(t, at)
            case Attack():
                self.attack.apply(bench.heap)
            case None:
                self.expected = bench.seen.load(t, at)


# Sends a value through glue under attack; returns what arrives.
Send = Callable[[Any, Hand], Any]


@dataclass(frozen=True, slots=True)
class Path:
    """One way to send a value of a type. ``make`` is the glue of it, made once: (type, language, pointer's bytes).

    ``kinds`` are the attacks to make where not all of them; ``taken`` tells whether a type takes this way.
    """

    make: Callable[[Type, Language, int], Send]
    place: Literal["parameter p", "result"]
    kinds: frozenset[str] | None = None
    taken: Callable[[Type], bool] = lambda t: True


def send_argument(t: Type, language: Language, pointer: int) -> Send:
    """As a parameter among too many to be flat, so that the value is in memory."""
    f = Function("f", (Param("p", t), *(Param(f"n{i}", Scalar("u64")) for i in range(16))))
    params = tuple_of(*(p.type for p in f.params))
    subroutines = Subroutines()
    glue = export_glue(f, SYMMETRIC, language.traits, subroutines, PLACE)

    def send(value: Any, hand: Hand) -> Any:
        bench = Bench(language, "pointer", memory(pointer), subroutines)
        area = bench.area(params)
        bench.store(params, (value, *range(16)), area, "lent")
        hand.strike(bench, t, area)
        user = User(None)
        bench.machine.run_export(glue, [area], user)
        return user.seen[0][0]

    return send


def send_result(t: Type, language: Language, pointer: int) -> Send:
    """As part of a result that is too large to be flat."""
    whole = tuple_of(t, Scalar("u64"))
    subroutines = Subroutines()
    glue = import_glue(Function("f", (), whole), SYMMETRIC, language.traits, subroutines, PLACE)

    def send(value: Any, hand: Hand) -> Any:
        bench = Bench(language, "pointer", memory(pointer), subroutines)

        def core(area: int) -> None:
            bench.store(whole, (value, 7), area, "given")
            hand.strike(bench, t, area)

        return bench.machine.run_import(glue, [], core)[0]

    return send


def send_flat_argument(t: Type, language: Language, pointer: int) -> Send:
    """As the only parameter."""
    subroutines = Subroutines()
    glue = export_glue(Function("f", (Param("p", t),)), SYMMETRIC, language.traits, subroutines, PLACE)

    def send(value: Any, hand: Hand) -> Any:
        bench = Bench(language, "pointer", memory(pointer), subroutines)
        user = User(None)
        bench.machine.run_export(glue, flattened(t, value, hand, bench), user)
        return user.seen[0][0]

    return send


def send_flat_result(t: Type, language: Language, pointer: int) -> Send:
    """As the result."""
    subroutines = Subroutines()
    glue = import_glue(Function("f", (), t), SYMMETRIC, language.traits, subroutines, PLACE)

    def send(value: Any, hand: Hand) -> Any:
        bench = Bench(language, "pointer", memory(pointer), subroutines)
        return bench.machine.run_import(glue, [], lambda: flattened(t, value, hand, bench)[0])

    return send


def flattened(t: Type, value: Any, hand: Hand, bench: Bench) -> list[Any]:
    """The flat form of a value after an attack that leaves it one."""
    area = bench.area(t)
    bench.store(t, value, area, "lent")
    hand.strike(bench, t, area)
    return Bench(OBJECTS, "pointer", bench.heap).lower(t, bench.codec.load(t, area))


HANDLES = frozenset(("handle", "held"))
ARGUMENT, RESULT = Path(send_argument, "parameter p"), Path(send_result, "result")
FLAT_ARGUMENT = Path(send_flat_argument, "parameter p", HANDLES, lambda t: len(flatten(t, "pointer")) <= 16)
FLAT_RESULT = Path(send_flat_result, "result", HANDLES, lambda t: len(flatten(t, "pointer")) == 1)


def check_attacks(path: Path, t: Type, value: Any, language: Language, pointer: int) -> int:
    """Try every attack; returns how many there were."""
    if not path.taken(t):
        return 0
    send = path.make(t, language, pointer)
    viewed = path is ARGUMENT and language.traits.views
    for index in count():
        hand = Hand(index, path.kinds)
        trap, seen = attempt(send, value, hand)
        if hand.attack is None:
            assert trap is None
            assert seen == hand.expected
            return index
        assert trap is None or trap.where == f"{PLACE}: {path.place}"
        assert trap is None or hand.attack.kind != "handle" or trap.reason == hand.attack.name
        must = hand.attack.kind in ("traps", "handle") or (hand.attack.kind == "utf8" and language.validates)
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
        near, far = makers(f"hostile {seed} {i}", boxes(pointer))
        t = near.type()
        value = near.value(t)
        made += attack_all(far.type(), t, value, LANGUAGES[language], pointer)
    return made


def attack_all(received: Type, returned: Type, value: Any, language: Language, pointer: int) -> int:
    """Attacks on a value as an argument of an export, and on the same as a result of an import."""
    made = sum(check_attacks(path, received, value, language, pointer) for path in (ARGUMENT, FLAT_ARGUMENT))
    return made + sum(check_attacks(path, returned, value, language, pointer) for path in (RESULT, FLAT_RESULT))


def sweep_handles(language: str, pointer: int) -> int:
    """Attacks on handles at every position; returns how many were made."""
    given, lent = boxes(pointer).given, boxes(pointer).lent[0]
    received, returned = (handle_positions(resource, given, lent) for resource in (MADE, IMPORTED))
    pairs = zip(received, returned, strict=True)
    return sum(attack_all(t, u, value, LANGUAGES[language], pointer) for (t, value), (u, _) in pairs)


def handle_positions(resource: TypeDef, given: Sequence[int], b: int) -> list[tuple[Type, Any]]:
    """Types that hold handles, and a value that handles of ``given`` are in, or ``b``, which is lent."""
    h, k, *_ = given
    own, borrow = Handle(resource, owned=True), Handle(resource, owned=False)
    record = Product((Field("a", Scalar("u8")), Field("b", own), Field("c", option(borrow))))
    named = Named(TypeDef("pair", resource.owner, record))
    return [
        (own, h),
        (borrow, b),
        (tuple_of(borrow), (b,)),
        (option(own), (1, h)),
        (result(Text(), borrow), (1, b)),
        (Sum((Case("a", Scalar("u64")), Case("b", own))), (1, h)),
        (Sum((Case("a", borrow), Case("b", Scalar("f32")))), (0, b)),
        (FixedSeq(own, 2), [h, k]),
        (named, (1, h, (1, b))),
        (Seq(own), [h]),
        (Seq(borrow), [b, b]),
        (Seq(named), [(1, h, (0, None)), (2, k, (1, b))]),
        (Seq(option(Seq(borrow))), [(1, [b])]),
        (map_of(Text(), own), [("a", h)]),
    ]


def check_lent_and_given(language: Language, pointer: int) -> int:
    """Lends what the same call gives, at every position; returns how often both were in one value."""
    given = boxes(pointer).given
    found = 0
    for t, value in handle_positions(MADE, given, given[0]):
        both = len({handle.owned for handle in handles_in(t)}) == 2
        for path in (ARGUMENT, FLAT_ARGUMENT):
            if not path.taken(t):
                continue
            trap, _ = attempt(path.make(t, language, pointer), value, Hand(0, frozenset({"none"})))
            assert bool(trap) == both
            if trap:
                assert (trap.where, trap.reason) == (f"{PLACE}: {path.place}", "handle that the same call gives away")
                found += 1
    return found


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
        made += attack_all(Seq(t), Seq(t), [value], LANGUAGES[language], pointer)
    return made


@pytest.mark.parametrize("pointer", [4, 8])
@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_of_what_must_be_checked(language: str, pointer: int) -> None:
    assert sweep_checked(language, pointer) > 50


@pytest.mark.parametrize("pointer", [4, 8])
@pytest.mark.parametrize("language", LANGUAGES)
def test_handles(language: str, pointer: int) -> None:
    assert sweep_handles(language, pointer) > 100


@pytest.mark.parametrize("pointer", [4, 8])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_given_is_not_lent(language: str, pointer: int) -> None:
    assert check_lent_and_given(LANGUAGES[language], pointer) == 4


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
    bench = Bench(language, "pointer", memory(pointer))
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
    assert bools_arrive(RESULT, language, pointer)
    same_bytes = LANGUAGES[language].traits.same_bytes(Scalar("bool"))
    assert bools_arrive(ARGUMENT, language, pointer) is not (language.endswith("views") and same_bytes)


def bools_arrive(path: Path, language: str, pointer: int) -> bool:
    """Whether odd bools arrive as true; False where they trap."""
    t = Seq(Scalar("bool"))
    send = path.make(t, LANGUAGES[language], pointer)
    outcomes = [attempt(send, [False], hand) for hand in map(Hand, range(10)) if is_bool(send, hand)]
    assert len(outcomes) == 3
    arrived = [seen == [True] for _, seen in outcomes]
    assert all(arrived) or not any(arrived)
    return all(arrived)


def is_bool(send: Send, hand: Hand) -> bool:
    """Whether this attack is on a bool."""
    attempt(send, [False], hand)
    return hand.attack is not None and hand.attack.kind == "bool"
