"""What takes a provider's place in a host: its symbols, each of which leads to the host's own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from symbuild.abi.glue import core_param
from symbuild.bindings.c_family.view import core_head, wit_place
from symbuild.bindings.message.wiring import Import, Reference
from symbuild.frozen import frozen

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
    """One library."""

    soname: str
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
        yield StandInView(soname, tuple(_function(*each) for each in served), _version_script(references))


def _function(imported: Import, reference: Reference) -> StandInFunction:
    linkage, called = imported.linkage, call_name(imported)
    name = f"{_PREFIX}{linkage.symbol}" if reference.node else reference.symbol
    passed = ", ".join(core_param(i) for i in range(len(linkage.signature.params)))
    head = core_head(name, linkage.signature, named=True)
    version = f'__asm__(".symver {name}, {reference.symbol}@{reference.node}");' if reference.node else ""
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
