"""C's handles among plain shared objects, without the versions of symbols that a build gives them.

Two components define the same symbols, and the linker binds both to the first one's: what a handle does must depend on
who made it alone. What is no handle, or another's where nobody can be asked, is a trap.
"""

from __future__ import annotations

import subprocess

import pytest

from symbuild.cli import run

WIT = """
package t:h;
interface i {
  resource r {
    constructor(n: u32);
    n: func() -> u32;
    plus: func(other: borrow<r>) -> u32;
  }
  resource twin {
    constructor(n: u32);
    n: func() -> u32;
    plus: func(other: borrow<twin>) -> u32;
  }
  total: func(all: list<r>) -> u32;
}
world w { export i; }
"""

SOURCE = """
#include "w.h"
#define NAME(x) exports_t_h_i_##x
struct NAME(r_t) { uint32_t n; };
struct NAME(twin_t) { uint32_t n; };
NAME(own_r_t) NAME(constructor_r)(uint32_t n) {
  NAME(r_t) *made = malloc(sizeof *made);
  made->n = n + BASE;
  return NAME(r_new)(made);
}
void NAME(r_destructor)(NAME(r_t) *rep) {
  printf("end %u\\n", (unsigned)rep->n);
  free(rep);
}
uint32_t NAME(method_r_n)(NAME(r_t) *self) { return self->n; }
uint32_t NAME(method_r_plus)(NAME(r_t) *self, NAME(r_t) *other) { return self->n + other->n; }
NAME(own_twin_t) NAME(constructor_twin)(uint32_t n) {
  NAME(twin_t) *made = malloc(sizeof *made);
  made->n = n;
  return NAME(twin_new)(made);
}
void NAME(twin_destructor)(NAME(twin_t) *rep) { free(rep); }
uint32_t NAME(method_twin_n)(NAME(twin_t) *self) { return self->n; }
uint32_t NAME(method_twin_plus)(NAME(twin_t) *self, NAME(twin_t) *other) { return self->n + other->n; }
uint32_t NAME(total)(NAME(list_own_r_t) *all) {
  uint32_t sum = 0;
  for (size_t i = 0; i < all->len; i++) sum += NAME(r_rep)(all->ptr[i])->n;
  return sum;
}
"""

MAIN = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
typedef void *(*make)(int32_t);
typedef int32_t (*call1)(void *);
typedef int32_t (*call2)(void *, void *);
typedef int32_t (*calln)(void *, size_t);
typedef void (*end)(void *);
static void *libraries[2];
static void *find(int of, const char *name) {
  void *found = dlsym(libraries[of], name);
  if (found == NULL) exit(2);
  return found;
}
#define F(type, of, name) ((type)(uintptr_t)find(of, "tX3AhX2FiX00" name))
int main(int argc, char **argv) {
  libraries[0] = dlopen(argv[1], RTLD_NOW | RTLD_GLOBAL);
  libraries[1] = dlopen(argv[2], RTLD_NOW | RTLD_GLOBAL);
  if (argc != 4 || !libraries[0] || !libraries[1]) return 2;
  setvbuf(stdout, NULL, _IONBF, 0);
  void *left = F(make, 0, "X5BconstructorX5Dr")(1), *right = F(make, 1, "X5BconstructorX5Dr")(2);
  void *more = F(make, 1, "X5BconstructorX5Dr")(3), *twin = F(make, 0, "X5BconstructorX5Dtwin")(7);
  call1 n = F(call1, 0, "X5BmethodX5DrX2En");
  call2 plus = F(call2, 0, "X5BmethodX5DrX2Eplus");
  end drop = F(end, 0, "X5Bresource_dropX5Dr");
  void *list[] = {left, right};
  switch (atoi(argv[3])) {
    case 0: /* all through the left one */
      printf("%d %d %d\\n", n(left), n(right), plus(right, more));
      drop(left);
      drop(right);
      F(end, 1, "X5Bresource_dropX5Dr")(more);
      return 0;
    case 1: return n(NULL);
    case 2: return plus(left, right);
    case 3: return plus(right, left);
    case 4: return F(calln, 0, "total")(list, 2);
    case 5: return n(twin);
    case 6: drop(left); return n(left);
    case 7: drop(right); drop(right); return 0;
    case 8: drop(left); return plus(right, left);
    case 9: return plus(left, twin);
    default: return 2;
  }
}
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("handles")
    for name, content in (("h.wit", WIT), ("user.c", SOURCE), ("main.c", MAIN)):
        (folder / name).write_text(content)
    gcc = ["gcc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-O1", "-g"]
    libraries = []
    for base, component in ((100, "left"), (200, "right")):
        out = folder / component
        assert run(["bindgen", "c", str(folder / "h.wit"), "--out-dir", str(out), "--component", component]) == 0
        libraries.append(str(folder / f"lib{component}.so"))
        sources = [str(folder / "user.c"), str(out / "w.c")]
        build = [
            *gcc,
            f"-DBASE={base}",
            "-fPIC",
            "-shared",
            "-fvisibility=hidden",
            "-I",
            str(out),
            *sources,
            "-o",
            libraries[-1],
        ]
        subprocess.run(build, check=True)
    subprocess.run([*gcc, str(folder / "main.c"), "-o", str(folder / "main"), "-ldl"], check=True)
    return [str(folder / "main"), *libraries]


def test_the_maker_s_code_runs_whoever_is_asked(program: list[str]) -> None:
    done = subprocess.run([*program, "0"], capture_output=True, text=True, check=False, timeout=30)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split("\n")[:4] == ["101 202 405", "end 101", "end 202", "end 203"]


@pytest.mark.parametrize(
    ("case", "message"),
    [
        (1, "t:h/i#[method]r.n: null handle"),
        (2, "t:h/i#[method]r.plus: parameter other: handle made by `right`, given to `left`"),
        (3, "t:h/i#[method]r.plus: parameter other: handle made by `left`, given to `right`"),
        (4, "t:h/i#total: parameter all: handle made by `right`, given to `left`"),
        (5, "t:h/i#[method]r.n: handle of another resource, made by `left`"),
        (6, "t:h/i#[method]r.n: handle of a resource that was dropped"),
        (7, "t:h/i#[resource-drop]r: handle of a resource that was dropped"),
        (8, "t:h/i#[method]r.plus: parameter other: handle of a resource that was dropped"),
        (9, "t:h/i#[method]r.plus: parameter other: handle of another resource, made by `left`"),
    ],
)
def test_what_is_no_handle_is_a_trap(program: list[str], case: int, message: str) -> None:
    done = subprocess.run([*program, str(case)], capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == -6
    assert done.stderr == f"trap: {message}\n"
