"""Numbers asked for as memoryviews lie where the component has put them, and on wasm in a block of their own."""

from __future__ import annotations

import array
import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from built import build

from python import build_package
from python.wasm_package import build_wasm_package, imported_anew
from symbuild.cli import run

WIT = """package t:buffers;
interface numbers {
  octets: func(count: u32) -> list<u8>;
  floats: func(count: u32) -> list<f64>;
  tried: func(count: u32) -> result<list<u32>, string>;
  ends: func(numbers: list<f64>) -> tuple<f64, f64>;
  pairs: func() -> list<tuple<u8, u8>>;
  copied: func(count: u32) -> list<u8>;
  mixed: func() -> result<list<u8>, list<u8>>;
  resource shelf {
    constructor();
    all: func() -> list<s64>;
  }
}
world buffers { export numbers; }
"""
SOURCE = """
#include "buffers.h"
#include <stdlib.h>
#include <string.h>
typedef exports_t_buffers_numbers_shelf_t shelf;
struct exports_t_buffers_numbers_shelf_t { char none; };
static void *room(size_t size) {
  void *made = malloc(size == 0 ? 1 : size);
  if (made == NULL) abort();
  return made;
}
#define MAKE(type, count, value) \\
  do { \\
    ret->len = count; ret->ptr = count == 0 ? NULL : room(count * sizeof(type)); \\
    for (size_t i = 0; i < ret->len; i++) ret->ptr[i] = (type)(value); \\
  } while (0);
void exports_t_buffers_numbers_octets(uint32_t count, buffers_list_u8_t *ret) { MAKE(uint8_t, count, i) }
void exports_t_buffers_numbers_copied(uint32_t count, buffers_list_u8_t *ret) { MAKE(uint8_t, count, i) }
void exports_t_buffers_numbers_floats(uint32_t count, buffers_list_f64_t *ret) { MAKE(double, count, (double)i / 2) }
bool exports_t_buffers_numbers_tried(uint32_t count, buffers_list_u32_t *ret, buffers_string_t *err) {
  if (count == 0) buffers_string_dup(err, "none");
  else MAKE(uint32_t, count, i)
  return count != 0;
}
void exports_t_buffers_numbers_ends(buffers_list_f64_t *x, buffers_tuple2_f64_f64_t *ret) {
  ret->f0 = x->ptr[0];
  ret->f1 = x->ptr[x->len - 1];
  buffers_list_f64_free(x);
}
void exports_t_buffers_numbers_pairs(buffers_list_tuple2_u8_u8_t *ret) { ret->ptr = NULL; ret->len = 0; }
bool exports_t_buffers_numbers_mixed(buffers_list_u8_t *ret, buffers_list_u8_t *err) {
  (void)err;
  ret->ptr = NULL;
  ret->len = 0;
  return true;
}
exports_t_buffers_numbers_own_shelf_t exports_t_buffers_numbers_constructor_shelf(void) {
  return exports_t_buffers_numbers_shelf_new(room(sizeof(shelf)));
}
void exports_t_buffers_numbers_method_shelf_all(shelf *self, buffers_list_s64_t *ret) {
  (void)self;
  MAKE(int64_t, 3, -(int64_t)i)
}
void exports_t_buffers_numbers_shelf_destructor(shelf *rep) { free(rep); }
"""
ASKED = ("octets", "floats", "tried", "[method]shelf.all")
OPTIONS = [word for name in ASKED for word in ("--buffer", f"t:buffers/numbers#{name}")]


