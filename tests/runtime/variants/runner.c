#include "runner.h"
#include "../check.h"
#include <math.h>

#define NAME(name) test_variants_variants_##name
#define CASE(name) TEST_VARIANTS_VARIANTS_##name

static runner_string_t text(const char *s) {
  runner_string_t made;
  runner_string_set(&made, s);
  return made;
}

/* Send `member = value` of a variant and compare what comes back. */
#define ROUND(type, TYPE, member, MEMBER, ...) \
  do { \
    NAME(type##_t) given = {.tag = CASE(TYPE##_##MEMBER), .val = {.member = __VA_ARGS__}}, got; \
    NAME(a_##type)(&given, &got); \
    assert(got.tag == given.tag && got.val.member == given.val.member); \
  } while (0)

/* The same for a string. */
#define TEXT(type, TYPE, literal) \
  do { \
    NAME(type##_t) given = {.tag = CASE(TYPE##_T), .val = {.t = text(literal)}}, got; \
    NAME(a_##type)(&given, &got); \
    assert(got.tag == CASE(TYPE##_T) && IS(got.val.t, literal)); \
    NAME(type##_free)(&got); \
  } while (0)

static void joins(void) {
  ROUND(i32_f32, I32_F32, i, I, INT32_MIN);
  ROUND(i32_f32, I32_F32, f, F, -1.5f);
  ROUND(i64_f64, I64_F64, i, I, INT64_MIN);
  ROUND(i64_f64, I64_F64, f, F, -1e300);
  ROUND(f32_f64, F32_F64, s, S, INFINITY);
  ROUND(f32_f64, F32_F64, d, D, 1e-300);
  ROUND(f32_i64, F32_I64, f, F, -0.5f);
  ROUND(f32_i64, F32_I64, i, I, UINT64_MAX);
  ROUND(text_u64, TEXT_U64, n, N, UINT64_MAX);
  TEXT(text_u64, TEXT_U64, "text or u64");
  ROUND(text_f32, TEXT_F32, f, F, 3.25f);
  TEXT(text_f32, TEXT_F32, "text or f32");
  ROUND(text_f64, TEXT_F64, f, F, -3.25);
  TEXT(text_f64, TEXT_F64, "");
  ROUND(small, SMALL, a, A, 255);
  ROUND(small, SMALL, b, B, true);
  ROUND(small, SMALL, c, C, 0x10FFFF);
  ROUND(small, SMALL, d, D, INT8_MIN);
}

static void lists(void) {
  uint16_t words[] = {1, UINT16_MAX};
  NAME(list_tuple_t) l = {.tag = CASE(LIST_TUPLE_L), .val = {.l = {words, 2}}}, l2;
  NAME(a_list_tuple)(&l, &l2);
  assert(l2.tag == CASE(LIST_TUPLE_L) && l2.val.l.len == 2 && l2.val.l.ptr[0] == 1 && l2.val.l.ptr[1] == UINT16_MAX);
  NAME(list_tuple_free)(&l2);
  l.tag = CASE(LIST_TUPLE_T);
  l.val.t.f0 = -2.5f;
  l.val.t.f1 = UINT64_MAX;
  NAME(a_list_tuple)(&l, &l2);
  assert(l2.tag == CASE(LIST_TUPLE_T) && l2.val.t.f0 == -2.5f && l2.val.t.f1 == UINT64_MAX);

  uint8_t bytes[] = {7, 8, 9};
  NAME(length_f32_t) n = {.tag = CASE(LENGTH_F32_L), .val = {.l = {bytes, 3}}}, n2;
  NAME(a_length_f32)(&n, &n2);
  assert(n2.tag == CASE(LENGTH_F32_L) && IS(n2.val.l, "\x07\x08\x09"));
  NAME(length_f32_free)(&n2);
  n.tag = CASE(LENGTH_F32_T);
  n.val.t.f0 = UINT32_MAX;
  n.val.t.f1 = -0.125f;
  NAME(a_length_f32)(&n, &n2);
  assert(n2.tag == CASE(LENGTH_F32_T) && n2.val.t.f0 == UINT32_MAX && n2.val.t.f1 == -0.125f);
}

static NAME(many_t) make(uint8_t tag) {
  NAME(many_t) v = {.tag = tag};
  switch (tag) {
  case CASE(MANY_BYTE): v.val.byte = 200; break;
  case CASE(MANY_TEXT): v.val.text = text("text"); break;
  case CASE(MANY_RECORD_OF):
    v.val.record_of.a = 1;
    v.val.record_of.b = -2.5;
    v.val.record_of.c = text("c");
    break;
  case CASE(MANY_TUPLE_OF):
    v.val.tuple_of.f0 = UINT64_MAX;
    v.val.tuple_of.f1.is_some = true;
    v.val.tuple_of.f1.val = 0.5f;
    break;
  case CASE(MANY_FLAG): v.val.flag = true; break;
  default: break;
  }
  return v;
}

static bool is(const NAME(many_t) *v, uint8_t tag) {
  if (v->tag != tag) return false;
  switch (tag) {
  case CASE(MANY_BYTE): return v->val.byte == 200;
  case CASE(MANY_TEXT): return IS(v->val.text, "text");
  case CASE(MANY_RECORD_OF):
    return v->val.record_of.a == 1 && v->val.record_of.b == -2.5 && IS(v->val.record_of.c, "c");
  case CASE(MANY_TUPLE_OF):
    return v->val.tuple_of.f0 == UINT64_MAX && v->val.tuple_of.f1.is_some && v->val.tuple_of.f1.val == 0.5f;
  case CASE(MANY_FLAG): return v->val.flag;
  default: return true;
  }
}

static void many(void) {
  NAME(many_t) all[7], got;
  for (uint8_t tag = 0; tag < 7; tag++) {
    all[tag] = make(tag);
    NAME(a_many)(&all[tag], &got);
    assert(is(&got, tag));
    NAME(many_free)(&got);
  }
  NAME(list_many_t) list = {all, 7}, list2;
  NAME(listed)(&list, &list2);
  assert(list2.len == 7);
  for (uint8_t tag = 0; tag < 7; tag++) assert(is(&list2.ptr[6 - tag], tag));
  NAME(list_many_free)(&list2);
}

static void nested(void) {
  NAME(inner_t) inners[3] = {{.tag = CASE(INNER_NONE)},
                             {.tag = CASE(INNER_NUM), .val = {.num = 0.75f}},
                             {.tag = CASE(INNER_MANY), .val = {.many = make(CASE(MANY_RECORD_OF))}}};
  NAME(outer_t) v = {.tag = CASE(OUTER_INNER), .val = {.inner = inners[2]}}, got;
  NAME(an_outer)(&v, &got);
  assert(got.tag == CASE(OUTER_INNER) && got.val.inner.tag == CASE(INNER_MANY));
  assert(is(&got.val.inner.val.many, CASE(MANY_RECORD_OF)));
  NAME(outer_free)(&got);

  v.tag = CASE(OUTER_PAIR);
  v.val.pair.f0 = inners[1];
  v.val.pair.f1.tag = CASE(I64_F64_F);
  v.val.pair.f1.val.f = 1e100;
  NAME(an_outer)(&v, &got);
  assert(got.tag == CASE(OUTER_PAIR) && got.val.pair.f0.tag == CASE(INNER_NUM) && got.val.pair.f0.val.num == 0.75f);
  assert(got.val.pair.f1.tag == CASE(I64_F64_F) && got.val.pair.f1.val.f == 1e100);

  v.tag = CASE(OUTER_LIST_OF);
  v.val.list_of.ptr = inners;
  v.val.list_of.len = 3;
  NAME(an_outer)(&v, &got);
  assert(got.tag == CASE(OUTER_LIST_OF) && got.val.list_of.len == 3 && got.val.list_of.ptr[0].tag == CASE(INNER_NONE));
  assert(got.val.list_of.ptr[1].val.num == 0.75f);
  assert(is(&got.val.list_of.ptr[2].val.many, CASE(MANY_RECORD_OF)));
  NAME(outer_free)(&got);

  v.tag = CASE(OUTER_FINE);
  v.val.fine.is_err = true;
  v.val.fine.val.err = text("not fine");
  NAME(an_outer)(&v, &got);
  assert(got.tag == CASE(OUTER_FINE) && got.val.fine.is_err && IS(got.val.fine.val.err, "not fine"));
  NAME(outer_free)(&got);

  NAME(alone_t) alone = {.tag = CASE(ALONE_ONLY), .val = {.only = text("alone")}}, alone2;
  NAME(an_alone)(&alone, &alone2);
  assert(alone2.tag == CASE(ALONE_ONLY) && IS(alone2.val.only, "alone"));
  NAME(alone_free)(&alone2);

  for (uint8_t tag = CASE(PLAIN_X); tag <= CASE(PLAIN_Z); tag++) {
    NAME(plain_t) plain = {tag}, plain2;
    NAME(a_plain)(&plain, &plain2);
    assert(plain2.tag == tag);
  }
}

static void several(void) {
  NAME(tuple3_u8_i64_f64_text_u64_t) t = {255, {.tag = CASE(I64_F64_I), .val = {.i = -1}},
                                          {.tag = CASE(TEXT_U64_T), .val = {.t = text("t")}}};
  NAME(tuple3_text_u64_i64_f64_u8_t) t2;
  NAME(fields)(&t, &t2);
  assert(t2.f2 == 255 && t2.f1.tag == CASE(I64_F64_I) && t2.f1.val.i == -1);
  assert(t2.f0.tag == CASE(TEXT_U64_T) && IS(t2.f0.val.t, "t"));
  NAME(tuple3_text_u64_i64_f64_u8_free)(&t2);

  NAME(i32_f32_t) a = {.tag = CASE(I32_F32_F), .val = {.f = NAN}};
  NAME(text_f64_t) b = {.tag = CASE(TEXT_F64_T), .val = {.t = text("given")}};
  NAME(plain_t) c = {CASE(PLAIN_Z)};
  runner_tuple3_u8_u8_u8_t tags;
  NAME(kinds)(&a, &b, &c, &tags);
  assert(tags.f0 == CASE(I32_F32_F) && tags.f1 == CASE(TEXT_F64_T) && tags.f2 == CASE(PLAIN_Z));
}

void exports_runner_run(void) {
  joins();
  lists();
  many();
  nested();
  several();
}
