"""``python -m tests.conformance.codegen DIR``: generate and compile what is in a folder of wit-bindgen's codegen tests.

Each WIT file, and each folder with a ``wit`` folder, is a test. Its bindings are generated in every language, without
options and in each variant that wit-bindgen's own tests have (crates/test, ``codegen_test_variants``), and compiled
without a warning.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import symbuild
from symbuild.errors import InputError, SymbuildError, UsageError, close_matches
from symbuild.wit import load_world

from .process import Failure, find_compiler, run
from .report import Outcome, closing, line, write_json
from .skips import Skip, read_skips, reason_for

_WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Werror")
# By language, what its variants are called and their options.
VARIANTS: dict[str, dict[str, tuple[str, ...]]] = {
    "c": {
        "default": (),
        "no-sig-flattening": ("--no-sig-flattening",),
        "autodrop": ("--autodrop-borrows=yes",),
        "async": ("--async=all",),
    },
    "cpp": {"default": ()},
    "rust": {
        "default": (),
        "borrowed": ("--ownership=borrowing",),
        "borrowed-duplicate": ("--ownership=borrowing-duplicate-if-necessary",),
        "async": ("--async=all",),
        "no-std": ("--std-feature",),
        "merge-equal": ("--merge-structurally-equal-types",),
        "hashmap": ("--map-type=std::collections::HashMap",),
    },
}
_ALWAYS = {"c": (), "cpp": (), "rust": ("--generate-all", "--format", "--stubs")}
_NO_STD = '#![no_std]\ninclude!("{name}");\n// A module of this name must not hide the crate.\nmod core {{}}\n'


@dataclass(frozen=True, slots=True)
class Case:
    """One test, in one language's variant."""

    wit: Path
    name: str
    language: str
    variant: str

    def __str__(self) -> str:
        return f"{self.name} {self.language} {self.variant}"


class Sweep:
    """Generates and compiles cases, each in a folder of its own below ``folder``; ``flags`` are C's and C++'s."""

    def __init__(self, folder: Path, flags: tuple[str, ...], skips: Sequence[Skip]) -> None:
        self._folder = folder
        self._flags = flags
        self._skips = skips
        self._runtime = folder / "libwit_bindgen.rlib"

    def prepare(self) -> None:
        """Compile the crate that generated Rust calls. Raises Failure."""
        source = Path(symbuild.__file__).parent / "runtime" / "rust" / "src" / "lib.rs"
        crate = ("--crate-type=rlib", "--crate-name=wit_bindgen", '--cfg=feature="std"', "--edition=2021")
        command = (*_rustc(), *crate, str(source), "-o", str(self._runtime))
        run(command, cwd=self._folder, what="compiling the Rust runtime")

    def outcome(self, case: Case) -> Outcome:
        """What comes of a case."""
        if reason := reason_for(str(case), self._skips):
            return Outcome(str(case), "skipped", reason)
        out = self._folder / case.name / f"{case.language}-{case.variant}"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        try:
            self._generate(case, out)
            {"c": self._c, "cpp": self._cpp, "rust": self._rust}[case.language](out, case.variant)
        except (Failure, SymbuildError) as error:
            return Outcome(str(case), "failed", str(error))
        return Outcome(str(case), "passed")

    def _generate(self, case: Case, out: Path) -> None:
        options = (*_ALWAYS[case.language], *VARIANTS[case.language][case.variant])
        command = [sys.executable, "-m", "symbuild", "bindgen", case.language, str(case.wit), "--out-dir", str(out)]
        run([*command, "-w", _world(case.wit), *options], cwd=Path.cwd(), what="bindgen")

    def _c(self, out: Path, variant: str) -> None:
        self._compile(("cc", "gcc", "clang"), "CC", _only(out, "*.c"), "-std=c11", "-Wc++-compat")

    def _cpp(self, out: Path, variant: str) -> None:
        # Headers of classes, which are the user's to write.
        for template in out.glob("*.template"):
            template.rename(template.with_suffix(""))
        self._compile(("c++", "g++", "clang++"), "CXX", _only(out, "*.cpp"), "-std=c++20")

    def _compile(self, compilers: Sequence[str], variable: str, source: Path, *flags: str) -> None:
        command = (*find_compiler(compilers, variable), *flags, *_WARNINGS, *self._flags, "-c", str(source))
        run((*command, "-o", str(source.with_suffix(".o"))), cwd=source.parent, what=f"compiling {source.name}")

    def _rust(self, out: Path, variant: str) -> None:
        made = _only(out, "*.rs")
        crates = [(made, "2021"), (made, "2024")]
        if variant == "no-std":
            root = out / "no_std.rs"
            root.write_text(_NO_STD.format(name=made.name), encoding="utf-8")
            crates.append((root, "2021"))
        for source, edition in crates:
            kind = ("--crate-type=rlib", "--crate-name=generated", f"--edition={edition}")
            command = (*_rustc(), "-Dwarnings", *kind, f"--extern=wit_bindgen={self._runtime}", str(source))
            run((*command, "-o", str(out / "generated.rlib")), cwd=out, what=f"compiling {source.name}")


