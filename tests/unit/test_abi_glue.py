"""Glue's order of events: what is still in use is not freed, what is done with is."""

from __future__ import annotations

from collections.abc import Iterator

from symbuild.abi.convention import CANONICAL_EXPORT, CANONICAL_IMPORT, SYMMETRIC
from symbuild.abi.glue import export_glue, import_glue
from symbuild.abi.nodes import (
    Block,
    Buffer,
    CallCore,
    CallUser,
    CheckRange,
    EachIn,
    EachOut,
    Encode,
    Let,
    LoadValue,
    Receive,
    Release,
    Stmt,
)
from symbuild.abi.walk import Subroutines, Traits
from symbuild.model.types import Scalar, Seq, Text, option
from symbuild.model.world import Function, Param

COPIES = Traits(lambda t: False, utf8=False, views=False, moves=False)
VIEWS = Traits(lambda t: True, utf8=True, views=True, moves=True)
U32 = Scalar("u32")
MANY = Function("f", tuple(Param(f"p{i}", U32) for i in range(17)))


def test_given_area_is_freed_after_the_call_that_reads_it() -> None:
    for traits in (COPIES, VIEWS):
        body = export_glue(MANY, CANONICAL_EXPORT, traits, Subroutines(), "f").body
        kinds = [type(s) for s in body]
        assert kinds.count(Release) == 1
        assert kinds.index(CallUser) < kinds.index(Release)


def test_lent_area_is_never_freed() -> None:
    for traits in (COPIES, VIEWS):
        body = export_glue(MANY, SYMMETRIC, traits, Subroutines(), "f").body
        assert Release not in [type(s) for s in body]


def test_post_return_only_where_the_result_owns_memory() -> None:
    for result, frees in ((option(U32), False), (Text(), True), (None, False)):
        f = Function("f", (), result)
        exported = export_glue(f, CANONICAL_EXPORT, COPIES, Subroutines(), "f")
        assert bool(exported.post_return) is frees
        assert export_glue(f, SYMMETRIC, COPIES, Subroutines(), "f").post_return is None


def test_one_signature_on_both_sides_of_the_symmetric_abi_only() -> None:
    f = Function("f", (), Text())
    ours = (make(f, SYMMETRIC, COPIES, Subroutines(), "f").signature for make in (import_glue, export_glue))
    assert len(set(ours)) == 1
    imported = import_glue(f, CANONICAL_IMPORT, COPIES, Subroutines(), "f").signature
    exported = export_glue(f, CANONICAL_EXPORT, COPIES, Subroutines(), "f").signature
    assert (imported.params, imported.result) == (("ptr",), None)
    assert (exported.params, exported.result) == ((), "ptr")


def test_utf8_strings_need_not_lie_in_memory_as_the_abi_has_them() -> None:
    """Rust's ``&str`` is UTF-8, its two words are in an order of the compiler's: it is received, never loaded whole."""
    traits = Traits(lambda t: False, utf8=True, views=True, moves=False)
    lent = Function("f", (*MANY.params, Param("text", Text()), Param("texts", Seq(Text()))))
    body = export_glue(lent, SYMMETRIC, traits, Subroutines(), "f").body
    assert not [s for s in body if isinstance(s, LoadValue)]
    assert [s.mode for s in body if isinstance(s, Receive)] == ["view"]
    assert [type(inner) for s in body if isinstance(s, EachIn) for inner in s.body] == [Let, Let, CheckRange, Receive]


def test_a_host_gives_what_it_writes_and_frees_nothing() -> None:
    """The caller's side of a canonical export: the callee frees arguments and, by post-return, the result."""
    f = Function("f", (*MANY.params, Param("texts", Seq(Text()))), Seq(Text()))
    glue = import_glue(f, CANONICAL_EXPORT, COPIES, Subroutines(), "f")
    assert (glue.signature.params, glue.signature.result) == (("ptr",), "ptr")
    every = list(_all_in(glue.body))
    assert {s.life for s in every if isinstance(s, Buffer)} == {"given"}
    assert all(s.given for s in every if isinstance(s, Encode))
    assert {s.mode for s in every if isinstance(s, Receive | EachIn)} == {"copy"}
    assert not [s for s in every if isinstance(s, Release)]
    # The callee says where the result is, so that is looked at before anything there.
    after = glue.body[[type(s) for s in glue.body].index(CallCore) + 1]
    assert isinstance(after, CheckRange)


def _all_in(block: Block) -> Iterator[Stmt]:
    for statement in block:
        yield statement
        if isinstance(statement, EachIn | EachOut):
            yield from _all_in(statement.body)
