"""What can go wrong in a way the user can mend: one class per exit code, one way to print them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from symbuild.frozen import frozen


@frozen
class Finding:
    """One thing that is wrong: what, where, and how to mend it.

    ``where`` is ``file:line:col`` or a path of names such as ``demo.wit: shapes.draw: parameter s``.
    """

    what: str
    where: str | None = None
    help: str | None = None

    def __str__(self) -> str:
        lines = [f"error: {self.what}"]
        if self.where:
            lines.append(f"  --> {self.where}")
        if self.help:
            lines.append(f"  help: {self.help}")
        return "\n".join(lines)


class SymbuildError(Exception):
    """Base of every error shown to the user without a traceback. ``exit_code`` is the process status."""

    exit_code = 3

    def __init__(self, what: str, *, where: str | None = None, help: str | None = None) -> None:
        self.findings: tuple[Finding, ...] = (Finding(what, where, help),)
        super().__init__(what)

    def __str__(self) -> str:
        return "\n".join(map(str, self.findings))


class InputError(SymbuildError):
    """The user's file or value cannot be used (exit code 3)."""

    exit_code = 3


class Findings(InputError):
    """Several findings of one check, reported together (exit code 3)."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(findings[0].what)
        self.findings = tuple(findings)


class UsageError(SymbuildError):
    """The command line is wrong (exit code 2)."""

    exit_code = 2


class ToolError(SymbuildError):
    """A tool is missing or failed (exit code 4)."""

    exit_code = 4


class Difference(SymbuildError):
    """A check ran and found something (exit code 1)."""

    exit_code = 1


@contextmanager
def error_context(where: str) -> Iterator[None]:
    """Put ``where`` in front of the place of every finding raised inside."""
    try:
        yield
    except SymbuildError as error:
        error.findings = tuple(
            Finding(f.what, f"{where}: {f.where}" if f.where else where, f.help) for f in error.findings
        )
        raise


def close_matches(word: str, known: Iterable[str]) -> str | None:
    """A sentence that offers the nearest known names, or lists them all when none is near."""
    import difflib  # only where something is wrong already

    names = sorted(set(known))
    if not names:
        return None
    near = difflib.get_close_matches(word, names, n=3, cutoff=0.5)
    if near:
        return "did you mean " + " or ".join(f"`{n}`" for n in near) + "?"
    return "known: " + ", ".join(f"`{n}`" for n in names)
