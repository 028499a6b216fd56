"""Which undefined symbol of a component's file each import of its world is.

A file does not say which label went to which provider. Items that import the same interface are paired with the
providers it is taken from in a fixed order, the same for proxy and host: both ends of a call agree, which is enough.
Nor does it say which of a world's own functions is bound to one of another name, as compositions may; where one import
and one such symbol are left over, they belong together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from symbuild.abi.mangle import ROOT, encode, symbol
from symbuild.abi.resources import is_drop
from symbuild.abi.symbols import Linkage, exports_of, imports_of
from symbuild.frozen import frozen
from symbuild.model.world import World


@frozen
class Reference:
    """An undefined symbol of a component's file, without its version.

    ``provider`` is the soname of the library that it is bound to; None for what the loading process provides. ``node``
    is the version it asks for, if it asks for one.
    """

    symbol: str
    provider: str | None
    node: str | None = None


@frozen
class Import:
    """An imported function; ``number`` is its own in the border.

    ``reference`` is None where the component's file has none. A drop function is called all the same.
    """

    linkage: Linkage
    number: int
    reference: Reference | None

    @property
    def is_called(self) -> bool:
        """Whether a call of it can come out of the host."""
        return self.reference is not None or is_drop(self.linkage.declared)


def wired(world: World, references: Sequence[Reference]) -> tuple[Import, ...]:
    """The world's imported functions with the references that are theirs, numbered behind its exported ones."""
    imports = imports_of(world)
    symbols = {symbol_of(linkage) for linkage in imports}
    known = sorted({r for r in references if r.symbol in symbols}, key=_order)
    units: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for linkage in imports:
        units[_unit(linkage)][linkage.module].add(symbol_of(linkage))
    found = {
        (module, reference.symbol): reference
        for modules in units.values()
        for module, reference in _paired(modules, known)
    }
    missing = [linkage for linkage in imports if linkage.module == ROOT and (ROOT, linkage.symbol) not in found]
    renamed = [r for r in references if r.symbol not in symbols and r.symbol.startswith(symbol(ROOT, ""))]
    if len(missing) == len(renamed) == 1:
        found[ROOT, missing[0].symbol] = renamed[0]
    start = len(exports_of(world))
    return tuple(
        Import(linkage, number, found.get((linkage.module, symbol_of(linkage))))
        for number, linkage in enumerate(imports, start)
    )


def symbol_of(linkage: Linkage) -> str:
    """The symbol that an import's provider defines: of the interface itself where the item has a label."""
    if linkage.interface is None or linkage.interface.id is None:
        return linkage.symbol
    return encode(linkage.interface.id) + linkage.symbol.removeprefix(encode(linkage.module))


def _unit(linkage: Linkage) -> str:
    return (linkage.interface and linkage.interface.id) or linkage.module


def _order(reference: Reference) -> tuple[str, str, str]:
    return reference.node or "", reference.provider or "", reference.symbol


def _paired(modules: dict[str, set[str]], known: list[Reference]) -> Iterator[tuple[str, Reference]]:
    """The references of each of the items that import one interface."""
    symbols = set[str]().union(*modules.values())
    own = [reference for reference in known if reference.symbol in symbols]
    if len(modules) == 1:
        yield from ((module, reference) for module in modules for reference in own)
        return
    bindings = dict.fromkeys((reference.provider, reference.node) for reference in own)
    for module, binding in zip(modules, bindings, strict=False):
        # A handle may come back by another item's functions, so that each item has all that any of them refers to.
        yield from ((module, Reference(symbol, *binding)) for symbol in sorted({r.symbol for r in own}))
