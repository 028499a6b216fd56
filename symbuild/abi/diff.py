"""What changed between two worlds, and whom each change breaks: those who call its exports, or those it calls.

Compared is what callers and callees must agree on (symmetric-abi.md, sections 1 to 3): symbols, the order of parts, and
types by their structure with the names of fields, cases and flags. Names of types and of parameters are no part of it,
nor is the order in which anything is declared. What is no part of it does not change an interface's hash either, and
everything else does (``interface_hash.py``), but for one thing: parameters of one type that changed places, which only
their names tell, and no hash.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Literal

from symbuild.abi.interface_hash import operations_text
from symbuild.abi.mangle import ROOT
from symbuild.abi.resources import drop_function, methods_of, resources_in
from symbuild.abi.symbols import functions_of
from symbuild.frozen import frozen
from symbuild.model.show import type_text
from symbuild.model.types import (
    Bits,
    Channel,
    FixedSeq,
    Handle,
    Named,
    Product,
    Resource,
    Scalar,
    Seq,
    Sum,
    Text,
    Type,
    TypeDef,
    origin,
    shape,
)
from symbuild.model.world import Function, Interface, InterfaceItem, Param, World

Side = Literal["import", "export"]
# Who cannot go on with what they have: callers of an export, or providers of an import. "splits providers": only who
# has two makers of a resource in one process, one built before and one after, which then refuse each other's handles.
# "compatible": nobody. "source": nobody that is built already, but source code may have to spell something anew.
Effect = Literal["breaks importers", "breaks providers", "splits providers", "compatible", "source"]

_BREAKS: dict[Side, Effect] = {"export": "breaks importers", "import": "breaks providers"}
# To add to exports, or to take from imports, leaves everybody what they need.
_ADDED: dict[Side, Effect] = {"export": "compatible", "import": "breaks providers"}
_REMOVED: dict[Side, Effect] = {"export": "breaks importers", "import": "compatible"}


@frozen
class Change:
    """One difference: the names on the way to it, from the side down to the part, and what became of that."""

    path: tuple[str, ...]
    what: str
    effect: Effect

    @property
    def breaking(self) -> bool:
        """Whether something that is built has to be built again."""
        return self.effect in _BREAKS.values()

    def __str__(self) -> str:
        return ": ".join((*self.path, self.what))


# Where below a function, what, and whether only source code is concerned.
_Found = tuple[tuple[str, ...], str, bool]
_Types = tuple[TypeDef, ...]


@frozen
class _Scope:
    """What is compared: the types that each of two interfaces defines.

    ``met`` are definitions that functions have in the same place, before and after.
    """

    old: _Types
    new: _Types
    met: set[tuple[TypeDef, TypeDef]]

    def afresh(self) -> _Scope:
        """The same, with nothing met yet."""
        return _Scope(self.old, self.new, set())


def compare(old: World, new: World) -> tuple[Change, ...]:
    """Every difference of two worlds, in the old one's order; on each level, what was added comes last."""
    changes = [Change(("world",), f"{old.id} became {new.id}", "source")] if old.id != new.id else []
    scope = _Scope(old.types, new.types, set())
    changes += _items("import", old.imports, new.imports, scope)
    changes += _items("export", old.exports, new.exports, scope)
    changes += _functions("import", "import ", old.imported_functions, new.imported_functions, scope)
    changes += _functions("export", "export ", old.exported_functions, new.exported_functions, scope)
    changes += _unused_types("world", scope)
    return tuple(changes)


def call_changes(importer: World, wanted: str, provider: World, offered: str, function: str) -> tuple[str, ...]:
    """What breaks a call of ``function`` between builds from two WITs, on the way from the importer's to the other.

    ``wanted`` is the importer's name for the interface, ``offered`` the provider's: an id, a label or ``$root``. Both
    have the function.
    """
    old, old_types = _imported(importer, wanted)
    new, new_types = _exported(provider, offered)
    one, other = (next(f for f in functions if f.name == function) for functions in (old, new))
    found = _function(one, other, _Scope(old_types, new_types, set()))
    return tuple(": ".join((*below, what)) for below, what, only_source in found if not only_source)


