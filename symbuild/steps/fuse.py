"""Fusion: the objects of several components become those of one file, and what was private to one stays private.

A linker binds by name and by nothing else, so names decide. Each name that a component defines gets its component's
name at its end, COMDAT groups included; an import's reference gets the name that its provider's definition has; names
of the platform and of imports that stay open are left alone. :func:`strays` proves the outcome on what is to be linked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from symbuild.abi.mangle import demangle
from symbuild.errors import Finding, Findings
from symbuild.frozen import nominal
from symbuild.graph.component import Component, Edge
from symbuild.steps.export_map import node_name
from symbuild.steps.objects.model import Changes, ObjectFile
from symbuild.steps.objects.read import rewrite

# What a program defines for the platform, and for every component it is linked with (symmetric-abi.md, section 4).
PROGRAM_NAMES = frozenset({"main", "sb_trap_hook", "__main_void", "__main_argc_argv"})
# The border's allocator (symmetric-abi.md, section 4): a block that one component makes is freed by another.
_ALLOCATOR = frozenset({"malloc", "free", "calloc", "realloc", "aligned_alloc", "posix_memalign"})
# Of sections so called a linker keeps one of each name: what compilers wrote before there were groups.
_LINKED_ONCE = ".gnu.linkonce."
# An encoded world of imports, such as Rust's standard library has: two of a name would be put one behind the other.
_WORLD = "component-type:"
# A linker gives these names to the ends of all sections of one name, whoever has them.
_EDGE_OF_SECTION = re.compile(r"__(?:start|stop)_([A-Za-z_][A-Za-z0-9_]*)")
# Mach-O's linkers, which take no such name from C.
_EDGE_OF_APPLE = ("\1section$start$", "\1section$end$")


@nominal
class Part:
    """A component to be fused: its ports, and the objects that a link of it alone would take.

    ``is_outer``: its exports are seen from outside; ``is_program``: its ``main`` is the file's.
    """

    component: Component
    objects: tuple[ObjectFile, ...]
    is_outer: bool = True
    is_program: bool = False

    @property
    def name(self) -> str:
        return self.component.name

    @property
    def defined(self) -> frozenset[str]:
        return frozenset(name for o in self.objects for name in (*o.defined, *o.groups))

    @property
    def wanted(self) -> frozenset[str]:
        return frozenset(name for o in self.objects for name in o.wanted)


def exported_symbols(part: Part) -> frozenset[str]:
    """At a native border, the symbols of what is seen from outside."""
    return frozenset(port.symbol for port in part.component.exports if part.is_outer)


@nominal
class Fusion:
    """Components, providers before their importers; who provides which import; and what the file does with the rest.

    ``open_references`` are the names that imports without an edge have in the fused file, by module and function.
    ``border_names`` are the definitions of a part that others than fused components know by name.
    """

    parts: tuple[Part, ...]
    edges: tuple[Edge, ...]
    open_references: Mapping[tuple[str, str], str]
    border_names: Callable[[Part], frozenset[str]] = exported_symbols

    def part(self, name: str) -> Part:
        return next(part for part in self.parts if part.name == name)


def in_order(parts: Sequence[Part], edges: Iterable[Edge]) -> tuple[Part, ...]:
    """Providers before their importers: so their initialisers run first, as a loader runs those of libraries.

    Raises Findings where components import from each other, since none could be first.
    """
    needs: dict[str, set[str]] = {part.name: set() for part in parts}
    for edge in edges:
        needs[edge.importer].add(edge.provider)
    placed: dict[str, Part] = {}
    while len(placed) < len(parts):
        ready = [p for p in parts if p.name not in placed and needs[p.name] <= placed.keys() | {p.name}]
        if not ready:
            names = ", ".join(f"`{p.name}`" for p in parts if p.name not in placed)
            raise Findings([Finding(f"components import from each other: {names}", help="leave one of them out")])
        placed[ready[0].name] = ready[0]
    return tuple(placed.values())


# ---- refusals --------------------------------------------------------------------------------------------------------
def require_sound(fusion: Fusion) -> None:
    """Raise Findings with every reason for which the parts cannot be fused without changing what they mean."""
    findings = [*_of_each(fusion), *_of_modules(fusion), *_of_targets(fusion), *_of_names(fusion)]
    if findings:
        raise Findings(findings)


_NO_LTO = {
    "elf": "compile it without link-time optimisation, or with `-ffat-lto-objects`",
    "coff": "compile it for MinGW, without link-time optimisation",
    "bitcode": "compile it without link-time optimisation, or link with clang: `--lto`",
}


def _of_each(fusion: Fusion) -> Iterator[Finding]:
    for part in fusion.parts:
        for object in part.objects:
            if object.hidden_code:
                what = f"`{part.name}` cannot be fused: names in {object.hidden_code} cannot be changed"
                yield Finding(what, object.name, _NO_LTO[object.format])
            # Elsewhere no name has a version, but other things are called so.
            versioned = sorted(name for name in object.defined if "@" in name and object.format == "elf")
            if versioned:
                what = f"`{part.name}` cannot be fused: `{versioned[0]}` has a version, by which other files know it"
                yield Finding(what, object.name, "leave the library that defines it a shared one")
        edges = sorted(name for name in part.wanted if name.startswith(_EDGE_OF_APPLE))
        if edges:
            what = (
                f"`{part.name}` cannot be fused: it asks for `{edges[0][1:]}`, where all components' entries would be"
            )
            yield Finding(
                what, help="find the entries in another way: names of Mach-O's sections have no room to differ"
            )
        allocator = sorted(part.defined & _ALLOCATOR)
        if allocator:
            what = (
                f"`{part.name}` cannot be fused: it defines `{allocator[0]}`, and blocks of the others' would end there"
            )
            yield Finding(what, help="use the C library's allocator at the border: symbuild's glue does by itself")
        for port in part.component.exports:
            if port.symbol not in part.defined:
                yield Finding(f"`{part.name}` exports `{port.wit}`, which none of its objects defines")
        for port in part.component.imports:
            if port.reference in part.defined:
                what = f"`{part.name}` imports `{port.wit}`, and defines its symbol `{port.reference}` itself"
                yield Finding(what, help="leave the object that defines it out")


def _of_modules(fusion: Fusion) -> Iterator[Finding]:
    """What no symbol's name says, so that it can be changed in machine code only."""
    for part in fusion.parts:
        if not any(object.format == "bitcode" for object in part.objects):
            continue
        edges = sorted(name for name in part.wanted if _EDGE_OF_SECTION.fullmatch(name))
        if edges:
            what = f"`{part.name}` asks for `{edges[0]}`, and sections in intermediate code cannot be told apart"
            yield Finding(what, help="compile it without link-time optimisation")
    if _priorities(fusion.parts) and any(o.format == "bitcode" for part in fusion.parts for o in part.objects):
        what = "initialisers with priorities cannot be put in order beside those of intermediate code"
        yield Finding(what, help="compile without link-time optimisation, or without priorities")


