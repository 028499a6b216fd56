"""Everything the C++ templates print, with all names final."""

from __future__ import annotations

from collections.abc import Iterator

from symbuild.abi.convention import CANONICAL_EXPORT, SYMMETRIC
from symbuild.abi.flatten import CoreSignature
from symbuild.abi.glue import Glue, core_param, export_glue, import_glue, needs_no_glue
from symbuild.abi.mangle import ROOT, export_name, symbol
from symbuild.abi.nodes import Forward
from symbuild.abi.resources import method_index, resources_in
from symbuild.abi.symbols import bound_functions, bound_keys
from symbuild.abi.walk import Subroutines, Traits, owns_memory
from symbuild.bindings.backend import UserFunction
from symbuild.bindings.c_family.core import c_string, width
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
from symbuild.bindings.cpp.resources import (
    boxed_lines,
    class_declaration,
    drop_core,
    drop_export,
    dtor_export,
    foreign_name,
    hosted_lines,
    local_name,
    resources_of,
    skeleton,
)
from symbuild.bindings.cpp.signature import Signature, signature
from symbuild.bindings.cpp.speller import ARENA, Frame, Speller
from symbuild.bindings.cpp.types import Declaration, Declarations, doc_lines
from symbuild.frozen import frozen
from symbuild.model.show import function_text
from symbuild.model.types import FixedSeq, Named, Product, Type, TypeDef, origin, shape
from symbuild.model.world import WORLD_OWNER, Function, World, export_owner, import_owner, is_exported


@frozen
class ImportView:
    """An imported function that the source defines, if any: ``core`` declares what it calls."""

    core: str | None = None
    source: Definition | None = None


@frozen
class ExportView:
    """The glue that calls what the user defines; ``direct``: only needed to stop exceptions.

    ``local`` is glue that the component itself has by a name of its own: the export is it, by ``alias``, or calls it.
    ``foreign`` calls another maker's method in its place, apart, so that nothing is kept for it where it is not called.
    """

    symmetric: Definition | None
    canonical: tuple[Definition, ...] = ()
    direct: bool = False
    local: Definition | None = None
    alias: str = ""
    foreign: Definition | None = None


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
    boxed: tuple[tuple[str, ...], ...]
    hosted: tuple[tuple[str, ...], ...]
    subroutines: tuple[Definition, ...]
    imports: tuple[SourceGroup, ...]
    exports: tuple[ExportView, ...]
    canonical_subroutines: tuple[Definition, ...]


def bindings(world: World, options: Options) -> dict[str, bytes]:
    """The files of a world's C++ bindings: ``<world>_cpp.h``, headers of interfaces apart, and ``<world>.cpp``."""
    builder = _Builder(world, options)
    view = builder.build()
    source = {f"{view.stem}.cpp": "".join(compiled.source_cpp(view)).encode()}
    return {**builder.headers.files(), **source, **builder.skeletons()}


