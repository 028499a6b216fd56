#include "reader.h"

uint32_t exports_demo_rivals_report_total(void) { return source_get(0) + source_get(1); }
