"""A whole run: find, build each source once, then connect and run each combination."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

from symbuild.errors import SymbuildError
from symbuild.model.world import World
from symbuild.wit import load_world

from . import isolated
from .control import VARIABLE, Candidate, Shim, by_promise, make_shim
from .direct import Native
from .discover import Broken, Combination, Source, combinations, find_tests
from .inline import with_own_world
from .miri import Miri
from .process import Failure, run
from .report import Outcome
from .skips import Skip, reason_for
from .targets import Connection, Target
from .wasm import Wasm
from .wiring import component_of, wire

TARGETS: dict[str, Target[Any]] = {"native": Native(), "wasm": Wasm(), "miri": Miri()}


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for. ``flags`` go to every compile and link, ``wrapper`` before every program.

    ``isolated``: providers run in processes of their own, which a native target alone can have.
    """

    target: Target[Any]
    languages: tuple[str, ...]
    wanted: re.Pattern[str]
    skips: tuple[Skip, ...]
    control: Literal["one", "each"] | None
    jobs: int
    flags: tuple[str, ...]
    wrapper: tuple[str, ...]
    isolated: bool = False


@dataclass(frozen=True, slots=True)
class Ready:
    """A source that was built, and its world."""

    built: Any
    world: World


def run_folder(root: Path, folder: Path, options: Options) -> Iterator[Outcome]:
    """Run every wanted combination below ``root``, building in ``folder``: first what cannot be read, then by name."""
    broken: list[Outcome] = []
    chosen: list[Combination] = []
    for test in find_tests(root.resolve(), options.languages):
        if isinstance(test, Broken):
            broken.append(Outcome(test.name, "failed", test.why))
            continue
        chosen += (c for c in combinations(test) if options.wanted.search(c.name))
    yield from (o for o in broken if options.wanted.search(o.name))
    with ThreadPoolExecutor(options.jobs) as pool:
        listed = {c.name: reason for c in chosen if (reason := reason_for(c.name, options.skips))}
        sources = dict.fromkeys(s for c in chosen if c.name not in listed for s in c.sources)
        ready = dict(zip(sources, pool.map(partial(_build, folder=folder, options=options), sources), strict=True))
        yield from pool.map(partial(_outcome, listed=listed, ready=ready, folder=folder, options=options), chosen)


def _build(source: Source, folder: Path, options: Options) -> Ready | str:
    """The source, built; or why it could not be."""
    place = folder / source.test / source.path.name
    place.mkdir(parents=True, exist_ok=True)
    try:
        source = with_own_world(source, place / "wit")
        choices = source.choices
        world = load_world(source.wit, source.world, features=choices.features, all_features=choices.all_features).world
        return Ready(options.target.build(source, place, options.flags), world)
    except (Failure, SymbuildError) as error:
        return str(error)


def _outcome(
    combination: Combination,
    listed: Mapping[str, str],
    ready: Mapping[Source, Ready | str],
    folder: Path,
    options: Options,
) -> Outcome:
    name = combination.name
    if name in listed:
        return Outcome(name, "skipped", listed[name])
    for source in combination.sources:
        if isinstance(broken := ready[source], str):
            return Outcome(name, "failed", broken)
    usable = {s: r for s in combination.sources if isinstance(r := ready[s], Ready)}
    place = folder / combination.test.name / "+".join(s.path.name for s in combination.sources)
    place.mkdir(parents=True, exist_ok=True)
    try:
        return Outcome(name, "passed", _run(combination, usable, place, options))
    except (Failure, SymbuildError) as error:
        return Outcome(name, "failed", str(error))


def _run(combination: Combination, ready: Mapping[Source, Ready], folder: Path, options: Options) -> str:
    """Link and run; returns what a control run noticed. Raises Failure."""
    target = options.target
    components = [component_of(s.component, ready[s].world) for s in combination.sources]
    built = {c.name: ready[s].built for c, s in zip(components, combination.sources, strict=True)}
    shim = make_shim(ready[combination.runner].world, target.pointer) if options.control else None
    connection = Connection(components, wire(combination, components), shim)
    if options.isolated:
        commands = isolated.programs(target, connection, built, folder, options.flags)
    else:
        commands = (target.program(connection, built, folder, options.flags),)
    start = partial(_start, [(*options.wrapper, *command) for command in commands], folder)
    # A control run proves something only of a test that passes when nothing is changed.
    start()
    return _control(shim, start, each=options.control == "each") if shim else ""


def _start(commands: Sequence[tuple[str, ...]], folder: Path, environment: Mapping[str, str] | None = None) -> str:
    """What programs print that are run in turn. Raises Failure for the first that fails."""
    return "".join(run(command, cwd=folder, what="the program", environment=environment) for command in commands)


def _control(shim: Shim, start: Callable[..., str], *, each: bool) -> str:
    """Change one candidate a run, until one is noticed (or, for ``each``, all functions' were)."""
    if not shim.candidates:
        raise Failure("nothing to corrupt: no value crosses a border; list it with that reason in a skip file")
    unnoticed: dict[str, list[str]] = {}
    noticed: list[Candidate] = []
    for candidate in by_promise(shim.candidates):
        if any(candidate.function == n.function for n in noticed):
            continue
        if complaint := _complaint(candidate, start):
            unnoticed.setdefault(candidate.function, []).append(complaint)
            continue
        noticed.append(candidate)
        unnoticed.pop(candidate.function, None)
        if not each:
            return f"noticed: {candidate.part} of {candidate.function}"
    if unnoticed:
        raise Failure("\n".join(["it passes although", *(line for lines in unnoticed.values() for line in lines)]))
    return f"noticed: all {len(noticed)} functions"


def _complaint(candidate: Candidate, start: Callable[..., str]) -> str | None:
    """Run with ``candidate`` changed: None where the program then fails, else what it let pass."""
    try:
        output = start(environment={VARIABLE: str(candidate.index)})
    except Failure as failure:
        return None if candidate.notice in str(failure) else f"no control: {failure}"
    what = f"the {candidate.part} of {candidate.function}"
    return f"{what} changed" if candidate.notice in output else f"{what} never crossed"
