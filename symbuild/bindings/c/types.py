"""The C declarations of a world's types, each after what it is made of, and the functions that free them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import assert_never

from symbuild.abi.layout import ACCESS_SIZE, bits_access, bits_words, discriminant_access
from symbuild.abi.walk import owns_memory
from symbuild.bindings.c.claims import Claim, Claims
from symbuild.bindings.c.names import Names
from symbuild.frozen import frozen
from symbuild.model.types import (
    Bits,
    Case,
    Channel,
    FixedSeq,
    Handle,
    Label,
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
    shape,
    type_parts,
)
from symbuild.model.world import is_exported


@frozen
class Member:
    """A member of a struct or union: its declaration without a semicolon."""

    declaration: str
    docs: tuple[str, ...] = ()


@frozen
class Constant:
    """``#define name value``."""

    name: str
    value: str
    docs: tuple[str, ...] = ()


@frozen
class Declaration:
    """One typedef: of a struct (with members, and a union ``val`` where ``union`` has some) or of ``target``."""

    name: str
    tag: str = ""
    target: str = ""
    members: tuple[Member, ...] = ()
    union: tuple[Member, ...] = ()
    constants: tuple[Constant, ...] = ()
    docs: tuple[str, ...] = ()


@frozen
class Release:
    """A free function: its name, the type it takes a pointer to, and its statements."""

    name: str
    type: str
    body: tuple[str, ...]


