#include "app.h"

#include <stdio.h>

int main(void) {
  int32_t sum = demo_chain_adder_add(1, 2);
  printf("sum %d\n", sum);
  return sum == 103 ? 0 : 1;
}