@pytest.fixture(scope="module", params=["native", "wasm"])
def package(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp(request.param)
    wit, source = folder / "buffers.wit", folder / "user.c"
    wit.write_text(WIT, encoding="utf-8")
    source.write_text(SOURCE, encoding="utf-8")
    if request.param == "wasm":
        return build_wasm_package(folder, "buffered", wit, "buffers", source, *OPTIONS)
    return build_package(folder, "buffered", wit, "buffers", build(folder, "buffers", wit, "buffers", SOURCE), *OPTIONS)


@pytest.fixture
def numbers(package: Path) -> Iterator[Any]:
    with imported_anew(package) as buffered:
        yield buffered.numbers


@pytest.mark.parametrize(
    ("name", "code", "expected"),
    [("octets", "B", [0, 1, 2]), ("floats", "d", [0.0, 0.5, 1.0]), ("tried", "I", [0, 1, 2])],
)
def test_numbers_are_a_memoryview(numbers: Any, name: str, code: str, expected: list[float]) -> None:
    found = getattr(numbers, name)(3)
    assert (type(found), found.format, found.shape, found.readonly) == (memoryview, code, (3,), False)
    assert found.tolist() == expected
    assert found[-1] == expected[-1]
    assert bytes(found) == array.array(code, expected).tobytes()
    assert found == array.array(code, expected)


def test_methods_return_them_too(numbers: Any) -> None:
    assert numbers.Shelf().all().tolist() == [0, -1, -2]


def test_no_numbers_are_a_view_as_well(numbers: Any) -> None:
    for found in (numbers.octets(0), numbers.floats(0)):
        assert (found.nbytes, found.tolist()) == (0, [])
        assert len(memoryview(found)) == 0


def test_an_error_is_raised(numbers: Any) -> None:
    with pytest.raises(Exception, match="none") as caught:
        numbers.tried(0)
    assert caught.type.__name__ == "Err"


def test_what_was_not_asked_for_is_copied(numbers: Any) -> None:
    assert numbers.copied(3) == b"\0\1\2"
    assert numbers.pairs() == []


def test_they_may_be_written_and_lent_in_place(numbers: Any) -> None:
    found = numbers.floats(1000)
    found[0], found[999] = 7.5, -1.0
    assert numbers.ends(found) == (7.5, -1.0)
    assert numbers.ends(found[1:3]) == (0.5, 1.0)


def test_they_outlive_whatever_else_is_there(numbers: Any) -> None:
    whole = numbers.octets(100)
    part = whole[10:12]
    whole.release()
    gc.collect()
    assert part.tolist() == [10, 11]
    with pytest.raises(ValueError, match="released"):
        whole[0]
    with numbers.octets(5) as left:
        assert left[4] == 4
    with pytest.raises(ValueError, match="released"):
        left[4]


def test_a_plain_buffer_is_asked_for(numbers: Any) -> None:
    """By what knows bytes only, such as files and hashes."""
    assert bytearray(numbers.floats(2)) == array.array("d", [0, 0.5]).tobytes()
    assert b"".join([numbers.octets(2), numbers.octets(1)]) == b"\0\1\0"


def test_nothing_leaks(numbers: Any) -> None:
    def rounds(count: int) -> int:
        for _ in range(count):
            numbers.octets(100_000)[0] = 1
            memoryview(numbers.floats(10_000))[1:].release()
        gc.collect()
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096

    rounds(20)
    before = rounds(1)
    assert rounds(200) - before < 4_000_000


def test_mypy_knows_their_types(package: Path, tmp_path: Path) -> None:
    good = "a: memoryview[int] = numbers.octets(1)\nb: float = numbers.floats(1)[0]\nc: bytes = numbers.copied(1)\n"
    wrong = ("numbers.octets(1).decode()", "d: int = numbers.floats(1)[0]", "e: list[int] = numbers.tried(1)")
    (tmp_path / "buffered").symlink_to(package)
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path / 'cache'}", "x.py"]
    for text, code in [(good, 0), *((text, 1) for text in wrong)]:
        (tmp_path / "x.py").write_text(f"from buffered import numbers\n{text}\n", encoding="utf-8")
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stdout


@pytest.mark.parametrize(
    ("function", "why"),
    [
        ("absent", "exports no such function"),
        ("t:buffers/numbers#ends", "returns no list of numbers"),
        ("t:buffers/numbers#pairs", "returns no list of numbers"),
        ("t:buffers/numbers#mixed", "returns no list of numbers"),
    ],
)
def test_only_functions_that_return_numbers_can_be_named(
    function: str, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "buffers.wit").write_text(WIT, encoding="utf-8")
    command = ["bindgen", "python", str(tmp_path / "buffers.wit"), "--out-dir", str(tmp_path / "out")]
    assert run([*command, "--buffer", function]) == 3
    assert why in capsys.readouterr().err
    assert run([*command, "--buffer", "*"]) == 0
    stub = (tmp_path / "out" / "__init__.pyi").read_text(encoding="utf-8")
    assert stub.count("-> memoryview[") == 5, "all but the pair of lists"
