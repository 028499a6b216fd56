#include "app.h"

#include <stdio.h>

int main(void) {
  printf("store %u, total %u, size %u\n", demo_rivals_store_get(5), demo_rivals_report_total(), demo_rivals_sizing_size());
  return 0;
}
