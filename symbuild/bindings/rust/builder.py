"""Arranges a world's functions, types and resources in modules, and renders them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from symbuild.abi.mangle import ROOT, drop_name, symbol
from symbuild.abi.resources import resources_in
from symbuild.abi.symbols import bound_functions, bound_keys
from symbuild.bindings.backend import UserFunction
from symbuild.bindings.casing import snake
from symbuild.bindings.rust import compiled
from symbuild.bindings.rust.functions import Functions
from symbuild.bindings.rust.names import (
    CANONICAL_GLUE,
    ENUM_GLUE,
    IMPORT_GLUE,
    ROOT_MODULE,
    SYMMETRIC_GLUE,
    WASM,
    ModulePath,
    Names,
    Options,
    function_name,
    type_name,
)
from symbuild.bindings.rust.resources import guest_trait, imported_resource, own_resource
from symbuild.bindings.rust.speller import Frame
from symbuild.bindings.rust.spelling import Spelling
from symbuild.bindings.rust.types import Declarations, doc_lines
from symbuild.bindings.rust.usage import Usage
from symbuild.bindings.rust.view import (
    ChildView,
    MacroCall,
    MethodView,
    ModuleView,
    StubView,
    SubroutineView,
    TraitView,
)
from symbuild.model.types import TypeDef
from symbuild.model.world import Function, Interface, InterfaceItem, World, export_owner, import_owner

_QUIET_GLUE = "#[allow(non_snake_case, unused, clippy::all)]"
_QUIET = "#[allow(dead_code, unused_imports, clippy::all)]"


def bindings(world: World, options: Options) -> dict[str, bytes]:
    """The file of a world's Rust bindings: ``<world>.rs``."""
    return {f"{snake(world.name)}.rs": "".join(f"{line}\n" for line in Builder(world, options).render()).encode()}


def user_functions(world: World, options: Options) -> tuple[UserFunction, ...]:
    """The methods that the user defines, and the types whose objects end when a handle is dropped.

    The export macro gives the functions that call them the exports' symbols.
    """
    names, found = Names(world, options), []
    for item in (*world.exports, None):
        key = item.key if item else ROOT
        module = "".join(f"{part}::" for part in (names.module(export_owner(key)) if item else ROOT_MODULE))
        functions = item.interface.functions if item else world.exported_functions
        for f in _kept(functions, options):
            guest = guest_trait(f.resource) if f.resource else "Guest"
            linker_name = symbol(key, f.name)
            found.append(UserFunction(linker_name, f"{module}{guest}::{function_name(f)}", linker_name))
        for resource in resources_in(item.interface.types) if item else ():
            linker_name = symbol(key, drop_name(resource.name))
            found.append(UserFunction(linker_name, f"{module}Guest::{type_name(resource.name)}", linker_name))
    return tuple(found)


def _kept(functions: Iterable[Function], options: Options) -> tuple[Function, ...]:
    return tuple(f for f in functions if f.name not in options.skip)


@dataclass(slots=True)
class _Module:
    """A module being collected, and those inside it; ``impls`` are functions of its types."""

    view: ModuleView
    docs: tuple[str, ...] = ()
    children: dict[str, _Module] = field(default_factory=dict)
    impls: tuple[ChildView, ...] = ()


# Rust aligns numbers of 64 bits to 4 bytes there, in records and in lists, the ABI to 8.
_NOT_X86 = ('#[cfg(target_arch = "x86")]', 'compile_error!("generate with --x86: this is not for 32-bit x86");')


