#include "stock.h"

#include <stdlib.h>

static uint32_t taken;

uint32_t exports_demo_trio_goods_take(uint32_t count) {
  if (count == 13) {
    abort();
  }
  if (count > 0) {
    stock_string_t text;
    stock_string_set(&text, "  taken");
    demo_trio_lines_write(&text);
  }
  return taken += count;
}
