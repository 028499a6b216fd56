"""``symbuild init [DIR]``: write a small project that builds and tests."""

from __future__ import annotations

import argparse
import keyword
import re
import sys
from pathlib import Path

from symbuild import doors
from symbuild.errors import InputError, UsageError

_DOORS = Path(doors.__file__).parent
# A project of real files, which our own tests build as they are.
_TEMPLATE = _DOORS / "project"
# One that pip installs: what it has with every build backend, and with each. In its files are @name@ and @module@, so
# what would be no Python has `.in` behind its name.
_PYTHON_TEMPLATE = _DOORS / "python_project"
BACKENDS = ("meson-python", "scikit-build-core")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("dir", nargs="?", type=Path, default=Path(), metavar="DIR", help="where (default: here)")
    parser.add_argument("--python", action="store_true", help="a component that pip installs as a Python package")
    parser.add_argument(
        "--build-backend", choices=BACKENDS, help=f"with --python: what pip builds it with (default: {BACKENDS[0]})"
    )


def run(args: argparse.Namespace) -> int:
    """Write the files, or none of them if one exists."""
    if args.build_backend and not args.python:
        raise UsageError("`--build-backend` is for Python packages", help="add `--python`")
    go_there = "" if args.dir == Path() else f"cd {args.dir} && "
    if args.python:
        _write(args.dir, _python_files(args.dir, args.build_backend or BACKENDS[0]))
        print(f"\nnext: {go_there}pip install '.[test]' && pytest")
    else:
        _write(args.dir, _files(_TEMPLATE))
        print(f"\nnext: {go_there}meson setup build && meson test -C build")
    return 0


def _files(folder: Path) -> dict[Path, str]:
    found = (source for source in sorted(folder.rglob("*")) if source.is_file() and "__pycache__" not in source.parts)
    return {source.relative_to(folder): source.read_text(encoding="utf-8") for source in found}


def _python_files(folder: Path, backend: str) -> dict[Path, str]:
    """The project, called as its directory is. Raises UsageError where Python could import no module of that name."""
    name = folder.resolve().name
    module = name.replace("-", "_")
    taken = keyword.iskeyword(module) or module in sys.stdlib_module_names
    if taken or not re.fullmatch(r"[A-Za-z](?:[A-Za-z0-9_-]*[A-Za-z0-9])?", name):
        what = "is a word or module of Python's own" if taken else "is no name for a Python package"
        raise UsageError(
            f"`{name}` {what}", help="name another directory: letters, digits, `-` and `_`, a letter first"
        )
    texts = {**_files(_PYTHON_TEMPLATE / "common"), **_files(_PYTHON_TEMPLATE / backend)}
    return {
        path.with_name(path.name.removesuffix(".in")): text.replace("@name@", name).replace("@module@", module)
        for path, text in sorted(texts.items())
    }


def _write(folder: Path, files: dict[Path, str]) -> None:
    existing = [folder / name for name in files if (folder / name).exists()]
    if existing:
        raise InputError(
            "refusing to overwrite " + ", ".join(f"`{path}`" for path in existing),
            help="name another directory",
        )
    try:
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError(f"cannot write to `{folder}`: {error.strerror}") from error
    print("\n".join(f"wrote {folder / name}" for name in files))