class Builder:
    """Builds the modules of one world's bindings."""

    def __init__(self, world: World, options: Options) -> None:
        self.world = world
        self.options = options
        self.names = Names(world, options)
        self.spelling = Spelling(self.names, Usage(world, merge=options.merge_equal))
        self.functions = Functions(self.spelling)
        self.declarations = Declarations(self.spelling)
        self.empty = ModuleView(
            bitflags=options.bitflags or "_rt::bitflags",
            std_feature=options.std_feature,
            macro_export=options.pub_export_macro,
        )
        self.root = _Module(self.empty)
        self.macros: list[MacroCall] = []

    def render(self) -> list[str]:
        """The lines of the file."""
        bound = bound_keys(self.world)
        for item in self.world.imports:
            if not self.names.is_remapped(item):
                here, functions = self.names.module(import_owner(item.key)), item.interface.functions
                names = {f.name for f in functions} if item.key in bound else set()
                self.add_imports(here, item.key, functions, item.interface.types, names, bound=item.key in bound)
                self.at(here).docs = doc_lines(item.interface.docs)
        world, names = self.world, set(bound_functions(self.world))
        self.add_imports(ROOT_MODULE, ROOT, world.imported_functions, world.types, names, bound=False)
        for item in self.world.exports:
            self.add_interface(item)
        self.add_exports(ROOT_MODULE, ROOT, self.world.exported_functions, None)
        self.declarations.require_selectors_used()
        return self.render_root()

    def at(self, path: ModulePath) -> _Module:
        """The module with this path, made where it is missing."""
        found = self.root
        for part in path:
            found = found.children.setdefault(part, _Module(self.empty))
        return found

    # -- imports -------------------------------------------------------------------------------------------------------
    def add_imports(
        self,
        here: ModulePath,
        key: str,
        functions: Iterable[Function],
        types: tuple[TypeDef, ...],
        bound_names: set[str],
        *,
        bound: bool,
    ) -> None:
        """Put an import's types and functions into module ``here``; ``bound`` tells of its drop functions."""
        module = self.at(here)
        resources = [r for r in resources_in(types) if self.names.remapped_type(r) is None]
        kept = _kept(functions, self.options)
        views = [
            (f.resource, self.functions.import_view(f, here, key, bound=f.name in bound_names))
            for f in kept
            if f.resource is None or f.resource in resources
        ]
        module.view = replace(
            module.view,
            types=(*module.view.types, *self.declarations.of(types, here)),
            imports=tuple(view for owner, view in views if owner is None),
            resources=tuple(imported_resource(r, key, bound=bound) for r in resources),
        )
        for resource in resources:
            methods = tuple(view for owner, view in views if owner is resource)
            if methods:
                lines = _lines(replace(self.empty, imports=methods))
                module.impls += (ChildView(f"impl {type_name(resource.name)}", lines),)

    # -- exports -------------------------------------------------------------------------------------------------------
    def add_interface(self, item: InterfaceItem) -> None:
        """Put an exported interface's types and functions into its module."""
        here = self.names.module(export_owner(item.key))
        module, types = self.at(here), item.interface.types
        module.docs = doc_lines(item.interface.docs)
        module.view = replace(
            module.view,
            types=self.declarations.of(types, here),
            resources=tuple(
                own_resource(r, item.key, item.interface, self.options, self.world.name) for r in resources_in(types)
            ),
        )
        self.add_exports(here, item.key, item.interface.functions, item.interface)

    def add_exports(
        self, here: ModulePath, key: str, functions: tuple[Function, ...], interface: Interface | None
    ) -> None:
        """Put an export's traits and what calls their methods into module ``here``."""
        kept = _kept(functions, self.options)
        resources = resources_in(interface.types) if interface else ()
        if not kept and not resources:
            return
        module = self.at(here)
        exports = [view for f in kept for view in self.functions.export_views(f, here, key, interface)]
        exports += [view for r in resources for view in self.functions.drop_views(r, here, key)]
        skipped = [f for f in functions if f not in kept and self.functions.can_forward(f)]
        macro = f"__export_{'_'.join(here) or f'world_{snake(self.world.name)}'}_cabi"
        module.view = replace(
            module.view,
            traits=tuple(self.traits(kept, resources, here)),
            exports=tuple(export for export, _ in exports if export.guest),
            post_returns=tuple(export for export, _ in exports if not export.guest),
            macro=macro,
            entries=(*(entry for _, entry in exports), *(self.functions.forward(f, key) for f in skipped)),
        )
        path = "".join(f"::{part}" for part in here)
        self.macros.append(MacroCall("".join(f"{part}::" for part in here), macro, path))
        if self.options.stubs:
            stubs = tuple(self.stubs(kept, resources, here))
            self.root.view = replace(self.root.view, stubs=(*self.root.view.stubs, *stubs))

    def traits(
        self, functions: tuple[Function, ...], resources: tuple[TypeDef, ...], here: ModulePath
    ) -> Iterator[TraitView]:
        """``Guest``, and the trait of each resource's object."""

        def methods(resource: TypeDef | None) -> tuple[MethodView, ...]:
            own = (f for f in functions if f.resource is resource)
            return tuple(MethodView(doc_lines(f.docs), self.functions.method_head(f, here)) for f in own)

        yield TraitView("Guest", methods(None), tuple(type_name(r.name) for r in resources))
        for resource in resources:
            yield TraitView(guest_trait(resource), methods(resource), is_resource=True)

    def stubs(
        self, functions: tuple[Function, ...], resources: tuple[TypeDef, ...], here: ModulePath
    ) -> Iterator[StubView]:
        """Implementations of these traits."""

        def heads(resource: TypeDef | None) -> tuple[str, ...]:
            return tuple(self.functions.method_head(f, ROOT_MODULE) for f in functions if f.resource is resource)

        yield StubView("::".join((*here, "Guest")), heads(None), tuple(type_name(r.name) for r in resources))
        for resource in resources:
            yield StubView("::".join((*here, guest_trait(resource))), heads(resource))

    # -- rendering -----------------------------------------------------------------------------------------------------
    def glue_modules(self) -> Iterator[ChildView]:
        """The modules of subroutines and of what makes enums, where there are any."""
        symmetric = self.functions.symmetric_target
        targets = {IMPORT_GLUE: (), SYMMETRIC_GLUE: (symmetric,) if symmetric else (), CANONICAL_GLUE: (WASM,)}
        for path, subroutines in self.functions.subroutines.items():
            views = []
            for body in subroutines.bodies.values():
                speller = self.functions.speller(Frame(path, glue=path, lent=not body.subroutine.given))
                views.append(SubroutineView(speller.subroutine_head(body), tuple(speller.block(body.body))))
            if views:
                view = replace(self.empty, head=self.use_runtime(path), subroutines=tuple(views))
                yield ChildView(f"mod {path[-1]}", _lines(view), attributes=(*targets[path], _QUIET_GLUE))

        if self.functions.enums:
            yield self.enum_module()

    def enum_module(self) -> ChildView:
        """The module of what makes enums of numbers."""
        speller = self.functions.speller(Frame(ENUM_GLUE))
        views = tuple(SubroutineView(*speller.enum_function(definition)) for definition in self.functions.enums)
        view = replace(self.empty, head=self.use_runtime(ENUM_GLUE), enum_functions=views)
        return ChildView(f"mod {ENUM_GLUE[-1]}", _lines(view), attributes=(_QUIET_GLUE,))

    def use_runtime(self, here: ModulePath) -> tuple[str, ...]:
        """How a module reaches the runtime: only the root says where that is."""
        runtime = self.names.path(here, ROOT_MODULE, "_rt")
        return (f"use {runtime}::{{self, WitMap as _}};",)

    def render_root(self) -> list[str]:
        head = [
            f"// Generated by symbuild from world `{self.world.id}` (symbuild bindgen rust). Do not edit.",
            "#[allow(unused_imports)]",
            f"use {self.options.runtime}::{{self as _rt, WitMap as _}};",
        ]
        for alias, path in self.names.remapped_modules.items():
            head += ["#[allow(unused_imports)]", f"use {path} as {alias};"]
        children = (*self.children(self.root, ROOT_MODULE), *self.glue_modules())
        view = replace(
            self.root.view,
            is_root=True,
            head=(*head, *(() if self.functions.fits_x86 else _NOT_X86)),
            children=children,
            export_macro=self.options.export_macro if self.macros else "",
            export_macro_definition=f"__export_{snake(self.world.name)}_impl",
            bindings_module=self.options.bindings_module,
            export_macros=tuple(self.macros),
        )
        return list(_lines(view))

    def children(self, module: _Module, here: ModulePath) -> tuple[ChildView, ...]:
        modules = (self.child(name, module.children[name], (*here, name)) for name in sorted(module.children))
        return (*module.impls, *modules)

    def child(self, name: str, module: _Module, here: ModulePath) -> ChildView:
        used = module.view != self.empty
        view = replace(module.view, head=self.use_runtime(here) if used else (), children=self.children(module, here))
        attributes = (_QUIET,) if used or len(here) == 1 else ()
        return ChildView(f"pub mod {name}", _lines(view), docs=module.docs, attributes=attributes)


def _lines(view: ModuleView) -> tuple[str, ...]:
    lines = "".join(compiled.module_rs(view)).splitlines()
    return tuple(lines[1:] if lines and not lines[0] else lines)
