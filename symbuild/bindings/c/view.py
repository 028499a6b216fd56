"""Everything the C templates print, with all names final."""

from __future__ import annotations

from symbuild.abi.convention import CANONICAL_EXPORT, SYMMETRIC
from symbuild.abi.flatten import core_signature
from symbuild.abi.glue import Glue, core_param, export_glue, import_glue, needs_no_glue
from symbuild.abi.mangle import ROOT, drop_name, export_name, symbol
from symbuild.abi.resources import method_index, methods_of, resources_in
from symbuild.abi.symbols import bound_functions, bound_keys, functions_of
from symbuild.abi.walk import Subroutines, Traits
from symbuild.bindings.backend import UserFunction
from symbuild.bindings.c import compiled
from symbuild.bindings.c.borrows import require_droppable
from symbuild.bindings.c.claims import Claims, claim_fixed
from symbuild.bindings.c.in_place import result_in_place
from symbuild.bindings.c.names import GNU_MACROS, Names, Options, identifier
from symbuild.bindings.c.resources import (
    ResourceView,
    borrow_drop,
    drop_export,
    dtor_export,
    handle_functions,
    local_name,
    own_resource,
)
from symbuild.bindings.c.signature import Signature, signature
from symbuild.bindings.c.speller import Frame, Speller
from symbuild.bindings.c.types import Declaration, Declarations, Release, doc_lines
from symbuild.bindings.c_family.core import c_string
from symbuild.bindings.c_family.view import (
    Definition,
    canonical_definitions,
    core_head,
    import_symbol,
    is_small,
    subroutine_definitions,
    wit_place,
)
from symbuild.frozen import frozen
from symbuild.model.types import Type, TypeDef, holds_text
from symbuild.model.world import Function, Interface, InterfaceItem, World


@frozen
class ImportView:
    """An imported function: a declaration of the symbol itself, or one and a wrapper, inline or in the source."""

    docs: tuple[str, ...]
    core: str | None
    declaration: str | None
    inline: Definition | None
    source: Definition | None


@frozen
class ExportView:
    """An exported function: what the user defines, and the glue that calls it.

    ``local``: a method's glue, which its operations table and the exported symbol have in common.
    """

    docs: tuple[str, ...]
    declaration: str
    symmetric: Definition | None
    canonical: tuple[Definition, ...] = ()
    local: Definition | None = None


@frozen
class TableEntry:
    """A member of a table of functions bound at run time."""

    member: str
    symbol: str
    wit: str


@frozen
class TableView:
    """The functions of one imported interface, bound at run time."""

    name: str
    bind: str
    members: tuple[str, ...]
    entries: tuple[TableEntry, ...]


@frozen
class Section:
    """The functions of one item of the world."""

    title: str
    imports: tuple[ImportView, ...] = ()
    exports: tuple[ExportView, ...] = ()
    table: TableView | None = None
    borrow_drops: tuple[str, ...] = ()
    resources: tuple[ResourceView, ...] = ()


@frozen
class FileView:
    """What the header and the source print. ``boxed``, ``hosted``: see ResourceView; ``either``: both."""

    world: str
    stem: str
    guard: str
    string: str
    utf16: bool
    undefined: tuple[str, ...]
    types: tuple[Declaration, ...]
    aliases: tuple[tuple[str, str], ...]
    free_aliases: tuple[tuple[str, str], ...]
    releases: tuple[Release, ...]
    sections: tuple[Section, ...]
    resources: tuple[ResourceView, ...]
    boxed: bool
    hosted: bool
    either: bool
    subroutines: tuple[Definition, ...]
    canonical_subroutines: tuple[Definition, ...]


def bindings(world: World, options: Options) -> dict[str, bytes]:
    """The files of a world's C bindings: ``<world>.h`` and ``<world>.c``."""
    view = Builder(world, options).build()
    return {
        f"{view.stem}.h": "".join(compiled.header_h(view)).encode(),
        f"{view.stem}.c": "".join(compiled.source_c(view)).encode(),
    }


