#include "calc.h"

int32_t exports_demo_chain_adder_add(int32_t a, int32_t b) { return a + b + (int32_t)demo_chain_logging_write(99); }
