"""``python -m tests.conformance DIR``: see the package's README."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path

from symbuild.errors import InputError, SymbuildError, UsageError, close_matches

from .cross import read_cross_file
from .discover import SUFFIXES
from .fused import FUSED
from .report import Outcome, closing, line, write_json
from .session import TARGETS, Options, run_folder
from .skips import read_skips

# Blocks that can still be reached at the end are no leaks: the C library and Rust's keep some.
VALGRIND = ("valgrind", "-q", "--leak-check=full", "--errors-for-leak-kinds=definite,possible", "--error-exitcode=9")
PLACEMENTS = ("direct", "isolated", "fused", "sandboxed", "composed")


def main(argv: list[str]) -> int:
    """Run the folder the arguments name. 0: all passed; 1: some failed; 2 to 4 as symbuild's own verbs."""
    arguments = _parser().parse_args(argv)
    try:
        options = _options(arguments)
        with tempfile.TemporaryDirectory(prefix="conformance-") as temporary:
            folder = (arguments.build_dir or Path(temporary)).resolve()
            folder.mkdir(parents=True, exist_ok=True)
            outcomes = []
            for outcome in run_folder(arguments.dir, folder, options):
                print(line(outcome), flush=True)
                outcomes.append(outcome)
        return _finish(arguments, outcomes)
    except SymbuildError as error:
        print(error, file=sys.stderr)
        return error.exit_code


def _finish(arguments: argparse.Namespace, outcomes: list[Outcome]) -> int:
    if not outcomes:
        raise InputError(
            "no combination to run", where=str(arguments.dir), help="check the folder, --langs and --filter"
        )
    print(closing(outcomes))
    if arguments.json:
        write_json(arguments.json, outcomes)
    return int(any(o.verdict == "failed" for o in outcomes))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tests.conformance", description=__doc__, allow_abbrev=False)
    parser.add_argument("dir", metavar="DIR", type=Path, help="a folder of tests in wit-bindgen's layout, or one test")
    parser.add_argument("--langs", default="c", help="languages to combine, with commas between them (default: c)")
    parser.add_argument("--placement", default="direct", help="how components meet (default: direct)")
    parser.add_argument("--target", default="native", help="what they are built for (default: native)")
    parser.add_argument("--cross-file", metavar="F", type=Path, help="a Meson cross file that names the compilers")
    parser.add_argument("--filter", metavar="RE", default="", help="run combinations whose name the regex is found in")
    parser.add_argument(
        "--skip-file", metavar="F", type=Path, action="append", default=[], help="`regex  reason` lines"
    )
    parser.add_argument("--control", action="store_true", help="change one result; each combination must fail")
    parser.add_argument("--control-each", action="store_true", help="one control run for each function, all must fail")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the outcomes there, too")
    parser.add_argument("--jobs", metavar="N", type=int, default=2, help="how many at a time (default: 2)")
    parser.add_argument("--cflags", metavar="FLAGS", default="", help="more flags, such as --cflags=-O2")
    parser.add_argument("--wrapper", metavar="COMMAND", default="", help="run programs under it, such as perf")
    checked = parser.add_mutually_exclusive_group()
    checked.add_argument("--sanitize", metavar="LIST", default="", help="compile with -fsanitize=LIST; findings fail")
    checked.add_argument("--valgrind", action="store_true", help="run programs under valgrind; findings fail")
    parser.add_argument(
        "--build-dir", metavar="DIR", type=Path, help="build there and keep it (default: a temporary one)"
    )
    return parser


def _options(arguments: argparse.Namespace) -> Options:
    languages = tuple(arguments.langs.split(","))
    if arguments.target not in TARGETS:
        raise UsageError(f"unknown target `{arguments.target}`", help=close_matches(arguments.target, TARGETS))
    target = TARGETS[arguments.target]
    wrapper = (*(VALGRIND if arguments.valgrind else ()), *shlex.split(arguments.wrapper))
    if arguments.target != "native" and (arguments.sanitize or arguments.valgrind):
        raise UsageError("--sanitize and --valgrind are for the target `native`")
    if arguments.target == "miri" and (arguments.control or arguments.control_each):
        raise UsageError("the target `miri` has no control runs", help="run them natively, with --langs rust")
    if arguments.cross_file:
        if arguments.target != "native":
            raise UsageError("--cross-file is for the target `native`")
        cross = read_cross_file(arguments.cross_file)
        target, wrapper = cross.target, (*wrapper, *cross.wrapper)
        os.environ.update(cross.compilers)
    for language in languages:
        _built(language, target.languages(), SUFFIXES.values(), "language")
    _built(arguments.placement, ("direct", "isolated", "fused"), PLACEMENTS, "placement")
    if arguments.placement == "isolated" and arguments.target != "native":
        raise UsageError("the placement `isolated` is for the target `native`")
    if arguments.placement == "fused":
        _built(arguments.target, FUSED, TARGETS, "target for fusion")
        target = FUSED[arguments.target]
    if arguments.jobs < 1:
        raise UsageError("--jobs takes a number of at least 1")
    try:
        wanted = re.compile(arguments.filter)
    except re.error as error:
        raise UsageError(f"--filter `{arguments.filter}` is not a regular expression: {error}") from None
    return Options(
        target=target,
        languages=languages,
        wanted=wanted,
        skips=read_skips(arguments.skip_file),
        control="each" if arguments.control_each else "one" if arguments.control else None,
        jobs=arguments.jobs,
        flags=(*_sanitizers(arguments.sanitize), *shlex.split(arguments.cflags)),
        wrapper=wrapper,
        isolated=arguments.placement == "isolated",
    )


def _sanitizers(names: str) -> tuple[str, ...]:
    return (f"-fsanitize={names}", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer") if names else ()


def _built(value: str, built: Collection[str], known: Collection[str], what: str) -> None:
    """Raise UsageError unless ``value`` works today; say whether it will, or what was meant."""
    if value not in known:
        raise UsageError(f"unknown {what} `{value}`", help=close_matches(value, known))
    if value not in built:
        raise UsageError(f"the {what} `{value}` is not built yet", help=f"built: {', '.join(built)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
