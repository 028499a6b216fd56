"""Symbols of random worlds: every function has its own, and tells which it is."""

from __future__ import annotations

import random

import pytest

from symbuild.abi.mangle import collisions, demangle, export_name
from symbuild.abi.symbols import Linkage, exports_of, functions_of, imports_of
from symbuild.model.types import Resource, TypeDef
from symbuild.model.world import Function, Interface, InterfaceItem, World

# Words that look like what the encoding is made of, and like parts of one another.
WORDS = ("a", "ab", "b", "x", "x0", "x00", "x2f", "x3a", "imp", "root", "foo", "foo-a", "a-b", "a-b-c", "b-c")


def name(rng: random.Random) -> str:
    return "-".join(rng.choice(WORDS) for _ in range(rng.randint(1, 3)))


def names(rng: random.Random, most: int) -> list[str]:
    return sorted({name(rng) for _ in range(rng.randint(1, most))})


def functions(rng: random.Random, resources: list[str]) -> tuple[Function, ...]:
    """Free functions, some async; constructors, methods and static functions."""
    found = [Function(n, is_async=rng.random() < 0.2) for n in names(rng, 6)]
    for r in resources:
        found.append(Function(f"[constructor]{r}"))
        found += [Function(f"[{rng.choice(('method', 'static'))}]{r}.{n}") for n in names(rng, 3)]
    return tuple(found)


def interface(rng: random.Random, owner: str, identity: str | None) -> Interface:
    resources = names(rng, 2) if rng.random() < 0.5 else []
    types = tuple(TypeDef(r, owner, Resource()) for r in resources)
    return Interface(identity, None, types, functions(rng, resources))


def items(rng: random.Random, side: str) -> tuple[InterfaceItem, ...]:
    """Interfaces with and without versions, and some under labels."""
    version = ("", "@1.2.0", "@0.3.0-rc-1", "@1.0.0+b7")
    identities = {f"{name(rng)}:{name(rng)}/{name(rng)}{rng.choice(version)}" for _ in range(rng.randint(1, 6))}
    found = [InterfaceItem(interface(rng, f"{side} {i}", i)) for i in sorted(identities)]
    return (*found, *(InterfaceItem(interface(rng, f"{side} {label}", None), label) for label in names(rng, 3)))


def world(rng: random.Random) -> World:
    """A world that also exports some of what it imports."""
    imports, exports = items(rng, "import"), items(rng, "export")
    taken = {item.key for item in exports}
    both = tuple(item for item in imports if rng.random() < 0.3 and item.key not in taken)
    return World("w", "test:w", imports, functions(rng, []), (*exports, *both), functions(rng, []))


def spelled(linkage: Linkage) -> tuple[str, bool]:
    """A function's WIT name, and whether it is async."""
    found = linkage.interface.functions if linkage.interface else ()
    is_async = any(f.name == linkage.function and f.is_async for f in found)
    return export_name(linkage.module, linkage.function), is_async


@pytest.mark.parametrize("seed", range(60))
def test_every_function_has_a_symbol_of_its_own(seed: int) -> None:
    made = world(random.Random(f"symbols {seed}"))
    for linkages in (imports_of(made), exports_of(made)):
        assert linkages
        assert collisions((x.module, x.function, x.symbol) for x in linkages) == []
        assert len({x.symbol for x in linkages}) == len(linkages)
        assert len({x.reference for x in linkages}) == len(linkages)
    defined = {x.symbol for x in exports_of(made)}
    assert not defined & {x.reference for x in imports_of(made)}, "a reference never means the component itself"


@pytest.mark.parametrize("seed", range(60))
def test_a_symbol_tells_its_function(seed: int) -> None:
    made = world(random.Random(f"symbols {seed}"))
    for linkage in (*imports_of(made), *exports_of(made)):
        if linkage.interface is None:
            continue
        wit, is_async = spelled(linkage)
        assert demangle(linkage.symbol) == wit + (" (async)" if is_async else "")
        if linkage.reference != linkage.symbol:
            assert demangle(linkage.reference) == f"{demangle(linkage.symbol)} (bound when linking)"


def test_every_function_of_an_interface_is_linked() -> None:
    made = world(random.Random("all"))
    wanted = {(item.key, f.name) for item in made.exports for f in functions_of(item.interface)}
    assert wanted == {(x.module, x.function) for x in exports_of(made) if x.interface}


def test_a_world_s_own_function_on_both_sides_is_bound_when_linking() -> None:
    """``import f: func(); export f: func();`` is two functions, whose plain symbols are one."""
    both = World("w", "test:w", (), (Function("f"), Function("g")), (), (Function("f"),))
    assert [x.reference for x in imports_of(both)] == ["imp__X24rootX00f", "X24rootX00g"]
    assert [x.reference for x in exports_of(both)] == ["X24rootX00f"]
