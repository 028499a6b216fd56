"""Finds tests, their sources, and the combinations of sources to run."""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from symbuild.errors import SymbuildError

from .headers import SourceHeader, WitHeader, read_source_header, read_wit_header

SUFFIXES = {".c": "c", ".cpp": "cpp", ".rs": "rust"}


@dataclass(frozen=True, slots=True)
class Choices:
    """Options of the generator that also say what the world is."""

    features: tuple[str, ...]
    all_features: bool
    string_encoding: str


@dataclass(frozen=True, slots=True)
class Source:
    """One implementation of a world: ``test/test-foo.c`` implements ``test``.

    ``component`` is that world of ``test.wit``, after which the component is named; ``world``, in the package ``wit``,
    is what bindings are made of: the same one, unless the source brings its own.
    """

    test: str
    path: Path
    component: str
    world: str
    language: str
    wit: Path
    header: SourceHeader
    default_args: bool = True

    @property
    def choices(self) -> Choices:
        """What its options say of its world."""
        parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
        parser.add_argument("--features", action="append", default=[])
        parser.add_argument("--all-features", action="store_true")
        parser.add_argument("--string-encoding", default="utf8")
        known, _ = parser.parse_known_args(self.header.args)
        features = tuple(f for given in known.features for f in given.split(","))
        return Choices(features, known.all_features, known.string_encoding)


@dataclass(frozen=True, slots=True)
class Test:
    """A folder with a ``test.wit``. ``name`` is its path below the root, ``sources`` those in the chosen languages."""

    name: str
    folder: Path
    header: WitHeader
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Broken:
    """A test whose headers cannot be read."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Combination:
    """One runner and one implementation of each world it depends on, in the order ``test.wit`` names them."""

    test: Test
    runner: Source
    dependencies: tuple[Source, ...]

    @property
    def sources(self) -> tuple[Source, ...]:
        return (self.runner, *self.dependencies)

    @property
    def name(self) -> str:
        """``numbers runner.c test.c``: what filters and skip files match."""
        return " ".join([self.test.name, *(s.path.name for s in self.sources)])


def find_tests(root: Path, languages: Collection[str]) -> Iterator[Test | Broken]:
    """Every test at any depth below ``root``, which may be a test itself, by name."""
    for wit in sorted(root.rglob("test.wit")):
        name = wit.parent.relative_to(root).as_posix()
        name = root.resolve().name if name == "." else name
        try:
            yield _read_test(name, wit, languages)
        except SymbuildError as error:
            yield Broken(name, str(error))


def combinations(test: Test) -> Iterator[Combination]:
    """The product of the runners and of the implementations of each dependency; empty where one has none."""
    by_world = {
        w: [s for s in test.sources if s.component == w] for w in (test.header.runner, *test.header.dependencies)
    }
    for runner, *dependencies in itertools.product(*by_world.values()):
        yield Combination(test, runner, tuple(dependencies))


def _read_test(name: str, wit: Path, languages: Collection[str]) -> Test:
    folder = wit.parent
    header = read_wit_header(wit)
    # As wit-bindgen does: the folder is the package where it has dependencies, else the file alone.
    package = folder if (folder / "deps").is_dir() else wit
    sources = []
    for path in sorted(folder.iterdir()):
        language = SUFFIXES.get(path.suffix)
        world = _world_of(path.name, header)
        if language in languages and language and world:
            own = read_source_header(path)
            sources.append(Source(name, path, world, world, language, package, own, header.default_args))
    return Test(name, folder, header, tuple(sources))


def _world_of(file_name: str, header: WitHeader) -> str | None:
    """The first world, the runner's before the others, whose name the file's begins with."""
    return next((w for w in (header.runner, *header.dependencies) if file_name.startswith(w)), None)
