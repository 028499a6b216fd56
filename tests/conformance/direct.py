"""The direct placement, natively: each component a shared object, connected by the dynamic linker, and a program.

A reference that the dynamic linker could bind to the wrong provider gets the provider's version in its name first
(``symbol@node``; symmetric-abi.md, section 6).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from symbuild.abi.mangle import ROOT, symbol
from symbuild.model.world import World

from .discover import Combination, Source
from .languages import Built, C
from .process import run
from .wiring import Edge, providers_first, renames

RUN = symbol(ROOT, "run")
MAIN = f"""\
extern void {RUN}(void);

int main(void) {{
  {RUN}();
  return 0;
}}
"""


def link(
    combination: Combination,
    built: Mapping[Source, Built],
    edges: tuple[Edge, ...],
    worlds: Mapping[Source, World],
    folder: Path,
    flags: tuple[str, ...],
) -> Path:
    """Link every component, then the program that calls the runner's ``run``; returns the program."""
    for source in providers_first(combination, edges):
        providers = dict.fromkeys(e.provider for e in edges if e.importer == source)
        objects = rename(built[source].objects, renames(source, edges, worlds), folder / f"{source.world}.bound")
        _link_component(source, built[source], objects, [library(p, folder) for p in providers], folder, flags)
    return _link_program(library(combination.runner, folder), folder, flags)


def library(source: Source, folder: Path) -> Path:
    """Where the component of ``source`` is linked to."""
    return folder / f"lib{source.world}.so"


def rename(objects: tuple[Path, ...], names: Mapping[str, str], folder: Path) -> tuple[Path, ...]:
    """Copies of ``objects`` in ``folder`` with symbols renamed; the objects themselves where there is nothing to do."""
    if not names:
        return objects
    folder.mkdir(exist_ok=True)
    listing = folder / "names.txt"
    listing.write_text("".join(f"{old} {new}\n" for old, new in names.items()), encoding="utf-8")
    made = tuple(folder / o.name for o in objects)
    for old, new in zip(objects, made, strict=True):
        run(
            ["objcopy", f"--redefine-syms={listing}", str(old), str(new)],
            cwd=folder,
            what=f"renaming symbols of {old.name}",
        )
    return made


def _link_component(
    source: Source,
    built: Built,
    objects: tuple[Path, ...],
    providers: list[Path],
    folder: Path,
    flags: tuple[str, ...],
) -> None:
    made = library(source, folder)
    # Clang's sanitizers live in the program, so that a library linked for them is not complete in itself.
    complete = () if any("-fsanitize" in f for f in flags) else ("-Wl,-z,defs",)
    command = [*built.linker, *flags, "-shared", *complete, f"-Wl,-soname,{made.name}"]
    command += [f"-Wl,--version-script={built.version_script}", "-Wl,-rpath,$ORIGIN", "-o", str(made)]
    command += map(str, [*objects, *providers])
    run([*command, "-lm"], cwd=folder, what=f"linking {made.name}")


def _link_program(runner: Path, folder: Path, flags: tuple[str, ...]) -> Path:
    source, made = folder / "main.c", folder / "program"
    source.write_text(MAIN, encoding="utf-8")
    command = [*C().compiler(), *flags, str(source), str(runner), "-o", str(made), "-Wl,-rpath,$ORIGIN"]
    run([*command, f"-Wl,-rpath-link,{folder}"], cwd=folder, what="linking the program")
    return made
