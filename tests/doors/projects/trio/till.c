#include "till.h"

bool exports_demo_trio_sales_sell(uint32_t count, uint32_t *line, till_string_t *problem) {
  (void)problem;
  demo_trio_goods_take(count);
  till_string_t text;
  till_string_set(&text, "  sold");
  *line = demo_trio_lines_write(&text);
  return true;
}
