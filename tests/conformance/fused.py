"""The fused placement, natively: the objects of all components in one program, their private names kept apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from symbuild.graph.component import Component
from symbuild.steps.fuse import Fusion, Part, in_order, rewritten
from symbuild.steps.fuse_native import packed
from symbuild.steps.objects.model import Changes
from symbuild.steps.objects.read import Inputs, needed, read_inputs, rewrite

from .control import Shim
from .direct import MAIN, Native
from .languages import Built, C, Cpp
from .process import run
from .targets import Connection, Target


class FusedNative(Native):
    """One program of everything; each component's objects are those of the direct placement."""

    def program(
        self, connection: Connection, built: Mapping[str, Built], folder: Path, flags: tuple[str, ...]
    ) -> tuple[str, ...]:
        """Fuse, and link with a ``main`` that calls the runner."""
        runner = connection.components[0]
        parts = []
        for component in connection.components:
            shim = connection.shim if component == runner else None
            parts.append(_part(component, built[component.name], shim, folder, flags, is_outer=component == runner))
        references = {(p.module, p.function): p.reference for c in connection.components for p in c.imports}
        fusion = Fusion(in_order(parts, connection.edges), tuple(connection.edges), references)
        library = folder / "libfused.a"
        library.write_bytes(packed((part.name, o) for part in rewritten(fusion) for o in part.objects))
        return (str(_linked(library, list(built.values()), folder, flags)),)


def _part(
    component: Component, built: Built, shim: Shim | None, folder: Path, flags: tuple[str, ...], *, is_outer: bool
) -> Part:
    inputs = read_inputs(built.objects)
    if shim:
        inputs = _with_shim(inputs, shim, folder, flags)
    return Part(component, needed(inputs, [port.symbol for port in component.exports]), is_outer)


def _with_shim(inputs: Inputs, shim: Shim, folder: Path, flags: tuple[str, ...]) -> Inputs:
    """The runner's objects with their references led to the shim, as the linker's ``--wrap`` leads them."""
    text = folder / "shim.c"
    text.write_text(shim.text, encoding="utf-8")
    made = read_inputs([C().compile(text, folder, (*flags, "-Wno-unused-function"))]).objects
    led = Changes({reference: f"__wrap_{reference}" for reference in shim.references})
    real = Changes({f"__real_{reference}": reference for reference in shim.references})
    objects = (*(rewrite(o, led) for o in inputs.objects), *(rewrite(o, real) for o in made))
    return replace(inputs, objects=objects, members=tuple(rewrite(o, led) for o in inputs.members))


def _linked(library: Path, built: Sequence[Built], folder: Path, flags: tuple[str, ...]) -> Path:
    (folder / "main.c").write_text(MAIN, encoding="utf-8")
    main = C().compile(folder / "main.c", folder, flags)
    is_cpp = any(b.linker[: len(Cpp().compiler())] == Cpp().compiler() for b in built)
    options = dict.fromkeys(o for b in built for o in b.linker if o.startswith("-") and not o.startswith("-Wl,-u"))
    command = [*(Cpp() if is_cpp else C()).compiler(), *flags, str(main)]
    command += ["-Wl,--whole-archive", str(library), "-Wl,--no-whole-archive", *options, "-lm", "-o", "program"]
    run(command, cwd=folder, what="linking the program")
    return folder / "program"


FUSED: dict[str, Target[Any]] = {"native": FusedNative()}
