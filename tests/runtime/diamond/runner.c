#include "runner.h"
#include "../check.h"

void exports_runner_run(void) {
  runner_tuple3_u32_u32_string_t all;
  sums_all(&all);
  assert(all.f0 == 1 && all.f1 == 22 && IS(all.f2, "leftright"));
  runner_tuple3_u32_u32_string_free(&all);

  mine_value_t mine;
  mine_get(&mine);
  assert(mine.n == 11 && IS(mine.by, "right"));
  mine_value_free(&mine);
}
