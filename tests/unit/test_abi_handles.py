"""What the walk makes of handles: roles, checks and drops by row of the convention table, and whole pieces of glue."""

from __future__ import annotations

import pytest

from symbuild.abi.convention import CANONICAL_EXPORT, CANONICAL_IMPORT, ROWS, SYMMETRIC, Convention
from symbuild.abi.glue import drop_glue, export_glue, import_glue
from symbuild.abi.nodes import (
    ADDRESS,
    CheckHandle,
    Each,
    EachIn,
    FromHandle,
    LoadValue,
    Receive,
    Store,
    ToHandle,
)
from symbuild.abi.nodes import Var as V
from symbuild.abi.place import Memory
from symbuild.abi.resources import drop_function, method_index, methods_of
from symbuild.abi.show import glue_text, subroutine_text
from symbuild.abi.walk import Subroutines, Traits, Walk
from symbuild.model.types import Handle, Named, Resource, Seq, Text, TypeDef, option, shape, tuple_of
from symbuild.model.world import Function, Interface, Param

COPIES = Traits(lambda t: False, utf8=True, views=False, moves=False)
BYTES = Traits(lambda t: True, utf8=True, views=True, moves=True)
# Has handles as the ABI has them, but not its lists.
NUMBERED = Traits(lambda t: isinstance(shape(t), Handle), utf8=True, views=True, moves=False)
# Owns nothing as the ABI has it, lends all of it so.
LENT_BYTES = Traits(lambda t: False, utf8=True, views=True, moves=True, lent_bytes=lambda t: True)
IMPORTED = TypeDef("r", "import a:b/c", Resource())
MADE = TypeDef("r", "export a:b/c", Resource())


def own(resource: TypeDef) -> Handle:
    return Handle(resource, owned=True)


def borrow(resource: TypeDef) -> Handle:
    return Handle(resource, owned=False)


METHOD = Function("[method]r.m", (Param("self", borrow(MADE)), Param("by", Text())), Text(), "method", MADE)
# Row, type, and what it is received as: role, check, whether it is dropped at the end.
RECEIVED = [
    (SYMMETRIC, own(IMPORTED), ("own", "null", False)),
    (SYMMETRIC, borrow(IMPORTED), ("borrow", "null", False)),
    (SYMMETRIC, own(MADE), ("own", "maker", False)),
    (SYMMETRIC, borrow(MADE), ("object", "maker", False)),
    (CANONICAL_IMPORT, own(IMPORTED), ("own", "none", False)),
    (CANONICAL_EXPORT, own(IMPORTED), ("own", "none", False)),
    (CANONICAL_EXPORT, borrow(IMPORTED), ("borrow", "none", True)),
    (CANONICAL_EXPORT, own(MADE), ("own", "none", False)),
    (CANONICAL_EXPORT, borrow(MADE), ("rep", "none", False)),
]


@pytest.mark.parametrize(
    ("row", "type", "received"), RECEIVED, ids=lambda x: x.name if isinstance(x, Convention) else ""
)
def test_received(row: Convention, type: Handle, received: tuple[str, str, bool]) -> None:
    walk = Walk(row, COPIES, Subroutines())
    got = walk.read(type, Memory(row.handle, V("p")), "copy")
    assert isinstance(got, FromHandle)
    assert (got.role, got.check, got.drops) == received


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_an_owned_handle_is_taken_out_of_its_value(row: Convention) -> None:
    for resource in (IMPORTED, MADE):
        walk = Walk(row, COPIES, Subroutines())
        walk.write(own(resource), V("h"), Memory(row.handle, V("p")), given=True, moved=False)
        (store,) = walk.body
        assert isinstance(store, Store)
        assert isinstance(store.value, ToHandle)
        assert (store.value.role, store.value.value) == ("own", V("h"))


