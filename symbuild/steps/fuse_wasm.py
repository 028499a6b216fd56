"""Fusion on wasm: one memory, one table, direct calls inside; the Canonical ABI at the border of the whole.

An object for wasm holds both ABIs (symmetric-abi.md, section 10): canonical exports, and under the symbol by which
importers know a function its symmetric definition. So inside, imports are led to the latter, and only the exports of
the whole stay exports. What the host does for resources is left to it where they are seen from outside; the table of
others is in the file itself, by the runtime that native components have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import assert_never

from symbuild.abi.flatten import CoreSignature
from symbuild.abi.mangle import drop_name, dtor_name, encode, export_name, import_name, post_return_name
from symbuild.abi.resources import handles_in
from symbuild.errors import Finding, Findings
from symbuild.frozen import frozen, nominal
from symbuild.model.types import Resource, holds_text, origin
from symbuild.model.world import Function, World
from symbuild.steps.bind import declared, result_type
from symbuild.steps.fuse import Fusion, Names, Part, rewritten
from symbuild.steps.fuse_parts import REALLOC, Fused
from symbuild.steps.objects.model import Changes, Import

# The name by which bindings drop a borrow: not that of the drop of an own handle, so that it can be led to nothing.
_BORROW_DROP = encode("[borrow-drop]")
_OWN = "[export]"
_CONSTRUCTORS = "__wasm_call_ctors"
# The flag of Rust's runtime, which has no weak symbols (``symbuild/runtime/rust/src/value.rs``).
_CRATE_CHECKS = "sb_crate_checks"


@frozen
class Table:
    """The handles of a resource that is seen inside only. ``dtor`` is what ends an object, None where nothing does."""

    component: str
    interface: str
    resource: str
    dtor: str | None

    def symbol(self, what: str) -> str:
        """Of one of the three functions: ``new``, ``rep``, ``drop``."""
        return f"sb_fused_{what}_{encode(self.component)}X00{encode(self.interface)}X00{encode(self.resource)}"


@frozen
class Forward:
    """A function that calls another one, or does nothing."""

    symbol: str
    target: str | None
    signature: CoreSignature


@frozen
class Checks:
    """What makes a crate check values as it does natively: ``symbol`` is its flag."""

    symbol: str


Glue = Table | Forward | Checks


@nominal
class Module:
    """What is linked to one module: the parts under their new names; the C source of what the host does not do for
    them; and the names that the linker has to be told to export, as their objects do not say it."""

    parts: tuple[Part, ...]
    source: str
    exports: tuple[str, ...]


def fuse_module(fused: Fused) -> Module:
    """The names, handles and exports of a fused module. Raises Findings for what cannot be fused."""
    findings = [f for part in fused.fusion.parts for f in _unsound(part, fused)]
    if findings:
        raise Findings(findings)
    outer_first = sorted(fused.fusion.parts, key=lambda part: not part.is_outer)
    allocating = next((part.name for part in outer_first if REALLOC in part.defined), None)
    symbols = partial(_canonical_symbols, allocating=allocating)
    fusion = Fusion(fused.fusion.parts, fused.fusion.edges, fused.fusion.open_references, symbols)
    glue: list[Glue] = []

    def border(part: Part, names: Names) -> Changes:
        own = () if part.is_outer else tuple(_tables(part, fused.worlds[part.name], names))
        led = (*_led_imports(part, names, fusion), *_led_constructors(part, names))
        flags = (Checks(names.definition(part, _CRATE_CHECKS)),) if _CRATE_CHECKS in part.defined else ()
        glue.extend((*flags, *own, *(each for _, _, each in led if each)))
        new_names = {old: new for old, new, _ in led} | dict(_led_intrinsics(part, own))
        exported = {e.name for o in part.objects for e in o.exports if part.is_outer} - {REALLOC}
        return Changes(new_names, exports=frozenset(exported | ({REALLOC} if part.name == allocating else set())))

    parts = rewritten(fusion, border)
    exports = sorted(name for part in fusion.parts for name in symbols(part))
    return Module(parts, _source(glue, is_utf8=bool(fused.wide) and fused.string_encoding == "utf8"), tuple(exports))


def _canonical_symbols(part: Part, allocating: str | None) -> frozenset[str]:
    """Canonical exports of which the name is the symbol's: Rust has no other way to say it."""
    ports = part.component.exports if part.is_outer else ()
    canonical = {name for p in ports for name in _export_names(p.module, p.function)}
    canonical |= {REALLOC} if part.name == allocating else set()
    return part.defined.intersection(canonical) - {e.name for o in part.objects for e in o.exports}


def _export_names(module: str, function: str) -> tuple[str, ...]:
    resource = function.removeprefix(drop_name(""))
    if resource != function:
        return (export_name(module, dtor_name(resource)),)
    return export_name(module, function), post_return_name(module, function)


