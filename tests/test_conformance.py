"""The conformance runner, over `tests/runtime` and over small tests of which the outcome is known."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from machine import lacks_rust_for_wasm, needs_rust_for_wasm

ROOT = Path(__file__).resolve().parents[1]
RUNTIME = ROOT / "tests" / "runtime"
CONFORMANCE = ROOT / "tests" / "conformance"
CONTROL_SKIPS = CONFORMANCE / "skips" / "control.txt"
CHECKERS = {"sanitizers": ["--sanitize", "address,undefined"], "valgrind": ["--valgrind"]}

WIT = """\
package test:small;

interface small {
  double: func(v: u32) -> u32;
  tell: func(v: string);
}

world test { export small; }
world runner { import small; export run: func(); }
"""
RUST = """\
include!(env!("BINDINGS"));
struct Component;
export!(Component);
"""
TEST_RS = f"""\
{RUST}
impl exports::test::small::small::Guest for Component {{
    fn double(v: u32) -> u32 {{ v * 2 }}
    fn tell(v: String) {{ std::hint::black_box(unsafe {{ v.as_ptr().add(v.len()).read() }}); }}
}}
"""
RUNNER_RS = f"""\
{RUST}
impl Guest for Component {{
    fn run() {{ test::small::small::tell("some"); }}
}}
"""
TEST = """\
#include "test.h"
uint32_t exports_test_small_small_double(uint32_t v) { return v * 2; }
void exports_test_small_small_tell(test_string_t *v) { test_string_free(v); }
"""
RUNNER = """\
#include <assert.h>
#include "runner.h"
void exports_runner_run(void) {
  runner_string_t s;
  runner_string_set(&s, "s");
  assert(test_small_small_double(21) == 42);
  test_small_small_tell(&s);
}
"""


def conformance(
    *arguments: object, environment: dict[str, str] | None = None, module: str = "tests.conformance"
) -> subprocess.CompletedProcess[str]:
    """Run the runner as CI does."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def found_by_rustup(program: str) -> str | None:
    """A program of the nightly toolchain."""
    command = ["rustup", "which", "--toolchain", "nightly", program]
    found = subprocess.run(command, capture_output=True, text=True, check=False) if shutil.which("rustup") else None
    return found.stdout.strip() if found and found.returncode == 0 else None


NIGHTLY = found_by_rustup("rustc")
needs_miri = pytest.mark.skipif(
    not found_by_rustup("miri"), reason="needs Miri: rustup toolchain install nightly --component miri,rust-src"
)


