#include "runner.h"
#include "../check.h"

#define V1(name) other_lib_1_0_0_api_##name
#define V2(name) other_lib_2_1_0_beta_1_build_7_api_##name

void exports_runner_run(void) {
  runner_string_t got;
  uint64_t size;
  V1(config_t) one;
  runner_string_set(&one.name, "first");
  V1(open)(&one, &got);
  assert(IS(got, "first"));
  runner_string_free(&got);

  V2(config_t) two = {one.name, 99};
  assert(V2(open)(&two, &got, &size) && IS(got, "first"));
  runner_string_free(&got);
  two.size = UINT64_MAX;
  assert(!V2(open)(&two, &got, &size) && size == UINT64_MAX);

  assert(V1(number)() == 1 && V2(number)() == 2);
}
