/* The border by hand: an object behind a pointer, and functions of another shared object that take it. */
#include <stdint.h>
#include <stdlib.h>

typedef struct exports_bench_method_objects_adder_t exports_bench_method_objects_adder_t;
typedef exports_bench_method_objects_adder_t *exports_bench_method_objects_own_adder_t;
typedef exports_bench_method_objects_adder_t *exports_bench_method_objects_borrow_adder_t;
typedef exports_bench_method_objects_own_adder_t bench_method_objects_own_adder_t;

#define SHOWN __attribute__((visibility("default")))

SHOWN bench_method_objects_own_adder_t bench_method_objects_constructor_adder(int32_t bias);
SHOWN int32_t bench_method_objects_method_adder_add(bench_method_objects_own_adder_t self, int32_t a, int32_t b);
SHOWN void bench_method_objects_adder_drop_own(bench_method_objects_own_adder_t self);

#define bench_method_objects_borrow_adder(own) (own)
#define exports_bench_method_objects_adder_new(rep) (rep)
#define exports_bench_method_objects_constructor_adder bench_method_objects_constructor_adder
#define exports_bench_method_objects_method_adder_add bench_method_objects_method_adder_add
#define exports_bench_method_objects_adder_destructor bench_method_objects_adder_drop_own