def _of_targets(fusion: Fusion) -> Iterator[Finding]:
    targets = {o.target: part.name for part in fusion.parts for o in part.objects if o.target}
    if len(targets) > 1:
        listed = "; ".join(f"`{name}`: {target}" for target, name in targets.items())
        yield Finding(f"the components are of different machines: {listed}", help="build all for one machine")


def _of_names(fusion: Fusion) -> Iterator[Finding]:
    nodes = Counter(node_name(part.name) for part in fusion.parts)
    for part in fusion.parts:
        if nodes[node_name(part.name)] > 1:
            yield Finding(f"the name `{part.name}` is too much like another component's", help="rename one of them")
    programs = [f"`{part.name}`" for part in fusion.parts if part.is_program]
    if len(programs) > 1:
        yield Finding(f"several components have a `main`: {', '.join(programs)}", help="fuse one program only")


# ---- new names -------------------------------------------------------------------------------------------------------
def rewritten(fusion: Fusion, border: Border | None = None, write: Writer | None = None) -> tuple[Part, ...]:
    """The parts with the names that they have in the fused file. Raises Findings for parts that cannot be fused.

    ``border`` says what else becomes of a part where another ABI stands at the file's border, ``write`` makes the
    changes where not each object is changed for itself.
    """
    require_sound(fusion)
    names = Names(fusion)
    priorities = _priorities(fusion.parts)
    made = []
    for part in fusion.parts:
        more = border(part, names) if border else Changes()
        symbols = names.of(part) | dict(more.symbols)
        changes = Changes(symbols, priorities.get(part.name, {}), names.sections(part), exports=more.exports)
        objects = write(part, changes) if write else tuple(rewrite(o, changes) for o in part.objects)
        made.append(_with_objects(part, objects))
    findings = tuple(strays(made, names.shared()))
    if findings:
        raise Findings(findings)
    return tuple(made)


def _with_objects(part: Part, objects: tuple[ObjectFile, ...]) -> Part:
    return Part(part.component, objects, part.is_outer, part.is_program)


