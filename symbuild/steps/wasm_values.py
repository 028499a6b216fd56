"""Values as wasmtime's Python API has them (https://bytecodealliance.github.io/wasmtime-py), to and from ours.

A record is an object with attributes, a list of bytes is ``bytes``, flags are a set of names and a variant has a tag
and a payload. Types are as :mod:`wasm_types` leaves them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, assert_never

from symbuild.model.types import Bits, Channel, FixedSeq, Handle, Product, Scalar, Seq, Sum, Text, Type, shape
from symbuild.model.wave_read import Value
from symbuild.model.wave_tokens import RESULT


@contextmanager
def tagged_variants() -> Iterator[None]:
    """Inside, every variant has a tag.

    Else wasmtime leaves tags out where the payloads' Python classes differ, and finds the case by class again: for
    ``variant { a(u32), b(bool) }`` it takes ``True`` for an ``a``, and where a payload is itself an option it takes any
    value for that.
    """
    from wasmtime.component import _types as wasmtime_types

    of_wasmtime = wasmtime_types.VariantLikeType._tagged
    setattr(wasmtime_types.VariantLikeType, "_tagged", lambda _: True)  # noqa: B010  # mypy takes it for a mistake
    try:
        yield
    finally:
        setattr(wasmtime_types.VariantLikeType, "_tagged", of_wasmtime)  # noqa: B010


def to_wasmtime(t: Type, value: Value) -> Any:
    """wasmtime's form of a value."""
    from wasmtime.component import Record, Variant

    match shape(t):
        case Scalar("f32" | "f64"):
            return float(value)
        case Scalar() | Text():
            return value
        case Seq(elem) if shape(elem) == Scalar("u8"):
            return bytes(value)
        case Seq(elem):
            return [to_wasmtime(elem, item) for item in value]
        case FixedSeq(elem):
            return tuple(to_wasmtime(elem, item) for item in value)
        case Product(fields, "record"):
            record = Record()
            for f, part in zip(fields, value, strict=True):
                setattr(record, f.name, to_wasmtime(f.type, part))
            return record
        case Product(fields):
            return tuple(to_wasmtime(f.type, part) for f, part in zip(fields, value, strict=True))
        case Sum(cases, "enum"):
            return cases[value].name
        case Sum(cases) as s:
            index, inner = value
            payload = cases[index].type
            return Variant(_tags(s)[index], to_wasmtime(payload, inner) if payload else None)
        case Bits(labels):
            return {label.name for i, label in enumerate(labels) if value >> i & 1}
        case Handle() | Channel():
            raise AssertionError("no text means such a value")
        case unknown:
            assert_never(unknown)


def from_wasmtime(t: Type, value: Any) -> Value:
    """Our form of wasmtime's value."""
    match shape(t):
        case Scalar() | Text():
            return value
        case Seq(elem) | FixedSeq(elem):
            return [from_wasmtime(elem, item) for item in value]
        case Product(fields, "record"):
            return tuple(from_wasmtime(f.type, getattr(value, f.name)) for f in fields)
        case Product(fields):
            return tuple(from_wasmtime(f.type, part) for f, part in zip(fields, value, strict=True))
        case Sum(cases, "enum"):
            return [case.name for case in cases].index(value)
        case Sum(cases) as s:
            index = _tags(s).index(value.tag)
            payload = cases[index].type
            return (index, from_wasmtime(payload, value.payload) if payload else None)
        case Bits(labels):
            return sum(1 << i for i, label in enumerate(labels) if label.name in value)
        case Handle() | Channel():
            return 0  # wasmtime does not tell the number, which nobody is shown
        case unknown:
            assert_never(unknown)


def _tags(s: Sum) -> tuple[str, ...]:
    return RESULT if s.sugar == "result" else tuple(case.name for case in s.cases)
