"""Profiles: which placement each component of a build has, and the terms of those in processes of their own.

A profile is the name of a placement, or the path of a TOML file::

    default = "direct"

    [component.codec]
    placement = "isolated"
    transport = "shm"
    deadline = 2.5
    on_failure = "error"
    errors = { "codec#decode" = 'err("no codec")' }
    confine = ["no-new-privileges", "?seccomp"]
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from symbuild.errors import Finding, Findings, InputError, UsageError, close_matches
from symbuild.frozen import frozen

Placement = Literal["direct", "isolated", "fused", "sandboxed"]
Transport = Literal["shm", "unix"]
OnFailure = Literal["trap", "restart", "error"]

PLACEMENTS: tuple[Placement, ...] = get_args(Placement)
BUILT: tuple[Placement, ...] = ("direct", "isolated", "fused")
TRANSPORTS: tuple[Transport, ...] = get_args(Transport)
ON_FAILURE: tuple[OnFailure, ...] = get_args(OnFailure)

# symbuild_isolate.h, sb_placement. With a `?` in front, it is left out where the machine lacks it.
CONFINED = ("no-new-privileges", "seccomp", "landlock", "namespaces")


@frozen
class Terms:
    """How an isolated component is reached, and what becomes of a call that its process does not answer.

    ``deadline`` is in seconds, 0 for none. ``errors`` gives functions, as ``iface#function`` or ``function``, the
    result they have then, as WAVE. ``confine`` is what the host process gives up. Components of one ``group`` share a
    process.
    """

    transport: Transport = "shm"
    deadline: float = 0
    on_failure: OnFailure = "trap"
    errors: tuple[tuple[str, str], ...] = ()
    confine: tuple[str, ...] = ()
    group: str | None = None


@frozen
class Choice:
    """The placement of one component, None where nothing is said; ``terms`` are those of a process of its own."""

    placement: Placement | None = None
    terms: Terms = Terms()


@frozen
class Profile:
    """A profile file. ``lines`` are those of the components' tables, for messages."""

    path: str
    default: Placement | None
    components: Mapping[str, Choice]
    lines: Mapping[str, int]

    def of(self, component: str) -> Choice:
        """What it says of a component, which it need not name."""
        return self.components.get(component, Choice(self.default))


def read_profile(path: Path) -> Profile:
    """The profile in a TOML file. Raises InputError, or Findings with all that is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except OSError as error:
        help = f"`sym_profile` is a file's path, or one of {', '.join(PLACEMENTS)}"
        raise InputError(f"cannot read the profile `{path}`: {error.strerror}", help=help) from error
    except UnicodeDecodeError as error:
        raise InputError("the profile is not UTF-8", where=str(path)) from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"the profile is not TOML: {error}", where=str(path)) from error
    reader = _Reader(str(path), _lines(text))
    profile = reader.profile(document)
    if reader.findings:
        raise Findings(reader.findings)
    return profile


def checked_terms(given: Mapping[str, Any]) -> Terms:
    """Terms by the keys of a profile's table. Raises UsageError for the first that is wrong."""
    reader = _Reader("", {})
    terms = reader.terms(given, ())
    for finding in reader.findings:
        raise UsageError(finding.what, help=finding.help)
    return terms


def require_known(profile: Profile, components: Collection[str]) -> None:
    """Raise Findings where a profile names a component that the build does not have, or a group like one it has."""
    findings = [
        Finding(
            f"the profile names a component `{name}`, which this build does not have",
            f"{profile.path}:{profile.lines[name]}",
            close_matches(name, components),
        )
        for name in profile.components
        if name not in components
    ]
    findings += [
        Finding(
            f"group `{group}` has the name of a component that is not of it",
            f"{profile.path}:{profile.lines[members[0]]}",
            "give the group another",
        )
        for group, members in groups_of(profile).items()
        if group in components and group not in members
    ]
    if findings:
        raise Findings(findings)


def groups_of(profile: Profile) -> dict[str, tuple[str, ...]]:
    """The components of each group, as the profile names them."""
    named = {name: choice.terms.group for name, choice in profile.components.items()}
    groups = dict.fromkeys(group for group in named.values() if group is not None)
    return {group: tuple(name for name, of in named.items() if of == group) for group in groups}


