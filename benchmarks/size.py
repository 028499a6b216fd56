"""Sizes of wasm components, to those of wit-bindgen's own bindings with the same sources, compiler and flags."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.row import Row, skipped
from symbuild.errors import SymbuildError
from symbuild.steps.componentize import ADAPTERS, componentize
from symbuild.steps.wasm_toolchain import CompiledLanguage, wasm_compiler
from symbuild.wit import tool
from tests.conformance.discover import Broken, Source, find_tests
from tests.conformance.languages import generate
from tests.conformance.process import Failure, run

# Sizes do not vary.
ROUNDS = 1
GOAL = 1.1

RUNTIME = Path(__file__).parent.parent / "tests" / "runtime"
# The most recent C++ of both: wit-bindgen's bindings want std::expected.
_LANGUAGES: dict[str, tuple[CompiledLanguage, tuple[str, ...]]] = {
    "c": ("c", ("-std=gnu17",)),
    "cpp": ("cpp", ("-std=c++23",)),
}
# One level for all: zig builds its C library anew for others.
_CODE = ("-O2", "-w")


def measure(scratch: Path, rounds: int, suites: Sequence[Path] = (), only: str = "") -> list[Row]:
    """Every source in C and C++ of ``tests/runtime`` and of other folders of wit-bindgen's kind, and all together.

    ``only`` is a regular expression that finds something in ``TEST FILE``, such as ``strings test.c``. Where both
    generators refuse a world, or one of them is not made for a source, its row says so.
    """
    del rounds
    total = "size: all that were measured"
    if wit_bindgen() is None:
        return [skipped(total, GOAL, "no wit-bindgen here (cargo install wit-bindgen-cli)")]
    rows: list[Row] = []
    sizes: list[tuple[int, int]] = []
    for number, (suite, source) in enumerate(_sources((RUNTIME, *suites))):
        if not re.search(only, f"{source.test} {source.path.name}"):
            continue
        name = f"size: {suite} {source.test} {source.path.name}"
        try:
            found = sizes_of(source, scratch / str(number))
        except (Failure, SymbuildError) as error:
            rows.append(skipped(name, GOAL, _reason(error)))
            continue
        sizes.append(found)
        rows.append(_row(name, *found))
    return [*rows, _row(total, *map(sum, zip(*sizes, strict=True)))] if sizes else rows


def wit_bindgen() -> str | None:
    """The command, where it is installed."""
    cargo = Path.home() / ".cargo" / "bin" / "wit-bindgen"
    return shutil.which("wit-bindgen") or (str(cargo) if cargo.is_file() else None)


def sizes_of(source: Source, folder: Path) -> tuple[int, int]:
    """The sizes of a source's component in bytes, with our bindings and with wit-bindgen's.

    Without names and debugging information. Raises Failure where one of them does not build.
    """
    ours, theirs = folder / "ours", folder / "wit-bindgen"
    ours.mkdir(parents=True)
    generate(source.language, source, ours)
    command = [str(wit_bindgen()), source.language, str(source.wit), "-w", source.world, "--out-dir", str(theirs)]
    run([*command, *source.header.args], cwd=folder, what="wit-bindgen")
    # Its bindings refer to an object that carries the world; here both get the world in the same way.
    world = source.world.replace("-", "_")
    (theirs / "world.c").write_text(f"void __component_type_object_force_link_{world}(void) {{}}\n")
    return _component(source, ours, ours / f"{world}{source.path.suffix}"), _component(
        source, theirs, theirs / f"{world}{source.path.suffix}", theirs / "world.c"
    )


def _sources(suites: Iterable[Path]) -> Iterable[tuple[str, Source]]:
    for suite in suites:
        for test in find_tests(suite, _LANGUAGES):
            if not isinstance(test, Broken):
                yield from ((suite.parent.parent.name, source) for source in test.sources)


def _component(source: Source, generated: Path, *others: Path) -> int:
    """The size of the component of a source and its bindings."""
    language, standard = _LANGUAGES[source.language]
    headers = source.path.parent / "cpp"
    if source.language == "cpp" and headers.is_dir():
        shutil.copytree(headers, generated, dirs_exist_ok=True)
    objects = []
    # What keeps C++ that only computes free of WASI, which would hide the difference; it goes before libc++'s own.
    shared = [ADAPTERS / "abort.cpp"] if source.language == "cpp" else []
    for number, path in enumerate([*shared, source.path, *others]):
        made = generated / f"{number}.o"
        kind, flags = ("c", ()) if path.suffix == ".c" else (language, standard)
        include = f"-I{generated}"
        compiler = wasm_compiler("cpp" if kind == "cpp" else "c").command
        command = [*compiler, *_CODE, *flags, *source.header.cflags, include, "-c", str(path), "-o", str(made)]
        run(command, cwd=generated, what=f"{generated.name}: compiling {path.name}")
        objects.append(str(made))
    core = generated / "core.wasm"
    link = [*wasm_compiler(language).command, "-O2", *source.header.ldflags, "-mexec-model=reactor"]
    run([*link, *objects, "-o", str(core)], cwd=generated, what=f"{generated.name}: linking")
    choices = source.choices
    component = componentize(
        core,
        source.wit,
        source.world,
        features=choices.features,
        all_features=choices.all_features,
        string_encoding=choices.string_encoding,
    )
    return len(tool.run(["strip", "--all", "-"], stdin=component))


def _row(name: str, ours: int, theirs: int) -> Row:
    return Row(name, GOAL, ours / theirs, f"{ours} / {theirs} bytes")


def _reason(error: Exception) -> str:
    """The first line, and of the rest the first that is an error."""
    first, *rest = str(error).splitlines()
    return " ".join([first, *[line for line in rest if "error" in line][:1]])
