"""How Rust spells WIT names, and where in the generated modules each thing is.

The rules are wit-bindgen's (``crates/rust/src/lib.rs``: ``to_rust_ident``, ``compute_module_path``), so that sources
written for it compile unmodified.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from symbuild.bindings.casing import pascal, snake
from symbuild.errors import InputError, close_matches
from symbuild.model.types import TypeDef, origin
from symbuild.model.world import WORLD_OWNER, Function, InterfaceItem, World, export_owner, import_owner

Ownership = Literal["owning", "borrowing", "borrowing-duplicate-if-necessary"]
# A module's names from the bindings' root down.
ModulePath = tuple[str, ...]

ROOT_MODULE: ModulePath = ()
GENERATE = "generate"
# Where what follows exists.
NATIVE = '#[cfg(not(target_arch = "wasm32"))]'
WASM = '#[cfg(target_arch = "wasm32")]'
# The private modules of the functions that read and write named types in memory: those that imports call, and exports
# of each ABI. The two share every layout on wasm32, but not what is lent.
IMPORT_GLUE: ModulePath = ("_glue",)
SYMMETRIC_GLUE: ModulePath = ("_symmetric_glue",)
CANONICAL_GLUE: ModulePath = ("_canonical_glue",)
# That of the functions that make an enum of a number, which all of them call.
ENUM_GLUE: ModulePath = ("_enum_glue",)

# Words that Rust reserves, now or for later.
_KEYWORDS = """
abstract as async await become box break const continue crate do dyn else enum extern false final fn for if impl in let
loop macro match mod move mut override priv pub ref return self static struct super trait true try type typeof unsafe
unsized use virtual where while yield
"""
KEYWORDS = frozenset(_KEYWORDS.split())


@dataclass(frozen=True, slots=True)
class Options:
    """What a user can choose about Rust bindings; names and meaning are those of wit-bindgen's options.

    ``remap`` is ``--with``: an interface, or ``interface/type``, to a Rust path or to ``generate``. Attributes are
    ``(selector, attribute)``. ``abi``: which ABI's exports are defined. ``component``: who makes the exported
    resources, as traps tell; if not said, the world's name. ``sync`` is ``--async``: which functions are not
    asynchronous, as none can be yet. ``x86``: for 32-bit x86, too, where Rust aligns 64-bit numbers to 4 bytes.
    """

    ownership: Ownership = "owning"
    raw_strings: bool = False
    std_feature: bool = False
    skip: frozenset[str] = frozenset()
    stubs: bool = False
    export_prefix: str = ""
    runtime: str = "wit_bindgen::rt"
    map_type: str | None = None
    bitflags: str | None = None
    derives: tuple[str, ...] = ()
    derive_ignore: frozenset[str] = frozenset()
    type_attributes: tuple[tuple[str, str], ...] = ()
    member_attributes: tuple[tuple[str, str], ...] = ()
    remap: Mapping[str, str] = field(default_factory=dict)
    generate_all: bool = False
    generate_unused: bool = False
    merge_equal: bool = False
    bindings_module: str = "self"
    export_macro: str = "export"
    pub_export_macro: bool = False
    method_chaining: bool = False
    component: str = ""
    sync: tuple[str, ...] = ()
    abi: Literal["symmetric", "canonical", "both"] = "both"
    x86: bool = False


def identifier(name: str) -> str:
    """A function, parameter, field or module: snake case, with ``_`` behind a keyword."""
    spelled = snake(name)
    return f"{spelled}_" if spelled in KEYWORDS else spelled


def function_name(f: Function) -> str:
    """A function: a resource's by its own name, its constructor as ``new``."""
    match f.kind:
        case "constructor":
            return "new"
        case "method" | "static":
            return identifier(f.name.partition(".")[2])
        case "freestanding":
            return identifier(f.name)


def type_name(name: str) -> str:
    """A type, in upper camel case; ``Guest`` is the trait's name."""
    return f"{spelled}_" if (spelled := pascal(name)) in ("Guest", "Self") else spelled


def case_name(name: str) -> str:
    """A case of a variant or enum."""
    return f"{spelled}_" if (spelled := pascal(name)) == "Self" else spelled


