"""Meson runs the steps that ``symbuild.steps.step`` lists: one list for every door."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable

from symbuild.steps.step import Planned, steps

from .door import RUN, Project


def test_meson_runs_the_steps(project: Callable[[str], Project]) -> None:
    chain = project("chain")
    chain.setup()
    commands = chain.run("ninja", "-C", "b", "-t", "commands").stdout
    ran = [shlex.split(found[1]) for found in re.finditer(rf"{re.escape(str(RUN))} (.*)", commands)]
    wit = str(chain.folder / "wit")
    planned = [
        Planned("logger", wit, "logger", ("logger.c",)),
        Planned("calc", wit, "calc", ("calc.c",), providers=("logger",)),
        Planned("app", wit, "app", ("app.c",), providers=("calc",), is_program=True),
    ]
    wanted = [list(step.argv) for step in steps(planned)]
    # What follows the stamp are the objects, which have Meson's names.
    found = [argv[: argv.index("--stamp") + 2] if argv[0] == "check-objects" else argv for argv in ran]
    assert sorted(found) == sorted(wanted)
