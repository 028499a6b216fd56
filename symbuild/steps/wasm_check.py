"""The proof on a fused component: it shows its world alone, and its parts call each other as their worlds say.

What no linker may do is proven on the objects, before they are linked (``fuse.strays``). This looks at the file that
was made of them: at its border, and at every direct call in its module, as far as names tell whose a function is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from symbuild.abi.mangle import ROOT, demangle, export_name
from symbuild.abi.symbols import exports_of, imports_of
from symbuild.errors import Finding, InputError
from symbuild.model.world import InterfaceItem, World
from symbuild.steps.binary import Binary, bytes_of
from symbuild.steps.check import manifest_problems
from symbuild.steps.embedded import manifests_of, world_of
from symbuild.steps.export_map import node_name
from symbuild.steps.manifest import Manifest, entries_of
from symbuild.steps.wasm_module import core_modules, export_names
from symbuild.wit import load_world, tool

# What the C library adds to a world, and what makes a program of it.
_WASI = "wasi:"
_RUN = "wasi:cli/run@"
# What a module exports beside the functions of its world (component-model, BuildTargets.md).
_CORE_EXPORTS = frozenset({"memory", "cabi_realloc", "_initialize", "_start"})
_PREFIXES = ("cabi_post_", _RUN)
_DTOR = "[dtor]"

_Problem = tuple[str, str | None]
_AGAIN = "fuse the components again"


def check_component(path: Path, binary: Binary) -> tuple[Finding, ...]:
    """What is wrong with a fused component. Raises InputError for another one."""
    where = str(path)
    if binary.wit is None:
        raise InputError(
            "this component was not fused: its border is that of its world by construction",
            where=where,
            help="`check` reads linked native files, and what `symbuild fuse` made; `symbuild inspect` shows others",
        )
    whole, *members = manifests_of(binary, where)
    world = world_of(whole, where)
    if not members:
        return (Finding("its manifest says nothing of what went in", where, _AGAIN),)
    module = next(core_modules(bytes_of(path), where), b"")
    problems = [
        *manifest_problems(whole, members, world),
        *_border_problems(load_world(path).world, whole, world),
        *_export_problems(export_names(module, where), whole, world),
        *_call_problems(module, {m.component: world_of(m, where) for m in members}),
    ]
    return tuple(Finding(what, where, help) for what, help in problems)


# ---- the border ------------------------------------------------------------------------------------------------------
def _border_problems(shown: World, whole: Manifest, world: World) -> Iterator[_Problem]:
    """The component's type is that of the world, less imports that nobody calls, and with WASI for its C library."""
    told = {e.module: e.hash for e in whole.entries if e.side == "export"}
    found = {e.module: e.hash for e in entries_of(shown) if e.side == "export" and not e.module.startswith(_RUN)}
    for module in sorted(told.keys() - found.keys()):
        yield f"`{module}` is not exported", _AGAIN
    for module in sorted(found.keys() - told.keys()):
        yield f"`{module}` leaks: world `{whole.world}` does not export it", _AGAIN
    for module in sorted(m for m in told.keys() & found.keys() if told[m] != found[m]):
        yield f"the export of `{module}` is not that of world `{whole.world}`", _AGAIN
    known = {(port.module, port.function) for port in imports_of(world)}
    for port in imports_of(shown):
        if (port.module, port.function) not in known and not port.module.startswith(_WASI):
            name = export_name(port.module, port.function)
            yield f"`{name}` is called, but world `{whole.world}` does not import it", _AGAIN


def _export_problems(found: frozenset[str], whole: Manifest, world: World) -> Iterator[_Problem]:
    """The module inside exports what its component needs, and no function of another component."""
    wanted = {export_name(port.module, port.function) for port in exports_of(world)}
    for name in sorted(found - wanted - _CORE_EXPORTS):
        if not name.startswith(_PREFIXES) and _DTOR not in name:
            yield f"`{name}` leaks from the module: world `{whole.world}` does not export it", "link without `--export`"


# ---- calls -----------------------------------------------------------------------------------------------------------
_NAME = r'"(?:[^"\\]|\\.)*"|[^\s()]+'
_FUNCTION = re.compile(rf"^ +\(func \$(?P<id>{_NAME})(?: \(@name (?P<name>{_NAME})\))? \(;")
_CALL = re.compile(rf"^ +(?:return_)?call \$(?P<id>{_NAME})$")


def _call_problems(module: bytes, worlds: Mapping[str, World]) -> Iterator[_Problem]:
    """Direct calls that lead from one component to another, but not to what the one imports and the other exports.

    Functions that only one object knows have the names they were given in it; of those, and of what a stripped file
    calls, nothing is said.
    """
    offered = {name: _offered(world, worlds) for name, world in worlds.items()}
    for caller, callee in sorted(set(_calls(module, worlds))):
        importer, provider = caller.component, callee.component
        if importer != provider and callee.name not in offered[importer][provider]:
            what = f"`{_wit(caller.name)}` of `{importer}` calls `{_wit(callee.name)}` of `{provider}`"
            yield f"{what}, which is not between their worlds", _AGAIN


class _Function(NamedTuple):
    """A function of a component, under the name that the component's own objects have for it."""

    component: str
    name: str


def _calls(module: bytes, components: Iterable[str]) -> Iterator[tuple[_Function, _Function]]:
    """Caller and callee of each direct call between functions whose names tell their components."""
    nodes = {node_name(component): component for component in components}
    # The linker writes `name.component`, or `what it demangles to (.component)`.
    owned = re.compile(rf"^\"?(?P<name>.*?)(?: \()?\.(?P<node>{'|'.join(map(re.escape, nodes))})_*\)?\"?$")
    functions: dict[str, _Function] = {}
    calls: list[tuple[str, str]] = []
    caller = ""
    for line in tool.run(["print"], stdin=module).decode().splitlines():
        if (head := _FUNCTION.match(line)) is not None:
            caller = head["id"]
            if (known := owned.match(head["name"] or caller)) is not None:
                functions[caller] = _Function(nodes[known["node"]], known["name"])
        elif (call := _CALL.match(line)) is not None:
            calls.append((caller, call["id"]))
    for caller, callee in calls:
        if caller in functions and callee in functions:
            yield functions[caller], functions[callee]


def _wit(name: str) -> str:
    return demangle(name) or name


def _offered(importer: World, worlds: Mapping[str, World]) -> dict[str, frozenset[str]]:
    """By component, the symbols of exports that a world imports, under whichever label."""
    units, functions = _units(importer.imports), {f.name for f in importer.imported_functions}
    found: dict[str, frozenset[str]] = {}
    for component, world in worlds.items():
        met = {item.key for item in world.exports if _units([item]) & units}
        found[component] = frozenset(
            port.symbol
            for port in exports_of(world)
            if port.module in met or (port.module == ROOT and port.function in functions)
        )
    return found


def _units(items: Sequence[InterfaceItem]) -> set[str]:
    return {name for item in items for name in (item.key, item.interface.id) if name}
