"""How C++ spells names and types: everything the templates and the speller print passes through here.

The rules are wit-bindgen's (``crates/cpp/src/lib.rs``: ``namespace``, ``type_name``), so that sources written for it
compile unmodified.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from types import MappingProxyType
from typing import Literal, assert_never

from symbuild.abi.mangle import symbol
from symbuild.abi.resources import holds_own
from symbuild.bindings.c.names import SCALARS
from symbuild.bindings.c.names import identifier as c_identifier
from symbuild.bindings.casing import pascal, snake
from symbuild.errors import InputError, close_matches
from symbuild.frozen import frozen
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
    shape,
    type_parts,
)
from symbuild.model.world import (
    WORLD_OWNER,
    Function,
    InterfaceItem,
    World,
    export_owner,
    import_owner,
    is_exported,
)

Ownership = Literal["owning", "coarse-borrowing", "fine-borrowing"]
Namespace = tuple[str, ...]

# The form of a type by its position. owned: results, fields, and the arguments of exports. lent: an argument of an
# import. borrowed: inside one. viewed: an argument of an export with the symmetric API style.
Form = Literal["owned", "lent", "borrowed", "viewed"]


@frozen
class Options:
    """What a user can choose about C++ bindings; the spellings are wit-bindgen's.

    ``views``: exports take lent arguments in the form imports do (``--api-style symmetric``). ``headers`` (``--with``)
    maps an imported interface's id to the header that declares it instead. ``internal_prefix`` is a namespace around
    everything. ``split``: each interface has a header of its own. ``export_prefix`` begins the C names of wasm's
    exports. ``abi``: which ABI's exports the source defines. ``component`` is whom others blame for the resources that
    the world makes (its own name if it is not told).
    """

    views: bool = False
    ownership: Ownership = "owning"
    headers: Mapping[str, str] = MappingProxyType({})
    internal_prefix: str | None = None
    split: bool = False
    export_prefix: str = ""
    abi: Literal["symmetric", "canonical", "both"] = "both"
    component: str | None = None


def identifier(name: str) -> str:
    """A field or namespace: as in C, but for what the standard library's headers make a macro."""
    spelled = c_identifier(name)
    return f"{spelled}_" if spelled == "errno" else spelled


