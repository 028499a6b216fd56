"""Which compiler of wasm is taken: what the environment names, else a clang that has a sysroot, else zig."""

from __future__ import annotations

import configparser
import json
import os
from ast import literal_eval
from pathlib import Path

import pytest

from symbuild.cli import run
from symbuild.errors import ToolError
from symbuild.steps.wasm_toolchain import ZIG, wasm_compiler

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any compiler: its folder of commands is empty."""
    monkeypatch.delenv("WASI_SDK_PATH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def without_zig(monkeypatch: pytest.MonkeyPatch) -> None:
    """No package ziglang."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)


def command(path: Path, status: int) -> None:
    """A command that does nothing but end."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\nexit {status}\n")
    path.chmod(0o755)


def test_the_sdk_that_is_named(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command(machine / "sdk/bin/clang++", 0)
    command(machine / "clang++", 0)
    monkeypatch.setenv("WASI_SDK_PATH", str(machine / "sdk"))
    found = wasm_compiler("cpp")
    assert found.command == (str(machine / "sdk/bin/clang++"), "--target=wasm32-wasip1", "-fno-exceptions")


def test_an_sdk_has_its_sysroot_and_an_older_one_its_target_s_older_name(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clang = machine / "sdk/bin/clang"
    command(clang, 0)
    clang.write_text('#!/bin/sh\ncase "$*" in *=wasm32-wasip1*) exit 1 ;; esac\n')
    (machine / "sdk/share/wasi-sysroot").mkdir(parents=True)
    monkeypatch.setenv("WASI_SDK_PATH", str(machine / "sdk"))
    assert wasm_compiler("c").flags == ("--target=wasm32-wasi", f"--sysroot={machine / 'sdk/share/wasi-sysroot'}")


def test_an_sdk_that_makes_no_program(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command(machine / "bin/clang", 0)
    (machine / "bin/clang").write_text("#!/bin/sh\necho 'clang: error: no such target' >&2\nexit 1\n")
    monkeypatch.setenv("WASI_SDK_PATH", str(machine))
    with pytest.raises(ToolError, match="WASI_SDK_PATH makes no program: clang: error: no such target"):
        wasm_compiler("c")


def test_an_sdk_without_a_compiler(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WASI_SDK_PATH", str(machine))
    with pytest.raises(ToolError, match="WASI_SDK_PATH has no"):
        wasm_compiler("c")


def test_the_newest_clang_with_a_sysroot(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_zig(monkeypatch)
    command(machine / "clang", 1)
    command(machine / "clang-9", 0)
    command(machine / "clang-22", 0)
    command(machine / "clang-tidy", 0)
    command(machine / "clang-23", 1)
    assert wasm_compiler("c").driver == (str(machine / "clang-22"),)


def test_zig_comes_last(machine: Path) -> None:
    pytest.importorskip("ziglang", reason="needs ziglang: pip install '.[wasm]'")
    command(machine / "clang", 1)
    assert wasm_compiler("c").origin == ZIG


def test_none_at_all(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    without_zig(monkeypatch)
    assert run(["wasm-toolchain", "--language", "cpp"]) == 4
    assert capsys.readouterr().err == (
        "error: no compiler of C++ for wasm32-wasi found\n"
        "  --> searched WASI_SDK_PATH, clang with a WASI sysroot on PATH, and the Python package ziglang\n"
        "  help: `pip install symbuild[wasm]`, install clang with a WASI sysroot, or set WASI_SDK_PATH\n"
    )


def test_what_build_systems_read(machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    for name in ("clang", "clang++", "llvm-ar"):
        command(machine / "it's" / "bin" / name, 0)
    monkeypatch.setenv("WASI_SDK_PATH", str(machine / "it's"))
    assert run(["wasm-toolchain"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["compilers"]["c"]["command"][0] == os.path.join(machine, "it's", "bin", "clang")  # noqa: PTH118
    assert Path(answer["abort"]).is_file()
    assert run(["cross-file", "wasm32-wasip2"]) == 0
    file = configparser.ConfigParser(interpolation=None)
    file.read_string(capsys.readouterr().out)
    assert literal_eval(file["binaries"]["ar"]) == [str(machine / "it's" / "bin" / "llvm-ar")]
    assert literal_eval(file["properties"]["sym_target"]) == "wasm32-wasip2"
