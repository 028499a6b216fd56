#include BINDINGS
#include "run.h"

RUN run_add(long n) {
  const bench::method::objects::Adder adder(3);
  int32_t sum = 1;
  for (long i = 0; i < n; i++) sum = adder.Add(sum, static_cast<int32_t>(i));
  OPAQUE(sum);
}
