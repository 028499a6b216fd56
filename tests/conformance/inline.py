"""Rust sources that bring their world themselves: its WIT stands in their call of `generate!`, not in `test.wit`."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from symbuild.bindings.rust.macros import calls
from symbuild.wit import load_world
from symbuild.wit.assemble import assemble

from .discover import Source


def with_own_world(source: Source, folder: Path) -> Source:
    """``source`` with the world it spells out, if it does and uses no bindings of its world in `test.wit`.

    The package is written into ``folder`` anew. Raises InputError for a call or a package that cannot be read.
    """
    if source.language != "rust":
        return source
    text = source.path.read_text(encoding="utf-8")
    found = calls(text, str(source.path))
    if len(found) != 1 or found[0].inline is None or 'env!("BINDINGS")' in text:
        return source
    (call,) = found
    shutil.rmtree(folder, ignore_errors=True)
    assemble(call.inline, [source.path.parent / path for path in call.paths], folder)
    return replace(source, wit=folder, world=load_world(folder, call.world, features=call.features).world.name)
