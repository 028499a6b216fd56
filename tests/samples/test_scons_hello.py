"""The sample that SCons builds: as its README shows it, with the tool that is installed beside SCons."""

from __future__ import annotations

import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from test_samples import SAMPLES, Sample, examples_of, run

NAME = "scons-hello"


def lacks() -> str:
    """What the sample needs and this environment has not, with the cure; empty where it has all."""
    if not (find_spec("SCons") and find_spec("SCons.Tool.symbuild")):
        return "needs scons, and symbuild installed after it was: pip install -e '.[test]'"
    return "" if shutil.which("gcc") and shutil.which("g++") else "needs gcc and g++"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The sample, built by the first command of its README."""
    if lacks():
        pytest.skip(lacks())
    directory = tmp_path_factory.mktemp("samples") / NAME
    shutil.copytree(SAMPLES / NAME, directory, ignore=shutil.ignore_patterns("build", ".sconsign*"))
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    environment = {**os.environ, "PATH": path, "LC_ALL": "C.UTF-8"}
    examples = examples_of((directory / "README.md").read_text(encoding="utf-8"))
    return Sample(NAME, directory, environment, examples, run(examples[0][0], directory, environment).stdout)


def test_the_first_command_prints_what_the_readme_shows(sample: Sample) -> None:
    title, command = (sample.directory / "README.md").read_text(encoding="utf-8").split("\n\n")[:2]
    assert title == f"# {NAME}"
    assert command.startswith("```console\n$ scons ")
    assert sample.first_output.endswith(sample.examples[0][1]), sample.first_output
    assert "warning" not in sample.first_output


def test_its_own_test_passes_and_a_second_build_does_nothing(sample: Sample) -> None:
    assert sample.run("scons -Q test").stdout == "build/app Ada\nHello, Ada!\n"
    assert sample.run("scons -Q").stdout.endswith("scons: `.' is up to date.\n")


def test_built_files_define_the_functions_of_their_world_only(sample: Sample) -> None:
    checked = sample.run("symbuild check build/libgreeter.so build/app")
    assert checked.returncode == 0, checked.stdout
    lines = sample.run("nm -D --defined-only build/libgreeter.so").stdout.splitlines()
    assert {line.split()[-1].partition("@")[0] for line in lines} == {"greeter", "sampleX3AhelloX2FgreetingsX00greet"}


def test_isolated_prints_what_the_readme_shows(sample: Sample) -> None:
    command, output = sample.examples[1]
    built = (sample.directory / "build" / "libgreeter.so").read_bytes()
    assert sample.run(command).stdout == output
    assert (sample.directory / "build" / "libgreeter.so").read_bytes() == built
    (sample.directory / "build" / "symbuild-isolated" / "greeter.isolated" / "greeter").unlink()
    assert sample.run("build/app Ada").returncode != 0
