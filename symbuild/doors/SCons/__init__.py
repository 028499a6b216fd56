"""The tool of SCons: ``env.SymComponent()`` and ``env.SymProgram()``, over the steps that every build runs.

It runs under SCons' interpreter, and plans with ``steps/step.py``; compiling and linking are SCons' own builders.
The folder is called so because SCons leaves out frames of files below a folder ``SCons`` when it says where a user's
mistake is.
"""

from __future__ import annotations

import shutil
from typing import Any

from SCons.Errors import UserError  # type: ignore[import-untyped]
from SCons.Script import ARGUMENTS  # type: ignore[import-untyped]

from symbuild.doors.SCons.command import command
from symbuild.doors.SCons.native import Native
from symbuild.doors.SCons.request import Kind, read_request
from symbuild.doors.SCons.wasm import Wasm
from symbuild.errors import SymbuildError
from symbuild.steps.step import WASM

# Construction variables that users may set, as Variables or as arguments of `scons`, with their defaults.
SETTINGS = {"SYM_TARGET": "auto", "SYM_PROFILE": "auto"}


def generate(env: Any) -> None:
    """What SCons calls for ``Environment(tools=['default', 'symbuild'])``."""
    env.SetDefault(
        SYMBUILD=command(),
        SYMBUILDCOMSTR="",
        RUSTC=env.WhereIs("rustc") or shutil.which("rustc") or "rustc",
        RUSTFLAGS=[],
        SYM_BUILD_DIR=None,
    )
    env.SetDefault(**{name: ARGUMENTS.get(name, default) for name, default in SETTINGS.items()})
    env.AddMethod(_component, "SymComponent")
    env.AddMethod(_program, "SymProgram")


def exists(env: Any) -> bool:
    """Whether the tool can be used: all that it needs is installed with it."""
    return True


def _component(env: Any, name: object = None, sources: object = None, **keywords: Any) -> Any:
    """A component: its library, a list of one node, which others give for ``components``."""
    return _declared(env, "component", name, {"sources": sources, **keywords})


def _program(env: Any, name: object = None, sources: object = None, **keywords: Any) -> Any:
    """A program: its executable, a list of one node."""
    return _declared(env, "program", name, {"sources": sources, **keywords})


def _declared(env: Any, kind: Kind, name: object, keywords: dict[str, Any]) -> Any:
    try:
        request = read_request(env, kind, name, keywords)
        variables = env.Clone(tools=[], **request.variables)
        return (Wasm if request.target == WASM else Native)(variables, request).declare()
    except SymbuildError as error:
        raise UserError(str(error).removeprefix("error: ")) from None
