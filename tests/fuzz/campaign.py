"""Runs what ``build.py`` builds: looks for defects, and counts what of the generated code was reached."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .build import WORLD, Subject, build, tool
from .rust import nightly

# An input is a program of up to MOST_CALLS calls (peer.c). The peer itself counts blocks and frees what a trap leaves
# behind, so that LeakSanitizer has nothing to say; stacks of allocations are worth less than their time.
OPTIONS = ["-max_len=400", "-print_final_stats=1"]
ENVIRONMENT = {
    "ASAN_OPTIONS": "detect_leaks=0:malloc_context_size=2",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
}
GENERATED = (f"{WORLD}.c", f"{WORLD}.h", f"{WORLD}.cpp", f"{WORLD}_cpp.h")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many inputs were run, and the first lines about a defect if there is one."""

    executions: int
    defect: str | None


@dataclass(frozen=True, slots=True)
class Reached:
    """How many of the generated files' edges were run: those that branch in C and C++, all in Rust."""

    edges: int
    of: int

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return self.edges / self.of

    def __str__(self) -> str:
        return f"{100 * self.share:.1f} % of {self.of} edges"


def missing(language: str) -> str | None:
    """What the machine lacks for fuzzing."""
    if language == "rust" and not nightly():
        return "needs a nightly Rust: rustup toolchain install nightly"
    if not shutil.which("clang++"):
        return "needs clang"
    command = ["clang++", "-fsanitize=fuzzer", "-x", "c++", "-", "-o", os.devnull]
    source = '#include <stddef.h>\nextern "C" int LLVMFuzzerTestOneInput(const unsigned char *, size_t) { return 0; }'
    done = subprocess.run(command, input=source, capture_output=True, text=True, check=False)
    return "needs clang's libFuzzer" if done.returncode else None


def fuzz(program: Path, runs: int, *, seed: int, corpus: Path | None = None) -> Outcome:
    """Run up to ``runs`` inputs; stop at the first defect. ``corpus`` is read and added to."""
    folders = [str(corpus)] if corpus else []
    if corpus:
        corpus.mkdir(parents=True, exist_ok=True)
    artifacts = f"-artifact_prefix={program.parent}/"
    command = [str(program), *OPTIONS, f"-runs={runs}", f"-seed={seed}", artifacts, *folders]
    done = subprocess.run(command, capture_output=True, check=False, env={**os.environ, **ENVIRONMENT})
    text = done.stderr.decode(errors="replace")
    counted = re.search(r"number_of_executed_units: (\d+)", text)
    executions = int(counted[1]) if counted else 0
    if done.returncode == 0:
        return Outcome(executions, None)
    found = re.search(r"^(.*(?:DEFECT|ERROR: AddressSanitizer|runtime error).*(?:\n.*){0,12})", text, re.MULTILINE)
    return Outcome(executions, found[1] if found else text[-2000:])


def reached(subject: Subject, folder: Path, corpus: Path) -> Reached:
    """What the inputs of a corpus reach in what was generated for ``subject``."""
    program = build(subject, folder, coverage=True)
    return (_reached_in_rust if subject.language == "rust" else _reached_in_c)(program, folder, corpus)


def _reached_in_c(program: Path, folder: Path, corpus: Path) -> Reached:
    """By clang's source coverage."""
    profile, merged = folder / "raw", folder / "merged"
    tool([str(program), "-runs=0", str(corpus)], LLVM_PROFILE_FILE=str(profile))
    tool(["llvm-profdata", "merge", str(profile), "-o", str(merged)])
    files = [str(folder / name) for name in GENERATED if (folder / name).exists()]
    summary = json.loads(
        tool(["llvm-cov", "export", str(program), f"-instr-profile={merged}", "-summary-only", *files])
    )
    branches = summary["data"][0]["totals"]["branches"]
    return Reached(branches["covered"], branches["count"])


def _reached_in_rust(program: Path, folder: Path, corpus: Path) -> Reached:
    """By libFuzzer's own count: Rust's profiles are in a newer format than clang's tools read."""
    command = [str(program), "-runs=0", "-print_coverage=1", str(corpus)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, errors="replace")
    of_function = re.compile(
        rf"COVERED_FUNC: .* edges: (\d+)/(\d+) .* {re.escape(str(folder / WORLD))}\.rs:\d+$", re.MULTILINE
    )
    counts = [(int(hit), int(of)) for hit, of in of_function.findall(done.stderr)]
    return Reached(sum(hit for hit, _ in counts), sum(of for _, of in counts))
