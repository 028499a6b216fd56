"""Builds the border of ``c/`` by hand: component, host, proxy and a program that calls it."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent / "c"
RUNTIME = Path(__file__).parents[3] / "symbuild" / "runtime"
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
FLAGS = ["-std=gnu11", "-O2", "-g", "-fPIC", "-fvisibility=hidden", "-fno-lto", "-pthread", *WARNINGS]


@dataclass(frozen=True)
class Variant:
    """How the component is placed, and what it is compiled with."""

    transport: str = "shm"
    deadline: float = 0
    on_failure: str = "restart"
    confine: str = ""
    host: str = "codec.isolated/codec"
    defines: tuple[str, ...] = ()  # of the proxy
    compiler: str = field(default_factory=lambda: os.environ.get("CC", "gcc"))
    flags: tuple[str, ...] = ()  # of everything


def compile_runtime(folder: Path, variant: Variant) -> list[Path]:
    """The runtime's objects, the same for proxies and hosts."""
    folder.mkdir(parents=True, exist_ok=True)
    objects = []
    for source in sorted((RUNTIME / "src" / "isolate").glob("*.c")):
        objects.append(folder / f"{source.stem}.o")
        _compile(variant, "-c", str(source), "-o", str(objects[-1]))
    return objects


def build(folder: Path, variant: Variant, runtime: list[Path]) -> Path:
    """The program ``driver``, linked with the proxy; everything in ``folder``."""
    isolated = folder / "codec.isolated"
    isolated.mkdir(parents=True)
    objects = [str(path) for path in runtime]
    exports = folder / "codec.map"
    exports.write_text("{ global: codec_*; local: *; };\n")
    placed = [
        f'-DTRANSPORT="{variant.transport}"',
        f"-DDEADLINE={variant.deadline}",
        f'-DON_FAILURE="{variant.on_failure}"',
        f'-DCONFINE="{variant.confine}"',
        f'-DHOST="{variant.host}"',
        *(f"-D{define}" for define in variant.defines),
    ]
    proxy = folder / "libcodec.so"
    _compile(variant, "-shared", str(HERE / "component.c"), "-o", str(isolated / "libcodec.so"))
    _compile(variant, "-rdynamic", str(HERE / "host.c"), *objects, "-o", str(isolated / "codec"))
    linked = ["-shared", str(HERE / "proxy.c"), *objects, f"-Wl,--version-script={exports}", "-Wl,-z,nodelete"]
    _compile(variant, *placed, *linked, "-o", str(proxy))
    driver = folder / "driver"
    called = [str(HERE / "driver.c"), "-fvisibility=default", "-rdynamic", f"-L{folder}", "-lcodec"]
    _compile(variant, *called, f"-Wl,-rpath,{folder}", "-o", str(driver))
    return driver


def _compile(variant: Variant, *arguments: str) -> None:
    include = f"-I{RUNTIME / 'include'}"
    subprocess.run([variant.compiler, *FLAGS, *variant.flags, include, *arguments], check=True)
