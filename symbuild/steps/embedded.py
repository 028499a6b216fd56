"""The WIT inside built files."""

from __future__ import annotations

import tempfile
from pathlib import Path

from symbuild.errors import InputError, error_context
from symbuild.model.world import World
from symbuild.steps.binary import Binary
from symbuild.steps.manifest import Manifest, decode_all
from symbuild.wit import load_world, tool


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
    # The reader takes paths, as most WIT is on disk.
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "manifest.wasm"
        file.write_bytes(manifest.wit)
        try:
            return load_world(file, manifest.world).world
        except InputError as error:
            raise InputError(f"the manifest's WIT cannot be read: {error.findings[0].what}", where=where) from error


def wit_text(encoded: bytes, where: str) -> str:
    """The WIT text of a binary encoding, or of a wasm component."""
    with error_context(where):
        return tool.run(["component", "wit"], stdin=encoded).decode()
