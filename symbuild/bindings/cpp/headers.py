"""The headers of C++ bindings: the world's, and with ``--split-interfaces`` one for each namespace of interfaces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from zlib import crc32

from symbuild.bindings.c.names import GNU_MACROS
from symbuild.bindings.cpp import compiled
from symbuild.bindings.cpp.names import Names, Namespace
from symbuild.bindings.cpp.types import Declaration, Declarations, headers_of
from symbuild.frozen import frozen
from symbuild.model.types import Type
from symbuild.model.world import WORLD_OWNER, World, import_owner


@frozen
class Group:
    """Declarations in one namespace, or in none."""

    namespace: str
    blocks: tuple[tuple[str, ...], ...]


@frozen
class HeaderView:
    """What a header prints. ``source`` is what it was made from, ``includes`` follow the word ``#include``."""

    source: str
    guard: str
    includes: tuple[str, ...]
    undefined: tuple[str, ...]
    inline_cores: tuple[str, ...]
    groups: tuple[Group, ...]


class Headers:
    """Collects what a world's headers declare, each thing with the namespace it belongs to."""

    def __init__(self, world: World, names: Names, declarations: Declarations) -> None:
        self.world = world
        self.names = names
        self.declarations = declarations
        self.functions: list[Declaration] = []
        # What inline functions call.
        self.cores: list[tuple[Namespace, str]] = []
        self.mentioned: list[tuple[Namespace, Type]] = []
        self._own = (names.namespace(WORLD_OWNER), names.exported_functions)

    def mention(self, namespace: Namespace, types: Iterable[Type]) -> None:
        """Note the types that a namespace spells."""
        self.mentioned += [(namespace, t) for t in types]

    def files(self) -> dict[str, bytes]:
        """The headers by name, the world's first."""
        namespaces = list(dict.fromkeys(d.namespace for d in self._declared()))
        split = [n for n in namespaces if n not in self._own] if self.names.options.split else []
        parts = {self.names.header(n): _rendered(self._of_interface(n, split)) for n in split}
        own = [n for n in (*self._own, *namespaces) if n not in split]
        return {f"{self.names.world}_cpp.h": _rendered(self._of_world(own, parts)), **parts}

    def _of_world(self, own: list[Namespace], parts: dict[str, bytes]) -> HeaderView:
        # A build knows this header alone: it changes with the others, so that what includes it compiles anew.
        includes = [f'"{name}" // {crc32(content):08x}' for name, content in parts.items()]
        users = sorted({f'"{header}"' for header in self.names.options.headers.values()})
        source, guard = f"world `{self.world.id}`", f"SYMBUILD_BINDINGS_{self.names.world.upper()}_CPP_H"
        return self._view(source, guard, own, [*includes, *users])

    def _of_interface(self, namespace: Namespace, split: list[Namespace]) -> HeaderView:
        leads = self.names.namespaces_of(t for n, t in self.mentioned if n == namespace) - {namespace}
        users = {self.names.namespace(import_owner(key)): h for key, h in self.names.options.headers.items()}
        needed = [self.names.header(n) for n in split if n in leads] + [h for n, h in users.items() if n in leads]
        guard = f"SYMBUILD_INTERFACE_{'_'.join(namespace).upper()}_H"
        return self._view(f"`{'::'.join(namespace)}`", guard, [namespace], [f'"{h}"' for h in sorted(set(needed))])

    def _view(self, source: str, guard: str, namespaces: list[Namespace], others: list[str]) -> HeaderView:
        words = {name for n, name in self.declarations.fields if n in namespaces} | self._parts(namespaces)
        return HeaderView(
            source=source,
            guard=guard,
            includes=(*self._includes(namespaces), *others),
            undefined=tuple(sorted(words & GNU_MACROS)),
            inline_cores=tuple(core for n, core in self.cores if n in namespaces),
            groups=tuple(_grouped(d for d in self._declared() if d.namespace in namespaces)),
        )

    def _includes(self, namespaces: list[Namespace]) -> tuple[str, ...]:
        """Standard headers, then ours; before all of them what must see <exception> first."""
        needed = headers_of(t for n, t in self.mentioned if n in namespaces)
        # Other headers of the world's may include <exception>.
        is_world = self._own[0] in namespaces
        first = {h for h in (headers_of(t for _, t in self.mentioned) if is_world else needed) if h.startswith('"')}
        return (*first, "<stddef.h>", "<stdint.h>", *sorted(needed - first), '"symbuild.h"', '"wit.h"')

    def _parts(self, namespaces: list[Namespace]) -> set[str]:
        # Namespaces are mentioned from others, too: the world's header has those of all.
        return self.names.namespace_parts if self._own[0] in namespaces else {p for n in namespaces for p in n}

    def _declared(self) -> list[Declaration]:
        return [*self.declarations.declared, *self.functions]


def _rendered(view: HeaderView) -> bytes:
    return "".join(compiled.header_h(view)).encode()


def _grouped(declarations: Iterable[Declaration]) -> Iterator[Group]:
    """Neighbours of one namespace together."""
    for namespace, group in groupby(declarations, key=lambda d: "" if d.bare else "::".join(d.namespace)):
        yield Group(namespace, tuple(d.lines for d in group))
