"""``symbuild profile FILE``: what a profile says of each component, as JSON; a step of the Meson door."""

from __future__ import annotations

import argparse
from pathlib import Path

from symbuild.cli.reporting import print_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a profile (TOML)")


def run(args: argparse.Namespace) -> int:
    """Print the profile: `default` for components that it does not name, then those that it does."""
    from symbuild.steps.profile import Choice, choice_json, read_profile

    profile = read_profile(args.file)
    named = {name: choice_json(choice) for name, choice in profile.components.items()}
    print_json({"default": choice_json(Choice(profile.default)), "components": named})
    return 0
