//@ args = '--no-sig-flattening'
#include "test.h"
#include "../check.h"

#define SAME(function, type) \
  void exports_test_options_options_##function(type *v, type *ret) { *ret = *v; }

SAME(a_bool, test_option_bool_t)
SAME(a_u8, test_option_u8_t)
SAME(a_s16, test_option_s16_t)
SAME(a_u64, test_option_u64_t)
SAME(a_f32, test_option_f32_t)
SAME(a_f64, test_option_f64_t)
SAME(a_char, test_option_char32_t)
SAME(text, test_option_string_t)
SAME(bytes, test_option_list_u8_t)
SAME(a_tuple, test_option_tuple2_u8_string_t)
SAME(a_record, exports_test_options_options_option_pair_t)
SAME(twice, test_option_option_u32_t)
SAME(thrice, test_option_option_option_string_t)
SAME(a_result, exports_test_options_options_option_result_u8_string_t)
SAME(named, exports_test_options_options_maybe_text_t)
SAME(alias, exports_test_options_options_again_t)

uint32_t exports_test_options_options_several(test_option_u8_t *a, test_option_string_t *b, uint8_t c,
                                              test_option_f64_t *d) {
  uint32_t seen = (a->is_some ? a->val : 0u) + (d->is_some && d->val == 0.5 ? 1000u : 0u) + c * 10000u;
  seen += b->is_some && IS(b->val, "b") ? 10000000u : 0u;
  test_option_string_free(b);
  return seen;
}

void exports_test_options_options_listed(test_list_option_string_t *v, test_list_option_string_t *ret) {
  REVERSE(v, test_option_string_t)
  *ret = *v;
}