def _world(wit: Path) -> str:
    """The only world, or the one called ``imports``, as wit-bindgen chooses."""
    try:
        return load_world(wit).world.name
    except SymbuildError:
        return "imports"


def _only(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


def _rustc() -> tuple[str, ...]:
    return find_compiler(("rustc",), "RUSTC")


def find_cases(root: Path, languages: Sequence[str]) -> Iterator[Case]:
    """Every test of a folder in every variant, by name."""
    for path in sorted(root.iterdir()):
        wit = path if path.suffix == ".wit" else path / "wit"
        if wit.exists():
            yield from (Case(wit, path.name, each, variant) for each in languages for variant in VARIANTS[each])


def _sweep(arguments: argparse.Namespace, folder: Path) -> list[Outcome]:
    languages = arguments.langs.split(",")
    for language in languages:
        if language not in VARIANTS:
            raise UsageError(f"unknown language `{language}`", help=close_matches(language, VARIANTS))
    if not arguments.dir.is_dir():
        raise InputError("no such folder", where=str(arguments.dir))
    try:
        wanted = re.compile(arguments.filter)
    except re.error as error:
        raise UsageError(f"--filter `{arguments.filter}` is not a regular expression: {error}") from None
    cases = [case for case in find_cases(arguments.dir.resolve(), languages) if wanted.search(str(case))]
    if not cases:
        raise InputError("nothing to compile", where=str(arguments.dir), help="check the folder, --langs and --filter")
    sweep = Sweep(folder, tuple(arguments.cflags), read_skips(arguments.skip_file))
    if "rust" in languages:
        sweep.prepare()
    outcomes = []
    with ThreadPoolExecutor(arguments.jobs) as pool:
        for outcome in pool.map(sweep.outcome, cases):
            print(line(outcome), flush=True)
            outcomes.append(outcome)
    return outcomes


def main(argv: Sequence[str]) -> int:
    """Run the folder the arguments name. 0: all passed; 1: some failed; 2 to 4 as symbuild's own verbs."""
    parser = argparse.ArgumentParser("python -m tests.conformance.codegen", description=__doc__, allow_abbrev=False)
    parser.add_argument(
        "dir", metavar="DIR", type=Path, help="a folder of WIT files, and of folders with a `wit` folder"
    )
    parser.add_argument("--langs", default="c,cpp,rust", help="languages, with commas between them (default: all)")
    parser.add_argument("--filter", metavar="RE", default="", help="run what the regex is found in the name of")
    parser.add_argument(
        "--skip-file", metavar="F", type=Path, action="append", default=[], help="`regex  reason` lines"
    )
    parser.add_argument("--cflags", metavar="FLAG", action="append", default=[], help="one more flag for C and C++")
    parser.add_argument("--jobs", metavar="N", type=int, default=2, help="how many at a time (default: 2)")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the outcomes there, too")
    arguments = parser.parse_args(argv)
    try:
        with tempfile.TemporaryDirectory(prefix="codegen-") as temporary:
            outcomes = _sweep(arguments, Path(temporary))
    except (Failure, SymbuildError) as error:
        print(error, file=sys.stderr)
        return 4 if isinstance(error, Failure) else error.exit_code
    print(closing(outcomes))
    if arguments.json:
        write_json(arguments.json, outcomes)
    return int(any(outcome.verdict == "failed" for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
