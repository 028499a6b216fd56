#include "test.h"
#include "../check.h"

#define TURN(function, list_t, element_t) \
  void exports_test_fixed_lists_fixed_lists_##function(list_t *v, list_t *ret) { \
    size_t count = sizeof v->items / sizeof *v->items; \
    for (size_t i = 0; i < count; i++) { \
      element_t item = v->items[count - 1 - i]; \
      ret->items[i] = item; \
    } \
  }

TURN(bytes, test_list4_u8_t, uint8_t)
TURN(words, test_list2_s64_t, int64_t)
TURN(names, test_list2_string_t, test_string_t)
TURN(pixels, exports_test_fixed_lists_fixed_lists_list2_pixel_t, exports_test_fixed_lists_fixed_lists_pixel_t)
TURN(options, test_list3_option_u16_t, test_option_u16_t)
TURN(one, test_list1_bool_t, bool)

void exports_test_fixed_lists_fixed_lists_transpose(exports_test_fixed_lists_fixed_lists_matrix_t *m,
                                                    test_list2_list3_f32_t *ret) {
  for (size_t row = 0; row < 3; row++)
    for (size_t column = 0; column < 2; column++) ret->items[column].items[row] = m->items[row].items[column];
}

int64_t exports_test_fixed_lists_fixed_lists_long(test_list20_s32_t *v) {
  int64_t sum = 0;
  for (int i = 0; i < 20; i++) sum += (int64_t)v->items[i] * (i + 1);
  return sum;
}

void exports_test_fixed_lists_fixed_lists_many(test_list_list2_u16_t *v, test_list_list2_u16_t *ret) {
  REVERSE(v, test_list2_u16_t)
  *ret = *v;
}

bool exports_test_fixed_lists_fixed_lists_maybe(test_list2_u8_t *maybe_v, test_list2_u8_t *ret,
                                                test_list1_char32_t *err) {
  if (maybe_v) *ret = *maybe_v;
  else err->items[0] = 0x10FFFF;
  return maybe_v != NULL;
}
