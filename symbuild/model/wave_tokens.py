"""The words of WAVE, the WebAssembly Value Encoding of wasm-tools, and where in a text one of them is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NoReturn, TypeVar

from symbuild.errors import UsageError

_T = TypeVar("_T")

# Cases of these names are written with a `%`.
KEYWORDS = frozenset(("true", "false", "inf", "nan", "some", "none", "ok", "err"))
# The cases of a result: WIT's model calls the second one "error".
RESULT = ("ok", "err")

_BLANK = re.compile(r"(?:\s|//[^\n]*)*")
_LABEL = re.compile(r"%?[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*")
_NUMBER = re.compile(r"-?(?:inf\b|(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)|nan\b")
# What a message quotes as found: a word, a number or a string, else one character.
_QUOTED = re.compile(r"[%\w.+-]+|\"(?:[^\"\\\n]|\\.)*\"?|'(?:[^'\\\n]|\\.)*'?|.", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|([\s\S]))")
_ESCAPED = {"'": "'", '"': '"', "\\": "\\", "t": "\t", "n": "\n", "r": "\r"}
# Ends with a line of blanks and three quotes; within, three quotes in a row are broken up by an escape.
_MULTILINE = re.compile(r'"""\r?\n((?:[^"\\]|\\[\s\S]|"(?!""))*?)(?<=\n)( *)"""')


class Tokens:
    """A text and how far it was read. What does not fit is a UsageError that names the column and ``places``."""

    def __init__(self, text: str, at: int = 0) -> None:
        self._text = text
        self._at = at
        # The way from the argument to the part that is read now.
        self.places: tuple[str, ...] = ()

    @property
    def at(self) -> int:
        """Where the next word stands."""
        blank = _BLANK.match(self._text, self._at)
        self._at = blank.end() if blank else self._at
        return self._at

    def fail(self, what: str, help: str | None = None, *, at: int | None = None) -> NoReturn:
        """Raise UsageError for what stands here, or at ``at``."""
        column = (self.at if at is None else at) + 1
        raise UsageError(what, where=": ".join([f"`{self._text}`, column {column}", *self.places]), help=help)

    def end(self) -> None:
        """See that nothing follows."""
        if self.at < len(self._text):
            self.fail(f"unexpected {self.found()}")

    def found(self) -> str:
        """What stands here, for messages."""
        quoted = _QUOTED.match(self._text, self.at)
        return f"`{quoted[0]}`" if quoted else "the end"

    def next(self, token: str) -> bool:
        """Whether ``token`` stands here."""
        return self._text.startswith(token, self.at)

    def take(self, token: str) -> bool:
        """Read ``token`` if it stands here."""
        if not self.next(token):
            return False
        self._at += len(token)
        return True

    def expect(self, token: str, what: str | None = None) -> None:
        """Read ``token``, which must be here; messages call it ``what``."""
        if not self.take(token):
            self.fail(f"expected {what or f'`{token}`'}, found {self.found()}")

    def label(self) -> str | None:
        """The label that stands here, as it is written."""
        found = _LABEL.match(self._text, self.at)
        return found[0] if found else None

    def number(self) -> str | None:
        """The number that stands here."""
        found = _NUMBER.match(self._text, self.at)
        return found[0] if found else None

    def sequence(self, start: str, end: str, item: Callable[[int], _T]) -> list[_T]:
        """What ``item`` reads between two brackets, by its index; a comma may follow the last."""
        self.expect(start)
        found: list[_T] = []
        while not self.take(end):
            found.append(item(len(found)))
            if not self.take(","):
                self.expect(end, f"`,` or `{end}`")
                break
        return found

    def char(self) -> str | None:
        """The char that stands here in single quotes; None where there is none."""
        start = self.at
        if not self.take("'"):
            return None
        found = "" if self._text.startswith(("'", "\n"), self._at) else self._character()
        if found and self._text.startswith("'", self._at):
            self._at += 1
            return found
        self._at = start
        return None

    def string(self) -> str | None:
        """The string that stands here, in double quotes or between lines of three; None where there is none."""
        if self.next('"""'):
            return self._multiline()
        start = self.at
        if not self.take('"'):
            return None
        found = []
        while not self._text.startswith('"', self._at):
            if self._text[self._at : self._at + 1] in ("", "\n"):
                self.fail("the string does not end", at=start)
            found.append(self._character())
        self._at += 1
        return "".join(found)

    def _multiline(self) -> str:
        """The blanks before the closing quotes are taken off every line."""
        whole = _MULTILINE.match(self._text, self.at)
        if not whole:
            self.fail('the string does not end with a line of `"""`')
        lines, indent = whole[1].replace("\r\n", "\n").removesuffix("\n").split("\n"), whole[2]
        if any(line and not line.startswith(indent) for line in lines):
            self.fail(f'a line is not indented by the {len(indent)} blanks of the closing `"""`')
        inner = Tokens("\n".join(line.removeprefix(indent) for line in lines))
        inner.places = self.places
        found = []
        while inner._at < len(inner._text):
            found.append(inner._character())
        self._at = whole.end()
        return "".join(found)

    def _character(self) -> str:
        """The next character, or what an escape means."""
        if not self._text.startswith("\\", self._at):
            self._at += 1
            return self._text[self._at - 1 : self._at]
        escape = _ESCAPE.match(self._text, self._at)
        if not escape or not (escape[1] or escape[2] in _ESCAPED):
            help = "known: \\' \\\" \\\\ \\t \\n \\r and \\u{1f600}; a backslash itself is \\\\"
            self.fail("not an escape", help, at=self._at)
        self._at = escape.end()
        if not escape[1]:
            return _ESCAPED[escape[2] or ""]
        code = int(escape[1], 16)
        if code >= 0x110000 or 0xD800 <= code < 0xE000:
            self.fail(f"`{escape[0]}` is no Unicode scalar value", at=escape.start())
        return chr(code)
