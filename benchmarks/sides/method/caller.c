/* `run_add` calls one object's method as often as it is told; each sum is the next call's argument. */
#include BINDINGS
#include "run.h"

RUN run_add(long n) {
  bench_method_objects_own_adder_t adder = bench_method_objects_constructor_adder(3);
  int32_t sum = 1;
  for (long i = 0; i < n; i++)
    sum = bench_method_objects_method_adder_add(bench_method_objects_borrow_adder(adder), sum, (int32_t)i);
  OPAQUE(sum);
  bench_method_objects_adder_drop_own(adder);
}
