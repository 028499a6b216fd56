#include "app.h"

#include <stdio.h>
#include <stdlib.h>

// Sells as many as each argument says; what is below zero is taken without a sale.
int main(int count, char **arguments) {
  for (int i = 1; i < count; i++) {
    int wanted = atoi(arguments[i]);
    uint32_t line;
    app_string_t problem;
    if (wanted < 0) {
      demo_trio_goods_take((uint32_t)-wanted);
    } else if (demo_trio_sales_sell((uint32_t)wanted, &line, &problem)) {
      printf("line %u, ", line);
    } else {
      printf("no: %.*s, ", (int)problem.len, (const char *)problem.ptr);
      app_string_free(&problem);
    }
    printf("%u taken\n", demo_trio_goods_take(0));
  }
  return 0;
}
