"""Values from WAVE text, read by the WIT type they must have.

Values are the plain Python ones that ``abi/interp.py`` runs on: a record or tuple is a tuple, a variant, option or
result a pair (case, payload or None), an enum its index, flags an integer, chars and strings are ``str``. A map is
written as what it is at the ABI, a list of pairs.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Collection, Sequence
from typing import Any, NoReturn, assert_never

from symbuild.errors import UsageError, close_matches
from symbuild.model.show import type_text
from symbuild.model.types import (
    Bits,
    Case,
    Channel,
    FixedSeq,
    Handle,
    Product,
    Scalar,
    Seq,
    Sum,
    Text,
    Type,
    shape,
)
from symbuild.model.wave_tokens import KEYWORDS, RESULT, Tokens
from symbuild.model.world import Param

Value = Any

_INTEGER = re.compile(r"-?[0-9]+")
_NONE = (0, None)


def callee(call: str) -> str:
    """The name in front of a call's arguments. Raises UsageError where there are no arguments, not even ``()``."""
    name, parenthesis, _ = call.partition("(")
    if not parenthesis or not name.strip():
        raise UsageError(f"`{call}` is no call", help='write the arguments in parentheses: `f(1, "x")`, or `f()`')
    return name.strip()


def read_arguments(call: str, params: Sequence[Param]) -> list[Value]:
    """The arguments of a call; options at the end may be left out. Raises UsageError for what does not fit."""
    reader = _Reader(Tokens(call, call.index("(")))
    return reader.arguments(params)


def read_value(text: str, t: Type) -> Value:
    """The value of a type that ``text`` means. Raises UsageError for anything else."""
    tokens = Tokens(text)
    value = _Reader(tokens).value(t)
    tokens.end()
    return value


def to_f32(value: float) -> float:
    """The nearest value of f32, which is infinite where ``value`` is too large."""
    try:
        narrowed: float = struct.unpack("<f", struct.pack("<f", value))[0]
        return narrowed
    except OverflowError:
        return math.copysign(math.inf, value)


def _param(p: Param) -> str:
    return f"`{p.name}: {type_text(p.type)}`"


def _is_option(t: Type) -> bool:
    match shape(t):
        case Sum(_, "option"):
            return True
        case _:
            return False


def _needs_word(t: Type | None) -> bool:
    """Whether a payload has to stand in ``some(...)`` or ``ok(...)``."""
    match t and shape(t):
        case None | Sum(_, "option" | "result"):
            return True
        case _:
            return False


