"""The wasm target: a source becomes a component, a combination one component of them all, and wasmtime runs that."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import symbuild
from symbuild.steps.componentize import componentize
from symbuild.steps.compose import assemble
from symbuild.steps.wasm_rust import LINK, wasm_rust
from symbuild.steps.wasm_toolchain import CompiledLanguage, wasm_compiler

from .control import WASM, Shim
from .discover import Source
from .languages import generate, generate_rust
from .process import run
from .rust import Crates
from .targets import Connection

SYMBUILD = Path(symbuild.__file__).parent / "doors" / "run.py"
# One set for all: zig builds its C library anew for others.
_CODE = ("-O2", "-UNDEBUG", "-Wall", "-Wextra", "-Wno-unused-parameter")
_LANGUAGES: dict[str, tuple[CompiledLanguage, tuple[str, ...]]] = {
    "c": ("c", ()),
    "cpp": ("cpp", ("-std=c++20",)),
}
# How bindings declare an import, by its native symbol, and how a function that is linked in.
_IMPORTS = (
    (re.compile(r'SB_IMPORT\("(\w+)", "[^"]*", "[^"]*"\)'), 'SB_SYMBOL("__wrap_{}")'),
    (
        re.compile(
            r'#\[cfg_attr\(target_arch = "wasm32", link\([^)]*\)\)\]\s*unsafe extern "C" \{\s*'
            r'#\[cfg_attr\(target_arch = "wasm32", link_name = "[^"]*"\)\]\s*'
            r'#\[cfg_attr\(not\(target_arch = "wasm32"\), link_name = "(\w+)"\)\]'
        ),
        'unsafe extern "C" {{ #[link_name = "__wrap_{}"]',
    ),
)


@dataclass(frozen=True, slots=True)
class WasmBuilt:
    """A source that became a component; ``generated`` are its bindings."""

    source: Source
    generated: Path
    component: Path


class Wasm:
    """WebAssembly components, by the compilers that symbuild finds."""

    pointer = WASM

    def __init__(self) -> None:
        # What a debugger needs of the standard library would be most of each component.
        self.crates = Crates(lambda: (*wasm_rust().command, *LINK, "--edition=2021", "-Cstrip=debuginfo"))

    def languages(self) -> Collection[str]:
        """C, C++ and Rust."""
        return (*_LANGUAGES, "rust")

    def build(self, source: Source, folder: Path, flags: tuple[str, ...]) -> WasmBuilt:
        """A component."""
        generated = folder / "generated"
        if source.language == "rust":
            core = self.crates.build(source, folder, generate_rust(source, generated), "cdylib", ())
        else:
            generate(source.language, source, generated)
            headers = source.path.parent / "cpp"
            if source.language == "cpp" and headers.is_dir():
                # Classes and types that a test defines in headers of its own.
                shutil.copytree(headers, generated, dirs_exist_ok=True)
            core = _core(source, generated, folder, flags)
        return WasmBuilt(source, generated, _component(source, core))

    def program(
        self, connection: Connection, built: Mapping[str, WasmBuilt], folder: Path, flags: tuple[str, ...]
    ) -> tuple[str, ...]:
        """Compose them; `symbuild run` calls."""
        runner = connection.components[0].name
        files = {c.name: built[c.name].component for c in connection.components}
        if connection.shim:
            core = self._with_shim(built[runner], connection.shim, folder, flags)
            files[runner] = _component(built[runner].source, core)
        program = folder / "program.wasm"
        program.write_bytes(assemble(runner, files, connection.edges))
        return (sys.executable, str(SYMBUILD), "run", str(program), "--invoke", "run()")

    def _with_shim(self, built: WasmBuilt, shim: Shim, folder: Path, flags: tuple[str, ...]) -> Path:
        """The runner's module, built of bindings in which imports are the shim's functions: not every linker for wasm
        that compilers call here knows ``--wrap``."""
        text = folder / "shim.c"
        text.write_text(shim.text, encoding="utf-8")
        led = compile_wasm("c", text, folder / "shim.o", folder, ("-Wno-unused-function",))
        generated = folder / "shimmed"
        shutil.copytree(built.generated, generated, dirs_exist_ok=True)
        lead = partial(_led, shim=shim)
        for file in generated.iterdir():
            if file.suffix in (".h", ".c", ".cpp", ".rs"):
                file.write_text(lead(file.read_text(encoding="utf-8")), encoding="utf-8")
        source = built.source
        if source.language == "rust":
            bindings, link = generated / f"{source.world.replace('-', '_')}.rs", (f"-Clink-arg={led}",)
            return self.crates.build(source, folder, bindings, "cdylib", (), link=link, edit=lead)
        return _core(source, generated, folder, flags, (led,))


def _core(source: Source, generated: Path, folder: Path, flags: tuple[str, ...], others: tuple[Path, ...] = ()) -> Path:
    """Compile a source in C or C++ with its bindings, and link both with the objects ``others``, all in ``folder``."""
    language, standard = _LANGUAGES[source.language]
    flags = (*standard, *source.header.cflags, *flags)
    bindings = generated / f"{source.world.replace('-', '_')}{source.path.suffix}"
    objects = [
        compile_wasm(language, bindings, folder / "bindings.o", generated, (*flags, "-Wpedantic", "-Werror")),
        compile_wasm(language, source.path, folder / "source.o", generated, flags),
        *others,
    ]
    core = folder / "core.wasm"
    compiler = wasm_compiler(language)
    command = [*compiler.command, *compiler.link_flags, "-O2", *source.header.ldflags, "-mexec-model=reactor"]
    run([*command, *map(str, objects), "-o", str(core)], cwd=folder, what=f"linking {source.path.name}")
    return core


def _component(source: Source, core: Path) -> Path:
    """Componentize a module, beside it."""
    choices = source.choices
    made = componentize(
        core,
        source.wit,
        source.world,
        features=choices.features,
        all_features=choices.all_features,
        string_encoding=choices.string_encoding,
    )
    component = core.with_name("component.wasm")
    component.write_bytes(made)
    return component


def compile_wasm(language: CompiledLanguage, path: Path, made: Path, include: Path, flags: tuple[str, ...]) -> Path:
    command = [*wasm_compiler(language).command, *_CODE, "-I", str(include), *flags, "-c", str(path), "-o", str(made)]
    run(command, cwd=made.parent, what=f"compiling {path.name}")
    return made


def _led(text: str, shim: Shim) -> str:
    """Bindings whose imports, those that the shim knows, are its functions."""

    for declared, instead in _IMPORTS:
        text = declared.sub(partial(_instead, instead, shim), text)
    return text


def _instead(text: str, shim: Shim, found: re.Match[str]) -> str:
    return text.format(found[1]) if found[1] in shim.references else found[0]
