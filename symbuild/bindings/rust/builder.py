"""Arranges a world's functions, types and glue in modules, and renders them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from symbuild.abi.convention import CANONICAL_EXPORT, SYMMETRIC
from symbuild.abi.flatten import CoreSignature, core_signature
from symbuild.abi.glue import Glue, core_param, export_glue, import_glue, is_alike_in
from symbuild.abi.mangle import ROOT, bound_symbol, export_name, import_name, post_return_name, symbol
from symbuild.abi.symbols import bound_keys
from symbuild.abi.walk import Subroutines, Traits
from symbuild.bindings.backend import UserFunction
from symbuild.bindings.casing import snake
from symbuild.bindings.rust import compiled
from symbuild.bindings.rust.names import GLUE_MODULE, ROOT_MODULE, ModulePath, Names, Options, identifier
from symbuild.bindings.rust.speller import CORE, Frame, Speller
from symbuild.bindings.rust.spelling import Spelling
from symbuild.bindings.rust.types import Declarations, doc_lines, rust_string
from symbuild.bindings.rust.usage import Usage
from symbuild.bindings.rust.view import (
    ChildView,
    EntryView,
    ExportView,
    ImportView,
    MacroCall,
    MethodView,
    ModuleView,
    StubView,
    SubroutineView,
)
from symbuild.model.types import FixedSeq, Named, Product, Resource, Scalar, Type, TypeDef
from symbuild.model.world import Function, World, export_owner, import_owner

CANONICAL_MODULE: ModulePath = ("_canonical_glue",)
_NATIVE = '#[cfg(not(target_arch = "wasm32"))]'
_WASM = '#[cfg(target_arch = "wasm32")]'
_QUIET_GLUE = "#[allow(non_snake_case, unused, clippy::all)]"
_QUIET = "#[allow(dead_code, unused_imports, clippy::all)]"


def bindings(world: World, options: Options) -> dict[str, bytes]:
    """The file of a world's Rust bindings: ``<world>.rs``."""
    return {f"{snake(world.name)}.rs": "".join(f"{line}\n" for line in Builder(world, options).render()).encode()}


def user_functions(world: World, options: Options) -> tuple[UserFunction, ...]:
    """The methods that the user defines. The export macro gives the functions that call them the exports' symbols."""
    return tuple(
        UserFunction(symbol(module, f.name), "::".join((*path, "Guest", identifier(f.name))), symbol(module, f.name))
        for module, path, functions in _exported(world, Names(world, options))
        for f in _kept(functions, options)
    )


def _exported(world: World, names: Names) -> Iterator[tuple[str, ModulePath, tuple[Function, ...]]]:
    for item in world.exports:
        yield item.key, names.module(export_owner(item.key)), item.interface.functions
    yield ROOT, ROOT_MODULE, world.exported_functions


def _kept(functions: Iterable[Function], options: Options) -> tuple[Function, ...]:
    return tuple(f for f in functions if f.name not in options.skip)


@dataclass(slots=True)
class _Module:
    """A module being collected, and those inside it."""

    view: ModuleView
    docs: tuple[str, ...] = ()
    children: dict[str, _Module] = field(default_factory=dict)


