#include BINDINGS

int32_t exports::bench::call::plain::Add(int32_t a, int32_t b) { return a + b; }
