"""Libraries whose symbols lead elsewhere: what is a provider in a host, or a member of a group in a client."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from symbuild.abi.glue import core_param
from symbuild.abi.symbols import Linkage, exports_of
from symbuild.bindings.c_family.view import core_head, wit_place
from symbuild.bindings.message.wiring import Import, Reference
from symbuild.frozen import frozen
from symbuild.model.world import World

# What others are to see, whatever the compiler is told.
VISIBLE = '__attribute__((visibility("default"))) '
_PREFIX = "_standin_"


@frozen
class StandInFunction:
    """One symbol: ``wit`` names it, ``call`` declares what it leads to, ``version`` gives it its version."""

    wit: str
    call: str
    declaration: str
    version: str
    head: str
    line: str


@frozen
class StandInView:
    """One library. ``title`` says what it is."""

    soname: str
    title: str
    functions: tuple[StandInFunction, ...]
    version_script: str


def call_name(imported: Import) -> str:
    """The host's function that makes a call of an import."""
    return f"_call_{imported.linkage.symbol}"


def standin_views(imports: tuple[Import, ...]) -> Iterator[StandInView]:
    """The libraries, by soname."""
    by_soname: dict[str, list[tuple[Import, Reference]]] = defaultdict(list)
    for each in imports:
        if each.reference and each.reference.provider is not None:
            by_soname[each.reference.provider].append((each, each.reference))
    for soname, served in sorted(by_soname.items()):
        references = [reference for _, reference in served]
        title = f"{soname} as a component's host has it: all it does is call the host."
        yield StandInView(soname, title, tuple(_function(*each) for each in served), _version_script(references))


def member_view(world: World, soname: str, prefix: str) -> StandInView:
    """The library of a group's member: its symbols lead to those of the group's proxy, which have a prefix."""
    title = f"{soname} of a group that runs in a process of its own: all it does is call the group's proxy."
    functions = (_leading(f.symbol, f, f"{prefix}{f.symbol}", "") for f in exports_of(world))
    return StandInView(soname, title, tuple(functions), "")


def _function(imported: Import, reference: Reference) -> StandInFunction:
    name = f"{_PREFIX}{imported.linkage.symbol}" if reference.node else reference.symbol
    version = f'__asm__(".symver {name}, {reference.symbol}@{reference.node}");' if reference.node else ""
    return _leading(name, imported.linkage, call_name(imported), version)


def _leading(name: str, linkage: Linkage, called: str, version: str) -> StandInFunction:
    passed = ", ".join(core_param(i) for i in range(len(linkage.signature.params)))
    head = core_head(name, linkage.signature, named=True)
    return StandInFunction(
        wit_place(linkage.module, linkage.function),
        f"extern {core_head(called, linkage.signature)};",
        f"{VISIBLE}{head};",
        version,
        head,
        f"{'return ' if linkage.signature.result else ''}{called}({passed});",
    )


def _version_script(references: list[Reference]) -> str:
    nodes: dict[str, list[str]] = defaultdict(list)
    for reference in references:
        nodes[reference.node or ""].append(reference.symbol)
    plain = nodes.pop("", [])
    if not nodes:
        return f"{{\n{_names('global', plain)}{_names('local', ['*'])}}};\n"
    # What no version names keeps none, and stays visible.
    own = _names("local", [f"{_PREFIX}*"])
    return "".join(f"{node} {{\n{_names('global', sorted(of))}{own}}};\n" for node, of in sorted(nodes.items()))


def _names(scope: str, names: list[str]) -> str:
    return f"  {scope}:\n" + "".join(f"    {name};\n" for name in names)