class Builder:
    """Builds the modules of one world's bindings."""

    def __init__(self, world: World, options: Options) -> None:
        self.world = world
        self.options = options
        self.names = Names(world, options)
        self.spelling = Spelling(self.names, Usage(world, merge=options.merge_equal))
        self.traits = traits_of(self.names)
        self.declarations = Declarations(self.spelling)
        # The two ABIs share every layout on wasm32 but not what is lent: each has its own subroutines.
        self.subroutines = Subroutines()
        self.canonical_subroutines = Subroutines()
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
                here = self.names.module(import_owner(item.key))
                self.add_imports(
                    here, item.key, item.interface.functions, item.interface.types, bound=item.key in bound
                )
                self.at(here).docs = doc_lines(item.interface.docs)
        self.add_imports(ROOT_MODULE, ROOT, self.world.imported_functions, self.world.types, bound=False)
        for item in self.world.exports:
            here = self.names.module(export_owner(item.key))
            self.add_exports(here, item.key, item.interface.functions, item.interface.types)
            self.at(here).docs = doc_lines(item.interface.docs)
        self.add_exports(ROOT_MODULE, ROOT, self.world.exported_functions, ())
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
        self, here: ModulePath, key: str, functions: Iterable[Function], types: Iterable[TypeDef], *, bound: bool
    ) -> None:
        """Put an import's types and functions into module ``here``."""
        module = self.at(here)
        module.view = replace(
            module.view,
            types=(*module.view.types, *self.declarations.of(types, here)),
            imports=tuple(self.import_view(f, here, key, bound=bound) for f in _kept(functions, self.options)),
        )

    def import_view(self, f: Function, here: ModulePath, key: str, *, bound: bool) -> ImportView:
        glue = import_glue(f, SYMMETRIC, self.traits, self.subroutines, wit_place(key, f.name))
        frame = Frame(
            here,
            args=tuple(identifier(p.name) for p in f.params),
            core="_core",
            where=rust_string(wit_place(key, f.name)),
            lent=True,
        )
        linker_name = symbol(key, f.name)
        module, name = import_name(key, f.name)
        return ImportView(
            doc_lines(f.docs),
            self.head(f, here, [self.spelling.parameter(p.type, here) for p in f.params]),
            module,
            name,
            bound_symbol(linker_name) if bound else linker_name,
            core_head(glue.signature, unnamed=True),
            self.spell(glue, frame, self.subroutines),
        )

    # -- exports -------------------------------------------------------------------------------------------------------
    def add_exports(self, here: ModulePath, key: str, functions: Sequence[Function], types: Iterable[TypeDef]) -> None:
        """Put an export's types, its trait and what calls the trait's methods into module ``here``."""
        module = self.at(here)
        kept = _kept(functions, self.options)
        declared = (*module.view.types, *self.declarations.of(types, here))
        if not kept:
            module.view = replace(module.view, types=declared)
            return
        exports = [view for f in kept for view in self.export_views(f, here, key)]
        forwards = [self.forward(f, key) for f in functions if f not in kept and self.can_forward(f)]
        macro = f"__export_{'_'.join(here) or f'world_{snake(self.world.name)}'}_cabi"
        module.view = replace(
            module.view,
            types=declared,
            trait=tuple(MethodView(doc_lines(f.docs), self.method_head(f, here)) for f in kept),
            exports=tuple(export for export, _, is_generic in exports if is_generic),
            post_returns=tuple(export for export, _, is_generic in exports if not is_generic),
            macro=macro,
            entries=(*(entry for _, entry, _ in exports), *forwards),
        )
        path = "".join(f"::{part}" for part in here)
        self.macros.append(MacroCall("".join(f"{part}::" for part in here), macro, path))
        if self.options.stubs:
            trait = "::".join((*here, "Guest"))
            heads = tuple(self.method_head(f, ROOT_MODULE) for f in kept)
            self.root.view = replace(self.root.view, stubs=(*self.root.view.stubs, StubView(trait, heads)))

    def export_views(self, f: Function, here: ModulePath, key: str) -> Iterator[tuple[ExportView, EntryView, bool]]:
        """The core functions of one export in each ABI, each with its entry; and whether it calls the user's method."""
        place, method = wit_place(key, f.name), identifier(f.name)
        user = f"T_::{method}"
        if self.options.abi != "canonical":
            glue = export_glue(f, SYMMETRIC, self.traits, self.subroutines, place)
            frame = Frame(here, user=user, where=rust_string(place))
            lines = self.spell(glue, frame, self.subroutines)
            yield self.export_view(f"_export_{method}", _NATIVE, symbol(key, f.name), glue.signature, place, lines)
        if self.options.abi != "symmetric":
            glue = export_glue(f, CANONICAL_EXPORT, self.traits, self.canonical_subroutines, place)
            frame = Frame(here, user=user, where=rust_string(place), glue=CANONICAL_MODULE)
            lines = self.spell(glue, frame, self.canonical_subroutines)
            name = f"{self.options.export_prefix}{export_name(key, f.name)}"
            yield self.export_view(f"_canonical_{method}", _WASM, name, glue.signature, place, lines)
            if glue.post_return:
                speller = Speller(self.spelling, self.canonical_subroutines, frame)
                name = f"{self.options.export_prefix}{post_return_name(key, f.name)}"
                signature, lines = CoreSignature(("ptr",), None), tuple(speller.block(glue.post_return))
                view = self.export_view(f"_post_{method}", _WASM, name, signature, place, lines)
                yield view[0], replace(view[1], generic=False), False

    def can_forward(self, f: Function) -> bool:
        """Whether the user's own canonical export of a skipped function can serve natively, too."""
        return self.options.abi != "canonical" and is_alike_in(f, SYMMETRIC, CANONICAL_EXPORT)

    def forward(self, f: Function, key: str) -> EntryView:
        """The native export of a skipped function: sources for wit-bindgen define the canonical one."""
        signature = core_signature(f, SYMMETRIC)
        args = ", ".join(core_param(i) for i in range(len(signature.params)))
        name, user = symbol(key, f.name), f"{self.options.export_prefix}{export_name(key, f.name)}"
        return EntryView(f"_export_{identifier(f.name)}", _NATIVE, name, core_head(signature), args, forward=user)

    def export_view(
        self, glue: str, target: str, name: str, signature: CoreSignature, place: str, lines: tuple[str, ...]
    ) -> tuple[ExportView, EntryView, bool]:
        head = core_head(signature)
        args = ", ".join(core_param(i) for i in range(len(signature.params)))
        export = ExportView(glue, target, head, rust_string(place), lines)
        return export, EntryView(glue, target, name, head, args, generic=True), True

    # -- both ----------------------------------------------------------------------------------------------------------
    def head(self, f: Function, here: ModulePath, params: Sequence[str]) -> str:
        """A function's head, from its name on."""
        named = [f"{identifier(p.name)}: {t}" for p, t in zip(f.params, params, strict=True)]
        result = f" -> {self.spelling.owned(f.result, here)}" if f.result else ""
        return f"{identifier(f.name)}({', '.join(named)}){result}"

    def method_head(self, f: Function, here: ModulePath) -> str:
        """The head of the method that the user defines."""
        return self.head(f, here, [self.spelling.owned(p.type, here) for p in f.params])

    def spell(self, glue: Glue, frame: Frame, subroutines: Subroutines) -> tuple[str, ...]:
        arena = ["let mut _arena = _rt::Arena::new();"] if glue.uses_scratch else []
        return (*arena, *Speller(self.spelling, subroutines, frame).block(glue.body))

    def glue_module(self, path: ModulePath, subroutines: Subroutines) -> Iterator[ChildView]:
        """The module of subroutines, where there are any."""
        views = []
        for body in subroutines.bodies.values():
            frame = Frame(path, glue=path, lent=not body.subroutine.given)
            speller = Speller(self.spelling, subroutines, frame)
            views.append(SubroutineView(speller.subroutine_head(body), tuple(speller.block(body.body))))
        if views:
            target = () if path == GLUE_MODULE else (_WASM,)
            view = replace(self.empty, head=self.use_runtime(path), subroutines=tuple(views))
            attributes = (*target, _QUIET_GLUE)
            yield ChildView(path[-1], _lines(view), visibility="", attributes=attributes)

    # -- rendering -----------------------------------------------------------------------------------------------------
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
        glue = [
            *self.glue_module(GLUE_MODULE, self.subroutines),
            *self.glue_module(CANONICAL_MODULE, self.canonical_subroutines),
        ]
        exported = bool(self.macros)
        view = replace(
            self.root.view,
            is_root=True,
            head=tuple(head),
            modules=(*self.children(self.root, ROOT_MODULE), *glue),
            export_macro=self.options.export_macro if exported else "",
            export_macro_definition=f"__export_{snake(self.world.name)}_impl",
            bindings_module=self.options.bindings_module,
            export_macros=tuple(self.macros),
        )
        return list(_lines(view))

    def children(self, module: _Module, here: ModulePath) -> tuple[ChildView, ...]:
        return tuple(self.child(name, module.children[name], (*here, name)) for name in sorted(module.children))

    def child(self, name: str, module: _Module, here: ModulePath) -> ChildView:
        used = module.view != self.empty
        view = replace(module.view, head=self.use_runtime(here) if used else (), modules=self.children(module, here))
        return ChildView(name, _lines(view), docs=module.docs, attributes=(_QUIET,) if used or len(here) == 1 else ())


