/* The callers: `run_F` calls F as often as it is told. Compiled against generated bindings and against hand-written
 * ones of the same API (BINDINGS names the header). */
#include BINDINGS
#include "run.h"

static uint8_t bytes[SMALL] = {1};
static uint32_t words[SMALL / 4] = {1};

RUN run_add_bytes(long n) {
  uint8_t sum = 1;
  for (long i = 0; i < n; i++) sum = bench_border_glue_add_bytes(sum, (uint8_t)i);
  OPAQUE(sum);
}

RUN run_both(long n) {
  bool all = true;
  for (long i = 0; i < n; i++) all = bench_border_glue_both(all, i != 7);
  OPAQUE(all);
}

RUN run_next_char(long n) {
  uint32_t c = 'a';
  for (long i = 0; i < n; i++) c = bench_border_glue_next_char(c);
  OPAQUE(c);
}

RUN run_turn(long n) {
  bench_border_glue_color_t color = BENCH_BORDER_GLUE_COLOR_RED;
  for (long i = 0; i < n; i++) color = bench_border_glue_turn(color);
  OPAQUE(color);
}

RUN run_or_zero(long n) {
  uint32_t value = 1;
  for (long i = 0; i < n; i++) {
    uint32_t *maybe = &value;
    OPAQUE(maybe);
    value = bench_border_glue_or_zero(maybe);
  }
  OPAQUE(value);
}

RUN run_halve(long n) {
  uint32_t value = 64;
  for (long i = 0; i < n; i++) {
    if (!bench_border_glue_halve(value, &value)) value = 64;
  }
  OPAQUE(value);
}

RUN run_divide(long n) {
  uint32_t value = 1;
  bench_border_glue_color_t color = 0;
  for (long i = 0; i < n; i++) {
    if (!bench_border_glue_divide(value, 1, &value, &color)) value = color;
  }
  OPAQUE(value);
}

RUN run_distance(long n) {
  bench_border_glue_point_t point = {1, 2};
  for (long i = 0; i < n; i++) point.x = bench_border_glue_distance(&point);
  OPAQUE(point.x);
}

RUN run_mirror(long n) {
  bench_border_glue_point_t point = {1, 2};
  for (long i = 0; i < n; i++) bench_border_glue_mirror(&point, &point);
  OPAQUE(point.x);
}

RUN run_area(long n) {
  bench_border_glue_shape_t shapes[2] = {{.tag = BENCH_BORDER_GLUE_SHAPE_CIRCLE, .val.circle = 3},
                                         {.tag = BENCH_BORDER_GLUE_SHAPE_SQUARE, .val.square = 2}};
  uint32_t sum = 0;
  for (long i = 0; i < n; i++) {
    bench_border_glue_shape_t *shape = &shapes[i & 1];
    OPAQUE(shape);
    sum += bench_border_glue_area(shape);
  }
  OPAQUE(sum);
}

RUN run_measure(long n) {
  caller_string_t text = {bytes, SMALL};
  uint32_t sum = 0;
  for (long i = 0; i < n; i++) sum += bench_border_glue_measure(&text);
  OPAQUE(sum);
}

RUN run_total(long n) {
  caller_list_u32_t list = {words, SMALL / 4};
  uint32_t sum = 0;
  for (long i = 0; i < n; i++) sum += bench_border_glue_total(&list);
  OPAQUE(sum);
}

RUN run_describe(long n) {
  bench_border_glue_place_t place = {1, {bytes, SMALL}};
  uint32_t sum = 0;
  for (long i = 0; i < n; i++) sum += bench_border_glue_describe(&place);
  OPAQUE(sum);
}

static caller_string_t names[4] = {{bytes, 16}, {bytes, 16}, {bytes, 16}, {bytes, 16}};

RUN run_gather(long n) {
  caller_list_string_t list = {names, 4};
  uint32_t sum = 0;
  for (long i = 0; i < n; i++) sum += bench_border_glue_gather(&list);
  OPAQUE(sum);
}

RUN run_many(long n) {
  uint32_t x = 1;
  for (long i = 0; i < n; i++) x = bench_border_glue_many(x, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
  OPAQUE(x);
}

RUN run_name(long n) {
  caller_string_t text;
  for (long i = 0; i < n; i++) {
    bench_border_glue_name((uint32_t)i, &text);
    caller_string_free(&text);
  }
}

RUN run_bytes(long n) {
  caller_list_u8_t list;
  for (long i = 0; i < n; i++) {
    bench_border_glue_bytes((uint32_t)i, &list);
    caller_list_u8_free(&list);
  }
}

RUN run_locate(long n) {
  bench_border_glue_place_t place;
  for (long i = 0; i < n; i++) {
    bench_border_glue_locate((uint32_t)i, &place);
    bench_border_glue_place_free(&place);
  }
}

RUN run_fetch(long n) {
  caller_string_t text;
  bench_border_glue_color_t color;
  for (long i = 0; i < n; i++) {
    if (bench_border_glue_fetch((uint32_t)i, &text, &color)) caller_string_free(&text);
  }
}

RUN run_measure_lent(long n) {
  caller_string_t text = {bytes, SMALL};
  uint32_t sum = 0;
  for (long i = 0; i < n; i++) sum += bench_border_views_measure(&text);
  OPAQUE(sum);
}

RUN run_total_lent(long n) {
  caller_list_u32_t list = {words, SMALL / 4};
  uint32_t sum = 0;
  for (long i = 0; i < n; i++) sum += bench_border_views_total(&list);
  OPAQUE(sum);
}

RUN run_gather_lent(long n) {
  caller_list_string_t list = {names, 4};
  uint32_t sum = 0;
  for (long i = 0; i < n; i++) sum += bench_border_views_gather(&list);
  OPAQUE(sum);
}

static void take_text(long n, uint32_t size) {
  caller_string_t text;
  for (long i = 0; i < n; i++) {
    bench_border_views_text(size, &text);
    caller_string_free(&text);
  }
}

RUN run_text_small(long n) { take_text(n, SMALL); }
RUN run_text_big(long n) { take_text(n, BIG); }

static void take_bytes(long n, uint32_t size) {
  caller_list_u8_t list;
  for (long i = 0; i < n; i++) {
    bench_border_views_bytes(size, &list);
    caller_list_u8_free(&list);
  }
}

RUN run_bytes_small(long n) { take_bytes(n, SMALL); }
RUN run_bytes_big(long n) { take_bytes(n, BIG); }
