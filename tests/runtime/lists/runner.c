#include "runner.h"
#include "../check.h"
#include <math.h>

/* A list of scalars comes back to front, and so does an empty one, whatever its pointer. */
#define TURN(function, kind, element_t, ...) \
  do { \
    element_t values[] = {__VA_ARGS__}; \
    size_t count = sizeof values / sizeof *values; \
    runner_list_##kind##_t given = {values, count}, none = {NULL, 0}, got; \
    test_lists_lists_##function(&given, &got); \
    assert(got.len == count); \
    for (size_t i = 0; i < count; i++) assert(got.ptr[i] == values[count - 1 - i]); \
    runner_list_##kind##_free(&got); \
    test_lists_lists_##function(&none, &got); \
    assert(got.len == 0); \
    runner_list_##kind##_free(&got); \
  } while (0)

static runner_string_t text(const char *s) {
  runner_string_t made;
  runner_string_set(&made, s);
  return made;
}

static void scalars(void) {
  TURN(bools, bool, bool, true, true, false);
  TURN(u8s, u8, uint8_t, 0, 1, UINT8_MAX);
  TURN(s8s, s8, int8_t, INT8_MIN, -1, 0, INT8_MAX);
  TURN(u16s, u16, uint16_t, 0, 1, UINT16_MAX);
  TURN(s16s, s16, int16_t, INT16_MIN, -1, INT16_MAX);
  TURN(u32s, u32, uint32_t, 0, 1, UINT32_MAX);
  TURN(s32s, s32, int32_t, INT32_MIN, -1, INT32_MAX);
  TURN(u64s, u64, uint64_t, 0, 1, UINT64_MAX);
  TURN(s64s, s64, int64_t, INT64_MIN, -1, INT64_MAX);
  TURN(f32s, f32, float, 0, -1.5f, INFINITY);
  TURN(f64s, f64, double, 0, -1.5, -INFINITY);
  TURN(chars, char32, uint32_t, 'a', 0xD7FF, 0xE000, 0x10FFFF);
}

static void named(void) {
  test_lists_lists_color_t c[] = {TEST_LISTS_LISTS_COLOR_BLUE, TEST_LISTS_LISTS_COLOR_RED};
  test_lists_lists_list_color_t colors = {c, 2}, colors2;
  test_lists_lists_colors(&colors, &colors2);
  assert(colors2.len == 2 && colors2.ptr[0] == TEST_LISTS_LISTS_COLOR_RED);
  assert(colors2.ptr[1] == TEST_LISTS_LISTS_COLOR_BLUE);
  test_lists_lists_list_color_free(&colors2);

  test_lists_lists_access_t a[] = {TEST_LISTS_LISTS_ACCESS_READ | TEST_LISTS_LISTS_ACCESS_WRITE, 0};
  test_lists_lists_list_access_t accesses = {a, 2}, accesses2;
  test_lists_lists_accesses(&accesses, &accesses2);
  assert(accesses2.len == 2 && accesses2.ptr[0] == 0 && accesses2.ptr[1] == a[0]);
  test_lists_lists_list_access_free(&accesses2);

  test_lists_lists_padded_t p[] = {{1, UINT64_MAX, 2}, {3, 4, UINT16_MAX}, {UINT8_MAX, 0, 0}};
  test_lists_lists_list_padded_t padded = {p, 3}, padded2;
  test_lists_lists_padded_ones(&padded, &padded2);
  assert(padded2.len == 3);
  for (size_t i = 0; i < 3; i++) {
    assert(padded2.ptr[i].a == p[2 - i].a && padded2.ptr[i].b == p[2 - i].b && padded2.ptr[i].c == p[2 - i].c);
  }
  test_lists_lists_list_padded_free(&padded2);

  int16_t scores[] = {-5, 12};
  test_lists_lists_person_t people[] = {{text("Ada"), {scores, 2}}, {text(""), {NULL, 0}}};
  test_lists_lists_list_person_t persons = {people, 2}, persons2;
  test_lists_lists_persons(&persons, &persons2);
  assert(persons2.len == 2 && persons2.ptr[0].name.len == 0 && persons2.ptr[0].scores.len == 0);
  assert(IS(persons2.ptr[1].name, "Ada") && persons2.ptr[1].scores.len == 2);
  assert(persons2.ptr[1].scores.ptr[0] == -5 && persons2.ptr[1].scores.ptr[1] == 12);
  test_lists_lists_list_person_free(&persons2);

  test_lists_lists_shape_t s[3] = {{.tag = TEST_LISTS_LISTS_SHAPE_NONE},
                                   {.tag = TEST_LISTS_LISTS_SHAPE_CIRCLE, .val = {.circle = 2.5}},
                                   {.tag = TEST_LISTS_LISTS_SHAPE_LABEL, .val = {.label = text("L")}}};
  test_lists_lists_list_shape_t shapes = {s, 3}, shapes2;
  test_lists_lists_shapes(&shapes, &shapes2);
  assert(shapes2.len == 3 && shapes2.ptr[2].tag == TEST_LISTS_LISTS_SHAPE_NONE);
  assert(shapes2.ptr[1].tag == TEST_LISTS_LISTS_SHAPE_CIRCLE && shapes2.ptr[1].val.circle == 2.5);
  assert(shapes2.ptr[0].tag == TEST_LISTS_LISTS_SHAPE_LABEL && IS(shapes2.ptr[0].val.label, "L"));
  test_lists_lists_list_shape_free(&shapes2);
}