def user_functions(world: World, options: Options) -> tuple[UserFunction, ...]:
    """The C++ functions that the user defines."""
    names = Names(world, options)
    found = []
    for module, namespace, f in _exports(world, names):
        if f.resource:
            continue  # its class is the user's: no name of ours is in the object
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
            keeps_borrows=True,
        )
        # The two ABIs share every layout on wasm32 but not what is lent: each has its own subroutines.
        self.subroutines = Subroutines()
        self.canonical_subroutines = Subroutines("_canonical_")
        self.resources = resources_of(world)
        classes = {r.definition: class_declaration(r, self.names) for r in self.resources.values()}
        self.declarations = Declarations(self.names, classes=classes)
        self.made = [r for r in self.resources.values() if is_exported(r.definition)]
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
        exports = [self.export_view(f, home, module) for module, home, f in _exports(self.world, self.names)]
        native, canonical = self.options.abi != "canonical", self.options.abi != "symmetric"
        for r in self.made:
            drop, dtor = drop_export(r, self.names), dtor_export(r, self.names)
            exports.append(ExportView(drop if native else None, dtor if canonical else ()))
        return SourceView(
            world=self.world.id,
            stem=self.names.world,
            layouts=tuple((x.type, width(x.size), width(x.align)) for x in self.declarations.layouts),
            source_cores=tuple(v.core for _, v in imports if v.core),
            boxed=tuple(tuple(boxed_lines(r, self.names)) for r in self.made) if native else (),
            hosted=tuple(tuple(hosted_lines(r, self.names)) for r in self.made) if canonical else (),
            subroutines=self.spell_subroutines(self.subroutines),
            imports=tuple(SourceGroup("::".join(n), (v.source,)) for n, v in imports if v.source),
            exports=tuple(exports),
            canonical_subroutines=self.spell_subroutines(self.canonical_subroutines),
        )

    def skeletons(self) -> dict[str, bytes]:
        """What the user's own headers may start from, by name."""
        made = {self.names.class_header(r.definition): skeleton(r, self.resources, self.names) for r in self.made}
        return {f"{name}.template": text.encode() for name, text in made.items()}

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
        for r in resources_in(definitions):
            if not is_exported(r):
                self.headers.cores.append((namespace, drop_core(self.resources[r])[1]))

    def import_view(self, f: Function, namespace: Namespace, module: str, *, bound: bool) -> ImportView:
        self.mention(namespace, f)
        user = signature(f, namespace, self.names, "lent")
        linker_name, attributes = import_symbol(module, f.name, bound=bound)
        direct = needs_no_glue(f, SYMMETRIC)
        # The functions of a resource are declared in its class.
        declaration = f"{user.head} noexcept{f' {attributes}' if direct else ''};"
        declared = () if f.resource else (*doc_lines(f.docs), declaration)
        if direct:
            self.declare(namespace, declared)
            return ImportView()
        place = wit_place(module, f.name)
        glue = import_glue(f, SYMMETRIC, self.traits, self.subroutines, place)
        core = f"{_core_head(linker_name, glue.signature)} noexcept {attributes};"
        frame = Frame(
            args=(*(["*this"] if f.kind == "method" else []), *(name for _, name in user.parameters)),
            core=f"::{linker_name}",
            where=c_string(place),
            constructs=bool(user.member_of) and not user.returns,
        )
        definition = Definition(f"{user.definition} noexcept", self.spell(glue, frame))
        if not is_small(glue):
            self.declare(namespace, declared)
            return ImportView(core, definition)
        lines = [f"inline {definition.head} {{", *(f"  {line}" for line in definition.lines), "}"]
        self.declare(namespace, (*declared[:-1], *lines))
        self.headers.cores.append((namespace, core))
        return ImportView()

    def declare(self, namespace: Namespace, lines: tuple[str, ...]) -> None:
        if lines:
            self.headers.functions.append(Declaration(namespace, lines))

    # -- exports -------------------------------------------------------------------------------------------------------
    def export_view(self, f: Function, namespace: Namespace, module: str) -> ExportView:
        self.mention(namespace, f)
        form: Form = "viewed" if self.options.views else "owned"
        user = signature(f, namespace, self.names, form)
        linker_name, place = symbol(module, f.name), wit_place(module, f.name)
        label = c_string(mangled(user.namespace, user.name))
        # The class of a resource is the user's, so its functions are called as it declares them.
        direct = needs_no_glue(f, SYMMETRIC) and not f.resource
        names = f"{c_string(linker_name)}, {c_string(export_name(module, f.name))}"
        if not f.resource:
            attribute = f"SB_USER_DIRECT({names}, {label})" if direct else f"SB_SYMBOL({label})"
            # A compiler that complains of a definition that differs shows this line.
            declaration = f"{user.head} {attribute}; // {function_text(f)}"
            self.declare(namespace, (*doc_lines(f.docs), declaration))
        frame = Frame(user=user, where=c_string(place), method=self.method(f), foreign=foreign_name(module, f))
        glue = export_glue(f, SYMMETRIC, self.traits, self.subroutines, place)
        head = _core_head(linker_name, glue.signature, named=True)
        exported = f"SB_EXPORT_DIRECT({names})" if direct else f"SB_EXPORT({c_string(linker_name)})"
        lines, local, foreign = self.spell(glue, frame), None, None
        if f.kind == "method":
            forward = next(s for s in glue.body if isinstance(s, Forward))
            head_ = _core_head(frame.foreign, glue.signature, named=True)
            called = Speller(self.names, self.subroutines, frame).forwarded(forward)
            foreign = Definition(f"[[gnu::cold, gnu::noinline]] static {head_} noexcept", tuple(called))
            local = Definition(
                f"static {_core_head(local_name(module, f), glue.signature, named=True)}", lines, place=frame.where
            )
            args = ", ".join(core_param(i) for i in range(len(glue.signature.params)))
            lines = (f"{'return ' if glue.signature.result else ''}{local_name(module, f)}({args});",)
        # What calls the component's own is told of no exception.
        symmetric = Definition(head, lines, f"{head} noexcept {exported};", "" if local else frame.where)
        if direct:
            return ExportView(symmetric, direct=True)
        native = self.options.abi != "canonical"
        return ExportView(
            symmetric if native else None,
            () if self.options.abi == "symmetric" else self.canonical(f, user, module, frame),
            local=local if native else None,
            alias=f"{head} noexcept {exported} SB_ALIAS({c_string(local_name(module, f))});" if local else "",
            foreign=foreign if native else None,
        )

    def method(self, f: Function) -> int:
        """A method's number in the operations table of its resource."""
        if f.kind != "method" or f.resource is None:
            return 0
        interface = self.resources[origin(f.resource)].interface
        assert interface, "a world exports no resources of its own"
        return method_index(interface, f)

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
