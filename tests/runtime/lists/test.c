#include "test.h"
#include "../check.h"

#define TURN(function, list_t, element_t) \
  void exports_test_lists_lists_##function(list_t *v, list_t *ret) { \
    REVERSE(v, element_t) \
    *ret = *v; \
  }

TURN(bools, test_list_bool_t, bool)
TURN(u8s, test_list_u8_t, uint8_t)
TURN(s8s, test_list_s8_t, int8_t)
TURN(u16s, test_list_u16_t, uint16_t)
TURN(s16s, test_list_s16_t, int16_t)
TURN(u32s, test_list_u32_t, uint32_t)
TURN(s32s, test_list_s32_t, int32_t)
TURN(u64s, test_list_u64_t, uint64_t)
TURN(s64s, test_list_s64_t, int64_t)
TURN(f32s, test_list_f32_t, float)
TURN(f64s, test_list_f64_t, double)
TURN(chars, test_list_char32_t, uint32_t)
TURN(colors, exports_test_lists_lists_list_color_t, exports_test_lists_lists_color_t)
TURN(accesses, exports_test_lists_lists_list_access_t, exports_test_lists_lists_access_t)
TURN(padded_ones, exports_test_lists_lists_list_padded_t, exports_test_lists_lists_padded_t)
TURN(persons, exports_test_lists_lists_list_person_t, exports_test_lists_lists_person_t)
TURN(shapes, exports_test_lists_lists_list_shape_t, exports_test_lists_lists_shape_t)
TURN(tuples, test_list_tuple3_u8_string_u32_t, test_tuple3_u8_string_u32_t)
TURN(options, test_list_option_u16_t, test_option_u16_t)
TURN(results, exports_test_lists_lists_list_result_string_u8_t, exports_test_lists_lists_result_string_u8_t)
TURN(nested, test_list_list_list_u16_t, test_list_list_u16_t)

void exports_test_lists_lists_iota(uint32_t count, test_list_u32_t *ret) {
  LIST(ret, count);
  for (uint32_t i = 0; i < count; i++) ret->ptr[i] = i;
}

uint64_t exports_test_lists_lists_sum(test_list_u32_t *v) {
  uint64_t sum = 0;
  for (size_t i = 0; i < v->len; i++) sum += v->ptr[i];
  test_list_u32_free(v);
  return sum;
}

void exports_test_lists_lists_two(test_list_u8_t *a, test_list_u8_t *b, test_tuple2_u32_u32_t *ret) {
  ret->f0 = (uint32_t)a->len;
  ret->f1 = (uint32_t)b->len;
  test_list_u8_free(a);
  test_list_u8_free(b);
}
