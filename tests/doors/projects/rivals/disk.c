#include "disk.h"

uint32_t exports_demo_rivals_store_get(uint32_t key) { return key + 10; }
