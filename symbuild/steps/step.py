"""What a build runs of symbuild, as data: the one list that Meson's and other doors obey (a test compares them).

Compiling and linking stay with the build system. Paths are relative to the build directory, where each component has a
folder of its own, ``NAME-bindings``; outputs follow from names that the user gave, never from what the WIT holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath

from symbuild.frozen import frozen

GRAPH = "symbuild-graph/providers.json"
HEADERS = {"c": "{}.h", "cpp": "{}_cpp.h", "rust": "{}.rs"}
SOURCES = {"c": ("{}.c",), "cpp": ("{}.cpp",), "rust": ()}


@frozen
class Step:
    """One run of ``symbuild``: its arguments after the command's name, what it reads and what it makes."""

    about: str
    argv: tuple[str, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


@frozen
class Planned:
    """A component or program to build, of sources or of the Cargo package that ``manifest`` names.

    ``options`` are those of ``symbuild bindgen``.
    """

    name: str
    wit: str
    world: str
    sources: tuple[str, ...] = ()
    language: str = "c"
    providers: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    is_program: bool = False
    open_imports: bool = False
    manifest: str = ""

    @property
    def file(self) -> str:
        """What is linked."""
        return self.name if self.is_program else f"lib{self.name}.so"


def steps(parts: Iterable[Planned]) -> tuple[Step, ...]:
    """Everything a native build on ELF runs for ``parts``, each given after its providers."""
    parts = tuple(parts)
    return (
        *map(bindgen, parts),
        *(cargo(p) for p in parts if p.manifest),
        graph(parts),
        *(step for p in parts for step in (bind(p), check_objects(p), check(p))),
    )


def bindgen(p: Planned) -> Step:
    """Generate bindings and what linking takes."""
    folder = _folder(p.name)
    made = [f"{folder}/{p.name}{suffix}" for suffix in (".world.json", "_manifest.c", ".map", ".exp", ".def")]
    argv = ["bindgen", p.language, p.wit, "-w", p.world, "--component", p.name, "--out-dir", folder]
    argv += ["--depfile", f"{folder}/{p.name}.d", "--no-runtime", *p.options]
    return Step(f"bindings of {p.name}", tuple(argv), (p.wit,), (*_bindings_of(p), *made))


def _bindings_of(p: Planned) -> tuple[str, ...]:
    stem = PurePath(p.world).name.partition("@")[0].replace("-", "_")
    made = [HEADERS[p.language].format(stem), *(s.format(stem) for s in SOURCES[p.language])]
    return tuple(f"{_folder(p.name)}/{name}" for name in made)


def cargo(p: Planned) -> Step:
    """Build a Cargo package. Its compiler, profile and the crates it finds are the build system's."""
    folder = _folder(p.name)
    argv = ["cargo", "--manifest-path", p.manifest, "--component", p.name, "--out-dir", folder]
    argv += ["--target-dir", f"{folder}/{p.name}-cargo", "--depfile", f"{folder}/{p.name}_cargo.d"]
    argv += ["--program"] if p.is_program else []
    made = (f"{folder}/lib{p.name}_cargo.a", f"{folder}/{p.name}_cargo.args")
    return Step(f"package of {p.name}", tuple(argv), (p.manifest, *_bindings_of(p)), made)


def graph(parts: tuple[Planned, ...]) -> Step:
    """Collect who provides what."""
    worlds = tuple(_world_file(p.name) for p in parts)
    return Step("providers of every interface", ("graph", "--out", GRAPH, *worlds), worlds, (GRAPH,))


def bind(p: Planned) -> Step:
    """Bind each import to one provider; write the stub that importers are linked against."""
    folder, providers = _folder(p.name), tuple(map(_world_file, p.providers))
    argv = ["bind", "--world-file", _world_file(p.name), "--graph", GRAPH, "--out-dir", folder, "--format", "gnu"]
    argv += [] if p.is_program else ["--stub"]
    argv += [word for provider in providers for word in ("--provider", provider)]
    argv += ["--open-imports"] if p.open_imports else []
    made = ["edges.c"] + ([] if p.is_program else ["stub.c", "stub.map"])
    outputs = tuple(f"{folder}/{p.name}_{name}" for name in made)
    return Step(f"edges of {p.name}", tuple(argv), (_world_file(p.name), GRAPH, *providers), outputs)


def check_objects(p: Planned) -> Step:
    """Before the link: are all exports defined? The objects' names are the build system's."""
    stamp = f"{_folder(p.name)}/{p.name}.objects"
    sources = (word for source in p.sources for word in ("--source", source))
    argv = ("check-objects", "--world-file", _world_file(p.name), "--wit", p.wit, *sources, "--stamp", stamp)
    return Step(f"objects of {p.name}", argv, (_world_file(p.name),), (stamp,))


def check(p: Planned) -> Step:
    """After the link: does the file export its world exactly?"""
    stamp = f"{_folder(p.name)}/{p.name}.checked"
    return Step(f"exports of {p.file}", ("check", "--stamp", stamp, p.file), (p.file,), (stamp,))


def steps_text(planned: Iterable[Step]) -> str:
    """Steps for readers: what, the command, what it makes."""
    lines = []
    for step in planned:
        lines += [f"# {step.about}", f"symbuild {' '.join(step.argv)}", *(f"    -> {o}" for o in step.outputs)]
    return "\n".join(lines) + "\n"


def _folder(name: str) -> str:
    return f"{name}-bindings"


def _world_file(name: str) -> str:
    return f"{_folder(name)}/{name}.world.json"
