#include BINDINGS

#include <stdlib.h>

struct exports_bench_method_objects_adder_t {
  int32_t bias;
};

exports_bench_method_objects_own_adder_t exports_bench_method_objects_constructor_adder(int32_t bias) {
  exports_bench_method_objects_adder_t *adder = malloc(sizeof *adder);
  if (adder == NULL) abort();
  adder->bias = bias;
  return exports_bench_method_objects_adder_new(adder);
}

int32_t exports_bench_method_objects_method_adder_add(exports_bench_method_objects_borrow_adder_t self, int32_t a,
                                                      int32_t b) {
  return a + b + self->bias;
}

void exports_bench_method_objects_adder_destructor(exports_bench_method_objects_adder_t *adder) { free(adder); }
