"""Python packages of components: ``python_extension()``."""

from __future__ import annotations

import re
import sys
import typing as T

from mesonbuild.mesonlib import MesonException

from .declaration import NATIVE, WASM, Build, package_dir
from .dsl import Dsl
from .fused_library import fused_library
from .keywords import PYTHON_KEYWORDS, Component, PythonExtension, check_keywords
from .placement import closure, linked

# What the generator writes, whatever the WIT holds.
FILES = ("_native.c", "__init__.py", "__init__.pyi", "py.typed")
WASM_FILES = ("_glue.py", "_native.py", "_values.py", "_wasm.py", "_wasi.py", *FILES[1:])
# Kinds of memory share pages in the file, as lld lays them out by itself: a small extension is half padding else.
_DENSE = "-Wl,-z,noseparate-code"


def python_extension(build: Build, state: T.Any, args: T.Any, kwargs: T.Any) -> PythonExtension:
    """Declare the package of components: generated code, and an extension that calls the components' libraries.

    Of components for wasm the package has the file itself, and code that runs it in wasmtime.
    """
    if len(args) != 1 or not isinstance(args[0], str) or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", args[0]):
        raise MesonException("python_extension() takes the name of a module, as Python imports it")
    name, where = args[0], f"python_extension {args[0]!r}"
    kw = check_keywords(where, kwargs, PYTHON_KEYWORDS)
    if not kw["components"]:
        what = f"{where}: 'components' takes the component that the module is of, or several"
        raise MesonException(f"{what}; what these import comes with them")
    for value, of in (("target", "targets"), ("wit", "WIT")):
        if len({getattr(component, value) for component in kw["components"]}) != 1:
            names = " and ".join(repr(component.name) for component in kw["components"])
            raise MesonException(f"{where}: {names} have different {of}; make a package of each")
    kw["components"] = list(dict.fromkeys(kw["components"]))
    package = _Package(build, Dsl(state), where, name, kw)
    if package.component.target == NATIVE:
        return package.native()
    return package.wasm(_whole(build, state, name, kw["components"]))


class _Package:
    """One call: the package's name, and the components that it is of, the first of which has the WIT of all."""

    def __init__(self, build: Build, m: Dsl, where: str, name: str, kw: dict[str, T.Any]) -> None:
        self.build, self.m, self.where, self.name, self.kw = build, m, where, name, kw
        self.component: Component = kw["components"][0]

    def native(self) -> PythonExtension:
        """An extension that calls the components' libraries."""
        m = self.m
        m.fn("add_languages", "c", required=True, native=False)
        python = self._python()
        compiler = m.method("meson", "get_compiler", "c")
        args = m.method(compiler, "get_supported_arguments", "-fno-plt")
        dense = m.method(compiler, "get_supported_link_arguments", _DENSE)
        step = self._generated(FILES, [False, *[self._place(python)] * (len(FILES) - 1)], ["--no-runtime"])
        with m.folder(self.name):
            link = linked(m, self.kw["components"])
            include = f"-I{package_dir() / 'runtime' / 'include'}"
            # Free-threaded builds of CPython have no limited API.
            threads = m.method(python, "get_variable", "Py_GIL_DISABLED", 0) == 1
            extension = m.method(python, "extension_module", "_native", step[0], limited_api="" if threads else "3.11",
                                 c_args=[include, "-w", *args], link_with=link["link_with"],
                                 link_args=[*dense, *link["link_args"], *self.kw["link_args"]],
                                 gnu_symbol_visibility="hidden", subdir=self.name,
                                 install=self.kw["install"])  # fmt: skip
        return PythonExtension(self.name, {"extension": extension, "package": step})

    def wasm(self, whole: T.Any) -> PythonExtension:
        """The component's file, and a module in place of the extension."""
        if self.kw["link_args"]:
            raise MesonException(f"{self.where}: nothing is linked for wasm, so there are no 'link_args'")
        place = self._place(self._python(pure=True))
        step = self._generated(WASM_FILES, [place] * len(WASM_FILES), ["--target", WASM])
        install = {"install": True, "install_dir": place} if self.kw["install"] else {}
        with self.m.folder(self.name):
            copy = "import shutil, sys; shutil.copyfile(*sys.argv[1:])"
            module = self.m.fn("custom_target", f"{self.name}-module", input=[whole], output=["_native.wasm"],
                               command=[sys.executable, "-c", copy, "@INPUT@", "@OUTPUT@"], build_by_default=True,
                               **install)  # fmt: skip
        return PythonExtension(self.name, {"extension": module, "package": step})

    def _python(self, *, pure: bool = False) -> T.Any:
        """The interpreter; ``pure``: what is installed is for all machines alike."""
        return self.m.method(self.m.fn("import", "python"), "find_installation", pure=pure)

    def _place(self, python: T.Any) -> T.Any:
        """Where the package is installed."""
        return self.m.method(python, "get_install_dir", subdir=self.name)

    def _generated(self, files: tuple[str, ...], places: list[T.Any], options: list[str]) -> T.Any:
        """The step that makes the package's files."""
        installed = {"install": True, "install_dir": places} if self.kw["install"] else {}
        others = [arg for other in self.kw["components"][1:] for arg in ("--and-world", other.world)]
        with self.m.folder(self.name):
            return self.m.fn("custom_target", f"{self.name}-package", output=list(files), depfile=f"{self.name}.d",
                             build_by_default=True, depend_files=[str(package_dir() / "__init__.py")],
                             command=[*self.build.command, "bindgen", "python", self.component.wit, "-w",
                                      self.component.world, "--out-dir", "@OUTDIR@", "--depfile", "@DEPFILE@",
                                      *others, *options, *self.kw["bindgen_args"]], **installed)  # fmt: skip


def _whole(build: Build, state: T.Any, name: str, components: list[Component]) -> T.Any:
    """The components' file, with all that they import from in the same module."""
    members = closure(components)
    if len(members) == 1:
        return members[0].part.file
    whole = {"components": members, "roots": components}
    return fused_library(build, state, [f"{name}-whole"], whole).part.file
