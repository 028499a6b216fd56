"""A core module becomes a component: the world's encoding goes in, and WASI 0.2 for preview 1 where that is used."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from symbuild.errors import Finding, InputError, error_context
from symbuild.steps.wasm_command import without_wrappers
from symbuild.steps.wasm_module import export_names, import_modules, with_custom_section
from symbuild.wit import encode, load_world, tool

PREVIEW1 = "wasi_snapshot_preview1"
_RUN = "wasi:cli/run@"
ADAPTERS = Path(__file__).parent.parent / "runtime" / "wasi"


def componentize(
    core: Path,
    wit: Path,
    world: str | None,
    *,
    is_program: bool = False,
    features: Sequence[str] = (),
    all_features: bool = False,
    string_encoding: str = "utf8",
    keep_names: bool = True,
) -> bytes:
    """The component of a core module that was linked against the bindings of ``world``.

    ``is_program``: the module has a ``main``, and the component runs it (``wasi:cli/run``). A module that imports
    preview 1 gets the adapter in ``runtime/wasi``; another imports no WASI, or 0.2 itself, as Rust's do. Raises
    InputError for a module that does not fit its world.
    """
    loaded = load_world(wit, world, features=features, all_features=all_features).world
    custom = encode(wit, loaded, features=features, all_features=all_features, string_encoding=string_encoding)
    try:
        module = core.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read `{core}`: {error.strerror}") from error
    if is_program:
        module = without_wrappers(module, str(core))
    options = []
    if PREVIEW1 in import_modules(module, str(core)):
        kind = "command" if is_program else "reactor"
        options = ["--adapt", f"{PREVIEW1}={ADAPTERS / f'{PREVIEW1}.{kind}.wasm'}"]
    elif is_program and not any(name.startswith(_RUN) for name in export_names(module, str(core))):
        raise InputError(
            f"the module has no `main`: a program of world `{loaded.id}` starts there",
            where=str(core),
            help="define `main`, or build a component",
        )
    with tempfile.TemporaryDirectory() as folder:
        embedded, made = Path(folder, "embedded.wasm"), Path(folder, "component.wasm")
        embedded.write_bytes(with_custom_section(module, f"component-type:{loaded.name}", custom))
        with error_context(str(core)), _cure_for_missing_exports():
            tool.run(["component", "new", str(embedded), *options, "-o", str(made)])
            if not keep_names:
                tool.run(["strip", str(made), "-o", str(made)])
        return made.read_bytes()


def componentize_program(core: Path) -> bytes:
    """The component of a core module that has a ``main`` and no world of its own: any program compiled for WASI."""
    adapter = f"{PREVIEW1}={ADAPTERS / f'{PREVIEW1}.command.wasm'}"
    with error_context(str(core)):
        return tool.run(["component", "new", str(core), "--adapt", adapter])


@contextmanager
def _cure_for_missing_exports() -> Iterator[None]:
    """Where a function is missing, say who is to define it."""
    try:
        yield
    except InputError as error:
        cure = (
            "define it in a source: the bindings' header declares it (in Rust: `export!` the type that implements it)"
        )
        error.findings = tuple(
            Finding(f.what, f.where, cure) if "failed to find export" in f.what else f for f in error.findings
        )
        raise
