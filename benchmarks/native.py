"""Build generated and hand-written borders as shared objects, and time or count what runs through them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from benchmarks.process import SYMBUILD, run
from symbuild.steps.toolchain import c_compiler

SOURCES = Path(__file__).parent / "c"
WIT = Path(__file__).parent / "wit" / "border.wit"

# Loops at their best alignment everywhere: else that luck is a fifth of a call of five cycles.
_ALIGNED = ("-falign-functions=64", "-falign-loops=64")
_COMPILE = ("-std=gnu11", "-O2", "-fPIC", "-fvisibility=hidden", *_ALIGNED)
# What the Meson module compiles components with.
_COMPONENT = (*_COMPILE, "-fno-plt")
_LINK = ("-shared", "-Wl,-z,now", "-Wl,-z,defs", "-Wl,-rpath,$ORIGIN")

_STYLE = {"copier": "asymmetric", "viewer": "symmetric"}
PROVIDERS = tuple(_STYLE)


class Border:
    """The world of ``border.wit`` built three ways in ``folder``: generated, by hand, and by hand through the PLT.

    With ``one_file`` each provider's border and functions are one translation unit, else two.
    """

    def __init__(self, folder: Path, *, one_file: bool = False) -> None:
        self.folder = folder
        self.one_file = one_file
        folder.mkdir()
        self._generate()
        self.generated = self._build_generated()
        self.by_hand = self._build_by_hand("hand", _COMPONENT)
        self.plain = self._build_by_hand("plain", _COMPILE)

    def _generate(self) -> None:
        for world in (*PROVIDERS, "caller"):
            style = ("--api-style", _STYLE.get(world, "asymmetric"))
            where = ("--out-dir", self.folder, "--component", world)
            run([*SYMBUILD, "bindgen", "c", WIT, "-w", world, *style, *where], self.folder)

    def _build_generated(self) -> Path:
        for world in PROVIDERS:
            script = f"-Wl,--version-script={self.folder / world}.map"
            sources = [self.folder / f"{world}.c", SOURCES / f"{world}.c"]
            self._provider(f"lib{world}.so", f"{world}.h", sources, _COMPONENT, [script])
        caller = [self.folder / "caller.c", SOURCES / "caller.c"]
        # The caller stands for a program, but is a shared object: it shows its loops, so it has no version script.
        return self._shared("libcaller.so", "caller.h", caller, _COMPONENT, [f"lib{world}.so" for world in PROVIDERS])

    def _build_by_hand(self, prefix: str, flags: Sequence[str]) -> Path:
        for world in PROVIDERS:
            sources = [SOURCES / f"hand_{world}.c", SOURCES / f"{world}.c"]
            self._provider(f"lib{prefix}_{world}.so", f"hand_{world}.h", sources, flags)
        needs = [f"lib{prefix}_{world}.so" for world in PROVIDERS]
        return self._shared(f"lib{prefix}_caller.so", "hand_caller.h", [SOURCES / "caller.c"], flags, needs)

    def _provider(
        self, name: str, header: str, sources: list[Path], flags: Sequence[str], link: Sequence[str] = ()
    ) -> None:
        if self.one_file:
            unit = self.folder / f"{name}.c"
            unit.write_text("".join(f'#include "{source}"\n' for source in sources))
            sources = [unit]
        self._shared(name, header, sources, (*flags, *link))

    def _shared(
        self, name: str, header: str, sources: list[Path], flags: Sequence[str], needs: Sequence[str] = ()
    ) -> Path:
        target = self.folder / name
        places = [f"-I{self.folder}", f"-I{SOURCES}", f'-DBINDINGS="{header}"']
        libraries = [self.folder / need for need in needs]
        run(
            [*compiler(), *flags, *places, *sources, *_LINK, f"-Wl,-soname,{name}", *libraries, "-o", target],
            self.folder,
        )
        return target

    def time(
        self, variants: Sequence[tuple[Path, str]], rounds: int, milliseconds: float = 1
    ) -> list[tuple[float, ...]]:
        """Nanoseconds of one operation, for each variant (a caller's library and its function), a round each.

        A round repeats each variant for about so many milliseconds.
        """
        driver = _tool("driver", self.folder)
        specs = [f"{library}:{function}" for library, function in variants]
        out = run([driver, str(rounds), str(milliseconds), *specs], self.folder)
        return list(zip(*(map(float, line.split()) for line in out.splitlines()), strict=True))

    def count(self, library: Path, functions: Sequence[str]) -> list[float]:
        """The blocks of memory that one operation of each of a caller's functions allocates."""
        counter = _tool("count", self.folder)
        out = run([counter, *(f"{library}:{function}" for function in functions)], self.folder)
        return list(map(float, out.split()))


@cache
def compiler() -> tuple[str, ...]:
    """The C compiler's command: ``CC`` where it is set."""
    return c_compiler().command


@cache
def _tool(name: str, folder: Path) -> Path:
    target = folder / name
    run([*compiler(), "-std=gnu11", "-O2", "-rdynamic", SOURCES / f"{name}.c", "-ldl", "-o", target], folder)
    return target
