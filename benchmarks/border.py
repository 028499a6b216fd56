"""The world of ``border.wit`` in C, generated and by hand: shared objects whose calls are timed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.languages import C_SOURCES, COMPONENT, compiler
from benchmarks.process import SYMBUILD, run

WIT = Path(__file__).parent / "wit" / "border.wit"

_COMPILE = ("-std=gnu11", *COMPONENT)
_LINK = ("-shared", "-Wl,-z,now", "-Wl,-z,defs", "-Wl,-rpath,$ORIGIN")
_STYLE = {"copier": "asymmetric", "viewer": "symmetric"}
PROVIDERS = tuple(_STYLE)


class Border:
    """The world of ``border.wit`` built in ``folder`` as components are: generated, and by hand.

    With ``one_file`` each provider's border and functions are one translation unit, else two.
    """

    def __init__(self, folder: Path, *, one_file: bool = False) -> None:
        self.folder = folder
        self.one_file = one_file
        folder.mkdir()
        self._generate()
        self.generated = self._build_generated()
        self.by_hand = self._build_by_hand()

    def _generate(self) -> None:
        for world in (*PROVIDERS, "caller"):
            style = ("--api-style", _STYLE.get(world, "asymmetric"))
            where = ("--out-dir", self.folder, "--component", world)
            run([*SYMBUILD, "bindgen", "c", WIT, "-w", world, *style, *where], self.folder)

    def _build_generated(self) -> Path:
        for world in PROVIDERS:
            sources = [self.folder / f"{world}.c", C_SOURCES / f"{world}.c"]
            self._provider(f"lib{world}.so", f"{world}.h", sources, f"-Wl,--version-script={self.folder / world}.map")
        caller = [self.folder / "caller.c", C_SOURCES / "caller.c"]
        # The caller stands for a program, but is a shared object: it shows its loops, so it has no version script.
        return self._shared(
            "libcaller.so", "caller.h", caller, *(self.folder / f"lib{world}.so" for world in PROVIDERS)
        )

    def _build_by_hand(self) -> Path:
        for world in PROVIDERS:
            sources = [C_SOURCES / f"hand_{world}.c", C_SOURCES / f"{world}.c"]
            self._provider(f"libhand_{world}.so", f"hand_{world}.h", sources)
        needs = [self.folder / f"libhand_{world}.so" for world in PROVIDERS]
        return self._shared("libhand_caller.so", "hand_caller.h", [C_SOURCES / "caller.c"], *needs)

    def _provider(self, name: str, header: str, sources: list[Path], *link: str) -> None:
        if self.one_file:
            unit = self.folder / f"{name}.c"
            unit.write_text("".join(f'#include "{source}"\n' for source in sources))
            sources = [unit]
        self._shared(name, header, sources, *link)

    def _shared(self, name: str, header: str, sources: Sequence[Path], *link: str | Path) -> Path:
        target = self.folder / name
        places = (f"-I{self.folder}", f"-I{C_SOURCES}", f'-DBINDINGS="{header}"')
        command = (*compiler(), *_COMPILE, *places, *sources, *_LINK, f"-Wl,-soname,{name}", *link, "-o", target)
        run(command, self.folder)
        return target