def group_terms(profile: Profile, components: Collection[str]) -> Terms:
    """The terms of a process for these components, with the errors of all. Raises InputError unless they are just those
    that the profile puts together."""
    groups = {profile.of(name).terms.group for name in components}
    group = next(iter(groups))
    wanted = groups_of(profile).get(group, ()) if group is not None else tuple(components)[:1]
    if len(groups) > 1 or set(wanted) != set(components):
        what = f"the process of group `{group}` has" if group is not None else "a process of its own is for"
        raise InputError(f"{what} {' and '.join(f'`{name}`' for name in wanted)}", where=profile.path)
    terms = [profile.of(name).terms for name in components]
    errors = tuple(sorted(pair for each in terms for pair in each.errors))
    first = terms[0]
    return Terms(first.transport, first.deadline, first.on_failure, errors, first.confine, first.group)


def choice_json(choice: Choice) -> dict[str, Any]:
    """A choice as JSON values: what doors are told, and keep for ``symbuild explain``."""
    terms = choice.terms
    return {
        "placement": choice.placement,
        "transport": terms.transport,
        "deadline": terms.deadline,
        "on_failure": terms.on_failure,
        "errors": dict(terms.errors),
        "confine": list(terms.confine),
        "group": terms.group,
    }


def choice_of_json(document: Mapping[str, Any]) -> Choice:
    """What :func:`choice_json` wrote, or the placement alone. Raises KeyError, TypeError or ValueError for others."""
    if document.keys() == {"placement"}:
        return Choice(document["placement"])
    terms = Terms(
        document["transport"],
        float(document["deadline"]),
        document["on_failure"],
        tuple(dict(document["errors"]).items()),
        tuple(document["confine"]),
        document["group"],
    )
    return Choice(document["placement"], terms)


_Path = tuple[str, ...]


