"""Everything one run of the generator makes of a WIT world, as bytes by file name: nothing is written here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypedDict

from symbuild.abi.symbols import exports_of, require_distinct
from symbuild.bindings.backend import Backend
from symbuild.errors import error_context
from symbuild.frozen import frozen
from symbuild.model.world import World
from symbuild.steps import export_map, manifest, world_file
from symbuild.wit import encode, load_world
from symbuild.wit.check import require_supported

RUNTIME = Path(__file__).parent.parent / "runtime" / "include"


@frozen
class Generated:
    """File contents by name, and every file and directory they were made from."""

    files: Mapping[str, bytes]
    inputs: tuple[Path, ...]


def _runtime_file(name: str) -> Path:
    """A file of the runtime: a header, or a module of Python packages on wasm."""
    return (RUNTIME.parent / "wasm_package" if name.endswith(".py") else RUNTIME) / name


class _Features(TypedDict):
    features: Sequence[str]
    all_features: bool


def generate(
    wit: Path,
    world: str | None,
    *,
    backend: Backend,
    joined: Sequence[str] = (),
    features: Sequence[str] = (),
    all_features: bool = False,
    runtime: bool = True,
    component: str | None = None,
    api: world_file.Api = world_file.UNKNOWN,
    string_encoding: manifest.StringEncoding = "utf8",
) -> Generated:
    """Make a language's bindings; with ``component``, also what a build needs to link a component of that name.

    ``joined`` are more worlds, for bindings that call several components; they are not what a component is made of.
    ``runtime`` adds the runtime's headers, so that the files compile on their own. ``api`` goes to that build.
    ``string_encoding`` is that of the bindings' strings on wasm; natively strings cross in UTF-8.
    Raises InputError for a world that cannot be read or built.
    """
    loaded = load_world(wit, world, joined=joined, features=features, all_features=all_features)
    require_supported(loaded.world, str(wit))
    with error_context(str(wit)):
        require_distinct(loaded.world)
        files = backend.files(loaded.world)
    if runtime:
        files |= {name: _runtime_file(name).read_bytes() for name in backend.runtime}
    if component is not None:
        chosen: _Features = {"features": features, "all_features": all_features}
        native = encode(wit, loaded.world, **chosen)
        # The world file's serves wasm, too.
        own = native if string_encoding == "utf8" else encode(wit, loaded.world, **chosen, string_encoding="utf16")
        made = _component_files(loaded.world, component, native, own, backend, api)
        files |= {name: text.encode() for name, text in made}
    return Generated(files, loaded.inputs)


def _component_files(
    world: World, component: str, native: bytes, own: bytes, backend: Backend, api: world_file.Api
) -> Iterator[tuple[str, str]]:
    """What linking a component takes: the names of the files follow from the component's name alone."""
    definitions = {f.export: (world_file.Definition(f.name, f.symbol),) for f in backend.user_functions(world)}
    ports = world_file.describe(world, component, definitions, backend.dynamic, api, own)
    yield f"{component}.world.json", world_file.to_json(ports)
    described = manifest.encode(manifest.describe(world, component, native))
    yield f"{component}_manifest.c", manifest.render_c(described, component)
    symbols = [linkage.symbol for linkage in exports_of(world)]
    for suffix, kind in _EXPORT_MAPS:
        yield f"{component}{suffix}", export_map.render(symbols, component, kind)


_EXPORT_MAPS: tuple[tuple[str, export_map.Format], ...] = ((".map", "gnu"), (".exp", "macos"), (".def", "def"))
