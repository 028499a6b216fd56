#include BINDINGS
#include "run.h"

RUN run_add(long n) {
  int32_t sum = 1;
  for (long i = 0; i < n; i++) sum = bench::call::plain::Add(sum, static_cast<int32_t>(i));
  OPAQUE(sum);
}
