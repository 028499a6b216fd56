"""What a build has once, in its ``SYM_BUILD_DIR``: the list of providers, the runtimes, and names that are taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from symbuild.doors.SCons.command import path_of, run, top, verbatim
from symbuild.doors.SCons.placement import Profile, profile_of
from symbuild.errors import UsageError
from symbuild.steps.step import ISOLATED, Planned, Step, graph

RUNTIME = Path(__file__).resolve().parents[2] / "runtime"

# SCons reads one build, of which it keeps all nodes in globals, too. Builds by their directory; None: as it comes.
_BUILDS: dict[Any, Build] = {}


class Build:
    """A build directory. ``env`` is for what no component's own construction variables may change."""

    def __init__(self, env: Any, folder: Any) -> None:
        path = path_of(folder)
        self.root = "" if path == "." else f"{path}/"
        self.env = env.Clone()
        self.profile: Profile = profile_of(env)
        self.isolated = folder.Dir(ISOLATED)
        self._kinds: dict[str, str] = {}
        self._made: dict[str, Any] = {}

    def enter(self, where: str, kind: str, name: str) -> None:
        """Take a name, which is a file name and a symbol version for the whole build."""
        if name in self._kinds:
            cure = "take another name, or, for another variant of the build, another SYM_BUILD_DIR"
            raise UsageError(f"{where}: this build has a {self._kinds[name]} of that name already", help=cure)
        self._kinds[name] = kind

    def once(self, name: str, make: Any) -> Any:
        """What ``make`` returned when it was first asked for."""
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]

    def step(self, step: Step, needed: Any = (), extra: Any = (), *, instead: Any = None) -> Any:
        """The nodes that a step makes, of what it reads (or what is given ``instead``) and what else is ``needed``.

        ``extra`` are more arguments.
        """
        sources = [self.env.File(top(path)) for path in step.inputs] if instead is None else instead
        return self.env.Command(list(map(top, step.outputs)), [*sources, *needed], self.action(step, extra))

    def write(self, path: str, text: str, writer: Any = None) -> Any:
        """The node of a file with this text, that ``writer`` writes if it has more to do than that."""
        return self.env.Command(top(path), self.env.Value(text), self.env.Action(writer or _write, None))

    def action(self, step: Step, extra: Any = ()) -> Any:
        """The run of a step."""
        return run(self.env, *verbatim(*step.argv), *extra)

    def join_graph(self, plan: Planned) -> None:
        """Let the list of providers hold those of one more component."""
        step, file = graph((plan,)), self.profile.file
        about = verbatim("--profile", file) if file else []

        def declare() -> Any:
            # It may be called for one file again and again, each time with more sources.
            return self.env.Builder(action=run(self.env, "graph", *about, "--out", "$TARGET", "$SOURCES"), multi=True)

        made = self.once(step.outputs[0], declare)(self.env, list(map(top, step.outputs)), list(map(top, step.inputs)))
        self.env.Depends(made, [top(file)] if file else [])


def build_of(env: Any) -> Build:
    """The build of an environment's current directory: that of SYM_BUILD_DIR, else the only other one.

    Without SYM_BUILD_DIR its files are where the first component is built, or above, where a variant directory begins.
    """
    named = env["SYM_BUILD_DIR"]
    key = env.Dir(named) if named else None
    if key not in _BUILDS:
        _BUILDS[key] = Build(env, key or _variant(env.Dir(".")))
    return _BUILDS[key]


def _variant(folder: Any) -> Any:
    """The top of the variant directory that a folder is in; the top directory where it is in none."""
    up = folder
    while up is not None and up.srcdir is None:
        above = up.up()
        up = None if above is up else above
    return up or folder.fs.Top


def _write(target: list[Any], source: list[Any], env: Any) -> None:
    Path(target[0].get_abspath()).write_text(source[0].get_text_contents(), encoding="utf-8")