def checked(checker: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the runner with all languages of this machine under a checker; Rust is nightly's, where there is one."""
    if checker == "valgrind" and not shutil.which("valgrind"):
        pytest.skip("needs valgrind")
    rust = NIGHTLY or shutil.which("rustc")
    languages = "c,cpp,rust" if rust else "c,cpp"
    environment = {**os.environ, "RUSTC": rust} if rust else None
    return conformance(*arguments, "--langs", languages, *CHECKERS[checker], environment=environment)


def last_line(run: subprocess.CompletedProcess[str]) -> str:
    return run.stdout.splitlines()[-1]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder with one test, `small`, that passes."""
    folder = tmp_path / "suite" / "deep" / "small"
    folder.mkdir(parents=True)
    for name, text in (("test.wit", WIT), ("test.c", TEST), ("runner.c", RUNNER)):
        (folder / name).write_text(text)
    return folder


def test_all_of_runtime_passes_and_each_function_can_fail() -> None:
    run = conformance(RUNTIME, "--control-each", "--skip-file", CONTROL_SKIPS)
    assert run.returncode == 0, run.stdout + run.stderr
    assert last_line(run).endswith("0 failed, 1 skipped")


@pytest.mark.slow
def test_all_of_runtime_passes_in_every_pair_of_languages() -> None:
    run = conformance(RUNTIME, "--langs", "c,cpp,rust", "--skip-file", CONTROL_SKIPS)
    assert run.returncode == 0, run.stdout + run.stderr


def test_isolated_components_pass_what_direct_ones_pass() -> None:
    run = conformance(RUNTIME, "--placement", "isolated", "--control", "--skip-file", CONTROL_SKIPS)
    assert run.returncode == 0, run.stdout + run.stderr
    assert last_line(run).endswith("0 failed, 1 skipped")


@pytest.mark.slow
def test_isolated_components_pass_in_every_pair_of_languages() -> None:
    run = conformance(RUNTIME, "--placement", "isolated", "--langs", "c,cpp,rust")
    assert run.returncode == 0, run.stdout + run.stderr


def test_fused_components_pass_what_direct_ones_pass() -> None:
    run = conformance(RUNTIME, "--placement", "fused", "--control", "--skip-file", CONTROL_SKIPS)
    assert run.returncode == 0, run.stdout + run.stderr
    assert last_line(run).endswith("0 failed, 1 skipped")


@pytest.mark.slow
def test_fused_components_pass_in_every_pair_of_languages() -> None:
    run = conformance(RUNTIME, "--placement", "fused", "--langs", "c,cpp,rust")
    assert run.returncode == 0, run.stdout + run.stderr


@needs_rust_for_wasm
@pytest.mark.parametrize("only", ["^versions runner.rs test.rs", pytest.param("", marks=pytest.mark.slow)])
def test_fused_components_pass_on_wasm_and_can_fail(only: str) -> None:
    pytest.importorskip("wasmtime", reason="needs wasmtime: pip install '.[wasm]'")
    fused = ("--placement", "fused", "--target", "wasm", "--langs", "c,cpp,rust", "--filter", only)
    run = conformance(RUNTIME, *fused, "--control", "--skip-file", CONTROL_SKIPS)
    assert run.returncode == 0, run.stdout + run.stderr
    assert ", 0 failed," in last_line(run)


def test_on_wasm_each_function_can_fail() -> None:
    """Functions of a world itself, and a label's two providers in one component."""
    pytest.importorskip("wasmtime", reason="needs wasmtime: pip install '.[wasm]'")
    run = conformance(RUNTIME, "--target", "wasm", "--filter", r"^(world-level|labels) .*\.c .*\.c", "--control-each")
    assert run.returncode == 0, run.stdout + run.stderr
    assert last_line(run) == "2 passed, 0 failed, 0 skipped"


@needs_rust_for_wasm
def test_rust_on_wasm_can_fail() -> None:
    """Handles, also in values, that come from C and go there; functions of a world itself."""
    pytest.importorskip("wasmtime", reason="needs wasmtime: pip install '.[wasm]'")
    chosen = r"^(handles runner.rs user.c test.rs|handles runner.c user.rs test.c|world-level runner.rs test.rs)"
    run = conformance(RUNTIME, "--target", "wasm", "--langs", "c,rust", "--filter", chosen, "--control")
    assert run.returncode == 0, run.stdout + run.stderr
    assert last_line(run) == "3 passed, 0 failed, 0 skipped"


@pytest.mark.slow
def test_all_of_runtime_passes_on_wasm() -> None:
    pytest.importorskip("wasmtime", reason="needs wasmtime: pip install '.[wasm]'")
    skips = ["--skip-file", CONTROL_SKIPS]
    languages = "c,cpp" if lacks_rust_for_wasm() else "c,cpp,rust"
    run = conformance(RUNTIME, "--target", "wasm", "--langs", languages, "--control", *skips)
    assert run.returncode == 0, run.stdout + run.stderr


def test_calls_without_values_pass_and_have_no_control() -> None:
    assert last_line(conformance(RUNTIME, "--filter", "^calls-only")) == "1 passed, 0 failed, 0 skipped"
    run = conformance(RUNTIME, "--filter", "^calls-only", "--control")
    assert run.returncode == 1
    assert "nothing to corrupt" in run.stdout


def test_combinations_are_named_and_counted(small: Path, tmp_path: Path) -> None:
    shutil.copy(small / "runner.c", small / "runner-other.c")
    run = conformance(tmp_path / "suite", "--json", tmp_path / "out.json")
    assert run.stdout.splitlines() == [
        "ok      deep/small runner-other.c test.c",
        "ok      deep/small runner.c test.c",
        "2 passed, 0 failed, 0 skipped",
    ]
    document = json.loads((tmp_path / "out.json").read_text())
    assert (document["passed"], document["failed"], document["skipped"]) == (2, 0, 0)
    assert [c["name"] for c in document["combinations"]] == [
        "deep/small runner-other.c test.c",
        "deep/small runner.c test.c",
    ]


def test_an_assertion_that_fails_is_shown(small: Path) -> None:
    (small / "test.c").write_text(TEST.replace("v * 2", "v * 3"))
    run = conformance(small)
    assert run.returncode == 1
    assert "FAILED  small runner.c test.c: the program was ended by SIGABRT" in run.stdout
    assert "test_small_small_double(21) == 42" in run.stdout


def test_a_test_that_asserts_nothing_fails_its_control(small: Path) -> None:
    (small / "runner.c").write_text(
        RUNNER.replace("assert(test_small_small_double(21) == 42)", "test_small_small_double(21)")
    )
    assert conformance(small).returncode == 0
    run = conformance(small, "--control")
    assert run.returncode == 1
    assert "it passes although" in run.stdout
    assert "the result of test:small/small#double changed" in run.stdout


def test_one_function_without_an_assertion_fails_only_the_thorough_control(small: Path) -> None:
    run = conformance(small, "--control")
    assert run.stdout.startswith("ok      small runner.c test.c: noticed: result of test:small/small#double")
    run = conformance(small, "--control-each")
    assert run.returncode == 1
    assert "the arguments of test:small/small#tell changed" in run.stdout


def test_a_function_that_is_never_called_is_no_control(small: Path) -> None:
    (small / "runner.c").write_text('#include "runner.h"\nvoid exports_runner_run(void) {}\n')
    run = conformance(small, "--control")
    assert run.returncode == 1
    assert "the result of test:small/small#double never crossed" in run.stdout


def test_a_listed_skip_needs_a_reason_and_runs_nothing(small: Path, tmp_path: Path) -> None:
    skips = tmp_path / "skips.txt"
    skips.write_text("# why\n^small runner.c  not today\n")
    run = conformance(small, "--skip-file", skips)
    assert run.stdout.splitlines() == ["skipped small runner.c test.c: not today", "0 passed, 0 failed, 1 skipped"]
    skips.write_text("^small\n")
    run = conformance(small, "--skip-file", skips)
    assert run.returncode == 3
    assert "a skip needs a reason" in run.stderr


@pytest.mark.parametrize(
    ("file", "header", "message"),
    [
        ("runner.c", "//@ arg = '-x'", "unknown key `arg`"),
        ("runner.c", "//@ args =", "is not TOML"),
        ("test.c", "//@ args = 3", "`args` must be a string or an array of strings"),
        ("test.wit", "//@ wac = 'none.wac'", "cannot read the composition"),
    ],
)
def test_a_bad_header_fails_that_test_only(small: Path, tmp_path: Path, file: str, header: str, message: str) -> None:
    shutil.copytree(small, small.parent / "other")
    (small / file).write_text(f"{header}\n{(small / file).read_text()}")
    run = conformance(tmp_path / "suite")
    assert message in run.stdout
    assert "Traceback" not in run.stdout + run.stderr
    assert last_line(run) == "1 passed, 1 failed, 0 skipped"


def test_an_import_without_a_provider_is_named(small: Path) -> None:
    (small / "test.wit").write_text(WIT.replace("import small;", "import small; import more: func();"))
    run = conformance(small)
    assert "no component provides `more` to runner" in run.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--langs", "cobol"], "unknown language `cobol`"),
        (["--placement", "sandboxed"], "the placement `sandboxed` is not built yet"),
        (["--target", "wasn"], "unknown target `wasn`"),
        (["--target", "wasm", "--placement", "isolated"], "`isolated` is for the target `native`"),
        (["--target", "wasm", "--cross-file", "x.ini"], "--cross-file is for the target `native`"),
        (["--filter", "("], "is not a regular expression"),
        (["--sanitize", "address", "--valgrind"], "not allowed with argument"),
        (["--target", "wasm", "--valgrind"], "are for the target `native`"),
        (["--target", "miri", "--langs", "c"], "the language `c` is not built yet"),
        (["--target", "miri", "--langs", "rust", "--control"], "the target `miri` has no control runs"),
        (["--jobs", "0"], "--jobs takes a number of at least 1"),
    ],
)
def test_what_is_not_offered_is_refused_by_name(small: Path, arguments: list[str], message: str) -> None:
    run = conformance(small, *arguments)
    assert run.returncode == 2
    assert message in run.stderr


