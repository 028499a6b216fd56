#include "sizes.h"

uint32_t exports_demo_rivals_sizing_size(void) { return 7; }
