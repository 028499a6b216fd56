/* What world `viewer` exports, with --api-style symmetric: arguments are lent. */
#include BINDINGS
#include <stdlib.h>
#include <string.h>

uint32_t exports_bench_border_views_measure(const viewer_string_t *a) {
  return a->len > 0 ? a->ptr[0] + a->ptr[a->len - 1] : 0;
}

uint32_t exports_bench_border_views_total(const viewer_list_u32_t *a) {
  uint32_t sum = 0;
  for (size_t i = 0; i < a->len; i++) sum += a->ptr[i];
  return sum;
}

uint32_t exports_bench_border_views_gather(const viewer_list_string_t *a) {
  uint32_t sum = 0;
  for (size_t i = 0; i < a->len; i++) sum += (uint32_t)a->ptr[i].len;
  return sum;
}

static uint8_t source[1 << 20] = {1};

static uint8_t *copy_of_source(size_t size) {
  uint8_t *copy = malloc(size);
  if (copy == NULL) abort();
  return memcpy(copy, source, size);
}

void exports_bench_border_views_text(uint32_t size, viewer_string_t *ret) {
  ret->ptr = copy_of_source(size);
  ret->len = size;
}

void exports_bench_border_views_bytes(uint32_t size, viewer_list_u8_t *ret) {
  ret->ptr = copy_of_source(size);
  ret->len = size;
}
