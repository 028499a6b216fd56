"""Components in processes of their own: the step that makes a proxy, and what links programs with proxies."""

from __future__ import annotations

import typing as T

from mesonbuild import mesonlib

from .declaration import Build, Declaration, package_dir
from .dsl import Dsl
from .keywords import Component

FOLDER = "symbuild-isolated"  # of all proxies of a build directory: programs need one more run path


def proxy(of: Declaration, soname: str, built: T.Any) -> T.Any:
    """The step that makes the proxy of a component; the host, and what it loads, lie in a folder beside it."""
    m, install = of.m, of.kw["install"]
    command = [*of.cli, "isolate", "@INPUT@", "-o", "@OUTDIR@", "--in-place",
               "--cc", mesonlib.join_args(_compiler(m)), "--runtime", runtime(m, of.build)]  # fmt: skip
    command += ["--profile", of.profile.file] if of.profile.names(of.name) else []
    command += ["--install-rpath", of.kw["install_rpath"] or ""] if install else []
    with m.folder(FOLDER, in_root=True):
        made = m.fn("custom_target", f"{of.name}-isolated", input=[built], output=[soname], command=command,
                    build_by_default=True)  # fmt: skip
    if install:
        folder = of.kw["install_dir"] or m.fn("get_option", "libdir")
        m.method("meson", "add_install_script", *of.cli, "install-isolated", m.method(made, "full_path"), of.name,
                 f"{folder}/{built.get_filename()}", install_tag=of.kw["install_tag"] or "runtime")  # fmt: skip
    return made


def runtime(m: Dsl, made: Build) -> T.Any:
    """What proxies and hosts are made of besides generated code, one for the whole build."""

    def declare() -> T.Any:
        folder = package_dir() / "runtime"
        sources = [str(path) for path in sorted((folder / "src" / "isolate").glob("*.c"))]
        args = ["-std=gnu11", "-fvisibility=hidden", "-pthread", "-w", f"-I{folder / 'include'}"]
        with m.folder("symbuild-runtime", in_root=True):
            return m.fn("static_library", "symbuild_isolate", *sources, c_args=args, pic=True, build_by_default=False,
                        override_options=["warning_level=0", "werror=false", "b_lto=false", "unity=off",
                                          "c_std=none", "optimization=2"])  # fmt: skip

    return T.cast("T.Any", made.once("isolation runtime", declare))


def _compiler(m: Dsl) -> list[str]:
    """The C compiler with what a machine file and options give it: a host can load what they have made."""
    sanitizers = m.fn("get_option", "b_sanitize")
    sanitizers = ",".join(sanitizers) if isinstance(sanitizers, list) else str(sanitizers)
    flags = [f"-fsanitize={sanitizers}"] if sanitizers not in ("", "none") else []
    compiler = m.method("meson", "get_compiler", "c")
    return [*m.method(compiler, "cmd_array"), *m.fn("get_option", "c_args"), *m.fn("get_option", "c_link_args"), *flags]


def linked(m: Dsl, components: list[Component], *, stubs: bool = True) -> dict[str, list[T.Any]]:
    """What a program is linked with: its providers, and before them the proxies of all that they bring with them.

    The loader takes the first library of a name. A program that names the proxies itself, and finds them in the first
    folder of its run path, loads them before the components that need them, so these stay as they are.
    """
    proxies = [component.proxy for component in closure(components) if component.proxy]
    built = [component.libraries[-1] for component in components]
    names = [library for component in components for library in component.libraries if library not in built]
    link = {"link_with": [*(names if stubs else []), *proxies, *built], "link_args": []}
    if proxies:
        # DT_RPATH goes before LD_LIBRARY_PATH, in which `meson test` has the folders of the components.
        paths = [m.method(proxy, "full_path") for proxy in proxies]
        link["link_args"] += ["-Wl,--disable-new-dtags", "-Wl,--push-state,--no-as-needed", *paths, "-Wl,--pop-state"]
    return link


def closure(components: list[Component]) -> list[Component]:
    """Components and all that they import from, each once."""
    found = list(components)
    for component in found:  # it grows
        found += [each for each in component.components if each not in found]
    return list(dict.fromkeys(found))
