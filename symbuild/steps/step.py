"""What a build runs of symbuild, as data: the one list that Meson's and other doors obey (a test compares them).

Compiling and linking stay with the build system. Paths are relative to the build directory, or to one that ``root``
leads from. There each component has a folder of its own, ``NAME-bindings`` or ``NAME-wasm``; outputs follow from names
that the user gave, never from what the WIT holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePath

from symbuild.frozen import frozen

WASM = "wasm32-wasip2"
GRAPHS = {"native": "symbuild-graph/providers.json", WASM: "symbuild-graph/wasm-providers.json"}
ISOLATED = "symbuild-isolated"
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

    ``options`` are those of ``symbuild bindgen``, ``chosen`` the labels of imports and the providers they get. Steps
    that run elsewhere than in the build directory are led there by ``root``, which ends in a slash; ``built`` is the
    file to make where its name does not say it. Isolated ones of one ``group`` share a process.
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
    target: str = "native"
    isolated: bool = False
    group: str = ""
    chosen: tuple[tuple[str, str], ...] = ()
    root: str = ""
    built: str = ""

    @property
    def file_name(self) -> str:
        """What :attr:`file` is called."""
        if self.target == WASM:
            return f"{self.name}.wasm"
        return self.name if self.is_program else f"lib{self.name}.so"

    @property
    def file(self) -> str:
        """What users are given."""
        return self.built or self.root + self.file_name

    @property
    def folder(self) -> str:
        """Where everything else of it is, in the build directory."""
        return f"{self.root}{self.name}-wasm" if self.target == WASM else f"{self.root}{self.name}-bindings"

    @property
    def graph_file(self) -> str:
        """Who provides what, in the whole build."""
        return self.root + GRAPHS[self.target]

    @property
    def world_file(self) -> str:
        """What steps read of its world."""
        return f"{self.folder}/{self.name}.world.json"


def steps(parts: Iterable[Planned]) -> tuple[Step, ...]:
    """Everything a native build on ELF runs for ``parts``, each given after its providers."""
    parts = tuple(parts)
    return (
        *map(bindgen, parts),
        *(cargo(p) for p in parts if p.manifest),
        graph(parts),
        *(step for p in parts for step in (bind(p), check_objects(p), check(p))),
        *(isolate_group(group) for group in _groups(parts)),
        *(isolate(p) for p in parts if p.isolated),
    )


def _groups(parts: Iterable[Planned]) -> Iterable[tuple[Planned, ...]]:
    """Those that share a process."""
    parts = tuple(parts)
    names = dict.fromkeys(p.group for p in parts if p.group)
    return (tuple(p for p in parts if p.group == name) for name in names)


def wasm_steps(parts: Iterable[Planned]) -> tuple[Step, ...]:
    """Everything a build for wasm runs for ``parts``, each given after its providers."""
    parts = tuple(replace(p, target=WASM) for p in parts)
    return (
        *map(bindgen, parts),
        *(cargo(p) for p in parts if p.manifest),
        graph(parts),
        *map(bind, parts),
        *map(componentize, parts),
        *(step for p in parts if p.is_program for step in (compose(p, parts), *launchers(p))),
    )


def bindgen(p: Planned) -> Step:
    """Generate bindings and what linking takes."""
    folder = p.folder
    made = [f"{folder}/{p.name}{suffix}" for suffix in (".world.json", "_manifest.c", ".map", ".exp", ".def")]
    argv = ["bindgen", p.language, p.wit, "-w", p.world, "--component", p.name, "--out-dir", folder]
    argv += ["--depfile", f"{folder}/{p.name}.d", "--no-runtime", *p.options]
    return Step(f"bindings of {p.name}", tuple(argv), (p.wit,), (*bindings_of(p), *made))


def bindings_of(p: Planned) -> tuple[str, ...]:
    """What is generated in the language: what sources include, and after it what is compiled."""
    stem = PurePath(p.world).name.partition("@")[0].replace("-", "_")
    made = [HEADERS[p.language].format(stem), *(s.format(stem) for s in SOURCES[p.language])]
    return tuple(f"{p.folder}/{name}" for name in made)


def python_package(p: Planned, module: str) -> Step:
    """Generate the package by which Python calls a component: what its extension is compiled of, and the rest.

    On wasm it has no extension, and carries what runs the component's file.
    """
    folder = p.root + module
    argv = ["bindgen", "python", p.wit, "-w", p.world, "--out-dir", folder, "--depfile", f"{folder}/{module}.d"]
    on_wasm = p.target == WASM
    files = ("_glue.py", "_native.py", "_values.py", "_wasm.py", "_wasi.py") if on_wasm else ("_native.c",)
    made = tuple(f"{folder}/{name}" for name in (*files, "__init__.py", "__init__.pyi", "py.typed"))
    options = ("--target", WASM) if on_wasm else ("--no-runtime",)
    return Step(f"package {module}", (*argv, *options, *p.options), (p.wit,), made)


def cargo(p: Planned) -> Step:
    """Build a Cargo package. Its compiler, profile and the crates it finds are the build system's."""
    folder = p.folder
    argv = ["cargo", "--manifest-path", p.manifest, "--component", p.name, "--out-dir", folder]
    argv += ["--target-dir", f"{folder}/{p.name}-cargo", "--depfile", f"{folder}/{p.name}_cargo.d"]
    argv += ["--program"] if p.is_program else []
    names = (f"{p.name}.core.wasm",) if p.target == WASM else (f"lib{p.name}_cargo.a", f"{p.name}_cargo.args")
    made = tuple(f"{folder}/{name}" for name in names)
    return Step(f"package of {p.name}", tuple(argv), (p.manifest, *bindings_of(p)), made)


