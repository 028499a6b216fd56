"""Projects built in temporary directories by a Meson of choice, through this checkout's module and command."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from symbuild.doors import symmeson
from symbuild.steps.toolchain import scripts_dir

PROJECTS = Path(__file__).parent / "projects"
RUN = Path(symmeson.__file__).with_name("run.py")

# A step as ninja prints it: `[3/14] Compiling C object libcalc.so.p/calc.c.o`.
STEP = re.compile(r"^\[\d+/\d+\] (.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Meson:
    """A Meson release: the Python that has it."""

    version: str
    python: Path


@dataclass(frozen=True, slots=True)
class Project:
    """A copy of a project. Its build directory is ``b``."""

    folder: Path
    meson: Meson

    @property
    def build(self) -> Path:
        """The build directory."""
        return self.folder / "b"

    def run(self, *command: str | Path, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command in the project; standard error is part of its output, as a user sees it."""
        return subprocess.run(
            command,
            cwd=self.folder,
            env={**_environment(), **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def ask(self, *args: str | Path, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run Meson with the module in reach, whatever comes of it."""
        return self.run(self.meson.python, Path(symmeson.__file__), *args, environment=environment)

    def do(self, *args: str | Path, environment: dict[str, str] | None = None) -> str:
        """Run Meson with the module in reach; what it prints. It must succeed."""
        return _succeeded(self.ask(*args, environment=environment))

    def setup(self, *options: str) -> str:
        """Configure. The command is this checkout's, whatever `symbuild` is installed."""
        return self._setup(*options, succeed=True)

    def setup_fails(self, *options: str, environment: dict[str, str] | None = None) -> str:
        """Configure a project in which something is wrong: what Meson prints of it."""
        return self._setup(*options, succeed=False, environment=environment)

    def _setup(self, *options: str, succeed: bool, environment: dict[str, str] | None = None) -> str:
        machine_file = self.folder / "this-checkout.ini"
        machine_file.write_text(f"[binaries]\nsymbuild = ['{sys.executable}', '{RUN}']\n")
        done = self.ask("setup", "b", "--native-file", machine_file.name, *options, environment=environment)
        if succeed:
            return _succeeded(done)
        assert done.returncode != 0, done.stdout
        assert "Traceback" not in done.stdout, done.stdout
        return done.stdout

    def declare_options(self) -> None:
        """Let the project have the options that `symbuild init` writes."""
        (self.folder / "meson.options").write_text(
            "option('sym_target', type: 'combo', choices: ['auto', 'native', 'wasm32-wasip2'], value: 'auto')\n"
            "option('sym_profile', type: 'string', value: 'auto')\n"
        )

    def for_wasm(self) -> None:
        """Let the target be wasm32-wasip2 unless an option says otherwise."""
        choices = "choices: ['auto', 'native', 'wasm32-wasip2'], value: 'wasm32-wasip2'"
        (self.folder / "meson.options").write_text(f"option('sym_target', type: 'combo', {choices})\n")

    def ninja(self, *targets: str) -> list[str]:
        """Build; the steps that ran."""
        return STEP.findall(_succeeded(self.run("ninja", "-C", "b", *targets)))

    def ninja_fails(self) -> str:
        """Build a project in which something is wrong: what the user sees of it."""
        done = self.run("ninja", "-C", "b")
        assert done.returncode != 0, done.stdout
        assert "Traceback" not in done.stdout, done.stdout
        return done.stdout

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace text in a source file; it must be there."""
        path = self.folder / file
        text = path.read_text()
        assert old in text, f"{file} has no {old!r}"
        path.write_text(text.replace(old, new))

    def append(self, file: str, text: str) -> None:
        """Add to a source file."""
        with (self.folder / file).open("a") as f:
            f.write(text)


def copy_of(name: str, folder: Path, meson: Meson) -> Project:
    """A copy of one of the projects beside this file."""
    shutil.copytree(PROJECTS / name, folder)
    return Project(folder, meson)


def _environment() -> dict[str, str]:
    # A virtual environment that is not activated still serves its own ninja.
    path = os.pathsep.join((scripts_dir(), os.environ["PATH"]))
    return {**os.environ, "PATH": path, "LC_ALL": "C.UTF-8"}


def _succeeded(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stdout
    return done.stdout