class Names:
    """Where the things of one world are."""

    def __init__(self, world: World, options: Options) -> None:
        self.world = world
        self.options = options
        # Interfaces that --with leads to modules of the user's: alias at the root -> path.
        self.remapped_modules: dict[str, str] = {}
        self._modules: dict[str, ModulePath] = {WORLD_OWNER: ROOT_MODULE}
        for item in world.imports:
            self._modules[import_owner(item.key)] = self._import_module(item)
        for item in world.exports:
            self._modules[export_owner(item.key)] = ("exports", *self._key_path(item))
        self._keys = {import_owner(i.key): i for i in world.imports} | {export_owner(i.key): i for i in world.exports}
        self._check_remap()
        self._check_sync()

    def _import_module(self, item: InterfaceItem) -> ModulePath:
        target = self.options.remap.get(item.key)
        if target is None and not self.options.generate_all and not self._is_local(item):
            raise InputError(
                f"`{item.key}` is of another package, and no option says where its Rust module is",
                help=f"generate it (`--with {item.key}=generate`, or all: `--generate-all`), or name a Rust module",
            )
        if target in (None, GENERATE):
            return self._key_path(item)
        assert target
        alias = f"__with_name{len(self.remapped_modules)}"
        self.remapped_modules[alias] = target
        return (alias,)

    def _is_local(self, item: InterfaceItem) -> bool:
        """Whether the interface is of the world's own package, which is generated without being asked for."""
        if item.interface.id is None:
            return True
        path, at, version = item.interface.id.partition("@")
        return path.partition("/")[0] + at + version == self.world.package

    def _key_path(self, item: InterfaceItem) -> ModulePath:
        if item.label:
            return (identifier(item.label),)
        assert item.interface.id
        path, _, version = item.interface.id.partition("@")
        package, _, name = path.partition("/")
        namespace, _, package_name = package.partition(":")
        # Digits follow without an underscore: `dep0_1_0`.
        suffix = snake(version) if package in self.world.many_versions else ""
        return (identifier(namespace), f"{identifier(package_name)}{suffix}", identifier(name))

    def _check_remap(self) -> None:
        """A key of ``--with`` that names nothing is a mistake, most likely in its spelling."""
        known = [i.key for i in (*self.world.imports, *self.world.exports)]
        known += [self.wit_name(d) for i in (*self.world.imports, *self.world.exports) for d in i.interface.types]
        known += [self.wit_name(d) for d in self.world.types]
        for key in sorted(set(self.options.remap) - set(known)):
            raise InputError(f"`--with {key}=..` names nothing of the world", help=close_matches(key, known))

    def _check_sync(self) -> None:
        """Each filter leads some function of the world away from being asynchronous (wit-bindgen's ``async_.rs``)."""
        known = {"all"}
        for side, items, functions in (
            ("import", self.world.imports, self.world.imported_functions),
            ("export", self.world.exports, self.world.exported_functions),
        ):
            names = [f.name for f in functions] + [f"{i.key}#{f.name}" for i in items for f in i.interface.functions]
            known |= {*names, *(f"{side}:{name}" for name in names)}
        for wanted in self.options.sync:
            if not wanted.startswith("-"):
                raise InputError(f"`--async={wanted}`: asynchronous functions cannot be built yet")
            if wanted[1:] not in known:
                help = close_matches(wanted[1:], sorted(known))
                raise InputError(f"`--async={wanted}` names no function of the world", help=help)

    def is_remapped(self, item: InterfaceItem) -> bool:
        """Whether an import's module is the user's."""
        return self._modules[import_owner(item.key)][0] in self.remapped_modules

    def module(self, owner: str) -> ModulePath:
        """The module of what an owner defines."""
        return self._modules[owner]

    def wit_name(self, definition: TypeDef) -> str:
        """``ns:pkg/iface@1.0.0/type`` of what the name means in the end, as ``--with`` writes it."""
        meant = origin(definition)
        item = self._keys.get(meant.owner)
        owner = (item.interface.id if item else self.world.name) or ""
        return f"{owner}/{meant.name}" if owner else meant.name

    def remapped_type(self, definition: TypeDef) -> str | None:
        """The user's own type in place of a definition."""
        target = self.options.remap.get(self.wit_name(definition))
        return None if target == GENERATE else target

    def path(self, here: ModulePath, there: ModulePath, name: str) -> str:
        """How ``name`` of module ``there`` is called in module ``here``."""
        if here == there:
            return name
        up = "super::" * len(here) if here else "self::"
        return up + "".join(f"{part}::" for part in there) + name
