"""Random worlds of functions that give back what they are given: their WIT, their C, and calls of them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from oracle.random_calls import Maker
from symbuild.model.show import type_text
from symbuild.model.types import Bits, Channel, FixedSeq, Handle, Named, Product, Seq, Sum, Type, shape, tuple_of
from symbuild.model.wave_write import write_value

# What WIT takes; the Canonical ABI would have more.
_MOST_FLAGS = 32


@dataclass(slots=True)
class Identity:
    """A function of some types: one type, and it returns that; several, and it returns a tuple of them."""

    interface: str
    name: str
    types: tuple[Type, ...]
    wit: str

    @property
    def returned(self) -> Type:
        """The type of its result."""
        return self.types[0] if len(self.types) == 1 else tuple_of(*self.types)

    def definition(self, header: str) -> str:
        """What the user has to define, as ``header`` declares it."""
        name = rf"exports_t_d_{self.interface}_{self.name}"
        declared = re.search(rf"^(.*\b{name})\(([^()]*)\)(?: SB_\w+\(.*\))?;$", header, re.MULTILINE)
        assert declared, f"{self.interface}#{self.name} is not declared"
        params = re.findall(r"(\*?)(\w+)(?:,|$)", declared[2])
        head, given = f"{declared[1]}({declared[2]})", params[: len(self.types)]
        lines = _single(self.types[0], *given[0], params) if len(given) == 1 else _tuple(given)
        return f"{head} {{ {' '.join(lines)} }}"

    def call(self, values: Sequence[object]) -> tuple[str, str]:
        """A call as WAVE, and the result that it must have."""
        texts = [write_value(t, v) for t, v in zip(self.types, values, strict=True)]
        return f"{self.interface}#{self.name}({', '.join(texts)})", write_value(
            self.returned, values[0] if len(values) == 1 else tuple(values)
        )


def _single(t: Type, star: str, name: str, params: Sequence[tuple[str, str]]) -> list[str]:
    """C that returns one argument; options and results are returned in parts."""
    outs = {out for _, out in params[1:]}
    match shape(t):
        case Sum(sugar="option"):
            return [f"if ({name} != NULL) memcpy(ret, {name}, sizeof *ret);", f"return {name} != NULL;"]
        case Sum(sugar="result"):
            ok = f"memcpy(ret, &{name}->val.ok, sizeof *ret);" if "ret" in outs else ";"
            error = f"memcpy(err, &{name}->val.err, sizeof *err);" if "err" in outs else ";"
            return [f"if ({name}->is_err) {error} else {ok}", f"return !{name}->is_err;"]
        case _ if star:
            return [f"memcpy(ret, {name}, sizeof *ret);"]
    return [f"return {name};"]


def _tuple(given: Iterable[tuple[str, str]]) -> list[str]:
    """C that puts arguments into a tuple."""
    lines = []
    for i, (star, name) in enumerate(given):
        if name.startswith("maybe_"):
            lines.append(f"ret->f{i}.is_some = {name} != NULL;")
            lines.append(f"if ({name} != NULL) memcpy(&ret->f{i}.val, {name}, sizeof *{name});")
        else:
            lines.append(f"memcpy(&ret->f{i}, {name}, sizeof *{name});" if star else f"ret->f{i} = {name};")
    return lines


@dataclass(slots=True)
class _Interface:
    """The text of an interface: WIT wants a name for each record, variant, enum and flags."""

    name: str
    lines: list[str] = field(default_factory=list)
    named: dict[str, str] = field(default_factory=dict)

    def function(self, number: int, types: tuple[Type, ...]) -> Identity:
        """Add a function."""
        texts = [self._text(t) for t in types]
        returned = texts[0] if len(texts) == 1 else f"tuple<{', '.join(texts)}>"
        params = ", ".join(f"p{i}: {text}" for i, text in enumerate(texts))
        self.lines.append(f"f{number}: func({params}) -> {returned};")
        return Identity(self.name, f"f{number}", types, self.lines[-1])

    def _text(self, t: Type) -> str:
        """A type where it is used."""
        match t:
            case Named(definition):
                return self._define(definition.name, definition.body)
            case Product(sugar="record") | Sum(sugar="variant" | "enum") | Bits():
                return self._define(f"a{len(self.named)}", t)
            case Product(fields):
                return f"tuple<{', '.join(self._text(f.type) for f in fields)}>"
            case Seq(Product(fields), "map"):
                return f"map<{', '.join(self._text(f.type) for f in fields)}>"
            case Seq(elem):
                return f"list<{self._text(elem)}>"
            case FixedSeq(elem, count):
                return f"list<{self._text(elem)}, {count}>"
            case Sum(cases, "option"):
                return f"option<{self._text(cases[1].type)}>"
            case Sum((ok, error), "result"):
                texts = [self._text(ok.type) if ok.type else "_", *([self._text(error.type)] if error.type else [])]
                return "result" if texts == ["_"] else f"result<{', '.join(texts)}>"
        return type_text(t)

    def _define(self, name: str, t: Type) -> str:
        if name not in self.named:
            self.named[name] = ""  # a name is taken while what is inside is named
            self.named[name] = self._definition(name, t)
            self.lines.append(self.named[name])
        return name

    def _definition(self, name: str, t: Type) -> str:
        match t:
            case Product(fields, "record"):
                return f"record {name} {{ {', '.join(f'{f.name}: {self._text(f.type)}' for f in fields)} }}"
            case Sum(cases, "enum"):
                return f"enum {name} {{ {', '.join(c.name for c in cases)} }}"
            case Sum(cases, "variant"):
                texts = (c.name + (f"({self._text(c.type)})" if c.type else "") for c in cases)
                return f"variant {name} {{ {', '.join(texts)} }}"
            case Bits(labels):
                return f"flags {name} {{ {', '.join(label.name for label in labels)} }}"
        return f"type {name} = {self._text(t)};"


@dataclass(frozen=True, slots=True)
class World:
    """A world ``d`` that exports interfaces of identities."""

    wit: str
    functions: tuple[Identity, ...]

    def source(self, header: str) -> str:
        """The user's C."""
        return "\n".join(['#include "d.h"', "#include <string.h>", *(f.definition(header) for f in self.functions)])


