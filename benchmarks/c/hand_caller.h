/* The callers' side of the border, by hand: the API of the generated caller.h over functions of the same signatures. */
#ifndef HAND_CALLER_H
#define HAND_CALLER_H

#include "hand_check.h"

typedef struct {
  uint8_t *ptr;
  size_t len;
} caller_string_t, caller_list_u8_t;
typedef struct {
  uint32_t *ptr;
  size_t len;
} caller_list_u32_t;
typedef struct {
  caller_string_t *ptr;
  size_t len;
} caller_list_string_t;

typedef uint8_t bench_border_glue_color_t;
enum { BENCH_BORDER_GLUE_COLOR_RED };
typedef struct {
  int32_t x, y;
} bench_border_glue_point_t;
typedef struct {
  uint32_t id;
  caller_string_t name;
} bench_border_glue_place_t;
typedef struct {
  uint8_t tag;
  union {
    uint32_t circle;
    float square;
    caller_string_t named;
  } val;
} bench_border_glue_shape_t;
enum { BENCH_BORDER_GLUE_SHAPE_CIRCLE = 1, BENCH_BORDER_GLUE_SHAPE_SQUARE };

static inline void caller_string_free(caller_string_t *text) { hand_free(text->ptr, text->len); }
static inline void caller_list_u8_free(caller_list_u8_t *list) { hand_free(list->ptr, list->len); }
static inline void bench_border_glue_place_free(bench_border_glue_place_t *place) { caller_string_free(&place->name); }

extern int32_t hand_add_bytes(int32_t a, int32_t b);
static inline uint8_t bench_border_glue_add_bytes(uint8_t a, uint8_t b) { return (uint8_t)hand_add_bytes(a, b); }

extern int32_t hand_both(int32_t a, int32_t b);
static inline bool bench_border_glue_both(bool a, bool b) { return hand_both(a, b) != 0; }

extern int32_t hand_next_char(int32_t a);
static inline uint32_t bench_border_glue_next_char(uint32_t a) { return hand_char(hand_next_char((int32_t)a)); }

extern int32_t hand_turn(int32_t a);
static inline bench_border_glue_color_t bench_border_glue_turn(bench_border_glue_color_t a) {
  return hand_color(hand_turn(a));
}

extern int32_t hand_or_zero(int32_t some, int32_t value);
static inline uint32_t bench_border_glue_or_zero(uint32_t *a) {
  return (uint32_t)(a ? hand_or_zero(1, (int32_t)*a) : hand_or_zero(0, 0));
}

typedef struct {
  uint8_t some;
  uint32_t value;
} hand_option;

extern void hand_halve(int32_t a, uint8_t *ret);
static inline bool bench_border_glue_halve(uint32_t a, uint32_t *ret) {
  hand_option got;
  hand_halve((int32_t)a, (uint8_t *)&got);
  if (got.some > 1) hand_fail("not an option");
  if (got.some) *ret = got.value;
  return got.some;
}

typedef struct {
  uint8_t failed;
  union {
    uint32_t value;
    uint8_t color;
  };
} hand_result;

extern void hand_divide(int32_t a, int32_t b, uint8_t *ret);
static inline bool bench_border_glue_divide(uint32_t a, uint32_t b, uint32_t *ret, bench_border_glue_color_t *err) {
  hand_result got;
  hand_divide((int32_t)a, (int32_t)b, (uint8_t *)&got);
  if (got.failed > 1) hand_fail("not a result");
  if (got.failed) {
    *err = hand_color(got.color);
    return false;
  }
  *ret = got.value;
  return true;
}

extern int32_t hand_distance(int32_t x, int32_t y);
static inline int32_t bench_border_glue_distance(bench_border_glue_point_t *a) { return hand_distance(a->x, a->y); }

extern void hand_mirror(int32_t x, int32_t y, uint8_t *ret);
static inline void bench_border_glue_mirror(bench_border_glue_point_t *a, bench_border_glue_point_t *ret) {
  hand_mirror(a->x, a->y, (uint8_t *)ret);
}

extern int32_t hand_area(int32_t tag, uint8_t *first, size_t second);
static inline uint32_t bench_border_glue_area(bench_border_glue_shape_t *a) {
  switch (a->tag) {
    case 0:
      return (uint32_t)hand_area(0, NULL, 0);
    case 1:
    case 2: {
      uint32_t bits;
      memcpy(&bits, &a->val, sizeof bits);
      return (uint32_t)hand_area(a->tag, (uint8_t *)(uintptr_t)bits, 0);
    }
    case 3:
      return (uint32_t)hand_area(3, a->val.named.ptr, a->val.named.len);
    default:
      hand_fail("not a shape");
  }
}

