"""Components in Rust, for sanitizers: static libraries of one, of the runtime and of the standard library.

They take a nightly Rust, whose code AddressSanitizer, ThreadSanitizer and libFuzzer can see. The standard library is as
shipped unless said otherwise: what is generic in it is compiled, and watched, with the component.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import symbuild

RUNTIME = Path(symbuild.__file__).parent / "runtime" / "rust" / "src"
_EDGES = ["inline-8bit-counters", "pc-table", "level=4"]
# Unoptimized, so that each edge of the source is one of the program, to be sought and to be counted. To find defects,
# loads and stores are checked, and what the standard library's unsafe functions ask for.
_GUIDED = ["-Copt-level=0", "-Ccodegen-units=1", "-Cpasses=sancov-module", "-Coverflow-checks=off"]
_SANITIZE = [
    "-Zsanitizer=address",
    "-Cdebug-assertions=on",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
]
# Where nothing unwinds, edges that only a panic of the user's would take are not there to be counted.
_COUNT = ["-Cdebug-assertions=off", "-Cpanic=abort"]

# A trap's hook jumps out of the call, over frames whose destructors never run. Nothing looks at what they left:
# the peer frees their blocks; the pool of boxes, which traps under its lock only where memory is out, is emptied here;
# and `catch_unwind` has nothing to put back. To a compiler it is a call that does not return, as `trap` says it is.
_FORGET = """
/// After a trap nobody has a box any more.
#[unsafe(no_mangle)]
unsafe extern "C" fn fz_forget_boxes() {
    extern "C" {
        fn free(block: *mut u8);
    }
    BOXES.with(|boxes| {
        for chunk in core::mem::replace(&mut boxes.chunks, [core::ptr::null_mut(); CHUNKS]) {
            unsafe { free(chunk.cast()) }
        }
        boxes.first = core::ptr::null_mut();
        boxes.count = 0;
    });
}
"""


def nightly(program: str = "rustc") -> Path | None:
    """A program of the nightly toolchain."""
    if not shutil.which("rustup"):
        return None
    command = ["rustup", "which", "--toolchain", "nightly", program]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return Path(found.stdout.strip()) if found.returncode == 0 else None


def fuzzed(works: Path, folder: Path, cfg: Sequence[str], *, coverage: bool) -> Path:
    """A library that guides libFuzzer, of ``works`` and in ``folder`` the bindings and the user's ``forward.rs``."""
    runtime = folder / "runtime"
    shutil.copytree(RUNTIME, runtime, dirs_exist_ok=True)
    with (runtime / "boxes.rs").open("a") as boxes:
        boxes.write(_FORGET)
    edges = [f"-Cllvm-args=-sanitizer-coverage-{what}" for what in _EDGES]
    cfgs = [word for name in cfg for word in ("--cfg", name)]
    flags = [*_GUIDED, *edges, *(_COUNT if coverage else _SANITIZE), *cfgs]
    return library(works, folder, flags, runtime, BINDINGS=folder / "dense.rs", FORWARD=folder / "forward.rs")


def library(works: Path, folder: Path, flags: Sequence[str], runtime: Path = RUNTIME, **variables: Path) -> Path:
    """Compile ``works`` in ``folder`` with a runtime; ``variables`` tell it where its other sources are."""
    flags = [*flags, "-g", "--edition", "2021", "-Cunsafe-allow-abi-mismatch=sanitizer"]
    crate, made = folder / "libwit_bindgen.rlib", folder / "libworks.a"
    std = ["--crate-name", "wit_bindgen", "--cfg", 'feature="std"']
    _nightly("rustc", [*flags, *std, "--crate-type", "rlib", runtime / "lib.rs", "-o", crate])
    linked = ["--crate-type", "staticlib", "--extern", f"wit_bindgen={crate}"]
    _nightly("rustc", [*flags, *linked, works, "-o", made], **variables)
    return made


def library_with_std(works: Path, folder: Path, flags: Sequence[str], **variables: Path) -> Path:
    """The same by Cargo, with a standard library made for it of the toolchain's own sources (``rust-src``)."""
    manifest, triple = folder / "Cargo.toml", host()
    manifest.write_text(
        f"""[package]
name = "works"
edition = "2021"
[lib]
path = "{works}"
crate-type = ["staticlib"]
[dependencies]
wit-bindgen = {{ path = "{RUNTIME.parent}" }}
[profile.release]
debug = 1
"""
    )
    sources = [
        "--config",
        "source.crates-io.replace-with='sources'",
        "--config",
        f"source.sources.directory='{vendored()}'",
    ]
    build: list[str | Path] = ["build", "--offline", "--release", "--manifest-path", manifest, "--target", triple]
    build += ["-Zbuild-std=std,panic_unwind", *sources]
    _nightly("cargo", build, CARGO_TARGET_DIR=folder / "target", RUSTFLAGS=" ".join(flags), **variables)
    return folder / "target" / triple / "release" / "libworks.a"


def vendored() -> Path | None:
    """The crates that the standard library is made with, where the toolchain has them."""
    found = _sysroot() / "lib" / "rustlib" / "src" / "rust" / "library" / "vendor"
    return found if found.exists() else None


def sanitizer_runtime(name: str) -> Path:
    """What code under a sanitizer is linked with."""
    return _sysroot() / "lib" / "rustlib" / host() / "lib" / f"librustc-nightly_rt.{name}.a"


def host() -> str:
    """The triple of this machine."""
    return _nightly("rustc", ["--print", "host-tuple"]).strip()


def _sysroot() -> Path:
    return Path(_nightly("rustc", ["--print", "sysroot"]).strip())


def _nightly(program: str, arguments: Sequence[str | Path], **variables: str | Path) -> str:
    """Run a program of the toolchain, which finds its others beside it."""
    found = nightly(program)
    assert found, program
    path = f"{found.parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, **{name: str(value) for name, value in variables.items()}}
    done = subprocess.run([found, *arguments], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout
