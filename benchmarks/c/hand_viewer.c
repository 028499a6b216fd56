/* The callee's side of world `viewer`'s border, by hand. */
#include "hand_viewer.h"

#define BORDER __attribute__((visibility("default")))

BORDER int32_t hand_measure_lent(uint8_t *ptr, size_t len) {
  hand_list(ptr, len, 1, 1);
  viewer_string_t text = {ptr, len};
  return (int32_t)exports_bench_border_views_measure(&text);
}

BORDER int32_t hand_total_lent(uint8_t *ptr, size_t len) {
  hand_list(ptr, len, sizeof(uint32_t), sizeof(uint32_t));
  viewer_list_u32_t list = {(uint32_t *)(void *)ptr, len};
  return (int32_t)exports_bench_border_views_total(&list);
}

BORDER int32_t hand_gather_lent(uint8_t *ptr, size_t len) {
  hand_list(ptr, len, sizeof(viewer_string_t), sizeof(void *));
  viewer_list_string_t list = {(viewer_string_t *)(void *)ptr, len};
  for (size_t i = 0; i < len; i++) hand_list(list.ptr[i].ptr, list.ptr[i].len, 1, 1);
  return (int32_t)exports_bench_border_views_gather(&list);
}

BORDER void hand_text_made(int32_t size, uint8_t *ret) {
  exports_bench_border_views_text((uint32_t)size, (viewer_string_t *)(void *)ret);
}

BORDER void hand_bytes_made(int32_t size, uint8_t *ret) {
  exports_bench_border_views_bytes((uint32_t)size, (viewer_list_u8_t *)(void *)ret);
}
