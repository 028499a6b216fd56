"""From WIT on disk to a :class:`~symbuild.model.world.World`: the WIT tool's JSON, read once and checked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from symbuild.errors import error_context
from symbuild.frozen import frozen
from symbuild.model.world import World
from symbuild.wit import read, source, tool


@frozen
class Loaded:
    """A world and every file and directory its reading looked at (what a depfile must list)."""

    world: World
    inputs: tuple[Path, ...]


def load_world(
    path: Path,
    world: str | None = None,
    *,
    joined: Sequence[str] = (),
    features: Sequence[str] = (),
    all_features: bool = False,
) -> Loaded:
    """Read one world of the package at ``path`` (a ``.wit`` file, or a directory with its ``deps/``).

    ``world`` is a world's name in the main package or ``ns:pkg/name``; None takes the main package's only world. With
    ``joined`` it is a new one, which includes that and these others.
    Raises InputError for what WIT or the choice of a world has wrong, ToolError when wasm-tools cannot be run.
    """
    chosen, more = _feature_options(features, all_features), ""
    if joined:
        with source.for_tool(path) as read_path:
            document = tool.wit_json(read_path, chosen)
        world, more = _join(document, [world, *joined], str(path))
    with source.for_tool(path, more) as read_path:
        document = tool.wit_json(read_path, chosen)
        index = read.find_world(document, world, where=str(path))
        if read.needs_nominal_ids(document, index):
            # One interface on both sides, or under two labels, has one set of ids: ask for a set each.
            name = read.qualified_world_name(document, index)
            document = tool.wit_json(read_path, [*chosen, "--generate-nominal-type-ids", _as_wit(name)])
            index = read.find_world(document, name, where=str(path))
        with error_context(str(path)):
            return Loaded(read.read_world(document, index), source.inputs_of(path))


def encode(
    path: Path,
    world: World,
    *,
    features: Sequence[str] = (),
    all_features: bool = False,
    string_encoding: str = "utf8",
) -> bytes:
    """The binary encoding of ``world`` of the package at ``path``, as components carry it: that world, no docs.

    ``string_encoding`` is what the core module's functions take for strings.
    """
    with source.for_tool(path) as read_path:
        chosen = _feature_options(features, all_features)
        options = ["--only-custom", f"--encoding={string_encoding}", "--world", _as_wit(world.id), *chosen]
        return tool.run(["component", "embed", *options, str(read_path)])


def _join(document: read.Json, worlds: Sequence[str | None], where: str) -> tuple[str, str]:
    """The name of a world that includes worlds, and its text in the main package."""
    found = [read.find_world(document, world, where=where) for world in worlds]
    main = document["packages"][-1]["worlds"].values()
    # By its whole name a world of the same package would make a cycle of packages.
    names = [read.qualified_world_name(document, i) for i in found]
    short = [name.partition("@")[0].rpartition("/")[2] for name in names]
    written = [f"%{short[n]}" if found[n] in main else _as_wit(name) for n, name in enumerate(names)]
    return "-and-".join(short), f"world %{'-and-'.join(short)} {{ {' '.join(f'include {w};' for w in written)} }}\n"


def _as_wit(world: str) -> str:
    """A world's id as WIT text, in which ``%`` says that a name is no keyword: ``%ns:%pkg/%world@1.0.0``."""
    path, at, version = world.partition("@")
    return "%" + path.replace(":", ":%").replace("/", "/%") + at + version


def _feature_options(features: Sequence[str], all_features: bool) -> list[str]:
    return ["--all-features"] if all_features else [f"--features={f}" for f in features]
