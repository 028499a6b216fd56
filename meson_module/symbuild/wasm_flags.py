"""What Meson's options and arguments ask of the compilers for wasm that it does not know.

``unity`` asks nothing: every source is an object of its own.
"""

from __future__ import annotations

import re
import typing as T

from mesonbuild.mesonlib import MesonException

from .declaration import OLD_CPP, WASM
from .dsl import Dsl

OPTIMIZATION = {"plain": [], **{level: [f"-O{level}"] for level in "0g123s"}}
WARNINGS = {
    "1": ["-Wall"],
    "2": ["-Wall", "-Wextra"],
    "3": ["-Wall", "-Wextra", "-Wpedantic"],
    "everything": ["-Weverything"],
}
# A sanitizer that needs nothing of a runtime library, which WASI has none of: what it finds is a trap.
TRAPPING = "undefined"


class Flags:
    """The flags of one component's options, some of which it may override (``key=value``)."""

    def __init__(self, m: Dsl, overrides: list[str]) -> None:
        self.m = m
        self.overridden = dict(text.split("=", 1) for text in overrides)

    def compiling(self, language: str) -> list[str]:
        """For every source, also generated ones."""
        standard = self.option(f"{language}_std") or "none"
        if language == "cpp" and OLD_CPP.fullmatch(standard):
            standard = "c++20"
        flags = [f"-std={standard}"] if standard != "none" else []
        flags += OPTIMIZATION.get(self.option("optimization"), [])
        flags += ["-g"] if self.option("debug") == "true" else []
        flags += ["-fno-rtti"] if language == "cpp" and self.option("cpp_rtti") == "false" else []
        flags += [f"-fsanitize={TRAPPING}", f"-fsanitize-trap={TRAPPING}"] if TRAPPING in self._sanitizers() else []
        return [*flags, *self._lto(), *(["-DNDEBUG"] if self.asserts_off() else [])]

    def warning(self) -> list[str]:
        """For the user's sources."""
        fatal = ["-Werror"] if self.option("werror") == "true" else []
        return [*WARNINGS.get(self.option("warning_level"), ()), *fatal]

    def given(self, option: str) -> list[str]:
        """The arguments in an option such as ``c_args``; none if the project does not use the language."""
        try:
            return T.cast("list[str]", self.m.fn("get_option", option))
        except (KeyError, MesonException):
            return []

    def linking(self, language: str) -> list[str]:
        """For the linker."""
        return [*self._lto(), *self.given(f"{language}_link_args")]

    def asserts_off(self) -> bool:
        """Whether ``assert`` does nothing."""
        if_release = self.option("buildtype") in ("release", "plain")
        return {"true": True, "if-release": if_release}.get(self.option("b_ndebug"), False)

    def left_out(self) -> list[str]:
        """What is asked for and cannot be had."""
        found = [f"b_sanitize={name}" for name in self._sanitizers() if name != TRAPPING]
        found += ["b_coverage=true"] if self.option("b_coverage") == "true" else []
        return found + [f"b_pgo={pgo}" for pgo in [self.option("b_pgo")] if pgo not in ("", "off")]

    def option(self, name: str) -> str:
        """An option of Meson's, as the component overrides it; empty if the project has no such option."""
        if name in self.overridden:
            return self.overridden[name]
        value = self.m.option(name)
        return "" if value is None else value.lower() if value in ("True", "False") else value

    def _sanitizers(self) -> list[str]:
        # A list since Meson 1.8, words with commas before.
        return [name for name in re.findall(r"\w+", self.option("b_sanitize")) if name != "none"]

    def _lto(self) -> list[str]:
        return ["-flto"] if self.option("b_lto") == "true" else []


def warn_of(m: Dsl, left_out: list[str]) -> None:
    """Say what is left out."""
    m.fn("warning", f"{', '.join(left_out)}: not for {WASM}, whose compilers have no library for it; left out there")