class _Reader:
    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def arguments(self, params: Sequence[Param]) -> list[Value]:
        """All arguments of a call, from its parenthesis to the end."""
        tokens = self._tokens

        def argument(i: int) -> Value:
            if i == len(params):
                tokens.fail(f"one argument too many: the function takes {len(params) or 'none'}")
            return self._within(f"argument {i + 1}, {_param(params[i])}", params[i].type)

        found = tokens.sequence("(", ")", argument)
        tokens.end()
        for p in params[len(found) :]:
            if not _is_option(p.type):
                tokens.fail(f"the argument {_param(p)} is missing")
            found.append(_NONE)
        return found

    def value(self, t: Type) -> Value:
        """The value of a type that stands here."""
        match shape(t):
            case Scalar() as scalar:
                return self._scalar(t, scalar)
            case Text():
                text = self._tokens.string()
                return self._no(t, 'write `"x"`') if text is None else text
            case Seq(elem):
                return self._list(t, elem)
            case FixedSeq(elem, count):
                return self._fixed_list(t, elem, count)
            case Product(_, "record") as record:
                return self._record(t, record)
            case Product(fields):
                return self._tuple(t, [f.type for f in fields])
            case Sum() as s:
                return self._sum(t, s)
            case Bits() as flags:
                return self._flags(t, flags)
            case Handle() | Channel():
                return self._tokens.fail(f"a value of type {type_text(t)} cannot be written")
            case unknown:
                assert_never(unknown)

    def _within(self, place: str, t: Type) -> Value:
        """A value; what is wrong with it is told of ``place``."""
        outer = self._tokens.places
        self._tokens.places = (*outer, place)
        value = self.value(t)
        self._tokens.places = outer
        return value

    def _no(self, t: Type, help: str | None = None) -> NoReturn:
        self._tokens.fail(f"{self._tokens.found()} is no {type_text(t)}", help)

    # -- scalars -------------------------------------------------------------------------------------------------------
    def _scalar(self, t: Type, scalar: Scalar) -> Value:
        match scalar.name:
            case "bool":
                word = self._tokens.label()
                if word not in ("true", "false"):
                    self._no(t, "write `true` or `false`")
                return self._tokens.take("true") or not self._tokens.take("false")
            case "char":
                char = self._tokens.char()
                return self._no(t, "write `'x'`, `'\\n'` or `'\\u{1f600}'`") if char is None else char
            case "f32" | "f64":
                return self._float(t, scalar)
            case _:
                return self._integer(t, scalar)

    def _integer(self, t: Type, scalar: Scalar) -> int:
        number = self._tokens.number()
        if number is None or not _INTEGER.fullmatch(number):
            self._no(t)
        bits, value = int(scalar.name[1:]), int(number)
        low, high = (0, (1 << bits) - 1) if scalar.name[0] == "u" else (-(1 << bits - 1), (1 << bits - 1) - 1)
        if not low <= value <= high:
            self._tokens.fail(f"{value} is out of the range of {scalar.name}, {low} to {high}")
        self._tokens.take(number)
        return value

    def _float(self, t: Type, scalar: Scalar) -> float:
        number = self._tokens.number()
        if number is None:
            self._no(t, "write a number, `inf`, `-inf` or `nan`")
        value = float(number) if scalar.name == "f64" else to_f32(float(number))
        if math.isinf(value) and "inf" not in number:
            self._tokens.fail(f"{number} is out of the range of {scalar.name}", "`inf` is infinity")
        self._tokens.take(number)
        return value

    # -- compounds -----------------------------------------------------------------------------------------------------
    def _list(self, t: Type, elem: Type) -> list[Value]:
        if not self._tokens.next("["):
            self._no(t, "write a list in brackets: `[1, 2]`")
        return self._tokens.sequence("[", "]", lambda i: self._within(f"element {i}", elem))

    def _fixed_list(self, t: Type, elem: Type, count: int) -> list[Value]:
        start = self._tokens.at
        found = self._list(t, elem)
        if len(found) != count:
            self._tokens.fail(f"{type_text(t)} has {count} elements, not {len(found)}", at=start)
        return found

    def _tuple(self, t: Type, types: Sequence[Type]) -> tuple[Value, ...]:
        start = self._tokens.at
        if not self._tokens.next("("):
            self._no(t, 'write a tuple in parentheses: `(1, "x")`')

        def part(i: int) -> Value:
            if i == len(types):
                self._tokens.fail(f"{type_text(t)} has {len(types)} parts, and not one more")
            return self._within(f"part {i}", types[i])

        found = self._tokens.sequence("(", ")", part)
        if len(found) < len(types):
            self._tokens.fail(f"{type_text(t)} has {len(types)} parts, not {len(found)}", at=start)
        return tuple(found)

    def _record(self, t: Type, record: Product) -> tuple[Value, ...]:
        start, types = self._tokens.at, {f.name: f.type for f in record.fields}
        found: dict[str, Value] = {}
        if not self._tokens.next("{"):
            self._no(t, f"write it as `{{{', '.join(f'{name}: ...' for name in types)}}}`")

        def field(i: int) -> None:
            # Where every field is left out, the braces still are not empty: those are flags.
            if i == 0 and self._tokens.take(":"):
                if not self._tokens.next("}"):
                    self._tokens.fail("`{:}` is the record of none but absent fields")
                return
            at, name = self._tokens.at, self._part_name("field", t, types)
            if name in found:
                self._tokens.fail(f"the field `{name}` stands here twice", at=at)
            self._tokens.expect(":")
            found[name] = self._within(f"field {name}", types[name])

        self._tokens.sequence("{", "}", field)
        for name, of in types.items():
            if name not in found and not _is_option(of):
                self._tokens.fail(f"the field `{name}: {type_text(of)}` is missing", at=start)
        return tuple(found.get(name, _NONE) for name in types)

    def _flags(self, t: Type, flags: Bits) -> int:
        names = [label.name for label in flags.labels]
        if not self._tokens.next("{"):
            self._no(t, "write flags in braces: `{a, b}`, or `{}` for none")
        found = self._tokens.sequence("{", "}", lambda _: self._part_name("flag", t, names))
        return sum(1 << names.index(name) for name in set(found))

    def _part_name(self, noun: str, t: Type, names: Collection[str]) -> str:
        label = self._tokens.label()
        if label is None:
            self._tokens.fail(f"expected a {noun} of {type_text(t)}, found {self._tokens.found()}")
        name = label.removeprefix("%")
        if name not in names:
            self._tokens.fail(f"{type_text(t)} has no {noun} `{name}`", close_matches(name, names))
        self._tokens.take(label)
        return name

    # -- cases ---------------------------------------------------------------------------------------------------------
    def _sum(self, t: Type, s: Sum) -> Value:
        match s.sugar:
            case "enum":
                return self._case(t, s.cases)
            case "variant":
                case = self._case(t, s.cases)
                return case, self._payload(s.cases[case].name, s.cases[case].type)
            case "option":
                return self._cased(t, s, ("none", "some"), flat=1)
            case "result":
                return self._cased(t, s, RESULT, flat=0)

    def _case(self, t: Type, cases: Sequence[Case]) -> int:
        names = [c.name for c in cases]
        label = self._tokens.label()
        if label is None:
            self._no(t, close_matches("", names))
        if label in KEYWORDS and label in names:
            self._tokens.fail(f"`{label}` is a word of WAVE's own", f"write `%{label}` for the case of {type_text(t)}")
        return names.index(self._part_name("case", t, names))

    def _cased(self, t: Type, s: Sum, words: tuple[str, str], flat: int) -> tuple[int, Value]:
        """A case by its word, or the payload of case ``flat`` alone."""
        word = self._tokens.label()
        if word in words:
            self._tokens.take(word)
            case = words.index(word)
            return case, self._payload(word, s.cases[case].type)
        payload = s.cases[flat].type
        if payload is None or _needs_word(payload):
            forms = (f"`{w}(...)`" if c.type else f"`{w}`" for w, c in zip(words, s.cases, strict=True))
            self._no(t, f"write {' or '.join(forms)}")
        return flat, self.value(payload)

    def _payload(self, word: str, t: Type | None) -> Value:
        if t is None:
            if self._tokens.next("("):
                self._tokens.fail(f"`{word}` has no payload")
            return None
        self._tokens.expect("(", f"the payload of `{word}`, `({type_text(t)})`")
        value = self._within(f"`{word}`", t)
        self._tokens.expect(")")
        return value
