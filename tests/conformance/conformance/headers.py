"""The ``//@`` headers: TOML in the leading comment lines of a source or of ``test.wit`` (wit-bindgen, crates/test)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from symbuild.errors import InputError, close_matches

MARK = "//@"


@dataclass(frozen=True, slots=True)
class WitHeader:
    """What ``test.wit`` says of its test: the worlds that take part and how they are connected.

    ``default_args``: its sources want the generator options that a language always gets.
    """

    runner: str = "runner"
    dependencies: tuple[str, ...] = ("test",)
    wac: str | None = None
    default_args: bool = True


@dataclass(frozen=True, slots=True)
class SourceHeader:
    """What a source says of itself: options of the bindings generator and of its language's compiler.

    ``externs`` are sources beside it, each a crate that it uses.
    """

    args: tuple[str, ...] = ()
    cflags: tuple[str, ...] = ()
    ldflags: tuple[str, ...] = ()
    rustflags: tuple[str, ...] = ()
    externs: tuple[str, ...] = ()


def read_wit_header(path: Path) -> WitHeader:
    """The header of a ``test.wit``. Raises InputError for one that is not TOML or has an unknown key."""
    table = _read(path, {"async", "error-context", "default-bindgen-args", "runner", "dependencies", "wac"})
    default = WitHeader()
    return WitHeader(
        runner=str(table.get("runner", default.runner)),
        dependencies=_strings(path, table, "dependencies") or default.dependencies,
        wac=table.get("wac"),
        default_args=bool(table.get("default-bindgen-args", default.default_args)),
    )


def read_source_header(path: Path) -> SourceHeader:
    """The header of a source file; ``wasmtime-flags`` mean nothing to a native run and are only checked for."""
    table = _read(path, {"args", "wasmtime-flags", "lang"})
    lang = table.get("lang", {})
    flags = (_strings(path, lang, key) for key in ("cflags", "ldflags", "rustflags", "externs"))
    return SourceHeader(_strings(path, table, "args"), *flags)


def _read(path: Path, known: set[str]) -> dict[str, Any]:
    lines: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith(MARK):
            break
        lines.append(line.removeprefix(MARK))
    try:
        table = tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"the `{MARK}` header is not TOML: {error}", where=str(path)) from None
    for key in table:
        if key not in known:
            raise InputError(
                f"unknown key `{key}` in the `{MARK}` header", where=str(path), help=close_matches(key, known)
            )
    return table


def _strings(path: Path, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """A list of words, written as a TOML array or as one string with blanks."""
    match table.get(key, ()):
        case str() as words:
            return tuple(words.split())
        case [*words] if all(isinstance(w, str) for w in words):
            return tuple(words)
        case ():
            return ()
    raise InputError(f"`{key}` must be a string or an array of strings", where=str(path))
