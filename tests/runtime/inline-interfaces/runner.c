#include "runner.h"
#include "../check.h"

static runner_string_t text(const char *s) {
  runner_string_t made;
  runner_string_set(&made, s);
  return made;
}

void exports_runner_run(void) {
  uint8_t bytes[] = {1, 2, 3};
  store_item_t one = {text("one"), {bytes, 3}}, two = {text("two"), {NULL, 0}}, got;
  assert(store_put(&one) == 1 && store_put(&two) == 2);

  runner_list_string_t keys;
  store_keys(&keys);
  assert(keys.len == 2 && IS(keys.ptr[0], "one") && IS(keys.ptr[1], "two"));
  runner_list_string_free(&keys);

  runner_string_t name = text("one");
  assert(store_get(&name, &got) && IS(got.key, "one") && IS(got.value, "\1\2\3"));
  store_item_free(&got);
  assert(!store_get(&name, &got));
  name = text("two");
  assert(store_get(&name, &got) && IS(got.key, "two") && got.value.len == 0);
  store_item_free(&got);
  store_keys(&keys);
  assert(keys.len == 0);
  runner_list_string_free(&keys);

  math_2d_vec_t a = {1.5f, -2}, b = {0.25f, 4}, sum;
  math_2d_add(&a, &b, &sum);
  assert(sum.f0 == 1.75f && sum.f1 == 2);
}
