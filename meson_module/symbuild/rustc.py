"""Crates that steps of ours compile by rustc: those for wasm, and programs that are linked to one file with others.

Meson's own Rust targets are of the host machine, and rustc links its programs itself.
"""

from __future__ import annotations

import re
import typing as T
from pathlib import Path

from mesonbuild.mesonlib import MesonException

from .declaration import Declaration, package_dir
from .wasm_flags import Flags

OPTIMIZATION = {"g": ["-Copt-level=0"], **{level: [f"-Copt-level={level}"] for level in "0123s"}}
WARNINGS = {"0": ["--cap-lints=allow"], "3": ["-Wwarnings"], "everything": ["-Wwarnings"]}


class Crates(T.NamedTuple):
    """Compiled crates: the one that is known as ``called``, and those that it needs."""

    called: str
    crate: T.Any
    behind: tuple[T.Any, ...] = ()


def compile_crate(
    of: Declaration,
    command: list[T.Any],
    root: T.Any,
    outputs: list[str],
    kind: str,
    options: list[str],
    *,
    uses: Crates | None = None,
    needed: T.Sequence[T.Any] = (),
    emit: str = "link",
) -> T.Any:
    """A step that compiles a crate. Several ``outputs`` have the names that rustc gives them for ``kind``.

    ``needed`` are files that the crate includes, or is made of besides its root.
    """
    crates = [uses.crate, *uses.behind] if uses else []
    places = [Path(of.m.method(crate, "full_path")) for crate in crates]
    found = [f"--extern={uses.called}={places[0]}"] if uses else []
    found += [f"-Ldependency={folder}" for folder in dict.fromkeys(path.parent for path in places)]
    made = f"{emit}=@OUTPUT@" if len(outputs) == 1 else emit
    return of.m.fn("custom_target", outputs[0], input=[root, *needed, *crates], output=outputs,
                   depfile=f"{outputs[0]}.d",
                   command=[*command, f"--crate-name={crate_name(outputs[0])}", f"--crate-type={kind}", *options,
                            *found, f"--emit=dep-info=@DEPFILE@,{made}",
                            *(["--out-dir=@OUTDIR@"] if len(outputs) > 1 else []), "@INPUT0@"])  # fmt: skip


def crate_name(output: str) -> str:
    """The crate of a file that rustc makes."""
    return re.sub(r"\W", "_", Path(output).stem.removeprefix("lib"))


def root_of(of: Declaration, sources: list[T.Any]) -> T.Any:
    """The source that is the crate's; others are its modules. Raises MesonException where there is none."""
    for source in sources:
        names = source.get_outputs() if hasattr(source, "get_outputs") else [str(source)]
        if Path(names[0]).suffix == ".rs":
            return source
    raise MesonException(f"{of.where}: no file of 'sources' ends in .rs, as the crate's does")


def edition(flags: Flags) -> str:
    """The option that says a crate's edition."""
    return f"--edition={flags.overridden.get('rust_std', '2021')}"


def profile(flags: Flags) -> list[str]:
    """What Meson's options ask of rustc, for every crate."""
    found = [*OPTIMIZATION.get(flags.option("optimization"), ())]
    found += ["-Cdebuginfo=2"] if flags.option("debug") == "true" else []
    return [*found, *(["-Cdebug-assertions=no"] if flags.asserts_off() else [])]


def wishes(of: Declaration, flags: Flags) -> list[str]:
    """What a project asks of rustc for its own sources."""
    found = [*WARNINGS.get(flags.option("warning_level"), ())]
    found += ["-Dwarnings"] if flags.option("werror") == "true" else []
    return [*found, *flags.given("rust_args"), *of.m.project_args("rust"), *of.kw["rust_args"]]


def program_parts(
    of: Declaration, command: list[T.Any], root: T.Any, needed: list[T.Any], flags: Flags, uses: Crates
) -> list[T.Any]:
    """A program's own object, which has its ``main``, and a static library of all crates that it uses, Rust's too."""
    source = str(package_dir() / "runtime" / "rust" / "crates.rs")
    options = [edition(flags), *profile(flags)]
    own = compile_crate(of, command, root, [f"{of.name}.o"], "bin",
                        [*options, "-Ccodegen-units=1", *wishes(of, flags)],
                        uses=uses, needed=needed, emit="obj")  # fmt: skip
    crates = compile_crate(of, command, source, [f"lib{of.name}_crates.a"], "staticlib", options, uses=uses)
    return [own, crates]
