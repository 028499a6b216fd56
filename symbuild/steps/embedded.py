"""The WIT inside built files, and wherever else a verb may be told to find a world."""

from __future__ import annotations

import tempfile
from pathlib import Path

from symbuild.errors import InputError, close_matches, error_context
from symbuild.model.world import World
from symbuild.steps.binary import Binary, read
from symbuild.steps.manifest import Manifest, decode_all
from symbuild.wit import encode, load_world, tool


def manifests_of(binary: Binary, where: str) -> tuple[Manifest, ...]:
    """The manifests of a native file, its own first. Raises InputError where it has none."""
    with error_context(where):
        manifests = decode_all(binary.wit or b"")
        if not manifests:
            raise InputError(
                "the file carries no manifest (section .wit)",
                help="build it with symbuild, and link NAME_manifest.c into it",
            )
        return manifests


def world_of(manifest: Manifest, where: str) -> World:
    """The world that a manifest carries."""
    return decoded(manifest.wit, manifest.world, where)


def decoded(encoded: bytes, world: str, where: str) -> World:
    """The world of that id in a binary encoding, which came from the file ``where``."""
    # The reader takes paths, as most WIT is on disk.
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "manifest.wasm"
        file.write_bytes(encoded)
        try:
            return load_world(file, world).world
        except InputError as error:
            raise InputError(f"the manifest's WIT cannot be read: {error.findings[0].what}", where=where) from error


def encoded_text(text: str, world: str) -> tuple[bytes, World]:
    """The binary encoding of a world of WIT text, and that world."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "fused.wit"
        file.write_text(text, encoding="utf-8")
        loaded = load_world(file, world).world
        return encode(file, loaded), loaded


def wit_text(encoded: bytes, where: str) -> str:
    """The WIT text of a binary encoding, or of a wasm component."""
    with error_context(where):
        return tool.run(["component", "wit"], stdin=encoded).decode()


def world_at(path: Path, world: str | None = None) -> World:
    """The world at ``path``: of a WIT file or package, or the one that a built file carries.

    ``world`` is a name as ``load_world`` takes it. Raises InputError where there is none.
    """
    if path.is_dir() or path.suffix in (".wit", ".wat"):
        return load_world(path, world).world
    binary = read(path)
    if binary.format == "wasm":
        return load_world(path, world).world
    manifests = manifests_of(binary, str(path))
    if world is None:
        return world_of(manifests[0], str(path))
    for manifest in manifests:
        if world in (manifest.world, world_name(manifest.world)):
            return world_of(manifest, str(path))
    known = [manifest.world for manifest in manifests]
    raise InputError(f"the file carries no world `{world}`", where=str(path), help=close_matches(world, known))


def world_name(id: str) -> str:
    """``name`` of ``ns:pkg/name@version``."""
    return id.rpartition("/")[2].partition("@")[0]
