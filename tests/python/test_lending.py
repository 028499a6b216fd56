"""What is lent to a component lies where Python has it; a function that is named runs without the lock."""

from __future__ import annotations

import array
import subprocess
import threading
from pathlib import Path
from types import ModuleType

import pytest

from python import build_package, imported
from symbuild.cli import run

WIT = """package t:lending;
world lending {
  export octets-at: func(x: list<u8>) -> u64;
  export numbers-at: func(x: list<f64>) -> u64;
  export meet: func() -> bool;
  export arrive: func();
}
"""
# `meet` waits, for ten seconds at most, until another thread calls `arrive`.
SOURCE = """
#include "lending.h"
#include <stdatomic.h>
#include <unistd.h>
static atomic_bool arrived;
uint64_t exports_lending_octets_at(const lending_list_u8_t *x) { return (uint64_t)(uintptr_t)x->ptr; }
uint64_t exports_lending_numbers_at(const lending_list_f64_t *x) { return (uint64_t)(uintptr_t)x->ptr; }
bool exports_lending_meet(void) {
  for (int i = 0; i < 10000 && !arrived; i++) usleep(1000);
  return arrived;
}
void exports_lending_arrive(void) { arrived = true; }
"""


@pytest.fixture(scope="module")
def lending(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    folder = tmp_path_factory.mktemp("lending")
    wit, library = folder / "lending.wit", folder / "liblending.so"
    wit.write_text(WIT, encoding="utf-8")
    (folder / "user.c").write_text(SOURCE, encoding="utf-8")
    assert run(["bindgen", "c", str(wit), "--api-style", "symmetric", "--out-dir", str(folder)]) == 0
    command = ["gcc", "-shared", "-fPIC", "user.c", "lending.c", f"-Wl,-soname,{library.name}", "-o", library.name]
    subprocess.run(command, cwd=folder, check=True)
    return imported(build_package(folder, "lent", wit, "lending", library, "--release-gil", "meet"))


def test_buffers_are_not_copied(lending: ModuleType) -> None:
    octets, numbers = array.array("B", range(256)), array.array("d", [1.5] * 100)
    assert lending.octets_at(octets) == octets.buffer_info()[0]
    assert lending.octets_at(memoryview(octets)[16:]) == octets.buffer_info()[0] + 16
    assert lending.numbers_at(numbers) == numbers.buffer_info()[0]
    assert lending.numbers_at(list(numbers)) != numbers.buffer_info()[0]
    octets.append(1)  # which cannot be while anybody has the buffer


def test_a_function_without_the_lock_lets_other_threads_run(lending: ModuleType) -> None:
    other = threading.Timer(0.05, lending.arrive)
    other.start()
    assert lending.meet(), "with the lock held, the other thread cannot arrive"
    other.join()


def test_only_functions_of_the_world_can_be_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wit = tmp_path / "lending.wit"
    wit.write_text(WIT, encoding="utf-8")
    command = ["bindgen", "python", str(wit), "--out-dir", str(tmp_path / "out"), "--release-gil"]
    assert run([*command, "absent"]) == 3
    assert "exports no such function" in capsys.readouterr().err


@pytest.mark.parametrize("option", [["--abi", "canonical"], ["--component", "x"]], ids=" ".join)
def test_options_that_make_components_are_refused(
    tmp_path: Path, option: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    wit = tmp_path / "lending.wit"
    wit.write_text(WIT, encoding="utf-8")
    assert run(["bindgen", "python", str(wit), "--out-dir", str(tmp_path / "out"), *option]) == 2
    assert "help:" in capsys.readouterr().err
