#include "runner.h"
#include "../check.h"

static bool by_a(a_own_thing_t of, const char *wanted) {
  runner_string_t name;
  a_method_thing_by(a_borrow_thing(of), &name);
  bool same = same_bytes(name.ptr, name.len, wanted, strlen(wanted));
  runner_string_free(&name);
  return same;
}

static bool by_b(b_own_thing_t of, const char *wanted) {
  runner_string_t name;
  b_method_thing_by(b_borrow_thing(of), &name);
  bool same = same_bytes(name.ptr, name.len, wanted, strlen(wanted));
  runner_string_free(&name);
  return same;
}

void exports_runner_run(void) {
  a_own_thing_t mine = a_constructor_thing(1);
  b_own_thing_t other = b_constructor_thing(1);
  assert(a_alive() == 1 && b_alive() == 1);
  assert(by_a(mine, "left") && by_b(other, "right"));
  assert(a_method_thing_more(a_borrow_thing(mine), 2) == 3 && b_method_thing_more(b_borrow_thing(other), 2) == 201);

#ifndef __wasm__
  /* The handle of one called through the other: its maker's code runs, and ends it. */
  a_own_thing_t stray = {other.__handle};
  assert(by_a(stray, "right"));
  assert(a_method_thing_more(a_borrow_thing(stray), 1) == 301);
  a_thing_drop_own(stray);
#else
  b_thing_drop_own(other);
#endif
  assert(a_alive() == 1 && b_alive() == 0);
  a_thing_drop_own(mine);
  assert(a_alive() == 0);
}
