/* The API that world `copier` gives its author, by hand. */
#ifndef HAND_COPIER_H
#define HAND_COPIER_H

#include "hand_check.h"

typedef struct {
  uint8_t *ptr;
  size_t len;
} copier_string_t, copier_list_u8_t;
typedef struct {
  uint32_t *ptr;
  size_t len;
} copier_list_u32_t;
typedef struct {
  copier_string_t *ptr;
  size_t len;
} copier_list_string_t;

typedef uint8_t exports_bench_border_glue_color_t;
enum {
  EXPORTS_BENCH_BORDER_GLUE_COLOR_RED,
  EXPORTS_BENCH_BORDER_GLUE_COLOR_GREEN,
  EXPORTS_BENCH_BORDER_GLUE_COLOR_BLUE
};
typedef struct {
  int32_t x, y;
} exports_bench_border_glue_point_t;
typedef struct {
  uint32_t id;
  copier_string_t name;
} exports_bench_border_glue_place_t;
typedef struct {
  uint8_t tag;
  union {
    uint32_t circle;
    float square;
    copier_string_t named;
  } val;
} exports_bench_border_glue_shape_t;
enum { EXPORTS_BENCH_BORDER_GLUE_SHAPE_CIRCLE = 1, EXPORTS_BENCH_BORDER_GLUE_SHAPE_SQUARE };

static inline void copier_string_free(copier_string_t *text) { hand_free(text->ptr, text->len); }
static inline void copier_list_u32_free(copier_list_u32_t *list) { hand_free(list->ptr, list->len); }
static inline void copier_list_string_free(copier_list_string_t *list) {
  for (size_t i = 0; i < list->len; i++) copier_string_free(&list->ptr[i]);
  hand_free(list->ptr, list->len);
}
static inline void exports_bench_border_glue_place_free(exports_bench_border_glue_place_t *place) {
  copier_string_free(&place->name);
}
static inline void exports_bench_border_glue_shape_free(exports_bench_border_glue_shape_t *shape) {
  if (shape->tag == 3) copier_string_free(&shape->val.named);
}

uint8_t exports_bench_border_glue_add_bytes(uint8_t a, uint8_t b);
bool exports_bench_border_glue_both(bool a, bool b);
uint32_t exports_bench_border_glue_next_char(uint32_t a);
exports_bench_border_glue_color_t exports_bench_border_glue_turn(exports_bench_border_glue_color_t a);
uint32_t exports_bench_border_glue_or_zero(uint32_t *maybe_a);
bool exports_bench_border_glue_halve(uint32_t a, uint32_t *ret);
bool exports_bench_border_glue_divide(uint32_t a, uint32_t b, uint32_t *ret, exports_bench_border_glue_color_t *err);
int32_t exports_bench_border_glue_distance(exports_bench_border_glue_point_t *a);
void exports_bench_border_glue_mirror(exports_bench_border_glue_point_t *a, exports_bench_border_glue_point_t *ret);
uint32_t exports_bench_border_glue_area(exports_bench_border_glue_shape_t *a);
uint32_t exports_bench_border_glue_measure(copier_string_t *a);
uint32_t exports_bench_border_glue_total(copier_list_u32_t *a);
uint32_t exports_bench_border_glue_describe(exports_bench_border_glue_place_t *a);
uint32_t exports_bench_border_glue_gather(copier_list_string_t *a);
uint32_t exports_bench_border_glue_many(uint32_t p0, uint32_t p1, uint32_t p2, uint32_t p3, uint32_t p4, uint32_t p5,
                                        uint32_t p6, uint32_t p7, uint32_t p8, uint32_t p9, uint32_t p10, uint32_t p11,
                                        uint32_t p12, uint32_t p13, uint32_t p14, uint32_t p15, uint32_t p16);
void exports_bench_border_glue_name(uint32_t a, copier_string_t *ret);
void exports_bench_border_glue_bytes(uint32_t a, copier_list_u8_t *ret);
void exports_bench_border_glue_locate(uint32_t a, exports_bench_border_glue_place_t *ret);
bool exports_bench_border_glue_fetch(uint32_t a, copier_string_t *ret, exports_bench_border_glue_color_t *err);

#endif
