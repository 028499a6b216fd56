"""Components are hardly bigger than those of wit-bindgen's bindings, built of the same sources by the same compiler.

Slow, and only where wit-bindgen is installed: ``python -m pytest -m slow tests/wasm``.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from symbuild.cli import run
from symbuild.steps.wasm_toolchain import wasm_compiler
from symbuild.wit import tool

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("wit-bindgen"), reason="needs wit-bindgen: cargo install wit-bindgen-cli"),
]

RUNTIME = Path(__file__).parent.parent / "runtime"
# Sources that both generators' bindings suit.
TESTS = ("lists", "nested", "options", "records", "results", "strings", "variants")
MOST = 1.1


def component(test: Path, folder: Path, *, ours: bool) -> int:
    """Build the tested side in C; the size of the component without names and debugging information."""
    folder.mkdir()
    wit = test / "test.wit"
    if ours:
        assert run(["bindgen", "c", str(wit), "-w", "test", "--out-dir", str(folder)]) == 0
    else:
        command = ["wit-bindgen", "c", str(wit), "-w", "test", "--out-dir", str(folder)]
        subprocess.run(command, check=True, capture_output=True)
        # Its bindings refer to an object that carries the world; here both get the world in the same way.
        (folder / "world.c").write_text("void __component_type_object_force_link_test(void) {}\n")
    compiler = [*wasm_compiler("c").command, "-O2", "-mexec-model=reactor", "-w", f"-I{folder}"]
    others = map(str, folder.glob("*.c"))
    subprocess.run([*compiler, str(test / "test.c"), *others, "-o", str(folder / "core.wasm")], check=True)
    made = folder / "made.wasm"
    assert run(["componentize", str(folder / "core.wasm"), "--wit", str(wit), "-w", "test", "-o", str(made)]) == 0
    tool.run(["strip", "--all", str(made), "-o", str(made)])
    return made.stat().st_size


@pytest.mark.parametrize("name", TESTS)
def test_size(name: str, tmp_path: Path) -> None:
    ours, theirs = (component(RUNTIME / name, tmp_path / f"{mine}", ours=mine) for mine in (True, False))
    print(f"{name}: {ours} bytes, {theirs} with wit-bindgen's bindings")
    assert ours <= MOST * theirs
