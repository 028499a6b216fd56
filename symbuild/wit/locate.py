"""Where a function is declared. wasm-tools gives no places but in its errors, so the text is searched.

A light reader that knows braces, comments and the words before a brace is enough: the package was parsed before, and
names are unique within their scope. It is used for messages only; where it finds nothing, the message has no place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from symbuild.wit.source import blank_comments, inputs_of

# What is left of the comments are those that document.
_TOKEN = re.compile(r"//[^\n]*|/\*.*?\*/|%?[A-Za-z][A-Za-z0-9-]*|[0-9][0-9A-Za-z.+-]*|[^\sA-Za-z0-9]", re.DOTALL)

# A word and its line; what a brace opened and its name.
_Word = tuple[str, int]
_Scope = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """A line (from 1) of a WIT file."""

    path: Path
    line: int


@dataclass(frozen=True, slots=True)
class _Declaration:
    """A function's WIT name, its line, and the interface or label around it (None: the world itself)."""

    package: str
    module: str | None
    name: str
    line: int


def find_function(wit: Path, module: str, function: str) -> Place | None:
    """The declaration of ``function`` (with its annotation) of ``module``: an interface id, a label, or ``$root``."""
    package, _, interface = module.partition("@")[0].rpartition("/")
    wanted = None if module == "$root" else interface
    for path in inputs_of(wit):
        if path.suffix == ".wit" and path.is_file():
            for found in _declarations(path):
                fits = found.package == package or not (package and found.package)
                if fits and (found.module, found.name) == (wanted, function):
                    return Place(path, found.line)
    return None


def _declarations(path: Path) -> Iterator[_Declaration]:
    """The functions of one file, each under its scope."""
    package, depth = "", 0
    scopes: list[_Scope] = [("", "")]
    words: list[_Word] = []
    for token, line in _tokens(blank_comments(path.read_text(encoding="utf-8", errors="replace"))):
        depth += (token in "([<") - (token in ")]>")
        if depth or token not in "{};":
            words.append((token, line))
            continue
        words = _without_annotations(words)
        texts = [word for word, _ in words]
        if texts[:1] == ["package"]:
            package = "".join(texts[1:]).partition("@")[0]
        if token == "{":
            scopes.append(_scope(texts))
        elif token == ";" and (name := _function(texts, scopes[-1])):
            yield _Declaration(package, _module(scopes), name, words[0][1])
        elif token == "}" and len(scopes) > 1:
            scopes.pop()
        words = []


def _without_annotations(words: list[_Word]) -> list[_Word]:
    """``@since(version = 1.0.0)`` and its like stand in front of what they are about."""
    while words[:1] and words[0][0] == "@":
        words = words[[*(word for word, _ in words), ")"].index(")") + 1 :]
    return words


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    line, at = 1, 0
    # `->` is no bracket.
    for match in _TOKEN.finditer(text.replace("->", "  ")):
        line += text.count("\n", at, match.start())
        at = match.start()
        if not match[0].startswith(("//", "/*")):
            yield match[0].removeprefix("%"), line


def _scope(texts: list[str]) -> _Scope:
    """What a brace opens: ``interface a {``, ``import lbl: interface {``, ``world w {``, ``resource r {``."""
    match texts:
        case ["import" | "export", label, ":", "interface"]:
            return "interface", label
        case ["interface" | "world" | "resource" as kind, name]:
            return kind, name
    return "", ""


def _module(scopes: list[_Scope]) -> str | None:
    return next((name for kind, name in reversed(scopes) if kind == "interface"), None)


def _function(texts: list[str], scope: _Scope) -> str | None:
    """The WIT name of the function that ``texts`` declare, if they do."""
    match scope, texts:
        case ("resource", owner), ["constructor", *_]:
            return f"[constructor]{owner}"
        case ("resource", owner), [name, ":", "static", *_]:
            return f"[static]{owner}.{name}"
        case ("resource", owner), [name, ":", "func" | "async", *_]:
            return f"[method]{owner}.{name}"
        case ("world", _), ["import" | "export", name, ":", "func" | "async", *_]:
            return name
        case ("interface", _), [name, ":", "func" | "async", *_]:
            return name
    return None
