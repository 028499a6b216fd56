"""Several makers of one resource: a method or a drop goes to whoever made the handle, anything else traps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from oracle.bench import PLACE, Bench, User, exporter, made_call
from oracle.boxes import FOREIGN_OPERATIONS, MADE, OPERATIONS, boxes, memory
from oracle.languages import LANGUAGES, OBJECTS
from oracle.random_calls import Call, Maker, makers
from symbuild.abi.convention import CANONICAL_EXPORT, SYMMETRIC
from symbuild.abi.glue import drop_glue
from symbuild.abi.heap import Heap, Trap
from symbuild.abi.interp import Language
from symbuild.model.types import Text, option
from symbuild.model.world import Param

WIDTHS = pytest.mark.parametrize("pointer", [4, 8])
# Parameters besides self: none, so that the handle is all there is; few; and too many to be flat.
COUNTS = (0, 3, 17)


def nobody(*args: Any) -> Any:
    """The code of a component whose turn it is not."""
    raise AssertionError(f"called with {args}")


def sweep(seed: int, language: str, pointer: int) -> None:
    """Methods called through the symbol of a component that did not make the handle."""
    names = list(LANGUAGES)
    maker = LANGUAGES[names[names.index(language) - 1]]
    for count in COUNTS:
        check_forwarded(f"forward {seed} {count}", count, LANGUAGES[language], maker, pointer)
        check_refused(f"refuse {seed} {count}", count, LANGUAGES[language], pointer)


def check_forwarded(seed: str, count: int, language: Language, maker: Language, pointer: int) -> None:
    """It knows who did: that one runs, and the caller gets its result."""
    call, as_seen = method_calls(seed, count, pointer)
    heap = memory(pointer)
    user = User(as_seen.result)
    run = exporter(as_seen.function, Bench(maker, "pointer", heap), user)
    known = {(OPERATIONS, as_seen.function.name): run}
    found = Bench(language, "pointer", heap, operations=FOREIGN_OPERATIONS, foreign=known)
    made_call(call, Bench(language, "pointer", heap), exporter(as_seen.function, found, nobody))
    assert user.seen == [as_seen.args]
    assert found.given == found.dropped == []


def check_refused(seed: str, count: int, language: Language, pointer: int) -> None:
    """It does not, or the handle is none."""
    call, as_seen = method_calls(seed, count, pointer)
    for handle, reason in bad_handles(pointer):
        args = [handle, *call.args[1:]]
        heap = memory(pointer)
        core = exporter(as_seen.function, Bench(language, "pointer", heap), nobody)
        with pytest.raises(Trap) as trap:
            made_call(replace(call, args=args), Bench(language, "pointer", heap), core)
        assert (trap.value.where, trap.value.reason) == (PLACE, reason)


def method_calls(seed: str, count: int, pointer: int) -> tuple[Call, Call]:
    """A call of a method with ``count`` parameters besides self, as both sides see it."""
    near, far = makers(seed, boxes(pointer))
    return method_call(near, count), method_call(far, count)


def method_call(make: Maker, count: int) -> Call:
    return make.call(make.method([Param(f"p{i}", make.type(1)) for i in range(count)], option(Text())))


def bad_handles(pointer: int) -> list[tuple[int, str]]:
    """Handles on which nothing can be called, and why."""
    known = boxes(pointer)
    return [
        (0, "null handle"),
        (known.foreign, "handle made by another component"),
        (known.dropped, "handle of a resource that was dropped"),
    ]


def drop(bench: Bench, handle: int, destructor: Callable[[int], None]) -> None:
    """What an importer's drop of a handle leads to."""
    bench.machine.run_export(drop_glue(MADE, SYMMETRIC, PLACE), [handle], destructor)


def check_drop(pointer: int) -> None:
    """One's own object is destroyed once, and first its handle is no handle any more."""
    bench = Bench(OBJECTS, "pointer", memory(pointer))
    handle, other, *_ = boxes(pointer).handles
    gone = []

    def destructor(rep: int) -> None:
        gone.append(rep)
        with pytest.raises(Trap, match="was dropped"):
            drop(bench, handle, nobody)

    drop(bench, handle, destructor)
    assert gone == [boxes(pointer).objects[handle]]
    with pytest.raises(Trap, match="was dropped"):
        drop(bench, handle, nobody)
    drop(bench, other, gone.append)
    assert len(gone) == 2


def check_foreign_drop(pointer: int) -> None:
    """Another's object is its maker's to destroy; what is nobody's traps."""
    handle, *_ = boxes(pointer).handles
    dropped: list[int] = []
    known = {(OPERATIONS, "[resource-drop]r"): dropped.append}
    drop(Bench(OBJECTS, "pointer", memory(pointer), operations=FOREIGN_OPERATIONS, foreign=known), handle, nobody)
    assert dropped == [handle]
    for bad, reason in bad_handles(pointer):
        with pytest.raises(Trap) as trap:
            drop(Bench(OBJECTS, "pointer", memory(pointer)), bad, nobody)
        assert (trap.value.where, trap.value.reason) == (PLACE, reason)


def check_destructor(pointer: int) -> None:
    """The Canonical ABI has dropped the handle already, and gives the object, whatever its number."""
    gone: list[int] = []
    bench = Bench(OBJECTS, "index", Heap(pointer))
    bench.machine.run_export(drop_glue(MADE, CANONICAL_EXPORT, PLACE), [0xAB1E], gone.append)
    assert gone == [0xAB1E]


@WIDTHS
@pytest.mark.parametrize("language", LANGUAGES)
def test_methods(language: str, pointer: int) -> None:
    sweep(1, language, pointer)


@WIDTHS
@pytest.mark.parametrize("check", [check_drop, check_foreign_drop, check_destructor])
def test_drops(check: Callable[[int], None], pointer: int) -> None:
    check(pointer)
