"""The fused placement: the objects of all components in one program or module, their private names kept apart."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from symbuild.abi.mangle import import_name
from symbuild.errors import Findings
from symbuild.graph.component import Component
from symbuild.model.world import World
from symbuild.steps import world_file
from symbuild.steps.binary import read
from symbuild.steps.fuse import Fusion, Part, in_order, rewritten
from symbuild.steps.fuse_link import link_wasm
from symbuild.steps.fuse_native import packed
from symbuild.steps.fuse_parts import Fused
from symbuild.steps.manifest import describe
from symbuild.steps.objects.model import Changes
from symbuild.steps.objects.read import Inputs, needed, read_inputs, rewrite
from symbuild.steps.wasm_check import check_component
from symbuild.wit import encode, load_world

from .control import Shim
from .direct import MAIN, Native
from .discover import Source
from .languages import Built, C, Cpp, generate_rust
from .process import run
from .targets import Connection, Target
from .wasm import SYMBUILD, Wasm, WasmBuilt, compile_wasm


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
        text = folder / "shim.c"
        text.write_text(shim.text, encoding="utf-8")
        compiled = C().compile(text, folder, (*flags, "-Wno-unused-function"))
        inputs = _with_shim(inputs, {reference: reference for reference in shim.references}, compiled)
    return Part(component, needed(inputs, [port.symbol for port in component.exports]), is_outer)


def _with_shim(inputs: Inputs, references: Mapping[str, str], compiled: Path) -> Inputs:
    """The runner's objects with their references led to the shim, as the linker's ``--wrap`` leads them.

    ``references`` are the names that the runner's objects have for those of the shim.
    """
    made = read_inputs([compiled]).objects
    led = Changes({own: f"__wrap_{reference}" for own, reference in references.items()})
    real = Changes({f"__real_{reference}": reference for reference in references.values()})
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


class FusedWasm(Wasm):
    """One component of one module. The objects are those of which components are made for composition; a crate's are in
    a static library, which rustc makes of the same code."""

    def build(self, source: Source, folder: Path, flags: tuple[str, ...]) -> WasmBuilt:
        """The objects, and of C and C++ a component."""
        if source.language != "rust":
            return super().build(source, folder, flags)
        generated = folder / "generated"
        library = self.crates.build(source, folder, generate_rust(source, generated), "staticlib", ())
        return WasmBuilt(source, generated, library)

    def program(
        self, connection: Connection, built: Mapping[str, WasmBuilt], folder: Path, flags: tuple[str, ...]
    ) -> tuple[str, ...]:
        """Fuse; `symbuild run` calls."""
        worlds = {name: load_world(b.source.wit, b.source.world).world for name, b in built.items()}
        runner = connection.components[0]
        parts = []
        for component in connection.components:
            inputs = read_inputs(_files(built[component.name]))
            if component == runner and connection.shim:
                references = _references(inputs, runner, connection.shim)
                inputs = _with_shim(inputs, references, _wasm_shim(connection.shim, folder))
            parts.append(Part(component, needed(inputs, (p.symbol for p in component.exports)), component == runner))
        opened = {(p.module, p.function): p.reference for c in connection.components for p in c.imports}
        fusion = Fusion(in_order(parts, connection.edges), tuple(connection.edges), opened)
        encoded = {name: _encoded(b, worlds[name]) for name, b in built.items()}
        members = {part.name: describe(worlds[part.name], part.name, encoded[part.name]) for part in fusion.parts}
        program = folder / "program.wasm"
        file = world_file.describe(worlds[runner.name], runner.name, {}, wit=encoded[runner.name])
        fused = Fused(fusion, members[runner.name], file, tuple(members.values()), worlds, encoded)
        link_wasm(fused, program, args=built[runner.name].source.header.ldflags)
        if found := check_component(program, read(program)):
            raise Findings(found)
        return (sys.executable, str(SYMBUILD), "run", str(program), "--invoke", "run()")


def _files(built: WasmBuilt) -> tuple[Path, ...]:
    """The objects of a source."""
    made = built.component
    return (made,) if made.suffix == ".a" else (made.with_name("bindings.o"), made.with_name("source.o"))


def _encoded(built: WasmBuilt, world: World) -> bytes:
    """A world's binary encoding, as its world file has it."""
    choices = built.source.choices
    return encode(
        built.source.wit,
        world,
        features=choices.features,
        all_features=choices.all_features,
        string_encoding=choices.string_encoding,
    )


def _references(inputs: Inputs, runner: Component, shim: Shim) -> dict[str, str]:
    """The shim's references by the symbols that the objects have for the imports, which are each language's own."""
    names = {import_name(p.module, p.function): p.reference for p in runner.imports if p.reference in shim.references}
    imports = (i for o in (*inputs.objects, *inputs.members) for i in o.imports)
    return {i.symbol: names[i.module, i.name] for i in imports if (i.module, i.name) in names}


def _wasm_shim(shim: Shim, folder: Path) -> Path:
    text = folder / "shim.c"
    text.write_text(shim.text, encoding="utf-8")
    return compile_wasm("c", text, folder / "shim.o", folder, ("-Wno-unused-function",))


FUSED: dict[str, Target[Any]] = {"native": FusedNative(), "wasm": FusedWasm()}
