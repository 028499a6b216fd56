"""Which WIT item each C identifier stands for: types, functions and macros share one space of names in a C file.

wit-bindgen's names are not injective (type ``x`` and function ``x-t`` of one interface meet), so what meets is found
here, and told in the author's words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from symbuild.abi.resources import resources_in
from symbuild.bindings.c.names import Names
from symbuild.errors import Finding, Findings
from symbuild.frozen import frozen
from symbuild.model.types import Text, Type, TypeDef
from symbuild.model.world import WORLD_OWNER, World, export_owner, import_owner

# What a prefix, a name and `_t` can make that the headers included by generated code have too.
_C_LIBRARY = re.compile(
    r"u?int_(?:fast|least)(?:8|16|32|64)_t|U?INT_(?:FAST|LEAST)(?:8|16|32|64)_(?:MAX|MIN)|max_align_t"
    r"|aligned_alloc|at_quick_exit|quick_exit"
)
_RUNTIME = ("sb_", "SB_")

# Generated code includes these, or what it includes does: a file of that name beside it would be taken instead.
_HEADERS = frozenset(
    ["features", "stdarg", "stdbool", "stddef", "stdint", "stdio", "stdlib", "string", "symbuild", "uchar"]
)


@frozen
class Claim:
    """One WIT item: ``owner`` is the world's item that has it (``import ns:pkg/iface``), or empty for a type of none.

    ``role`` goes before its name: what it is, or what of it the identifier stands for.
    """

    owner: str
    what: str | Type
    role: str = ""

    def __str__(self) -> str:
        from symbuild.model.show import type_text  # only errors need it

        what = f"`{self.what}`" if isinstance(self.what, str) else f"type `{type_text(self.what)}`"
        return f"{self.role} {what}".strip() + (f" of {self.owner}" if self.owner else "")


class Claims:
    """Collects the identifiers of one world's bindings; two items that claim one are a finding."""

    def __init__(self, world: str) -> None:
        self.world = world
        self._claims: dict[str, Claim] = {}
        # By owners: where two prefixes meet, much does, and one of the clashes tells enough.
        self._clashes: dict[tuple[str, str], list[str]] = {}

    def claim(self, name: str, claim: Claim) -> bool:
        """Take ``name`` for an item. False where that cannot be, which :meth:`settle` reports."""
        first = self._claims.setdefault(name, claim)
        if first is not claim:
            clash = f"{first} and {claim} have the same C name `{name}`"
        elif reserved := _reserved(name):
            clash = f"{claim} has the C name `{name}`, which belongs to {reserved}"
        else:
            return True
        self._clashes.setdefault((first.owner, claim.owner), []).append(clash)
        return False

    def settle(self) -> None:
        """Raise Findings if identifiers met."""
        findings = [self._finding(owners, clashes) for owners, clashes in self._clashes.items()]
        if findings:
            raise Findings(findings)

    def _finding(self, owners: tuple[str, str], clashes: list[str]) -> Finding:
        more = f" (as do {len(clashes) - 1} more of their names)" if len(clashes) > 1 else ""
        keys = [owner.split(" ", 1)[1] for owner in owners if owner.startswith(("import ", "export "))]
        # Within one interface another prefix would change both names.
        helps = keys and owners[0] != owners[1] and all(owners)
        other = f", or give an interface another prefix: `--rename {keys[-1]}=…`" if helps else ""
        return Finding(f"{clashes[0]}{more}", f"world {self.world}", f"rename one of them{other}")


def claim_fixed(world: World, names: Names, claims: Claims) -> None:
    """Claim what follows from the world alone: functions, string helpers, tables. Types are claimed as they are met."""
    if names.world in _HEADERS:
        what = f"the header of world `{world.name}` would take the place of `<{names.world}.h>`"
        raise Findings([Finding(what, f"world {world.id}", "give the world another name")])
    for suffix in ("_t", "_set", "_dup", "_dup_n", "_free", *(["_len"] if names.options.utf16 else [])):
        claims.claim(f"{names.world}_string{suffix}", Claim("", Text(), "a helper of"))
    sides = [(import_owner(i.key), names.prefix(import_owner(i.key)), i.interface.functions) for i in world.imports]
    sides += [(export_owner(i.key), names.prefix(export_owner(i.key)), i.interface.functions) for i in world.exports]
    sides.append((WORLD_OWNER, names.world, world.imported_functions))
    sides.append((WORLD_OWNER, f"exports_{names.world}", world.exported_functions))
    for owner, prefix, functions in sides:
        for f in functions:
            claims.claim(names.function(prefix, f.name), Claim(owner, f.name, "function"))
    for owner, types, imported in _resource_owners(world):
        for resource in resources_in(types):
            for name in _resource_functions(names, resource, imported=imported):
                claims.claim(name, Claim(owner, resource.name, "a function for handles of"))
    for item in world.imports:
        if item.key in names.options.dynamic:
            owner = import_owner(item.key)
            for suffix in ("_table", "_table_t", "_bind"):
                claims.claim(f"{names.prefix(owner)}{suffix}", Claim(owner, "--dynamic", "the table for"))


def _resource_owners(world: World) -> Iterator[tuple[str, tuple[TypeDef, ...], bool]]:
    for item in world.imports:
        yield import_owner(item.key), item.interface.types, True
    for item in world.exports:
        yield export_owner(item.key), item.interface.types, False
    yield WORLD_OWNER, world.types, True


def _resource_functions(names: Names, resource: TypeDef, *, imported: bool) -> Iterator[str]:
    if imported:
        yield names.of_resource(resource, "drop_own")
        yield names.borrow_function(resource)
        if not names.options.autodrop:
            yield names.of_resource(resource, "drop_borrow")
    else:
        for what in ("new", "rep", "drop_own", "destructor"):
            yield names.of_resource(resource, what)


def _reserved(name: str) -> str | None:
    if name.startswith(_RUNTIME):
        return "symbuild.h"
    return "the C library" if _C_LIBRARY.fullmatch(name) else None
