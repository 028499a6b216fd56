"""The objects of a fusion, ready for any linker: with the manifest of the whole, as one static library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath

from symbuild.errors import Finding, Findings
from symbuild.steps.archive import pack_indexed, pack_indexed_bsd
from symbuild.steps.fuse import Part, Writer, rewritten
from symbuild.steps.fuse_parts import Fused
from symbuild.steps.manifest import Manifest, encode
from symbuild.steps.objects.model import Changes, ObjectFile, linker_name
from symbuild.steps.objects.read import rewrite

_WIT = ".wit"


def section(manifest: Manifest, members: Iterable[Manifest]) -> bytes:
    """The section of a fused file: its own record, then one for each component that went in (``MANIFEST.md``)."""
    return b"".join(map(encode, (manifest, *members)))


def library(fused: Fused, write: Writer | None = None) -> bytes:
    """A static library of the whole, with an index; ``write`` as of :func:`rewritten`.

    Raises Findings for what cannot be fused.
    """
    content = section(fused.manifest, fused.members)
    parts = rewritten(fused.fusion, write=write)
    if not carries_manifest(parts):
        what = "none of the objects carries a manifest (section .wit), so the fused file could not say what went in"
        raise Findings([Finding(what, help="give the object of NAME_manifest.c of one component")])
    return packed(with_manifest(parts, content))


def carries_manifest(parts: Iterable[Part]) -> bool:
    """Whether there is an object to hold the manifest of the whole."""
    return any(object.wit is not None for part in parts for object in part.objects)


def packed(objects: Iterable[tuple[str, ObjectFile]]) -> bytes:
    """A static library of objects, each given with its component's name."""
    members = [(name, o, [linker_name(n, o.prefix) for n in sorted(o.defined)]) for name, o in named(objects)]
    pack = pack_indexed_bsd if any(o.format == "macho" for _, o, _ in members) else pack_indexed
    return pack((name, o.data, symbols) for name, o, symbols in members)


def with_manifest(parts: Sequence[Part], content: bytes) -> Iterator[tuple[str, ObjectFile]]:
    """The objects with their component's name; the first manifest among them becomes that of the whole."""
    waiting = True
    for part in parts:
        for object in part.objects:
            if object.wit is None:
                yield part.name, object
                continue
            yield part.name, rewrite(object, Changes(contents={_WIT: content if waiting else b""}))
            waiting = False


def named(objects: Iterable[tuple[str, ObjectFile]]) -> Iterator[tuple[str, ObjectFile]]:
    """Names for objects, all different: what linkers and debuggers show of an object."""
    seen: dict[str, int] = {}
    for component, object in objects:
        stem = PurePath(object.name.rpartition("(")[2].rstrip(")")).name
        name = f"{component}:{stem}"
        count = seen[name] = seen.get(name, 0) + 1
        yield (name if count == 1 else f"{component}:{count}-{stem}"), object
