"""``symbuild init [DIR]``: write a small project that builds and tests."""

from __future__ import annotations

import argparse
from pathlib import Path

from symbuild import doors
from symbuild.errors import InputError

# A project of real files, which our own tests build as they are.
_TEMPLATE = Path(doors.__file__).parent / "project"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("dir", nargs="?", type=Path, default=Path(), metavar="DIR", help="where (default: here)")


def run(args: argparse.Namespace) -> int:
    """Write the files, or none of them if one exists."""
    files = {source.relative_to(_TEMPLATE): source for source in sorted(_TEMPLATE.rglob("*")) if source.is_file()}
    existing = [args.dir / name for name in files if (args.dir / name).exists()]
    if existing:
        raise InputError(
            "refusing to overwrite " + ", ".join(f"`{path}`" for path in existing),
            help="name another directory",
        )
    try:
        for name, source in files.items():
            (args.dir / name).parent.mkdir(parents=True, exist_ok=True)
            (args.dir / name).write_bytes(source.read_bytes())
    except OSError as error:
        raise InputError(f"cannot write to `{args.dir}`: {error.strerror}") from error
    print("\n".join(f"wrote {args.dir / name}" for name in files))
    go_there = "" if args.dir == Path() else f"cd {args.dir} && "
    print(f"\nnext: {go_there}meson setup build && meson test -C build")
    return 0
