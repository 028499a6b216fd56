"""Where components run: what ``SYM_PROFILE`` says, and what a component's ``placement``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from symbuild.doors.SCons.command import path_of, top
from symbuild.errors import UsageError
from symbuild.frozen import frozen
from symbuild.steps import profile as profiles

BUILT = ("direct", "isolated", "fused")


@frozen
class Profile:
    """One placement for all, nothing, or what a file says of each component."""

    placement: profiles.Placement | None = None
    file: str = ""
    document: profiles.Profile | None = None

    def choice(self, where: str, component: str, keyword: str | None) -> profiles.Choice:
        """The placement of a component and its terms: the profile wins over the keyword. Raises UsageError."""
        said = self.document.of(component) if self.document else profiles.Choice(self.placement)
        placement = said.placement or keyword or "direct"
        for known in profiles.PLACEMENTS:
            if known == placement:
                if known not in BUILT:
                    raise UsageError(f"{where}: placement {known!r} is not built by SCons", help=_CHOICE)
                return profiles.Choice(known, said.terms)
        raise UsageError(f"{where}: unknown placement {placement!r}", help=_CHOICE)

    def names(self, component: str) -> bool:
        """Whether it is a file that says something of this component."""
        return self.document is not None and component in self.document.components


_CHOICE = f"use {' or '.join(map(repr, BUILT))}"


def profile_of(env: Any) -> Profile:
    """What SYM_PROFILE of an environment says. Raises InputError for a file that cannot be used."""
    said = str(env["SYM_PROFILE"])
    if said == "auto":
        return Profile()
    for placement in profiles.PLACEMENTS:
        if said == placement:
            return Profile(placement)
    path = env.File(top(said)).srcnode()
    if not path.exists():
        choice = ", ".join(map(repr, profiles.PLACEMENTS))
        raise UsageError(f"SYM_PROFILE is {said!r}, which is neither one of {choice}, nor a file")
    return Profile(None, path_of(path), profiles.read_profile(Path(path.abspath)))
