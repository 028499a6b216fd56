"""Cargo packages in the place of sources: the step that builds one, natively and for wasm."""

from __future__ import annotations

import typing as T
from pathlib import Path

from mesonbuild.mesonlib import MesonException

from .declaration import Declaration
from .keywords import Program


def cargo_step(
    declared: Declaration,
    outputs: list[str],
    rustc: str,
    crates: list[T.Any],
    rust_args: list[str],
    *,
    flags: T.Sequence[T.Any] = (),
) -> T.Any:
    """The step that runs Cargo. ``rustc`` is the compiler's command as one word.

    ``crates`` are those that the package may use, the one it calls ``wit_bindgen`` first; ``flags`` are more of what
    the step takes.
    """
    m, name = declared.m, declared.name
    cargo = m.fn("find_program", "cargo", native=True, required=False)
    if not m.method(cargo, "found"):
        cure = "install it beside rustc, or name it in a machine file"
        raise MesonException(f"{declared.where}: no cargo found for {Path(str(declared.manifest)).name!r}; {cure}")
    flags = [*flags, *(["--program"] if declared.kind is Program else [])]
    flags += ["--optimization", m.fn("get_option", "optimization")]
    flags += ["--debug"] if m.fn("get_option", "debug") else []
    flags += ["--offline"] if m.fn("get_option", "wrap_mode") == "nodownload" else []
    wishes = [*(["-Dwarnings"] if m.fn("get_option", "werror") else []), *rust_args]
    return m.fn("custom_target", f"{name}-cargo", depfile=f"{name}_cargo.d", output=outputs,
                command=[*declared.cli, "cargo", "--manifest-path", declared.manifest, "--component", name,
                         "--out-dir", "@OUTDIR@", "--target-dir", f"@OUTDIR@/{name}-cargo",
                         "--depfile", "@DEPFILE@", *flags, *(f"--rustc-arg={arg}" for arg in wishes),
                         "--cargo", cargo, "--rustc", rustc,
                         *(word for crate in crates for word in ("--crate", crate)),
                         "--", *declared.kw["cargo_args"]])  # fmt: skip
