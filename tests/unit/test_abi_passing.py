"""What of a call is lent, given away or made: memory and handles at any depth."""

from __future__ import annotations

import pytest

from symbuild.abi.passing import Passing, passing_of
from symbuild.model.types import (
    FixedSeq,
    Handle,
    Resource,
    Scalar,
    Seq,
    Text,
    Type,
    TypeDef,
    map_of,
    option,
    result,
    tuple_of,
)
from symbuild.model.world import Function, Param

R = TypeDef("r", "import t:t/i", Resource())
OWN, BORROW = Handle(R, owned=True), Handle(R, owned=False)


@pytest.mark.parametrize(
    ("t", "passing"),
    [
        (Scalar("u8"), Passing()),
        (Text(), Passing(lends=("x",))),
        (OWN, Passing(moves=("x",))),
        (BORROW, Passing(borrows=("x",))),
        (FixedSeq(option(OWN), 2), Passing(moves=("x",))),
        (Seq(result(BORROW, None)), Passing(lends=("x",), borrows=("x",))),
        (map_of(Text(), tuple_of(OWN, BORROW)), Passing(lends=("x",), moves=("x",), borrows=("x",))),
    ],
)
def test_parameters(t: Type, passing: Passing) -> None:
    assert passing_of(Function("f", (Param("x", t),))) == passing


@pytest.mark.parametrize(
    ("t", "gives", "makes"),
    [(None, False, False), (Text(), True, False), (option(OWN), False, True), (Seq(OWN), True, True)],
)
def test_results(t: Type | None, gives: bool, makes: bool) -> None:
    assert passing_of(Function("f", (), t)) == Passing(gives=gives, makes=makes)
