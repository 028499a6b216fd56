"""The Miri target: Rust on both sides of every border, interpreted, which finds undefined behaviour and leaks.

A program holds the crates of all components, so that the import of one is the very symbol that another exports; where a
build would bind a reference to its provider, a function forwards. What needs two definitions of one symbol cannot be.
"""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from symbuild.abi.flatten import Core
from symbuild.abi.mangle import ROOT, symbol
from symbuild.errors import ToolError
from symbuild.graph.component import Edge

from .control import NATIVE
from .discover import Source
from .languages import generate_rust
from .process import Failure
from .rust import Crates, shared
from .targets import Connection

_TYPES: dict[Core, str] = {"i32": "i32", "i64": "i64", "f32": "f32", "f64": "f64", "ptr": "*mut u8", "len": "usize"}


@dataclass(frozen=True, slots=True)
class Interpretable:
    """A component's crate, and where the crates are that it uses."""

    crate: Path
    others: tuple[Path, ...]


class Miri:
    """This machine, as Miri models it."""

    pointer = NATIVE

    def __init__(self) -> None:
        self._crates = Crates(lambda: ("env", "MIRI_BE_RUSTC=target", *_miri()))

    def languages(self) -> Collection[str]:
        """Rust, which is what Miri interprets."""
        return ("rust",)

    def build(self, source: Source, folder: Path, flags: tuple[str, ...]) -> Interpretable:
        """A library of code that can be interpreted."""
        bindings = generate_rust(source, folder / "generated")
        return Interpretable(
            self._crates.build(source, folder, bindings, "rlib", flags), (shared(source, folder), folder)
        )

    def program(
        self, connection: Connection, built: Mapping[str, Interpretable], folder: Path, flags: tuple[str, ...]
    ) -> tuple[str, ...]:
        """Join the crates by a main function, which Miri interprets."""
        crates = {b.crate.stem.removeprefix("lib"): b.crate for b in built.values()}
        main = folder / "main.rs"
        main.write_text(_main(connection, crates), encoding="utf-8")
        places = dict.fromkeys(f"-L{place}" for b in built.values() for place in b.others)
        return (*_miri(), *flags, *places, *(f"--extern={name}={path}" for name, path in crates.items()), str(main))


def _main(connection: Connection, crates: Iterable[str]) -> str:
    exported = Counter(port.symbol for c in connection.components for port in c.exports)
    if twice := [name for name, count in exported.items() if count > 1]:
        raise Failure(f"one program cannot hold two definitions of {', '.join(twice)}")
    forwards = dict.fromkeys(_forward(e) for e in connection.edges if e.wanted.reference != e.offered.symbol)
    return "\n".join(
        [
            *(f"extern crate {name};" for name in crates),
            *forwards,
            f'extern "C" {{ #[link_name = "{symbol(ROOT, "run")}"] fn run(); }}',
            "fn main() { unsafe { run() } }",
            "",
        ]
    )


def _forward(edge: Edge) -> str:
    """A function by the name of a reference, which calls the provider."""
    signature, name = edge.wanted.signature, edge.wanted.reference
    takes = ", ".join(f"a{i}: {_TYPES[core]}" for i, core in enumerate(signature.params))
    gives = f" -> {_TYPES[signature.result]}" if signature.result else ""
    passes = ", ".join(f"a{i}" for i in range(len(signature.params)))
    return f"""\
mod {name} {{
    extern "C" {{ #[link_name = "{edge.offered.symbol}"] fn provider({takes}){gives}; }}
    #[export_name = "{name}"] unsafe extern "C" fn forward({takes}){gives} {{ unsafe {{ provider({passes}) }} }}
}}"""


@cache
def _miri() -> tuple[str, ...]:
    """The interpreter of the nightly toolchain, with the standard library made for it."""
    driver = _said("rustup", "which", "--toolchain", "nightly", "miri")
    sysroot = _said("cargo", "+nightly", "miri", "setup", "--print-sysroot")
    return (driver, "--sysroot", sysroot, "--edition=2021")


def _said(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (FileNotFoundError, subprocess.CalledProcessError):
        help = "rustup toolchain install nightly --component miri,rust-src"
        raise ToolError(f"`{' '.join(command)}` fails", help=help) from None
