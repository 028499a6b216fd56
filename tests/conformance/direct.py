"""The direct placement, natively: each component a shared object, connected by the dynamic linker, and a program.

Importers are linked as symbuild's builds link them: against stubs of their providers, and with the references that
have to be bound one by one led to their providers (symmetric-abi.md, section 6).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from symbuild.abi.mangle import ROOT, symbol
from symbuild.graph.component import Component, Edge, Offers, offers
from symbuild.steps.bind import edges_source
from symbuild.steps.stub import stub_map, stub_source

from .control import NATIVE, Shim
from .discover import Source
from .languages import LANGUAGES, Built, C
from .process import run
from .targets import Connection
from .wiring import providers_first

RUN = symbol(ROOT, "run")
MAIN = f"""\
extern void {RUN}(void);

int main(void) {{
  {RUN}();
  return 0;
}}
"""


class Native:
    """Shared objects: for this machine, or for that of a cross file, whose pointers have another size."""

    def __init__(self, pointer: int = NATIVE) -> None:
        self.pointer = pointer

    def languages(self) -> Collection[str]:
        """Those whose compilers are asked for."""
        return LANGUAGES

    def build(self, source: Source, folder: Path, flags: tuple[str, ...]) -> Built:
        """Objects."""
        return LANGUAGES[source.language].build(source, folder, flags)

    def program(
        self, connection: Connection, built: Mapping[str, Built], folder: Path, flags: tuple[str, ...]
    ) -> tuple[str, ...]:
        """Link a program against the runner."""
        if connection.shim:
            runner = connection.components[0].name
            built = {**built, runner: _with_shim(built[runner], connection.shim, folder, flags)}
        return (str(Linker(folder, flags).program(connection.components, connection.edges, built)),)


def _with_shim(built: Built, shim: Shim, folder: Path, flags: tuple[str, ...]) -> Built:
    """The runner with its references led to the shim by the linker; the shim joins its objects."""
    text = folder / "shim.c"
    text.write_text(shim.text, encoding="utf-8")
    led = tuple(f"-Wl,--wrap={reference}" for reference in shim.references)
    objects = (*built.objects, C().compile(text, folder, (*flags, "-Wno-unused-function")))
    return replace(built, objects=objects, linker=(*built.linker, *led))


@dataclass(frozen=True, slots=True)
class Linker:
    """Links the components of one combination in ``folder``; ``flags`` go to every compile and link."""

    folder: Path
    flags: tuple[str, ...]

    def program(self, components: Sequence[Component], edges: Sequence[Edge], built: Mapping[str, Built]) -> Path:
        """Link every component, then the program that calls ``run`` of the first; returns the program."""
        offered = offers(components)
        for component in components:
            self._stub(component, offered)
        for component in providers_first(components, edges):
            mine = [e for e in edges if e.importer == component.name]
            self._component(component, mine, offered, built[component.name])
        runner = _library(components[0].name)
        main = self._write("main.c", MAIN)
        command = [*C().compiler(), *self.flags, str(main), str(self.folder / runner), "-o", "program"]
        run(
            [*command, "-Wl,-rpath,$ORIGIN", f"-Wl,-rpath-link,{self.folder}"],
            cwd=self.folder,
            what="linking the program",
        )
        return self.folder / "program"

    def _component(self, component: Component, edges: Sequence[Edge], offered: Offers, built: Built) -> None:
        bindings = self._write(f"{component.name}_edges.c", edges_source(component, edges, offered, "gnu"))
        objects = [*built.objects, C().compile(bindings, self.folder, self.flags)]
        stubs = dict.fromkeys(self._stubs / _library(e.provider) for e in edges)
        # Clang's sanitizers live in the program, so that a library linked for them is not complete in itself.
        complete = () if any("-fsanitize" in f for f in self.flags) else ("-Wl,-z,defs",)
        made = _library(component.name)
        command = [*built.linker, *self.flags, "-shared", *complete, f"-Wl,-soname,{made}", "-Wl,-rpath,$ORIGIN"]
        command += [f"-Wl,--version-script={built.version_script}", *map(str, objects), *map(str, stubs)]
        run([*command, "-lm", "-o", made], cwd=self.folder, what=f"linking {made}")

    def _stub(self, component: Component, offered: Offers) -> None:
        self._stubs.mkdir(exist_ok=True)
        source = self._write(f"{component.name}_stub.c", stub_source(component, offered))
        script = self._write(f"{component.name}_stub.map", stub_map(component, offered))
        made = _library(component.name)
        command = [*C().compiler(), "-shared", "-fPIC", "-w", f"-Wl,-soname,{made}", f"-Wl,--version-script={script}"]
        run([*command, str(source), "-o", str(self._stubs / made)], cwd=self.folder, what=f"linking a stub of {made}")

    @property
    def _stubs(self) -> Path:
        return self.folder / "stubs"

    def _write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path


def _library(component: str) -> str:
    return f"lib{component}.so"
