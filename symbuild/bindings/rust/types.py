"""The Rust declarations of an interface's types."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, assert_never

from symbuild.abi.layout import ACCESS_SIZE, bits_access, bits_words, discriminant_access
from symbuild.abi.resources import handles_in
from symbuild.bindings.casing import shouty
from symbuild.bindings.rust.names import ModulePath, case_name, identifier
from symbuild.bindings.rust.spelling import Form, Spelling
from symbuild.bindings.rust.usage import has_list
from symbuild.errors import InputError
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
    TypeDef,
    origin,
)
from symbuild.model.world import is_exported

DeclarationKind = Literal["alias", "struct", "enum", "error-enum", "flags"]
_STANDARD = re.compile(r"^(::)?(std|core)::(\w+::)*")


@dataclass(frozen=True, slots=True)
class Member:
    """A field, case or flag: ``name`` in Rust and ``wit``, ``type`` of a field or payload, ``text`` of its docs."""

    name: str
    wit: str
    type: str = ""
    docs: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Declaration:
    """One Rust type. ``generics`` is ``<'a>`` or empty, ``target`` what an alias is for, or the integer of flags."""

    kind: DeclarationKind
    name: str
    generics: str = ""
    target: str = ""
    members: tuple[Member, ...] = ()
    is_error: bool = False
    docs: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()

    @property
    def is_alias(self) -> bool:
        return self.kind == "alias"

    @property
    def is_flags(self) -> bool:
        return self.kind == "flags"

    @property
    def is_struct(self) -> bool:
        return self.kind == "struct"

    @property
    def is_enum(self) -> bool:
        return self.kind in ("enum", "error-enum")

    @property
    def is_plain_enum(self) -> bool:
        return self.kind == "enum"

    @property
    def is_error_enum(self) -> bool:
        return self.kind == "error-enum"

    @property
    def is_shown_by_debug(self) -> bool:
        return self.is_error and not self.is_error_enum


