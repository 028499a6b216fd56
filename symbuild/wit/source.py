"""WIT on disk, as the WIT tool should see it: without the comments that are not documentation.

wit-parser takes every comment above an item for its documentation, `//` and `/* */` too. An edit of such a comment
would change the generated files and rebuild what uses them, so they are blanked out; `///` and `/** */` stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from symbuild.errors import Finding, InputError

_SUFFIXES = (".wit", ".wasm", ".wat")
_MORE = "symbuild-joined.wit"  # a file's name that nobody takes
_COMMENT = re.compile(r"//[^\n]*|/\*")
_BLOCK = re.compile(r"/\*|\*/")


def inputs_of(path: Path) -> tuple[Path, ...]:
    """The WIT files under ``path`` and their directories: a file added to one of these changes the package."""
    if not path.is_dir():
        return (path,)
    deps = path / "deps"
    places = [path, *(d for d in [deps, *sorted(deps.rglob("*"))] if d.is_dir())]
    return (*places, *(f for d in places for f in sorted(d.iterdir()) if f.suffix in _SUFFIXES and f.is_file()))


@contextmanager
def for_tool(path: Path, more: str = "") -> Iterator[Path]:
    """The path to give to the WIT tool: ``path``, or a copy without plain comments, with the same lines and columns.

    ``more``: WIT that is in the package besides. Errors raised inside name ``path``. Raises InputError where there is
    nothing to read, and for more of a package that is no text.
    """
    if not path.exists():
        raise InputError(f"no WIT at `{path}`", help="name a .wit file or the directory of a package")
    try:
        files = {f: f.read_bytes() for f in inputs_of(path) if f.is_file()}
    except OSError as error:
        raise InputError(f"cannot read WIT: {error.strerror}", where=str(error.filename or path)) from error
    blanked = {f: _blank(content) if f.suffix == ".wit" else content for f, content in files.items()}
    if more:
        place = path / _MORE if path.is_dir() else path
        if place.suffix != ".wit":
            raise InputError("worlds can be joined only where they are text", where=str(path), help="name a .wit file")
        blanked[place] = b"%b\n%b" % (blanked.get(place, b""), more.encode())
    if blanked == files:
        with _naming(path, path):
            yield path
        return
    # Here, as it costs more to load than most WIT takes to read.
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="symbuild-") as folder:
        # Resolved, as the name of `..` would lead out of the folder.
        copy = Path(folder) / path.resolve().name
        for file, content in blanked.items():
            target = copy / file.relative_to(path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        with _naming(path, copy):
            yield copy


@contextmanager
def _naming(path: Path, copy: Path) -> Iterator[None]:
    """Say ``path`` where the WIT tool says ``copy``, or no place at all."""
    try:
        yield
    except InputError as error:
        error.findings = tuple(
            Finding(f.what.replace(str(copy), str(path)), (f.where or str(path)).replace(str(copy), str(path)), f.help)
            for f in error.findings
        )
        raise


def _blank(content: bytes) -> bytes:
    try:
        return blank_comments(content.decode()).encode()
    except UnicodeDecodeError:
        return content  # the WIT tool says what is wrong with it


def blank_comments(text: str) -> str:
    """``text`` with plain comments as blanks; WIT has no string in which a comment could only seem to begin."""
    parts, end = [], 0
    while found := _COMMENT.search(text, end):
        parts.append(text[end : found.start()])
        end = _end_of_block(text, found.end()) if found[0] == "/*" else found.end()
        comment = text[found.start() : end]
        keep = comment.startswith("///") or (comment.startswith("/**") and comment != "/**/")
        parts.append(comment if keep else re.sub(r"[^\n]", " ", comment))
    return "".join(parts) + text[end:]


def _end_of_block(text: str, at: int) -> int:
    """Where the block comment that began before ``at`` ends: block comments nest."""
    depth = 1
    while depth and (found := _BLOCK.search(text, at)):
        depth += 1 if found[0] == "/*" else -1
        at = found.end()
    return len(text) if depth else at
