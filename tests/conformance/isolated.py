"""The isolated placement: the shared objects of the direct one, with all providers in processes of their own.

Where there are several, each is alone in a process once more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from symbuild.steps.isolate import Wish, compiled_runtime, isolate
from symbuild.steps.profile import Terms

from .direct import Native
from .languages import Built, C
from .process import run
from .targets import Connection

# Nothing takes that long: a call which hangs is a trap, with words.
DEADLINE = 60


def programs(
    target: Native, connection: Connection, built: Mapping[str, Built], folder: Path, flags: tuple[str, ...]
) -> tuple[tuple[str, ...], ...]:
    """The commands that call ``run`` of the first component: in the placement in which all others are isolated, then
    with one of them isolated at a time."""
    compiler = (*C().compiler(), *flags)
    direct = target.program(connection, built, folder, flags)
    providers = [component.name for component in connection.components[1:]]
    for name in providers:
        wish = Wish(Terms(deadline=DEADLINE), in_place=True, runtime=_runtime(compiler))
        isolate(folder / f"lib{name}.so", folder / "isolated" / name, wish, compiler)
    alone = [[name] for name in providers] if len(providers) > 1 else []
    runner = connection.components[0].name
    made = tuple((str(_program(chosen, runner, folder, flags)),) for chosen in (providers, *alone))
    return made if providers else (direct,)


_runtimes: dict[tuple[str, ...], tuple[TemporaryDirectory[str], Path]] = {}
_lock = Lock()


def _runtime(compiler: tuple[str, ...]) -> Path:
    """What all proxies and hosts have in common, compiled once in a run."""
    with _lock:
        if compiler not in _runtimes:
            folder = TemporaryDirectory(prefix="conformance-runtime-")
            _runtimes[compiler] = (folder, compiled_runtime(compiler, Path(folder.name)))
        return _runtimes[compiler][1]


def _program(isolated: Sequence[str], runner: str, folder: Path, flags: tuple[str, ...]) -> Path:
    """The direct placement's program, which loads the proxies before the components that need them."""
    program = folder / f"program-{'+'.join(isolated)}"
    proxies = [str(folder / "isolated" / name / f"lib{name}.so") for name in isolated]
    places = ":".join([*(f"$ORIGIN/isolated/{name}" for name in isolated), "$ORIGIN"])
    command = [*C().compiler(), *flags, "main.c", "-Wl,--no-as-needed", *proxies, f"lib{runner}.so", "-o", str(program)]
    command += ["-Wl,--disable-new-dtags", f"-Wl,-rpath,{places}", f"-Wl,-rpath-link,{folder}"]
    run(command, cwd=folder, what="linking the program")
    return program
