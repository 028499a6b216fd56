/* What a Python package calls: the same source natively and on wasm. */
#include "packaged.h"

#include <stdlib.h>
#include <string.h>

int32_t exports_bench_packaged_kinds_add(int32_t a, int32_t b) { return (int32_t)((uint32_t)a + (uint32_t)b); }

uint32_t exports_bench_packaged_kinds_ends(packaged_list_u8_t *octets) {
  uint32_t sum = octets->len == 0 ? 0 : (uint32_t)octets->ptr[0] + octets->ptr[octets->len - 1];
  packaged_list_u8_free(octets);
  return sum;
}

void exports_bench_packaged_kinds_make(uint32_t size, packaged_list_u8_t *ret) {
  ret->ptr = malloc(size);
  if (ret->ptr == NULL) abort();
  ret->len = size;
  memset(ret->ptr, 1, size);
}

void exports_bench_packaged_kinds_samples(uint32_t count, exports_bench_packaged_kinds_list_sample_t *ret) {
  ret->ptr = malloc(count * sizeof *ret->ptr);
  if (ret->ptr == NULL) abort();
  ret->len = count;
  for (uint32_t i = 0; i < count; i++) {
    ret->ptr[i].at = i;
    ret->ptr[i].value = i * 0.5;
    packaged_string_dup(&ret->ptr[i].name, "sample");
  }
}
