"""Everything the Rust template prints, with all names final: one view a module."""

from __future__ import annotations

from dataclasses import dataclass

from symbuild.bindings.rust.types import Declaration


@dataclass(frozen=True, slots=True)
class ImportView:
    """A function of the user's side, and the core function it calls: natively a symbol, on wasm a module's name."""

    docs: tuple[str, ...]
    head: str
    module: str
    name: str
    symbol: str
    core: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MethodView:
    """A method of the trait that the user implements."""

    docs: tuple[str, ...]
    head: str


@dataclass(frozen=True, slots=True)
class TraitView:
    """A trait that the user implements: ``Guest``, or that of a resource's object, which is kept in memory."""

    name: str
    methods: tuple[MethodView, ...]
    resources: tuple[str, ...] = ()
    is_resource: bool = False


@dataclass(frozen=True, slots=True)
class ExportView:
    """A core function that calls the user's: ``glue`` is its Rust name, ``target`` where it exists.

    ``guest`` is the trait whose method it calls; what frees a result calls none.
    """

    glue: str
    target: str
    head: str
    place: str
    lines: tuple[str, ...]
    guest: str = ""


@dataclass(frozen=True, slots=True)
class EntryView:
    """An exported core function, as the export macro defines it.

    ``type`` is whose method it calls, where it calls one; ``forward`` the symbol of another that it calls.
    """

    glue: str
    target: str
    name: str
    head: str
    args: str
    type: str = ""
    forward: str = ""


@dataclass(frozen=True, slots=True)
class SubroutineView:
    """A function that reads or writes a named type in memory, or makes an enum of its number."""

    head: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChildView:
    """What is in braces of its own in a module: a module, or a type's functions."""

    head: str
    lines: tuple[str, ...]
    docs: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MacroCall:
    """How the export macro calls that of an interface: at ``prefix``, with the types in ``suffix``."""

    prefix: str
    name: str
    suffix: str


@dataclass(frozen=True, slots=True)
class StubView:
    """An implementation of a trait that panics; ``resources`` are the types it names."""

    path: str
    heads: tuple[str, ...]
    resources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleView:
    """What a module prints. The root of the bindings has the export macro besides."""

    bitflags: str
    std_feature: bool
    macro_export: bool
    is_root: bool = False
    head: tuple[str, ...] = ()
    types: tuple[Declaration, ...] = ()
    imports: tuple[ImportView, ...] = ()
    resources: tuple[tuple[str, ...], ...] = ()
    traits: tuple[TraitView, ...] = ()
    exports: tuple[ExportView, ...] = ()
    post_returns: tuple[ExportView, ...] = ()
    subroutines: tuple[SubroutineView, ...] = ()
    enum_functions: tuple[SubroutineView, ...] = ()
    macro: str = ""
    entries: tuple[EntryView, ...] = ()
    children: tuple[ChildView, ...] = ()
    export_macro: str = ""
    export_macro_definition: str = ""
    bindings_module: str = ""
    export_macros: tuple[MacroCall, ...] = ()
    stubs: tuple[StubView, ...] = ()
