#include "app.h"

#include <stdio.h>

int main(void) {
  uint32_t store = demo_rivals_store_get(5), total = demo_rivals_report_total(), size = demo_rivals_sizing_size();
  printf("store %u, total %u, size %u\n", store, total, size);
  return store == 6000 && total == 211 && size == 7 ? 0 : 1;
}
