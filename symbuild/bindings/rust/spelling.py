"""How a type is spelled in each position: wit-bindgen's rules of what borrows (``type_mode_for``, ``print_ty``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, assert_never

from symbuild.abi.resources import handles_in, holds_own
from symbuild.bindings.rust.names import ModulePath, Names, type_name
from symbuild.bindings.rust.usage import Usage, has_list
from symbuild.model.types import (
    Bits,
    Channel,
    FixedSeq,
    Handle,
    Named,
    Product,
    Resource,
    Scalar,
    Seq,
    Sum,
    Text,
    Type,
    TypeDef,
    origin,
)
from symbuild.model.world import is_exported

SCALARS = {"s8": "i8", "s16": "i16", "s32": "i32", "s64": "i64"}

# What is asked of a position: a value of its own; a reference to one; or references all the way down.
Style = Literal["owned", "top", "borrowed"]


@dataclass(frozen=True, slots=True)
class Mode:
    """One level of a type. ``lifetime``: what it borrows for, ``slices``: whether lists and strings of it are lent."""

    style: Style
    lifetime: str | None = None
    slices: bool = False


OWNED = Mode("owned")
_STYLES: tuple[Style, Style] = ("owned", "borrowed")
_NEXT: dict[Style, Style] = {"owned": "owned", "top": "owned", "borrowed": "borrowed"}


@dataclass(frozen=True, slots=True)
class Form:
    """A Rust type that a definition becomes: its name, and how its parts are spelled."""

    name: str
    mode: Mode


class Spelling:
    """Spells the types of one world."""

    def __init__(self, names: Names, usage: Usage) -> None:
        self.names = names
        self.usage = usage
        self._ownership = names.options.ownership
        # How parameters of imports are spelled.
        self.lent: Style = "top" if self._ownership == "owning" else "borrowed"

    # -- forms of definitions ------------------------------------------------------------------------------------------
    def forms(self, definition: TypeDef) -> tuple[Form, ...]:
        """The Rust types of a definition: none where it is not used, two where a borrowing one is asked for besides."""
        use = self.usage.of(definition)
        if not (use.borrowed or use.owned or self.names.options.generate_unused):
            return ()
        owned, borrowed = (self.mode(Named(definition), style, "'a") for style in _STYLES)
        if self._has_two(definition):
            return (
                Form(self.definition_name(definition, owned=True), owned),
                Form(self.definition_name(definition, owned=False), borrowed),
            )
        owns = borrowed.lifetime is None or use.owned or self._ownership == "owning"
        return (Form(type_name(definition.name), owned if owns else borrowed),)

    def _has_two(self, definition: TypeDef) -> bool:
        use, named = self.usage.of(definition), Named(definition)
        if self._ownership != "borrowing-duplicate-if-necessary" or isinstance(origin(definition).body, Resource):
            return False
        return use.borrowed and use.owned and has_list(named) and not holds_own(named)

    def definition_name(self, definition: TypeDef, *, owned: bool) -> str:
        """The name of the owned form of a definition, or of the one that is lent."""
        suffix = ("Result" if owned else "Param") if self._has_two(definition) else ""
        return f"{type_name(definition.name)}{suffix}"

    def definition(self, definition: TypeDef, here: ModulePath, *, owned: bool) -> str:
        """A definition as it is called in module ``here``."""
        if target := self.names.remapped_type(definition):
            return target
        name = self.definition_name(definition, owned=owned)
        return self.names.path(here, self.names.module(definition.owner), name)

    # -- modes ---------------------------------------------------------------------------------------------------------
    def mode(self, t: Type, style: Style, lifetime: str) -> Mode:
        """How ``t`` is spelled where ``style`` is asked for."""
        if holds_own(t):
            # A value that is given away, whatever is asked for.
            return Mode("owned", lifetime if holds_borrow(t) else None)
        if holds_borrow(t):
            return Mode(style, lifetime, slices=style != "owned")
        if style == "owned" or not has_list(t):
            return Mode(style)
        owned = isinstance(t, Named) and self.usage.of(t.definition).owned and not self._has_two(t.definition)
        if owned and self._ownership != "owning":
            # The one type there is owns its parts: only the whole of it can be lent.
            return Mode("top", lifetime, slices=True)
        return Mode(style, lifetime, slices=True)

    def _inner(self, t: Type, outer: Mode) -> Mode:
        return self.mode(t, _NEXT[outer.style], outer.lifetime) if outer.lifetime else OWNED

    def _inner_or_top(self, t: Type, outer: Mode) -> Mode:
        """Parts of anonymous types are lent instead of the whole: ``Option<&T>``, not ``&Option<T>``."""
        return outer if outer.style == "top" else self._inner(t, outer)

    def part(self, t: Type, whole: Mode, here: ModulePath) -> str:
        """The type of a field or payload of a definition whose form has the mode ``whole``."""
        return self.type(t, self._inner(t, whole), here)

    # -- types ---------------------------------------------------------------------------------------------------------
    def owned(self, t: Type, here: ModulePath, lifetime: str = "'_") -> str:
        """A type of values that own all they hold, but for handles that are lent: those live for ``lifetime``."""
        return self.type(t, self.mode(t, "owned", lifetime), here)

    def parameter(self, t: Type, here: ModulePath) -> str:
        """The type of an import's parameter."""
        return self.type(t, self.mode(t, self.lent, "'_"), here)

    def type(self, t: Type, mode: Mode, here: ModulePath) -> str:
        """A type in a mode, as it is called in module ``here``."""
        if mode.lifetime and isinstance(t, Named):
            # Names of strings, lists and maps borrow as what they stand for: `&str`, not `&Name`.
            body = origin(t.definition).body
            if isinstance(body, Text | Seq):
                return self.type(body, mode, here)
        match t:
            case Named(definition):
                return self._named(definition, mode, here)
            case Scalar(name):
                return SCALARS.get(name, name)
            case Text():
                return self._text(mode)
            case Seq(Product(fields), "map"):
                key, value = (self.type(f.type, self._inner(f.type, mode), here) for f in fields)
                return f"{_reference(mode)}{self.map_path}<{key}, {value}>"
            case Seq(elem):
                inner = self.type(elem, self._inner(elem, mode), here)
                return f"{_reference(mode)}[{inner}]" if mode.slices else f"_rt::Vec<{inner}>"
            case FixedSeq(elem, count):
                return f"[{self.type(elem, self._inner(elem, mode), here)}; {count}]"
            case Product(fields):
                inner = "".join(f"{self.type(f.type, self._inner_or_top(f.type, mode), here)}, " for f in fields)
                return f"({inner.removesuffix(' ') if len(fields) == 1 else inner.removesuffix(', ')})"
            case Sum(cases, sugar):
                inner = ", ".join(self._optional(c.type, mode, here) for c in cases if c.type or sugar == "result")
                return f"::core::{sugar}::{sugar.capitalize()}<{inner}>"
            case Handle(resource, owned):
                if owned:
                    return self.definition(resource, here, owned=True)
                return self.borrow(resource, mode.lifetime or "'_", here)
            case Bits() | Channel():
                raise AssertionError("flags have a name; channels are refused so far")
            case unknown:
                assert_never(unknown)

    def borrow(self, resource: TypeDef, lifetime: str, here: ModulePath) -> str:
        """A lent handle: of a resource of the component's own, what gives access to the object."""
        if is_exported(resource):
            return f"{self.borrow_name(resource, here)}<{lifetime}>"
        return f"{_reference(Mode('owned', lifetime, slices=True))}{self.definition(resource, here, owned=True)}"

    def borrow_name(self, resource: TypeDef, here: ModulePath) -> str:
        """The type of lent handles of a resource of the component's own, without its lifetime."""
        return f"{self.definition(resource, here, owned=True)}Borrow"

    def _optional(self, t: Type | None, mode: Mode, here: ModulePath) -> str:
        return self.type(t, self._inner_or_top(t, mode), here) if t else "()"

    def _named(self, definition: TypeDef, mode: Mode, here: ModulePath) -> str:
        if mode.style == "top":
            name = self.definition(definition, here, owned=True)
            return f"{_reference(mode)}{name}{f'<{mode.lifetime}>' if holds_borrow(Named(definition)) else ''}"
        name = self.definition(definition, here, owned=mode.style == "owned")
        return f"{name}<{mode.lifetime}>" if mode.lifetime else name

    def _text(self, mode: Mode) -> str:
        if self.names.options.raw_strings:
            return f"{_reference(mode)}[u8]" if mode.slices else "_rt::Vec<u8>"
        return f"{_reference(mode)}str" if mode.slices else "_rt::String"

    @property
    def map_path(self) -> str:
        """The type of maps, without its parameters."""
        return self.names.options.map_type or "_rt::Map"


def holds_borrow(t: Type) -> bool:
    """Whether a lent handle is in a type, so that its values live no longer than a call."""
    return any(not handle.owned for handle in handles_in(t))


def _reference(mode: Mode) -> str:
    if not mode.slices:
        return ""
    return "&" if mode.lifetime == "'_" else f"&{mode.lifetime} "