@pytest.mark.parametrize(
    ("text", "status", "message"),
    [
        ("[binaries]\nc = 'gcc'\n", 3, "not a cross file that is understood here: 'host_machine'"),
        ("[binaries]\nc = gcc + x\n[host_machine]\ncpu_family = 'arm'\n", 3, "is neither a string nor an array"),
        ("[binaries]\nc = 'no-such-cc'\n[host_machine]\ncpu_family = 'arm'\n", 4, "cannot run `no-such-cc`"),
        ("[binaries]\ncpp = 'g++'\n[host_machine]\ncpu_family = 'arm'\n", 2, "the language `c` is not built yet"),
    ],
)
def test_cross_files_that_are_of_no_use(small: Path, tmp_path: Path, text: str, status: int, message: str) -> None:
    (tmp_path / "cross.ini").write_text(text)
    run = conformance(small, "--cross-file", tmp_path / "cross.ini")
    assert run.returncode == status
    assert message in run.stderr


CROSS_FILES = ROOT / "tests" / "conformance" / "cross_files"


def cross_file(name: str, *commands: str) -> Path:
    """A cross file whose commands are on this machine; skips the test where one of them is not."""
    missing = [command for command in commands if not shutil.which(command)]
    if missing:
        pytest.skip(f"needs {', '.join(missing)} ({(CROSS_FILES / name).read_text().splitlines()[0][2:]})")
    return CROSS_FILES / name


