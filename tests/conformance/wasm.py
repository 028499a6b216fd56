"""The wasm target: a source becomes a component, a combination one component of them all, and wasmtime runs that."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import symbuild
from symbuild.steps.componentize import componentize
from symbuild.steps.compose import assemble
from symbuild.steps.wasm_toolchain import CompiledLanguage, wasm_compiler

from .control import WASM, Shim
from .discover import Source
from .languages import generate
from .process import run
from .targets import Connection

_SYMBUILD = Path(symbuild.__file__).parent / "doors" / "run.py"
# One set for all: zig builds its C library anew for others.
_CODE = ("-O2", "-UNDEBUG", "-Wall", "-Wextra", "-Wno-unused-parameter")
_LANGUAGES: dict[str, tuple[CompiledLanguage, tuple[str, ...]]] = {
    "c": ("c", ()),
    "cpp": ("cpp", ("-std=c++20",)),
}


@dataclass(frozen=True, slots=True)
class WasmBuilt:
    """A source that became a component; ``generated`` are its bindings."""

    source: Source
    generated: Path
    component: Path


class Wasm:
    """WebAssembly components, by the compiler that symbuild finds."""

    pointer = WASM

    def languages(self) -> Collection[str]:
        """C and C++."""
        return _LANGUAGES

    def build(self, source: Source, folder: Path, flags: tuple[str, ...]) -> WasmBuilt:
        """A component."""
        generated = folder / "generated"
        generate(source.language, source, generated)
        headers = source.path.parent / "cpp"
        if source.language == "cpp" and headers.is_dir():
            # Classes and types that a test defines in headers of its own.
            shutil.copytree(headers, generated, dirs_exist_ok=True)
        return WasmBuilt(source, generated, _component(source, generated, folder, flags))

    def program(
        self, connection: Connection, built: Mapping[str, WasmBuilt], folder: Path, flags: tuple[str, ...]
    ) -> tuple[str, ...]:
        """Compose them; `symbuild run` calls."""
        runner = connection.components[0].name
        files = {c.name: built[c.name].component for c in connection.components}
        if connection.shim:
            files[runner] = _with_shim(built[runner], connection.shim, folder, flags)
        program = folder / "program.wasm"
        program.write_bytes(assemble(runner, files, connection.edges))
        return (sys.executable, str(_SYMBUILD), "run", str(program), "--invoke", "run()")


def _component(
    source: Source, generated: Path, folder: Path, flags: tuple[str, ...], others: tuple[Path, ...] = ()
) -> Path:
    """Compile a source with bindings and ``others``, link and componentize, all in ``folder``."""
    language, standard = _LANGUAGES[source.language]
    flags = (*standard, *source.header.cflags, *flags)
    bindings = generated / f"{source.world.replace('-', '_')}{source.path.suffix}"
    objects = [
        _compile(language, bindings, folder / "bindings.o", generated, (*flags, "-Wpedantic", "-Werror")),
        _compile(language, source.path, folder / "source.o", generated, flags),
        *(_compile("c", other, folder / f"{other.stem}.o", folder, ("-Wno-unused-function",)) for other in others),
    ]
    core = folder / "core.wasm"
    command = [*wasm_compiler(language).command, "-O2", *source.header.ldflags, "-mexec-model=reactor"]
    run([*command, *map(str, objects), "-o", str(core)], cwd=folder, what=f"linking {source.path.name}")
    choices = source.choices
    made = componentize(
        core,
        source.wit,
        source.world,
        features=choices.features,
        all_features=choices.all_features,
        string_encoding=choices.string_encoding,
    )
    component = folder / "component.wasm"
    component.write_bytes(made)
    return component


def _compile(language: CompiledLanguage, path: Path, made: Path, include: Path, flags: tuple[str, ...]) -> Path:
    command = [*wasm_compiler(language).command, *_CODE, "-I", str(include), *flags, "-c", str(path), "-o", str(made)]
    run(command, cwd=made.parent, what=f"compiling {path.name}")
    return made


def _with_shim(built: WasmBuilt, shim: Shim, folder: Path, flags: tuple[str, ...]) -> Path:
    """The runner's component, built of bindings in which imports are the shim's functions: not every linker for wasm
    that compilers call here knows ``--wrap``."""
    generated = folder / "shimmed"
    shutil.copytree(built.generated, generated, dirs_exist_ok=True)
    for file in generated.iterdir():
        if file.suffix in (".h", ".c", ".cpp"):
            file.write_text(_led(file.read_text(encoding="utf-8"), shim), encoding="utf-8")
    text = folder / "shim.c"
    text.write_text(shim.text, encoding="utf-8")
    return _component(built.source, generated, folder, flags, (text,))


def _led(text: str, shim: Shim) -> str:
    def lead(found: re.Match[str]) -> str:
        return f'SB_SYMBOL("__wrap_{found[1]}")' if found[1] in shim.references else found[0]

    return re.sub(r'SB_IMPORT\("(\w+)", "[^"]*", "[^"]*"\)', lead, text)
