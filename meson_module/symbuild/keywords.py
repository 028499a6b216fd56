"""What the functions of the module take and return: keywords with their types, objects with their methods."""

from __future__ import annotations

import difflib
import typing as T

from mesonbuild import build, mesonlib
from mesonbuild.dependencies import Dependency
from mesonbuild.mesonlib import File, MesonException
from mesonbuild.modules import ModuleObject


class Declared(ModuleObject):
    """What ``component()`` and ``program()`` return: its methods hand out targets."""

    KIND = ""

    def __init__(self, name: str, answers: dict[str, T.Any]) -> None:
        super().__init__()
        self.name = name
        self.add(answers)

    def add(self, answers: dict[str, T.Any]) -> None:
        """Give methods what they return, or raise."""
        self.methods.update({method: self._answer(method, answer) for method, answer in answers.items()})

    def _answer(self, method: str, answer: T.Any) -> T.Callable[..., T.Any]:
        def call(state: T.Any, args: T.Any, kwargs: T.Any) -> T.Any:
            if args or kwargs:
                raise MesonException(f"{method}() of {self.KIND} {self.name!r} takes no arguments")
            if isinstance(answer, MesonException):
                raise answer
            return answer

        return call


class Part(T.NamedTuple):
    """A wasm component's file, the components that provide its imports, and those of them chosen by label.

    ``members`` are the world files of what it was fused of, each with the names of its own providers.
    """

    name: str
    file: T.Any
    providers: tuple[Part, ...]
    chosen: dict[str, str]
    members: tuple[tuple[T.Any, str], ...] = ()


class Parts(T.NamedTuple):
    """What a component is linked of: objects of Meson's; other objects, and static libraries of which it takes what it
    needs; and the rest."""

    language: str
    objects: list[T.Any]
    files: list[T.Any]
    dependencies: list[T.Any]
    link_args: list[T.Any]
    link_depends: list[T.Any]


class Component(Declared):
    """``dependency() library() loadable() bindings() wit() wasm()``; and what its importers need of it."""

    KIND = "component"
    target: str
    world: str
    wit: str
    world_file: T.Any
    components: list[Component]
    chosen: dict[str, str]  # those of them that imports by label get
    libraries: list[T.Any]  # a native one's, to link with
    parts: Parts  # to fuse
    unfusible: MesonException | None = None  # why it has none
    fused: bool = False
    proxy: T.Any = None  # an isolated one's
    part: Part  # a wasm one's, to compose with


class FusedLibrary(Component):
    """``library() loadable() static_library() dependency() wasm()``: several components as one."""

    KIND = "fused_library"

    @property
    def wit(self) -> str:  # type: ignore[override]  # others have it when they are declared
        """Of a world that is made by a build step nobody can read the WIT before."""
        what = f"fused_library {self.name!r} has a world only once it is built"
        raise MesonException(f"{what}; name the component whose exports you want")


class Program(Declared):
    """``executable() bindings() wit() wasm()``."""

    KIND = "program"


class PythonExtension(Declared):
    """``extension() package()``: the extension module, and the step that makes the package's other files."""

    KIND = "python_extension"


class Keyword(T.NamedTuple):
    """What a keyword takes: one of some types, or (``many``) a list of them, for which one value may stand."""

    types: tuple[type, ...]
    many: bool = False
    default: T.Any = None


STRING, STRINGS, FLAG = Keyword((str,)), Keyword((str,), many=True), Keyword((bool,), default=False)
# Handed to shared_library() and executable() as they are.
PASSED = {
    "dependencies": Keyword((Dependency,), many=True),
    "include_directories": Keyword((str, build.IncludeDirs), many=True),
    "install": FLAG,
    **dict.fromkeys(("install_dir", "install_rpath", "install_tag"), STRING),
    **dict.fromkeys(("c_args", "cpp_args", "rust_args", "link_args", "override_options"), STRINGS),
}
PROGRAM_KEYWORDS = {
    "sources": Keyword((str, File, build.CustomTarget, build.CustomTargetIndex, build.GeneratedList), many=True),
    "wit": Keyword((str, File), default="wit"),
    "components": Keyword((Component,), many=True),
    **dict.fromkeys(("bindgen_args", "cargo_args"), STRINGS),
    "cargo": Keyword((str, File)),
    **dict.fromkeys(("world", "language", "target", "placement"), STRING),
    **PASSED,
}
PYTHON_KEYWORDS = {
    "components": Keyword((Component,), many=True),
    "bindgen_args": STRINGS,
    "link_args": STRINGS,
    "install": FLAG,
}
FUSED_KEYWORDS = {
    "components": Keyword((Component,), many=True),
    "roots": Keyword((Component,), many=True),
    "link_args": STRINGS,
    "install": FLAG,
    **dict.fromkeys(("install_dir", "install_tag", "version"), STRING),
}
COMPONENT_KEYWORDS = {**PROGRAM_KEYWORDS, "version": STRING, "open_imports": FLAG}
TYPE_NAMES = {
    str: "string",
    bool: "boolean",
    int: "number",
    list: "list",
    dict: "dictionary",
    File: "file",
    Component: "component",
    Program: "program",
    Dependency: "dependency",
    build.IncludeDirs: "set of include directories",
    build.CustomTarget: "custom target",
    build.GeneratedList: "generator output",
    build.SharedLibrary: "library (give the component itself)",
}


def check_keywords(where: str, given: dict[str, T.Any], table: dict[str, Keyword]) -> dict[str, T.Any]:
    """Every keyword of ``table`` with its checked value or its default, lists made flat."""
    for key in given:
        if key not in table:
            near = difflib.get_close_matches(key, table, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sorted(table))}"
            raise MesonException(f"{where}: unknown keyword {key!r}; {hint}")
    return {key: _check_value(f"{where}: {key!r}", given.get(key), keyword) for key, keyword in table.items()}


def _check_value(where: str, value: T.Any, keyword: Keyword) -> T.Any:
    if value is None:
        return [] if keyword.many else keyword.default
    values = mesonlib.listify(value) if keyword.many else [value]
    for one in values:
        if not isinstance(one, keyword.types):
            wanted = " or ".join(f"a {TYPE_NAMES[t]}" for t in keyword.types if t in TYPE_NAMES)
            found = TYPE_NAMES.get(type(one), type(one).__name__)
            raise MesonException(
                f"{where} takes {wanted}{', or a list of them' if keyword.many else ''}, not a {found}"
            )
    return values if keyword.many else value
