"""Control runs: a shim between the runner and its providers changes one value, and the test must notice.

The runner's references are led to the shim, which calls what the runner would have. It knows the types (tables for
``control.c``), so that what it makes of a value is valid, and only an assertion can object.
A candidate is the result of a function, or, as the second choice, its arguments. Which one a run changes is told by
the environment, so that one link serves all candidates.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal, assert_never

from symbuild.abi.flatten import Core, flatten
from symbuild.abi.layout import (
    ACCESS_SIZE,
    discriminant_access,
    offsets,
    payload_offset,
    size,
)
from symbuild.abi.mangle import import_name
from symbuild.abi.symbols import Linkage, functions_of, imports_of
from symbuild.model.types import (
    Bits,
    Channel,
    Field,
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
from symbuild.model.world import Function, World

VARIABLE = "SYMBUILD_CONTROL"
C_TYPES: dict[Core, str] = {
    "i32": "int32_t",
    "i64": "int64_t",
    "f32": "float",
    "f64": "double",
    "ptr": "uint8_t *",
    "len": "size_t",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something a control run may change; ``index`` is what the environment variable says."""

    index: int
    function: str
    part: Literal["result", "arguments"]

    @property
    def notice(self) -> str:
        """What the shim writes to standard error when it has changed this."""
        return f"control: changed the {self.part} of {self.function}"


@dataclass(frozen=True, slots=True)
class Shim:
    """The shim's C text, what it can change, and which references of the runner lead to it: for ``f``, to the function
    ``__wrap_f``, which calls ``__real_f``."""

    text: str
    candidates: tuple[Candidate, ...]
    references: tuple[str, ...]


# A pointer's size in bytes.
NATIVE = struct.calcsize("P")
WASM = 4


def make_shim(world: World, pointer: int) -> Shim:
    """A shim for every function that ``world`` imports and over whose border something changeable passes.

    ``pointer`` is the size of one in bytes.
    """
    tables = _Tables(pointer)
    candidates: list[Candidate] = []
    wrappers: list[str] = []
    references: list[str] = []
    for linkage, function in _imported(world):
        here = [Candidate(len(candidates) + i, _full_name(linkage), p) for i, p in enumerate(_parts(function))]
        if here:
            references.append(linkage.reference)
            wrappers.append(_wrapper(linkage, function, here, tables))
            candidates += here
    constant = Path(__file__).with_name("control.c").read_text(encoding="utf-8")
    return Shim("\n".join([constant, *tables.lines, *wrappers]), tuple(candidates), tuple(references))


