"""Everything the C++ templates print, with all names final."""

from __future__ import annotations

from collections.abc import Iterator

from symbuild.abi.convention import CANONICAL_EXPORT, SYMMETRIC
from symbuild.abi.flatten import CoreSignature
from symbuild.abi.glue import Glue, export_glue, import_glue, needs_no_glue
from symbuild.abi.mangle import ROOT, export_name, symbol
from symbuild.abi.symbols import bound_functions, bound_keys
from symbuild.abi.walk import Subroutines, Traits, owns_memory
from symbuild.bindings.backend import UserFunction
from symbuild.bindings.c_family.speller import c_string, width
from symbuild.bindings.c_family.view import (
    Definition,
    canonical_definitions,
    core_head,
    import_symbol,
    is_small,
    subroutine_definitions,
    wit_place,
)
from symbuild.bindings.cpp import compiled
from symbuild.bindings.cpp.headers import Headers
from symbuild.bindings.cpp.names import Form, Names, Namespace, Options, mangled, same_bytes
from symbuild.bindings.cpp.signature import Signature, signature
from symbuild.bindings.cpp.speller import ARENA, Frame, Speller
from symbuild.bindings.cpp.types import Declaration, Declarations, doc_lines
from symbuild.frozen import frozen
from symbuild.model.show import function_text
from symbuild.model.types import FixedSeq, Named, Product, Type, TypeDef, shape
from symbuild.model.world import WORLD_OWNER, Function, World, export_owner, import_owner


@frozen
class ImportView:
    """An imported function that the source defines, if any: ``core`` declares what it calls."""

    core: str | None = None
    source: Definition | None = None


@frozen
class ExportView:
    """The glue that calls what the user defines; ``direct``: only needed to stop exceptions."""

    symmetric: Definition | None
    canonical: tuple[Definition, ...] = ()
    direct: bool = False


@frozen
class SourceGroup:
    """Definitions in one namespace."""

    namespace: str
    definitions: tuple[Definition, ...]


@frozen
class SourceView:
    """What the source prints."""

    world: str
    stem: str
    layouts: tuple[tuple[str, str, str], ...]
    source_cores: tuple[str, ...]
    subroutines: tuple[Definition, ...]
    imports: tuple[SourceGroup, ...]
    exports: tuple[ExportView, ...]
    canonical_subroutines: tuple[Definition, ...]


def bindings(world: World, options: Options) -> dict[str, bytes]:
    """The files of a world's C++ bindings: ``<world>_cpp.h``, headers of interfaces apart, and ``<world>.cpp``."""
    builder = _Builder(world, options)
    view = builder.build()
    return {**builder.headers.files(), f"{view.stem}.cpp": "".join(compiled.source_cpp(view)).encode()}


def user_functions(world: World, options: Options) -> tuple[UserFunction, ...]:
    """The C++ functions that the user defines."""
    names = Names(world, options)
    found = []
    for module, namespace, f in _exports(world, names):
        user = signature(f, namespace, names, "owned")
        export, label = symbol(module, f.name), mangled(user.namespace, user.name)
        # What stops exceptions defines the export itself, and calls the function by its label.
        defined = export if needs_no_glue(f, SYMMETRIC) else label
        found.append(UserFunction(export, user.qualified.removeprefix("::"), defined))
    return tuple(found)


def _exports(world: World, names: Names) -> Iterator[tuple[str, Namespace, Function]]:
    for item in world.exports:
        for f in item.interface.functions:
            yield item.key, names.namespace(export_owner(item.key)), f
    for f in world.exported_functions:
        yield ROOT, names.exported_functions, f


