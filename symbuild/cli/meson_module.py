"""``symbuild meson-module``: where the Meson module is; put it into another Meson, or take it out again."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
from pathlib import Path

from symbuild.doors.meson_hook import module_file
from symbuild.errors import InputError, ToolError
from symbuild.steps.toolchain import interpreter_of

_MARK = "# Written by `symbuild meson-module --install-into`; `--uninstall` removes it.\n"

_LOADER = """\
import sys
from importlib.util import module_from_spec, spec_from_file_location
from os.path import isfile

from mesonbuild.mesonlib import MesonException

_FILE = {file!r}


def initialize(interpreter):
    if not isfile(_FILE):
        raise MesonException('symbuild was installed in ' + _FILE + ', which is gone: run '
                             '`symbuild meson-module --install-into` this Meson again')
    spec = spec_from_file_location('symbuild_meson_module', _FILE)
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.initialize(interpreter)
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--install-into", metavar="MESON", help="the command of a Meson, such as /usr/bin/meson")
    choice.add_argument("--uninstall", metavar="MESON", help="take the module out of that Meson")


def run(args: argparse.Namespace) -> int:
    """Print the module's path, or write or remove the file that loads it."""
    if args.install_into:
        target = _modules_of(args.install_into) / "symbuild.py"
        _refuse_foreign(target)
        _change(target, lambda: target.write_text(_MARK + _LOADER.format(file=str(module_file())), encoding="utf-8"))
        print(f"wrote {target}")
    elif args.uninstall:
        target = _modules_of(args.uninstall) / "symbuild.py"
        _refuse_foreign(target)
        if not target.exists():
            raise InputError(f"that Meson has no symbuild module: no `{target}`")
        _change(target, target.unlink)
        print(f"removed {target}")
    else:
        print(module_file())
    return 0


def _modules_of(meson: str) -> Path:
    script = shutil.which(meson)
    if script is None:
        raise ToolError(f"no command `{meson}`", help="name the Meson to change, such as /usr/bin/meson")
    file = Path(script).resolve()
    # A Meson that runs from its source tree has its packages beside the script.
    environment = {**os.environ, "PYTHONPATH": str(file.parent)} if (file.parent / "mesonbuild").is_dir() else None
    ask = "import mesonbuild.modules as m; print(m.__path__[0])"
    done = subprocess.run(
        [*interpreter_of(file), "-c", ask], capture_output=True, text=True, check=False, env=environment
    )
    if done.returncode:
        raise ToolError(f"`{meson}` is no Meson: its Python cannot import mesonbuild", help=done.stderr.strip()[-200:])
    return Path(done.stdout.strip())


def _refuse_foreign(target: Path) -> None:
    if target.exists() and not target.read_text(encoding="utf-8").startswith(_MARK):
        raise InputError(
            f"`{target}` was not written by this command",
            help="symbuild is installed in that Meson's own environment: pip brings the module and removes it",
        )


def _change(target: Path, action: object) -> None:
    assert callable(action)
    try:
        action()
    except OSError as error:
        raise InputError(
            f"cannot change `{target}`: {error.strerror}",
            help="run this with the right to write there, or run that Meson by `MESON=… symbuild meson`",
        ) from error
