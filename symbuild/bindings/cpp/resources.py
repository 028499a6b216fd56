"""The classes of resources: declared for imports, the user's for exports, and what stands behind the latter.

Natively a handle of the component's own resource is the address of a box with the operations table in front; on wasm
the host keeps the handles (symmetric-abi.md, sections 5 and 10).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from symbuild.abi.convention import CANONICAL_EXPORT, SYMMETRIC
from symbuild.abi.flatten import core_signature
from symbuild.abi.glue import core_param, drop_glue, needs_no_glue
from symbuild.abi.interface_hash import ABI_VERSION, resource_hash
from symbuild.abi.mangle import ROOT, drop_name, dtor_name, symbol
from symbuild.abi.resources import drop_function, handles_in, methods_of, resources_in
from symbuild.abi.symbols import bound_keys
from symbuild.abi.walk import Subroutines
from symbuild.bindings.c_family.core import c_string
from symbuild.bindings.c_family.view import Definition, canonical_definitions, core_head, import_symbol, wit_place
from symbuild.bindings.casing import pascal
from symbuild.bindings.cpp.names import Names
from symbuild.bindings.cpp.signature import Signature, declare, signature
from symbuild.bindings.cpp.speller import Frame, Speller
from symbuild.bindings.cpp.types import Class, doc_lines
from symbuild.frozen import frozen
from symbuild.model.types import Type, TypeDef, origin
from symbuild.model.world import Function, Interface, World, is_exported


@frozen
class Resource:
    """A resource and where it is defined; ``interface`` is None for one of the world itself.

    ``bound``: references to its functions have names of the component's own.
    """

    definition: TypeDef
    module: str
    functions: tuple[Function, ...]
    interface: Interface | None
    bound: bool = False

    @property
    def mentions(self) -> tuple[Type, ...]:
        """The types that its functions take and return."""
        return tuple(
            t for f in self.functions for t in (*(p.type for p in f.params), *([f.result] if f.result else []))
        )

    @property
    def place(self) -> str:
        """What traps call the resource."""
        return wit_place(self.module, self.definition.name)


def resources_of(world: World) -> dict[TypeDef, Resource]:
    """Every resource that a world defines, by its definition."""
    bound = bound_keys(world)
    found = [
        Resource(
            r,
            item.key,
            _functions(r, item.interface.functions),
            item.interface,
            item in world.imports and item.key in bound,
        )
        for item in (*world.imports, *world.exports)
        for r in resources_in(item.interface.types)
    ]
    found += [Resource(r, ROOT, _functions(r, world.imported_functions), None) for r in resources_in(world.types)]
    return {r.definition: r for r in found}


def _functions(resource: TypeDef, functions: tuple[Function, ...]) -> tuple[Function, ...]:
    return tuple(f for f in functions if f.resource is not None and origin(f.resource) is resource)


def class_declaration(r: Resource, names: Names) -> Class:
    """What stands for a resource's class in a header."""
    if is_exported(r.definition):
        return Class((f'#include "{names.class_header(r.definition)}"',), r.mentions, bare=True)
    return Class(tuple(_import_class(r, names)), r.mentions)


def drop_core(r: Resource) -> tuple[str, str]:
    """The symbol of what drops a handle of an imported resource, and its declaration."""
    linker_name, attributes = import_symbol(r.module, drop_name(r.definition.name), bound=r.bound)
    head = core_head(linker_name, core_signature(drop_function(r.definition), SYMMETRIC), none="")
    return linker_name, f"{head} noexcept {attributes};"


def _import_class(r: Resource, names: Names) -> Iterator[str]:
    name, base = pascal(r.definition.name), f"{names.wit}::ResourceImportBase"
    yield from doc_lines(r.definition.docs)
    yield f"class {name} : public {base} {{"
    yield "public:"
    for f in r.functions:
        user = signature(f, names.namespace(r.definition.owner), names, "lent")
        # One that is the import itself is told its symbol.
        attributes = f" {import_symbol(r.module, f.name, bound=r.bound)[1]}" if needs_no_glue(f, SYMMETRIC) else ""
        yield from (f"  {line}" for line in (*doc_lines(f.docs), f"{user.head} noexcept{attributes};"))
    yield f"  {name}({base} &&other) noexcept : {base}({names.std}::move(other)) {{}}"
    yield f"  {name}({name} &&) = default;"
    yield f"  {name} &operator=({name} &&other) noexcept {{"
    yield f"    {name} taken({names.std}::move(other));"
    yield f"    {names.std}::swap(handle, taken.handle);"
    yield "    return *this;"
    yield "  }"
    yield f"  ~{name}() {{"
    yield f"    if (handle != invalid) ::{drop_core(r)[0]}({names.wit}::core_handle(handle));"
    yield "  }"
    yield "};"


