"""C results that lie at the ABI from the start: which glue has one, and that no copy of it is left in the text."""

from __future__ import annotations

from symbuild.abi.convention import CANONICAL_EXPORT, SYMMETRIC
from symbuild.abi.glue import export_glue, import_glue
from symbuild.abi.walk import Subroutines, Traits
from symbuild.bindings.c import Options
from symbuild.bindings.c.in_place import InPlace, result_in_place
from symbuild.bindings.c.view import bindings
from symbuild.model.types import Scalar, Text, Type, option
from symbuild.model.world import Function, Interface, InterfaceItem, World

SAME_BYTES = Traits(lambda t: True, utf8=True, views=False, moves=True)
OTHER_BYTES = Traits(lambda t: False, utf8=False, views=False, moves=True)


def returning(t: Type) -> Function:
    return Function("f", (), t)


def test_both_sides_share_the_callers_area() -> None:
    f = returning(Text())
    assert result_in_place(export_glue(f, SYMMETRIC, SAME_BYTES, Subroutines(), "f").body) == InPlace(
        "_result0", "_p0", Text()
    )
    imported = result_in_place(import_glue(f, SYMMETRIC, SAME_BYTES, Subroutines(), "f").body)
    assert imported is not None and imported.type == Text()


def test_results_of_other_bytes_or_without_an_area_lie_apart() -> None:
    for f, traits in ((returning(Text()), OTHER_BYTES), (returning(Scalar("u32")), SAME_BYTES)):
        for make in (export_glue, import_glue):
            assert result_in_place(make(f, SYMMETRIC, traits, Subroutines(), "f").body) is None


def test_an_area_made_after_the_call_holds_a_copy() -> None:
    body = export_glue(returning(Text()), CANONICAL_EXPORT, SAME_BYTES, Subroutines(), "f").body
    assert result_in_place(body) is None


def test_c_copies_no_result_that_crosses_the_symmetric_abi() -> None:
    for t in (Text(), option(Text())):
        interface = Interface("a:b/i", "i", (), (returning(t),))
        item = (InterfaceItem(interface),)
        importer = World("w", "a:b", imports=item)
        exporter = World("w", "a:b", exports=item)
        assert "memcpy" not in bindings(importer, Options())["w.h"].decode()
        native = bindings(exporter, Options())["w.c"].decode().split("#ifdef __wasm__")[0]
        assert "memcpy" not in native