def received_list(elem: Handle, traits: Traits, row: Convention = SYMMETRIC) -> list[type]:
    """The kinds of statements that read a list of handles."""
    walk = Walk(row, traits, Subroutines())
    walk.where = "f"
    walk.read(Seq(elem), Memory(row.handle, V(ADDRESS)), "view")
    found: list[type] = []
    for s in walk.body:
        found += [type(s), *(type(inner) for inner in s.body)] if isinstance(s, Each) else [type(s)]
    return found


def test_a_list_of_handles_is_received_whole_once_it_was_checked() -> None:
    for elem in (own(IMPORTED), borrow(IMPORTED), own(MADE)):
        kinds = received_list(elem, NUMBERED)
        assert kinds.index(Each) < kinds.index(CheckHandle) < kinds.index(Receive)
        kinds = received_list(elem, BYTES)
        assert kinds.index(Each) < kinds.index(CheckHandle) < kinds.index(LoadValue)


def test_nobody_checks_the_indexes_of_the_canonical_abi() -> None:
    assert CheckHandle not in received_list(own(MADE), BYTES, CANONICAL_EXPORT)


def test_a_list_of_ones_own_objects_is_never_received_whole() -> None:
    for traits in (BYTES, NUMBERED, LENT_BYTES):
        kinds = received_list(borrow(MADE), traits)
        assert EachIn in kinds
        assert not {Receive, LoadValue} & set(kinds)
    # There, the address of the object arrives, which is what the user is shown.
    assert Receive in received_list(borrow(MADE), NUMBERED, CANONICAL_EXPORT)


def test_lent_lists_move_their_owned_handles() -> None:
    f = Function("f", (Param("all", Seq(own(IMPORTED))),))
    assert "core(pointer(arg0), length(arg0))" in glue_text(import_glue(f, SYMMETRIC, BYTES, Subroutines(), "f"))
    assert "= handle(_elem" in glue_text(import_glue(f, SYMMETRIC, COPIES, Subroutines(), "f"))


def test_the_glue_of_a_method() -> None:
    assert glue_text(export_glue(METHOD, SYMMETRIC, COPIES, Subroutines(), "f")) == (
        "[method]r.m [symmetric](ptr, ptr, len, ptr)  // result written behind the last\n"
        "  forward [method]r.m to the maker of _p0 with (_p0, _p1, _p2, _p3)\n"
        "  check _p1, _p2 * 1 aligned 1\n"
        "  _text0 = receive string at _p1, _p2 (copy)\n"
        "  _result1 = user(borrow<r>(_p0, object, check maker), _text0)\n"
        "  store ptr [_p3 + 0] = copy(_result1)\n"
        "  store len [_p3 + 4|8] = length(_result1)\n"
        "  destroy string _result1\n"
        "  return\n"
    )


def test_the_self_of_a_method_with_many_parameters_is_behind_the_pointer() -> None:
    params = (*METHOD.params, *(Param(f"p{i}", Text()) for i in range(16)))
    text = glue_text(
        export_glue(Function("[method]r.m", params, None, "method", MADE), SYMMETRIC, COPIES, Subroutines(), "f")
    )
    assert "  forward [method]r.m to the maker of ptr [_p0 + 0] with (_p0)\n" in text


def test_only_methods_of_ones_own_resources_at_the_symmetric_abi_are_forwarded() -> None:
    imported = Function("[method]r.m", (Param("self", borrow(IMPORTED)),), None, "method", IMPORTED)
    static = Function("[static]r.s", (Param("of", borrow(MADE)),), None, "static", MADE)
    for f, row in ((METHOD, CANONICAL_EXPORT), (imported, SYMMETRIC), (static, SYMMETRIC)):
        assert "forward" not in glue_text(export_glue(f, row, COPIES, Subroutines(), "f"))
    assert "forward" not in glue_text(import_glue(imported, SYMMETRIC, COPIES, Subroutines(), "f"))


APART = Function("f", (Param("x", borrow(MADE)), Param("y", option(Seq(own(MADE))))))


