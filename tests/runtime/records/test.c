#include "test.h"
#include "../check.h"

typedef exports_test_records_records_one_t one_t;
typedef exports_test_records_records_point_t point_t;
typedef exports_test_records_records_line_t line_t;
typedef exports_test_records_records_mixed_t mixed_t;
typedef exports_test_records_records_deep_t deep_t;

void exports_test_records_records_same_one(one_t *v, one_t *ret) { *ret = *v; }

void exports_test_records_records_swap(point_t *p, point_t *ret) {
  ret->x = p->y;
  ret->y = p->x;
}

void exports_test_records_records_flip(line_t *l, line_t *ret) {
  ret->start = l->end;
  ret->end = l->start;
  ret->label = l->label;
}

void exports_test_records_records_all(mixed_t *m, mixed_t *ret) {
  *ret = *m;
  ret->a = !m->a;
  ret->f++;
}

void exports_test_records_records_deepen(deep_t *d, deep_t *ret) { *ret = *d; }

void exports_test_records_records_lines(point_t *start, exports_test_records_records_list_point_t *ends,
                                        exports_test_records_records_list_line_t *ret) {
  LIST(ret, ends->len);
  for (size_t i = 0; i < ends->len; i++) {
    ret->ptr[i].start = *start;
    ret->ptr[i].end = ends->ptr[i];
    test_string_dup(&ret->ptr[i].label, i ? "" : "first");
  }
  exports_test_records_records_list_point_free(ends);
}

void exports_test_records_records_tuple1(test_tuple1_u16_t *v, test_tuple1_u16_t *ret) { ret->f0 = v->f0; }

void exports_test_records_records_tuple2(test_tuple2_u8_s64_t *v, test_tuple2_s64_u8_t *ret) {
  ret->f0 = v->f1;
  ret->f1 = v->f0;
}

void exports_test_records_records_tuple3(exports_test_records_records_tuple3_string_point_list_u8_t *v,
                                         exports_test_records_records_tuple3_list_u8_point_string_t *ret) {
  ret->f0 = v->f2;
  ret->f1 = v->f1;
  ret->f2 = v->f0;
}

void exports_test_records_records_nested(test_tuple2_tuple2_u8_u16_tuple2_u32_tuple1_u64_t *v,
                                         test_tuple4_tuple1_u64_u32_u16_u8_t *ret) {
  ret->f0 = v->f1.f1;
  ret->f1 = v->f1.f0;
  ret->f2 = v->f0.f1;
  ret->f3 = v->f0.f0;
}

uint64_t exports_test_records_records_distance(point_t *a, point_t *b) {
  int64_t x = (int64_t)a->x - b->x, y = (int64_t)a->y - b->y;
  return (uint64_t)(x < 0 ? -x : x) + (uint64_t)(y < 0 ? -y : y);
}
