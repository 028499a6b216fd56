"""Whole calls of random functions: between any two kinds of language, at both ABIs and pointer widths."""

from __future__ import annotations

import random
from itertools import product
from typing import Any

import pytest

from oracle.bench import Bench, Side, bridged_call, symmetric_call
from oracle.boxes import boxes, memory
from oracle.languages import LANGUAGES
from oracle.random_calls import Maker, makers
from symbuild.abi.convention import CANONICAL_EXPORT, CANONICAL_IMPORT, SYMMETRIC
from symbuild.abi.heap import Heap
from symbuild.abi.interp import Language
from symbuild.abi.layout import HandleForm, alignment, size
from symbuild.model.types import Type

FORMS: tuple[HandleForm, ...] = ("index", "pointer")
PAIRS = list(product(LANGUAGES, LANGUAGES))
# Name of the bridge: the rows and pointer widths on its two sides.
BRIDGES = {
    "fusion": (CANONICAL_IMPORT, 4, CANONICAL_EXPORT, 4),
    "host": (SYMMETRIC, 8, CANONICAL_EXPORT, 4),
    "plug-in": (CANONICAL_IMPORT, 4, SYMMETRIC, 8),
    "messages": (SYMMETRIC, 8, SYMMETRIC, 4),
}


def sweep_symmetric(seed: int, calls: int, caller: str, callee: str, pointer: int) -> None:
    """Random calls within one memory."""
    for i in range(calls):
        near, far = makers(f"symmetric {seed} {i}", boxes(pointer))
        symmetric_call(near.call(), far.call(), LANGUAGES[caller], LANGUAGES[callee], memory(pointer))


def sweep_bridged(seed: int, calls: int, caller: str, callee: str, bridge: str) -> None:
    """Random calls from one memory into another."""
    near_row, near, far_row, far = BRIDGES[bridge]
    for i in range(calls):
        make = Maker(random.Random(f"bridge {seed} {i}"))
        bridged_call(make.call(), Side(LANGUAGES[caller], near_row, near), Side(LANGUAGES[callee], far_row, far))


def sweep_bytes(seed: int, values: int, pointer: int) -> None:
    """Random values: size, alignment and bytes as the specification's text has them, for handles of both forms."""
    for i in range(values):
        make = Maker(random.Random(f"bytes {seed} {i}"))
        t = make.type()
        value = make.value(t)
        language = LANGUAGES[make.random.choice(list(LANGUAGES))]
        for form in FORMS:
            check_bytes(t, value, language, form, pointer)


def check_bytes(t: Type, value: Any, language: Language, form: HandleForm, pointer: int) -> None:
    """Write a value twice, as we do and as the specification's text does, and compare the memories."""
    ours = Bench(language, form, Heap(pointer, poison=0))
    theirs = Bench(language, form, Heap(pointer, poison=0))
    codec = theirs.codec
    assert (size(t, form, pointer), alignment(t, form, pointer)) == (codec.size(t), codec.alignment(t))
    at = ours.area(t)
    assert at == theirs.area(t)
    ours.write(t, value, at)
    theirs.store(t, value, at, "given")
    assert ours.heap.snapshot() == theirs.heap.snapshot()
    assert codec.load(t, at) == value
    ours.free(t, at)
    assert ours.heap.alive() == {}


@pytest.mark.parametrize("pointer", [4, 8])
@pytest.mark.parametrize(("caller", "callee"), PAIRS)
def test_symmetric(caller: str, callee: str, pointer: int) -> None:
    sweep_symmetric(1, 12, caller, callee, pointer)


@pytest.mark.parametrize("bridge", BRIDGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_bridged(language: str, bridge: str) -> None:
    sweep_bridged(1, 15, language, "objects", bridge)
    sweep_bridged(2, 15, "objects", language, bridge)


@pytest.mark.parametrize("pointer", [4, 8])
def test_bytes(pointer: int) -> None:
    sweep_bytes(1, 400, pointer)


@pytest.mark.slow
@pytest.mark.parametrize("pointer", [4, 8])
@pytest.mark.parametrize(("caller", "callee"), PAIRS)
def test_symmetric_at_length(caller: str, callee: str, pointer: int) -> None:
    sweep_symmetric(2, 400, caller, callee, pointer)


@pytest.mark.slow
@pytest.mark.parametrize("bridge", BRIDGES)
@pytest.mark.parametrize(("caller", "callee"), PAIRS)
def test_bridged_at_length(caller: str, callee: str, bridge: str) -> None:
    sweep_bridged(3, 200, caller, callee, bridge)
