"""``symbuild isolate libcodec.so -o out/``: built components in processes of their own, without their sources."""

from __future__ import annotations

import argparse
import shlex
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from symbuild.errors import InputError, ToolError, UsageError

if TYPE_CHECKING:
    from symbuild.steps.profile import Terms

_EPILOG = """\
OUT/libcodec.so takes the place of the component: put it, with the folder codec.isolated beside it, where programs find
the component now. The C compiler must be one for the component's machine (default: CC, else cc, gcc or clang)."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.epilog = _EPILOG
    parser.add_argument("file", type=Path, nargs="+", metavar="FILE", help="a native component, such as libcodec.so")
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="DIR", help="for the proxy and its host")
    parser.add_argument("--profile", type=Path, metavar="FILE", help="a profile, which says what these options do")
    parser.add_argument("--group", metavar="NAME", help="one process for all the components, in NAME.isolated")
    parser.add_argument("--transport", metavar="T", help="how calls travel: shm (default) or unix")
    parser.add_argument("--deadline", type=float, metavar="S", help="seconds a call may take (default: 0, any time)")
    parser.add_argument("--on-failure", metavar="F", help="trap (default), restart or error")
    parser.add_argument(
        "--error",
        nargs=2,
        action="append",
        default=[],
        metavar=("FUNCTION", "RESULT"),
        help="for `--on-failure error`: what a failed call returns, as WAVE: 'err(\"gone\")'",
    )
    parser.add_argument("--confine", action="append", default=[], metavar="WORD", help="what the host gives up")
    parser.add_argument("--cc", metavar="COMMAND", help="the C compiler")
    build_systems = parser.add_argument_group("for build systems")
    build_systems.add_argument("--in-place", action="store_true", help="link to the component instead of copying it")
    build_systems.add_argument(
        "--install-rpath", action="append", metavar="PATH", help="make another proxy, to install: with this run path"
    )
    build_systems.add_argument(
        "--part", choices=("group", "member"), help="of a group: the process of all, or what takes the place of one"
    )
    build_systems.add_argument("--runtime", type=Path, metavar="FILE", help="an archive of the runtime's sources")


def run(args: argparse.Namespace) -> int:
    """Make the files."""
    from symbuild.steps.isolate import Wish, isolate
    from symbuild.steps.isolate_group import isolate_group, lead

    terms = _terms(args)
    install_rpath = None if args.install_rpath is None else ":".join(filter(None, args.install_rpath))
    wish = Wish(terms, args.in_place, install_rpath, args.runtime)
    match terms.group:
        case None if args.part or len(args.file) > 1:
            raise UsageError("several components have one process as a group", help="name it with `--group`")
        case None:
            isolate(args.file[0], args.out, wish, _compiler(args.cc))
        case group if args.part == "member":
            for file in args.file:
                lead(file, group, args.out, _compiler(args.cc))
        case group:
            leads = args.part is None
            isolate_group(args.file, group, args.out, wish, _compiler(args.cc), leads=leads)
    return 0


def _compiler(command: str | None) -> Sequence[str]:
    from symbuild.steps.toolchain import c_compiler

    if command is None:
        return c_compiler().command
    words = shlex.split(command)
    if not words or not shutil.which(words[0]):
        raise ToolError(f"--cc names `{command}`, which cannot be run", help="name a C compiler")
    return words


def _terms(args: argparse.Namespace) -> Terms:
    from symbuild.steps.profile import Terms, checked_terms

    given = {
        "group": args.group,
        "transport": args.transport,
        "deadline": args.deadline,
        "on_failure": args.on_failure,
        "errors": dict(args.error) or None,
        "confine": args.confine or None,
    }
    given = {key: value for key, value in given.items() if value is not None}
    if args.profile is None:
        return checked_terms(given) if given else Terms()
    if given:
        raise UsageError("`--profile` says it all: leave the other options out")
    return _profiled(args)


def _profiled(args: argparse.Namespace) -> Terms:
    """What a profile says of the files. Those of a group have the same terms, but for errors."""
    from symbuild.steps.binary import read
    from symbuild.steps.embedded import manifests_of
    from symbuild.steps.profile import group_terms, read_profile

    profile = read_profile(args.profile)
    components = [manifests_of(read(file), str(file))[0].component for file in args.file]
    for component in components:
        choice = profile.of(component)
        if choice.placement not in (None, "isolated"):  # None: whoever isolates it has said so elsewhere
            what = f"the profile places `{component}` {choice.placement}"
            raise InputError(what, where=str(args.profile), help=f'[component.{component}] placement = "isolated"')
    return profile.of(components[0]).terms if args.part == "member" else group_terms(profile, components)
