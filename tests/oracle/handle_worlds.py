"""Random worlds through which handles pass at any depth: their WIT, and the C of a provider and of its caller.

Both print what they see and do: values, which object a handle means, who drops it and when its destructor runs. What
they decide follows from the seed and from what was printed so far, so two runs that differ have passed something
differently.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Literal

Leaf = Literal["own", "borrow", "u32", "string"]
_COMPOUND = ("list", "option", "tuple", "result", "variant", "record")


@dataclass(frozen=True, slots=True)
class Shape:
    """A type: a leaf, or a compound one of others. Records and variants have names in their interface."""

    kind: str
    parts: tuple[Shape, ...] = ()
    name: str = ""

    @property
    def wit(self) -> str:
        """The type where it is used."""
        inner = ", ".join(part.wit for part in self.parts)
        match self.kind:
            case "own" | "borrow":
                return f"{self.kind}<r>"
            case "u32" | "string":
                return self.kind
            case "record" | "variant":
                return self.name
        return f"{self.kind}<{inner}>"

    @property
    def has_memory(self) -> bool:
        """Whether C has a function that frees a value; it drops no handles."""
        return self.kind in ("list", "string") or any(part.has_memory for part in self.parts)

    def members(self, value: str) -> list[str]:
        """The C expressions of the parts of a value; of a sum, only one of them is there."""
        match self.kind:
            case "record" | "tuple":
                letter = "x" if self.kind == "record" else "f"
                return [f"{value}.{letter}{i}" for i in range(len(self.parts))]
            case "option":
                return [f"{value}.val"]
            case "result":
                return [f"{value}.val.ok", f"{value}.val.err"]
            case "variant":
                return [f"{value}.val.c{i}" for i in range(len(self.parts))]
        return []


@dataclass(slots=True)
class Interface:
    """An interface with a resource ``r`` and functions ``f0``, ``f1``, ... from a record to a record."""

    name: str
    random: random.Random
    lines: list[str] = field(default_factory=list)
    functions: list[tuple[Shape, Shape]] = field(default_factory=list)
    _names: Iterator[int] = field(default_factory=count)

    def fill(self, functions: int) -> None:
        """Make its functions."""
        for number in range(functions):
            taken = self._record(["own", "borrow", "u32", "string"])
            given = self._record(["own", "u32", "string"])
            self.functions.append((taken, given))
            self.lines.append(f"f{number}: func(p: {taken.wit}) -> {given.wit};")

    @property
    def wit(self) -> str:
        """Its text."""
        resource = "resource r { constructor(id: u32); id: func() -> u32; }"
        return "\n  ".join([f"interface {self.name} {{", resource, *self.lines]) + "\n}\n"

    def _record(self, leaves: Sequence[Leaf]) -> Shape:
        """One whose first field is an owned handle or a list with some, so that no function goes without."""
        first = self.random.choice((Shape("own"), Shape("list", (Shape("own"),))))
        parts = (first, *(self._shape(leaves, 3) for _ in range(self.random.randint(1, 4))))
        return self._named("record", parts)

    def _shape(self, leaves: Sequence[Leaf], depth: int) -> Shape:
        if depth == 0 or self.random.random() < 0.35:
            return Shape(self.random.choice(leaves))
        kind = self.random.choice(_COMPOUND)
        if kind in ("list", "option"):
            return Shape(kind, (self._shape(leaves, depth - 1),))
        parts = 2 if kind == "result" else self.random.randint(1, 3)
        made = tuple(self._shape(leaves, depth - 1) for _ in range(parts))
        return self._named(kind, made) if kind in ("record", "variant") else Shape(kind, made)

    def _named(self, kind: str, parts: tuple[Shape, ...]) -> Shape:
        name, letter = f"n{next(self._names)}", "x" if kind == "record" else "c"
        members = (
            f"{letter}{i}: {p.wit}" if kind == "record" else f"{letter}{i}({p.wit})" for i, p in enumerate(parts)
        )
        self.lines.append(f"{kind} {name} {{ {', '.join(members)} }}")
        return Shape(kind, parts, name)


@dataclass(frozen=True, slots=True)
class Side:
    """How the caller or the provider spells what it does with handles of an interface."""

    prefix: str
    show_own: str
    show_borrow: str
    make: str

    def drop(self, value: str) -> str:
        """Ends an owned handle."""
        return f"{self.prefix}_r_drop_own({value})"


def caller(interface: str) -> Side:
    """The caller asks the provider which object a handle means."""
    prefix = f"t_h_{interface}"
    borrowed = f"{prefix}_borrow_r({{}})"
    return Side(
        prefix, f"{prefix}_method_r_id({borrowed})", f"{prefix}_method_r_id({{}})", f"{prefix}_constructor_r(++made)"
    )


def provider(interface: str) -> Side:
    """The provider looks at the object."""
    prefix = f"exports_t_h_{interface}"
    return Side(prefix, f"{prefix}_r_rep({{}})->id", "{}->id", f"{interface}_object()")


@dataclass(slots=True)
class Writer:
    """Writes the C of one side. Names of variables are numbered."""

    side: Side
    random: random.Random
    _numbers: Iterator[int] = field(default_factory=count)

    def show(self, s: Shape, value: str, *, take: bool) -> list[str]:
        """Print a value; ``take``: owned handles are taken out of it, and dropped at once or kept."""
        match s.kind:
            case "u32":
                return [f'TRACE(" %u", (unsigned){value});']
            case "string":
                return [f'TRACE(" \\"%.*s\\"", (int){value}.len, (const char *){value}.ptr);']
            case "borrow":
                return [f'TRACE(" borrow %u", (unsigned){self.side.show_borrow.format(value)});']
            case "own":
                shown = f'TRACE(" own %u", (unsigned){self.side.show_own.format(value)});'
                return [shown, f"KEEP_OR_DROP({self.side.prefix}, {value});"] if take else [shown]
            case "list":
                i = f"i{next(self._numbers)}"
                inner = self.show(s.parts[0], f"{value}.ptr[{i}]", take=take)
                return [f'TRACE(" [");for (size_t {i} = 0; {i} < {value}.len; {i}++) {{', *inner, '} TRACE(" ]");']
            case "option":
                inner = self.show(s.parts[0], f"{value}.val", take=take)
                return [f"if ({value}.is_some) {{", *inner, '} else TRACE(" none");']
            case "result":
                ok, err = (self.show(p, v, take=take) for p, v in zip(s.parts, s.members(value), strict=True))
                return [f'if ({value}.is_err) {{ TRACE(" err");', *err, '} else { TRACE(" ok");', *ok, "}"]
            case "variant":
                lines = [f"switch ({value}.tag) {{"]
                for i, (part, member) in enumerate(zip(s.parts, s.members(value), strict=True)):
                    lines += [f'case {i}: TRACE(" c{i}");', *self.show(part, member, take=take), "break;"]
                return [*lines, "}"]
        return [line for p, v in zip(s.parts, s.members(value), strict=True) for line in self.show(p, v, take=take)]

    def make(self, s: Shape, value: str) -> list[str]:
        """Set a value to one of its type."""
        match s.kind:
            case "u32":
                return [f"{value} = {self.random.randrange(1000)}u;"]
            case "string":
                text = self.random.choice(("", "a", "four", "\\xe2\\x98\\x83"))
                size = {"": 0, "a": 1, "four": 4}.get(text, 3)
                return [f'{value}.len = {size}; {value}.ptr = copied("{text}", {size});']
            case "own":
                return [f"{value} = {self.side.make};"]
            case "borrow":
                return [f"{value} = {self.side.prefix}_borrow_r(lent[{self.random.randrange(3)}]);"]
            case "list":
                size = self.random.choice((0, 1, 2, 3))
                lines = [f"{value}.len = {size}; {value}.ptr = room({size}, sizeof *{value}.ptr);"]
                return [*lines, *(line for i in range(size) for line in self.make(s.parts[0], f"{value}.ptr[{i}]"))]
            case "option" if self.random.random() < 0.3:
                return [f"{value}.is_some = false;"]
            case "option":
                return [f"{value}.is_some = true;", *self.make(s.parts[0], f"{value}.val")]
            case "result":
                case = self.random.randrange(2)
                tag = f"{value}.is_err = {('false', 'true')[case]};"
                return [tag, *self.make(s.parts[case], s.members(value)[case])]
            case "variant":
                case = self.random.randrange(len(s.parts))
                return [f"{value}.tag = {case};", *self.make(s.parts[case], s.members(value)[case])]
        return [line for p, v in zip(s.parts, s.members(value), strict=True) for line in self.make(p, v)]


# `decide` follows what was printed: a difference makes all that comes after differ, too.
_COMMON = r"""
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned state = 1, made;
static void TRACE(const char *format, ...) {
  char text[200];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  for (const char *c = text; *c; c++) state = (state ^ (unsigned char)*c) * 16777619u;
  fputs(text, stdout);
  fflush(stdout);
}
static int decide(unsigned choices) { return (int)(state >> 8) % (int)choices; }
static void *room(size_t count, size_t size) { return count == 0 ? NULL : calloc(count, size); }
static uint8_t *copied(const char *text, size_t size) {
  uint8_t *made = room(size, 1);
  if (size != 0) memcpy(made, text, size);
  return made;
}
"""


@dataclass(frozen=True, slots=True)
class World:
    """A provider ``test`` and its caller ``runner``, which exports ``run``."""

    wit: str
    provider: str
    caller: str


def random_world(seed: str, interfaces: int, functions: int = 2, calls: int = 3) -> World:
    """A world for a seed; each function is called several times."""
    made = [Interface(f"i{number}", random.Random(f"{seed} {number}")) for number in range(interfaces)]
    for interface in made:
        interface.fill(functions)
    names = [interface.name for interface in made]
    worlds = [f"world test {{ {' '.join(f'export {n};' for n in names)} }}"]
    worlds += [f"world runner {{ {' '.join(f'import {n};' for n in names)} export run: func(); }}\n"]
    return World(
        "\n".join(["package t:h;", *(interface.wit for interface in made), *worlds]),
        "\n".join(['#include "test.h"', _COMMON, _KEEP, *map(_provider, made)]),
        "\n".join(['#include "runner.h"', _COMMON, _KEEP, *(_caller(i, calls) for i in made), _run(names)]),
    )


# Kept handles go by their bits: C has a type of its own for each resource.
_KEEP = r"""
#define KEEP_OR_DROP(prefix, own) \
  do { \
    if (decide(2) && prefix##_kept_count < 64) prefix##_kept[prefix##_kept_count++] = (own); \
    else prefix##_r_drop_own(own); \
  } while (0)
"""


def _kept(side: Side) -> str:
    return f"static {side.prefix}_own_r_t {side.prefix}_kept[64];\nstatic size_t {side.prefix}_kept_count;\n"


def _provider(interface: Interface) -> str:
    """Every argument is shown, and its handles dropped or kept; results give kept handles back, or new ones."""
    name, side = interface.name, provider(interface.name)
    p, writer = side.prefix, Writer(side, interface.random)
    lines = [
        f"struct {p}_r_t {{ uint32_t id; }};",
        _kept(side),
        f"{p}_own_r_t {p}_constructor_r(uint32_t id) {{",
        f'  {p}_r_t *made = malloc(sizeof *made); made->id = id; TRACE("new {name} %u\\n", (unsigned)id);',
        f"  return {p}_r_new(made);\n}}",
        f"uint32_t {p}_method_r_id({p}_borrow_r_t self) {{ return self->id; }}",
        f'void {p}_r_destructor({p}_r_t *rep) {{ TRACE(" ~{name} %u", (unsigned)rep->id); free(rep); }}',
        f"static {p}_own_r_t {name}_object(void) {{",
        f"  if ({p}_kept_count != 0 && decide(2)) return {p}_kept[--{p}_kept_count];",
        f"  return {p}_constructor_r(100000 + ++made);\n}}",
    ]
    for number, (taken, given) in enumerate(interface.functions):
        take = interface.random.random() < 0.6
        release = [f"{p}_{taken.name}_free(p);"] if taken.has_memory and not take else []
        lines += [
            f"void {p}_f{number}({p}_{taken.name}_t *p, {p}_{given.name}_t *ret) {{",
            f'TRACE("{name}#f{number}:");',
            *writer.show(taken, "(*p)", take=take),
            *release,
            "memset(ret, 0, sizeof *ret);",
            *writer.make(given, "(*ret)"),
            'TRACE("\\n");\n}',
        ]
    return "\n".join(lines)


def _caller(interface: Interface, calls: int) -> str:
    """Calls every function with objects that it keeps, lends and gives away."""
    name, side = interface.name, caller(interface.name)
    p, writer = side.prefix, Writer(side, interface.random)
    lines = [_kept(side), f"static void call_{name}(void) {{", f"{p}_own_r_t lent[3];"]
    lines += [f"lent[{i}] = {side.make};" for i in range(3)]
    for _ in range(calls):
        for number, (taken, given) in enumerate(interface.functions):
            take = interface.random.random() < 0.6
            lines += [
                f"{{ {p}_{taken.name}_t p; {p}_{given.name}_t ret; memset(&p, 0, sizeof p);",
                *writer.make(taken, "p"),
                f"{p}_f{number}(&p, &ret);",
                f'TRACE("{name}#f{number} gave:");',
                *writer.show(given, "ret", take=take),
                *([f"{p}_{given.name}_free(&ret);"] if given.has_memory and not take else []),
                'TRACE("\\n"); }',
            ]
    lines += [
        f"for (size_t i = 0; i < {p}_kept_count; i++) {side.drop(f'{p}_kept[i]')};",
        *(f"{side.drop(f'lent[{i}]')};" for i in (1, 2, 0)),
        'TRACE("\\n");\n}',
    ]
    return "\n".join(lines)


def _run(names: Sequence[str]) -> str:
    return "\n".join(["void exports_runner_run(void) {", *(f"call_{name}();" for name in names), "}\n"])
