"""The component under test in Rust: a static library of it, of the runtime and of the standard library.

It takes a nightly Rust, whose code AddressSanitizer and libFuzzer can see. The standard library is as shipped: what is
generic in it is compiled, and watched, with the component.
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
_GUIDED = ["-g", "-Copt-level=0", "-Ccodegen-units=1", "-Cpasses=sancov-module", "-Coverflow-checks=off"]
_SANITIZE = [
    "-Zsanitizer=address",
    "-Cunsafe-allow-abi-mismatch=sanitizer",
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


def static_library(works: Path, folder: Path, cfg: Sequence[str], *, coverage: bool) -> Path:
    """Compile ``works``, the bindings ``dense.rs`` and the user's ``forward.rs`` in ``folder``."""
    runtime = folder / "runtime"
    shutil.copytree(RUNTIME, runtime, dirs_exist_ok=True)
    with (runtime / "boxes.rs").open("a") as boxes:
        boxes.write(_FORGET)
    edges = [f"-Cllvm-args=-sanitizer-coverage-{what}" for what in _EDGES]
    flags = ["--edition", "2021", *_GUIDED, *edges, *(_COUNT if coverage else _SANITIZE)]
    crate, library = folder / "libwit_bindgen.rlib", folder / "libworks.a"
    std = ["--crate-name", "wit_bindgen", "--cfg", 'feature="std"']
    _rustc([*flags, *std, "--crate-type", "rlib", runtime / "lib.rs", "-o", crate], folder)
    cfgs = [word for name in cfg for word in ("--cfg", name)]
    linked = ["--crate-type", "staticlib", "--extern", f"wit_bindgen={crate}"]
    _rustc([*flags, *linked, *cfgs, works, "-o", library], folder)
    return library


def _rustc(arguments: Sequence[str | Path], folder: Path) -> None:
    compiler = nightly()
    assert compiler
    sources = {"BINDINGS": str(folder / "dense.rs"), "FORWARD": str(folder / "forward.rs")}
    done = subprocess.run(
        [compiler, *arguments], capture_output=True, text=True, env={**os.environ, **sources}, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
