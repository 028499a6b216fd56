"""The functions for handles: what users drop, lend, make and look into them with (wit-bindgen's ``type_resource``).

Natively a handle of the component's own resource is a box with the operations table in front; on wasm the host keeps
the handles, and three of its functions take the place of the boxes (symmetric-abi.md, sections 5 and 10).
"""

from __future__ import annotations

from collections.abc import Iterator

from symbuild.abi.convention import CANONICAL_EXPORT, SYMMETRIC
from symbuild.abi.flatten import core_signature
from symbuild.abi.glue import core_param, drop_glue
from symbuild.abi.interface_hash import ABI_VERSION, resource_hash
from symbuild.abi.mangle import drop_name, dtor_name, import_name, symbol
from symbuild.abi.resources import drop_function, methods_of
from symbuild.abi.walk import Subroutines
from symbuild.bindings.c.names import Names, identifier
from symbuild.bindings.c.speller import Frame, Speller
from symbuild.bindings.c.types import doc_lines
from symbuild.bindings.c_family.core import c_string
from symbuild.bindings.c_family.view import Definition, canonical_definitions, core_head, import_symbol, wit_place
from symbuild.frozen import frozen
from symbuild.model.types import Handle, TypeDef
from symbuild.model.world import Interface


@frozen
class HandleFunction:
    """A function of the header: inline, with a declaration it needs before."""

    docs: tuple[str, ...]
    core: str
    inline: Definition


@frozen
class ResourceView:
    """One resource that the component makes.

    ``declarations`` are what the user is given; ``table`` and ``boxed`` stand where handles are boxes, ``intrinsics``
    and ``hosted`` where the host keeps them; ``functions`` are built on either.
    """

    wit: str
    declarations: tuple[str, ...]
    table: tuple[str, ...]
    boxed: tuple[Definition, ...]
    intrinsics: tuple[str, ...]
    hosted: tuple[Definition, ...]
    functions: tuple[Definition, ...]


def handle_functions(
    names: Names, resource: TypeDef, module: str, *, bound: bool, table: str | None
) -> Iterator[HandleFunction]:
    """What an importer has for handles. ``table``: the type of the table it binds at run time, if it does."""
    own, borrow = (names.type(Handle(resource, owned)) for owned in (True, False))
    linker_name, attributes = import_symbol(module, drop_name(resource.name), bound=bound)
    drop = drop_function(resource)
    core = "" if table else f"extern {core_head(linker_name, core_signature(drop, SYMMETRIC))} {attributes};"
    called = f"_table->{identifier(drop.name)}" if table else linker_name
    params = ", ".join([*([f"const {table} *_table"] if table else []), f"{own} handle"])
    head = f"static inline void {names.of_resource(resource, 'drop_own')}({params})"
    yield HandleFunction((), core, Definition(head, (f"{called}((uint8_t *)handle.__handle);",)))
    if not names.options.autodrop:
        yield _drop_borrow(names, resource, borrow)
    head = f"static inline {borrow} {names.borrow_function(resource)}({own} handle)"
    yield HandleFunction((), "", Definition(head, (f"return SB_LITERAL({borrow}){{handle.__handle}};",)))


def _drop_borrow(names: Names, resource: TypeDef, borrow: str) -> HandleFunction:
    head = f"static inline void {names.of_resource(resource, 'drop_borrow')}({borrow} handle)"
    drop = f"{names.private('drop_borrow', resource)}((uint8_t *)handle.__handle);"
    lines = ("#ifdef __wasm__", drop, "#else", "(void)handle;", "#endif")
    return HandleFunction(("/* Natively a borrow ends by itself */",), "", Definition(head, lines))


def borrow_drop(names: Names, resource: TypeDef, module: str) -> str:
    """The declaration of what drops a borrow on wasm: its own symbol, as there is nothing to do in a fused program."""
    linker_name = symbol(module, f"[borrow-drop]{resource.name}")
    attributes = ", ".join(map(c_string, (linker_name, *import_name(module, drop_name(resource.name)))))
    return f"extern void {names.private('drop_borrow', resource)}(uint8_t *handle) SB_IMPORT({attributes});"


def own_resource(names: Names, resource: TypeDef, module: str, interface: Interface, local: list[str]) -> ResourceView:
    """What the component has for a resource it makes; ``local`` are the prototypes of its methods, in WIT's order."""
    own, rep = names.type(Handle(resource, owned=True)), names.definition(resource)
    new, look, drop = (names.of_resource(resource, what) for what in ("new", "rep", "drop_own"))
    private = {what: names.private(what, resource) for what in ("new", "rep", "drop", "own", "object", "operations")}
    place = wit_place(module, drop_name(resource.name))
    dropping = Speller(names, Subroutines(), Frame()).block(drop_glue(resource, SYMMETRIC, place).body)
    checked = "(uint8_t *handle, const char *where)"
    heads = {
        "own": f"static inline __attribute__((unused)) uint8_t *{private['own']}{checked}",
        "object": f"static inline __attribute__((unused)) {rep} *{private['object']}{checked}",
    }
    made = f"sb_box_new(&_boxes, &{private['operations']}.head, rep, {c_string(new)})"
    return ResourceView(
        wit_place(module, resource.name),
        (
            *doc_lines(f"Handles of `{resource.name}`, each for an object of yours"),
            f"extern {own} {new}({rep} *rep);",
            f"extern {rep} *{look}({own} handle);",
            f"extern void {drop}({own} handle);",
        ),
        _table(names, resource, interface, private, local),
        (
            Definition(f"static void {private['drop']}(uint8_t *{core_param(0)})", tuple(dropping)),
            Definition(f"static uint8_t *{private['new']}(void *rep)", (f"return (uint8_t *){made};",)),
            Definition(heads["own"], (f"return sb_own_handle(handle, &{private['operations']}.head, where);",)),
            Definition(heads["object"], (f"return ({rep} *)sb_rep({private['own']}(handle, where));",)),
        ),
        tuple(_intrinsics(resource, module, private)),
        (
            Definition(heads["own"], ("(void)where;", "return handle;")),
            Definition(heads["object"], ("(void)where;", f"return ({rep} *){private['rep']}(handle);")),
        ),
        (
            Definition(
                f"{own} {new}({rep} *rep)", (f"return SB_LITERAL({own}){{(sb_handle_t){private['new']}(rep)}};",)
            ),
            Definition(
                f"{rep} *{look}({own} handle)",
                (f"return {private['object']}((uint8_t *)handle.__handle, {c_string(look)});",),
            ),
            Definition(f"void {drop}({own} handle)", (f"{private['drop']}((uint8_t *)handle.__handle);",)),
        ),
    )


def _table(
    names: Names, resource: TypeDef, interface: Interface, private: dict[str, str], local: list[str]
) -> tuple[str, ...]:
    """The operations table and what it refers to.

    Its functions are the component's own by any linker: an exported symbol may be bound to another component's.
    """
    prefix = names.prefix(resource.owner)
    methods = [local_name(names.function(prefix, f.name)) for f in methods_of(interface, resource)]
    digest = resource_hash(interface, resource).hex()
    halves = [", ".join(f"0x{digest[i : i + 2]}" for i in range(at, at + 32, 2)) for at in (0, 32)]
    component = c_string(names.component)
    lines = [f"static void {private['drop']}(uint8_t *{core_param(0)});", *(f"static {head};" for head in local)]
    lines += ["", "static const struct {", "  sb_operations head;"]
    if methods:
        lines.append(f"  sb_method methods[{len(methods)}];")
    lines += [
        f"}} {private['operations']} = {{",
        f"    {{sizeof {private['operations']}, {ABI_VERSION},",
        f"     {{{halves[0]},",
        f"      {halves[1]}}},",
        f"     {component}, {private['drop']}}},",
    ]
    if methods:
        lines.append(f"    {{{', '.join(f'(sb_method){m}' for m in methods)}}},")
    return (*lines, "};")


def _intrinsics(resource: TypeDef, module: str, private: dict[str, str]) -> Iterator[str]:
    """CanonicalABI.md: ``resource.new``, ``resource.rep`` and ``resource.drop`` of the component's own resource."""
    module = f"[export]{module}"
    for what, head in (
        ("new", f"uint8_t *{private['new']}(void *rep)"),
        ("rep", f"void *{private['rep']}(uint8_t *handle)"),
        ("drop", f"void {private['drop']}(uint8_t *handle)"),
    ):
        name = f"[resource-{what}]{resource.name}"
        yield f"extern {head} SB_IMPORT({', '.join(map(c_string, (symbol(module, name), module, name)))});"


def drop_export(names: Names, resource: TypeDef, linker_name: str) -> Definition:
    """The symmetric ABI's ``[resource-drop]``."""
    head = core_head(linker_name, core_signature(drop_function(resource), SYMMETRIC), named=True)
    line = f"{names.private('drop', resource)}({core_param(0)});"
    return Definition(head, (line,), f"{head} SB_EXPORT({c_string(linker_name)});")


def dtor_export(names: Names, resource: TypeDef, module: str) -> tuple[Definition, ...]:
    """The Canonical ABI's ``[dtor]``."""
    name = dtor_name(resource.name)
    glue = drop_glue(resource, CANONICAL_EXPORT, "")
    destructor = names.of_resource(resource, "destructor")
    lines = Speller(names, Subroutines(), Frame()).block(glue.body)
    head = core_head(f"_canonical_{destructor}", glue.signature, named=True)
    return canonical_definitions(module, name, head, destructor, tuple(lines), ())


def local_name(user: str) -> str:
    """A method's glue under a name of the component's own."""
    return f"_local_{user}"
