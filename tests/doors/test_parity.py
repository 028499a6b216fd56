"""Meson runs the steps that ``symbuild.steps.step`` lists: one list for every door."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from dataclasses import replace

from symbuild.steps.step import Planned, isolate, steps, wasm_steps

from .door import RUN, Project


def commands_of(project: Project) -> list[list[str]]:
    """What the build runs of symbuild."""
    commands = project.run("ninja", "-C", "b", "-t", "commands").stdout
    return [shlex.split(found[1]) for found in re.finditer(rf"{re.escape(str(RUN))} (.*)", commands)]


def planned(chain: Project) -> list[Planned]:
    wit = str(chain.folder / "wit")
    return [
        Planned("logger", wit, "logger", ("logger.c",)),
        Planned("calc", wit, "calc", ("calc.c",), providers=("logger",)),
        Planned("app", wit, "app", ("app.c",), providers=("calc",), is_program=True),
    ]


def test_meson_runs_the_steps(project: Callable[[str], Project]) -> None:
    chain = project("chain")
    chain.setup()
    wanted = [list(step.argv) for step in steps(planned(chain))]
    # What follows the stamp are the objects, which have Meson's names.
    found = [argv[: argv.index("--stamp") + 2] if argv[0] == "check-objects" else argv for argv in commands_of(chain)]
    assert sorted(found) == sorted(wanted)


def test_meson_runs_the_step_that_isolates(project: Callable[[str], Project]) -> None:
    chain = project("chain")
    chain.declare_options()
    chain.edit("meson.build", ", install: true", "")
    chain.setup("-Dsym_profile=isolated")
    wanted = [isolate(replace(p, isolated=True)) for p in planned(chain) if not p.is_program]
    # What follows are Meson's compiler, and the runtime it has compiled.
    found = [argv[: argv.index("--in-place") + 1] for argv in commands_of(chain) if argv[0] == "isolate"]
    assert sorted(found) == sorted(list(step.argv) for step in wanted)
    parts = [replace(p, isolated=p.name == "calc") for p in planned(chain)]
    assert [step.outputs for step in steps(parts) if step.argv[0] == "isolate"] == [("symbuild-isolated/libcalc.so",)]


def test_meson_runs_the_steps_for_wasm(project: Callable[[str], Project]) -> None:
    chain = project("chain")
    chain.for_wasm()
    chain.setup()
    wanted = [list(step.argv) for step in wasm_steps(planned(chain))]
    found = [argv for argv in commands_of(chain) if argv[0] != "wasm-cc"]  # compiling and linking are the build's
    assert sorted(found) == sorted(wanted)
