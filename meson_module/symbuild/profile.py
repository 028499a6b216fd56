"""Where components run: what ``sym_profile`` says, and what a component's ``placement:``."""

from __future__ import annotations

import json
import typing as T
from pathlib import Path

from mesonbuild.mesonlib import MesonException

from .dsl import Dsl

if T.TYPE_CHECKING:
    from .declaration import Build

PLACEMENTS = ("direct", "isolated", "fused", "sandboxed")
BUILT = ("direct", "isolated", "fused")


class Profile:
    """What ``sym_profile`` says: one placement for all, nothing, or what a file says of each component."""

    def __init__(self, m: Dsl, build: Build) -> None:
        said = m.option("sym_profile") or m.method("meson", "get_external_property", "sym_profile", "")
        self.placement = said if said in PLACEMENTS else None
        self.file = self._find(m, said) if said and not self.placement else None
        self.document = build.once(f"profile {self.file}", lambda: self._read(m, build)) if self.file else None

    @staticmethod
    def _find(m: Dsl, said: str) -> str:
        path = Path(m.state.environment.get_source_dir(), said)
        if not path.is_file():
            choice = ", ".join(map(repr, PLACEMENTS))
            raise MesonException(f"sym_profile is {said!r}, which is neither one of {choice}, nor a file")
        m.configure_again_for(path)
        return str(path)

    def _read(self, m: Dsl, build: Build) -> dict[str, T.Any]:
        with m.folder("", in_root=True):  # commands run in the source directory's folder of that name
            done = m.fn("run_command", *build.command, "profile", self.file, check=False)
        if m.method(done, "returncode"):
            raise MesonException(str(m.method(done, "stderr")).strip())
        return T.cast("dict[str, T.Any]", json.loads(m.method(done, "stdout")))

    def names(self, component: str) -> bool:
        """Whether it is a file that says something of this component."""
        return self.document is not None and component in self.document["components"]

    def choice(self, component: str, keyword: str | None) -> dict[str, T.Any]:
        """The placement of a component, and its terms where it has a file's: the profile wins over the keyword."""
        if self.document is None:
            return {"placement": self.placement or keyword or "direct"}
        said = self.document["components"].get(component, self.document["default"])
        return {**said, "placement": said["placement"] or keyword or "direct"}
