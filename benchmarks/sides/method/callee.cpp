#include BINDINGS

int32_t exports::bench::method::objects::Adder::Add(int32_t a, int32_t b) { return a + b + bias_; }
