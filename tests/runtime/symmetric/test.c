//@ args = '--api-style symmetric'
#include "test.h"
#include "../check.h"

/* Arguments are lent: pointers to const, and nothing to free. `test-plain.c` is the same with given ones. */
#define NAME(name) exports_test_symmetric_symmetric_##name
#define CASE(name) EXPORTS_TEST_SYMMETRIC_SYMMETRIC_##name

static void copy(test_string_t *made, const test_string_t *s) { test_string_dup_n(made, (const char *)s->ptr, s->len); }

uint64_t NAME(bytes)(const test_list_u8_t *v) {
  uint64_t sum = 0;
  for (size_t i = 0; i < v->len; i++) sum += v->ptr[i];
  return sum;
}

void NAME(words)(const test_list_u32_t *v, test_list_u32_t *ret) {
  LIST(ret, v->len);
  for (size_t i = 0; i < v->len; i++) ret->ptr[i] = v->ptr[i] + 1;
}

uint32_t NAME(bools)(const test_list_bool_t *v) {
  uint32_t count = 0;
  for (size_t i = 0; i < v->len; i++) count += v->ptr[i];
  return count;
}

uint32_t NAME(levels)(const NAME(list_level_t) *v) {
  uint32_t count = 0;
  for (size_t i = 0; i < v->len; i++) count += v->ptr[i] == CASE(LEVEL_HIGH);
  return count;
}

void NAME(texts)(const test_list_string_t *v, test_string_t *ret) {
  size_t length = 0, at = 0;
  for (size_t i = 0; i < v->len; i++) length += v->ptr[i].len;
  LIST(ret, length);
  for (size_t i = 0; i < v->len; i++) {
    if (v->ptr[i].len) memcpy(ret->ptr + at, v->ptr[i].ptr, v->ptr[i].len);
    at += v->ptr[i].len;
  }
}

void NAME(turn)(const NAME(item_t) *v, NAME(item_t) *ret) {
  copy(&ret->name, &v->name);
  LIST(&ret->sizes, v->sizes.len);
  for (size_t i = 0; i < v->sizes.len; i++) ret->sizes.ptr[i] = v->sizes.ptr[v->sizes.len - 1 - i];
  ret->extra.is_some = v->extra.is_some;
  if (v->extra.is_some) copy(&ret->extra.val, &v->extra.val);
}

void NAME(items)(const NAME(list_item_t) *v, test_list_string_t *ret) {
  LIST(ret, v->len);
  for (size_t i = 0; i < v->len; i++)
    copy(&ret->ptr[i], v->ptr[i].extra.is_some ? &v->ptr[i].extra.val : &v->ptr[i].name);
}

static double area(const NAME(shape_t) *v) {
  double sum = 0;
  switch (v->tag) {
  case CASE(SHAPE_CIRCLE): return v->val.circle * 3;
  case CASE(SHAPE_PATH):
    for (size_t i = 0; i < v->val.path.len; i++) sum += (double)v->val.path.ptr[i].f0 * (double)v->val.path.ptr[i].f1;
    return sum;
  case CASE(SHAPE_LABEL): return (double)v->val.label.len;
  default: return -1;
  }
}

double NAME(area)(const NAME(shape_t) *v) {
  double found = area(v);
  return found;
}

void NAME(shapes)(const NAME(list_shape_t) *v, test_list_f64_t *ret) {
  LIST(ret, v->len);
  for (size_t i = 0; i < v->len; i++) ret->ptr[i] = area(&v->ptr[i]);
}

bool NAME(maybe)(const test_string_t *maybe_a, const NAME(item_t) *maybe_b, const uint8_t *maybe_c,
                 test_string_t *ret) {
  bool found = maybe_a || maybe_b || maybe_c;
  if (maybe_a) copy(ret, maybe_a);
  else if (maybe_b) copy(ret, &maybe_b->name);
  else if (maybe_c) test_string_dup_n(ret, "cccccccc", *maybe_c);
  return found;
}

bool NAME(check)(const NAME(result_item_string_t) *v, uint32_t *ret, test_string_t *err) {
  bool fine = !v->is_err;
  if (fine) *ret = (uint32_t)v->val.ok.sizes.len;
  else copy(err, &v->val.err);
  return fine;
}

void NAME(pair)(const test_tuple2_string_list_list_u8_t *v, test_tuple2_u32_u32_t *ret) {
  ret->f0 = (uint32_t)v->f0.len;
  ret->f1 = 0;
  for (size_t i = 0; i < v->f1.len; i++) ret->f1 += (uint32_t)v->f1.ptr[i].len;
}

uint32_t NAME(ages)(const test_map_string_u8_t *v) {
  uint32_t sum = 0;
  for (size_t i = 0; i < v->len; i++) sum += v->ptr[i].value + (uint32_t)v->ptr[i].key.len;
  return sum;
}

void NAME(many)(const test_string_t *a, const test_string_t *b, const test_string_t *c, const test_string_t *d,
                const test_string_t *e, const test_string_t *f, const test_list_u8_t *g, const NAME(item_t) *h,
                uint8_t i, test_string_t *ret) {
  const test_string_t *all[] = {a, b, c, d, e, f};
  assert(i < 6 && g->len == 2 && g->ptr[1] == 9 && IS(h->name, "h"));
  copy(ret, all[i]);
}

bool NAME(again)(const test_list_u8_t *a, const test_list_u8_t *b) {
  bool same = same_bytes(a->ptr, a->len, b->ptr, b->len);
  return same;
}
