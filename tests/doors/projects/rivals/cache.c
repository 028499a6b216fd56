#include "cache.h"

uint32_t exports_demo_rivals_store_get(uint32_t key) { return 1000 * demo_rivals_store_get(key); }
