"""``--components`` and ``--choose``: who may provide imports, of the verbs that put several files together."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Iterable, Mapping

from symbuild.errors import UsageError, close_matches
from symbuild.frozen import frozen


@frozen
class Chosen:
    """By importer: the only ones that provide its imports, where they are named; and one by an import's name."""

    providers: Mapping[str, tuple[str, ...]]
    imports: Mapping[str, Mapping[str, str]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Both options."""
    parser.add_argument(
        "--components",
        nargs=2,
        action="append",
        default=[],
        metavar=("IMPORTER", "NAMES"),
        help="only these, separated by commas, provide imports of that one",
    )
    parser.add_argument(
        "--choose",
        nargs=3,
        action="append",
        default=[],
        metavar=("IMPORTER", "IMPORT", "NAME"),
        help="take this provider of several for one import",
    )


def chosen(args: argparse.Namespace, known: Collection[str], noun: str) -> Chosen:
    """What the options say. Raises UsageError for a name of none; ``noun`` is what those ``known`` are."""
    providers = {importer: tuple(filter(None, names.split(","))) for importer, names in args.components}
    imports: dict[str, dict[str, str]] = {}
    for importer, unit, name in args.choose:
        imports.setdefault(importer, {})[unit] = name
    given = [*imports, *(name for units in imports.values() for name in units.values())]
    require_known([*providers, *(name for names in providers.values() for name in names), *given], known, noun)
    return Chosen(providers, imports)


def require_known(names: Iterable[str], known: Collection[str], noun: str) -> None:
    """Raise UsageError for a name that nothing has."""
    for name in names:
        if name not in known:
            raise UsageError(f"no {noun} is called `{name}`", help=close_matches(name, known))
