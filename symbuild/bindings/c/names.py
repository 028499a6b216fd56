"""How C spells names and types: everything the templates and the speller print passes through here.

The rules are wit-bindgen's (``crates/c/src/lib.rs``: ``interface_identifier``, ``push_ty_name``, ``c_func_name``), so
that sources written for it compile unmodified.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Literal, assert_never

from symbuild.bindings.casing import snake
from symbuild.errors import InputError, close_matches
from symbuild.frozen import frozen
from symbuild.model.types import (
    Bits,
    Channel,
    FixedSeq,
    Handle,
    Named,
    Product,
    Scalar,
    Seq,
    Sum,
    Text,
    Type,
    TypeDef,
    shape,
    type_parts,
)
from symbuild.model.world import WORLD_OWNER, Interface, InterfaceItem, World, export_owner, import_owner

SCALARS = {
    "bool": "bool",
    "char": "uint32_t",
    "f32": "float",
    "f64": "double",
    **{f"u{bits}": f"uint{bits}_t" for bits in (8, 16, 32, 64)},
    **{f"s{bits}": f"int{bits}_t" for bits in (8, 16, 32, 64)},
}

# Keywords of C and C++ (the header serves both), and what wit-bindgen reserves besides.
_KEYWORDS = """
alignas alignof and and_eq asm atomic_cancel atomic_commit atomic_noexcept auto bitand bitor bool break case catch
char char8_t char16_t char32_t class compl concept const consteval constexpr constinit const_cast continue co_await
co_return co_yield decltype default delete do double dynamic_cast else enum explicit export extern false float for
friend goto if inline int long mutable namespace new noexcept not not_eq nullptr operator or or_eq private protected
public reflexpr register reinterpret_cast requires return short signed sizeof static static_assert static_cast struct
switch synchronized template this thread_local throw true try typedef typeid typename union unsigned using virtual
void volatile wchar_t while xor xor_eq _Packed ret err stdin stdout stderr
"""
# Keywords of C23 and of the GNU dialects, which wit-bindgen does not know: its code for them needs `-std=c11`.
_NEW_KEYWORDS = "typeof typeof_unqual"
KEYWORDS = frozenset(f"{_KEYWORDS} {_NEW_KEYWORDS}".split())

# Macros of the GNU dialects of C, each 1 on its platform. They are words as good as any to a WIT author.
GNU_MACROS = frozenset(["arm", "i386", "linux", "mips", "sparc", "sun", "unix"])

# What prototypes and the bodies of inline functions mention: types, the runtime, and what that is made of.
_MENTIONED = re.compile(r"\w+_t|sb_\w*[^_]|memcpy")


@frozen
class Options:
    """What a user can choose about C bindings; the spellings are wit-bindgen's.

    ``views``: exports take lent arguments through pointers to const, and free nothing (``--api-style symmetric``).
    ``flatten``: options and results become pointers and return values (off: ``--no-sig-flattening``). ``rename`` maps
    an interface's id or label to the prefix used in its place. ``utf16``: strings are ``uint16_t`` code units.
    ``dynamic``: imports, by id or label, that are bound at run time through a table. ``autodrop``: the Canonical ABI's
    exports drop the borrows they were given (``--autodrop-borrows``). ``component`` is the maker of resources that
    traps name (empty: the world's name). ``abi``: which ABI's exports the source defines.
    """

    views: bool = False
    flatten: bool = True
    utf16: bool = False
    rename: Mapping[str, str] = MappingProxyType({})
    dynamic: frozenset[str] = frozenset()
    autodrop: bool = False
    component: str = ""
    abi: Literal["symmetric", "canonical", "both"] = "both"


def identifier(name: str) -> str:
    """A parameter or field: snake case, with ``_`` behind what C, C++ or the generated code reserves."""
    spelled = snake(name)
    return f"{spelled}_" if spelled in KEYWORDS else spelled


def parameter(name: str, taken: set[str]) -> str:
    """A parameter that is none of ``taken``, to which it is added.

    No caller sees the names of parameters, so they give way to all that a prototype or its inline body may mention.
    """
    spelled = identifier(name)
    while spelled in taken or spelled in GNU_MACROS or _MENTIONED.fullmatch(spelled):
        spelled += "_"
    taken.add(spelled)
    return spelled


class Names:
    """The names of one world. A type's prefix follows from its owner."""

    def __init__(self, world: World, options: Options) -> None:
        self.world = snake(world.name)
        self.string = f"{self.world}_string_t"
        self.component = options.component or world.name
        self.options = options
        self._many_versions = world.many_versions
        items = [(import_owner(i.key), i, False) for i in world.imports]
        items += [(export_owner(i.key), i, True) for i in world.exports]
        self._imported_labels = {i.label for i in world.imports if i.label}
        self._check_keys("--rename", options.rename, items)
        self._check_keys("--dynamic", options.dynamic, [i for i in items if not i[2]])
        self._prefixes = {owner: self._item_prefix(item, exported) for owner, item, exported in items}
        self._prefixes[WORLD_OWNER] = self.world
        self._types: dict[Type, str] = {}

    def _check_keys(
        self, option: str, keys: Mapping[str, str] | frozenset[str], items: list[tuple[str, InterfaceItem, bool]]
    ) -> None:
        known = [item.key for _, item, _ in items]
        for key in sorted(set(keys) - set(known)):
            raise InputError(f"`{option} {key}` names no interface of the world", help=close_matches(key, known))

    def _item_prefix(self, item: InterfaceItem, exported: bool) -> str:
        if item.label:
            # Sources written for wit-bindgen know labelled interfaces by the label alone, on either side. Its code for
            # one label on both sides does not compile, so there the export is free to be told apart.
            prefix = self.options.rename.get(item.label) or snake(item.label)
            return f"exports_{prefix}" if exported and item.label in self._imported_labels else prefix
        assert item.interface.id
        prefix = self.options.rename.get(item.interface.id) or self._id_prefix(item.interface)
        return f"exports_{prefix}" if exported else prefix

    def _id_prefix(self, interface: Interface) -> str:
        assert interface.id
        path, _, version = interface.id.partition("@")
        package, _, name = path.partition("/")
        parts = [snake(package)]
        if package in self._many_versions and version:
            parts.append(snake(version))
        return "_".join([*parts, snake(name)])

    def prefix(self, owner: str) -> str:
        """The prefix of everything an owner defines."""
        return self._prefixes[owner]

    def function(self, prefix: str, name: str) -> str:
        """A function's name, the same on both sides but for the prefix."""
        return f"{prefix}_{snake(name)}"

    def type(self, t: Type) -> str:
        """The C type of a value."""
        if t not in self._types:
            self._types[t] = self._spell(t)
        return self._types[t]

    def _spell(self, t: Type) -> str:
        match t:
            case Named(definition):
                return self.definition(definition)
            case Scalar(name):
                return SCALARS[name]
            case Text():
                return self.string
            case _:
                return f"{self._home(t)}_{self.part(t)}_t"

    def definition(self, definition: TypeDef) -> str:
        """The C type of a named type."""
        return f"{self.prefix(definition.owner)}_{snake(definition.name)}_t"

    def of_resource(self, resource: TypeDef, what: str) -> str:
        """A function for handles of a resource: ``drop_own``, ``new`` and the like."""
        return f"{self.prefix(resource.owner)}_{snake(resource.name)}_{what}"

    def borrow_function(self, resource: TypeDef) -> str:
        """The function that lends an owned handle."""
        return f"{self.prefix(resource.owner)}_borrow_{snake(resource.name)}"

    def private(self, what: str, resource: TypeDef) -> str:
        """What the source alone knows of the component's own resource, such as its operations table."""
        return f"_{what}_{self.prefix(resource.owner)}_{snake(resource.name)}"

    def constant(self, definition: TypeDef, name: str) -> str:
        """The macro of a case or flag."""
        return f"{self.prefix(definition.owner)}_{snake(definition.name)}_{snake(name)}".upper()

    def free_function(self, t: Type) -> str:
        """The function that frees what a value refers to."""
        return f"{self.type(t).removesuffix('_t')}_free"

    def result_alias(self, prefix: str, t: Type) -> str | None:
        """wit-bindgen's own name for an anonymous type that holds a result of unnamed types, where it differs.

        wit-bindgen makes one such type per interface. Here the world has one, and each interface a name for it, so
        that it is the same type wherever values of it meet.
        """
        if isinstance(t, Named | Scalar | Text) or not _holds_result(t) or self._home(t) != self.world:
            return None
        alias = f"{prefix}_{self.part(t)}_t"
        return alias if alias != self.type(t) else None

    def part(self, t: Type) -> str:
        """A type as a part of an anonymous type's name."""
        match t:
            case Named(definition):
                return snake(definition.name)
            case Scalar("char"):
                return "char32"
            case Scalar(name):
                return name
            case Text():
                return "string"
            case Seq(Product(fields), "map"):
                return "_".join(["map", *(self.part(f.type) for f in fields)])
            case Seq(elem):
                return f"list_{self.part(elem)}"
            case FixedSeq(elem, count):
                return f"list{count}_{self.part(elem)}"
            case Product(fields, "entry"):
                return "_".join(["map", *(self.part(f.type) for f in fields), "entry"])
            case Product(fields):
                return "_".join([f"tuple{len(fields)}", *(self.part(f.type) for f in fields)])
            case Sum(cases, "option"):
                return f"option_{self.part_or_void(cases[1].type)}"
            case Sum(cases):
                return "_".join(["result", *(self.part_or_void(c.type) for c in cases)])
            case Handle(resource, owned):
                return f"{'own' if owned else 'borrow'}_{snake(resource.name)}"
            case Channel(kind, elem):
                return f"{snake(kind)}_{self.part_or_void(elem)}"
            case Bits():
                raise AssertionError("flags have a name")
            case unknown:
                assert_never(unknown)

    def part_or_void(self, t: Type | None) -> str:
        """A type that may be absent, as a part of a name."""
        return self.part(t) if t else "void"

    def _home(self, t: Type) -> str:
        """The prefix of an anonymous type: its named parts' owner's, or the world's."""
        named = next(_named_parts(t), None)
        return self.prefix(named.owner) if named else self.world

    def member(self, t: Type, index: int) -> str:
        """The C member that holds part ``index`` of a Product."""
        product = shape(t)
        assert isinstance(product, Product)
        return f"f{index}" if product.sugar == "tuple" else identifier(product.fields[index].name)

    def payload(self, t: Sum, case: int) -> str:
        """The path to the payload of a case."""
        match t.sugar:
            case "option":
                return "val"
            case "result":
                return "val.err" if case else "val.ok"
            case _:
                return f"val.{identifier(t.cases[case].name)}"

    def tag(self, t: Sum) -> str:
        """The member that tells the case."""
        return {"option": "is_some", "result": "is_err"}.get(t.sugar, "tag")


def _named_parts(t: Type) -> Iterator[TypeDef]:
    match t:
        case Named(definition) | Handle(definition):
            yield definition
        case _:
            pass
    for part in type_parts(t):
        yield from _named_parts(part)


def _holds_result(t: Type) -> bool:
    return (isinstance(t, Sum) and t.sugar == "result") or any(map(_holds_result, type_parts(t)))
