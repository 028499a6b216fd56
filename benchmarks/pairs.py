"""Two components, a caller and a callee, in every pair of languages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.languages import Language, cpp, rust
from benchmarks.process import run
from benchmarks.row import Row, skipped

SIDES = Path(__file__).parent / "sides"

# A callee shows its exports, a caller its loops.
_SHOWN = {"callee": "bench*", "caller": "run_*"}


class Pairs:
    """The callers and callees of ``sides/<name>``, each compiled once in ``folder``, and linked as asked for."""

    def __init__(self, name: str, folder: Path) -> None:
        self._sources = SIDES / name
        self._folder = folder
        self._compiled: dict[tuple[Language, str], tuple[str | Path, ...]] = {}
        folder.mkdir()

    def link(self, caller: Language, callee: Language) -> Path:
        """The caller's library, bound to the callee's."""
        provider = self._shared(callee, "callee", _name(callee, "callee"))
        return self._shared(caller, "caller", f"{_name(caller, 'caller')}-{_name(callee, 'callee')}", provider)

    def _shared(self, language: Language, world: str, name: str, *needs: Path) -> Path:
        target = self._folder / f"lib{name}.so"
        if target.exists():
            return target
        script = self._folder / f"{world}.map"
        script.write_text(f"{{ global: {_SHOWN[world]}; local: *; }};\n")
        link = ("-shared", "-Wl,-z,now", "-Wl,-z,defs", "-Wl,-rpath,$ORIGIN", f"-Wl,--version-script={script}")
        inputs = (*self._inputs(language, world), *needs, f"-Wl,-soname,{target.name}")
        run([*language.linker, *link, *inputs, "-o", target], self._folder)
        return target

    def _inputs(self, language: Language, world: str) -> Sequence[str | Path]:
        key = (language, world)
        if key not in self._compiled:
            folder = self._folder / _name(language, world)
            folder.mkdir()
            self._compiled[key] = language.compile(self._sources, world, folder)
        return self._compiled[key]


def _name(language: Language, world: str) -> str:
    return f"{language.label.lower().replace(' ', '-')}-{world}"


def unmeasured(benchmark: str, goal: float) -> list[Row]:
    """A row for each language that this machine has no compiler of."""
    found = {"C++": cpp(), "Rust": rust()}
    return [
        skipped(f"{benchmark}: pairs with {label}", goal, f"no {label} compiler here")
        for label, language in found.items()
        if language is None
    ]
