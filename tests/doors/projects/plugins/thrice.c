#include "plugin.h"

uint32_t exports_demo_plugins_filter_apply(uint32_t value) { return 3 * value + demo_plugins_host_setting(2); }