def test_handles_that_are_given_are_marked_while_those_that_are_lent_are_checked() -> None:
    text = glue_text(export_glue(APART, SYMMETRIC, BYTES, Subroutines(), "f"))
    assert text.startswith(
        "f [symmetric](ptr, i32, ptr, len)\n"
        "  branch option<list<own<r>>> _p1\n"
        "    case none\n"
        "    case some\n"
        "      check _p2, _p3 * 4|8 aligned 4|8\n"
        "      for _at0 from _p2 by 4|8, _p3 times\n"
        "        mark own<r> ptr [_at0 + 0] as given\n"
        "  check borrow<r> _p0 (maker)\n"
        "  branch option<list<own<r>>> _p1\n"
    )
    assert text.count("unmark own<r>") == 1


def test_only_calls_that_lend_and_give_what_one_makes_tell_handles_apart() -> None:
    other = TypeDef("q", "export a:b/c", Resource())
    apart = [
        (APART, SYMMETRIC, True),
        (
            Function("[method]r.eat", (Param("self", borrow(MADE)), Param("other", own(MADE))), resource=MADE),
            SYMMETRIC,
            True,
        ),
        (APART, CANONICAL_EXPORT, False),
        (Function("f", (Param("x", borrow(MADE)), Param("y", own(other)))), SYMMETRIC, False),
        (Function("f", (Param("x", borrow(IMPORTED)), Param("y", own(IMPORTED)))), SYMMETRIC, False),
        (Function("f", (Param("y", own(MADE)), Param("z", own(MADE)))), SYMMETRIC, False),
        (Function("f", (Param("x", borrow(MADE)), Param("z", borrow(MADE))), own(MADE)), SYMMETRIC, False),
    ]
    for f, row, does in apart:
        assert ("mark own<r>" in glue_text(export_glue(f, row, COPIES, Subroutines(), "f"))) is does


def test_named_types_are_told_apart_in_subroutines() -> None:
    card = TypeDef("card", "export a:b/c", tuple_of(own(MADE), borrow(MADE)))
    subroutines = Subroutines()
    f = Function("f", (Param("p", Seq(Named(card))),))
    text = glue_text(export_glue(f, SYMMETRIC, COPIES, subroutines, "f"))
    assert [text.count(f"call {verb} card") for verb in ("mark", "meet", "unmark")] == [1, 1, 1]
    bodies = {s.verb: subroutine_text(body) for s, body in subroutines.bodies.items()}
    assert bodies["mark"] == "mark card\n  mark own<r> ptr [_at + 0] as given\n"
    assert bodies["meet"] == "meet card\n  check borrow<r> ptr [_at + 4|8] (maker)\n"
    assert bodies["unmark"] == "unmark card\n  unmark own<r> ptr [_at + 0] as given\n"


def test_the_glue_of_a_drop() -> None:
    assert glue_text(drop_glue(MADE, SYMMETRIC, "f")) == (
        "[resource-drop]r [symmetric](ptr)\n"
        "  forward [resource-drop]r to the maker of _p0 with (_p0)\n"
        "  end r _p0 (own)\n"
    )
    assert glue_text(drop_glue(MADE, CANONICAL_EXPORT, "f")) == (
        "[dtor]r [canonical export](i32)\n"
        "  end r _p0 (rep)\n"
    )  # fmt: skip


def test_the_operations_of_a_resource_are_its_methods_in_wits_order() -> None:
    other = TypeDef("q", "export a:b/c", Resource())
    of = [
        Function("[constructor]r", (), own(MADE), "constructor", MADE),
        Function("[method]r.z", (Param("self", borrow(MADE)),), None, "method", MADE),
        Function("[method]q.a", (Param("self", borrow(other)),), None, "method", other),
        Function("[static]r.b", (), None, "static", MADE),
        Function("[method]r.a", (Param("self", borrow(MADE)),), None, "method", MADE),
    ]
    interface = Interface("a:b/c", "c", (MADE, other), tuple(of))
    assert [f.name for f in methods_of(interface, MADE)] == ["[method]r.z", "[method]r.a"]
    assert [method_index(interface, f) for f in of if f.kind == "method"] == [0, 0, 1]
    assert drop_function(MADE).name == "[resource-drop]r"