class Names:
    """The names of a fusion, old to new."""

    def __init__(self, fusion: Fusion) -> None:
        self._fusion = fusion
        self._taken = frozenset().union(*(part.defined | part.wanted for part in fusion.parts))
        self._endings = {part.name: self._ending(part) for part in fusion.parts}
        self._kept = {part.name: self._known_outside(part) for part in fusion.parts}
        edges_of_sections = (_EDGE_OF_SECTION.fullmatch(name) for part in fusion.parts for name in part.wanted)
        self._gathered = frozenset(found[1] for found in edges_of_sections if found)

    def _ending(self, part: Part) -> str:
        """What tools that demangle show as a clone's note, unlike any name that is there."""
        ending = f".{node_name(part.name)}"
        while any(name + ending in self._taken for name in part.defined):
            ending += "_"
        return ending

    def _known_outside(self, part: Part) -> frozenset[str]:
        """What others than fused components know by its name."""
        program = PROGRAM_NAMES if part.is_program else frozenset[str]()
        return program | self._fusion.border_names(part)

    def of(self, part: Part) -> dict[str, str]:
        """Every name that changes in the objects of a part."""
        new = {name: self.definition(part, name) for name in part.defined}
        bound = {edge.wanted.symbol: edge for edge in self._fusion.edges if edge.importer == part.name}
        for port in part.component.imports:
            edge = bound.get(port.symbol)
            if edge is None:
                new[port.reference] = self._fusion.open_references[port.module, port.function]
            else:
                new[port.reference] = self.definition(self._fusion.part(edge.provider), edge.offered.symbol)
        for section, renamed in self._gathered_sections(part).items():
            new |= {f"__{end}_{section}": f"__{end}_{renamed}" for end in ("start", "stop")}
        return {old: name for old, name in new.items() if old != name}

    def sections(self, part: Part) -> dict[str, str]:
        """Sections of which the linker makes one thing by their names."""
        ending = self._endings[part.name]
        once = {s for o in part.objects for s in o.sections if s.startswith((_LINKED_ONCE, _WORLD))}
        return self._gathered_sections(part) | {section: section + ending for section in once}

    def _gathered_sections(self, part: Part) -> dict[str, str]:
        """Sections whose beginning and end somebody asks for: each component finds its own entries."""
        ending = re.sub(r"\W", "_", self._endings[part.name])
        return {section: f"{section}_{ending}" for section in self._gathered}

    def definition(self, part: Part, name: str) -> str:
        """The new name of what a part defines."""
        return name if name in self._kept[part.name] else self.private(part, name)

    def private(self, part: Part, name: str) -> str:
        """A name that is of one part alone."""
        return f"{name}{self._endings[part.name]}"

    def shared(self) -> dict[str, frozenset[str]]:
        """For each part, the names of other parts' definitions that it may use: its providers', and the program's."""
        found = {part.name: set(PROGRAM_NAMES) for part in self._fusion.parts}
        for edge in self._fusion.edges:
            found[edge.importer].add(self.definition(self._fusion.part(edge.provider), edge.offered.symbol))
        return {name: frozenset(names) for name, names in found.items()}


Border = Callable[[Part, Names], Changes]
Writer = Callable[[Part, Changes], tuple[ObjectFile, ...]]


def _priorities(parts: Sequence[Part]) -> dict[str, dict[int, int]]:
    """New priorities by which a component's initialisers all run before those of its importers.

    A linker sorts by priority alone: a high one of an importer would run before its provider is ready. Nothing changes
    where no component asks for priorities, as then the linker keeps the order of the files; but MinGW's programs run
    what it has put last first.
    """
    backwards = any(o.format == "coff" for part in parts for o in part.objects)
    asked = {part.name: sorted({p for o in part.objects for p in o.priorities}) for part in parts}
    asks = len({p for priorities in asked.values() for p in priorities}) > 1
    if not asks and not backwards:
        return {}
    number = iter(range(_FIRST_PRIORITY, 1 << 16))
    return {name: {priority: next(number) for priority in priorities} for name, priorities in asked.items()}


# Lower ones are the platform's.
_FIRST_PRIORITY = 101


# ---- the proof -------------------------------------------------------------------------------------------------------
def strays(parts: Sequence[Part], shared: Mapping[str, frozenset[str]]) -> Iterator[Finding]:
    """Names by which a linker would make one thing of two components' things, in objects about to be linked.

    ``shared`` are the names of others' definitions that each part may use.
    """
    owners: dict[str, str] = {}
    for part in parts:
        for name in sorted(part.defined):
            owner = owners.setdefault(name, part.name)
            if owner != part.name:
                yield Finding(f"`{owner}` and `{part.name}` both define `{demangle(name) or name}`")
    for part in parts:
        for name in sorted(part.wanted):
            owner = owners.get(name, part.name)
            if owner != part.name and name not in shared[part.name]:
                yield Finding(
                    f"`{part.name}` calls `{demangle(name) or name}` of `{owner}`, which its world does not import",
                    help="add it to the world",
                )