def skeleton(r: Resource, resources: Mapping[TypeDef, Resource], names: Names) -> str:
    """The header that a user may start from."""
    name, header = pascal(r.definition.name), names.class_header(r.definition)
    namespace = names.namespace(r.definition.owner)
    spelled = {f"{names.class_of(r.definition)}::Owned": "Owned"}
    for other in _owned_from(r.definition, resources) - {r.definition}:
        if r.definition in _owned_from(other, resources):
            # Of two classes that own each other, one is not complete where the other's is.
            of = names.class_of(other)
            spelled[f"{of}::Owned"] = f"{names.wit}::ResourceExportBase<{of}>::Owned"
    lines = [
        f"// The class of resource `{r.place}`. It is yours: symbuild writes it where there is none, and what",
        f"// it would write today into {header}.template.",
        "#pragma once",
        "",
        '#include "wit.h"',
        "",
        f"namespace {'::'.join(namespace)} {{",
        "",
        *doc_lines(r.definition.docs),
        f"class {name} : public {names.wit}::ResourceExportBase<{name}> {{",
        "public:",
        f"  static void Dtor({name} *self) {{ delete self; }}",
    ]
    for f in r.functions:
        user = signature(f, namespace, names, "viewed" if names.options.views else "owned")
        member = "\n".join(f"  {line}" for line in _member(user, name))
        for long, short in spelled.items():
            member = member.replace(long, short)
        lines += [*(f"  {line}" for line in doc_lines(f.docs)), member]
    lines += [
        "",
        "  // Defined by the bindings.",
        f"  static handle_t ResourceNew({name} *self);",
        f"  static {name} *ResourceRep(handle_t id);",
        "  static void ResourceDrop(handle_t id);",
        "};",
        "",
        f"}} // namespace {'::'.join(namespace)}",
    ]
    return "".join(f"{line}\n" for line in lines)


def _owned_from(resource: TypeDef, resources: Mapping[TypeDef, Resource]) -> set[TypeDef]:
    """The exported resources that its functions hand over, theirs, and so on."""
    found: set[TypeDef] = set()
    new = {resource}
    while new:
        handles = {h for r in new for t in resources[r].mentions for h in handles_in(t) if h.owned}
        new = {origin(h.resource) for h in handles if is_exported(h.resource)} - found
        found |= new
    return found


def _member(user: Signature, name: str) -> Iterator[str]:
    if user.name != "New":
        yield f"{user.head};"
        return
    parameters = ", ".join(declare(t, p) for t, p in user.parameters)
    moved = ", ".join(f"std::move({p})" for _, p in user.parameters)
    yield f"{name}({parameters});"
    yield f"{user.head} {{ return Owned(new {name}({moved})); }}"


def boxed_lines(r: Resource, names: Names) -> Iterator[str]:
    """What stands in the source for a resource of the component's own where handles are boxes."""
    name, of = pascal(r.definition.name), names.class_of(r.definition)
    number, exported = f"decltype({name}::ResourceNew(nullptr))", f"{names.wit}::exported"
    table, place = f"&{names.private('operations', r.definition)}.head", c_string(r.place)
    box = f"{exported}::box(&_boxes, {table}, id, {place})"
    yield from _table(r, names)
    object_ = f"return static_cast<{of} *>(sb_rep(sb_own_handle(handle, {table}, where)));"
    yield from ("", *_function(_object_head(r, names), object_))
    yield from ("", *_drop(r, names))
    yield from (
        "",
        *_in_namespace(
            r,
            names,
            f"return {exported}::make<{number}>(&_boxes, {table}, self, {place});",
            f"return static_cast<{name} *>(sb_rep({box}));",
            f"{exported}::end<{name}>(&_boxes, {box});",
        ),
    )


def hosted_lines(r: Resource, names: Names) -> Iterator[str]:
    """The same where the host keeps the handles."""
    new, rep, drop = (symbol(*_intrinsic(r, what)) for what in ("new", "rep", "drop"))
    name, of, handle = pascal(r.definition.name), names.class_of(r.definition), f"{names.wit}::handle_of(handle)"
    yield from _intrinsics(r)
    yield from ("", *_function(_object_head(r, names), f"return static_cast<{of} *>({rep}({handle}));"))
    drop_head = f"static void {names.private('drop', r.definition)}(uint8_t *handle) noexcept"
    yield from ("", *_function(drop_head, f"{drop}({handle});"))
    yield from (
        "",
        *_in_namespace(
            r, names, f"return ::{new}(self);", f"return static_cast<{name} *>(::{rep}(id));", f"::{drop}(id);"
        ),
    )


def _object_head(r: Resource, names: Names) -> str:
    unused = "[[maybe_unused]] "
    head = f"{unused}static {names.class_of(r.definition)} *{names.private('object', r.definition)}"
    return f"{head}(uint8_t *handle, {unused}const char *where)"


