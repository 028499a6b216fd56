/* codec.c: the component whose calls are timed. */
#include <signal.h>
#include <string.h>

#include "codec_component.h"

int32_t exports_bench_isolated_codec_add(int32_t a, int32_t b) { return (int32_t)((uint32_t)a + (uint32_t)b); }

uint64_t exports_bench_isolated_codec_sum(const codec_component_list_u8_t *bytes) {
  uint64_t sum = 0;
  for (size_t i = 0; i < bytes->len; i += 64) {
    uint64_t part;
    memcpy(&part, bytes->ptr + i, sizeof part);
    sum += part;
  }
  return sum;
}

uint64_t exports_bench_isolated_codec_lengths(const exports_bench_isolated_codec_list_entry_t *entries) {
  uint64_t sum = 0;
  for (size_t i = 0; i < entries->len; ++i)
    sum += entries->ptr[i].name.len + entries->ptr[i].note.len + entries->ptr[i].id;
  return sum;
}

uint32_t exports_bench_isolated_codec_end(void) {
  bench_isolated_clock_tick();
  raise(SIGKILL);
  return 0;
}