class Names:
    """The names of one world. A type's namespace follows from its owner."""

    def __init__(self, world: World, options: Options) -> None:
        self.world = snake(world.name)
        self.options = options
        self.component = options.component or world.name
        self._package = world.package
        self._many_versions = world.many_versions
        self._root: Namespace = (options.internal_prefix,) if options.internal_prefix else ()
        keys = [item.key for item in world.imports]
        for key in sorted(set(options.headers) - set(keys)):
            raise InputError(f"`--with {key}` names no imported interface", help=close_matches(key, keys))
        self._namespaces = {import_owner(i.key): self._of_item(i, ()) for i in world.imports}
        self._namespaces |= {export_owner(i.key): self._of_item(i, ("exports",)) for i in world.exports}
        self._namespaces[WORLD_OWNER] = (*self._root, identifier(world.name))
        self.exported_functions: Namespace = (*self._root, "exports", identifier(world.name))
        # A package called `std` or `wit` hides the library's namespace from code in namespaces of its name.
        self.namespace_parts = {part for namespace in self._namespaces.values() for part in namespace}
        self.std = "::std" if "std" in self.namespace_parts else "std"
        self.wit = "::wit" if "wit" in self.namespace_parts else "wit"
        items = [(import_owner(i.key), i) for i in world.imports] + [(export_owner(i.key), i) for i in world.exports]
        self._part_inline(items)

    def _of_item(self, item: InterfaceItem, side: Namespace) -> Namespace:
        interface = item.interface
        if item.label and interface.name:
            return (*self._root, *side, identifier(item.label))
        path, _, version = (interface.id or self._package).partition("@")
        package, _, name = path.partition("/")
        space, _, name_of_package = package.partition(":")
        if package in self._many_versions and version:
            name_of_package = f"{snake(name_of_package)}{snake(version)}"
        # An inline interface has no name of its own: what it defines belongs to the package.
        return (*self._root, *side, *(identifier(part) for part in (space, name_of_package, name) if part))

    def _part_inline(self, items: list[tuple[str, InterfaceItem]]) -> None:
        """Inline interfaces share their package's namespace, but for those that would define a name anew."""
        taken: dict[tuple[Namespace, str], Hashable] = {}
        for owner, item in items:
            if not item.label or item.interface.name:
                continue
            types = {pascal(d.name): _structure(d) for d in item.interface.types}
            defined: dict[str, Hashable] = {**types, **{pascal(f.name): owner for f in item.interface.functions}}
            namespace = self._namespaces[owner]
            if any(taken.get((namespace, name), what) != what for name, what in defined.items()):
                namespace = self._namespaces[owner] = (*namespace, identifier(item.label))
            taken |= {(namespace, name): what for name, what in defined.items()}

    def namespace(self, owner: str) -> Namespace:
        """The namespace of everything an owner defines."""
        return self._namespaces[owner]

    def header(self, namespace: Namespace) -> str:
        """The header of one namespace where interfaces are split, as wit-bindgen calls it (``finish_file``).

        A label's alone could be that of a standard header; a label is the world's own, so its header is, too.
        """
        parts = "-".join(namespace) if len(namespace) > 1 else f"{self.world}.{namespace[0]}"
        return f"{parts}.h"

    def namespaces_of(self, types: Iterable[Type]) -> set[Namespace]:
        """The namespaces that spelling types leads to."""
        found: set[Namespace] = set()
        for t in types:
            match t:
                case Named(definition) | Handle(definition):
                    definition = origin(definition)
                    found.add(self.namespace(definition.owner))
                    if not isinstance(definition.body, Resource):
                        found |= self.namespaces_of([definition.body])
                case _:
                    found |= self.namespaces_of(type_parts(t))
        return found

    def type(self, t: Type, form: Form = "owned", home: Namespace | None = None) -> str:
        """The C++ type of a value in a position, as code in the namespace ``home`` spells it (None: from anywhere)."""
        match t:
            case Named(definition):
                return self._named(origin(definition), form, home)
            case Scalar(name):
                return SCALARS[name]
            case Text():
                return f"{self.wit}::string" if form == "owned" else f"{self.std}::string_view"
            case Seq():
                return self._seq(t, form, home)
            case FixedSeq(elem, count):
                return f"{self.std}::array<{self.type(elem, form, home)}, {count}>"
            case Product(fields, sugar):
                parts = ", ".join(self.type(f.type, form, home) for f in fields)
                return f"{self.std}::{'pair' if sugar == 'entry' else 'tuple'}<{parts}>"
            case Sum(cases, "option"):
                payload = cases[1].type
                assert payload
                return f"{self.std}::optional<{self.type(payload, 'borrowed' if form == 'lent' else 'owned', home)}>"
            case Sum(cases):
                ok, error = (c.type and self.type(c.type, "owned", home) for c in cases)
                return f"{self.std}::expected<{ok or 'void'}, {error or f'{self.wit}::Void'}>"
            case Handle(resource, owned):
                of = self._named(origin(resource), form, home)
                if owned:
                    return f"{of}::Owned" if is_exported(resource) else of
                return f"{self.std}::reference_wrapper<const {of}>"
            case Channel():
                raise AssertionError("check.py refuses channels so far")
            case Bits():
                raise AssertionError("flags have a name")
            case unknown:
                assert_never(unknown)

    def passed(self, t: Type, form: Form, home: Namespace | None = None) -> str:
        """The type of a parameter, or of what an export returns: an own of an imported resource is referred to."""
        match shape(t):
            case Handle(resource, True) if not is_exported(resource):
                return f"{self.type(t, form, home)} &&"
            case Product(fields, "tuple"):
                return f"{self.std}::tuple<{', '.join(self.passed(f.type, form, home) for f in fields)}>"
            case _:
                return self.type(t, form, home)

    def _named(self, definition: TypeDef, form: Form, home: Namespace | None) -> str:
        body = definition.body
        if not has_name(definition):
            assert isinstance(body, Scalar | Text | Seq | FixedSeq | Product | Sum | Bits)
            return self.type(body, form, home)
        namespace = self.namespace(definition.owner)
        borrowed = form == "lent" and self.has_borrowed_form(definition)
        name = self.param_name(definition) if borrowed else pascal(definition.name)
        return name if namespace == home else f"::{'::'.join((*namespace, name))}"

    def _seq(self, t: Seq, form: Form, home: Namespace | None) -> str:
        if form == "owned":
            if t.sugar == "list":
                return f"{self.wit}::vector<{self.type(t.elem, 'owned', home)}>"
            assert isinstance(t.elem, Product)
            entry = ", ".join(self.type(f.type, "owned", home) for f in t.elem.fields)
            return f"{self.wit}::unordered_map<{entry}>"
        # What holds an own is moved out of the list.
        const = "" if holds_own(t.elem) else " const"
        return f"{self.std}::span<{self.elem(t, form, home)}{const}>"

    def elem(self, t: Seq, form: Form, home: Namespace | None = None) -> str:
        """The C++ type of a list's elements."""
        return self.type(t.elem, self.elem_form(t, form), home)

    def elem_form(self, t: Seq, form: Form) -> Form:
        """The form of a list's elements: a list that is viewed lies where its elements are owned, if they can."""
        match form:
            case "owned":
                return "owned"
            case "lent" | "borrowed":
                return "borrowed"
            case "viewed":
                return "owned" if same_bytes(t.elem) else "viewed"
            case unknown:
                assert_never(unknown)

    def has_borrowed_form(self, definition: TypeDef) -> bool:
        """Whether a record has a second type, for arguments of imports."""
        body = definition.body
        if self.options.ownership == "owning" or not isinstance(body, Product) or body.sugar != "record":
            return False
        return self.options.ownership == "fine-borrowing" or not holds_own(body)

    def param_name(self, definition: TypeDef) -> str:
        """The name of a record's second type."""
        return pascal(f"{definition.name}-param")

    def member(self, t: Type, index: int) -> str:
        """The member that holds part ``index`` of a record or map entry."""
        product = shape(t)
        assert isinstance(product, Product)
        if product.sugar == "entry":
            return ("first", "second")[index]
        return identifier(product.fields[index].name)

    def case(self, variant: str, name: str) -> str:
        """The struct of a variant's case; inside a class its own name is taken."""
        spelled = pascal(name)
        return f"{spelled}_" if spelled == pascal(variant) else spelled

    def class_of(self, resource: TypeDef) -> str:
        """The class of a resource, from anywhere."""
        return self._named(origin(resource), "owned", None)

    def private(self, what: str, resource: TypeDef) -> str:
        """A name in the source for something of a resource that the world exports."""
        return f"_{what}_{symbol(resource.owner.removeprefix('export '), resource.name)}"

    def class_header(self, resource: TypeDef) -> str:
        """The header in which the user defines the class of a resource that the world exports (``type_resource``)."""
        return f"{'-'.join((*self.namespace(resource.owner), pascal(resource.name)))}.h"

    def function(self, f: Function) -> str:
        """A function's own name; inside a class the class's is taken."""
        if f.resource is None:
            return pascal(f.name)
        resource = origin(f.resource)
        if f.kind == "constructor":
            if is_fallible(f):
                return "Create"
            return "New" if is_exported(resource) else pascal(resource.name)
        return self.case(resource.name, f.name.partition(".")[2])


