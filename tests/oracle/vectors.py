"""The specification's vectors, in our types and values (``tests/data/README.md`` says what is in them)."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from symbuild.model.types import (
    Bits,
    Case,
    Field,
    FixedSeq,
    Label,
    Product,
    Scalar,
    Seq,
    Sum,
    Text,
    Type,
    option,
    result,
    shape,
    tuple_of,
)

DATA = Path(__file__).parent.parent / "data" / "abi-vectors.json.gz"


@dataclass(frozen=True, slots=True)
class Expected:
    """What one value is at one pointer width. ``heap`` lacks its trailing zeros."""

    size: int
    align: int
    mem: bytes
    heap: bytes
    flat_types: tuple[str, ...]
    flat: tuple[int | float, ...]


@dataclass(frozen=True, slots=True)
class Vector:
    """One type and value; ``expected`` by pointer width."""

    type: Type
    value: Any
    expected: dict[int, Expected]


@dataclass(frozen=True, slots=True)
class Vectors:
    """All of them, and the addresses they were printed for."""

    base: int
    heap: int
    all: tuple[Vector, ...]


@cache
def load() -> Vectors:
    """Read the file once."""
    raw = json.loads(gzip.decompress(DATA.read_bytes()))
    return Vectors(raw["base"], raw["heap"], tuple(_vectors(raw["vectors"])))


def _vectors(raw: list[dict[str, Any]]) -> Iterator[Vector]:
    for entry in raw:
        t = _type(entry["type"])
        yield Vector(t, _value(t, entry["value"]), {p: _expected(entry[f"p{p}"]) for p in (4, 8)})


def _expected(raw: dict[str, Any]) -> Expected:
    return Expected(
        raw["size"],
        raw["align"],
        bytes.fromhex(raw["mem"]),
        bytes.fromhex(raw["heap"]),
        tuple(raw["flat_types"]),
        tuple(raw["flat"]),
    )


def _type(raw: Any) -> Type:
    match raw:
        case "string":
            return Text()
        case str(name):
            return Scalar(name)  # type: ignore[arg-type]
        case {"list": elem, "count": count}:
            return FixedSeq(_type(elem), count)
        case {"list": elem}:
            return Seq(_type(elem))
        case {"record": fields}:
            return Product(tuple(Field(f"f{i}", _type(f)) for i, f in enumerate(fields)))
        case {"tuple": parts}:
            return tuple_of(*map(_type, parts))
        case {"variant": cases}:
            return Sum(tuple(Case(f"c{i}", _type(c) if c is not None else None) for i, c in enumerate(cases)))
        case {"option": of}:
            return option(_type(of))
        case {"result": [ok, error]}:
            return result(*(_type(t) if t is not None else None for t in (ok, error)))
        case {"enum": count}:
            return Sum(tuple(Case(f"c{i}") for i in range(count)), "enum")
        case {"flags": count}:
            return Bits(tuple(Label(f"l{i}") for i in range(count)))
        case unknown:
            raise AssertionError(unknown)


def _value(t: Type, raw: Any) -> Any:
    match shape(t):
        case Seq(elem) | FixedSeq(elem):
            return [_value(elem, item) for item in raw]
        case Product(fields):
            return tuple(_value(f.type, item) for f, item in zip(fields, raw, strict=True))
        case Sum(_, "enum"):
            return raw[0]
        case Sum(cases):
            payload = cases[raw[0]].type
            return (raw[0], _value(payload, raw[1]) if payload else None)
        case Bits():
            return sum(1 << bit for bit in raw)
        case Scalar("f32" | "f64"):
            return float(raw)
        case _:
            return raw