def _imported(world: World, module: str) -> tuple[Iterable[Function], _Types]:
    if module == ROOT:
        return (*world.imported_functions, *map(drop_function, resources_in(world.types))), world.types
    return _of_item(world.imports, module)


def _exported(world: World, module: str) -> tuple[Iterable[Function], _Types]:
    return (world.exported_functions, world.types) if module == ROOT else _of_item(world.exports, module)


def _of_item(items: Iterable[InterfaceItem], module: str) -> tuple[Iterable[Function], _Types]:
    interface = next(item.interface for item in items if item.key == module)
    return functions_of(interface), interface.types


# ---- interfaces ------------------------------------------------------------------------------------------------------
def _items(side: Side, old: Sequence[InterfaceItem], new: Sequence[InterfaceItem], world: _Scope) -> Iterator[Change]:
    left = {item.key: item for item in new}
    same = {item.key: left.pop(item.key) for item in old if item.key in left}
    for item in old:
        successor = same.get(item.key) or _other_version(item, left.values())
        if successor is None:
            yield Change((f"{side} {item.key}",), "removed", _REMOVED[side] if _is_linked(item) else "source")
            continue
        left.pop(successor.key, None)
        scope = _Scope(item.interface.types, successor.interface.types, world.met)
        changes = tuple(_item(side, item, successor, scope))
        yield from changes
        if side == "export":
            broken = {change.path[0] for change in changes if change.breaking}
            yield from _makers(f"export {item.key}", item.interface, successor.interface, broken)
    for item in left.values():
        yield Change((f"{side} {item.key}",), "added", _ADDED[side] if _is_linked(item) else "source")


def _item(side: Side, old: InterfaceItem, new: InterfaceItem, scope: _Scope) -> Iterator[Change]:
    place = f"{side} {old.key}"
    if old.key != new.key:
        was, now = _version(old.key) or "none", _version(new.key) or "none"
        yield Change((place,), f"version {was} became {now}", _BREAKS[side] if _is_linked(old) else "source")
    elif old.interface.id != new.interface.id:
        # Exported under a label, an interface is found by the label; imported, its provider is found by the id.
        what = f"interface {old.interface.id or 'inline'} became {new.interface.id or 'inline'}"
        yield Change((place,), what, _BREAKS[side] if side == "import" else "source")
    before, after = tuple(functions_of(old.interface)), tuple(functions_of(new.interface))
    yield from _functions(side, f"{place}#", before, after, scope)
    yield from _unused_types(place, scope)


def _makers(place: str, old: Interface, new: Interface, broken: Container[str]) -> Iterator[Change]:
    """Resources whose operations tables differ, though whoever calls their methods can go on.

    ``broken`` are the places of what importers cannot go on with.
    """
    successors = {resource.name: resource for resource in resources_in(new.types)}
    for resource in resources_in(old.types):
        successor = successors.get(resource.name)
        if not successor or any(f"{place}#{f.name}" in broken for f in methods_of(old, resource)):
            continue
        if operations_text(old, resource) != operations_text(new, successor):
            what = "providers from before and after refuse each other's handles"
            yield Change((place, f"resource {resource.name}"), what, "splits providers")


def _is_linked(item: InterfaceItem) -> bool:
    """Whether the interface means any symbol: one of types alone does not."""
    return any(functions_of(item.interface))


def _other_version(item: InterfaceItem, candidates: Iterable[InterfaceItem]) -> InterfaceItem | None:
    if item.label:
        return None
    name = item.key.partition("@")[0]
    return next((c for c in candidates if not c.label and c.key.partition("@")[0] == name), None)


def _version(key: str) -> str:
    return key.partition("@")[2]


def _unused_types(place: str, scope: _Scope) -> Iterator[Change]:
    """Changes of named types that no function's bytes show."""
    left = {definition.name: definition for definition in scope.new}
    for definition in scope.old:
        successor = left.pop(definition.name, None)
        path = (place, f"type {definition.name}")
        if successor is None:
            yield Change(path, "removed", "source")
        elif (definition, successor) not in scope.met and _differ(definition, successor, scope):
            yield Change(path, "changed, but no function uses it", "source")
    for definition in left.values():
        yield Change((place, f"type {definition.name}"), "added", "source")


