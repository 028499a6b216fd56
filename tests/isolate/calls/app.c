/* The program: it checks what comes back, and prints what only the logger sees. */
#undef NDEBUG
#include "app.h"

#include <assert.h>
#include <stdio.h>

typedef demo_shop_store_item_t item_t;
static app_string_t str(const char *s) {
  app_string_t r;
  app_string_set(&r, s);
  return r;
}
uint32_t exports_demo_shop_back_again(uint32_t n) { return demo_shop_store_depth(n); }

/* Where its failures are errors, the component is another process: one that can die. */
static void die(const char *how) {
  app_string_t s = str(how), err;
  app_list_string_t got;
  assert(!demo_shop_store_die(&s, &got, &err));
  assert(err.len == 4 && memcmp(err.ptr, "gone", 4) == 0);
  app_string_free(&err);
  s = str("");
  assert(demo_shop_store_die(&s, &got, &err) && got.len == 1 && got.ptr[0].len == 0);
  app_list_string_free(&got);
}

int main(int argc, char **argv) {
  setvbuf(stdout, NULL, _IONBF, 0);
  for (int i = 1; i < argc; i++) die(argv[i]);
  app_string_t s = str("h\xc3\xa9llo"), r;
  demo_shop_store_echo(&s, &r);
  assert(r.len == 6 && memcmp(r.ptr, s.ptr, 6) == 0);
  app_string_free(&r);
  s = str("");
  demo_shop_store_echo(&s, &r);
  assert(r.len == 0);
  app_string_t tags[] = {str("x"), str(""), str("yz")};
  item_t items[3] = {
      {str("one"), 1, {tags, 3}, true}, {str("two"), 2, {NULL, 0}, false}, {str("three"), 3, {tags + 2, 1}, true}};
  demo_shop_store_list_item_t l = {items, 3}, got;
  demo_shop_store_items(&l, &got);
  assert(got.len == 3 && got.ptr[2].price == 4 && !got.ptr[2].ok && got.ptr[1].ok && got.ptr[0].tags.len == 3 &&
         got.ptr[0].tags.ptr[2].ptr[1] == 'z');
  assert(items[0].price == 1);
  demo_shop_store_list_item_free(&got);
  static uint64_t numbers[100000];
  uint64_t want = 0;
  for (int i = 0; i < 100000; i++) want += numbers[i] = (uint64_t)i * i;
  app_list_u64_t nums = {numbers, 100000};
  assert(demo_shop_store_sum(&nums) == want);
  nums.len = 3;
  assert(demo_shop_store_sum(&nums) == 5);
  app_list_u8_t bytes;
  demo_shop_store_big(3000000, &bytes);
  assert(bytes.len == 3000000 && bytes.ptr[2999999] == (uint8_t)2999999);
  app_list_u8_free(&bytes);
  demo_shop_store_big(0, &bytes);
  assert(bytes.len == 0);
  demo_shop_store_shape_t dot = {.tag = 0}, circle = {.tag = 1, .val.circle = 1.5f},
                          text = {.tag = 2, .val.text = str("abc")}, both = {.tag = 3, .val.both = {1ull << 40, 2.5}};
  demo_shop_store_shape_t list[] = {dot, circle, text, both};
  demo_shop_store_list_shape_t sl = {list, 4}, sg;
  app_string_t err;
  assert(demo_shop_store_shapes(&text, &both, &sl, &sg, &err));
  assert(sg.len == 6 && sg.ptr[0].val.text.len == 3 && sg.ptr[1].val.both.f0 == 1ull << 40 &&
         sg.ptr[3].val.circle == 1.5f && sg.ptr[5].val.both.f1 == 2.5);
  demo_shop_store_list_shape_free(&sg);
  assert(demo_shop_store_shapes(&both, &text, &sl, &sg, &err) && sg.ptr[0].val.both.f1 == 2.5);
  demo_shop_store_list_shape_free(&sg);
  assert(!demo_shop_store_shapes(&dot, NULL, &sl, &sg, &err) && err.len == 8);
  app_string_free(&err);
  app_string_t b = str("bee"), j = str("jay");
  app_list_u8_t k = {(uint8_t *)"12345", 5};
  uint32_t maybe = 7;
  demo_shop_store_many(255, &b, ~0ull, 1.5f, -2.25, -3, true, 0x1F600, 65535, &j, &k, &maybe, -9, &r);
  printf("%.*s\n", (int)r.len, r.ptr);
  app_string_free(&r);
  demo_shop_store_many(0, &b, 0, 0, 0, 0, false, 'a', 0, &j, &k, NULL, 9, &r);
  printf("%.*s\n", (int)r.len, r.ptr);
  app_string_free(&r);
  printf("%d\n", demo_shop_store_scalar(-5, true, 3.9f, DEMO_SHOP_STORE_BITS_C));
  s = str("o");
  demo_shop_store_own_basket_t a = demo_shop_store_constructor_basket(&s), c = demo_shop_store_constructor_basket(&s);
  assert(demo_shop_store_static_basket_count() == 2);
  assert(demo_shop_store_method_basket_add(demo_shop_store_borrow_basket(a), &items[0]) == 1);
  assert(demo_shop_store_method_basket_add(demo_shop_store_borrow_basket(c), &items[2]) == 1);
  demo_shop_store_own_basket_t m = demo_shop_store_static_basket_merge(a, demo_shop_store_borrow_basket(c));
  demo_shop_store_method_basket_items(demo_shop_store_borrow_basket(m), &got);
  assert(got.len == 2 && got.ptr[1].price == 3);
  demo_shop_store_list_item_free(&got);
  demo_shop_store_method_basket_absorb(demo_shop_store_borrow_basket(m), c);
  demo_shop_store_method_basket_items(demo_shop_store_borrow_basket(m), &got);
  assert(got.len == 3 && got.ptr[2].price == 3);
  demo_shop_store_list_item_free(&got);
  assert(demo_shop_store_static_basket_count() == 1);
  demo_shop_store_basket_drop_own(m);
  assert(demo_shop_store_static_basket_count() == 0);
  s = str("mine");
  demo_shop_log_own_sink_t sink = demo_shop_log_constructor_sink(&s);
  assert(demo_shop_store_talk(demo_shop_log_borrow_sink(sink), 3) == 6);
  demo_shop_store_keep(sink, &r);
  printf("kept %.*s\n", (int)r.len, r.ptr);
  app_string_free(&r);
  s = str("theirs");
  sink = demo_shop_store_open(&s);
  demo_shop_log_method_sink_name(demo_shop_log_borrow_sink(sink), &r);
  printf("opened %.*s\n", (int)r.len, r.ptr);
  app_string_free(&r);
  demo_shop_log_sink_drop_own(sink);
  assert(demo_shop_store_depth(100) == 100);
  printf("fine\n");
  return 0;
}