class Declarations:
    """Collects declarations in the order C needs them; asking twice for a type declares it once."""

    def __init__(self, names: Names, claims: Claims) -> None:
        self.names = names
        self.claims = claims
        self.declared: list[Declaration] = []
        self.releases: list[Release] = []
        # wit-bindgen's other names for anonymous types, and for their free functions.
        self.aliases: dict[str, str] = {}
        # The names of struct and union members and of what tables hold.
        self.members: set[str] = set()
        self._seen: set[Type] = set()

    def add_all(self, types: Iterable[Type], prefix: str) -> None:
        """Declare what a function of the interface with ``prefix`` mentions."""
        for t in types:
            self.add(t)
            self._add_aliases(t, prefix)

    def add_definitions(self, definitions: Sequence[TypeDef]) -> None:
        """Declare an interface's types."""
        for definition in definitions:
            if isinstance(definition.body, Resource):
                self.add_resource(definition)
            elif not isinstance(origin(definition).body, Resource):
                self.add(Named(definition))
                if not isinstance(definition.body, Named):
                    for part in type_parts(definition.body):
                        self._add_aliases(part, self.names.prefix(definition.owner))
                if isinstance(definition.body, Seq) and definition.body.sugar == "map":
                    # The entries of a named map go by its name; those of equal maps are one type all the same.
                    entry = f"{self.names.definition(definition).removesuffix('_t')}_entry_t"
                    self.aliases[entry] = self.names.type(definition.body.elem)

    def add_resource(self, resource: TypeDef) -> None:
        """Declare the handles of a resource; that of an alias goes by the name of what it stands for."""
        own, borrow = Handle(resource, owned=True), Handle(resource, owned=False)
        if own in self._seen:
            return
        self._seen |= {own, borrow}
        names = [self.names.type(t) for t in (own, borrow)]
        docs = doc_lines(resource.docs)
        if not all(self._claim(t, name) for t, name in zip((own, borrow), names, strict=True)):
            return
        handles = [Declaration(name, name, members=(Member("sb_handle_t __handle"),)) for name in names]
        if not is_exported(resource):
            self.declared += handles
            return
        # The user sees a borrow of the component's own resource as the object itself.
        rep = self.names.definition(resource)
        if self.claims.claim(rep, Claim(resource.owner, resource.name, "resource")):
            self.declared += [
                Declaration(rep, target=f"struct {rep}", docs=docs),
                handles[0],
                Declaration(f"*{names[1]}", target=rep),
            ]

    def _add_aliases(self, t: Type, prefix: str) -> None:
        if isinstance(t, Named):
            return
        for part in type_parts(t):
            self._add_aliases(part, prefix)
        alias = self.names.result_alias(prefix, t)
        if alias and alias not in self.aliases and self._claim(t, alias):
            self.aliases[alias] = self.names.type(t)

    def add(self, t: Type) -> None:
        """Declare a type after its parts."""
        if t in self._seen or isinstance(t, Scalar):
            return
        if isinstance(t, Handle):
            self.add_resource(origin(t.resource))
            if t in self._seen:
                return
        self._seen.add(t)
        body = t.definition.body if isinstance(t, Named) else t
        assert not isinstance(body, Resource)
        for part in [body] if isinstance(body, Named) else type_parts(body):
            self.add(part)
        if isinstance(t, Text):
            return  # every header has the string type
        name = self.names.type(t)
        if not self._claim(t, name):
            return
        self.declared.append(self._declare(t, name, body))
        if _has_free(t):
            release = self._release(t, name, body)
            if self._claim(t, release.name, "what frees"):
                self.releases.append(release)

    def _claim(self, t: Type, name: str, role: str = "") -> bool:
        return self.claims.claim(name, Claim(t.definition.owner if isinstance(t, Named) else "", t, role))

    def _declare(self, t: Type, name: str, body: Type) -> Declaration:
        tag, docs = (name, doc_lines(t.definition.docs)) if isinstance(t, Named) else ("", ())
        match body:
            case Named() | Scalar() | Text():
                return Declaration(name, target=self.names.type(body), docs=docs)
            case Seq(elem):
                ends = (Member(f"{self.names.type(elem)} *ptr"), Member("size_t len"))
                return Declaration(name, tag, members=ends, docs=docs)
            case FixedSeq(elem, count):
                return Declaration(name, tag, members=(self._member(elem, "items", f"[{count}]"),), docs=docs)
            case Product(fields):
                members = tuple(
                    self._member(f.type, self.names.member(body, i), docs=f.docs) for i, f in enumerate(fields)
                )
                return Declaration(name, tag, members=members, docs=docs)
            case Sum(cases, "enum"):
                return Declaration(name, target=_unsigned(body), constants=self._cases(t, cases), docs=docs)
            case Sum():
                return self._declare_sum(t, name, tag, body, docs)
            case Bits():
                return self._declare_bits(t, name, tag, body, docs)
            case Handle(resource, owned):
                return Declaration(name, target=self.names.type(Handle(origin(resource), owned)))
            case Channel():
                raise AssertionError("check.py refuses channels so far")
            case unknown:
                assert_never(unknown)

    def _declare_sum(self, t: Type, name: str, tag: str, s: Sum, docs: tuple[str, ...]) -> Declaration:
        discriminant = "bool" if s.sugar in ("option", "result") else _unsigned(s)
        first = Member(f"{discriminant} {self.names.tag(s)}")
        if s.sugar == "option":
            payload = s.cases[1].type
            assert payload
            return Declaration(name, tag, members=(first, self._member(payload, "val")), docs=docs)
        payloads = [
            (self.names.payload(s, i).removeprefix("val."), case) for i, case in enumerate(s.cases) if case.type
        ]
        union = tuple(self._member(c.type, n, docs=c.docs) for n, c in payloads if c.type)
        constants = self._cases(t, s.cases) if s.sugar == "variant" else ()
        return Declaration(name, tag, members=(first,), union=union, constants=constants, docs=docs)

    def _declare_bits(self, t: Type, name: str, tag: str, b: Bits, docs: tuple[str, ...]) -> Declaration:
        words = bits_words(b)
        if words > 2:
            # Flags that no integer holds: their macros number them, words[i / 32] >> (i % 32) has them.
            constants = self._flags(t, b.labels, lambda i: str(i))
            return Declaration(name, tag, members=(Member(f"uint32_t words[{words}]"),), constants=constants)
        if words == 2:
            # Two 32-bit words in the ABI, so no more aligned than one.
            constants = self._flags(t, b.labels, lambda i: f"(UINT64_C(1) << {i})")
            return Declaration(name, target="SB_ALIGNED(4) uint64_t", constants=constants, docs=docs)
        bits = 8 * ACCESS_SIZE[bits_access(b)]
        constants = self._flags(t, b.labels, lambda i: f"(1u << {i})" if i == 31 else f"(1 << {i})")
        return Declaration(name, target=f"uint{bits}_t", constants=constants, docs=docs)

    def _member(self, t: Type, name: str, array: str = "", docs: str | None = None) -> Member:
        self.members.add(name)
        s = shape(t)
        wide = isinstance(s, Scalar) and s.name in ("u64", "s64", "f64")
        aligned = " SB_FIELD64" if wide else ""
        return Member(f"{self.names.type(t)} {name}{array}{aligned}", doc_lines(docs))

    def _cases(self, t: Type, cases: tuple[Case, ...]) -> tuple[Constant, ...]:
        assert isinstance(t, Named)
        return tuple(self._constant(t.definition, c.name, str(i), c.docs) for i, c in enumerate(cases))

    def _flags(self, t: Type, labels: tuple[Label, ...], value: Callable[[int], str]) -> tuple[Constant, ...]:
        assert isinstance(t, Named)
        return tuple(self._constant(t.definition, label.name, value(i), label.docs) for i, label in enumerate(labels))

    def _constant(self, definition: TypeDef, name: str, value: str, docs: str | None) -> Constant:
        macro = self.names.constant(definition, name)
        self.claims.claim(macro, Claim(definition.owner, f"{definition.name}.{name}", "constant"))
        return Constant(macro, value, doc_lines(docs))

    def _release(self, t: Type, name: str, body: Type) -> Release:
        return Release(self.names.free_function(t), name, tuple(self._release_lines(body)))

    def _release_lines(self, body: Type) -> list[str]:
        """The statements that free what ``*ptr`` refers to."""
        match body:
            case Named():
                return [f"{self.names.free_function(body)}(ptr);"]
            case Text():
                return [f"{self.names.world}_string_free(ptr);"]
            case Seq(elem):
                return [*self._loop("ptr->len", self._free(elem, "&ptr->ptr[i]")), "if (ptr->len > 0) free(ptr->ptr);"]
            case FixedSeq(elem, count):
                return self._loop(str(count), self._free(elem, "&ptr->items[i]"))
            case Product(fields):
                frees = [self._free(f.type, f"&ptr->{self.names.member(body, i)}") for i, f in enumerate(fields)]
                return [line for line in frees if line]
            case Sum(_, "enum"):
                return []
            case Sum(cases) as s:
                return self._release_cases(s, cases)
            case _:
                return []

    def _release_cases(self, s: Sum, cases: tuple[Case, ...]) -> list[str]:
        frees = [(i, self._free(c.type, f"&ptr->{self.names.payload(s, i)}")) for i, c in enumerate(cases) if c.type]
        frees = [(i, line) for i, line in frees if line]
        if not frees:
            return []
        match s.sugar:
            case "option":
                return ["if (ptr->is_some) {", f"  {frees[0][1]}", "}"]
            case "result":
                lines = []
                for i, line in frees:
                    lines += [f"if ({'' if i else '!'}ptr->is_err) {{", f"  {line}", "}"]
                return lines
            case _:
                arms = [text for i, line in frees for text in (f"  case {i}:", f"    {line}", "    break;")]
                return ["switch (ptr->tag) {", *arms, "}"]

    def _loop(self, count: str, line: str) -> list[str]:
        return [f"for (size_t i = 0; i < {count}; i++) {{", f"  {line}", "}"] if line else []

    def _free(self, t: Type, pointer: str) -> str:
        """The call that frees what ``*pointer`` refers to; empty where that is nothing."""
        return f"{self.names.free_function(t)}({pointer});" if owns_memory(t) else ""


def doc_lines(docs: str | None) -> tuple[str, ...]:
    """WIT docs as the lines of a C comment: nothing in them may end it, or look as if it began one."""
    if not docs:
        return ()
    text = docs.strip().replace("*/", "* /").replace("/*", "/ *").replace("??/", "?? /")
    lines = [line.rstrip().rstrip("\\") for line in text.splitlines()]
    if len(lines) == 1:
        return (f"/* {lines[0]} */",)
    return ("/*", *(f" * {line}".rstrip() for line in lines), " */")


def _unsigned(s: Sum) -> str:
    return f"uint{8 * ACCESS_SIZE[discriminant_access(s)]}_t"


@cache
def _has_free(t: Type) -> bool:
    """Whether a free function goes with a type, be there something to free or not (wit-bindgen's ``define_dtor``).

    Handles are not dropped by any: who frees a list may have given away what was in it.
    """
    match shape(t):
        case Text() | Seq():
            return True
        case FixedSeq(elem):
            return _has_free(elem)
        case Product(fields):
            return any(_has_free(f.type) for f in fields)
        case Sum(_, sugar):
            return sugar != "enum"
        case _:
            return False