class _Builder:
    def __init__(self, world: World, options: Options) -> None:
        self.world = world
        self.options = options
        self.names = Names(world, options)
        self.traits = Traits(
            same_bytes,
            utf8=True,
            views=options.views,
            moves=True,
            lent_bytes=self.lent_bytes,
            shallow_views=True,
            parts_move=True,
            in_place=True,
        )
        # The two ABIs share every layout on wasm32 but not what is lent: each has its own subroutines.
        self.subroutines = Subroutines()
        self.canonical_subroutines = Subroutines()
        self.declarations = Declarations(self.names)
        self.headers = Headers(world, self.names, self.declarations)

    def lent_bytes(self, t: Type) -> bool:
        """Strings and lists are lent as ``std::string_view`` and ``std::span``, records as they are owned."""
        match shape(t):
            case Product(_, "record"):
                return same_bytes(t) and (self.options.ownership == "owning" or not owns_memory(t))
            case FixedSeq(elem):
                return self.lent_bytes(elem)
            case _:
                return same_bytes(t) and not owns_memory(t)

    def build(self) -> SourceView:
        imports = list(self.imports())
        exports = tuple(self.export_view(f, home, module) for module, home, f in _exports(self.world, self.names))
        return SourceView(
            world=self.world.id,
            stem=self.names.world,
            layouts=tuple((x.type, width(x.size), width(x.align)) for x in self.declarations.layouts),
            source_cores=tuple(v.core for _, v in imports if v.core),
            subroutines=self.spell_subroutines(self.subroutines),
            imports=tuple(SourceGroup("::".join(n), (v.source,)) for n, v in imports if v.source),
            exports=exports,
            canonical_subroutines=self.spell_subroutines(self.canonical_subroutines),
        )

    # -- imports -------------------------------------------------------------------------------------------------------
    def imports(self) -> Iterator[tuple[Namespace, ImportView]]:
        bound = bound_keys(self.world)
        for item in self.world.imports:
            if item.key in self.options.headers:
                self.declarations.know_definitions(item.interface.types)
                continue
            namespace = self.names.namespace(import_owner(item.key))
            self.define(namespace, item.interface.types)
            for f in item.interface.functions:
                yield namespace, self.import_view(f, namespace, item.key, bound=item.key in bound)
        namespace = self.names.namespace(WORLD_OWNER)
        self.define(namespace, self.world.types)
        for item in self.world.exports:
            self.define(self.names.namespace(export_owner(item.key)), item.interface.types)
        bound_names = bound_functions(self.world)
        for f in self.world.imported_functions:
            yield namespace, self.import_view(f, namespace, ROOT, bound=f.name in bound_names)

    def define(self, namespace: Namespace, definitions: tuple[TypeDef, ...]) -> None:
        self.headers.mention(namespace, map(Named, definitions))
        self.declarations.add_definitions(definitions)

    def import_view(self, f: Function, namespace: Namespace, module: str, *, bound: bool) -> ImportView:
        self.mention(namespace, f)
        user = signature(f, namespace, self.names, "lent")
        linker_name, attributes = import_symbol(module, f.name, bound=bound)
        docs = doc_lines(f.docs)
        if needs_no_glue(f, SYMMETRIC):
            self.headers.functions.append(Declaration(namespace, (*docs, f"{user.head} noexcept {attributes};")))
            return ImportView()
        place = wit_place(module, f.name)
        glue = import_glue(f, SYMMETRIC, self.traits, self.subroutines, place)
        core = f"{_core_head(linker_name, glue.signature)} noexcept {attributes};"
        frame = Frame(args=tuple(name for _, name in user.parameters), core=f"::{linker_name}", where=c_string(place))
        definition = Definition(f"{user.head} noexcept", self.spell(glue, frame))
        if not is_small(glue):
            self.headers.functions.append(Declaration(namespace, (*docs, f"{user.head} noexcept;")))
            return ImportView(core, definition)
        lines = [f"inline {definition.head} {{", *(f"  {line}" for line in definition.lines), "}"]
        self.headers.functions.append(Declaration(namespace, (*docs, *lines)))
        self.headers.cores.append((namespace, core))
        return ImportView()

    # -- exports -------------------------------------------------------------------------------------------------------
    def export_view(self, f: Function, namespace: Namespace, module: str) -> ExportView:
        self.mention(namespace, f)
        form: Form = "viewed" if self.options.views else "owned"
        user = signature(f, namespace, self.names, form)
        linker_name, place = symbol(module, f.name), wit_place(module, f.name)
        label = c_string(mangled(user.namespace, user.name))
        direct = needs_no_glue(f, SYMMETRIC)
        names = f"{c_string(linker_name)}, {c_string(export_name(module, f.name))}"
        attribute = f"SB_USER_DIRECT({names}, {label})" if direct else f"SB_SYMBOL({label})"
        # A compiler that complains of a definition that differs shows this line.
        declaration = f"{user.head} {attribute}; // {function_text(f)}"
        self.headers.functions.append(Declaration(namespace, (*doc_lines(f.docs), declaration)))
        frame = Frame(user=user, where=c_string(place))
        glue = export_glue(f, SYMMETRIC, self.traits, self.subroutines, place)
        head = _core_head(linker_name, glue.signature, named=True)
        exported = f"SB_EXPORT_DIRECT({names})" if direct else f"SB_EXPORT({c_string(linker_name)})"
        symmetric = Definition(head, self.spell(glue, frame), f"{head} noexcept {exported};", c_string(place))
        if direct:
            return ExportView(symmetric, direct=True)
        return ExportView(
            None if self.options.abi == "canonical" else symmetric,
            () if self.options.abi == "symmetric" else self.canonical(f, user, module, frame),
        )

    def canonical(self, f: Function, user: Signature, module: str, frame: Frame) -> tuple[Definition, ...]:
        """The Canonical ABI's core exports: the function, and what frees its result."""
        glue = export_glue(f, CANONICAL_EXPORT, self.traits, self.canonical_subroutines, wit_place(module, f.name))
        name = f"{self.options.export_prefix}{symbol(module, f.name)}"
        head = _core_head(f"_canonical_{name}", glue.signature, named=True)
        lines = self.spell(glue, frame, self.canonical_subroutines)
        post_return = Speller(self.names, self.canonical_subroutines, frame).block(glue.post_return or ())
        return canonical_definitions(module, f.name, head, name, lines, tuple(post_return))

    # -- both ----------------------------------------------------------------------------------------------------------
    def mention(self, namespace: Namespace, f: Function) -> None:
        self.headers.mention(namespace, [p.type for p in f.params] + ([f.result] if f.result else []))

    def spell(self, glue: Glue, frame: Frame, subroutines: Subroutines | None = None) -> tuple[str, ...]:
        arena = [f"{self.names.wit}::scratch {ARENA};"] if glue.uses_scratch else []
        return (*arena, *Speller(self.names, subroutines or self.subroutines, frame).block(glue.body))

    def spell_subroutines(self, subroutines: Subroutines) -> tuple[Definition, ...]:
        return subroutine_definitions(Speller(self.names, subroutines, Frame()))


def _core_head(name: str, s: CoreSignature, *, named: bool = False) -> str:
    return core_head(name, s, named=named, none="")
