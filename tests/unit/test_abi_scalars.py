"""Core values and scalars (CanonicalABI.md, "Flat Lifting", "Flat Lowering")."""

from __future__ import annotations

import struct

import pytest

from symbuild.abi.flatten import Core
from symbuild.abi.scalars import coerce, from_core, invalid, to_core
from symbuild.model.types import Bits, Case, Label, Scalar, ScalarName, Sum

ENUM = Sum((Case("a"), Case("b")), "enum")


@pytest.mark.parametrize(
    ("name", "core", "value"),
    [
        ("u8", 0x1FF, 0xFF),
        ("s8", 0x80, -0x80),
        ("s16", 0xFFFF, -1),
        ("u32", 0xFFFF_FFFF, 0xFFFF_FFFF),
        ("s32", 0xFFFF_FFFF, -1),
        ("s64", 1 << 63, -(1 << 63)),
        ("bool", 2, True),
        ("bool", 0, False),
        ("char", 0x20AC, "€"),
    ],
)
def test_from_core(name: ScalarName, core: int, value: object) -> None:
    assert from_core(Scalar(name), core) == value


@pytest.mark.parametrize(
    ("name", "value", "core"),
    [
        ("s8", -1, 0xFFFF_FFFF),
        ("s64", -1, 0xFFFF_FFFF_FFFF_FFFF),
        ("u64", 1 << 63, 1 << 63),
        ("bool", True, 1),
        ("char", "€", 0x20AC),
    ],
)
def test_to_core(name: ScalarName, value: object, core: int) -> None:
    assert to_core(Scalar(name), value) == core


def test_flags_that_are_none_are_dropped() -> None:
    assert from_core(Bits((Label("a"), Label("b"), Label("c"))), 0xFF) == 7


@pytest.mark.parametrize("core", [0xD800, 0xDFFF, 0x11_0000, 0xFFFF_FFFF])
def test_what_is_no_char(core: int) -> None:
    assert invalid(Scalar("char"), core) is not None


def test_what_is_a_char_or_an_enum() -> None:
    assert [invalid(Scalar("char"), c) for c in (0, 0xD7FF, 0xE000, 0x10_FFFF)] == [None] * 4
    assert invalid(ENUM, 1) is None
    assert invalid(ENUM, 2) == "enum index 2 is out of range"


ONE = struct.unpack("<I", struct.pack("<f", 1.0))[0]
ONE_WIDE = struct.unpack("<Q", struct.pack("<d", 1.0))[0]


@pytest.mark.parametrize(
    ("source", "target", "value", "pointer", "carried"),
    [
        ("f32", "i32", 1.0, 4, ONE),
        ("f32", "i64", 1.0, 4, ONE),
        ("f64", "i64", 1.0, 4, ONE_WIDE),
        ("i64", "f32", ONE | 7 << 32, 4, 1.0),
        ("i64", "f64", ONE_WIDE, 4, 1.0),
        ("f32", "ptr", 1.0, 8, ONE),
        ("ptr", "f32", ONE, 8, 1.0),
        ("i64", "i32", 1 << 32 | 5, 4, 5),
        ("i64", "ptr", 1 << 40 | 5, 4, 5),
        ("i64", "ptr", 1 << 40 | 5, 8, 1 << 40 | 5),
        ("len", "i64", 5, 4, 5),
        ("i32", "i64", 0xFFFF_FFFF, 4, 0xFFFF_FFFF),
    ],
)
def test_coerce(source: Core, target: Core, value: float, pointer: int, carried: float) -> None:
    assert coerce(source, target, value, pointer) == carried
