"""What the glue of calls between processes leaves out, and in which order it does the rest."""

from __future__ import annotations

from symbuild.abi.convention import SYMMETRIC
from symbuild.abi.flatten import core_signature
from symbuild.abi.message import call_over, can_cross, serve
from symbuild.abi.nodes import (
    Attempt,
    Block,
    Branch,
    CallCore,
    CallSubroutine,
    CheckText,
    Cross,
    Each,
    Forward,
    Release,
    Return,
    SendBlock,
    Stmt,
    TakeBlock,
    TakeInto,
)
from symbuild.abi.resources import drop_function
from symbuild.abi.walk import Subroutines
from symbuild.model.types import (
    Channel,
    Field,
    Handle,
    Named,
    Product,
    Resource,
    Scalar,
    Seq,
    Text,
    Type,
    TypeDef,
    option,
    result,
)
from symbuild.model.world import Function, Param

U8, U32 = Scalar("u8"), Scalar("u32")
POINT = Named(TypeDef("point", "export a:b/i", Product((Field("x", U8), Field("y", U32)))))
ITEM = Named(TypeDef("item", "export a:b/i", Product((Field("name", Text()), Field("price", U32)))))
R = TypeDef("r", "export a:b/i", Resource())


def takes(*types: Type) -> Function:
    """A function of such parameters."""
    return Function("f", tuple(Param(f"p{i}", t) for i, t in enumerate(types)))


def called(f: Function) -> Block:
    return call_over(f, Subroutines(), "f").body


def served(f: Function) -> Block:
    return serve(f, Subroutines(), "f").body


def of(kind: type, block: Block) -> list[Stmt]:
    """The statements of a kind."""
    return [s for s in block if isinstance(s, kind)]


def phases(block: Block) -> list[str]:
    """The phases of a call, in their order."""
    return [s.phase for s in block if isinstance(s, Cross)]


def test_a_list_of_plain_records_is_one_block() -> None:
    root, elements = of(SendBlock, called(takes(Seq(POINT))))
    assert (root.plain, elements.plain) == (False, True)  # type: ignore[attr-defined]
    assert of(TakeBlock, served(takes(Seq(POINT))))[1].plain  # type: ignore[attr-defined]
    for block in (called(takes(Seq(POINT))), served(takes(Seq(POINT)))):
        assert not of(Each, block)
        assert not of(CallSubroutine, block)


def test_what_is_checked_is_not_plain_and_still_one_block() -> None:
    for t in (Scalar("bool"), Scalar("char"), option(U8)):
        _, elements = of(SendBlock, called(takes(Seq(t))))
        assert not elements.plain  # type: ignore[attr-defined]
        assert not of(Each, called(takes(Seq(t))))
        assert len(of(Each, served(takes(Seq(t))))) == 1


def test_one_subroutine_for_each_verb_and_type() -> None:
    subroutines = Subroutines()
    f = Function("f", (Param("a", Seq(ITEM)), Param("b", option(ITEM))), result(Seq(ITEM), ITEM))
    for _ in range(2):
        call_over(f, subroutines, "f")
        serve(f, subroutines, "f")
    assert sorted(s.verb for s in subroutines.bodies) == ["free", "pack", "take"]


def test_a_call_has_phases() -> None:
    f = Function("f", (Param("a", Text()),), Text())
    assert phases(called(f)) == ["begin", "go", "end"]
    assert phases(served(f)) == ["taken", "reply"]
    order = [type(s) for s in served(f) if isinstance(s, CheckText | CallCore | SendBlock | Release)]
    # The result is freed only once all of it was sent.
    assert order == [CheckText, CallCore, SendBlock, SendBlock, Release]


def test_nothing_is_sent_where_there_is_nothing() -> None:
    assert [type(s) for s in called(Function("f"))] == [Cross, Cross, Cross, Return]
    assert [type(s) for s in served(Function("f"))] == [Cross, CallCore, Cross, Return]


def test_a_large_result_is_taken_where_the_caller_wants_it() -> None:
    f = Function("f", (), Text())
    (taken,) = of(TakeInto, called(f))
    assert taken.address.name == "_p0"  # type: ignore[attr-defined]


def test_calls_on_handles_of_other_makers_are_left_to_those() -> None:
    method = Function("[method]r.m", (Param("self", Handle(R, owned=False)),), kind="method", resource=R)
    for f in (method, drop_function(R)):
        assert isinstance(called(f)[0], Forward)
        assert not of(Forward, served(f))
    assert not of(Forward, called(takes(Handle(R, owned=True))))


def test_where_a_failure_is_an_error_all_but_the_end_may_fail() -> None:
    f = Function("f", (Param("a", Text()),), result(None, Text()))
    attempt, end, leave = call_over(f, Subroutines(), "f", recovers=True).body
    assert isinstance(attempt, Attempt)
    assert phases(attempt.ask) == ["begin", "go"]
    assert of(Branch, attempt.answer)
    assert phases((end, leave)) == ["end"]


def test_signatures_are_those_of_the_abi() -> None:
    for f in (takes(Text(), POINT), takes(*[U32] * 17), Function("f", (), ITEM)):
        for make in (call_over, serve):
            assert make(f, Subroutines(), "f").signature == core_signature(f, SYMMETRIC)


def test_streams_and_futures_cannot_cross() -> None:
    future = Channel("future", U8)
    assert not any(map(can_cross, (future, Seq(future), option(future), result(U8, future))))
    assert can_cross(option(Seq(ITEM)))
