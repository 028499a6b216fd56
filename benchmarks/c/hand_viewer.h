/* The API that world `viewer` gives its author, by hand. */
#ifndef HAND_VIEWER_H
#define HAND_VIEWER_H

#include "hand_check.h"

typedef struct {
  uint8_t *ptr;
  size_t len;
} viewer_string_t, viewer_list_u8_t;
typedef struct {
  uint32_t *ptr;
  size_t len;
} viewer_list_u32_t;
typedef struct {
  viewer_string_t *ptr;
  size_t len;
} viewer_list_string_t;

uint32_t exports_bench_border_views_measure(const viewer_string_t *a);
uint32_t exports_bench_border_views_total(const viewer_list_u32_t *a);
uint32_t exports_bench_border_views_gather(const viewer_list_string_t *a);
void exports_bench_border_views_text(uint32_t size, viewer_string_t *ret);
void exports_bench_border_views_bytes(uint32_t size, viewer_list_u8_t *ret);

#endif