def graph(parts: tuple[Planned, ...]) -> Step:
    """Collect who provides what."""
    worlds, out = tuple(p.world_file for p in parts), parts[0].graph_file
    return Step("providers of every interface", ("graph", "--out", out, *worlds), worlds, (out,))


def bind(p: Planned) -> Step:
    """Bind each import to one provider; natively, write the stub that importers are linked against."""
    providers = tuple(replace(p, name=name).world_file for name in p.providers)
    argv = ["bind", "--world-file", p.world_file, "--graph", p.graph_file, "--out-dir", p.folder]
    argv += ["--composed"] if p.target == WASM else ["--format", "gnu"]
    has_stub = p.target != WASM and not p.is_program
    argv += ["--stub"] if has_stub else []
    argv += [word for provider in providers for word in ("--provider", provider)]
    argv += [word for label, name in p.chosen for word in ("--choose", label, name)]
    argv += ["--open-imports"] if p.open_imports else []
    made = [f"{p.name}_{name}" for name in (["stub.c", "stub.map"] if has_stub else [])]
    made = [*([] if p.target == WASM else [f"{p.name}_edges.c"]), *made, f"{p.name}.edges.json"]
    outputs = tuple(f"{p.folder}/{name}" for name in made)
    return Step(f"edges of {p.name}", tuple(argv), (p.world_file, p.graph_file, *providers), outputs)


def componentize(p: Planned) -> Step:
    """Make a component of what the linker made. A program's is not yet what users are given."""
    core, out = f"{p.name}.core.wasm", f"{p.folder}/{p.file_name}" if p.is_program else p.file
    core = f"{p.folder}/{core}"
    argv = ["componentize", core, "--wit", p.wit, "-w", p.world, "-o", out, *(["--program"] if p.is_program else [])]
    argv += _world_options(p.options)
    return Step(f"component of {p.name}", tuple(argv), (core, p.world_file), (out,))


def _world_options(options: tuple[str, ...]) -> list[str]:
    """Those options of ``bindgen`` that say what the world is."""
    found, left = [], list(options)
    while left:
        option = left.pop(0)
        if option in ("--features", "--string-encoding") and left:
            found += [option, left.pop(0)]
        elif option == "--all-features" or option.startswith(("--features=", "--string-encoding=")):
            found.append(option)
    return found


def compose(p: Planned, parts: Iterable[Planned]) -> Step:
    """Put a program and all components that it needs into one file."""
    by_name, needed = {part.name: part for part in parts}, [p.name]
    for name in needed:
        needed += [n for n in by_name[name].providers if n not in needed]
    argv = ["compose", "-o", p.file]
    for name in needed:
        argv += ["--components", name, ",".join(by_name[name].providers)]
        argv += [word for label, chosen in by_name[name].chosen for word in ("--choose", name, label, chosen)]
    files = (f"{p.folder}/{p.file_name}", *(by_name[name].file for name in needed[1:]))
    return Step(f"all of {p.name}", (*argv, *files), files, (p.file,))


def launchers(p: Planned) -> tuple[Step, ...]:
    """Write the script that runs a program: for users, and for tests."""
    made = (p.file.removesuffix(".wasm"), f"{p.folder}/{p.name}")
    return tuple(Step(f"launcher of {p.name}", ("wasm-launcher", p.file, "-o", to), (p.file,), (to,)) for to in made)


def check_objects(p: Planned) -> Step:
    """Before the link: are all exports defined? The objects' names are the build system's."""
    stamp = f"{p.folder}/{p.name}.objects"
    sources = (word for source in p.sources for word in ("--source", source))
    argv = ("check-objects", "--world-file", p.world_file, "--wit", p.wit, *sources, "--stamp", stamp)
    return Step(f"objects of {p.name}", argv, (p.world_file,), (stamp,))


def check(p: Planned) -> Step:
    """After the link: does the file export its world exactly?"""
    stamp = f"{p.folder}/{p.name}.checked"
    return Step(f"exports of {p.file_name}", ("check", "--stamp", stamp, p.file), (p.file,), (stamp,))


def isolate(p: Planned) -> Step:
    """Make what takes the place of a component that has a process. Its compiler and profile are the build system's."""
    out, proxy = p.root + ISOLATED, f"{p.root}{ISOLATED}/{p.file_name}"
    argv = ("isolate", p.file, "-o", out)
    if p.group:
        return Step(f"proxy of {p.name}", (*argv, "--part", "member"), (p.file, _group_proxy(p)), (proxy,))
    return Step(f"process of {p.name}", (*argv, "--in-place"), (p.file,), (proxy,))


def isolate_group(members: tuple[Planned, ...]) -> Step:
    """Make the process that components share, and its proxy, to which theirs lead."""
    first, files = members[0], tuple(p.file for p in members)
    argv = ("isolate", *files, "-o", first.root + ISOLATED, "--in-place", "--part", "group")
    return Step(f"process of {first.group}", argv, files, (_group_proxy(first),))


def _group_proxy(p: Planned) -> str:
    return f"{p.root}{ISOLATED}/{p.group}.isolated/client/lib{p.group}.group.so"


def steps_text(planned: Iterable[Step]) -> str:
    """Steps for readers: what, the command, what it makes."""
    lines = []
    for step in planned:
        lines += [f"# {step.about}", f"symbuild {' '.join(step.argv)}", *(f"    -> {o}" for o in step.outputs)]
    return "\n".join(lines) + "\n"
