"""Projects built in temporary directories by CMake, through this checkout's package and command."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from symbuild.doors.cmake import package_dir
from symbuild.steps.toolchain import scripts_dir

from .door import PROJECTS, RUN, STEP

# A step as make prints it: `[ 14%] Linking C shared library libcalc.so`; what is up to date is no step.
MAKE_STEP = re.compile(r"^\[ *\d+%\] (?!Built target)(.*)$", re.MULTILINE)
# This checkout's package and command, whatever `symbuild` is installed.
OURS = (f"-Dsymbuild_DIR={package_dir()}", f"-DSYMBUILD_COMMAND={sys.executable};{RUN}")
_PATH = os.pathsep.join((scripts_dir(), os.environ["PATH"]))

needs_cmake = pytest.mark.skipif(not shutil.which("cmake", path=_PATH), reason="needs cmake")
needs_rust = pytest.mark.skipif(not shutil.which("rustc", path=_PATH), reason="needs rustc")


@dataclass(frozen=True, slots=True)
class Tree:
    """A copy of a project. Its build directory is ``b``."""

    folder: Path

    @property
    def build(self) -> Path:
        """The build directory."""
        return self.folder / "b"

    def run(self, *command: str | Path, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command in the project; standard error is part of its output, as a user sees it."""
        given = {**os.environ, "PATH": _PATH, "LC_ALL": "C.UTF-8", **(environment or {})}
        return subprocess.run(
            command,
            cwd=self.folder,
            env=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def do(self, *command: str | Path, environment: dict[str, str] | None = None) -> str:
        """Run a command that must succeed; its output."""
        done = self.run(*command, environment=environment)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def configure(self, *options: str, generator: str = "Ninja") -> str:
        """Configure."""
        return self.do("cmake", "-G", generator, "-S", ".", "-B", "b", *OURS, *options)

    def configure_fails(self, *options: str) -> str:
        """Configure a project in which something is wrong: what CMake prints of it, on one line."""
        done = self.run("cmake", "-G", "Ninja", "-S", ".", "-B", "b", *OURS, *options)
        assert done.returncode != 0, done.stdout
        assert "Traceback" not in done.stdout, done.stdout
        return " ".join(done.stdout.split())

    def make(self, *arguments: str) -> list[str]:
        """Build; the steps that ran."""
        said = self.do("cmake", "--build", "b", "-j2", *arguments)
        return [step for step in STEP.findall(said) or MAKE_STEP.findall(said) if "Re-running CMake" not in step]

    def make_fails(self) -> str:
        """Build a project in which something is wrong: what the user sees of it."""
        done = self.run("cmake", "--build", "b")
        assert done.returncode != 0, done.stdout
        assert "Traceback" not in done.stdout, done.stdout
        return done.stdout

    def test(self, *arguments: str) -> None:
        """Run the project's own tests."""
        self.do("ctest", "--test-dir", "b", "--output-on-failure", "--no-tests=error", *arguments)

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace text in a file; it must be there."""
        path = self.folder / file
        text = path.read_text()
        assert old in text, f"{file} has no {old!r}"
        path.write_text(text.replace(old, new))

    def append(self, file: str, text: str) -> None:
        """Add to a file."""
        with (self.folder / file).open("a") as f:
            f.write(text)


def tree(source: str | Path, folder: Path) -> Tree:
    """A copy of a project: of one beside this file, or of any directory."""
    shutil.copytree(PROJECTS / source, folder)
    return Tree(folder)
