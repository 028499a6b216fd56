"""Core types and signatures (CanonicalABI.md, "Flattening"; symmetric-abi.md, section 2).

A pointer and a length stay symbolic (``ptr``, ``len``), so one flat form serves both pointer widths.
"""

from __future__ import annotations

from functools import cache
from typing import Literal, assert_never

from symbuild.abi.convention import Convention
from symbuild.abi.layout import SCALAR_ACCESS, HandleForm, bits_words
from symbuild.frozen import frozen
from symbuild.model.types import Bits, Channel, FixedSeq, Handle, Product, Scalar, Seq, Sum, Text, Type, shape
from symbuild.model.world import Function

Core = Literal["i32", "i64", "f32", "f64", "ptr", "len"]

_WIDE: dict[str, Core] = {"i64": "i64", "f32": "f32", "f64": "f64"}


@cache
def flatten(t: Type, handle: HandleForm) -> tuple[Core, ...]:
    """The core values that carry ``t`` when it is passed flat."""
    match shape(t):
        case Scalar(name):
            return (_WIDE.get(SCALAR_ACCESS[name], "i32"),)
        case Text() | Seq():
            return ("ptr", "len")
        case FixedSeq(elem, count):
            return flatten(elem, handle) * count
        case Product(fields):
            return tuple(core for f in fields for core in flatten(f.type, handle))
        case Sum(cases):
            return ("i32", *_join_cases([flatten(c.type, handle) if c.type else () for c in cases]))
        case Bits() as b:
            words: tuple[Core, ...] = ("i32",)
            return words * bits_words(b)
        case Handle() | Channel():
            return ("ptr",) if handle == "pointer" else ("i32",)
        case unknown:
            assert_never(unknown)


def _join_cases(cases: list[tuple[Core, ...]]) -> list[Core]:
    joined: list[Core] = []
    for case in cases:
        for i, core in enumerate(case):
            if i < len(joined):
                joined[i] = join(joined[i], core)
            else:
                joined.append(core)
    return joined


def join(a: Core, b: Core) -> Core:
    """The core type that can carry either (CanonicalABI.md, "Flattening"): what is wider wins, bits are kept."""
    if a == b:
        return a
    for wider in ("i64", "f64"):
        if wider in (a, b):
            return "i64"
    if "ptr" in (a, b):
        return "ptr"
    if "len" in (a, b):
        return "len"
    return "i32"


@frozen
class CoreSignature:
    """A core function: what it takes and gives, and how it got there.

    ``spilled``: all parameters lie behind the one pointer. ``area``: more results than fit flat; ``out`` is a trailing
    pointer to the caller's area, ``returned`` a pointer to the callee's.
    """

    params: tuple[Core, ...]
    result: Core | None
    spilled: bool = False
    area: Literal["out", "returned"] | None = None


def core_signature(f: Function, row: Convention) -> CoreSignature:
    """The signature of ``f`` under one row of the convention table."""
    params = tuple(core for p in f.params for core in flatten(p.type, row.handle))
    results = flatten(f.result, row.handle) if f.result else ()
    spilled = len(params) > row.max_params
    if spilled:
        params = ("ptr",)
    if len(results) <= row.max_results:
        return CoreSignature(params, results[0] if results else None, spilled)
    if row.big_result == "out":
        return CoreSignature((*params, "ptr"), None, spilled, "out")
    return CoreSignature(params, "ptr", spilled, "returned")
