"""What ``wit_bindgen::generate!`` in a Rust source includes: the bindings of each call, as bytes by file name.

The runtime's macro includes ``<source>.<line>.rs``, the source as the compiler was given it.
"""

from __future__ import annotations

from pathlib import Path

from symbuild.bindings.rust import bindings
from symbuild.bindings.rust.macros import Call, calls
from symbuild.errors import error_context
from symbuild.steps.generate import Generated
from symbuild.wit import Loaded
from symbuild.wit.assemble import load_assembled
from symbuild.wit.check import require_supported


def expand(source: Path, text: str, crate: Path) -> Generated:
    """The bindings of every call in a source; paths in calls are relative to the directory ``crate``.

    Raises InputError for what the calls or their WIT have wrong.
    """
    files: dict[str, bytes] = {}
    inputs: dict[Path, None] = {source: None}
    for call in calls(text, str(source)):
        place = f"{source}:{call.line}"
        with error_context(place):
            loaded = _load(call, crate)
            require_supported(loaded.world, place)
            (content,) = bindings(loaded.world, call.options).values()
        files[f"{source}.{call.line}.rs"] = content
        inputs |= dict.fromkeys(loaded.inputs)
    return Generated(files, tuple(inputs))


def _load(call: Call, crate: Path) -> Loaded:
    # Where nothing says where the world is, it is in the crate's directory of this name.
    paths = call.paths or (() if call.inline is not None else ("wit",))
    return load_assembled(call.inline, [crate / path for path in paths], call.world, features=call.features)
