//@ args = '--no-sig-flattening'
#include "runner.h"
#include "../check.h"

static runner_string_t text(const char *s) {
  runner_string_t made;
  runner_string_set(&made, s);
  return made;
}

#define SCALAR(function, kind, ...) \
  do { \
    runner_option_##kind##_t given = {true, __VA_ARGS__}, got; \
    test_options_options_##function(&given, &got); \
    assert(got.is_some && got.val == given.val); \
    given.is_some = false; \
    test_options_options_##function(&given, &got); \
    assert(!got.is_some); \
  } while (0)

void exports_runner_run(void) {
  SCALAR(a_bool, bool, true);
  SCALAR(a_u8, u8, UINT8_MAX);
  SCALAR(a_s16, s16, INT16_MIN);
  SCALAR(a_u64, u64, UINT64_MAX);
  SCALAR(a_f32, f32, -1.5f);
  SCALAR(a_f64, f64, 1e300);
  SCALAR(a_char, char32, 0x10FFFF);

  runner_option_string_t s = {true, text("some")}, s2;
  test_options_options_text(&s, &s2);
  assert(s2.is_some && IS(s2.val, "some"));
  runner_option_string_free(&s2);
  test_options_options_maybe_text_t named = {true, text("named")}, named2;
  test_options_options_named(&named, &named2);
  assert(named2.is_some && IS(named2.val, "named"));
  test_options_options_maybe_text_free(&named2);
  test_options_options_again_t again2;
  test_options_options_alias(&named, &again2);
  assert(again2.is_some && IS(again2.val, "named"));
  test_options_options_again_free(&again2);

  uint8_t data[] = {1, 2};
  runner_option_list_u8_t b = {true, {data, 2}}, b2;
  test_options_options_bytes(&b, &b2);
  assert(b2.is_some && b2.val.len == 2 && b2.val.ptr[0] == 1 && b2.val.ptr[1] == 2);
  runner_option_list_u8_free(&b2);

  runner_option_tuple2_u8_string_t t = {true, {7, text("seven")}}, t2;
  test_options_options_a_tuple(&t, &t2);
  assert(t2.is_some && t2.val.f0 == 7 && IS(t2.val.f1, "seven"));
  runner_option_tuple2_u8_string_free(&t2);

  test_options_options_option_pair_t p = {true, {{true, 9}, {true, text("nine")}}}, p2;
  test_options_options_a_record(&p, &p2);
  assert(p2.is_some && p2.val.a.is_some && p2.val.a.val == 9 && p2.val.b.is_some && IS(p2.val.b.val, "nine"));
  test_options_options_option_pair_free(&p2);

  runner_option_option_u32_t two = {true, {true, UINT32_MAX}}, two2;
  test_options_options_twice(&two, &two2);
  assert(two2.is_some && two2.val.is_some && two2.val.val == UINT32_MAX);

  runner_option_option_option_string_t three = {true, {true, {true, text("deep")}}}, three2;
  test_options_options_thrice(&three, &three2);
  assert(three2.is_some && three2.val.is_some && three2.val.val.is_some && IS(three2.val.val.val, "deep"));
  runner_option_option_option_string_free(&three2);

  test_options_options_option_result_u8_string_t r = {.is_some = true, .val = {.is_err = false, .val = {.ok = 8}}}, r2;
  test_options_options_a_result(&r, &r2);
  assert(r2.is_some && !r2.val.is_err && r2.val.val.ok == 8);

  runner_option_u8_t a = {true, 200};
  runner_option_string_t word = {true, text("b")};
  runner_option_f64_t d = {true, 0.5};
  assert(test_options_options_several(&a, &word, 3, &d) == 10031200);

  runner_option_string_t items[] = {{true, text("x")}, {false, {NULL, 0}}};
  runner_list_option_string_t l = {items, 2}, l2;
  test_options_options_listed(&l, &l2);
  assert(l2.len == 2 && !l2.ptr[0].is_some && l2.ptr[1].is_some && IS(l2.ptr[1].val, "x"));
  runner_list_option_string_free(&l2);
}
