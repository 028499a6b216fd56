"""``wit_bindgen::generate!`` in Rust sources: where it is called, and what it is told (wit-bindgen's macro crate).

A token scanner, no parser of Rust: comments and literals are told from code, and groups from each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from symbuild.bindings.rust.names import Options
from symbuild.bindings.rust.types import rust_string
from symbuild.errors import InputError, close_matches

_TOKEN = re.compile(
    r"""
    (?P<skip>\s+|//[^\n]*)
    |(?P<comment>/\*)
    |(?P<raw>b?r(?P<hashes>\#*)"(?P<rawtext>.*?)"(?P=hashes))
    |(?P<string>[bc]?"(?P<text>(?:[^"\\]|\\.)*)")
    |(?P<char>b?'(?:[^'\\\n]|\\[^\n]{1,9}?)')
    |(?P<word>(?:r\#)?[A-Za-z_][A-Za-z0-9_]*|'[A-Za-z_][A-Za-z0-9_]*|[0-9][A-Za-z0-9_]*)
    |(?P<path>::)
    |(?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_ESCAPE = re.compile(r"\\(\n\s*|u\{[0-9a-fA-F_]+\}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}
_CLOSING = {"(": ")", "[": "]", "{": "}"}


class Token(NamedTuple):
    """A word, mark or string of a source. ``text`` is a string's value; ``line`` counts from 1."""

    text: str
    line: int
    is_string: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the macro: the options it gives, and where it says the world is.

    ``paths`` are relative to the crate's directory; the last is the main package's unless ``inline`` is.
    """

    line: int
    options: Options
    world: str | None = None
    paths: tuple[str, ...] = ()
    inline: str | None = None
    features: tuple[str, ...] = ()


def calls(source: str, where: str) -> tuple[Call, ...]:
    """Every call in a source, which ``where`` names. Raises InputError for an option that the macro does not know."""
    tokens = list(_tokens(source))
    found = []
    for i in range(len(tokens) - 2):
        name, bang, opening = (t.text for t in tokens[i : i + 3])
        if name == "generate" and bang == "!" and opening in _CLOSING and not tokens[i].is_string:
            # The compiler counts from where the macro's path begins.
            qualified = i >= 2 and tokens[i - 1].text == "::"
            line = tokens[i - 2 if qualified else i].line
            group = tokens[i + 3 : _end(tokens, i + 2)]
            found.append(_Reader(group, f"{where}:{line}").call(line))
    return tuple(found)


def _tokens(source: str) -> Iterator[Token]:
    at, line = 0, 1
    while at < len(source):
        match = _TOKEN.match(source, at)
        assert match, "the last alternative matches any character"
        end = _comment_end(source, at) if match["comment"] else match.end()
        if match["raw"]:
            yield Token(match["rawtext"], line, is_string=True)
        elif match["string"]:
            yield Token(_ESCAPE.sub(_unescape, match["text"]), line, is_string=True)
        elif not (match["skip"] or match["comment"] or match["char"]):
            yield Token(match[0], line)
        line += source.count("\n", at, end)
        at = end


def _comment_end(source: str, at: int) -> int:
    """Block comments nest."""
    depth = 0
    for edge in _COMMENT_EDGE.finditer(source, at):
        depth += 1 if edge[0] == "/*" else -1
        if depth == 0:
            return edge.end()
    return len(source)


def _unescape(match: re.Match[str]) -> str:
    escape = match[1]
    if escape[0] == "\n":
        return ""
    if escape[0] in "ux" and len(escape) > 1:
        return chr(int(escape[1:].strip("{}").replace("_", ""), 16))
    return _ESCAPES.get(escape, escape)


def _end(tokens: list[Token], opening: int) -> int:
    """The token that closes the group a token opens."""
    waiting: list[str] = []
    for i in range(opening, len(tokens)):
        text = tokens[i].text
        if tokens[i].is_string:
            continue
        if text in _CLOSING:
            waiting.append(_CLOSING[text])
        elif waiting and text == waiting[-1]:
            waiting.pop()
            if not waiting:
                return i
    return len(tokens)


def _source(tokens: list[Token]) -> str:
    """Tokens as a source again; a blank parts two words."""
    text = ""
    for token in tokens:
        blank = " " if text[-1:].isidentifier() and token.text[:1].isidentifier() and not token.is_string else ""
        text += rust_string(token.text) if token.is_string else f"{blank}{token.text}"
    return text


class _Reader:
    """Reads what stands between the macro's brackets."""

    def __init__(self, tokens: list[Token], where: str) -> None:
        self.tokens = tokens
        self.where = where
        self.at = 0

    def call(self, line: int) -> Call:
        call = Call(line, Options())
        if self._take("{"):
            while not self._take("}"):
                call = self._option(call)
                self._take(",")
            return call
        if self._peek_string():
            call = replace(call, world=self._string())
        if self._take("in"):
            call = replace(call, paths=(self._string(),))
        return call

    def _option(self, call: Call) -> Call:
        key = self._word()
        if key in _PLACES:
            self._expect(":")
            return _PLACES[key](self, call)
        if key in _IGNORED:
            self._skip_value()
            return call
        if key not in _OPTIONS:
            raise InputError(
                f"`generate!` has no option `{key}` here",
                where=self.where,
                help=close_matches(key, [*_PLACES, *_IGNORED, *_OPTIONS]),
            )
        field, read = _OPTIONS[key]
        if read is not _Reader._flag:
            self._expect(":")
        return replace(call, options=replace(call.options, **{field: read(self)}))

    # -- values --------------------------------------------------------------------------------------------------------
    def _flag(self) -> bool:
        return self._word() == "true" if self._take(":") else True

    def _string(self) -> str:
        if not self._peek_string():
            raise InputError(f"`generate!`: a string is missing before `{self._peek()}`", where=self.where)
        self.at += 1
        return self.tokens[self.at - 1].text

    def _strings(self) -> tuple[str, ...]:
        """A string, or a list of them."""
        if not self._take("["):
            return (self._string(),)
        found = []
        while not self._take("]"):
            found.append(self._string())
            self._take(",")
        return tuple(found)

    def _names(self) -> frozenset[str]:
        return frozenset(self._strings())

    def _path_or_string(self) -> str:
        return self._string() if self._peek_string() else self._path()

    def _path(self) -> str:
        """The tokens up to the next comma or closing bracket."""
        text = ""
        while self._peek() not in (",", "}", "]", ""):
            text += self.tokens[self.at].text
            self.at += 1
        return text

    def _paths(self) -> tuple[str, ...]:
        self._expect("[")
        found = []
        while not self._take("]"):
            found.append(self._path())
            self._take(",")
        return tuple(found)

    def _mapping(self) -> Mapping[str, str]:
        self._expect("{")
        found = {}
        while not self._take("}"):
            key = self._string()
            self._expect(":")
            found[key] = self._path()
            self._take(",")
        return found

    def _attributes(self) -> tuple[tuple[str, str], ...]:
        """``{ "selector": [#[attribute] ..], .. }``, a pair for each attribute."""
        self._expect("{")
        found = []
        while not self._take("}"):
            selector = self._string()
            self._expect(":")
            self._expect("[")
            while not self._take("]"):
                self._expect("#")
                end = _end(self.tokens, self.at)
                found.append((selector, f"#{_source(self.tokens[self.at : end + 1])}"))
                self.at = end + 1
            self._take(",")
        return tuple(found)

    def _async(self) -> tuple[str, ...]:
        """``true``, ``false`` or a list of filters."""
        if self._peek() == "[":
            return self._strings()
        return ("all",) if self._word() == "true" else ("-all",)

    def _ownership(self) -> str:
        if self._word() == "Owning":
            return "owning"
        duplicates = False
        if self._take("{"):
            self._word()
            duplicates = self._flag()
            self._expect("}")
        return "borrowing-duplicate-if-necessary" if duplicates else "borrowing"

    # -- tokens --------------------------------------------------------------------------------------------------------
    def _peek(self) -> str:
        return self.tokens[self.at].text if self.at < len(self.tokens) else ""

    def _peek_string(self) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at].is_string

    def _take(self, text: str) -> bool:
        if self._peek() != text or self._peek_string():
            # The end of the source ends every group.
            return self.at >= len(self.tokens) and text in "}]"
        self.at += 1
        return True

    def _expect(self, text: str) -> None:
        if not self._take(text):
            raise InputError(f"`generate!`: `{text}` is missing before `{self._peek()}`", where=self.where)

    def _word(self) -> str:
        word = self._peek()
        if self._peek_string() or not word.isidentifier():
            raise InputError(f"`generate!`: a name is missing before `{word}`", where=self.where)
        self.at += 1
        return word

    def _skip_value(self) -> None:
        while self._peek() not in (",", "}", ""):
            self.at = _end(self.tokens, self.at) if self._peek() in _CLOSING else self.at
            self.at += 1


_PLACES: dict[str, Callable[[_Reader, Call], Call]] = {
    "world": lambda reader, call: replace(call, world=reader._string()),
    "path": lambda reader, call: replace(call, paths=reader._strings()),
    "inline": lambda reader, call: replace(call, inline=reader._string()),
    "features": lambda reader, call: replace(call, features=reader._strings()),
}
# What concerns wasm only, or the macro itself.
_IGNORED = ("type_section_suffix", "disable_run_ctors_once_workaround", "disable_custom_section_link_helpers", "debug")
# Option of the macro -> field of Options, and how its value is read.
_OPTIONS: dict[str, tuple[str, Callable[[_Reader], Any]]] = {
    "with": ("remap", _Reader._mapping),
    "generate_all": ("generate_all", _Reader._flag),
    "skip": ("skip", _Reader._names),
    "ownership": ("ownership", _Reader._ownership),
    "runtime_path": ("runtime", _Reader._path_or_string),
    "map_type": ("map_type", _Reader._path_or_string),
    "bitflags_path": ("bitflags", _Reader._path_or_string),
    "stubs": ("stubs", _Reader._flag),
    "export_prefix": ("export_prefix", _Reader._string),
    "additional_derives": ("derives", _Reader._paths),
    "additional_derives_ignore": ("derive_ignore", _Reader._names),
    "additional_type_attributes": ("type_attributes", _Reader._attributes),
    "additional_member_attributes": ("member_attributes", _Reader._attributes),
    "async": ("sync", _Reader._async),
    "default_bindings_module": ("bindings_module", _Reader._path_or_string),
    "export_macro_name": ("export_macro", _Reader._path_or_string),
    "pub_export_macro": ("pub_export_macro", _Reader._flag),
    "generate_unused_types": ("generate_unused", _Reader._flag),
    "merge_structurally_equal_types": ("merge_equal", _Reader._flag),
    "enable_method_chaining": ("method_chaining", _Reader._flag),
    "std_feature": ("std_feature", _Reader._flag),
    "raw_strings": ("raw_strings", _Reader._flag),
    "x86": ("x86", _Reader._flag),
}