def by_promise(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Results first: a runner asserts on what it gets back more often than a test on what it is given."""
    return sorted(candidates, key=lambda c: c.part != "result")


def _imported(world: World) -> Iterator[tuple[Linkage, Function]]:
    functions = {(i.key, f.name): f for i in world.imports for f in functions_of(i.interface)}
    functions |= {("$root", f.name): f for f in world.imported_functions}
    for linkage in imports_of(world):
        yield linkage, functions[linkage.module, linkage.function]


def _full_name(linkage: Linkage) -> str:
    return f"{linkage.module}#{linkage.function}"


def _parts(function: Function) -> Iterator[Literal["result", "arguments"]]:
    if function.result and _changeable(function.result):
        yield "result"
    if any(_changeable(p.type) for p in function.params):
        yield "arguments"


@cache
def _changeable(t: Type) -> bool:
    """Whether some value of ``t`` can be made another one without inventing a handle."""
    match shape(t):
        case Scalar() | Text():
            return True
        case Seq(elem) | FixedSeq(elem):
            return _changeable(elem)
        case Product(fields):
            return any(_changeable(f.type) for f in fields)
        case Sum(cases):
            return len(cases) > 1 or any(_changeable(c.type) for c in cases if c.type)
        case Bits(labels):
            return bool(labels)
        case Handle() | Channel():
            return False
        case unknown:
            assert_never(unknown)


@cache
def _zeroable(t: Type) -> bool:
    """Whether all zeros are a value of ``t``."""
    match shape(t):
        case Scalar() | Text() | Seq() | Bits():
            return True
        case FixedSeq(elem):
            return _zeroable(elem)
        case Product(fields):
            return all(_zeroable(f.type) for f in fields)
        case Sum(cases):
            return cases[0].type is None or _zeroable(cases[0].type)
        case Handle() | Channel():
            return False
        case unknown:
            assert_never(unknown)


@dataclass(slots=True)
class _Tables:
    """The C tables written so far, one for each distinct shape."""

    pointer: int
    lines: list[str] = field(default_factory=list)
    names: dict[Type, str] = field(default_factory=dict)

    def name(self, t: Type) -> str:
        """The name of the table that describes ``t``, written on first use after those it refers to."""
        body = shape(t)
        if body not in self.names:
            kind, tag, parts = self._describe(body)
            number = len(self.names)
            self.names[body] = f"type_{number}"
            count = len(body.labels) if isinstance(body, Bits) else len(parts)
            row = f"{kind}, {self.size(body)}, {len(flatten(body, 'pointer'))}, {tag}, {int(_zeroable(body))}, {count}"
            self.lines += [
                f"static const struct part parts_{number}[] = {{{', '.join(parts) or '{0, 0, 0}'}}};",
                f"static const struct type type_{number} = {{{row}, parts_{number}}};",
            ]
        return self.names[body]

    def _describe(self, body: Type) -> tuple[str, int, list[str]]:
        match shape(body):
            case Scalar("f32"):
                return "FLOAT32", 0, []
            case Scalar("f64"):
                return "FLOAT64", 0, []
            case Scalar():
                return "INTEGER", 0, []
            case Text():
                return "TEXT", 0, []
            case Seq(elem):
                return "SEQUENCE", 0, [self._part(elem, 0, 0)]
            case FixedSeq(elem):
                # One element of it is enough to change.
                return "PRODUCT", 0, [self._part(elem, 0, 0)]
            case Product(fields):
                return "PRODUCT", 0, self._parts([f.type for f in fields])
            case Sum(cases) as s:
                at = payload_offset(s, "pointer", self.pointer)
                return "SUM", ACCESS_SIZE[discriminant_access(s)], [self._part(c.type, at, 1) for c in cases]
            case Bits():
                return "BITS", 0, []
            case Handle() | Channel():
                return "HANDLE", 0, []
            case unknown:
                assert_never(unknown)

    def _parts(self, types: Sequence[Type]) -> list[str]:
        rows, slot = [], 0
        for t, offset in zip(types, offsets(types, "pointer", self.pointer), strict=False):
            rows.append(self._part(t, offset, slot))
            slot += len(flatten(t, "pointer"))
        return rows

    def _part(self, t: Type | None, offset: int, slot: int) -> str:
        return f"{{{f'&{self.name(t)}' if t else '0'}, {offset}, {slot}}}"

    def size(self, t: Type) -> int:
        """Its size in bytes."""
        return size(t, "pointer", self.pointer)


def _wrapper(linkage: Linkage, function: Function, candidates: list[Candidate], tables: _Tables) -> str:
    """The function that stands in for ``linkage``: widen, perhaps change, call, perhaps change, return."""
    core = linkage.signature
    gives = C_TYPES[core.result] if core.result else "void"
    takes = ", ".join(f"{C_TYPES[c]} a{i}" for i, c in enumerate(core.params)) or "void"
    passes = ", ".join(f"to_{c}(a[{i}])" for i, c in enumerate(core.params))
    widened = ", ".join(f"from_{c}(a{i})" for i, c in enumerate(core.params)) or "0"
    real, wrap = f"__real_{linkage.reference}", f"__wrap_{linkage.reference}"
    call = f"{real}({passes})"
    lines = [
        f"{gives} {real}({takes}) {_wasm_import(linkage)};",
        f"{gives} {wrap}({takes});",
        f"{gives} {wrap}({takes}) {{",
    ]
    lines += [f"  uint64_t a[] = {{{widened}}};", "  uint64_t r = 0;"]
    by_part = {c.part: c for c in candidates}
    if arguments := by_part.get("arguments"):
        product = Product(tuple(Field(p.name, p.type) for p in function.params))
        lines += _change_arguments(arguments, tables, product, spilled=core.spilled)
    lines += [f"  r = from_{core.result}({call});" if core.result else f"  {call};"]
    if (result := by_part.get("result")) and function.result:
        value = f"change(&{{}}, to_ptr(a[{len(core.params) - 1}]), 0)" if core.area else "change_flat(&{}, &r, 0)"
        lines += [f"  if (wanted({result.index})) {_note(result, value.format(tables.name(function.result)))}"]
    lines += ["  release();", f"  return to_{core.result}(r);" if core.result else "  (void)r;", "}"]
    return "\n".join(lines)


def _wasm_import(linkage: Linkage) -> str:
    module, name = import_name(linkage.module, linkage.function)
    return f'WASM_IMPORT("{module}", "{name}")'


def _change_arguments(candidate: Candidate, tables: _Tables, product: Product, *, spilled: bool) -> list[str]:
    table = tables.name(product)
    lines = [f"  if (wanted({candidate.index})) {{"]
    value = f"change_flat(&{table}, a, 1)"
    if spilled:
        lines += [f"    a[0] = from_ptr(writable(to_ptr(a[0]), {tables.size(product)}, 1));"]
        value = f"change(&{table}, to_ptr(a[0]), 1)"
    return [*lines, f"    {_note(candidate, value)}", "  }"]


def _note(candidate: Candidate, changed: str) -> str:
    return f'note({changed}, "{candidate.part} of {candidate.function}");'
