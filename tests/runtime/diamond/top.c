#include "top.h"
#include "../check.h"

void sums_all(top_tuple3_u32_u32_string_t *ret) {
  a_value_t a;
  b_value_t b;
  test_diamond_number_value_t number;
  a_get(&a);
  b_get(&b);
  test_diamond_number_get(&number);
  ret->f0 = a.n;
  ret->f1 = b.n + number.n;
  LIST(&ret->f2, a.by.len + b.by.len);
  memcpy(ret->f2.ptr, a.by.ptr, a.by.len);
  memcpy(ret->f2.ptr + a.by.len, b.by.ptr, b.by.len);
  a_value_free(&a);
  b_value_free(&b);
  test_diamond_number_value_free(&number);
}
