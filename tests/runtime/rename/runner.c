//@ args = '--rename test:rename/long-interface-name@1.2.0=l --rename test:rename/other@1.2.0=o'
#include "runner.h"
#include "../check.h"

void exports_runner_run(void) {
  l_value_t v, got;
  runner_string_set(&v.text, "ab");
  l_twice(&v, &got);
  assert(IS(got.text, "abab") && o_length(&got) == 4);
  l_value_free(&got);
  assert(plain_next(255) == 0);
}
