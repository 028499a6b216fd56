"""Every sample builds, prints what its README shows, and is made of components that show their WIT and nothing else."""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from machine import lacks_rust_for_wasm

from symbuild.errors import ToolError
from symbuild.steps.wasm_toolchain import ZIG, wasm_compiler

SAMPLES = Path(__file__).parents[2] / "samples"

# A command and the end of what it prints, as READMEs show them.
EXAMPLE = re.compile(
    r"^(?P<indent> *)```console\n *\$ (?P<command>[^\n]+)\n *```\n"
    r".*?^(?P=indent)```text\n(?P<output>.*?)^(?P=indent)```",
    re.DOTALL | re.MULTILINE,
)

_IN_STORE = "sampleX3AkvX2FstoreX400X2E1X2E0X00X5B"
STORE = {
    *(f"{_IN_STORE}methodX5DtableX2E{name}" for name in ("put", "get", "remove", "scan", "overlap")),
    *(f"{_IN_STORE}{name}" for name in ("constructorX5Dtable", "staticX5DtableX2Emerge", "methodX5DcursorX2Enext")),
    *(f"{_IN_STORE}resource_dropX5D{name}" for name in ("table", "cursor")),
}
# What each built file defines: its version node and the functions of its world's exports.
EXPORTS: Mapping[str, Mapping[str, set[str]]] = {
    "hello": {
        "libgreeter.so": {"greeter", "sampleX3AhelloX2FgreetingsX00greet"},
        "app": {"app"},
    },
    "text-pipeline": {
        "libtokenizer.so": {"tokenizer", "bookX3AtextX2FsplittingX00tokenize"},
        "libclassifier.so": {"classifier", "bookX3AtextX2FsortingX00classify"},
        "libstatistics.so": {"statistics", "bookX3AtextX2FmeasuringX00measure"},
        "bookstat": {"bookstat"},
    },
    "kv-store": {
        "libmemory.so": {"memory", *STORE},
        "libcounted.so": {"counted", *STORE},
        "libjournal.so": {"journal", *STORE},
        "cache": {"cache"},
    },
    "crash-containment": {
        "libdecoder.so": {"decoder", "sampleX3AcontainmentX2FdecodingX401X2E0X2E0X00decode"},
        "reader": {"reader"},
    },
    "plugin-host": {
        "libsqueeze.so": {"squeeze", "sampleX3AfiltersX2FfilterX00apply", "sampleX3AfiltersX2FfilterX00describe"},
        "libupper.so": {"upper", "sampleX3AfiltersX2FfilterX00apply", "sampleX3AfiltersX2FfilterX00describe"},
        "plugin-host": {"plugin_host", "sampleX3AfiltersX2FhostX00log", "sampleX3AfiltersX2FhostX00setting"},
    },
}

# The environment in which a sample is built once more, as if on a machine that lacks a compiler.
WITHOUT: Mapping[str, Mapping[str, str]] = {
    "text-pipeline without rustc": {"RUSTC": "no-such-rustc"},
    "kv-store without rustc": {"RUSTC": "no-such-rustc"},
}
WITHOUT_RUST = [pytest.param(name, marks=pytest.mark.slow) for name in WITHOUT]