def _differ(old: TypeDef, new: TypeDef, scope: _Scope) -> bool:
    if isinstance(origin(old).body, Resource) or isinstance(origin(new).body, Resource):
        return type(origin(old).body) is not type(origin(new).body)
    return any(_types(Named(old), Named(new), scope.afresh()))


# ---- functions -------------------------------------------------------------------------------------------------------
def _functions(
    side: Side, prefix: str, old: Sequence[Function], new: Sequence[Function], scope: _Scope
) -> Iterator[Change]:
    left = {f.name: f for f in new}
    for f in old:
        path = (prefix + f.name,)
        successor = left.pop(f.name, None)
        if successor is None:
            yield Change(path, "removed", _REMOVED[side])
            continue
        seen = scope.afresh()
        for below, what, only_source in _function(f, successor, seen):
            yield Change((*path, *below), what, "source" if only_source else _BREAKS[side])
        scope.met.update(seen.met)
    for f in left.values():
        yield Change((prefix + f.name,), "added", _ADDED[side])


def _function(old: Function, new: Function, scope: _Scope) -> Iterator[_Found]:
    if old.is_async != new.is_async:
        yield (), "became async" if new.is_async else "is no longer async", False
    yield from _params(old.params, new.params, scope)
    yield from _payload("result", old.result, new.result, scope)


def _params(old: Sequence[Param], new: Sequence[Param], scope: _Scope) -> Iterator[_Found]:
    before, after = [p.name for p in old], [p.name for p in new]
    # Callers go by position, so names alone change nothing for them, as long as each means the value it meant.
    moved = _moved(old, new, scope)
    if len(before) != len(after) or (moved and not _alike(old, new, scope)):
        yield from _named_parts("parameter", [(p.name, p.type) for p in old], [(p.name, p.type) for p in new], scope)
        return
    if moved:
        yield (), f"parameters of one type reordered: {', '.join(before)} became {', '.join(after)}", False
    for was, now in zip(old, new, strict=True):
        if was.name != now.name and not moved:
            yield (f"parameter {was.name}",), f"renamed to {now.name}", True
        yield from _under(f"parameter {was.name}", _types(was.type, now.type, scope))


def _moved(old: Sequence[Param], new: Sequence[Param], scope: _Scope) -> bool:
    """Whether a parameter is in another place than before, with its type."""
    places = {p.name: i for i, p in enumerate(new)}
    found = ((was, new[places[was.name]]) for i, was in enumerate(old) if places.get(was.name, i) != i)
    return any(_alike([was], [now], scope) for was, now in found)


def _alike(old: Sequence[Param], new: Sequence[Param], scope: _Scope) -> bool:
    """Whether the types are the same in each place."""
    pairs = zip(old, new, strict=True)
    return not any(any(_types(was.type, now.type, scope.afresh())) for was, now in pairs)


# ---- types -----------------------------------------------------------------------------------------------------------
def _types(old: Type, new: Type, scope: _Scope) -> Iterator[_Found]:
    """What changed from one type to another, each pair of definitions once."""
    names, successors = _names(old), _names(new)
    if names and successors:
        if (names[-1], successors[-1]) in scope.met:
            return
        scope.met.update((a, b) for a in names for b in successors)
    found = _shapes(old, new, scope)
    match names, successors:
        case [], []:
            yield from found
        case [was, *_], [now, *_] if was.name == now.name:
            yield from _under(_title(was), found)
        case _ if any(found):
            # Another type has come in its place: how the two differ is no news.
            yield (), f"{type_text(old)} became {type_text(new)}", False


def _names(t: Type) -> list[TypeDef]:
    """The definitions behind a type's name: its alias's first, the one with the structure last."""
    found = []
    while isinstance(t, Named):
        found.append(t.definition)
        assert not isinstance(t.definition.body, Resource), "a value is of a handle's type"
        t = t.definition.body
    return found


