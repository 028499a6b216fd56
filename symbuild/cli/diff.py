"""``symbuild diff OLD NEW``: what changed at the ABI between two WITs or built files, and whom it breaks."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from symbuild.cli.reporting import print_json

if TYPE_CHECKING:
    from symbuild.abi.diff import Change, Effect

# Effect -> how a line of text begins.
_TITLES: dict[Effect, str] = {
    "breaks importers": "breaks importers",
    "breaks providers": "breaks providers",
    "splits providers": "splits providers",
    "compatible": "compatible",
    "source": "source only",
}
_EPILOG = """\
importers are those who call what the world exports, providers those who serve what it imports; `splits providers`
concerns only who has providers from before and after the change in one process: neither calls methods on the other's
handles; `source only` is what a build with regenerated bindings may notice, and nothing that is built already. Exit
code 1: something breaks."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.epilog = _EPILOG
    what = "a .wit file, a package's directory, a native library or program, or a wasm component"
    parser.add_argument("old", type=Path, metavar="OLD", help=what)
    parser.add_argument("new", type=Path, metavar="NEW", help="the same, of either kind")
    parser.add_argument("-w", "--world", help="the world (may be left out where there is one)")
    parser.add_argument("--json", action="store_true", help="print the changes as JSON")


def run(args: argparse.Namespace) -> int:
    """Print the changes; 1 if any of them breaks somebody."""
    from symbuild.abi.diff import compare
    from symbuild.steps.embedded import world_at

    changes = compare(world_at(args.old, args.world), world_at(args.new, args.world))
    breaking = any(change.breaking for change in changes)
    if args.json:
        listed = [{"path": c.path, "what": c.what, "effect": c.effect, "breaking": c.breaking} for c in changes]
        print_json({"old": str(args.old), "new": str(args.new), "compatible": not breaking, "changes": listed})
    else:
        print("\n".join([*(f"{_TITLES[c.effect]}: {c}" for c in changes), _summary(changes)]))
    return int(breaking)


def _summary(changes: Sequence[Change]) -> str:
    if not changes:
        return "no difference"
    counts = Counter("breaking" if c.breaking else _TITLES[c.effect] for c in changes)
    verdict = "breaking" if counts["breaking"] else "compatible"
    return f"{verdict} ({', '.join(f'{count} {kind}' for kind, count in sorted(counts.items()))})"
