#include "runner.h"
#include "../check.h"

#define NAME(name) test_enums_flags_enums_flags_##name
#define CASE(name) TEST_ENUMS_FLAGS_ENUMS_FLAGS_##name

static void enums(void) {
  assert(CASE(LONE_ONLY) == 0 && CASE(WEEKDAY_SUNDAY) == 6 && CASE(NARROW_N255) == 255 && CASE(WIDE_W256) == 256);
  assert(sizeof(NAME(weekday_t)) == 1 && sizeof(NAME(narrow_t)) == 1 && sizeof(NAME(wide_t)) == 2);
  assert(NAME(same_lone)(CASE(LONE_ONLY)) == CASE(LONE_ONLY));
  assert(NAME(next)(CASE(WEEKDAY_MONDAY)) == CASE(WEEKDAY_TUESDAY));
  assert(NAME(next)(CASE(WEEKDAY_SUNDAY)) == CASE(WEEKDAY_MONDAY));
  assert(NAME(next_narrow)(CASE(NARROW_N254)) == CASE(NARROW_N255));
  assert(NAME(next_narrow)(CASE(NARROW_N255)) == CASE(NARROW_N0));
  assert(NAME(next_wide)(CASE(WIDE_W255)) == CASE(WIDE_W256));
  assert(NAME(next_wide)(CASE(WIDE_W256)) == CASE(WIDE_W0));
}

static void flags(void) {
  assert(CASE(F1_B0) == 1 && CASE(F9_B8) == 1 << 8 && CASE(F17_B16) == 1 << 16);
  assert((uint32_t)CASE(F_ALL_B31) == 0x80000000);
  assert(sizeof(NAME(f8_t)) == 1 && sizeof(NAME(f9_t)) == 2 && sizeof(NAME(f16_t)) == 2);
  assert(sizeof(NAME(f17_t)) == 4 && sizeof(NAME(f_all_t)) == 4);
  assert(NAME(not1)(0) == CASE(F1_B0) && NAME(not1)(CASE(F1_B0)) == 0);
  assert(NAME(not8)(0x55) == 0xaa && NAME(not8)(0xff) == 0);
  assert(NAME(not9)(0x55) == 0x1aa && NAME(not9)(0x1ff) == 0);
  assert(NAME(not16)(0x5555) == 0xaaaa && NAME(not16)(0) == 0xffff);
  assert(NAME(not17)(0x5555) == 0x1aaaa && NAME(not17)(0x1ffff) == 0);
  assert(NAME(not32)(0x55555555) == 0xaaaaaaaa && NAME(not32)(0) == 0xffffffff);
  assert(NAME(count)(0xff, 0xffff, 0xffffffff) == 56 && NAME(count)(CASE(F8_B7), CASE(F16_B15), CASE(F_ALL_B31)) == 3);
}

static void inside(void) {
  NAME(both_t) both = {CASE(WEEKDAY_FRIDAY), CASE(F1_B0), CASE(F17_B16) | CASE(F17_B1), CASE(WIDE_W256)}, both2;
  NAME(same_both)(&both, &both2);
  assert(both2.day == both.day && both2.low == both.low && both2.many == both.many && both2.big == both.big);

  NAME(weekday_t) d[] = {CASE(WEEKDAY_SUNDAY), CASE(WEEKDAY_MONDAY)};
  NAME(f_all_t) s[] = {CASE(F_ALL_B31), UINT32_MAX};
  NAME(list_weekday_t) days = {d, 2};
  NAME(list_f_all_t) sets = {s, 2};
  NAME(list_in_memory_t) got;
  NAME(lists)(&days, &sets, &got);
  assert(got.len == 2 && got.ptr[0].day == d[0] && got.ptr[1].day == d[1]);
  assert(got.ptr[0].full == s[0] && got.ptr[1].full == s[1] && got.ptr[0].low == CASE(F9_B8));
  assert(got.ptr[1].big == CASE(WIDE_W256) && got.ptr[1].last == CASE(NARROW_N255));
  NAME(list_in_memory_free)(&got);

  NAME(f9_t) low;
  NAME(wide_t) error;
  NAME(weekday_t) day = CASE(WEEKDAY_TUESDAY);
  assert(NAME(options)(&day, &low, &error) && low == (CASE(F9_B1) | CASE(F9_B8)));
  assert(!NAME(options)(NULL, &low, &error) && error == CASE(WIDE_W256));
}

void exports_runner_run(void) {
  enums();
  flags();
  inside();
}