MACHINES = {
    "armhf.ini": ("arm-linux-gnueabihf-gcc", "arm-linux-gnueabihf-g++", "qemu-arm"),
    "i686.ini": ("i686-linux-gnu-gcc", "i686-linux-gnu-g++", "qemu-i386"),
}
TARGETS = {"armhf.ini": "armv7-unknown-linux-gnueabihf", "i686.ini": "i686-unknown-linux-gnu"}


def languages_for(name: str) -> str:
    """The languages of a cross file; Rust only where its standard library for the machine is here."""
    command = ["rustc", "--print=target-libdir", "--target", TARGETS[name]]
    rust = shutil.which("rustc") and subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return "c,cpp,rust" if rust and Path(rust.strip()).is_dir() else "c,cpp"


@pytest.mark.parametrize("name", MACHINES)
def test_another_machine_s_control_sees_what_this_one_s_sees(name: str, small: Path) -> None:
    run = conformance(small, "--cross-file", cross_file(name, *MACHINES[name]), "--control-each", "--filter", "runner")
    assert run.returncode == 1
    assert "the arguments of test:small/small#tell changed" in run.stdout
    assert "small#double" not in run.stdout


@pytest.mark.slow
@pytest.mark.parametrize("name", MACHINES)
def test_all_of_runtime_passes_where_pointers_have_32_bits(name: str) -> None:
    cross = cross_file(name, *MACHINES[name])
    run = conformance(RUNTIME, "--langs", languages_for(name), "--cross-file", cross)
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_folder_without_combinations_is_an_error(tmp_path: Path) -> None:
    run = conformance(tmp_path)
    assert run.returncode == 3
    assert "no combination to run" in run.stderr


@pytest.mark.skipif(not shutil.which("rustc"), reason="needs rustc")
def test_a_folder_of_wit_is_generated_and_compiled_in_every_variant(tmp_path: Path) -> None:
    (tmp_path / "one.wit").write_text("package a:b; world w { import log: func(s: string); export run: func(); }")
    (tmp_path / "two" / "wit").mkdir(parents=True)
    (tmp_path / "two" / "wit" / "two.wit").write_text(
        "package a:b; world imports { import f: async func(); } world other {}"
    )
    skips = ["--skip-file", CONFORMANCE / "skips" / "codegen.txt"]
    run = conformance(tmp_path, *skips, module="tests.conformance.codegen")
    assert run.returncode == 1
    lines = [line for line in run.stdout.splitlines() if not line.startswith(" ")]
    assert "ok      one.wit rust no-std" in lines
    assert "skipped one.wit rust async: async functions are not built yet" in lines
    assert "FAILED  two c autodrop: bindgen ended with status 3" in lines
    assert "error: an async function cannot be built yet" in run.stdout
    assert lines[-1] == "10 passed, 10 failed, 4 skipped"


