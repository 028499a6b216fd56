"""Which symbols a world means: what its component defines and what it may call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from symbuild.abi.convention import SYMMETRIC
from symbuild.abi.flatten import CoreSignature, core_signature
from symbuild.abi.mangle import ROOT, bound_symbol, collisions, symbol
from symbuild.abi.passing import Passing, passing_of
from symbuild.abi.resources import drop_function, resources_in
from symbuild.errors import Finding, Findings
from symbuild.frozen import frozen
from symbuild.model.world import Function, Interface, InterfaceItem, World


@frozen
class Linkage:
    """One function at the symmetric ABI.

    ``module`` is an interface id, a label or ``$root``. ``symbol`` is what the linker sees between components;
    ``reference`` what this component's own code calls: a private name where the link step binds it to a provider
    (symmetric-abi.md, sections 1 and 6), else the symbol itself. ``declared`` is the function as WIT has it.
    """

    module: str
    function: str
    symbol: str
    reference: str
    signature: CoreSignature
    interface: Interface | None
    passing: Passing
    declared: Function


def exports_of(world: World) -> tuple[Linkage, ...]:
    """Every function the component must define."""
    return tuple(_linkages(world.exports, world.exported_functions, frozenset(), frozenset()))


def imports_of(world: World) -> tuple[Linkage, ...]:
    """Every function the component may call."""
    # A world's own resources are imports, as WIT cannot define them elsewhere.
    functions = (*world.imported_functions, *map(drop_function, resources_in(world.types)))
    return tuple(_linkages(world.imports, functions, bound_keys(world), bound_functions(world)))


def require_distinct(world: World) -> None:
    """Raise Findings where two functions of the world share a symbol, which only names in capitals can."""
    items = (*world.imports, *world.exports)
    functions = [f for item in items for f in item.interface.functions]
    names = [item.key for item in items]
    names += (f.name for f in (*functions, *world.imported_functions, *world.exported_functions))
    if all(name == name.lower() for name in names):
        return
    met = collisions((each.module, each.function, each.symbol) for each in (*imports_of(world), *exports_of(world)))
    if met:
        place = f"world {world.id}"
        raise Findings(
            [Finding(f"`{one}` and `{other}` have the same symbol `{s}`", place, "rename one") for s, one, other in met]
        )


def bound_keys(world: World) -> frozenset[str]:
    """Imports whose references get a private name: of interfaces that stand in the world more than once, and labels.

    A second item is an export of the interface, or an import of it under a label, which may have another provider.
    """
    ids = Counter(item.interface.id for item in (*world.imports, *world.exports))
    return frozenset(item.key for item in world.imports if item.label or ids[item.interface.id] > 1)


def bound_functions(world: World) -> frozenset[str]:
    """The world's own functions that it imports and also exports: a plain reference would mean the component itself."""
    return frozenset(f.name for f in world.imported_functions) & {f.name for f in world.exported_functions}


def functions_of(interface: Interface) -> Iterator[Function]:
    """The interface's functions, then the drop function of each resource it defines."""
    yield from interface.functions
    yield from map(drop_function, resources_in(interface.types))


def _linkages(
    items: tuple[InterfaceItem, ...],
    functions: tuple[Function, ...],
    bound_items: frozenset[str],
    bound_names: frozenset[str],
) -> Iterator[Linkage]:
    for item in items:
        for f in functions_of(item.interface):
            yield _linkage(item.key, f, item.interface, bound=item.key in bound_items)
    for f in functions:
        yield _linkage(ROOT, f, None, bound=f.name in bound_names)


def _linkage(module: str, f: Function, interface: Interface | None, *, bound: bool) -> Linkage:
    name = symbol(module, f.name, is_async=f.is_async)
    reference = bound_symbol(name) if bound else name
    return Linkage(module, f.name, name, reference, core_signature(f, SYMMETRIC), interface, passing_of(f), f)