def random_world(seed: str, interfaces: int) -> tuple[World, list[tuple[str, str]]]:
    """A world, and three calls of each of its functions with what they must return."""
    texts, functions, calls = [], [], []
    for number in range(interfaces):
        maker = Maker(random.Random(f"{seed} {number}"), lends=False)
        interface = _Interface(f"i{number}")
        for i, count in enumerate((1, maker.random.choice((2, 3, 4, 9, 17)))):
            function = interface.function(i, tuple(_plain(maker, 1 if count > 4 else 3) for _ in range(count)))
            functions.append(function)
            calls += [function.call([maker.value(t) for t in function.types]) for _ in range(3)]
        texts.append("\n  ".join([f"interface {interface.name} {{", *interface.lines]) + "\n}")
    exports = " ".join(f"export i{number};" for number in range(interfaces))
    return World("\n".join(["package t:d;", *texts, f"world d {{ {exports} }}\n"]), tuple(functions)), calls


def _plain(maker: Maker, depth: int) -> Type:
    """A type whose values can be written."""
    while not _is_plain(made := maker.type(depth)):
        pass
    return made


def _is_plain(t: Type) -> bool:
    match shape(t):
        case Handle() | Channel():
            return False
        case Bits(labels):
            return len(labels) <= _MOST_FLAGS
        case Seq(elem) | FixedSeq(elem):
            return _is_plain(elem)
        case Product(fields):
            return all(_is_plain(f.type) for f in fields)
        case Sum(cases):
            return all(c.type is None or _is_plain(c.type) for c in cases)
    return True