def test_the_sweep_of_a_folder_says_what_it_cannot_do(tmp_path: Path) -> None:
    for arguments, status, message in (
        ([tmp_path], 3, "nothing to compile"),
        ([tmp_path / "none"], 3, "no such folder"),
        ([tmp_path, "--langs", "c,rusty"], 2, "did you mean `rust`?"),
    ):
        run = conformance(*arguments, module="tests.conformance.codegen")
        assert (run.returncode, message in run.stderr) == (status, True)


@pytest.mark.parametrize("checker", ["sanitizers", pytest.param("valgrind", marks=pytest.mark.slow)])
def test_deep_values_are_clean_in_every_pair_of_languages(checker: str) -> None:
    run = checked(checker, RUNTIME, "--filter", "^nested ")
    assert run.returncode == 0, run.stdout + run.stderr
    assert last_line(run) == f"{9 if shutil.which('rustc') else 4} passed, 0 failed, 0 skipped"


@pytest.mark.slow
@pytest.mark.parametrize("checker", CHECKERS)
def test_all_of_runtime_is_clean_in_every_pair_of_languages(checker: str) -> None:
    run = checked(checker, RUNTIME)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("checker", CHECKERS)
@pytest.mark.parametrize(
    ("body", "findings"),
    [
        ("(void)v;", ("LeakSanitizer: detected memory leaks", "are definitely lost")),
        ("test_string_t other = *v; test_string_free(&other); test_string_free(v);", ("double-free", "Invalid free()")),
    ],
    ids=["leak", "double-free"],
)
def test_what_a_checker_finds_fails(small: Path, checker: str, body: str, findings: tuple[str, str]) -> None:
    (small / "test.c").write_text(TEST.replace("test_string_free(v);", body))
    run = checked(checker, small)
    assert run.returncode == 1
    assert any(finding in run.stdout for finding in findings)


@pytest.mark.skipif(not NIGHTLY, reason="needs a nightly Rust, whose accesses AddressSanitizer can see")
def test_the_sanitizer_sees_what_rust_reads(small: Path) -> None:
    (small / "test.c").unlink()
    (small / "test.rs").write_text(TEST_RS)
    run = checked("sanitizers", small)
    assert run.returncode == 1
    assert "heap-buffer-overflow" in run.stdout


@pytest.mark.slow
@needs_miri
def test_all_of_runtime_is_clean_under_miri() -> None:
    skips = ["--skip-file", CONFORMANCE / "skips" / "miri.txt"]
    run = conformance(RUNTIME, "--langs", "rust", "--target", "miri", *skips)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.skipif(not shutil.which("rustc"), reason="needs rustc")
def test_a_rust_source_brings_its_own_world(small: Path) -> None:
    """A call of the macro says what is imported and exported, where the worlds of `test.wit` say nothing."""
    (small / "small.wit").write_text(WIT.partition("world")[0])
    (small / "test.wit").write_text("package test:empty;\nworld test {}\nworld runner {}\n")
    for name, text, items in (
        ("test.rs", TEST_RS, "export test:small/small;"),
        ("runner.rs", RUNNER_RS, "import test:small/small; export run: func();"),
    ):
        inline = f"package test:mine; world mine {{ {items} }}"
        call = f'wit_bindgen::generate!({{ inline: "{inline}", path: "small.wit", generate_all }});'
        (small / name).write_text(text.replace('include!(env!("BINDINGS"));', call))
    run = conformance(small, "--langs", "rust")
    assert run.stdout.splitlines()[0] == "ok      small runner.rs test.rs"


@needs_miri
def test_miri_finds_a_leak_and_passes_what_is_clean(small: Path) -> None:
    """Labels, too: their references have names of their own, which are forwarded."""
    run = conformance(RUNTIME, "--langs", "rust", "--target", "miri", "--filter", "^labels ")
    assert last_line(run) == "1 passed, 0 failed, 0 skipped"
    (small / "test.rs").write_text(
        TEST_RS.replace("std::hint::black_box(unsafe { v.as_ptr().add(v.len()).read() })", "std::mem::forget(v)")
    )
    (small / "runner.rs").write_text(RUNNER_RS)
    run = conformance(small, "--langs", "rust", "--target", "miri")
    assert run.returncode == 1
    assert "memory leaked" in run.stdout


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("clang"), reason="needs clang")
def test_runtime_passes_with_clang_and_optimisation() -> None:
    run = conformance(RUNTIME, "--cflags=-O2", environment={**os.environ, "CC": "clang"})
    assert run.returncode == 0, run.stdout + run.stderr
