"""Everything one run of the generator makes of a WIT world, as bytes by file name: nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from symbuild.bindings.c import Options, bindings
from symbuild.wit import load_world
from symbuild.wit.check import require_supported

RUNTIME = Path(__file__).parent.parent / "runtime" / "include"


@dataclass(frozen=True, slots=True)
class Generated:
    """File contents by name, and every file and directory they were made from."""

    files: Mapping[str, bytes]
    inputs: tuple[Path, ...]


def generate(
    wit: Path,
    world: str | None,
    *,
    options: Options,
    features: Sequence[str] = (),
    all_features: bool = False,
    runtime: bool = True,
    component: str | None = None,
) -> Generated:
    """Make C bindings; with ``component``, also what a build needs to link a component of that name.

    ``runtime`` adds the runtime's header, so that the files compile on their own. Raises InputError for a world that
    cannot be read or built.
    """
    loaded = load_world(wit, world, features=features, all_features=all_features)
    require_supported(loaded.world, str(wit))
    files = bindings(loaded.world, options)
    if runtime:
        files["symbuild.h"] = (RUNTIME / "symbuild.h").read_bytes()
    return Generated(files, loaded.inputs)
