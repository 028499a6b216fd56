#include "logger.h"

uint32_t exports_demo_chain_logging_write(uint32_t level) { return level + 1; }
