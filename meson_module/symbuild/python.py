"""Python packages of components: ``python_extension()``."""

from __future__ import annotations

import re
import typing as T

from mesonbuild.mesonlib import MesonException

from .declaration import NATIVE, Build, package_dir
from .dsl import Dsl
from .keywords import PYTHON_KEYWORDS, Component, PythonExtension, check_keywords
from .placement import linked

FILES = ("_native.c", "__init__.py", "__init__.pyi", "py.typed")  # what the generator writes, whatever the WIT holds


def python_extension(build: Build, state: T.Any, args: T.Any, kwargs: T.Any) -> PythonExtension:
    """Declare the package of a component: generated code, and an extension that calls the component's library."""
    if len(args) != 1 or not isinstance(args[0], str) or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", args[0]):
        raise MesonException("python_extension() takes the name of a module, as Python imports it")
    m, name = Dsl(state), args[0]
    where = f"python_extension {name!r}"
    kw = check_keywords(where, kwargs, PYTHON_KEYWORDS)
    component = _component(where, kw["components"])
    m.fn("add_languages", "c", required=True, native=False)
    python = m.method(m.fn("import", "python"), "find_installation", pure=False)
    place = m.method(python, "get_install_dir", subdir=name)
    installed = {"install": True, "install_dir": [False, *[place] * (len(FILES) - 1)]} if kw["install"] else {}
    with m.folder(name):
        step = m.fn("custom_target", f"{name}-package", output=list(FILES), depfile=f"{name}.d", build_by_default=True,
                    depend_files=[str(package_dir() / "__init__.py")],
                    command=[*build.command, "bindgen", "python", component.wit, "-w", component.world,
                             "--out-dir", "@OUTDIR@", "--depfile", "@DEPFILE@", "--no-runtime",
                             *kw["bindgen_args"]], **installed)  # fmt: skip
        link = linked(m, [component])
        include = f"-I{package_dir() / 'runtime' / 'include'}"
        extension = m.method(python, "extension_module", "_native", step[0], limited_api="3.11", c_args=[include, "-w"],
                             link_with=link["link_with"], link_args=[*link["link_args"], *kw["link_args"]],
                             gnu_symbol_visibility="hidden", subdir=name,
                             install=kw["install"])  # fmt: skip
    return PythonExtension(name, {"extension": extension, "package": step})


def _component(where: str, components: list[Component]) -> Component:
    if len(components) != 1:
        what = f"{where}: 'components' takes the one component that the module is of"
        raise MesonException(f"{what}; what that one imports comes with it")
    if components[0].target != NATIVE:
        what = f"{where}: component {components[0].name!r} is built for {components[0].target}"
        raise MesonException(f"{what}; set its 'target' to {NATIVE!r}")
    return components[0]
