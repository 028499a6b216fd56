#include "test.h"
#include "../check.h"

#define NAME(name) exports_test_enums_flags_enums_flags_##name

NAME(lone_t) NAME(same_lone)(NAME(lone_t) v) { return v; }
NAME(weekday_t) NAME(next)(NAME(weekday_t) v) { return (NAME(weekday_t))((v + 1) % 7); }
NAME(narrow_t) NAME(next_narrow)(NAME(narrow_t) v) { return (NAME(narrow_t))((v + 1) % 256); }
NAME(wide_t) NAME(next_wide)(NAME(wide_t) v) { return (NAME(wide_t))((v + 1) % 257); }

NAME(f1_t) NAME(not1)(NAME(f1_t) v) { return v ^ 1; }
NAME(f8_t) NAME(not8)(NAME(f8_t) v) { return v ^ 0xff; }
NAME(f9_t) NAME(not9)(NAME(f9_t) v) { return v ^ 0x1ff; }
NAME(f16_t) NAME(not16)(NAME(f16_t) v) { return v ^ 0xffff; }
NAME(f17_t) NAME(not17)(NAME(f17_t) v) { return v ^ 0x1ffff; }
NAME(f_all_t) NAME(not32)(NAME(f_all_t) v) { return v ^ 0xffffffff; }

void NAME(same_both)(NAME(both_t) *v, NAME(both_t) *ret) { *ret = *v; }

void NAME(lists)(NAME(list_weekday_t) *days, NAME(list_f_all_t) *sets, NAME(list_in_memory_t) *ret) {
  assert(days->len == sets->len);
  LIST(ret, days->len);
  for (size_t i = 0; i < days->len; i++) {
    NAME(in_memory_t) one = {days->ptr[i], 1 << 8, sets->ptr[i], 256, 255};
    ret->ptr[i] = one;
  }
  NAME(list_weekday_free)(days);
  NAME(list_f_all_free)(sets);
}

bool NAME(options)(NAME(weekday_t) *maybe_v, NAME(f9_t) *ret, NAME(wide_t) *err) {
  if (maybe_v) *ret = (NAME(f9_t))(1 << *maybe_v | 1 << 8);
  else *err = 256;
  return maybe_v != NULL;
}

uint32_t NAME(count)(NAME(f8_t) a, NAME(f16_t) b, NAME(f_all_t) c) {
  uint32_t bits = 0;
  for (int i = 0; i < 32; i++) bits += (a >> i & 1u) + (b >> i & 1u) + (c >> i & 1u);
  return bits;
}
