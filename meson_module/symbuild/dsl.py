"""The seam to Meson: functions and methods of the build language, called the way a meson.build calls them.

Meson promises no stability to modules from outside, so whatever touches its internals is here.
"""

from __future__ import annotations

import contextlib
import typing as T
from pathlib import Path

from mesonbuild import mesonlib
from mesonbuild.mesonlib import MesonException


class Dsl:
    """The seam: functions and methods of the build language, called the way the interpreter calls them."""

    def __init__(self, state: T.Any) -> None:
        self.state = state
        self.interp = state._interpreter
        self.node = state.current_node

    def fn(self, name: str, *args: T.Any, **kwargs: T.Any) -> T.Any:
        """Call a function such as ``custom_target``. Lists must be flat; None stands for "not given"."""
        given = {key: value for key, value in kwargs.items() if value is not None}
        with self._quiet():
            return self.interp.funcs[name](self.node, list(args), given)

    def method(self, obj: T.Any, name: str, *args: T.Any, **kwargs: T.Any) -> T.Any:
        """Call a method of what a function returned, or of ``meson`` and ``host_machine`` by their names."""
        holder = self.interp.builtin[obj] if isinstance(obj, str) else self.interp._holderify(obj)
        holder.current_node = self.node
        with self._quiet():
            return holder.method_call(name, list(args), dict(kwargs))

    @contextlib.contextmanager
    def _quiet(self) -> T.Iterator[None]:
        """What this module uses is its own business: Meson would hold it against the user's meson_version."""
        versions = mesonlib.project_meson_versions
        saved = versions.pop(self.state.subproject, None)
        try:
            yield
        finally:
            if saved is not None:
                versions[self.state.subproject] = saved

    @contextlib.contextmanager
    def folder(self, name: str, *, in_root: bool = False) -> T.Iterator[None]:
        """Declare as if in ``subdir(name)``: outputs of two components of one world have the same names."""
        saved = self.interp.subdir
        self.interp.subdir = name if in_root else str(Path(saved, name))
        Path(self.state.environment.get_build_dir(), self.interp.subdir).mkdir(parents=True, exist_ok=True)
        try:
            yield
        finally:
            self.interp.subdir = saved

    def write(self, name: str, text: str) -> None:
        """Write a file into the current folder of the build directory: for readers, not for targets."""
        path = Path(self.state.environment.get_build_dir(), self.interp.subdir, name)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")

    def option(self, name: str) -> str | None:
        """The user's option: of this project (honours yield), else of the top project; None if undeclared or auto."""
        for ask in (lambda: self.fn("get_option", name), lambda: self.state.get_option(name)):
            with contextlib.suppress(KeyError, MesonException):
                value = str(ask())
                if value != "auto":
                    return value
        return None

    def binary(self, name: str) -> list[str]:
        """The command that a machine file, or the environment, names for the host machine; empty where none does."""
        return list(self.state.environment.lookup_binary_entry(mesonlib.MachineChoice.HOST, name) or [])

    def project_args(self, language: str) -> list[str]:
        """What ``add_global_arguments()`` and ``add_project_arguments()`` have given a language so far."""
        return [*self.state.global_args.get(language, ()), *self.state.project_args.get(language, ())]

    def include_args(self, directories: T.Any) -> list[str]:
        """The compiler's arguments for what ``include_directories()`` returned."""
        name = "abs_string_list" if hasattr(directories, "abs_string_list") else "to_string_list"  # Meson 1.12
        environment = self.state.environment
        paths = getattr(directories, name)(environment.get_source_dir(), environment.get_build_dir())
        return [f"{'-isystem' if directories.is_system else '-I'}{path}" for path in paths]

    def configure_again_for(self, file: Path) -> None:
        """Make a change of a file reconfigure the build directory."""
        self.interp.add_build_def_file(str(file))

    @staticmethod
    def add_input(custom_target: T.Any, file: T.Any) -> None:
        """Give a declared custom target one more input; the back end reads the list when all is declared."""
        custom_target.sources.append(file)

    @staticmethod
    def add_link_depend(target: T.Any, file: T.Any) -> None:
        """Make a declared library or executable wait for a file that is made from its own objects."""
        target.link_depends.append(file)
