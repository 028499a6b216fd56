"""The C++ declarations of a world's types, each after what it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from symbuild.abi.layout import ACCESS_SIZE, bits_access, bits_words, discriminant_access, extent
from symbuild.abi.resources import handles_in
from symbuild.abi.width import Width
from symbuild.bindings.casing import pascal
from symbuild.bindings.cpp.names import Form, Names, Namespace, has_name, identifier, same_bytes
from symbuild.frozen import frozen
from symbuild.model.types import (
    Bits,
    Case,
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
    type_parts,
)


@frozen
class Declaration:
    """Lines that declare one thing of a namespace; ``bare``: outside of it."""

    namespace: Namespace
    lines: tuple[str, ...]
    bare: bool = False


@frozen
class Class:
    """The class of a resource: its declaration, or (``bare``) what includes the user's; and what it mentions."""

    lines: tuple[str, ...]
    mentions: tuple[Type, ...]
    bare: bool = False


@frozen
class Layout:
    """A type that passes as it is: the compiler is asked whether its size and alignment are the ABI's."""

    type: str
    size: Width
    align: Width


@dataclass(slots=True)
class Declarations:
    """Collects declarations in the order C++ needs them; asking twice for a type declares it once."""

    names: Names
    declared: list[Declaration] = field(default_factory=list)
    layouts: list[Layout] = field(default_factory=list)
    fields: set[tuple[Namespace, str]] = field(default_factory=set)
    classes: Mapping[TypeDef, Class] = field(default_factory=dict)
    _seen: set[TypeDef] = field(default_factory=set)
    _done: set[TypeDef] = field(default_factory=set)
    _announced: set[TypeDef] = field(default_factory=set)
    # Classes whose prototypes are being looked at.
    _open: list[TypeDef] = field(default_factory=list)
    _takers: dict[tuple[Namespace, str], TypeDef] = field(default_factory=dict)

    def add_definitions(self, definitions: Iterable[TypeDef]) -> None:
        """Declare an interface's types."""
        for definition in definitions:
            self._add(definition)

    def know_definitions(self, definitions: Iterable[TypeDef]) -> None:
        """Take an interface's types as declared by a header of the user's."""
        for definition in definitions:
            self._seen.add(definition)
            self._done.add(definition)
            self._check_layout(definition)

    def _add(self, definition: TypeDef) -> None:
        if definition in self._seen:
            return
        self._seen.add(definition)
        if isinstance(definition.body, Resource):
            self._add_class(definition)
        else:
            self._add_parts(definition.body)
            if self._is_first(definition) and (lines := self._lines(definition, definition.body)):
                self.declared.append(Declaration(self._home(definition), tuple(lines)))
                self._check_layout(definition)
        self._done.add(definition)

    def _add_parts(self, t: Type) -> None:
        match t:
            case Named(definition):
                self._add(definition)
                self._announce(origin(definition))
            case Handle(resource, owned):
                if owned:
                    self._add(origin(resource))
                self._announce(origin(resource))
            case _:
                pass
        for part in type_parts(t):
            self._add_parts(part)

    def _add_class(self, resource: TypeDef) -> None:
        of = self.classes[resource]
        self._open.append(resource)
        for t in of.mentions:
            self._mention(t)
        self._open.pop()
        self.declared.append(Declaration(self._home(resource), of.lines, of.bare))

    def _mention(self, t: Type) -> None:
        """What a prototype needs: a type that holds an object of an open class can only be announced before it."""
        match t:
            case Named(definition) if has_name(origin(definition)):
                if not any(h.owned and origin(h.resource) in self._open for h in handles_in(t)):
                    self._add(origin(definition))
                self._announce(origin(definition))
            case Named(definition):
                assert not isinstance(definition.body, Resource)
                self._mention(definition.body)
            case Handle(resource, owned):
                if owned:
                    self._add(origin(resource))
                if origin(resource) is not self._open[-1]:
                    self._announce(origin(resource))
            case _:
                for part in type_parts(t):
                    self._mention(part)

    def _announce(self, definition: TypeDef) -> None:
        """Declare that a class or struct will be declared, if it is not yet."""
        if definition in self._done or definition in self._announced or not has_name(definition):
            return
        self._announced.add(definition)
        kind = "class" if isinstance(definition.body, Resource) else "struct"
        names = [pascal(definition.name)]
        if self.names.has_borrowed_form(definition):
            names.append(self.names.param_name(definition))
        self.declared.append(Declaration(self._home(definition), tuple(f"{kind} {name};" for name in names)))

    def _is_first(self, definition: TypeDef) -> bool:
        """Inline interfaces of a package share a namespace, in which types made alike are one."""
        place = (self.names.namespace(definition.owner), pascal(definition.name))
        return self._takers.setdefault(place, definition) is definition

    def _check_layout(self, definition: TypeDef) -> None:
        t = Named(definition)
        if not isinstance(definition.body, Resource) and has_name(definition) and same_bytes(t):
            self.layouts.append(Layout(self.names.type(t), *extent(t, "pointer")))

    def _lines(self, definition: TypeDef, body: Type) -> list[str]:
        docs = doc_lines(definition.docs)
        match body:
            case Named() | Scalar() | Text():
                return [*docs, self._alias(definition, body)]
            case Product(_, "record"):
                return [*docs, *self._record(definition, body)]
            case Sum(cases, "variant"):
                return [*docs, *self._variant(definition, cases)]
            case Sum(cases, "enum"):
                return [*docs, *self._enum(definition, body)]
            case Bits():
                return [*docs, *self._flags(definition, body)]
            case _:
                return []

    def _alias(self, definition: TypeDef, body: Type) -> str:
        return f"using {pascal(definition.name)} = {self.names.type(body, home=self._home(definition))};"

    def _home(self, definition: TypeDef) -> Namespace:
        return self.names.namespace(definition.owner)

    def _record(self, definition: TypeDef, record: Product) -> list[str]:
        lines = self._struct(definition, pascal(definition.name), record, "owned")
        if self.names.has_borrowed_form(definition):
            lines += self._struct(definition, self.names.param_name(definition), record, "borrowed")
        return lines

    def _struct(self, definition: TypeDef, name: str, record: Product, form: Form) -> list[str]:
        home = self._home(definition)
        lines = [f"struct {name} {{"]
        for f in record.fields:
            self.fields.add((home, identifier(f.name)))
            # The ABI aligns 64-bit scalars to 8 bytes everywhere, C++ on 32-bit x86 does not.
            wide = " SB_FIELD64" if extent(f.type, "pointer")[1] == Width(8, 8) else ""
            member = f"{self.names.type(f.type, form, home)} {identifier(f.name)}{wide};"
            lines += [f"  {line}" for line in (*doc_lines(f.docs), member)]
        return [*lines, "};"]

    def _variant(self, definition: TypeDef, cases: tuple[Case, ...]) -> list[str]:
        structs = [self.names.case(definition.name, c.name) for c in cases]
        lines = [f"struct {pascal(definition.name)} {{"]
        for name, c in zip(structs, cases, strict=True):
            # From anywhere: inside, the name of a case may hide that of a type.
            value = f" {self.names.type(c.type)} value; " if c.type else ""
            lines += [f"  {line}" for line in (*doc_lines(c.docs), f"struct {name} {{{value}}};")]
        return [*lines, f"  {self.names.std}::variant<{', '.join(structs)}> variants;", "};"]

    def _enum(self, definition: TypeDef, s: Sum) -> list[str]:
        lines = [f"enum class {pascal(definition.name)} : uint{8 * ACCESS_SIZE[discriminant_access(s)]}_t {{"]
        for i, c in enumerate(s.cases):
            lines += [f"  {line}" for line in (*doc_lines(c.docs), f"k{pascal(c.name)} = {i},")]
        return [*lines, "};"]

    def _flags(self, definition: TypeDef, b: Bits) -> list[str]:
        name, words = pascal(definition.name), bits_words(b)
        if words > 2:
            return self._long_flags(definition, b)
        integer = f"uint{64 if words == 2 else 8 * ACCESS_SIZE[bits_access(b)]}_t"
        lines = [f"enum class {name} : {integer} {{", "  k_None = 0,"]
        for i, label in enumerate(b.labels):
            lines += [f"  {line}" for line in (*doc_lines(label.docs), f"k{pascal(label.name)} = (1ULL << {i}),")]
        lines.append("};")
        for operator in "|&":
            both = f"static_cast<{integer}>(static_cast<{integer}>(a) {operator} static_cast<{integer}>(b))"
            head = f"constexpr {name} operator{operator}({name} a, {name} b)"
            lines.append(f"{head} {{ return static_cast<{name}>({both}); }}")
        return lines

    def _long_flags(self, definition: TypeDef, b: Bits) -> list[str]:
        """Flags that no integer holds: a struct of words, used like the enum that others are."""
        name, words = pascal(definition.name), bits_words(b)
        bits = [("k_None", ["0"] * words)]
        for i, label in enumerate(b.labels):
            bits.append((f"k{pascal(label.name)}", [f"1u << {i % 32}" if w == i // 32 else "0" for w in range(words)]))
        lines = [f"struct {name} {{", f"  uint32_t words[{words}];"]
        lines += [f"  static const {name} {k};" for k, _ in bits]
        lines += [f"  constexpr bool operator==(const {name} &) const = default;", "};"]
        lines += [f"inline constexpr {name} {name}::{k} = {{{{{', '.join(values)}}}}};" for k, values in bits]
        for operator in "|&":
            each = ", ".join(f"a.words[{w}] {operator} b.words[{w}]" for w in range(words))
            lines.append(f"constexpr {name} operator{operator}(const {name} &a, const {name} &b) {{")
            lines += [f"  return {{{{{each}}}}};", "}"]
        return lines


# What declarations take from the standard library: header -> what must occur.
def headers_of(types: Iterable[Type]) -> set[str]:
    """The standard headers that spelling types needs."""
    found: set[str] = set()
    for t in types:
        match t:
            case Named(definition) if not isinstance(definition.body, Resource):
                found |= headers_of([definition.body])
            case Scalar("f32" | "f64"):
                found.add("<math.h>")
            case Handle(_, False):
                found.add("<functional>")
            case Text():
                found.add("<string_view>")
            case Seq(_, sugar):
                found |= {"<span>", "<vector>"} | ({"<utility>"} if sugar == "map" else set())
            case FixedSeq():
                found.add("<array>")
            case Product(_, "tuple"):
                found.add("<tuple>")
            case Sum(_, sugar) if sugar in _SUM_HEADERS:
                found.add(_SUM_HEADERS[sugar])
            case _:
                pass
        found |= headers_of(type_parts(t))
    return found


_SUM_HEADERS = {"option": "<optional>", "result": '"wit_expected.h"', "variant": "<variant>"}


def doc_lines(docs: str | None) -> tuple[str, ...]:
    """WIT docs as lines of a C++ comment: none may end in a backslash, which would continue it."""
    if not docs:
        return ()
    return tuple(f"/// {line}".rstrip().rstrip("\\") for line in docs.strip().splitlines())
