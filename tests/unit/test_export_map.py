"""Export maps: exact texts, and a linker that obeys them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from symbuild.errors import UsageError
from symbuild.steps.export_map import node_name, render

SYMBOLS = ["bX3AbX2FbX00g", "aX3AaX2FaX00f", "aX3AaX2FaX00f"]


def test_gnu_version_script() -> None:
    assert render(SYMBOLS, "text-pipeline", "gnu") == (
        "text_pipeline {\n  global:\n    aX3AaX2FaX00f;\n    bX3AbX2FbX00g;\n  local:\n    *;\n};\n"
    )


def test_gnu_version_script_without_exports_hides_everything() -> None:
    assert render([], "greeter", "gnu") == "greeter {\n  local:\n    *;\n};\n"


def test_macos_names_begin_with_an_underscore() -> None:
    assert render(SYMBOLS, "greeter", "macos") == "_aX3AaX2FaX00f\n_bX3AbX2FbX00g\n"


def test_windows_definition_file() -> None:
    assert render(SYMBOLS, "greeter", "def") == (
        'LIBRARY "libgreeter.dll"\nEXPORTS\n    aX3AaX2FaX00f\n    bX3AbX2FbX00g\n'
    )


@pytest.mark.parametrize("format", ["gnu", "def"])
@pytest.mark.parametrize("name", ["", "-a", "a b", "a/b", "1a", "a;}"])
def test_a_name_no_linker_takes_is_refused(name: str, format: str) -> None:
    with pytest.raises(UsageError, match="cannot be a component's name"):
        render([], name, format)  # type: ignore[arg-type]  # parametrised


def test_node_is_the_name_in_snake_case() -> None:
    assert node_name("my-greeter.v2") == "my_greeter.v2"


@pytest.mark.skipif(not shutil.which("gcc"), reason="needs gcc to link a library")
def test_the_linker_exports_what_the_script_lists_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "g.c").write_text("int aX3AaX2FaX00f(void) { return 1; }\nint leak(void) { return 2; }\n")
    (tmp_path / "g.map").write_text(render(["aX3AaX2FaX00f"], "my-greeter", "gnu"))
    link = ["gcc", "-shared", "-fPIC", "g.c", "-Wl,--version-script,g.map", "-o", "libg.so"]
    subprocess.run(link, cwd=tmp_path, check=True)
    listed = subprocess.run(
        ["nm", "-D", "--defined-only", "libg.so"], cwd=tmp_path, check=True, capture_output=True, text=True
    ).stdout
    assert {line.split()[2] for line in listed.splitlines()} == {"aX3AaX2FaX00f@@my_greeter", "my_greeter"}