# ---- imports ---------------------------------------------------------------------------------------------------------
def _led_imports(part: Part, names: Names, fusion: Fusion) -> Iterator[tuple[str, str, Glue | None]]:
    """Old and new name of each import, by the names that the host knows: symbols are each language's own.

    No object may have a name twice. So a second import that is led to the same function, by another label, and each
    drop of a borrow get functions of their own.
    """
    bound = {edge.wanted.symbol: edge for edge in fusion.edges if edge.importer == part.name}
    ports = {import_name(port.module, port.function): port for port in part.component.imports}
    defined, taken = part.defined, set[str]()
    for imported in sorted({i for i in _imports_of(part) if i.symbol not in defined}, key=lambda i: i.symbol):
        port = ports.get((imported.module, imported.name))
        edge = bound.get(port.symbol) if port else None
        if port is None or (edge is None and _BORROW_DROP in imported.symbol):
            continue
        own = names.private(part, f"sb_fused_{imported.symbol}")
        if edge is None:
            # One import of the whole, whichever components have it.
            new, glue = port.symbol, None
        elif _BORROW_DROP in imported.symbol:
            new, glue = own, Forward(own, None, port.signature)
        else:
            target = names.definition(fusion.part(edge.provider), edge.offered.symbol)
            again = target in taken
            new, glue = (own, Forward(own, target, port.signature)) if again else (target, None)
        taken.add(new)
        yield imported.symbol, new, glue


def _led_constructors(part: Part, names: Names) -> Iterator[tuple[str, str, Glue | None]]:
    """Who asks for the constructors gets nothing: they have run before anything is called.

    Rust's library may ask, once. A linker that sees it takes them for taken care of, and older C libraries do not.
    """
    if _CONSTRUCTORS in part.wanted:
        own = names.private(part, f"sb_fused_{_CONSTRUCTORS}")
        yield _CONSTRUCTORS, own, Forward(own, None, CoreSignature((), None))


def _led_intrinsics(part: Part, tables: Iterable[Table]) -> Iterator[tuple[str, str]]:
    own = {(f"{_OWN}{t.interface}", f"[resource-{what}]{t.resource}"): t.symbol(what) for t in tables for what in _DONE}
    for imported in _imports_of(part):
        if (symbol := own.get((imported.module, imported.name))) is not None:
            yield imported.symbol, symbol


_DONE = ("new", "rep", "drop")


def _imports_of(part: Part) -> Iterator[Import]:
    return (imported for object in part.objects for imported in object.imports)


# ---- handles that are seen inside only -------------------------------------------------------------------------------
def _tables(part: Part, world: World, names: Names) -> Iterator[Table]:
    dtors = {name: name for name in part.defined}  # Rust has symbols so called
    dtors |= {export.name: export.symbol for object in part.objects for export in object.exports}
    for item in world.exports:
        for definition in item.interface.types:
            if isinstance(definition.body, Resource):
                dtor = dtors.get(export_name(item.key, dtor_name(definition.name)))
                ends = names.definition(part, dtor) if dtor else None
                yield Table(part.name, item.key, definition.name, ends)


_HEAD = """\
/* Generated by symbuild: what stands between the components of a fused module. */
#include "symbuild.h"

const char sb_checks_here = 1;
"""
_UTF8 = """\

const char sb_utf8_here = 1;
"""
# Before all other initialisers: those may call.
_CHECKS = """\

extern _Bool checks{i} SB_SYMBOL("{symbol}");
__attribute__((constructor(101))) static void check{i}(void) {{ checks{i} = 1; }}
"""
_TABLE = """\

/* {interface}#{resource} of {component} */
static sb_boxes boxes{i};
static const sb_operations table{i} = {{sizeof table{i}, 1, {{0}}, "{component}", NULL}};
{declared}uint8_t *new{i}(void *rep) SB_SYMBOL("{new}");
void *rep{i}(uint8_t *handle) SB_SYMBOL("{rep}");
void drop{i}(uint8_t *handle) SB_SYMBOL("{drop}");

uint8_t *new{i}(void *rep) {{ return (uint8_t *)sb_box_new(&boxes{i}, &table{i}, rep, "{interface}#{resource}"); }}

void *rep{i}(uint8_t *handle) {{ return sb_rep(sb_own_handle(handle, &table{i}, "{interface}#{resource}")); }}

void drop{i}(uint8_t *handle) {{
  void *object = rep{i}(handle);
  sb_box_drop(&boxes{i}, (sb_box *)(void *)handle);
  {ended};
}}
"""


