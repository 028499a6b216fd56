/* `run_F_SIZE` lends F as many bytes, as often as it is told. */
#include BINDINGS
#include "run.h"

static uint8_t bytes[BIG] = {1};
static uint32_t words[BIG / sizeof(uint32_t)] = {1};

#define LEND(kind, of, function, list)                                                                                 \
  static inline void function(long n, size_t size) {                                                                   \
    list lent = {of, size / sizeof *of};                                                                               \
    uint32_t sum = 0;                                                                                                  \
    for (long i = 0; i < n; i++) sum += bench_lent_views_##kind(&lent);                                                \
    OPAQUE(sum);                                                                                                       \
  }                                                                                                                    \
  RUN run_##kind##_small(long n) { function(n, SMALL); }                                                               \
  RUN run_##kind##_big(long n) { function(n, BIG); }

LEND(text, bytes, lend_text, caller_string_t)
LEND(bytes, bytes, lend_bytes, caller_list_u8_t)
LEND(words, words, lend_words, caller_list_u32_t)
