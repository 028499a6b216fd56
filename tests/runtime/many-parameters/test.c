#include "test.h"
#include "../check.h"

#define NAME(name) exports_test_many_parameters_many_parameters_##name

uint64_t NAME(sixteen)(uint8_t a1, int8_t a2, uint16_t a3, int16_t a4, uint32_t a5, int32_t a6, uint64_t a7,
                       int64_t a8, float a9, double a10, bool a11, uint32_t a12, uint8_t a13, uint16_t a14,
                       uint32_t a15, uint64_t a16) {
  assert(a1 == 255 && a2 == -128 && a3 == 65535 && a4 == -32768 && a5 == UINT32_MAX && a6 == INT32_MIN);
  assert(a7 == UINT64_MAX && a8 == INT64_MIN && a9 == 9.5f && a10 == -10.25 && a11 && a12 == 0x10FFFF);
  return (uint64_t)a13 + a14 + a15 + a16;
}

double NAME(seventeen)(uint8_t a1, int8_t a2, uint16_t a3, int16_t a4, uint32_t a5, int32_t a6, uint64_t a7,
                       int64_t a8, float a9, double a10, bool a11, uint32_t a12, uint8_t a13, uint16_t a14,
                       uint32_t a15, uint64_t a16, int8_t a17) {
  assert(a1 == 255 && a2 == -128 && a3 == 65535 && a4 == -32768 && a5 == UINT32_MAX && a6 == INT32_MIN);
  assert(a7 == UINT64_MAX && a8 == INT64_MIN && a9 == 9.5f && a10 == -10.25 && !a11 && a12 == 0x10FFFF);
  return (double)a13 + a14 + a15 + (double)a16 + a17;
}

void NAME(strings)(test_string_t *a, test_string_t *b, test_string_t *c, test_string_t *d, test_string_t *e,
                   test_string_t *f, test_string_t *g, test_string_t *h, test_string_t *i, test_string_t *ret) {
  test_string_t *all[] = {a, b, c, d, e, f, g, h, i};
  size_t length = 0, at = 0;
  for (int k = 0; k < 9; k++) length += all[k]->len;
  LIST(ret, length);
  for (int k = 0; k < 9; k++) {
    if (all[k]->len) memcpy(ret->ptr + at, all[k]->ptr, all[k]->len);
    at += all[k]->len;
    test_string_free(all[k]);
  }
}

void NAME(mixed)(NAME(block_t) *a, test_list_string_t *b, NAME(any_t) *c, test_string_t *maybe_d,
                 NAME(result_list_u8_block_t) *e, NAME(tuple2_u8_block_t) *f,
                 NAME(tuple4_block_any_list_string_string_t) *ret) {
  if (e->is_err) {
    ret->f0 = e->val.err;
    NAME(block_free)(a);
  } else {
    ret->f0 = *a;
    ret->f0.a = e->val.ok.ptr[0];
    test_list_u8_free(&e->val.ok);
  }
  ret->f1 = *c;
  ret->f2 = *b;
  if (maybe_d) ret->f3 = *maybe_d;
  else test_string_dup_n(&ret->f3, (const char *)f->f1.d.ptr, f->f1.d.len);
  NAME(tuple2_u8_block_free)(f);
}

void NAME(records)(NAME(block_t) *a, NAME(block_t) *b, NAME(block_t) *c, NAME(list_block_t) *ret) {
  LIST(ret, 3);
  ret->ptr[0] = *c;
  ret->ptr[1] = *b;
  ret->ptr[2] = *a;
}
