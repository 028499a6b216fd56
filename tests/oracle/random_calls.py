"""Seeded random types, values and calls: of every shape, deeper and odder than the specification's vectors.

A call is made twice from one seed, as each of the two components sees it: its resource is an import of the one and an
export of the other, which is shown its own objects where a borrow of them arrives.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from oracle.boxes import IMPORTED, MADE, OTHER, Boxes
from symbuild.abi.resources import handles_in
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

# The specification and symmetric-abi.md allow any number of cases and flags; the interesting ones are at the borders.
ENUMS = (1, 2, 255, 256, 257, 300)
FLAGS = (1, 7, 8, 9, 16, 17, 31, 32, 33, 40, 64, 65)
_MOST = 0x7FFF_FFFF
_TEXTS = ("", "a", "kilometre", "é", "€uro", "😀", "\0", "naïve 😀 text")


@dataclass(frozen=True, slots=True)
class Call:
    """A call as one side sees it, and the handles on their way: owned and lent ones there, owned ones back."""

    function: Function
    args: list[Any]
    result: Any
    given: list[int]
    lent: list[int]
    returned: list[int]


@dataclass(slots=True)
class Maker:
    """Makes what ``random`` says. ``definitions`` are named types to use again, so that subroutines are shared.

    ``boxes`` are the handles of the memory; without them a handle is any number that fits a table's index as well.
    """

    random: random.Random
    side: Literal["import", "export"] = "import"
    boxes: Boxes | None = None
    definitions: list[TypeDef] = field(default_factory=list)
    lends: bool = True
    owned: list[int] = field(default_factory=list)
    lent: list[int] = field(default_factory=list)

    @property
    def resource(self) -> TypeDef:
        """The one that is made by the component that is called."""
        return MADE if self.side == "export" else IMPORTED

    def type(self, depth: int = 3) -> Type:
        """Any type, at most ``depth`` levels deep, now and then with a name."""
        pick = self.random.random()
        known = [d for d in self.definitions if self.lends or not lends(Named(d))]
        if pick < 0.12 and known:
            return Named(self.random.choice(known))
        made = self._leaf() if depth == 0 or pick < 0.45 else self._tree(depth - 1)
        if self.random.random() < 0.35:
            self.definitions.append(TypeDef(f"t{len(self.definitions)}", f"{self.side} test:calls/i", made))
            return Named(self.definitions[-1])
        return made

    def _leaf(self) -> Type:
        match self.random.randrange(10):
            case 0 | 1:
                return Text()
            case 2:
                return Bits(tuple(Label(f"l{i}") for i in range(self.random.choice(FLAGS))))
            case 3:
                return Sum(tuple(Case(f"c{i}") for i in range(self.random.choice(ENUMS))), "enum")
            case 4 | 5 | 6:
                owned = self.random.random() < 0.5 or not self.lends
                return Handle(OTHER if self.random.random() < 0.25 else self.resource, owned)
            case 7 if self.random.random() < 0.3:
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
                key: Type = self.random.choice((Text(), Scalar("u8"), Scalar("char")))
                return map_of(key, self.type(depth))
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
            case Handle() as handle:
                return self._handle(handle)
            case Channel():
                return self.random.randint(1, _MOST)

    def _handle(self, t: Handle) -> int:
        handle = self.random.choice(self._known(self.boxes, t)) if self.boxes else self.random.randint(1, _MOST)
        (self.owned if t.owned else self.lent).append(handle)
        if self.boxes and t.resource is MADE and not t.owned:
            return self.boxes.objects[handle]
        return handle

    def _known(self, of: Boxes, t: Handle) -> Sequence[int]:
        return [handle for handle in of.given if handle not in self.owned] if t.owned else of.lent

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
        """Any function; one in four is a method, and one in four has many parameters, so that they spill."""
        self.lends = True
        method = self.random.random() < 0.25
        count = self.random.randint(9, 20) if self.random.random() < 0.25 else self.random.randint(0, 4)
        params = [Param(f"p{i}", self.type(1 if count > 8 else 3)) for i in range(count)]
        self.lends = False  # a result does not, in WIT
        result = self.type() if self.random.random() < 0.85 else None
        return self.method(params, result) if method else Function("f", tuple(params), result)

    def method(self, params: list[Param], result: Type | None) -> Function:
        """A method of the resource."""
        self_ = Param("self", Handle(self.resource, owned=False))
        return Function("[method]r.f", (self_, *params), result, "method", self.resource)

    def call(self, f: Function | None = None) -> Call:
        """A call, of any function if of none that is known."""
        f = f or self.function()
        args = [self.value(p.type) for p in f.params]
        there, lent = self._passed()
        result = self.value(f.result) if f.result else None
        back, _ = self._passed()
        return Call(f, args, result, there, lent, back)

    def _passed(self) -> tuple[list[int], list[int]]:
        passed = sorted(self.owned), sorted(self.lent)
        self.owned, self.lent = [], []
        return passed


def makers(seed: str, boxes: Boxes) -> tuple[Maker, Maker]:
    """Who makes a call as its caller sees it, and who makes the same as its callee does."""
    return Maker(random.Random(seed), "import", boxes), Maker(random.Random(seed), "export", boxes)


def lends(t: Type) -> bool:
    """Whether a borrow is in a value of ``t``."""
    return any(not handle.owned for handle in handles_in(t))
