"""Values as WAVE text: on one line, with every ``some`` and ``ok`` spelled out."""

from __future__ import annotations

import math
from typing import Any, assert_never

from symbuild.model.types import (
    Bits,
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
from symbuild.model.wave_read import to_f32
from symbuild.model.wave_tokens import KEYWORDS, RESULT

_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def write_value(t: Type, value: Any) -> str:
    """The text of a value of type ``t``; values are those of ``wave_read``."""
    match shape(t):
        case Scalar() as scalar:
            return _scalar(scalar, value)
        case Text():
            return _quote(value, '"')
        case Seq(elem) | FixedSeq(elem):
            return f"[{', '.join(write_value(elem, v) for v in value)}]"
        case Product(fields, sugar):
            texts = [write_value(f.type, v) for f, v in zip(fields, value, strict=True)]
            if sugar != "record":
                return f"({', '.join(texts)})"
            return f"{{{', '.join(f'{f.name}: {text}' for f, text in zip(fields, texts, strict=True))}}}"
        case Bits(labels):
            return f"{{{', '.join(label.name for i, label in enumerate(labels) if value >> i & 1)}}}"
        case Sum() as s:
            return _sum(s, value)
        # No text means these; this is for a reader's eyes.
        case Handle(resource):
            return f"<{resource.name}>"
        case Channel(kind):
            return f"<{kind}>"
        case unknown:
            assert_never(unknown)


def _scalar(scalar: Scalar, value: Any) -> str:
    match scalar.name:
        case "bool":
            return "true" if value else "false"
        case "char":
            return _quote(value, "'")
        case "f32" | "f64":
            return _float(value, narrow=scalar.name == "f32")
        case _:
            return str(value)


def _float(value: float, *, narrow: bool) -> str:
    if not math.isfinite(value):
        return str(value)  # inf, -inf, nan
    if not narrow:
        return repr(value).removesuffix(".0")
    # The fewest digits that mean the same f32: repr would show those of the f64 it is kept in.
    texts = (f"{value:.{digits}g}" for digits in range(1, 18))
    return next(text for text in texts if to_f32(float(text)) == value)


def _sum(s: Sum, value: Any) -> str:
    case, payload = (value, None) if s.sugar == "enum" else value
    name, of = s.cases[case].name, s.cases[case].type
    if s.sugar == "result":
        name = RESULT[case]
    elif s.sugar != "option" and name in KEYWORDS:
        name = f"%{name}"
    return f"{name}({write_value(of, payload)})" if of else name


def _quote(text: str, quote: str) -> str:
    return quote + "".join("\\" + c if c == quote else _character(c) for c in text) + quote


def _character(c: str) -> str:
    return _ESCAPES.get(c) or (c if c.isprintable() else f"\\u{{{ord(c):x}}}")
