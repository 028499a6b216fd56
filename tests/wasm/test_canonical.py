"""The same generated file on wasm: canonical exports called by wasmtime give what the C functions gave.

Slow: ``python -m pytest -m slow tests/wasm``, with ``pip install '.[wasm]'``.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from symbuild.cli import run
from symbuild.steps.wasm_toolchain import wasm_compiler

pytestmark = pytest.mark.slow

wasmtime = pytest.importorskip("wasmtime", reason="needs wasmtime: pip install '.[wasm]'")

WIT = """
package t:x;
interface i {
  record r { a: u8, name: string, xs: list<u16> }
  variant v { n, num(f32), text(string) }
  greet: func(name: string) -> string;
  add: func(a: s32, b: s32) -> s32;
  swap: func(first: r, rest: list<r>) -> result<list<r>, string>;
  pass: func(x: v, c: char, keep: bool) -> option<v>;
}
world w { export i; }
"""

SOURCE = """
#include "w.h"

void exports_t_x_i_greet(w_string_t *name, w_string_t *ret) {
  ret->len = name->len + 6;
  ret->ptr = malloc(ret->len);
  memcpy(ret->ptr, "Hello ", 6);
  memcpy(ret->ptr + 6, name->ptr, name->len);
  w_string_free(name);
}

int32_t exports_t_x_i_add(int32_t a, int32_t b) { return a + b; }

bool exports_t_x_i_swap(exports_t_x_i_r_t *first, exports_t_x_i_list_r_t *rest, exports_t_x_i_list_r_t *ret,
                        w_string_t *err) {
  if (rest->len == 0) {
    exports_t_x_i_r_free(first);
    w_string_dup(err, "empty");
    return false;
  }
  exports_t_x_i_r_free(&rest->ptr[0]);
  rest->ptr[0] = *first;
  *ret = *rest;
  return true;
}

bool exports_t_x_i_pass(exports_t_x_i_v_t *x, uint32_t c, bool keep, exports_t_x_i_v_t *ret) {
  if (!keep) {
    exports_t_x_i_v_free(x);
    return false;
  }
  *ret = *x;
  if (x->tag == EXPORTS_T_X_I_V_NUM) ret->val.num = (float)c;
  return true;
}
"""


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    folder = tmp_path_factory.mktemp("wasm")
    (folder / "x.wit").write_text(WIT)
    (folder / "x.c").write_text(SOURCE)
    assert run(["bindgen", "c", str(folder / "x.wit"), "--out-dir", str(folder)]) == 0
    command = [*wasm_compiler("c").command, "-O2", "-Wall", "-Wextra", "-Werror", "-mexec-model=reactor"]
    subprocess.run([*command, "x.c", "w.c", "-o", "core.wasm"], cwd=folder, check=True)
    made = folder / "c.wasm"
    assert run(["componentize", str(folder / "core.wasm"), "--wit", str(folder / "x.wit"), "-o", str(made)]) == 0
    return _caller(made)


def _caller(path: Path) -> Callable[..., Any]:
    from wasmtime import Engine, Store, component

    store = Store(Engine())
    instance = component.Linker(store.engine).instantiate(store, component.Component.from_file(store.engine, str(path)))
    interface = instance.get_export_index(store, "t:x/i")

    def call(name: str, *args: Any) -> Any:
        function = instance.get_func(store, instance.get_export_index(store, name, interface))
        result = function(store, *args)
        function.post_return(store)
        return result

    return call


def _record(a: int, name: str, xs: list[int]) -> Any:
    from wasmtime import component

    record = component.Record()
    record.a, record.name, record.xs = a, name, xs
    return record


def test_numbers_and_strings(call: Callable[..., Any]) -> None:
    assert call("add", 2, -5) == -3
    assert call("greet", "Ada é") == "Hello Ada é"
    assert call("greet", "") == "Hello "


def test_records_lists_and_results(call: Callable[..., Any]) -> None:
    found = call("swap", _record(1, "one", [1, 2, 3]), [_record(2, "two", []), _record(3, "three", [65535])])
    assert [(r.a, r.name, r.xs) for r in found] == [(1, "one", [1, 2, 3]), (3, "three", [65535])]
    assert call("swap", _record(1, "one", [1]), []) == "empty"


def test_variants_and_options(call: Callable[..., Any]) -> None:
    assert call("pass", "text", "x", True).payload == "text"
    assert call("pass", 2.5, "A", True).payload == 65.0
    assert call("pass", "text", "A", False).tag == "none"


def test_nothing_is_left_allocated(call: Callable[..., Any]) -> None:
    # Twice five gigabytes through an address space of four: what leaks would end in a trap.
    text = "x" * 50_000_000
    for _ in range(100):
        assert len(call("greet", text)) == len(text) + 6
