"""The oracle notices mistakes: each of ``mutants.py`` must be caught by the named small part of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from oracle import test_calls, test_forward, test_hostile, test_messages, test_vectors, test_vectors_own, vectors
from oracle.languages import LANGUAGES
from oracle.mutants import MUTANTS, Mutant, Patch, forget
from oracle.vectors_own import VECTORS
from symbuild.abi.heap import Fault, Trap


def check_vectors() -> None:
    """A third of the specification's vectors."""
    data = vectors.load()
    for vector in data.all[::3]:
        for pointer in (4, 8):
            test_vectors.check_layout(vector, pointer)
            test_vectors.check_flat(vector, pointer, data.heap)
            test_vectors.check_memory(vector, pointer, data.heap, LANGUAGES["objects"])


def check_own_vectors() -> None:
    """All of ours."""
    for vector in VECTORS:
        for pointer in vector.expected:
            test_vectors_own.check(vector, pointer)


def check_areas() -> None:
    """Where spilled parameters and large results lie."""
    for pointer in (4, 8):
        test_vectors_own.check_spilled_area(pointer)
        test_vectors_own.check_result_area(pointer)


def check_calls() -> None:
    """Calls between each language and the next."""
    names = list(LANGUAGES)
    for i, caller in enumerate(names):
        test_calls.sweep_symmetric(3, 12, caller, names[i - 1], 8)


def check_bridges() -> None:
    """Calls of canonical exports."""
    for language in ("objects", "struct-views", "utf16"):
        test_calls.sweep_bridged(4, 15, "objects", language, "fusion")


def check_hostile() -> None:
    """Bad bytes for every language."""
    for language in LANGUAGES:
        test_hostile.sweep(3, 6, language, 8)
        test_hostile.sweep_checked(language, 8)


def check_handles() -> None:
    """Bad handles for every language."""
    for language in LANGUAGES:
        test_hostile.sweep_handles(language, 8)
        test_hostile.check_lent_and_given(LANGUAGES[language], 8)


def check_forward() -> None:
    """Methods of handles that another component made."""
    for language in LANGUAGES:
        test_forward.sweep(2, language, 8)


def check_drops() -> None:
    """Drops of handles of any maker."""
    for check in (test_forward.check_drop, test_forward.check_foreign_drop, test_forward.check_destructor):
        check(8)


def check_messages() -> None:
    """Calls between processes, and what their messages hold."""
    test_messages.sweep(4, 40, "structs", "objects", 8)
    test_messages.test_a_message_is_what_it_says(8)
    test_messages.test_blocks_come_parent_first_and_element_by_element(8)


def check_damaged() -> None:
    """Messages that somebody tampered with."""
    test_messages.test_what_is_no_value_traps(8)


def check_failures() -> None:
    """Hosts that fail."""
    test_messages.test_a_failure_becomes_the_error(8)


def check_flat() -> None:
    """Core values that mean less than they hold."""
    test_messages.test_flat_values_are_cut_to_what_they_mean(8)


CHECKS: dict[str, Callable[[], None]] = {
    "vectors": check_vectors,
    "own vectors": check_own_vectors,
    "signatures": test_vectors_own.check_signatures,
    "areas": check_areas,
    "calls": check_calls,
    "bridges": check_bridges,
    "hostile": check_hostile,
    "handles": check_handles,
    "forward": check_forward,
    "drops": check_drops,
    "messages": check_messages,
    "damaged messages": check_damaged,
    "failures": check_failures,
    "flat values": check_flat,
}


@pytest.fixture
def patch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Patch]:
    """Changes to the ABI stage that end with the test."""
    forget()
    yield Patch(monkeypatch)
    monkeypatch.undo()
    forget()


@pytest.mark.parametrize("check", CHECKS)
def test_nothing_is_caught_where_nothing_is_wrong(check: str) -> None:
    CHECKS[check]()


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: m.name)
def test_mutant_is_caught(mutant: Mutant, patch: Patch) -> None:
    mutant.apply(patch)
    with pytest.raises((AssertionError, Fault, Trap)):
        CHECKS[mutant.caught_by]()


def test_mutants_are_many_and_different() -> None:
    names = [mutant.name for mutant in MUTANTS]
    assert len(set(names)) == len(names) >= 80