class _Reader:
    """Takes a TOML document apart and collects what is wrong with it."""

    def __init__(self, file: str, lines: Mapping[_Path, int]) -> None:
        self._file = file
        self._lines = lines
        self.findings: list[Finding] = []

    def profile(self, document: Mapping[str, Any]) -> Profile:
        self._only(document, ("default", "component"), ())
        default: Placement | None = self._one_of(document, ("default",), PLACEMENTS, None)
        self._require_built(default, ("default",))
        tables = document.get("component", {})
        if not isinstance(tables, dict):
            self._wrong(("component",), "`component` is a table for each component: `[component.NAME]`")
            tables = {}
        components = {name: self._choice(name, table, default) for name, table in tables.items()}
        lines = {name: self._line(("component", name)) for name in components}
        self._require_fit(components)
        return Profile(self._file, default, components, lines)

    def _choice(self, name: str, table: Any, default: Placement | None) -> Choice:
        here = ("component", name)
        if not isinstance(table, dict):
            self._wrong(here, f"`component.{name}` is a table: `[component.{name}]`")
            return Choice(default)
        self._only(table, ("placement", *_TERMS), here)
        placement = default
        if "placement" in table:
            placement = self._one_of(table, (*here, "placement"), PLACEMENTS, None)
            self._require_built(placement, (*here, "placement"))
        if placement not in (None, "isolated"):
            for key in [key for key in _TERMS if key in table]:
                self._wrong((*here, key), f"`{key}` is for isolated components; `{name}` is {placement}")
        return Choice(placement, self.terms(table, here))

    def terms(self, table: Mapping[str, Any], here: _Path) -> Terms:
        errors = self._value(table, (*here, "errors"), _is_errors, "a table of WAVE texts by function", {})
        terms = Terms(
            self._one_of(table, (*here, "transport"), TRANSPORTS, "shm"),
            self._value(table, (*here, "deadline"), _is_deadline, "a number of seconds, 0 or more", 0),
            self._one_of(table, (*here, "on_failure"), ON_FAILURE, "trap"),
            tuple(sorted(errors.items())),
            tuple(self._value(table, (*here, "confine"), _is_words, "a list of words", [])),
            self._value(table, (*here, "group"), _is_group, "a name in lower case, such as `codecs`", None),
        )
        for word in terms.confine:
            if word.removeprefix("?") not in CONFINED:
                help = close_matches(word.removeprefix("?"), CONFINED)
                self._wrong((*here, "confine"), f"`{word}` is nothing that a process can give up", help)
        if errors and terms.on_failure != "error":
            self._wrong((*here, "errors"), '`errors` are for `on_failure = "error"`')
        return terms

    def _require_fit(self, components: Mapping[str, Choice]) -> None:
        """What shares a process is reached in one way, and has a name of its own."""
        firsts: dict[str, str] = {}
        for name, choice in components.items():
            group = choice.terms.group
            if group is None:
                continue
            here = ("component", name, "group")
            if choice.placement is None:
                self._wrong(here, f"`{name}` is of a group, and nothing here isolates it", 'placement = "isolated"')
            first = firsts.setdefault(group, name)
            for key in ("transport", "deadline", "on_failure", "confine"):
                if getattr(choice.terms, key) != getattr(components[first].terms, key):
                    self._wrong(here, f"`{first}` and `{name}` are of group `{group}`: give them the same `{key}`")
            if group in components and components[group].terms.group != group:
                self._wrong(here, f"a component outside of group `{group}` has the name: give the group another")

    def _require_built(self, placement: Placement | None, key: _Path) -> None:
        if placement is not None and placement not in BUILT:
            self._wrong(key, f"placement `{placement}` is not built yet", f"use {' or '.join(BUILT)}")

    def _only(self, table: Mapping[str, Any], known: Collection[str], here: _Path) -> None:
        for key in [key for key in table if key not in known]:
            self._wrong((*here, key), f"unknown key `{'.'.join((*here, key))}`", close_matches(key, known))

    def _one_of(self, table: Mapping[str, Any], key: _Path, known: tuple[Any, ...], default: Any) -> Any:
        if key[-1] not in table:
            return default
        value = table[key[-1]]
        if isinstance(value, str) and value in known:
            return value
        help = close_matches(value, known) if isinstance(value, str) else f"one of {', '.join(known)}"
        self._wrong(key, f"unknown {key[-1]} `{value}`", help)
        return default

    def _value(
        self, table: Mapping[str, Any], key: _Path, fits: Callable[[Any], bool], wanted: str, default: Any
    ) -> Any:
        value = table.get(key[-1], default)
        if fits(value):
            return value
        self._wrong(key, f"`{key[-1]}` is {wanted}")
        return default

    def _wrong(self, key: _Path, what: str, help: str | None = None) -> None:
        self.findings.append(Finding(what, f"{self._file}:{self._line(key)}", help))

    def _line(self, key: _Path) -> int:
        """The line of a key, or of the table that it is in, which may be written in one line."""
        return next((self._lines[key[:n]] for n in range(len(key), 0, -1) if key[:n] in self._lines), 1)


_TERMS = ("group", "transport", "deadline", "on_failure", "errors", "confine")


def _is_deadline(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf


def _is_group(value: Any) -> bool:
    return value is None or (isinstance(value, str) and re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", value) is not None)


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def _is_errors(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


# Python's reader tells no positions: keys are looked for again, line by line.
_NAME = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_PART = re.compile(_NAME)
_KEY = re.compile(rf"\s*(?P<name>{_NAME}(?:\s*\.\s*{_NAME})*)\s*=")
_HEADER = re.compile(r"\s*\[(?P<name>[^\[\]]+)\]")


def _lines(text: str) -> dict[_Path, int]:
    """The line of each key and table: of the first that leads there."""
    found: dict[_Path, int] = {}
    for path, line in _keys(text.splitlines()):
        for n in range(1, len(path) + 1):
            found.setdefault(path[:n], line)
    return found


def _keys(lines: Iterable[str]) -> Iterator[tuple[_Path, int]]:
    table: _Path = ()
    for number, line in enumerate(lines, 1):
        if header := _HEADER.match(line):
            table = _parts(header["name"])
            yield table, number
        elif key := _KEY.match(line):
            yield (*table, *_parts(key["name"])), number


def _parts(dotted: str) -> _Path:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))
