#include "runner.h"
#include "../check.h"

#define NAME(name) test_many_parameters_many_parameters_##name
#define CASE(name) TEST_MANY_PARAMETERS_MANY_PARAMETERS_##name

static runner_string_t text(const char *s) {
  runner_string_t made;
  runner_string_set(&made, s);
  return made;
}

static NAME(block_t) block(uint8_t n, const char *name) {
  NAME(block_t) made = {n, UINT64_MAX - n, (float)n / 2, text(name), {n % 2 == 0, n}};
  return made;
}

static bool is(const NAME(block_t) *v, uint8_t n, const char *name) {
  return v->a == n && v->b == UINT64_MAX - n && v->c == (float)n / 2 && v->e.is_some == (n % 2 == 0) &&
         (!v->e.is_some || v->e.val == n) && same_bytes(v->d.ptr, v->d.len, name, strlen(name));
}

static void scalars(void) {
  assert(NAME(sixteen)(255, -128, 65535, -32768, UINT32_MAX, INT32_MIN, UINT64_MAX, INT64_MIN, 9.5f, -10.25, true,
                       0x10FFFF, 13, 14, 15, 16) == 58);
  assert(NAME(seventeen)(255, -128, 65535, -32768, UINT32_MAX, INT32_MIN, UINT64_MAX, INT64_MIN, 9.5f, -10.25, false,
                         0x10FFFF, 13, 14, 15, 16, -17) == 41);
}

static void owning(void) {
  runner_string_t a = text("a"), none = text(""), b = text("bé"), got;
  NAME(strings)(&a, &none, &b, &b, &a, &none, &a, &none, &b, &got);
  assert(IS(got, "abébéaabé"));
  runner_string_free(&got);

  runner_string_t words[] = {text("one"), text("two")};
  runner_list_string_t list = {words, 2};
  uint8_t bytes[] = {42};
  NAME(block_t) one = block(1, "one");
  NAME(any_t) any = {.tag = CASE(ANY_TEXT), .val = {.text = text("any")}};
  NAME(result_list_u8_block_t) result = {.is_err = false, .val = {.ok = {bytes, 1}}};
  NAME(tuple2_u8_block_t) pair = {2, block(2, "two")};
  NAME(tuple4_block_any_list_string_string_t) all;
  NAME(mixed)(&one, &list, &any, &a, &result, &pair, &all);
  assert(all.f0.a == 42 && all.f0.b == UINT64_MAX - 1 && !all.f0.e.is_some && IS(all.f0.d, "one"));
  assert(all.f1.tag == CASE(ANY_TEXT) && IS(all.f1.val.text, "any"));
  assert(all.f2.len == 2 && IS(all.f2.ptr[0], "one") && IS(all.f2.ptr[1], "two") && IS(all.f3, "a"));
  NAME(tuple4_block_any_list_string_string_free)(&all);

  result.is_err = true;
  result.val.err = block(3, "three");
  any.tag = CASE(ANY_BIG);
  any.val.big = -1e300;
  list.len = 0;
  NAME(mixed)(&one, &list, &any, NULL, &result, &pair, &all);
  assert(is(&all.f0, 3, "three") && all.f1.tag == CASE(ANY_BIG) && all.f1.val.big == -1e300);
  assert(all.f2.len == 0 && IS(all.f3, "two"));
  NAME(tuple4_block_any_list_string_string_free)(&all);

  NAME(block_t) x = block(10, "x"), y = block(11, ""), z = block(12, "z");
  NAME(list_block_t) blocks;
  NAME(records)(&x, &y, &z, &blocks);
  assert(blocks.len == 3 && is(&blocks.ptr[0], 12, "z") && is(&blocks.ptr[1], 11, "") && is(&blocks.ptr[2], 10, "x"));
  NAME(list_block_free)(&blocks);
}

void exports_runner_run(void) {
  scalars();
  owning();
}
