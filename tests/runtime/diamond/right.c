#include "right.h"

void exports_test_diamond_number_get(exports_test_diamond_number_value_t *ret) {
  test_diamond_number_value_t theirs;
  test_diamond_number_get(&theirs);
  ret->n = theirs.n + 10;
  test_diamond_number_value_free(&theirs);
  right_string_dup(&ret->by, "right");
}
