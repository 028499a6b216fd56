"""The keywords of ``SymComponent()`` and ``SymProgram()``, checked; those in upper case are construction variables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, Literal

from SCons.Util import flatten, is_List, is_String  # type: ignore[import-untyped]

from symbuild.doors.SCons.build import Build, build_of
from symbuild.doors.SCons.command import path_of
from symbuild.doors.SCons.declared import Declared, of_node
from symbuild.errors import UsageError, close_matches
from symbuild.frozen import frozen
from symbuild.steps.step import WASM

Kind = Literal["component", "program"]

LANGUAGE_OF_SUFFIX = {".c": "c", ".cc": "cpp", ".cpp": "cpp", ".cxx": "cpp", ".rs": "rust"}
KEYWORDS = ("sources", "wit", "world", "components", "bindgen_args", "language", "target", "placement", "open_imports")
COMPONENT_ONLY = ("open_imports",)


@frozen
class Request:
    """What was asked for. ``where`` begins messages; ``chosen`` are components by the labels of imports.

    ``wit`` is a path from the top directory, ``variables`` are construction variables for this target alone.
    """

    kind: Kind
    where: str
    name: str
    build: Build
    sources: tuple[Any, ...]
    wit: str
    world: str
    language: str
    target: str
    components: tuple[Declared, ...]
    chosen: tuple[tuple[str, str], ...]
    bindgen_args: tuple[str, ...]
    placement: str | None
    open_imports: bool
    variables: Mapping[str, Any]


def read_request(env: Any, kind: Kind, name: object, given: Mapping[str, Any]) -> Request:
    """The request behind a call. Raises UsageError for the first thing that is wrong."""
    call = f"Sym{kind.capitalize()}"
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name):
        raise UsageError(f"{call}: {name!r} is no name", help="take letters, digits, - and _, a letter first")
    return _Reader(env, kind, f"{call} {name!r}", name, given).read()


class _Reader:
    """Checks one keyword after the other."""

    def __init__(self, env: Any, kind: Kind, where: str, name: str, given: Mapping[str, Any]) -> None:
        self.env, self.kind, self.where, self.name = env, kind, where, name
        self.variables = {key: value for key, value in given.items() if key.isupper()}
        self.given = {key: value for key, value in given.items() if key not in self.variables}

    def read(self) -> Request:
        self._refuse_unknown()
        self.target = self._target()
        build = build_of(self.env)
        sources = self._sources()
        components, chosen = self._components(build)
        request = Request(
            self.kind,
            self.where,
            self.name,
            build,
            sources,
            self._wit(),
            self._word("world") or self.name,
            self._language(sources),
            self.target,
            components,
            chosen,
            tuple(map(str, flatten([self.given.get("bindgen_args") or []]))),
            self._word("placement"),
            bool(self.given.get("open_imports", False)),
            self.variables,
        )
        build.enter(self.where, self.kind, self.name)
        return request

    def _wrong(self, what: str, help: str | None) -> UsageError:
        return UsageError(f"{self.where}: {what}", help=help)

    def _refuse_unknown(self) -> None:
        known = [word for word in KEYWORDS if self.kind == "component" or word not in COMPONENT_ONLY]
        for key in self.given:
            if key not in known:
                raise self._wrong(f"unknown keyword `{key}`", close_matches(key, known))

    def _target(self) -> str:
        target = self._word("target") or str(self.env["SYM_TARGET"])
        if target not in ("auto", "native", WASM):
            raise self._wrong(f"unknown target {target!r}", f"SYM_TARGET, or `target`, is 'native' or {WASM!r}")
        if self.env["PLATFORM"] != "posix":
            raise self._wrong("SCons builds components on ELF systems so far", "use Meson")
        return WASM if target == WASM else "native"

    def _word(self, key: str) -> str | None:
        value = self.given.get(key)
        if value is None or is_String(value):
            return None if value is None else str(self.env.subst(value))
        raise self._wrong(f"`{key}` takes a string, not {value!r}", None)

    def _sources(self) -> tuple[Any, ...]:
        found = flatten([self.given.get("sources") or []])
        if not found:
            raise self._wrong("`sources` is missing", "sources=['a.c', ...]")
        for source in found:
            if not is_String(source) and not hasattr(source, "srcnode"):
                raise self._wrong(f"`sources` takes names and nodes of files, not {source!r}", None)
        nodes = tuple(self.env.arg2nodes(found, self.env.fs.File))
        for node in nodes:
            if not node.rexists() and not node.srcnode().exists() and not node.has_builder():
                raise self._wrong(f"no source `{path_of(node.srcnode())}`", "correct `sources`")
        return nodes

    def _language(self, sources: tuple[Any, ...]) -> str:
        suffixes = [PurePath(str(source)).suffix for source in sources]
        known = [LANGUAGE_OF_SUFFIX[suffix] for suffix in suffixes if suffix in LANGUAGE_OF_SUFFIX]
        language = self._word("language") or (known[0] if known else None)
        choice = "'c', 'cpp' or 'rust'"
        if language is None:
            raise self._wrong("no suffix of its sources tells the language", f"set `language` to {choice}")
        if language not in LANGUAGE_OF_SUFFIX.values():
            raise self._wrong(f"unknown language {language!r}", f"use {choice}")
        return language

    def _wit(self) -> str:
        given = self.given.get("wit", "wit")
        entry = self.env.Entry(given) if is_String(given) else flatten([given])[0]
        node = entry.srcnode() if hasattr(entry, "srcnode") else None
        if node is None or not node.exists():
            raise self._wrong(f"no WIT file or directory `{path_of(node) if node else given}`", "set `wit`")
        return path_of(node)

    def _components(self, build: Build) -> tuple[tuple[Declared, ...], tuple[tuple[str, str], ...]]:
        """Providers of imports; a dictionary says which one an import by label gets."""
        given = self.given.get("components") or []
        if not isinstance(given, Mapping):
            return self._providers(given, build), ()
        labelled = [(label, one) for label, value in given.items() for one in self._providers(value, build)]
        providers = tuple(dict.fromkeys(one for _, one in labelled))
        return providers, tuple((str(label), one.plan.name) for label, one in labelled)

    def _providers(self, given: Any, build: Build) -> tuple[Declared, ...]:
        nodes = flatten([given])
        found = []
        for node in nodes:
            declared = of_node(node) if hasattr(node, "attributes") else None
            if declared is None or declared.plan.is_program:
                cure = "give what SymComponent() returned" + (", in a list" if is_List(given) else "")
                raise self._wrong(f"`components` has `{node}`, which is no component", cure)
            if declared.plan.root != build.root:
                what = f"`components` has {declared.plan.name!r}, which is built in `{declared.plan.root or '.'}`"
                raise self._wrong(what, "set the same SYM_BUILD_DIR for both")
            if declared.plan.target != self.target:
                what = f"it is built for {self.target}, component {declared.plan.name!r} for {declared.plan.target}"
                raise self._wrong(what, "set the same `target` for both")
            found.append(declared)
        return tuple(found)
