"""Seeded random types, values and functions: of every shape, deeper and odder than the specification's vectors."""

from __future__ import annotations

import random
import struct
from dataclasses import dataclass, field
from typing import Any, get_args

from symbuild.model.types import (
    Bits,
    Case,
    Channel,
    Field,
    FixedSeq,
    Handle,
    Label,
    Named,
    Product,
    Resource,
    Scalar,
    ScalarName,
    Seq,
    Sum,
    Text,
    Type,
    TypeDef,
    map_of,
    option,
    result,
    shape,
    tuple_of,
)
from symbuild.model.world import Function, Param

RESOURCE = TypeDef("r", "import test:calls/i", Resource())
# The specification and symmetric-abi.md allow any number of cases and flags; the interesting ones are at the borders.
ENUMS = (1, 2, 255, 256, 257, 300)
FLAGS = (1, 7, 8, 9, 16, 17, 31, 32, 33, 40, 64, 65)
_TEXTS = ("", "a", "kilometre", "é", "€uro", "😀", "\0", "naïve 😀 text")


@dataclass(slots=True)
class Maker:
    """Makes what ``random`` says. ``definitions`` are named types to use again, so that subroutines are shared."""

    random: random.Random
    definitions: list[TypeDef] = field(default_factory=list)

    def type(self, depth: int = 3) -> Type:
        """Any type, at most ``depth`` levels deep, now and then with a name."""
        pick = self.random.random()
        if pick < 0.12 and self.definitions:
            return Named(self.random.choice(self.definitions))
        made = self._leaf() if depth == 0 or pick < 0.45 else self._tree(depth - 1)
        if self.random.random() < 0.35:
            self.definitions.append(TypeDef(f"t{len(self.definitions)}", "import test:calls/i", made))
            return Named(self.definitions[-1])
        return made

    def _leaf(self) -> Type:
        match self.random.randrange(8):
            case 0 | 1:
                return Text()
            case 2:
                return Bits(tuple(Label(f"l{i}") for i in range(self.random.choice(FLAGS))))
            case 3:
                return Sum(tuple(Case(f"c{i}") for i in range(self.random.choice(ENUMS))), "enum")
            case 4:
                return Handle(RESOURCE, owned=self.random.random() < 0.5)
            case 5 if self.random.random() < 0.3:
                return Channel("future", Scalar("u8"))
            case _:
                return Scalar(self.random.choice(get_args(ScalarName)))

    def _tree(self, depth: int) -> Type:
        match self.random.randrange(9):
            case 0 | 1:
                return Seq(self.type(depth))
            case 2:
                return FixedSeq(self.type(depth), self.random.randint(1, 3))
            case 3:
                return map_of(self.random.choice([Text(), Scalar("u8"), Scalar("char")]), self.type(depth))
            case 4:
                return Product(tuple(Field(f"f{i}", t) for i, t in enumerate(self._types(depth, 1, 5))))
            case 5:
                return tuple_of(*self._types(depth, 1, 4))
            case 6:
                return option(self.type(depth))
            case 7:
                return result(self._maybe(depth), self._maybe(depth))
            case _:
                cases = tuple(Case(f"c{i}", self._maybe(depth)) for i in range(self.random.randint(1, 5)))
                return Sum(cases)

    def _types(self, depth: int, least: int, most: int) -> list[Type]:
        return [self.type(depth) for _ in range(self.random.randint(least, most))]

    def _maybe(self, depth: int) -> Type | None:
        return self.type(depth) if self.random.random() < 0.7 else None

    def value(self, t: Type) -> Any:
        """Any value of a type."""
        match shape(t):
            case Scalar(name):
                return self._scalar(name)
            case Text():
                return self.random.choice(_TEXTS)
            case Seq(elem):
                return [self.value(elem) for _ in range(self.random.choice((0, 1, 1, 2, 3)))]
            case FixedSeq(elem, count):
                return [self.value(elem) for _ in range(count)]
            case Product(fields):
                return tuple(self.value(f.type) for f in fields)
            case Sum(cases, "enum"):
                return self.random.choice((0, len(cases) - 1, self.random.randrange(len(cases))))
            case Sum(cases):
                case = self.random.randrange(len(cases))
                payload = cases[case].type
                return (case, self.value(payload) if payload else None)
            case Bits(labels):
                return self.random.choice((self.random.getrandbits(len(labels)), (1 << len(labels)) - 1))
            case Handle() | Channel():
                # What fits a table's index as well; handles of eight bytes have vectors of their own.
                return self.random.randint(1, 0x7FFF_FFFF)

    def _scalar(self, name: ScalarName) -> Any:
        match name:
            case "bool":
                return self.random.random() < 0.5
            case "char":
                return self.random.choice("aé€😀\0\ud7ff\ue000\U0010ffff")
            case "f32":
                return struct.unpack("<f", struct.pack("<f", self.random.uniform(-1e6, 1e6)))[0]
            case "f64":
                return self.random.choice((self.random.gauss(0, 1), float("inf"), -0.0))
        bits = int(name[1:])
        low, high = (0, (1 << bits) - 1) if name[0] == "u" else (-(1 << bits - 1), (1 << bits - 1) - 1)
        return self.random.choice((low, high, self.random.randint(low, high)))

    def function(self) -> Function:
        """Any function; one in four has many parameters, so that they spill."""
        count = self.random.randint(9, 20) if self.random.random() < 0.25 else self.random.randint(0, 4)
        params = tuple(Param(f"p{i}", self.type(1 if count > 8 else 3)) for i in range(count))
        return Function("f", params, self.type() if self.random.random() < 0.85 else None)

    def arguments(self, f: Function) -> list[Any]:
        """A value for each parameter."""
        return [self.value(p.type) for p in f.params]

    def result(self, f: Function) -> Any:
        """A value for the result; None where there is none."""
        return self.value(f.result) if f.result else None
