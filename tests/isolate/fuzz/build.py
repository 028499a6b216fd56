"""Builds the fuzzers: generated proxy and host, what of the runtime reads messages, and a peer that is the input."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from symbuild.bindings.message.backend import Isolated, Reference, sources
from symbuild.bindings.message.wiring import symbol_of, wired
from symbuild.cli import run
from symbuild.model.world import World
from symbuild.wit import load_world

Side = Literal["host", "client"]
SIDES: tuple[Side, ...] = ("host", "client")

HERE = Path(__file__).parent
CALLS = HERE.parent / "calls"
RUNTIME = HERE.parents[2] / "symbuild" / "runtime"
DECODER = ("message.c", "handles.c", "lane.c")
FLAGS = ["-std=gnu11", "-g", "-O1", "-Wall", "-Wextra", "-Wno-unused-function"]
SANITIZERS = "address,undefined"
# Which components are in the fuzzer of a side: with the host the one that is isolated, with the client all others.
COMPONENTS = {"host": ["shop"], "client": ["logger", "app"]}

# Changes the text of a source, by its name.
Change = Callable[[str, str], str]


def unchanged(name: str, text: str) -> str:
    return text


def world() -> World:
    """The world of the component."""
    return load_world(CALLS / "shop.wit", "shop").world


def build(
    folder: Path, side: Side, *, engine: str = "fuzzer", change: Change = unchanged, options: Sequence[str] = ()
) -> Path:
    """The fuzzer of a side. ``engine`` is what clang links into it."""
    folder.mkdir(parents=True, exist_ok=True)
    loaded = world()
    references = tuple(_reference(symbol_of(each.linkage)) for each in wired(loaded, ()))
    made = sources(loaded, Isolated("shop", b"manifest", "libshop.so", "shop.isolated/shop", references))
    texts = {name: content.decode() for name, content in made.files.items() if name.endswith(".c")}
    texts |= {name: (RUNTIME / "src" / "isolate" / name).read_text(encoding="utf-8") for name in DECODER}
    for name, text in texts.items():
        (folder / name).write_text(change(name, text), encoding="utf-8")
    for name in ("shop", "logger", "app"):
        assert run(["bindgen", "c", str(CALLS / "shop.wit"), "-w", name, "--out-dir", str(folder), "--no-runtime"]) == 0
    parts = [folder / name for name in DECODER] + [HERE / "peer.c", HERE / f"{side}.c"]
    parts += [folder / f"{name}.c" for name in COMPONENTS[side]]
    parts += [CALLS / f"{name}.c" for name in COMPONENTS[side] if name != "app"]
    parts += [folder / made.standins[0].source] if side == "host" else []
    include = [f"-I{path}" for path in (folder, HERE, RUNTIME / "include", RUNTIME / "src" / "isolate")]
    fuzzer = folder / side
    sanitizers = f"-fsanitize={','.join(filter(None, (engine, SANITIZERS)))}"
    command = ["clang", *FLAGS, sanitizers, "-fno-sanitize-recover=undefined", "-DFUZZING", *options, *include]
    subprocess.run([*command, *map(str, parts), "-rdynamic", "-pthread", "-ldl", "-o", str(fuzzer)], check=True)
    return fuzzer


def _reference(symbol: str) -> Reference:
    return Reference(symbol, None if "back" in symbol else "liblogger.so")
