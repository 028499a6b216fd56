#include "left.h"

void exports_test_diamond_number_get(exports_test_diamond_number_value_t *ret) {
  ret->n = 1;
  left_string_dup(&ret->by, "left");
}
