"""Lists that change hands are converted where they lie, if an element is as large in C++ as in the ABI."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

INCLUDE = Path(__file__).parents[2] / "symbuild" / "runtime" / "include"

PROGRAM = """
#include "wit.h"
#include <optional>
using List = wit::vector<std::optional<wit::string>>;
constexpr size_t size = 3 * sizeof(void *), align = sizeof(void *);
static_assert(wit::fits<std::optional<wit::string>, size, align>);
static_assert(!wit::fits<uint32_t, 8, 4> && !wit::fits<uint32_t, 4, 8>);

static List made() {
  List list = List::allocate(2);
  list.initialize(0, wit::string::from_view("a"));
  list.initialize(1, std::nullopt);
  return list;
}

// There and back in one block, through bytes that are of neither form in between.
static bool in_place() {
  List list = made();
  void *before = list.data();
  auto out = wit::hand_over<size, align>(list, "here");
  for (size_t i = 0; i < 2; i++) {
    auto &&element = out.take(i);
    uint8_t *slot = out.block() + i * size;
    memset(slot, element ? 1 : 0, size);
    if (element) wit::give(slot + align, *element);
  }
  if (out.block() != before) return false;
  wit::incoming<List, size, align> in(out.block(), 2);
  for (size_t i = 0; i < 2; i++) {
    uint8_t *slot = out.block() + i * size;
    std::optional<wit::string> element;
    if (*slot) element = wit::take<wit::string>(slot + align);
    in.initialize(i, std::move(element));
  }
  List back = in.finish();
  return back.data() == before && back[0]->get_view() == "a" && !back[1];
}

// Elements of another size go to a block of their own, and the one they came in is freed.
static bool apart() {
  List list = made();
  auto out = wit::hand_over<2 * size, align>(list, "here");
  bool is_apart = out.block() != reinterpret_cast<uint8_t *>(list.data()) && &out.take(1) == &list[1];
  wit::incoming<List, 2 * size, align> in(out.block(), 2);
  for (size_t i = 0; i < 2; i++) in.initialize(i, std::move(list[i]));
  List back = in.finish();
  return is_apart && back[0]->get_view() == "a";
}

static bool empty() {
  List list;
  auto out = wit::hand_over<size, align>(list, "here");
  return out.block() != nullptr && wit::incoming<List, size, align>(out.block(), 0).finish().empty();
}

int main() { return in_place() && apart() && empty() ? 0 : 1; }
"""


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
@pytest.mark.parametrize("level", ["-O1 -fsanitize=address,undefined -fno-sanitize-recover=all", "-O3"])
def test_in_place(compiler: str, level: str, tmp_path: Path) -> None:
    if not shutil.which(compiler):
        pytest.skip(f"needs {compiler}")
    (tmp_path / "p.cpp").write_text(PROGRAM)
    flags = ["-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Werror", *level.split(), "-I", str(INCLUDE)]
    subprocess.run([compiler, *flags, "p.cpp", "-o", "p"], cwd=tmp_path, check=True)
    subprocess.run([tmp_path / "p"], check=True)