def _lines(view: ModuleView) -> tuple[str, ...]:
    lines = "".join(compiled.module_rs(view)).splitlines()
    return tuple(lines[1:] if lines and not lines[0] else lines)


def traits_of(names: Names) -> Traits:
    """What Rust lets the walk do.

    Numbers, and records of numbers (``repr(C)``), are the ABI's bytes. Tuples are not, nor what has bytes that are no
    value. The global allocator may be anything, so nothing is moved; exports own their arguments, so nothing is viewed.
    """

    def same_bytes(t: Type) -> bool:
        match t:
            case Named(definition):
                body = definition.body
                if names.remapped_type(definition) is not None:
                    return False  # the user's own type has a layout of its own
                return not isinstance(body, Resource) and same_bytes(body)
            case Scalar(name):
                return name not in ("bool", "char")
            case FixedSeq(elem, _):
                return same_bytes(elem)
            case Product(fields, "record"):
                return all(same_bytes(f.type) for f in fields)
            case _:
                return False

    return Traits(same_bytes, utf8=True, views=False, moves=False)


def wit_place(module: str, function: str) -> str:
    """What traps call a function."""
    return function if module == ROOT else f"{module}#{function}"


def core_head(s: CoreSignature, *, unnamed: bool = False) -> str:
    """The parameters and result of a core function."""
    params = [f"{'_' if unnamed else core_param(i)}: {CORE[c]}" for i, c in enumerate(s.params)]
    return f"({', '.join(params)}){f' -> {CORE[s.result]}' if s.result else ''}"
