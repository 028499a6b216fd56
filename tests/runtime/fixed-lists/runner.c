#include "runner.h"
#include "../check.h"

static runner_string_t text(const char *s) {
  runner_string_t made;
  runner_string_set(&made, s);
  return made;
}

void exports_runner_run(void) {
  runner_list4_u8_t bytes = {{1, 2, 3, 255}}, bytes2;
  test_fixed_lists_fixed_lists_bytes(&bytes, &bytes2);
  assert(bytes2.items[0] == 255 && bytes2.items[1] == 3 && bytes2.items[2] == 2 && bytes2.items[3] == 1);

  runner_list2_s64_t words = {{INT64_MIN, INT64_MAX}}, words2;
  test_fixed_lists_fixed_lists_words(&words, &words2);
  assert(words2.items[0] == INT64_MAX && words2.items[1] == INT64_MIN);

  runner_list2_string_t names = {{text("left"), text("")}}, names2;
  test_fixed_lists_fixed_lists_names(&names, &names2);
  assert(IS(names2.items[0], "") && IS(names2.items[1], "left"));
  runner_list2_string_free(&names2);

  test_fixed_lists_fixed_lists_list2_pixel_t pixels = {{{{{1, 2, 3}}, 4}, {{{5, 6, 7}}, 8}}}, pixels2;
  test_fixed_lists_fixed_lists_pixels(&pixels, &pixels2);
  assert(pixels2.items[0].rgb.items[0] == 5 && pixels2.items[0].rgb.items[2] == 7 && pixels2.items[0].alpha == 8);
  assert(pixels2.items[1].rgb.items[0] == 1 && pixels2.items[1].rgb.items[1] == 2 && pixels2.items[1].alpha == 4);

  runner_list3_option_u16_t options = {{{true, 1}, {false, 0}, {true, UINT16_MAX}}}, options2;
  test_fixed_lists_fixed_lists_options(&options, &options2);
  assert(options2.items[0].is_some && options2.items[0].val == UINT16_MAX && !options2.items[1].is_some);
  assert(options2.items[2].is_some && options2.items[2].val == 1);

  runner_list1_bool_t one = {{true}}, one2;
  test_fixed_lists_fixed_lists_one(&one, &one2);
  assert(one2.items[0]);

  test_fixed_lists_fixed_lists_matrix_t matrix = {{{{1, 2}}, {{3, 4}}, {{5, 6}}}};
  runner_list2_list3_f32_t turned;
  test_fixed_lists_fixed_lists_transpose(&matrix, &turned);
  assert(turned.items[0].items[0] == 1 && turned.items[0].items[1] == 3 && turned.items[0].items[2] == 5);
  assert(turned.items[1].items[0] == 2 && turned.items[1].items[1] == 4 && turned.items[1].items[2] == 6);

  runner_list20_s32_t twenty;
  int64_t sum = 0;
  for (int i = 0; i < 20; i++) {
    twenty.items[i] = INT32_MIN + i;
    sum += (int64_t)twenty.items[i] * (i + 1);
  }
  assert(test_fixed_lists_fixed_lists_long(&twenty) == sum);

  runner_list2_u16_t pairs[] = {{{1, 2}}, {{3, UINT16_MAX}}};
  runner_list_list2_u16_t many = {pairs, 2}, many2;
  test_fixed_lists_fixed_lists_many(&many, &many2);
  assert(many2.len == 2 && many2.ptr[0].items[0] == 3 && many2.ptr[0].items[1] == UINT16_MAX);
  assert(many2.ptr[1].items[0] == 1 && many2.ptr[1].items[1] == 2);
  runner_list_list2_u16_free(&many2);

  runner_list2_u8_t two = {{7, 9}}, got;
  runner_list1_char32_t none;
  assert(test_fixed_lists_fixed_lists_maybe(&two, &got, &none) && got.items[0] == 7 && got.items[1] == 9);
  assert(!test_fixed_lists_fixed_lists_maybe(NULL, &got, &none) && none.items[0] == 0x10FFFF);
}