def _title(definition: TypeDef) -> str:
    match shape(Named(definition)):
        case Product(_, "record") | Sum(_, "variant" | "enum") as of:
            return f"{of.sugar} {definition.name}"
        case Bits():
            return f"flags {definition.name}"
        case _:
            return f"type {definition.name}"


def _shapes(old: Type, new: Type, scope: _Scope) -> Iterator[_Found]:
    match shape(old), shape(new):
        case (Scalar() | Text() as a, b) if a == b:
            pass
        case Seq(elem, sugar), Seq(to, now) if sugar == now:
            yield from _under("entry" if sugar == "map" else "element", _types(elem, to, scope))
        case FixedSeq(elem, count), FixedSeq(to, counted):
            if count != counted:
                yield (), f"length {count} became {counted}", False
            yield from _under("element", _types(elem, to, scope))
        case Product(fields, sugar), Product(to, now) if sugar == now and (sugar == "record" or len(fields) == len(to)):
            noun = "field" if sugar == "record" else "part"
            yield from _named_parts(noun, [(f.name, f.type) for f in fields], [(f.name, f.type) for f in to], scope)
        case Sum(cases, sugar), Sum(to, now) if sugar == now:
            yield from _named_parts("case", [(c.name, c.type) for c in cases], [(c.name, c.type) for c in to], scope)
        case Bits(labels), Bits(to):
            yield from _named_parts("flag", [(x.name, None) for x in labels], [(x.name, None) for x in to], scope)
        case Handle() as a, Handle() as b if a.owned == b.owned:
            yield from _resources(a.resource, b.resource, scope)
        case Channel(kind, elem), Channel(now, to) if kind == now:
            yield from _payload("element", elem, to, scope)
        case _:
            yield (), f"{type_text(shape(old))} became {type_text(shape(new))}", False


def _resources(old: TypeDef, new: TypeDef, scope: _Scope) -> Iterator[_Found]:
    """A resource is itself by its name in the interface that defines it, and by that one's id elsewhere."""
    was, now = origin(old), origin(new)
    if was in scope.old and now in scope.new and was.name == now.name:
        return
    before, after = _full_name(was), _full_name(now)
    if before != after or (was in scope.old) != (now in scope.new):
        yield (), f"resource {before} became {after}", False


def _full_name(resource: TypeDef) -> str:
    # "import ns:pkg/i" and "export ns:pkg/i" are the two sides of one interface.
    return f"{resource.owner.split(' ')[-1]}#{resource.name}"


def _payload(place: str, old: Type | None, new: Type | None, scope: _Scope) -> Iterator[_Found]:
    if old and new:
        yield from _under(place, _types(old, new, scope))
    elif old:
        yield (place,), f"{type_text(old)} removed", False
    elif new:
        yield (place,), f"{type_text(new)} added", False


_Part = tuple[str, Type | None]


def _named_parts(noun: str, old: Sequence[_Part], new: Sequence[_Part], scope: _Scope) -> Iterator[_Found]:
    """Parts whose order and names matter. One with a new name in the old place is renamed, not removed and added."""
    before, after = [name for name, _ in old], [name for name, _ in new]
    gone, fresh = [n for n in before if n not in after], [n for n in after if n not in before]
    renamed = dict(zip(gone, fresh, strict=False)) if _places(before, gone) == _places(after, fresh) else {}
    kept, stayed = [n for n in before if n not in gone], [n for n in after if n not in fresh]
    if kept != stayed:
        yield (), f"{noun}s reordered: {', '.join(kept)} became {', '.join(stayed)}", False
    types = dict(new)
    for name, t in old:
        place = f"{noun} {name}"
        if name in renamed:
            yield (place,), f"renamed to {renamed[name]}", False
        elif name in gone:
            yield (place,), "removed", False
            continue
        yield from _payload(place, t, types[renamed.get(name, name)], scope)
    for name in fresh if not renamed else ():
        yield (f"{noun} {name}",), "added", False


def _places(names: Sequence[str], of: Iterable[str]) -> list[int]:
    return [names.index(name) for name in of]


def _under(place: str, found: Iterable[_Found]) -> Iterator[_Found]:
    return (((place, *path), what, only_source) for path, what, only_source in found)
