#include "test.h"
#include "../check.h"

#define NAME(name) exports_test_variants_variants_##name

#define SAME(function, type) \
  void NAME(function)(NAME(type) *v, NAME(type) *ret) { *ret = *v; }

SAME(a_i32_f32, i32_f32_t)
SAME(a_i64_f64, i64_f64_t)
SAME(a_f32_f64, f32_f64_t)
SAME(a_f32_i64, f32_i64_t)
SAME(a_text_u64, text_u64_t)
SAME(a_text_f32, text_f32_t)
SAME(a_text_f64, text_f64_t)
SAME(a_list_tuple, list_tuple_t)
SAME(a_length_f32, length_f32_t)
SAME(a_small, small_t)
SAME(a_many, many_t)
SAME(an_outer, outer_t)
SAME(an_alone, alone_t)
SAME(a_plain, plain_t)

void NAME(listed)(NAME(list_many_t) *v, NAME(list_many_t) *ret) {
  REVERSE(v, NAME(many_t))
  *ret = *v;
}

void NAME(fields)(NAME(tuple3_u8_i64_f64_text_u64_t) *v, NAME(tuple3_text_u64_i64_f64_u8_t) *ret) {
  ret->f0 = v->f2;
  ret->f1 = v->f1;
  ret->f2 = v->f0;
}

void NAME(kinds)(NAME(i32_f32_t) *a, NAME(text_f64_t) *b, NAME(plain_t) *c, test_tuple3_u8_u8_u8_t *ret) {
  ret->f0 = a->tag;
  ret->f1 = b->tag;
  ret->f2 = c->tag;
  NAME(text_f64_free)(b);
}
