/* The callee's side of world `copier`'s border, by hand. */
#include "hand_copier.h"

#define BORDER __attribute__((visibility("default")))

BORDER int32_t hand_add_bytes(int32_t a, int32_t b) {
  return exports_bench_border_glue_add_bytes((uint8_t)a, (uint8_t)b);
}

BORDER int32_t hand_both(int32_t a, int32_t b) { return exports_bench_border_glue_both(a != 0, b != 0); }

BORDER int32_t hand_next_char(int32_t a) { return (int32_t)exports_bench_border_glue_next_char(hand_char(a)); }

BORDER int32_t hand_turn(int32_t a) { return exports_bench_border_glue_turn(hand_color(a)); }

BORDER int32_t hand_or_zero(int32_t some, int32_t value) {
  if ((uint32_t)some > 1) hand_fail("not an option");
  return (int32_t)exports_bench_border_glue_or_zero(some ? (uint32_t *)&value : NULL);
}

BORDER void hand_halve(int32_t a, uint8_t *ret) {
  uint32_t value;
  bool some = exports_bench_border_glue_halve((uint32_t)a, &value);
  ret[0] = some;
  if (some) memcpy(ret + 4, &value, sizeof value);
}

BORDER void hand_divide(int32_t a, int32_t b, uint8_t *ret) {
  uint32_t value;
  uint8_t color;
  bool fine = exports_bench_border_glue_divide((uint32_t)a, (uint32_t)b, &value, &color);
  ret[0] = !fine;
  if (fine)
    memcpy(ret + 4, &value, sizeof value);
  else
    ret[4] = color;
}

BORDER int32_t hand_distance(int32_t x, int32_t y) {
  exports_bench_border_glue_point_t point = {x, y};
  return exports_bench_border_glue_distance(&point);
}

BORDER void hand_mirror(int32_t x, int32_t y, uint8_t *ret) {
  exports_bench_border_glue_point_t point = {x, y};
  exports_bench_border_glue_mirror(&point, (exports_bench_border_glue_point_t *)(void *)ret);
}

BORDER int32_t hand_area(int32_t tag, uint8_t *first, size_t second) {
  exports_bench_border_glue_shape_t shape;
  uint32_t bits = (uint32_t)(uintptr_t)first;
  switch (tag) {
    case 0:
      break;
    case 1:
    case 2:
      memcpy(&shape.val, &bits, sizeof bits);
      break;
    case 3:
      shape.val.named.ptr = hand_copy(first, second, 1, 1);
      shape.val.named.len = second;
      break;
    default:
      hand_fail("not a shape");
  }
  shape.tag = (uint8_t)tag;
  return (int32_t)exports_bench_border_glue_area(&shape);
}

BORDER int32_t hand_measure(uint8_t *ptr, size_t len) {
  copier_string_t text = {hand_copy(ptr, len, 1, 1), len};
  return (int32_t)exports_bench_border_glue_measure(&text);
}

BORDER int32_t hand_total(uint8_t *ptr, size_t len) {
  copier_list_u32_t list = {hand_copy(ptr, len, sizeof(uint32_t), sizeof(uint32_t)), len};
  return (int32_t)exports_bench_border_glue_total(&list);
}

BORDER int32_t hand_describe(int32_t id, uint8_t *ptr, size_t len) {
  exports_bench_border_glue_place_t place = {(uint32_t)id, {hand_copy(ptr, len, 1, 1), len}};
  return (int32_t)exports_bench_border_glue_describe(&place);
}

BORDER int32_t hand_gather(uint8_t *ptr, size_t len) {
  copier_list_string_t list = {hand_copy(ptr, len, sizeof(copier_string_t), sizeof(void *)), len};
  for (size_t i = 0; i < len; i++) list.ptr[i].ptr = hand_copy(list.ptr[i].ptr, list.ptr[i].len, 1, 1);
  return (int32_t)exports_bench_border_glue_gather(&list);
}

BORDER int32_t hand_many(uint8_t *args) {
  const uint32_t *p = (const uint32_t *)(void *)args;
  return (int32_t)exports_bench_border_glue_many(p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9], p[10],
                                                 p[11], p[12], p[13], p[14], p[15], p[16]);
}

BORDER void hand_name(int32_t a, uint8_t *ret) {
  exports_bench_border_glue_name((uint32_t)a, (copier_string_t *)(void *)ret);
}

BORDER void hand_bytes(int32_t a, uint8_t *ret) {
  exports_bench_border_glue_bytes((uint32_t)a, (copier_list_u8_t *)(void *)ret);
}

BORDER void hand_locate(int32_t a, uint8_t *ret) {
  exports_bench_border_glue_locate((uint32_t)a, (exports_bench_border_glue_place_t *)(void *)ret);
}

BORDER void hand_fetch(int32_t a, uint8_t *ret) {
  copier_string_t text;
  uint8_t color;
  bool fine = exports_bench_border_glue_fetch((uint32_t)a, &text, &color);
  ret[0] = !fine;
  if (fine)
    memcpy(ret + 8, &text, sizeof text);
  else
    ret[8] = color;
}