def user_functions(world: World, options: Options) -> tuple[UserFunction, ...]:
    """The C functions that the user defines; ``export`` is the symbol of the export that each serves."""
    names = Names(world, options)
    modules = [(item.key, _export_prefix(names, item), item.interface.functions) for item in world.exports]
    modules.append((ROOT, f"exports_{names.world}", world.exported_functions))
    found = []
    for module, prefix, functions in modules:
        for f in functions:
            export, name = symbol(module, f.name), names.function(prefix, f.name)
            found.append(UserFunction(export, name, export if needs_no_glue(f, SYMMETRIC) else name))
    for item in world.exports:
        for resource in resources_in(item.interface.types):
            name = names.of_resource(resource, "destructor")
            found.append(UserFunction(symbol(item.key, drop_name(resource.name)), name, name))
    return tuple(found)


def _export_prefix(names: Names, item: InterfaceItem) -> str:
    return names.prefix(f"export {item.key}")


class Builder:
    """Arranges a world's functions, types and glue."""

    def __init__(self, world: World, options: Options) -> None:
        self.world = world
        self.options = options
        self.names = Names(world, options)
        self.traits = traits_of(options)
        # Components say that their strings are UTF-16, and so the Canonical ABI has them as C does.
        self.canonical_traits = Traits(lambda _: True, utf8=True, views=options.views, moves=True)
        # The two ABIs share every layout on wasm32 but not what is lent: each has its own subroutines.
        self.subroutines = Subroutines()
        self.canonical_subroutines = Subroutines("_canonical_")
        self.claims = Claims(world.id)
        self.declarations = Declarations(self.names, self.claims)

    def build(self) -> FileView:
        claim_fixed(self.world, self.names, self.claims)
        sections = [*self.import_sections(), *self.export_sections()]
        self.claims.settle()
        stem = self.names.world
        return FileView(
            world=self.world.id,
            stem=stem,
            guard=f"SYMBUILD_BINDINGS_{stem.upper()}_H",
            string=self.names.string,
            utf16=self.options.utf16,
            undefined=tuple(sorted(self.declarations.members & GNU_MACROS)),
            types=tuple(self.declarations.declared),
            aliases=tuple(sorted(self.declarations.aliases.items())),
            free_aliases=tuple(
                (f"{a.removesuffix('_t')}_free", f"{t.removesuffix('_t')}_free")
                for a, t in sorted(self.declarations.aliases.items())
            ),
            releases=tuple(self.declarations.releases),
            sections=tuple(s for s in sections if s.imports or s.exports),
            resources=tuple(r for s in sections for r in s.resources),
            boxed=self.options.abi != "canonical",
            hosted=self.options.abi != "symmetric",
            either=self.options.abi == "both",
            subroutines=self.spell_subroutines(self.subroutines, Frame(arena="_arena")),
            canonical_subroutines=self.spell_subroutines(
                self.canonical_subroutines, Frame(arena="_arena", as_utf16=self.options.utf16)
            ),
        )

    # -- imports -------------------------------------------------------------------------------------------------------
    def import_sections(self) -> list[Section]:
        bound = bound_keys(self.world)
        sections = []
        for item in self.world.imports:
            prefix = self.names.prefix(f"import {item.key}")
            self.declarations.add_definitions(item.interface.types)
            dynamic = item.key in self.options.dynamic
            views = tuple(
                self.import_view(f, prefix, item.key, bound=item.key in bound, dynamic=dynamic)
                for f in item.interface.functions
            )
            table = self.table(item, prefix) if dynamic else None
            handles = self.handle_views(
                item.interface.types, item.key, bound=item.key in bound, table=f"{prefix}_table_t" if dynamic else None
            )
            title = f"Imported functions of `{item.key}`"
            drops = self.borrow_drops(item.interface.types, item.key)
            sections.append(Section(title, (*views, *handles), table=table, borrow_drops=drops))
        self.declarations.add_definitions(self.world.types)
        bound_names = bound_functions(self.world)
        views = tuple(
            self.import_view(f, self.names.world, ROOT, bound=f.name in bound_names, dynamic=False)
            for f in self.world.imported_functions
        )
        views += self.handle_views(self.world.types, ROOT, bound=False, table=None)
        drops = self.borrow_drops(self.world.types, ROOT)
        title = f"Imported functions of world `{self.world.name}`"
        return [*sections, Section(title, imports=views, borrow_drops=drops)]

    def handle_views(
        self, types: tuple[TypeDef, ...], module: str, *, bound: bool, table: str | None
    ) -> tuple[ImportView, ...]:
        return tuple(
            ImportView(f.docs, f.core or None, None, f.inline, None)
            for resource in resources_in(types)
            for f in handle_functions(self.names, resource, module, bound=bound, table=table)
        )

    def borrow_drops(self, types: tuple[TypeDef, ...], module: str) -> tuple[str, ...]:
        return tuple(borrow_drop(self.names, resource, module) for resource in resources_in(types))

    def import_view(self, f: Function, prefix: str, module: str, *, bound: bool, dynamic: bool) -> ImportView:
        self.declare_types(f, prefix)
        name = self.names.function(prefix, f.name)
        first = (f"const {prefix}_table_t *_table",) if dynamic else ()
        user = signature(f, name, self.names, lent=False, first=first)
        linker_name, attributes = import_symbol(module, f.name, bound=bound)
        docs = doc_lines(f.docs)
        if needs_no_glue(f, SYMMETRIC) and not dynamic:
            return ImportView(docs, None, f"extern {user.head} {attributes};", None, None)
        place = wit_place(module, f.name)
        glue = import_glue(f, SYMMETRIC, self.traits, self.subroutines, place)
        core_name = f"_table->{identifier(f.name)}" if dynamic else linker_name
        core = None if dynamic else f"extern {core_head(linker_name, glue.signature)} {attributes};"
        args = tuple(p.value for p in user.parameters)
        frame = Frame(args=args, core=core_name, returns=user, where=c_string(place))
        lines = (*self.maybe_locals(user), *self.spell(glue, frame))
        if is_small(glue):
            return ImportView(docs, core, None, Definition(f"static inline {user.head}", lines), None)
        return ImportView(docs, core, f"extern {user.head};", None, Definition(user.head, lines))

    def maybe_locals(self, user: Signature) -> list[str]:
        """The options that flattened parameters stand for."""
        lines = []
        for p in user.parameters:
            if p.maybe:
                lines += [
                    f"{self.names.type(p.type)} {p.value} = SB_ZERO;",
                    f"{p.value}.is_some = {p.name} != NULL;",
                    f"if ({p.name} != NULL) {p.value}.val = *{p.name};",
                ]
        return lines

    def table(self, item: InterfaceItem, prefix: str) -> TableView:
        members, entries = [], []
        for f in functions_of(item.interface):
            glue = import_glue(f, SYMMETRIC, self.traits, self.subroutines, "")
            member = identifier(f.name)
            self.declarations.members.add(member)
            members.append(core_head(f"(*{member})", glue.signature))
            entries.append(TableEntry(member, symbol(item.key, f.name), wit_place(item.key, f.name)))
        return TableView(f"{prefix}_table", f"{prefix}_bind", tuple(members), tuple(entries))

    # -- exports -------------------------------------------------------------------------------------------------------
    def export_sections(self) -> list[Section]:
        sections = []
        for item in self.world.exports:
            prefix = _export_prefix(self.names, item)
            self.declarations.add_definitions(item.interface.types)
            resources = resources_in(item.interface.types)
            exports = (
                *(self.export_view(f, prefix, item.key, item.interface) for f in item.interface.functions),
                *(self.drop_view(resource, item.key) for resource in resources),
            )
            own = tuple(self.own_resource(resource, item) for resource in resources)
            title = f"Exported functions of `{item.key}`: yours to define"
            sections.append(Section(title, exports=exports, resources=own))
        prefix = f"exports_{self.names.world}"
        views = tuple(self.export_view(f, prefix, ROOT) for f in self.world.exported_functions)
        title = f"Exported functions of world `{self.world.name}`: yours to define"
        return [*sections, Section(title, exports=views)]

    def own_resource(self, resource: TypeDef, item: InterfaceItem) -> ResourceView:
        prefix, methods = _export_prefix(self.names, item), methods_of(item.interface, resource)
        heads = [
            core_head(local_name(self.names.function(prefix, f.name)), core_signature(f, SYMMETRIC), named=True)
            for f in methods
        ]
        return own_resource(self.names, resource, item.key, item.interface, heads)

    def drop_view(self, resource: TypeDef, module: str) -> ExportView:
        rep, destructor = self.names.definition(resource), self.names.of_resource(resource, "destructor")
        linker_name = symbol(module, drop_name(resource.name))
        return ExportView(
            (),
            f"void {destructor}({rep} *rep);",
            None if self.options.abi == "canonical" else drop_export(self.names, resource, linker_name),
            () if self.options.abi == "symmetric" else dtor_export(self.names, resource, module),
        )

    def export_view(self, f: Function, prefix: str, module: str, interface: Interface | None = None) -> ExportView:
        self.declare_types(f, prefix if module != ROOT else self.names.world)
        user = signature(f, self.names.function(prefix, f.name), self.names, lent=self.options.views)
        linker_name, docs = symbol(module, f.name), doc_lines(f.docs)
        if needs_no_glue(f, SYMMETRIC):
            attributes = f"SB_EXPORT_DIRECT({c_string(linker_name)}, {c_string(export_name(module, f.name))})"
            return ExportView(docs, f"{user.head} {attributes};", None)
        in_table = interface is not None and f.kind == "method"
        method = method_index(interface, f) if interface and in_table else 0
        frame = Frame(user=user, where=c_string(wit_place(module, f.name)), method=method)
        symmetric, local = None, None
        if self.options.abi != "canonical":
            symmetric = self.symmetric(f, linker_name, module, frame)
            if in_table:
                symmetric, local = self.local(f, symmetric, local_name(user.name))
        canonical = () if self.options.abi == "symmetric" else self.canonical(f, user, module)
        return ExportView(docs, f"{user.head};", symmetric, canonical, local)

    def local(self, f: Function, symmetric: Definition, name: str) -> tuple[Definition, Definition]:
        """A method's export, and its glue as a function of its own that no linker binds to another component's."""
        signature = core_signature(f, SYMMETRIC)
        call = f"{name}({', '.join(core_param(i) for i in range(len(signature.params)))});"
        export = Definition(symmetric.head, (f"return {call}" if signature.result else call,), symmetric.declaration)
        return export, Definition(f"static {core_head(name, signature, named=True)}", symmetric.lines)

    def symmetric(self, f: Function, linker_name: str, module: str, frame: Frame) -> Definition:
        """The symmetric ABI's export."""
        glue = export_glue(f, SYMMETRIC, self.traits, self.subroutines, wit_place(module, f.name))
        head = core_head(linker_name, glue.signature, named=True)
        return Definition(head, self.spell(glue, frame), f"{head} SB_EXPORT({c_string(linker_name)});")

    def canonical(self, f: Function, user: Signature, module: str) -> tuple[Definition, ...]:
        """The Canonical ABI's core exports: the function, and what frees its result."""
        glue = export_glue(
            f, CANONICAL_EXPORT, self.canonical_traits, self.canonical_subroutines, wit_place(module, f.name)
        )
        if self.options.autodrop:
            require_droppable(f, wit_place(module, f.name))
        head = core_head(f"_canonical_{user.name}", glue.signature, named=True)
        where = c_string(wit_place(module, f.name))
        frame = Frame(user=user, where=where, autodrop=self.options.autodrop, as_utf16=self.options.utf16)
        lines = self.spell(glue, frame, self.canonical_subroutines)
        post_return = Speller(self.names, self.canonical_subroutines, frame).block(glue.post_return or ())
        return canonical_definitions(module, f.name, head, user.name, lines, tuple(post_return))

    # -- both ----------------------------------------------------------------------------------------------------------
    def declare_types(self, f: Function, prefix: str) -> None:
        self.declarations.add_all(f.types, prefix)

    def spell(self, glue: Glue, frame: Frame, subroutines: Subroutines | None = None) -> tuple[str, ...]:
        arena = ["sb_arena _arena = {NULL};"] if glue.uses_scratch else []
        user = frame.user or frame.returns
        in_place = result_in_place(glue.body) if user and user.shape != "value" else None
        return (*arena, *Speller(self.names, subroutines or self.subroutines, frame, in_place).block(glue.body))

    def spell_subroutines(self, subroutines: Subroutines, frame: Frame) -> tuple[Definition, ...]:
        return subroutine_definitions(Speller(self.names, subroutines, frame))


def traits_of(options: Options) -> Traits:
    """What C lets the walk do: its structs are laid out as the ABI says (``SB_FIELD64``, ``SB_ALIGNED(4)``).

    Strings are the ABI's bytes only in UTF-8.
    """

    def same_bytes(t: Type) -> bool:
        return not (options.utf16 and holds_text(t))

    return Traits(same_bytes, utf8=not options.utf16, views=options.views, moves=True)
