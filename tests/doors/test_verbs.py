"""The verbs that set a project or a Meson up: init, doctor, meson, meson-module."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from symbuild.cli import run
from symbuild.errors import ToolError
from symbuild.steps import toolchain

from .door import Meson, Project


def symbuild(
    *args: str | Path, cwd: Path, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run this checkout's command as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "symbuild", *args],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(Path(toolchain.__file__).parents[2]), **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def test_init_writes_a_project_that_builds_and_tests(tmp_path: Path, meson: Meson) -> None:
    written = symbuild("init", "hello", cwd=tmp_path)
    assert written.returncode == 0, written.stdout
    assert "next: cd hello && meson setup build && meson test -C build" in written.stdout
    project = Project(tmp_path / "hello", meson)
    project.setup("-Dsym_target=native", "-Dwarning_level=3", "-Dwerror=true")
    project.ninja()
    assert project.run("b/app", "you").stdout == "Hello, you!\n"
    assert re.search(r"Ok: +1\b", project.do("test", "-C", "b"))


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "app.c").write_text("mine\n")
    refused = symbuild("init", cwd=tmp_path)
    assert refused.returncode == 3
    assert refused.stdout.startswith("error: refusing to overwrite `app.c`")
    assert [f.name for f in tmp_path.iterdir()] == ["app.c"]
    assert (tmp_path / "app.c").read_text() == "mine\n"


def test_init_says_where_it_cannot_write(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refused = symbuild("init", "file/sub", cwd=tmp_path)
    assert refused.returncode == 3
    assert "error: cannot write to `file/sub`: Not a directory" in refused.stdout


def test_doctor_lists_what_it_found(tmp_path: Path) -> None:
    answer = symbuild("doctor", "--json", cwd=tmp_path)
    tools = {tool["name"]: tool for tool in json.loads(answer.stdout)["tools"]}
    assert tools["C compiler"]["found"]["version"]
    assert tools["wasm-tools"]["found"]["version"]
    complete = all(tool["found"] or tool["optional"] for tool in tools.values())
    assert answer.returncode == (0 if complete else 1)


def test_doctor_says_what_is_missing_and_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CC", "no-such-compiler -m32")
    monkeypatch.setenv("MESON", "no-such-meson")
    assert run(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "missing  C compiler   for native components: CC names `no-such-compiler -m32`, which cannot be run" in said
    assert "missing  Meson        for projects with a meson.build: Meson not found: no command `no-such-meson`" in said
    assert "install: pip install meson" in said


def test_a_compiler_that_is_present_is_preferred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("gcc", "clang"):
        script = tmp_path / name
        script.write_text(f"#!/bin/sh\necho {name} 1.2.3\n")
        script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin" if not shutil.which("cc", path="/bin") else str(tmp_path))
    monkeypatch.delenv("CC", raising=False)
    assert toolchain.c_compiler().command == ("gcc",)
    (tmp_path / "gcc").unlink()
    assert toolchain.c_compiler().command == ("clang",)
    monkeypatch.setenv("CC", "gcc")
    with pytest.raises(ToolError, match="CC names `gcc`"):
        toolchain.c_compiler()


@pytest.mark.parametrize(
    ("text", "interpreter"),
    [
        ("#!/opt/env/bin/python3.12\n", ("/opt/env/bin/python3.12",)),
        ("#!/usr/bin/python3 -I\n", ("/usr/bin/python3", "-I")),
        ("#!/bin/sh\n'''exec' \"/a long/bin/python\" \"$0\" \"$@\"\n' '''\n", ("/a long/bin/python",)),
        ("#!/bin/sh\n'''exec' /long/bin/python \"$0\" \"$@\"\n' '''\n", ("/long/bin/python",)),
    ],
)
def test_the_python_of_a_script_is_read_from_its_first_lines(
    text: str, interpreter: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "meson").write_text(text)
    assert toolchain.interpreter_of(tmp_path / "meson") == interpreter


def test_a_program_that_is_no_script_is_refused(tmp_path: Path) -> None:
    (tmp_path / "meson").write_bytes(b"\x7fELF\0\0")
    with pytest.raises(ToolError, match="is not a Python script"):
        toolchain.interpreter_of(tmp_path / "meson")


def test_meson_runs_one_outside_our_environment(release: Meson, tmp_path: Path) -> None:
    symbuild("init", "hello", cwd=tmp_path)
    theirs = {"MESON": str(release.python.with_name("meson"))}
    assert symbuild("meson", "--version", cwd=tmp_path, environment=theirs).stdout == f"{release.version}\n"
    log = symbuild("meson", "setup", "b", cwd=tmp_path / "hello", environment=theirs)
    assert log.returncode == 0, log.stdout
    assert f"Version: {release.version}" in log.stdout
    # Another shell, without our variables: ninja configures again through the same wrapper.
    project = Project(tmp_path / "hello", release)
    project.append("meson.build", "message('again')\n")
    project.ninja()
    assert "again" in (project.build / "meson-logs" / "meson-log.txt").read_text()


def test_meson_module_goes_into_another_meson_and_out_again(release: Meson, tmp_path: Path) -> None:
    symbuild("init", "hello", cwd=tmp_path)
    command = release.python.with_name("meson")
    project = Project(tmp_path / "hello", release)
    try:
        done = symbuild("meson-module", "--install-into", command, cwd=tmp_path)
        assert done.returncode == 0, done.stdout
        log = project.run(command, "setup", "b")
        assert log.returncode == 0, log.stdout
    finally:
        done = symbuild("meson-module", "--uninstall", command, cwd=tmp_path)
    assert done.stdout.startswith("removed ")
    shutil.rmtree(project.build)
    log = project.run(command, "setup", "b")
    assert log.returncode != 0
    assert 'ERROR: Module "symbuild" does not exist' in log.stdout


def test_meson_module_leaves_what_it_did_not_write(release: Meson, tmp_path: Path) -> None:
    command = release.python.with_name("meson")
    refused = symbuild("meson-module", "--uninstall", command, cwd=tmp_path)
    assert refused.returncode == 3
    assert refused.stdout.startswith("error: that Meson has no symbuild module")
    refused = symbuild("meson-module", "--install-into", "no-such-meson", cwd=tmp_path)
    assert refused.returncode == 4
    assert refused.stdout.startswith("error: no command `no-such-meson`")


def test_meson_module_says_where_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["meson-module"]) == 0
    assert Path(capsys.readouterr().out.strip()).is_file()
