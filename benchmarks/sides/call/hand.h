/* The border by hand: what the generated headers of both sides declare, as a function of another shared object. */
#include <stdint.h>

__attribute__((visibility("default"))) int32_t bench_call_plain_add(int32_t a, int32_t b);
#define exports_bench_call_plain_add bench_call_plain_add