def _in_namespace(r: Resource, names: Names, new: str, rep: str, drop: str) -> Iterator[str]:
    """The functions that the user's class declares for the bindings to define; each is one statement."""
    name, namespace = pascal(r.definition.name), "::".join(names.namespace(r.definition.owner))
    # The class says how it spells handles.
    number = f"decltype({name}::ResourceNew(nullptr))"
    yield f"namespace {namespace} {{"
    yield from ("", *_function(f"{number} {name}::ResourceNew({name} *self)", new))
    yield from ("", *_function(f"{name} *{name}::ResourceRep({number} id)", rep))
    yield from ("", *_function(f"void {name}::ResourceDrop({number} id)", drop))
    yield from ("", f"}} // namespace {namespace}")


def _function(head: str, *lines: str) -> Iterator[str]:
    yield f"{head} {{"
    yield from (f"  {line}" for line in lines)
    yield "}"


def _intrinsic(r: Resource, what: str) -> tuple[str, str]:
    return f"[export]{r.module}", f"[resource-{what}]{r.definition.name}"


def _intrinsics(r: Resource) -> Iterator[str]:
    """CanonicalABI.md: ``resource.new``, ``resource.rep`` and ``resource.drop`` of the component's own resource."""
    heads = {"new": "int32_t {}(void *rep)", "rep": "void *{}(int32_t handle)", "drop": "void {}(int32_t handle)"}
    yield 'extern "C" {'
    for what, head in heads.items():
        linker_name = symbol(*_intrinsic(r, what))
        attributes = ", ".join(map(c_string, (linker_name, *_intrinsic(r, what))))
        yield f"{head.format(linker_name)} noexcept SB_IMPORT({attributes});"
    yield "}"


def _table(r: Resource, names: Names) -> Iterator[str]:
    """The operations table, and before it what it refers to.

    Its functions are the component's own by any linker: an exported symbol may be bound to another component's.
    """
    assert r.interface
    table, drop = names.private("operations", r.definition), names.private("drop", r.definition)
    yield f"static void {drop}(uint8_t *) noexcept;"
    members = []
    for i, f in enumerate(methods_of(r.interface, r.definition)):
        signature_ = core_signature(f, SYMMETRIC)
        local = local_name(r.module, f)
        yield f"static {core_head(local, signature_, none='')} noexcept SB_SYMBOL({c_string(local)});"
        members.append((core_head(f"(*method{i})", signature_, none=""), local))
    digest = resource_hash(r.interface, r.definition).hex()
    halves = [", ".join(f"0x{digest[i : i + 2]}" for i in range(at, at + 32, 2)) for at in (0, 32)]
    yield "static constinit const struct {"
    yield "  sb_operations head;"
    yield from (f"  {member};" for member, _ in members)
    yield f"}} {table} = {{"
    yield f"    {{sizeof {table}, {ABI_VERSION},"
    yield f"     {{{halves[0]},"
    yield f"      {halves[1]}}},"
    yield f"     {c_string(names.component)}, {drop}}},"
    yield from (f"    {function}," for _, function in members)
    yield "};"


def local_name(module: str, f: Function) -> str:
    """A method's glue under a name of the component's own."""
    return f"_local_{symbol(module, f.name)}"


def foreign_name(module: str, f: Function) -> str:
    """What calls a method of another maker's object."""
    return f"_foreign_{symbol(module, f.name)}"


def _drop(r: Resource, names: Names) -> Iterator[str]:
    """What ends an object that is behind a handle, or leaves that to the handle's maker."""
    place = c_string(wit_place(r.module, drop_name(r.definition.name)))
    glue = drop_glue(r.definition, SYMMETRIC, wit_place(r.module, drop_name(r.definition.name)))
    lines = Speller(names, Subroutines(), Frame(where=place)).block(glue.body)
    head = f"static void {names.private('drop', r.definition)}(uint8_t *{core_param(0)}) noexcept"
    body = ("WIT_TRY {", *(f"  {line}" for line in lines), "}", f"WIT_CATCH({place})")
    yield from _function(head, *body)


def drop_export(r: Resource, names: Names) -> Definition:
    """The symmetric ABI's ``[resource-drop]``."""
    linker_name = symbol(r.module, drop_name(r.definition.name))
    head = core_head(linker_name, core_signature(drop_function(r.definition), SYMMETRIC), named=True)
    line = f"{names.private('drop', r.definition)}({core_param(0)});"
    return Definition(head, (line,), f"{head} noexcept SB_EXPORT({c_string(linker_name)});")


def dtor_export(r: Resource, names: Names) -> tuple[Definition, ...]:
    """The Canonical ABI's ``[dtor]``."""
    name = dtor_name(r.definition.name)
    place = wit_place(r.module, name)
    glue = drop_glue(r.definition, CANONICAL_EXPORT, place)
    lines = Speller(names, Subroutines(), Frame(where=c_string(place))).block(glue.body)
    exported = f"{names.options.export_prefix}{symbol(r.module, name)}"
    head = core_head(f"_canonical_{exported}", glue.signature, named=True)
    return canonical_definitions(r.module, name, head, exported, tuple(lines), ())