def _source(glue: Iterable[Glue], *, is_utf8: bool) -> str:
    """What the host does for resources and checks of values, done inside; and second names.

    ``is_utf8``: bindings whose strings are in UTF-16 convert them, as they do natively.
    """
    return _HEAD + (_UTF8 if is_utf8 else "") + "".join(_source_of(i, each) for i, each in enumerate(glue))


def _source_of(i: int, glue: Glue) -> str:
    match glue:
        case Table():
            return _table_source(i, glue)
        case Forward():
            return _forward_source(i, glue)
        case Checks(symbol):
            return _CHECKS.format(i=i, symbol=symbol)
        case unknown:
            assert_never(unknown)


def _forward_source(i: int, forward: Forward) -> str:
    signature = forward.signature
    result = result_type(signature)
    params = ", ".join(declared(core, f"p{n}") for n, core in enumerate(signature.params)) or "void"
    head = f'\n{result}forward{i}({params}) SB_SYMBOL("{forward.symbol}");\n'
    if forward.target is None:
        unused = "".join(f" (void)p{n};" for n in range(len(signature.params)))
        return f"{head}{result}forward{i}({params}) {{{unused} }}\n"
    args = ", ".join(f"p{n}" for n in range(len(signature.params)))
    call = f"{'return ' if signature.result else ''}target{i}({args});"
    target = f'extern {result}target{i}({params}) SB_SYMBOL("{forward.target}");\n'
    return f"{head}{target}{result}forward{i}({params}) {{ {call} }}\n"


def _table_source(i: int, table: Table) -> str:
    declared = f'extern void end{i}(void *object) SB_SYMBOL("{table.dtor}");\n' if table.dtor else ""
    return _TABLE.format(
        i=i,
        interface=table.interface,
        resource=table.resource,
        component=table.component,
        declared=declared,
        ended=f"end{i}(object)" if table.dtor else "(void)object",
        **{what: table.symbol(what) for what in _DONE},
    )


# ---- refusals --------------------------------------------------------------------------------------------------------
def _unsound(part: Part, fused: Fused) -> Iterator[Finding]:
    """What only holds where each component has handles of its own."""
    world = fused.worlds[part.name]
    edges = fused.fusion.edges
    met = {edge.wanted.unit for edge in edges if edge.importer == part.name}
    called = {edge.offered.wit for edge in edges if edge.provider == part.name}
    dropping = {i.module for i in _imports_of(part) if _BORROW_DROP in i.symbol}
    symbols = {port.symbol for port in part.component.exports}
    for missing in sorted(symbols & {edge.offered.symbol for edge in edges} - part.defined):
        what = f"`{part.name}` has no definition of `{missing}` for callers in one memory"
        yield Finding(what, help="generate its bindings with `--abi both`, or compose it")
    if part.is_outer and part.name in fused.wide and fused.string_encoding == "utf8":
        for wit, function in _exported(world):
            if any(map(holds_text, function.types)):
                what = f"`{part.name}` exports `{wit}` with strings in UTF-16, and others here have UTF-8"
                yield Finding(what, help="generate the bindings of all for one encoding, or compose them")
    for wit, function in _exported(world):
        for key, resource, owned in _imported_resources(function):
            if part.is_outer and key in met:
                what = f"`{part.name}` exports `{wit}`, which shows {resource} outside, whose provider is inside"
                yield Finding(what, help="compose the two instead")
            elif wit in called and key not in met and not owned and key in dropping:
                what = f"`{part.name}` is lent {resource} inside by `{wit}`, and would drop a handle of another's call"
                yield Finding(what, help="fuse the provider of the resource too, or compose")
    for unit, function in _imported(world):
        for key, resource, _ in _imported_resources(function):
            if unit not in met and key in met:
                what = f"`{part.name}` imports `{unit}` from outside, which takes {resource}, whose provider is inside"
                yield Finding(what, help="fuse the provider of both, or compose")


def _imported_resources(function: Function) -> Iterator[tuple[str, str, bool]]:
    """Resources of others in a function's values: the import that defines it, words for it, and whether it is owned."""
    handles = {(origin(handle.resource), handle.owned) for type in function.types for handle in handles_in(type)}
    for resource, owned in sorted(handles, key=lambda each: (each[0].owner, each[0].name, each[1])):
        side, _, key = resource.owner.partition(" ")
        if side == "import":
            yield key, f"`{resource.name}` of `{key}`", owned


def _imported(world: World) -> Iterator[tuple[str, Function]]:
    for item in world.imports:
        yield from ((item.key, function) for function in item.interface.functions)
    yield from ((function.name, function) for function in world.imported_functions)


def _exported(world: World) -> Iterator[tuple[str, Function]]:
    for item in world.exports:
        yield from ((export_name(item.key, function.name), function) for function in item.interface.functions)
    yield from ((function.name, function) for function in world.exported_functions)