def is_fallible(f: Function) -> bool:
    """Whether a constructor may make nothing: it is a function ``Create`` then, as C++'s own always make something."""
    assert f.kind == "constructor" and f.result
    return isinstance(shape(f.result), Sum)


def has_name(definition: TypeDef) -> bool:
    """Whether C++ has a type of the definition's own: the others are spelled out where they are used."""
    match definition.body:
        case Resource():
            return True
        case Product(_, sugar):
            return sugar == "record"
        case Sum(_, sugar):
            return sugar in ("variant", "enum")
        case Bits():
            return True
        case _:
            return False


def same_bytes(t: Type) -> bool:
    """Whether an owned C++ value has the very bytes of the ABI: numbers, ``wit::string``, and what is made of them.

    How a ``std::tuple``, a ``std::optional`` or a ``std::variant`` lies in memory is the library's business.
    """
    match shape(t):
        case Scalar() | Text():
            return True
        case Seq(elem, "list") | FixedSeq(elem):
            return same_bytes(elem)
        case Product(fields, "record"):
            return all(same_bytes(f.type) for f in fields)
        case Sum(_, sugar):
            return sugar == "enum"
        case Bits(labels):
            # A 64-bit enum is aligned to 8 bytes, the ABI's two words are not.
            return not 32 < len(labels) <= 64
        case _:
            return False


def _structure(definition: TypeDef) -> Hashable:
    """Equal for definitions that C++ may take for one: the same type, or one made alike of the same parts."""
    return _plain(Named(origin(definition)))


def _plain(t: Type) -> Hashable:
    match t:
        case Named(definition) if not isinstance(definition.body, Resource):
            return (definition.name, _plain(definition.body))
        case Product(fields, sugar):
            return (sugar, *((f.name, _plain(f.type)) for f in fields))
        case Sum(cases, sugar):
            return (sugar, *((c.name, _plain(c.type) if c.type else None) for c in cases))
        case Bits(labels):
            return tuple(label.name for label in labels)
        case Seq(elem, sugar):
            return (sugar, _plain(elem))
        case FixedSeq(elem, count):
            return (count, _plain(elem))
        case _:
            return t


def mangled(namespace: Namespace, name: str) -> str:
    """The linker's name of the function a user defines: one that tools print as ``ns::pkg::iface::Name[abi:wit]()``.

    Not the compiler's own, since the library's spelling of types is not ours to guess (Itanium C++ ABI, "Mangling").
    """
    return "_ZN" + "".join(f"{len(part)}{part}" for part in (*namespace, name)) + "B3witEv"
