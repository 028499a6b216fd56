#include BINDINGS

int32_t exports_bench_call_plain_add(int32_t a, int32_t b) { return a + b; }