class Declarations:
    """Declares the types of modules."""

    def __init__(self, spelling: Spelling) -> None:
        self.spelling = spelling
        self.options = spelling.names.options
        self._used_selectors: set[str] = set()

    def of(self, definitions: Iterable[TypeDef], here: ModulePath) -> tuple[Declaration, ...]:
        """The declarations of definitions in module ``here``; what ``--with`` maps elsewhere has none.

        Nor have resources, which are more than a declaration.
        """
        return tuple(declaration for d in definitions for declaration in self._of_one(d, here))

    def _of_one(self, definition: TypeDef, here: ModulePath) -> Iterator[Declaration]:
        match definition.body, origin(definition).body:
            case Resource(), _:
                pass
            case Named(of), Resource():
                yield from self._resource_alias(definition, of, here)
            case _:
                if self.spelling.names.remapped_type(definition) is None:
                    yield from (self._declare(definition, form, here) for form in self.spelling.forms(definition))

    def _resource_alias(self, definition: TypeDef, of: TypeDef, here: ModulePath) -> Iterator[Declaration]:
        spelling, docs = self.spelling, doc_lines(definition.docs)
        name = spelling.definition_name(definition, owned=True)
        use = spelling.usage.of(definition)
        if use.borrowed or use.owned or self.options.generate_unused:
            yield Declaration("alias", name, target=spelling.definition(of, here, owned=True), docs=docs)
        if is_exported(of):
            yield Declaration("alias", f"{name}Borrow", "<'a>", spelling.borrow(of, "'a", here), docs=docs)

    def require_selectors_used(self) -> None:
        """Raise InputError for attributes that no type or member got."""
        for option, pairs in (
            ("--additional-type-attributes", self.options.type_attributes),
            ("--additional-member-attributes", self.options.member_attributes),
        ):
            for selector, _ in pairs:
                if selector not in self._used_selectors:
                    raise InputError(
                        f"`{option} {selector}=..` selects nothing",
                        help="a selector is `ns:pkg/iface/type`, with `.member` behind it for a member",
                    )

    def _declare(self, definition: TypeDef, form: Form, here: ModulePath) -> Declaration:
        docs, body = doc_lines(definition.docs), definition.body
        generics = "<'a>" if form.mode.lifetime else ""
        equal = self.spelling.usage.representative(definition)
        if equal is not definition:
            return Declaration(
                "alias", form.name, generics, self.spelling.type(Named(equal), form.mode, here), docs=docs
            )
        match body:
            case Product(fields, "record"):
                members = tuple(
                    Member(
                        identifier(f.name),
                        f.name,
                        self.spelling.part(f.type, form.mode, here),
                        doc_lines(f.docs),
                        self._member_attributes(definition, f.name),
                    )
                    for f in fields
                )
                return self._struct(definition, form, members)
            case Sum(cases, "variant" | "enum"):
                members = tuple(
                    Member(
                        case_name(c.name),
                        c.name,
                        self.spelling.part(c.type, form.mode, here) if c.type else "",
                        doc_lines(c.docs),
                        self._member_attributes(definition, c.name),
                        rust_string((c.docs or "").strip()),
                    )
                    for c in cases
                )
                return self._enum(definition, body, form, members)
            case Bits():
                return self._flags(definition, body, docs)
            case Named() | Scalar() | Text() | Seq() | FixedSeq() | Product() | Sum():
                return Declaration("alias", form.name, generics, self.spelling.type(body, form.mode, here), docs=docs)
            case Resource() | Handle() | Channel():
                raise AssertionError("resources have views of their own, a handle no name; channels are refused so far")
            case unknown:
                assert_never(unknown)

    def _struct(self, definition: TypeDef, form: Form, members: tuple[Member, ...]) -> Declaration:
        layout = ["#[repr(C)]"] if _copies(definition) else []
        return Declaration(
            "struct",
            form.name,
            "<'a>" if form.mode.lifetime else "",
            members=members,
            is_error=self.spelling.usage.of(definition).error,
            docs=doc_lines(definition.docs),
            attributes=(*layout, *self._derives(definition, form.name), *self._type_attributes(definition)),
        )

    def _enum(self, definition: TypeDef, s: Sum, form: Form, members: tuple[Member, ...]) -> Declaration:
        is_error = self.spelling.usage.of(definition).error
        layout, more = [], []
        if s.sugar == "enum":
            layout = [f"#[repr(u{8 * ACCESS_SIZE[discriminant_access(s)]})]"]
            more = ["PartialEq", "Eq", "PartialOrd", "Ord"]
        derives = self._derives(definition, form.name, more)
        return Declaration(
            "error-enum" if is_error and s.sugar == "enum" else "enum",
            form.name,
            "<'a>" if form.mode.lifetime else "",
            members=members,
            is_error=is_error,
            docs=doc_lines(definition.docs),
            attributes=(*layout, *derives, *self._type_attributes(definition)),
        )

    def _flags(self, definition: TypeDef, b: Bits, docs: tuple[str, ...]) -> Declaration:
        members = tuple(
            Member(shouty(label.name), label.name, docs=doc_lines(label.docs), text=str(i))
            for i, label in enumerate(b.labels)
        )
        name = self.spelling.definition_name(definition, owned=True)
        return Declaration("flags", name, target=flags_integer(b), members=members, docs=docs)

    def _derives(self, definition: TypeDef, name: str, more: Iterable[str] = ()) -> list[str]:
        derives = {*more, *(["Clone"] if _clones(definition) else []), *(["Copy"] if _copies(definition) else [])}
        if _kebab(name) not in self.options.derive_ignore:
            derives |= set(self.options.derives)
        # `Clone` and `std::clone::Clone` are one derive.
        unique = {_STANDARD.sub("", d): d for d in sorted(derives, key=lambda d: (-len(d), d))}
        return [f"#[derive({', '.join(sorted(unique.values()))})]"] if unique else []

    def _type_attributes(self, definition: TypeDef) -> tuple[str, ...]:
        return self._attributes(self.options.type_attributes, self.spelling.names.wit_name(definition))

    def _member_attributes(self, definition: TypeDef, member: str) -> tuple[str, ...]:
        selector = f"{self.spelling.names.wit_name(definition)}.{member}"
        return self._attributes(self.options.member_attributes, selector)

    def _attributes(self, pairs: tuple[tuple[str, str], ...], selector: str) -> tuple[str, ...]:
        found = dict.fromkeys(attribute for wanted, attribute in pairs if wanted == selector)
        if found:
            self._used_selectors.add(selector)
        return tuple(found)


def _clones(definition: TypeDef) -> bool:
    """Whether a type's values can be had twice; those with handles cannot, not even lent ones."""
    return not handles_in(Named(definition))


def _copies(definition: TypeDef) -> bool:
    return _clones(definition) and not has_list(Named(definition))


def flags_integer(b: Bits) -> str:
    """The unsigned integer that holds flags in Rust."""
    words = bits_words(b)
    bits = 8 * ACCESS_SIZE[bits_access(b)] if words == 1 else 64 if words == 2 else 128
    return f"u{bits}"


def doc_lines(docs: str | None) -> tuple[str, ...]:
    """WIT docs as Rust's doc comments."""
    return tuple(f"/// {line}".rstrip() for line in (docs or "").strip().splitlines())


def rust_string(text: str) -> str:
    """A string literal."""
    return '"' + "".join(_escaped(text)) + '"'


def _escaped(text: str) -> Iterator[str]:
    for c in text:
        match c:
            case "\n":
                yield "\\n"
            case "\r":
                yield "\\r"
            case '"' | "\\":
                yield f"\\{c}"
            case _:
                yield c


def _kebab(name: str) -> str:
    """The kebab-case name behind a Rust type's name."""
    return "".join(f"-{c}" if c.isupper() and i else c for i, c in enumerate(name)).lower()
