#include "reader.h"

uint32_t exports_demo_rivals_report_total(void) { return 100 * near_get(1) + far_get(1); }
