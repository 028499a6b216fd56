/* `run_add` calls as often as it is told; each sum is the next call's argument. */
#include BINDINGS
#include "run.h"

RUN run_add(long n) {
  int32_t sum = 1;
  for (long i = 0; i < n; i++) sum = bench_call_plain_add(sum, (int32_t)i);
  OPAQUE(sum);
}
