#include "runner.h"
#include "../check.h"

static runner_string_t text(const char *s) {
  runner_string_t made;
  runner_string_set(&made, s);
  return made;
}

void exports_runner_run(void) {
  left_amount_t amount = {7, text("m")}, got;
  right_amount_t nothing = {0, text("")}, got_right;
  runner_string_t left = text("left"), right = text("right");

  assert(left_set(&amount) == LEFT_STATE_FULL);
  assert(!right_get(&right, &got_right));
  assert(right_set(&amount) == RIGHT_STATE_FULL);
  assert(left_get(&left, &got) && got.value == 7 && IS(got.unit, "left"));
  left_amount_free(&got);
  assert(right_get(&right, &got_right) && got_right.value == 70 && IS(got_right.unit, "right"));
  right_amount_free(&got_right);
  assert(!left_get(&right, &got));
  assert(right_set(&nothing) == RIGHT_STATE_EMPTY && !right_get(&right, &got_right));
}
