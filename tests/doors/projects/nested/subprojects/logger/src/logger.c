#include "level.h"
#include "logger.h"

uint32_t exports_demo_log_logging_write(uint32_t level) { return level + LEVEL; }