extern int32_t hand_measure(uint8_t *ptr, size_t len);
static inline uint32_t bench_border_glue_measure(caller_string_t *a) { return (uint32_t)hand_measure(a->ptr, a->len); }

extern int32_t hand_total(uint8_t *ptr, size_t len);
static inline uint32_t bench_border_glue_total(caller_list_u32_t *a) {
  return (uint32_t)hand_total((uint8_t *)a->ptr, a->len);
}

extern int32_t hand_describe(int32_t id, uint8_t *ptr, size_t len);
static inline uint32_t bench_border_glue_describe(bench_border_glue_place_t *a) {
  return (uint32_t)hand_describe((int32_t)a->id, a->name.ptr, a->name.len);
}

extern int32_t hand_gather(uint8_t *ptr, size_t len);
static inline uint32_t bench_border_glue_gather(caller_list_string_t *a) {
  return (uint32_t)hand_gather((uint8_t *)a->ptr, a->len);
}

extern int32_t hand_many(uint8_t *args);
static inline uint32_t bench_border_glue_many(uint32_t p0, uint32_t p1, uint32_t p2, uint32_t p3, uint32_t p4,
                                              uint32_t p5, uint32_t p6, uint32_t p7, uint32_t p8, uint32_t p9,
                                              uint32_t p10, uint32_t p11, uint32_t p12, uint32_t p13, uint32_t p14,
                                              uint32_t p15, uint32_t p16) {
  uint32_t args[17] = {p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15, p16};
  return (uint32_t)hand_many((uint8_t *)args);
}

extern void hand_name(int32_t a, uint8_t *ret);
static inline void bench_border_glue_name(uint32_t a, caller_string_t *ret) {
  hand_name((int32_t)a, (uint8_t *)ret);
  hand_list(ret->ptr, ret->len, 1, 1);
}

extern void hand_bytes(int32_t a, uint8_t *ret);
static inline void bench_border_glue_bytes(uint32_t a, caller_list_u8_t *ret) {
  hand_bytes((int32_t)a, (uint8_t *)ret);
  hand_list(ret->ptr, ret->len, 1, 1);
}

extern void hand_locate(int32_t a, uint8_t *ret);
static inline void bench_border_glue_locate(uint32_t a, bench_border_glue_place_t *ret) {
  hand_locate((int32_t)a, (uint8_t *)ret);
  hand_list(ret->name.ptr, ret->name.len, 1, 1);
}

typedef struct {
  uint8_t failed;
  union {
    caller_string_t text;
    uint8_t color;
  };
} hand_text_result;

extern void hand_fetch(int32_t a, uint8_t *ret);
static inline bool bench_border_glue_fetch(uint32_t a, caller_string_t *ret, bench_border_glue_color_t *err) {
  hand_text_result got;
  hand_fetch((int32_t)a, (uint8_t *)&got);
  if (got.failed > 1) hand_fail("not a result");
  if (got.failed) {
    *err = hand_color(got.color);
    return false;
  }
  hand_list(got.text.ptr, got.text.len, 1, 1);
  *ret = got.text;
  return true;
}

extern int32_t hand_measure_lent(uint8_t *ptr, size_t len);
static inline uint32_t bench_border_views_measure(caller_string_t *a) {
  return (uint32_t)hand_measure_lent(a->ptr, a->len);
}

extern int32_t hand_total_lent(uint8_t *ptr, size_t len);
static inline uint32_t bench_border_views_total(caller_list_u32_t *a) {
  return (uint32_t)hand_total_lent((uint8_t *)a->ptr, a->len);
}

extern int32_t hand_gather_lent(uint8_t *ptr, size_t len);
static inline uint32_t bench_border_views_gather(caller_list_string_t *a) {
  return (uint32_t)hand_gather_lent((uint8_t *)a->ptr, a->len);
}

extern void hand_text_made(int32_t size, uint8_t *ret);
static inline void bench_border_views_text(uint32_t size, caller_string_t *ret) {
  hand_text_made((int32_t)size, (uint8_t *)ret);
  hand_list(ret->ptr, ret->len, 1, 1);
}

extern void hand_bytes_made(int32_t size, uint8_t *ret);
static inline void bench_border_views_bytes(uint32_t size, caller_list_u8_t *ret) {
  hand_bytes_made((int32_t)size, (uint8_t *)ret);
  hand_list(ret->ptr, ret->len, 1, 1);
}

#endif
