/* What world `copier` exports. The argument's memory belongs to these functions, as wit-bindgen has it. */
#include BINDINGS
#include <stdlib.h>
#include <string.h>

uint8_t exports_bench_border_glue_add_bytes(uint8_t a, uint8_t b) { return a + b; }

bool exports_bench_border_glue_both(bool a, bool b) { return a && b; }

uint32_t exports_bench_border_glue_next_char(uint32_t a) { return a < 'z' ? a + 1 : 'a'; }

exports_bench_border_glue_color_t exports_bench_border_glue_turn(exports_bench_border_glue_color_t a) {
  return a == EXPORTS_BENCH_BORDER_GLUE_COLOR_BLUE ? EXPORTS_BENCH_BORDER_GLUE_COLOR_RED : a + 1;
}

uint32_t exports_bench_border_glue_or_zero(uint32_t *maybe_a) { return maybe_a ? *maybe_a : 0; }

bool exports_bench_border_glue_halve(uint32_t a, uint32_t *ret) {
  *ret = a / 2;
  return a % 2 == 0;
}

bool exports_bench_border_glue_divide(uint32_t a, uint32_t b, uint32_t *ret, exports_bench_border_glue_color_t *err) {
  if (b == 0) {
    *err = EXPORTS_BENCH_BORDER_GLUE_COLOR_GREEN;
    return false;
  }
  *ret = b == 1 ? a : a / b;
  return true;
}

int32_t exports_bench_border_glue_distance(exports_bench_border_glue_point_t *a) { return a->x + a->y; }

void exports_bench_border_glue_mirror(exports_bench_border_glue_point_t *a, exports_bench_border_glue_point_t *ret) {
  ret->x = a->y;
  ret->y = a->x;
}

uint32_t exports_bench_border_glue_area(exports_bench_border_glue_shape_t *a) {
  switch (a->tag) {
    case EXPORTS_BENCH_BORDER_GLUE_SHAPE_CIRCLE:
      return 3 * a->val.circle * a->val.circle;
    case EXPORTS_BENCH_BORDER_GLUE_SHAPE_SQUARE:
      return (uint32_t)(a->val.square * a->val.square);
    default:
      exports_bench_border_glue_shape_free(a);
      return 0;
  }
}

uint32_t exports_bench_border_glue_measure(copier_string_t *a) {
  uint32_t found = a->len > 0 ? a->ptr[0] + a->ptr[a->len - 1] : 0;
  copier_string_free(a);
  return found;
}

uint32_t exports_bench_border_glue_total(copier_list_u32_t *a) {
  uint32_t sum = 0;
  for (size_t i = 0; i < a->len; i++) sum += a->ptr[i];
  copier_list_u32_free(a);
  return sum;
}

uint32_t exports_bench_border_glue_describe(exports_bench_border_glue_place_t *a) {
  uint32_t found = a->id + (uint32_t)a->name.len;
  exports_bench_border_glue_place_free(a);
  return found;
}

uint32_t exports_bench_border_glue_gather(copier_list_string_t *a) {
  uint32_t sum = 0;
  for (size_t i = 0; i < a->len; i++) sum += (uint32_t)a->ptr[i].len;
  copier_list_string_free(a);
  return sum;
}

uint32_t exports_bench_border_glue_many(uint32_t p0, uint32_t p1, uint32_t p2, uint32_t p3, uint32_t p4, uint32_t p5,
                                        uint32_t p6, uint32_t p7, uint32_t p8, uint32_t p9, uint32_t p10, uint32_t p11,
                                        uint32_t p12, uint32_t p13, uint32_t p14, uint32_t p15, uint32_t p16) {
  return p0 + p1 + p2 + p3 + p4 + p5 + p6 + p7 + p8 + p9 + p10 + p11 + p12 + p13 + p14 + p15 + p16;
}

static uint8_t *copy_of(const char *text, size_t size) {
  uint8_t *copy = malloc(size);
  if (copy == NULL) abort();
  return memcpy(copy, text, size);
}

static const char text[64] = "a name of sixty-four bytes, as names go neither short nor long..";

void exports_bench_border_glue_name(uint32_t a, copier_string_t *ret) {
  (void)a;
  ret->ptr = copy_of(text, sizeof text);
  ret->len = sizeof text;
}

void exports_bench_border_glue_bytes(uint32_t a, copier_list_u8_t *ret) {
  (void)a;
  ret->ptr = copy_of(text, sizeof text);
  ret->len = sizeof text;
}

void exports_bench_border_glue_locate(uint32_t a, exports_bench_border_glue_place_t *ret) {
  ret->id = a;
  ret->name.ptr = copy_of(text, sizeof text);
  ret->name.len = sizeof text;
}

bool exports_bench_border_glue_fetch(uint32_t a, copier_string_t *ret, exports_bench_border_glue_color_t *err) {
  if (a == UINT32_MAX) {
    *err = EXPORTS_BENCH_BORDER_GLUE_COLOR_RED;
    return false;
  }
  ret->ptr = copy_of(text, sizeof text);
  ret->len = sizeof text;
  return true;
}
