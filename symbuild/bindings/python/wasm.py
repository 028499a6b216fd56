"""``_glue.py`` of a package on wasm: a function for each that the component's core module exports."""

from __future__ import annotations

from dataclasses import replace

from symbuild.abi.convention import CANONICAL_EXPORT
from symbuild.abi.flatten import core_signature
from symbuild.abi.glue import import_glue
from symbuild.abi.mangle import export_name, post_return_name
from symbuild.abi.nodes import Return, Var
from symbuild.abi.resources import handles_in
from symbuild.abi.symbols import Linkage
from symbuild.abi.walk import Subroutines, owns_memory
from symbuild.bindings.c_family.view import wit_place
from symbuild.bindings.python.buffers import returns_buffer
from symbuild.bindings.python.native import TRAITS, argument_names, exposed_name
from symbuild.bindings.python.types import Types, is_method
from symbuild.bindings.python.wasm_provided import provided_functions, resource_rows
from symbuild.bindings.python.wasm_speller import Frame, WasmSpeller, indent
from symbuild.frozen import frozen
from symbuild.model.types import Named, Resource, Sum, shape
from symbuild.model.world import Function


@frozen
class CoreView:
    """A core function: the variable of it, and what it is made with."""

    name: str
    args: str


@frozen
class WasmView:
    """What ``wasm.py.j2`` prints. Functions and subroutines are lines; ``resources`` are interface and name of each,
    ``provided`` the component's imports that Python objects provide, of which ``providers`` has a place for each, and
    ``objects`` the resources among them."""

    world: str
    resources: tuple[str, ...]
    cores: tuple[CoreView, ...]
    subroutines: tuple[tuple[str, ...], ...]
    functions: tuple[tuple[str, ...], ...]
    provided: tuple[tuple[str, ...], ...]
    providers: str
    objects: tuple[str, ...]


def wasm_view(types: Types, release_gil: frozenset[str]) -> WasmView:
    """The module's source. ``release_gil``: functions during which other threads may run Python."""
    subroutines = Subroutines()
    functions = tuple(tuple(_function(i, each, types, subroutines)) for i, each in enumerate(types.exports))
    provided = tuple(provided_functions(types, subroutines))
    bodies = subroutines.bodies.values()
    return WasmView(
        world=types.world.id,
        resources=tuple(_resources(types)),
        cores=tuple(_core(i, each, release_gil) for i, each in enumerate(types.exports)),
        subroutines=tuple(tuple(WasmSpeller(types, Frame()).subroutine(body)) for body in bodies),
        functions=functions,
        provided=provided,
        providers=f"[{', '.join(['None'] * len(types.provided))}]",
        objects=tuple(resource_rows(types)),
    )


def _resources(types: Types) -> list[str]:
    """The resources that the component makes."""
    return [
        f'("{item.key}", "{definition.name}"),'
        for item in types.world.exports
        for definition in item.interface.types
        if isinstance(definition.body, Resource)
    ]


def _core(index: int, each: Linkage, release_gil: frozenset[str]) -> CoreView:
    f, place = each.declared, wit_place(each.module, each.function)
    signature = core_signature(f, CANONICAL_EXPORT)
    post = post_return_name(each.module, each.function) if f.result and owns_memory(f.result) else ""
    releases = not release_gil.isdisjoint((place, "*"))
    args = (export_name(each.module, each.function), " ".join(signature.params), signature.result or "", place, post)
    spelled = ", ".join(f'"{arg}"' for arg in args)
    return CoreView(f"_export{index}", f"{spelled}, releases=True" if releases else spelled)


def _function(index: int, each: Linkage, types: Types, subroutines: Subroutines) -> list[str]:
    place, f = wit_place(each.module, each.function), each.declared
    result = shape(f.result) if f.result else None
    raises = isinstance(result, Sum) and result.sugar == "result"
    if raises:
        # Read here and not in a subroutine: an error is raised, so there is no value of the type.
        f = replace(f, result=result)
    glue = import_glue(f, CANONICAL_EXPORT, TRAITS, subroutines, place)
    left = glue.body[-1]
    assert isinstance(left, Return)
    handles = [handle for p in f.params for handle in handles_in(p.type)]
    frame = Frame(
        core=f"_export{index}",
        enters=_needs_memory(f),
        gives=any(handle.owned for handle in handles),
        raises=left.value.name if raises and isinstance(left.value, Var) else None,
        owns=returns_buffer(types, each),
    )
    body = WasmSpeller(types, frame).block(glue.body)
    if handles:
        body = [f'with Handles(_component, "{place}") as _call:', *indent(body)]
    params = ", ".join([*(f"_a{i}" for i in range(len(f.params))), *(["/"] if f.params else [])])
    where = [f'_where = "{place}"'] if any(_says_where(line) for line in body) else []
    own = ("self",) if is_method(each) else ()
    shown = [f'"{name}"' for name in (exposed_name(each, types), *own, *argument_names(each))]
    if is_method(each):
        assert each.declared.resource is not None
        shown.append(f"method_of={types.number(Named(each.declared.resource))}")
    return [
        f"@_exposed({', '.join(shown)})",
        f"def _call{index}({params}):",
        *indent([*where, *body]),
    ]


def _says_where(line: str) -> bool:
    return "_where" in line


def _needs_memory(f: Function) -> bool:
    """Whether a call passes blocks, or reads more than one core value."""
    signature = core_signature(f, CANONICAL_EXPORT)
    return "ptr" in (*signature.params, signature.result) or any(owns_memory(p.type) for p in f.params)