static void anonymous(void) {
  runner_tuple3_u8_string_u32_t t[] = {{1, text("one"), UINT32_MAX}, {2, text("two"), 0}};
  runner_list_tuple3_u8_string_u32_t tuples = {t, 2}, tuples2;
  test_lists_lists_tuples(&tuples, &tuples2);
  assert(tuples2.len == 2 && tuples2.ptr[0].f0 == 2 && IS(tuples2.ptr[0].f1, "two") && tuples2.ptr[0].f2 == 0);
  assert(tuples2.ptr[1].f0 == 1 && IS(tuples2.ptr[1].f1, "one") && tuples2.ptr[1].f2 == UINT32_MAX);
  runner_list_tuple3_u8_string_u32_free(&tuples2);

  runner_option_u16_t o[] = {{true, 7}, {false, 0}, {true, UINT16_MAX}};
  runner_list_option_u16_t options = {o, 3}, options2;
  test_lists_lists_options(&options, &options2);
  assert(options2.len == 3 && options2.ptr[0].is_some && options2.ptr[0].val == UINT16_MAX);
  assert(!options2.ptr[1].is_some && options2.ptr[2].is_some && options2.ptr[2].val == 7);
  runner_list_option_u16_free(&options2);

  test_lists_lists_result_string_u8_t r[2] = {{.is_err = false, .val = {.ok = text("fine")}},
                                              {.is_err = true, .val = {.err = 9}}};
  test_lists_lists_list_result_string_u8_t results = {r, 2}, results2;
  test_lists_lists_results(&results, &results2);
  assert(results2.len == 2 && results2.ptr[0].is_err && results2.ptr[0].val.err == 9);
  assert(!results2.ptr[1].is_err && IS(results2.ptr[1].val.ok, "fine"));
  test_lists_lists_list_result_string_u8_free(&results2);

  uint16_t leaf[] = {1, 2, 3};
  runner_list_u16_t inner[] = {{leaf, 3}, {NULL, 0}};
  runner_list_list_u16_t middle[] = {{inner, 2}, {NULL, 0}, {inner, 1}};
  runner_list_list_list_u16_t nested = {middle, 3}, nested2;
  test_lists_lists_nested(&nested, &nested2);
  assert(nested2.len == 3 && nested2.ptr[0].len == 1 && nested2.ptr[1].len == 0 && nested2.ptr[2].len == 2);
  assert(nested2.ptr[0].ptr[0].len == 3 && nested2.ptr[0].ptr[0].ptr[0] == 1 && nested2.ptr[0].ptr[0].ptr[2] == 3);
  assert(nested2.ptr[2].ptr[0].len == 3 && nested2.ptr[2].ptr[0].ptr[1] == 2 && nested2.ptr[2].ptr[1].len == 0);
  runner_list_list_list_u16_free(&nested2);
}

static void large(void) {
  runner_list_u32_t many;
  test_lists_lists_iota(1000000, &many);
  assert(many.len == 1000000 && many.ptr[0] == 0 && many.ptr[999999] == 999999);
  assert(test_lists_lists_sum(&many) == UINT64_C(499999500000));
  runner_list_u32_free(&many);
  test_lists_lists_iota(0, &many);
  assert(many.len == 0 && test_lists_lists_sum(&many) == 0);
  runner_list_u32_free(&many);

  uint8_t bytes[300] = {0};
  runner_list_u8_t a = {bytes, 300}, b = {bytes, 1};
  runner_tuple2_u32_u32_t lengths;
  test_lists_lists_two(&a, &b, &lengths);
  assert(lengths.f0 == 300 && lengths.f1 == 1);
}

void exports_runner_run(void) {
  scalars();
  named();
  anonymous();
  large();
}
