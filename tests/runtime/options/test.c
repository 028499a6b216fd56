#include "test.h"
#include "../check.h"

#define SAME(function, type) \
  bool exports_test_options_options_##function(type *maybe_v, type *ret) { \
    if (maybe_v) *ret = *maybe_v; \
    return maybe_v != NULL; \
  }

SAME(a_bool, bool)
SAME(a_u8, uint8_t)
SAME(a_s16, int16_t)
SAME(a_u64, uint64_t)
SAME(a_f32, float)
SAME(a_f64, double)
SAME(a_char, uint32_t)
SAME(text, test_string_t)
SAME(bytes, test_list_u8_t)
SAME(a_tuple, test_tuple2_u8_string_t)
SAME(a_record, exports_test_options_options_pair_t)
SAME(twice, test_option_u32_t)
SAME(thrice, test_option_option_string_t)
SAME(a_result, exports_test_options_options_result_u8_string_t)
SAME(named, test_string_t)

bool exports_test_options_options_alias(exports_test_options_options_again_t *v, test_string_t *ret) {
  if (v->is_some) *ret = v->val;
  return v->is_some;
}

uint32_t exports_test_options_options_several(uint8_t *maybe_a, test_string_t *maybe_b, uint8_t c, double *maybe_d) {
  uint32_t seen = (maybe_a ? *maybe_a : 0u) + (maybe_d && *maybe_d == 0.5 ? 1000u : 0u) + c * 10000u;
  if (maybe_b) {
    seen += IS(*maybe_b, "b") ? 10000000u : 0u;
    test_string_free(maybe_b);
  }
  return seen;
}

void exports_test_options_options_listed(test_list_option_string_t *v, test_list_option_string_t *ret) {
  REVERSE(v, test_option_string_t)
  *ret = *v;
}
