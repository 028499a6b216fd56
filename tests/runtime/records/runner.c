#include "runner.h"
#include "../check.h"
#include <math.h>

typedef test_records_records_point_t point_t;
typedef test_records_records_line_t line_t;

static runner_string_t text(const char *s) {
  runner_string_t made;
  runner_string_set(&made, s);
  return made;
}

static bool same(point_t a, int32_t x, int32_t y) { return a.x == x && a.y == y; }

static void plain(void) {
  test_records_records_one_t one = {255}, one2;
  test_records_records_same_one(&one, &one2);
  assert(one2.only == 255);

  point_t p = {INT32_MIN, INT32_MAX}, p2;
  test_records_records_swap(&p, &p2);
  assert(same(p2, INT32_MAX, INT32_MIN));
  assert(test_records_records_distance(&p, &p2) == UINT64_C(8589934590));

  test_records_records_mixed_t m = {true, -0.5, 200, UINT64_MAX, 0x10FFFF, 65534, INFINITY}, m2;
  test_records_records_all(&m, &m2);
  assert(!m2.a && m2.b == -0.5 && m2.c == 200 && m2.d == UINT64_MAX && m2.e == 0x10FFFF);
  assert(m2.f == 65535 && m2.g == INFINITY);
}

static void owning(void) {
  line_t l = {{1, 2}, {3, 4}, text("label ✓")}, l2;
  test_records_records_flip(&l, &l2);
  assert(same(l2.start, 3, 4) && same(l2.end, 1, 2) && IS(l2.label, "label ✓"));
  test_records_records_line_free(&l2);

  point_t ends[] = {{5, 6}, {7, 8}}, start = {-1, -2};
  test_records_records_list_point_t to = {ends, 2};
  test_records_records_list_line_t lines;
  test_records_records_lines(&start, &to, &lines);
  assert(lines.len == 2 && IS(lines.ptr[0].label, "first") && IS(lines.ptr[1].label, ""));
  assert(same(lines.ptr[0].start, -1, -2) && same(lines.ptr[0].end, 5, 6) && same(lines.ptr[1].end, 7, 8));

  test_records_records_deep_t d, d2;
  d.lines = lines;
  d.extra.f0.only = 9;
  d.extra.f1.is_some = true;
  d.extra.f1.val = start;
  d.note.is_err = false;
  d.note.val.ok = text("fine");
  test_records_records_deepen(&d, &d2);
  assert(d2.lines.len == 2 && IS(d2.lines.ptr[0].label, "first") && same(d2.lines.ptr[1].end, 7, 8));
  assert(same(d2.lines.ptr[0].start, -1, -2));
  assert(d2.extra.f0.only == 9 && d2.extra.f1.is_some && same(d2.extra.f1.val, -1, -2));
  assert(!d2.note.is_err && IS(d2.note.val.ok, "fine"));
  test_records_records_deep_free(&d2);

  d.lines.len = 0;
  d.extra.f1.is_some = false;
  d.note.is_err = true;
  d.note.val.err = start;
  test_records_records_deepen(&d, &d2);
  assert(d2.lines.len == 0 && d2.extra.f0.only == 9 && !d2.extra.f1.is_some);
  assert(d2.note.is_err && same(d2.note.val.err, -1, -2));
  test_records_records_deep_free(&d2);
  test_records_records_list_line_free(&lines);
}

static void tuples(void) {
  runner_tuple1_u16_t t1 = {UINT16_MAX}, t1b;
  test_records_records_tuple1(&t1, &t1b);
  assert(t1b.f0 == UINT16_MAX);

  runner_tuple2_u8_s64_t t2 = {255, INT64_MIN};
  runner_tuple2_s64_u8_t t2b;
  test_records_records_tuple2(&t2, &t2b);
  assert(t2b.f0 == INT64_MIN && t2b.f1 == 255);

  uint8_t bytes[] = {0, 128};
  test_records_records_tuple3_string_point_list_u8_t t3 = {text("three"), {-7, 7}, {bytes, 2}};
  test_records_records_tuple3_list_u8_point_string_t t3b;
  test_records_records_tuple3(&t3, &t3b);
  assert(t3b.f0.len == 2 && t3b.f0.ptr[0] == 0 && t3b.f0.ptr[1] == 128 && same(t3b.f1, -7, 7) && IS(t3b.f2, "three"));
  test_records_records_tuple3_list_u8_point_string_free(&t3b);

  runner_tuple2_tuple2_u8_u16_tuple2_u32_tuple1_u64_t n = {{1, 2}, {3, {4}}};
  runner_tuple4_tuple1_u64_u32_u16_u8_t n2;
  test_records_records_nested(&n, &n2);
  assert(n2.f0.f0 == 4 && n2.f1 == 3 && n2.f2 == 2 && n2.f3 == 1);
}

void exports_runner_run(void) {
  plain();
  owning();
  tuples();
}
