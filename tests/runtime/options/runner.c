#include "runner.h"
#include "../check.h"
#include <math.h>

static runner_string_t text(const char *s) {
  runner_string_t made;
  runner_string_set(&made, s);
  return made;
}

#define SCALAR(function, type, ...) \
  do { \
    type values[] = {__VA_ARGS__}, got; \
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) \
      assert(test_options_options_##function(&values[i], &got) && got == values[i]); \
    assert(!test_options_options_##function(NULL, &got)); \
  } while (0)

static void scalars(void) {
  SCALAR(a_bool, bool, true, false);
  SCALAR(a_u8, uint8_t, 0, UINT8_MAX);
  SCALAR(a_s16, int16_t, INT16_MIN, INT16_MAX, -1);
  SCALAR(a_u64, uint64_t, 0, UINT64_MAX);
  SCALAR(a_f32, float, 0, -1.5f, INFINITY);
  SCALAR(a_f64, double, 0, -1.5, INFINITY);
  SCALAR(a_char, uint32_t, 'a', 0x10FFFF);
}

static void owning(void) {
  runner_string_t s = text("some ✓"), s2;
  assert(test_options_options_text(&s, &s2) && IS(s2, "some ✓"));
  runner_string_free(&s2);
  assert(!test_options_options_text(NULL, &s2));
  assert(test_options_options_named(&s, &s2) && IS(s2, "some ✓"));
  runner_string_free(&s2);
  assert(!test_options_options_named(NULL, &s2));
  test_options_options_again_t again = {true, s};
  assert(test_options_options_alias(&again, &s2) && IS(s2, "some ✓"));
  runner_string_free(&s2);
  again.is_some = false;
  assert(!test_options_options_alias(&again, &s2));
  s.len = 0;
  assert(test_options_options_text(&s, &s2) && s2.len == 0);
  runner_string_free(&s2);

  uint8_t data[] = {1, 2};
  runner_list_u8_t b = {data, 2}, b2;
  assert(test_options_options_bytes(&b, &b2) && b2.len == 2 && b2.ptr[0] == 1 && b2.ptr[1] == 2);
  runner_list_u8_free(&b2);
  assert(!test_options_options_bytes(NULL, &b2));

  runner_tuple2_u8_string_t t = {7, text("seven")}, t2;
  assert(test_options_options_a_tuple(&t, &t2) && t2.f0 == 7 && IS(t2.f1, "seven"));
  runner_tuple2_u8_string_free(&t2);
  assert(!test_options_options_a_tuple(NULL, &t2));

  test_options_options_pair_t p = {{true, 9}, {true, text("nine")}}, p2;
  assert(test_options_options_a_record(&p, &p2) && p2.a.is_some && p2.a.val == 9);
  assert(p2.b.is_some && IS(p2.b.val, "nine"));
  test_options_options_pair_free(&p2);
  p.a.is_some = p.b.is_some = false;
  assert(test_options_options_a_record(&p, &p2) && !p2.a.is_some && !p2.b.is_some);
  assert(!test_options_options_a_record(NULL, &p2));

  test_options_options_result_u8_string_t r = {.is_err = true, .val = {.err = text("bad")}}, r2;
  assert(test_options_options_a_result(&r, &r2) && r2.is_err && IS(r2.val.err, "bad"));
  test_options_options_result_u8_string_free(&r2);
  assert(!test_options_options_a_result(NULL, &r2));
}

static void nested(void) {
  runner_option_u32_t two = {true, UINT32_MAX}, two2;
  assert(test_options_options_twice(&two, &two2) && two2.is_some && two2.val == UINT32_MAX);
  two.is_some = false;
  assert(test_options_options_twice(&two, &two2) && !two2.is_some);
  assert(!test_options_options_twice(NULL, &two2));

  runner_option_option_string_t three = {true, {true, text("deep")}}, three2;
  assert(test_options_options_thrice(&three, &three2) && three2.is_some && three2.val.is_some);
  assert(IS(three2.val.val, "deep"));
  runner_option_option_string_free(&three2);
  three.val.is_some = false;
  assert(test_options_options_thrice(&three, &three2) && three2.is_some && !three2.val.is_some);
  three.is_some = false;
  assert(test_options_options_thrice(&three, &three2) && !three2.is_some);
  assert(!test_options_options_thrice(NULL, &three2));
}

static void several(void) {
  uint8_t a = 200;
  double d = 0.5;
  runner_string_t b = text("b");
  assert(test_options_options_several(&a, &b, 3, &d) == 10031200);
  assert(test_options_options_several(NULL, &b, 3, NULL) == 10030000);
  assert(test_options_options_several(&a, NULL, 0, &d) == 1200);
  assert(test_options_options_several(NULL, NULL, 0, NULL) == 0);

  runner_option_string_t items[] = {{true, text("x")}, {false, {NULL, 0}}, {true, text("")}};
  runner_list_option_string_t l = {items, 3}, l2;
  test_options_options_listed(&l, &l2);
  assert(l2.len == 3 && l2.ptr[0].is_some && l2.ptr[0].val.len == 0 && !l2.ptr[1].is_some);
  assert(l2.ptr[2].is_some && IS(l2.ptr[2].val, "x"));
  runner_list_option_string_free(&l2);
}

void exports_runner_run(void) {
  scalars();
  owning();
  nested();
  several();
}
