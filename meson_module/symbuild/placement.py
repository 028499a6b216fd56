"""Components in processes of their own: the step that makes a proxy, and what links programs with proxies."""

from __future__ import annotations

import typing as T
from pathlib import Path

from mesonbuild import mesonlib
from mesonbuild.mesonlib import MesonException

from .declaration import Build, Declaration, package_dir
from .dsl import Dsl
from .keywords import Component

FOLDER = "symbuild-isolated"  # of all proxies of a build directory: programs need one more run path


class Group(T.NamedTuple):
    """Components in one process: the step that makes it, declared with the ``first`` of them.

    ``profile`` and ``installation`` are those of all.
    """

    first: str
    step: T.Any
    profile: str | None
    installation: tuple[T.Any, ...]


def proxy(of: Declaration, soname: str, built: T.Any) -> T.Any:
    """The step that makes the proxy of a component; the host, and what it loads, lie in a folder beside it."""
    m, group = of.m, of.choice.get("group")
    if group:
        depends, arguments = [_joined(of, group, built).step], ["--part", "member"]
    else:
        depends, arguments = [], ["--in-place", *_host_arguments(of)]
    with m.folder(FOLDER, in_root=True):
        made = m.fn("custom_target", f"{of.name}-isolated", input=[built], output=[soname], depends=depends,
                    command=[*of.cli, "isolate", "@INPUT@", "-o", "@OUTDIR@", *arguments, *_toolchain(of)],
                    depend_files=_profile(of), build_by_default=True)  # fmt: skip
    if of.kw["install"]:
        _install(of, made, group or of.name, built)
    return made


def _joined(of: Declaration, name: str, built: T.Any) -> Group:
    """The group that a component is of, with this one in it."""
    installation = tuple(of.kw[key] for key in ("install", "install_dir", "install_rpath", "install_tag"))
    group = T.cast("Group", of.build.once(f"group {name}", lambda: _group(of, name, built, installation)))
    if group.profile != of.profile.file:
        raise MesonException(f"{of.where}: two profiles have a group {name!r}; give one of them another name")
    if group.installation != installation:
        what = f"{of.where} and component {group.first!r} are installed as one, being of group {name!r}"
        raise MesonException(f"{what}: give them the same 'install', 'install_dir', 'install_rpath' and 'install_tag'")
    if group.first != of.name:
        of.m.add_input(group.step, built)
    return group


def _group(of: Declaration, name: str, built: T.Any, installation: tuple[T.Any, ...]) -> Group:
    """The step that makes host and proxy of a group, with its first component."""
    m = of.m
    command = [*of.cli, "isolate", "@INPUT@", "-o", FOLDER, "--in-place", "--part", "group"]
    with m.folder(f"{FOLDER}/{name}.isolated/client", in_root=True):
        step = m.fn("custom_target", f"{name}-group", input=[built], output=[f"lib{name}.group.so"],
                    command=[*command, *_toolchain(of), *_host_arguments(of)],
                    depend_files=_profile(of))  # fmt: skip
    return Group(of.name, step, of.profile.file, installation)


def _toolchain(of: Declaration) -> list[str]:
    """With what, and on which terms, a component gets its proxy."""
    return ["--cc", mesonlib.join_args(_compiler(of.m)), *(arg for file in _profile(of) for arg in ("--profile", file))]


def _profile(of: Declaration) -> list[str]:
    """The file that says something of a component, if one does."""
    return [of.profile.file] if of.profile.file and of.profile.names(of.name) else []


def _host_arguments(of: Declaration) -> list[T.Any]:
    """What a host, and the proxy that starts it, are made of besides."""
    install = ["--install-rpath", of.kw["install_rpath"] or ""] if of.kw["install"] else []
    return ["--runtime", runtime(of.m, of.build), *install]


def _install(of: Declaration, made: T.Any, host: str, built: T.Any) -> None:
    """Have the proxy installed in the component's place, and the component with its host in a folder beside it."""
    m = of.m
    folder, tag = of.kw["install_dir"] or m.fn("get_option", "libdir"), of.kw["install_tag"] or "runtime"

    def declare() -> T.Any:
        # The script below would make this folder, too, but Meson uninstalls only what it has installed itself.
        built_in = Path(m.state.environment.get_build_dir(), FOLDER, f"{host}.isolated")
        return m.fn("install_subdir", str(built_in), install_dir=folder, install_tag=tag, follow_symlinks=True,
                    exclude_directories=["installed"])  # fmt: skip

    of.build.once(f"installed {host}", declare)
    m.method("meson", "add_install_script", *of.cli, "install-isolated", m.method(made, "full_path"), host,
             f"{folder}/{built.get_filename()}", install_tag=tag)  # fmt: skip


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
