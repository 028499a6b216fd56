#include "test.h"
#include "../check.h"

#define V1(name) exports_other_lib_1_0_0_api_##name
#define V2(name) exports_other_lib_2_1_0_beta_1_build_7_api_##name

void V1(open)(V1(config_t) *c, test_string_t *ret) { *ret = c->name; }

uint32_t V1(number)(void) { return 1; }

bool V2(open)(V2(config_t) *c, test_string_t *ret, uint64_t *err) {
  if (c->size < 100) {
    *ret = c->name;
    return true;
  }
  *err = c->size;
  V2(config_free)(c);
  return false;
}

uint32_t V2(number)(void) { return 2; }