# A run of each program that calls every function of its components; none takes valgrind long.
RUNS = {
    "hello": "build/app Ada",
    "text-pipeline": "build/bookstat README.md",
    "kv-store": "build/cache < session.txt",
    "plugin-host": "echo 'a  b' | {} build/plugin-host build squeeze upper",
    "crash-containment": "build/reader 3a2b 4c",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample's copy, built by the first command of its README."""

    name: str
    directory: Path
    environment: Mapping[str, str]
    examples: tuple[tuple[str, str], ...]
    first_output: str

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        """The command in the sample's folder, with what it says on both streams in `stdout`."""
        return run(command, self.directory, self.environment)


def run(command: str, directory: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    out, err = subprocess.PIPE, subprocess.STDOUT
    return subprocess.run(command, shell=True, cwd=directory, env=environment, text=True, stdout=out, stderr=err)


def examples_of(readme: str) -> tuple[tuple[str, str], ...]:
    """Each command with the output that follows it."""
    return tuple((found["command"], textwrap.dedent(found["output"])) for found in EXAMPLE.finditer(readme))


@pytest.fixture(scope="module", params=[*sorted(EXPORTS), *WITHOUT_RUST])
def sample(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The sample of each name in turn."""
    name = request.param.partition(" ")[0]
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    for tool in ("meson", "ninja", "cc", "c++"):
        if not shutil.which(tool, path=path):
            pytest.skip(f"needs {tool}")
    directory = tmp_path_factory.mktemp("samples") / name
    shutil.copytree(SAMPLES / name, directory, ignore=shutil.ignore_patterns("build", "b", "__pycache__"))
    environment = {**os.environ, "PATH": path, "LC_ALL": "C.UTF-8", **WITHOUT.get(request.param, {})}
    examples = examples_of((directory / "README.md").read_text(encoding="utf-8"))
    first = run(examples[0][0], directory, environment)
    return Sample(name, directory, environment, examples, first.stdout)


def test_every_sample_is_tested() -> None:
    found = {path.parent.name for path in SAMPLES.glob("*/meson.build")}
    assert found - {"py-meson"} == set(EXPORTS)  # that one is built by pip


def test_the_readme_starts_with_a_command_and_its_output(sample: Sample) -> None:
    title, command = (SAMPLES / sample.name / "README.md").read_text(encoding="utf-8").split("\n\n")[:2]
    assert title == f"# {sample.name}"
    assert command.startswith("```console\n$ meson setup build")
    assert sample.first_output.endswith(sample.examples[0][1]), sample.first_output


def test_the_readme_s_other_commands_print_what_it_shows(sample: Sample) -> None:
    printed = [sample.run(command).stdout for command, _ in sample.examples[1:]]
    assert printed == [output for _, output in sample.examples[1:]]


def test_it_compiles_without_warnings(sample: Sample) -> None:
    assert "warning" not in sample.first_output.lower()


def test_its_own_tests_pass(sample: Sample) -> None:
    tested = sample.run("meson test -C build --print-errorlogs")
    assert tested.returncode == 0, tested.stdout


def test_a_second_build_does_nothing(sample: Sample) -> None:
    assert sample.run("ninja -C build").stdout.endswith("ninja: no work to do.\n")


def test_every_built_file_passes_symbuild_check(sample: Sample) -> None:
    checked = sample.run(f"symbuild check {' '.join(f'build/{name}' for name in EXPORTS[sample.name])}")
    assert checked.returncode == 0, checked.stdout


def test_built_files_define_the_functions_of_their_world_only(sample: Sample) -> None:
    if not shutil.which("nm"):
        pytest.skip("needs nm")
    for name, expected in EXPORTS[sample.name].items():
        lines = sample.run(f"nm -D --defined-only build/{name}").stdout.splitlines()
        defined = {line.split()[-1].partition("@")[0] for line in lines}
        assert defined == expected, name


def test_nothing_leaks(sample: Sample) -> None:
    if not shutil.which("valgrind"):
        pytest.skip("needs valgrind")
    valgrind = "valgrind --quiet --leak-check=full --show-leak-kinds=all --error-exitcode=9"
    command = RUNS[sample.name]
    checked = sample.run(command.format(valgrind) if "{}" in command else f"{valgrind} {command}")
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("sample", ["text-pipeline", "kv-store", *WITHOUT_RUST], indirect=True)
def test_it_says_which_twin_was_built(sample: Sample) -> None:
    rustc = shutil.which(sample.environment.get("RUSTC", "rustc"), path=sample.environment["PATH"])
    language = "Rust" if rustc else "C++, for want of rustc"
    assert f": in {language}\n" in sample.first_output


def wasm_twin(sample: Sample) -> str:
    """What a build for wasm says of the component that has a twin."""
    lacks = "RUSTC" in sample.environment or lacks_rust_for_wasm()
    return "in C++, for want of Rust for wasm32-wasip2" if lacks else "in Rust"


@pytest.mark.parametrize("sample", ["text-pipeline", "text-pipeline without rustc"], indirect=True)
def test_the_pipeline_reads_a_book_in_a_second(sample: Sample) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    sample.run("build/bookstat build/kjv.txt")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Processor time, not the clock's, which other work on the machine stretches.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1.0


def alone_in(name: str) -> list[str]:
    """The components of a sample, where it has several."""
    found = [file.removeprefix("lib").removesuffix(".so") for file in EXPORTS[name] if file.endswith(".so")]
    return found if len(found) > 1 else []


# This sample's own profile says what becomes of failures; its other texts are decoded alike in each placement.
FAILS = "crash-containment"
QUICK = [(name, "all") for name in ("hello", "plugin-host", "text-pipeline")]
EACH = [(name, isolated) for name in sorted(EXPORTS) for isolated in ("all", *alone_in(name))]
ISOLATED = [*QUICK, *(pytest.param(*one, marks=pytest.mark.slow) for one in EACH if one not in QUICK)]


def commands_of(sample: Sample) -> list[str]:
    """What runs programs: the README's commands, and one that calls every function."""
    shown = [command.rpartition("&& ")[2] for command, _ in sample.examples if sample.name != FAILS]
    return sorted({c for c in (*shown, RUNS[sample.name].format("")) if "build/" in c})


def build_again(sample: Sample, folder: str, *options: str) -> None:
    """Build once more, in another folder."""
    configured = sample.run(f"meson setup --reconfigure {folder} {' '.join(options)}")
    assert configured.returncode == 0, configured.stdout
    built = sample.run(f"ninja -C {folder}")
    assert built.returncode == 0, built.stdout
    assert "warning" not in built.stdout.lower()


@pytest.mark.parametrize(("sample", "isolated"), ISOLATED, indirect=["sample"])
def test_isolated_prints_what_direct_prints(sample: Sample, isolated: str) -> None:
    profile = sample.directory / "isolated.toml"
    wanted = '[component.{}]\nplacement = "isolated"\n'.format
    profile.write_text('default = "isolated"\n' if isolated == "all" else wanted(isolated), encoding="utf-8")
    build_again(sample, "isolated", "-Dsym_profile=isolated.toml")
    for command in commands_of(sample):
        if sample.name == "plugin-host" and isolated != "all":
            command = command.replace("squeeze upper", isolated)
        # A plugin host is told where its plugins are.
        there = command.replace(" build ", " isolated/symbuild-isolated ").replace("build/", "isolated/")
        direct, apart = sample.run(command), sample.run(there)
        said = apart.stdout.replace("isolated/symbuild-isolated", "build")
        assert (said, apart.returncode) == (direct.stdout, direct.returncode), command
    if isolated == "all" and sample.name != FAILS:
        tested = sample.run("meson test -C isolated --print-errorlogs")
        assert tested.returncode == 0, tested.stdout


def needed(sample: Sample, program: str) -> set[str]:
    """The libraries that a program is loaded with."""
    told = sample.run(f"readelf -d {program}").stdout
    return set(re.findall(r"\(NEEDED\).*\[(.*)\]", told))


@pytest.mark.parametrize("sample", sorted(EXPORTS), indirect=True)
def test_fused_prints_what_direct_prints(sample: Sample) -> None:
    build_again(sample, "fused", "-Dsym_profile=fused")
    for command in commands_of(sample):
        there = command.replace(" build ", " fused ").replace("build/", "fused/")
        direct, fused = sample.run(command), sample.run(there)
        said = fused.stdout.replace("fused/", "build/")
        assert (said, fused.returncode) == (direct.stdout, direct.returncode), command
    files = EXPORTS[sample.name]
    program = next(file for file in files if not file.endswith(".so"))
    assert not needed(sample, f"fused/{program}") & set(files)
    checked = sample.run(f"symbuild check {' '.join(f'fused/{name}' for name in files)}")
    assert checked.returncode == 0, checked.stdout
    if sample.name != FAILS:
        tested = sample.run("meson test -C fused --print-errorlogs")
        assert tested.returncode == 0, tested.stdout


def zig_compiles_for_wasm() -> bool:
    """Whether no other compiler does: C++ takes zig minutes where it builds its library first."""
    try:
        return wasm_compiler("cpp").origin == ZIG
    except ToolError:
        return True


SLOW = [pytest.mark.slow] if zig_compiles_for_wasm() else []
TWINS = [pytest.param(name, marks=SLOW) for name in ("kv-store", "text-pipeline")]
IN_WASM = ["hello", *TWINS, *WITHOUT_RUST]


@pytest.mark.parametrize("sample", IN_WASM, indirect=True)
def test_wasm_prints_what_native_code_prints(sample: Sample) -> None:
    pytest.importorskip("wasmtime", reason="needs wasmtime: pip install '.[wasm]'")
    configured = sample.run("meson setup wasm -Dsym_target=wasm32-wasip2")
    assert configured.returncode == 0, configured.stdout
    assert sample.name == "hello" or f": {wasm_twin(sample)}\n" in configured.stdout
    built = sample.run("ninja -C wasm")
    assert built.returncode == 0, built.stdout
    assert "warning" not in built.stdout.lower()
    commands = {command.rpartition("&& ")[2] for command, _ in sample.examples} | {RUNS[sample.name]}
    for command in sorted(c for c in commands if c.startswith("build/")):
        native, wasm = sample.run(command), sample.run(command.replace("build/", "wasm/", 1))
        assert (wasm.stdout, wasm.returncode) == (native.stdout, native.returncode)
    tested = sample.run("meson test -C wasm --print-errorlogs")
    assert tested.returncode == 0, tested.stdout
    assert sample.run("ninja -C wasm").stdout.endswith("ninja: no work to do.\n")


SLOW_IN_ONE_MODULE = [
    pytest.param(name, marks=pytest.mark.slow) for name in ("kv-store", "kv-store without rustc", "text-pipeline")
]


@pytest.mark.parametrize("sample", ["hello", *SLOW_IN_ONE_MODULE], indirect=True)
def test_fused_for_wasm_prints_what_native_code_prints(sample: Sample) -> None:
    pytest.importorskip("wasmtime", reason="needs wasmtime: pip install '.[wasm]'")
    build_again(sample, "fused-wasm", "-Dsym_target=wasm32-wasip2", "-Dsym_profile=fused")
    for command in (c for c in commands_of(sample) if c.startswith("build/")):
        native, fused = sample.run(command), sample.run(command.replace("build/", "fused-wasm/", 1))
        assert (fused.stdout, fused.returncode) == (native.stdout, native.returncode), command
    tested = sample.run("meson test -C fused-wasm --print-errorlogs")
    assert tested.returncode == 0, tested.stdout


@pytest.mark.parametrize("sample", ["text-pipeline"], indirect=True)
@pytest.mark.parametrize(("edit", "status"), [("s/x/x/", 0), ("s/12779 distinct/12778 distinct/", 1)])
def test_the_pipeline_s_check_finds_a_wrong_figure(sample: Sample, edit: str, status: int) -> None:
    script = f'build/bookstat "$0" > printed; status=$?; sed "{edit}" printed; exit $status'
    checked = sample.run(f"{sys.executable} check_figures.py sh -c '{script}' build/kjv.txt")
    assert checked.returncode == status, checked.stdout
