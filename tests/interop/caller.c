/* Calls a store, by a user of generated C. */
#include "caller.h"

#undef NDEBUG
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef interop_shop_store_own_item_t own_item;
typedef interop_shop_store_borrow_item_t item;
typedef interop_shop_store_price_t price;

static caller_string_t words(const char *of) {
  caller_string_t made;
  caller_string_set(&made, of);
  return made;
}
static void require(caller_string_t got, const char *wanted) {
  assert(got.len == strlen(wanted) && memcmp(got.ptr, wanted, got.len) == 0);
  caller_string_free(&got);
}
static own_item item_of(const char *name) {
  caller_string_t text = words(name);
  return interop_shop_store_constructor_item(&text);
}
static item lend(own_item of) { return interop_shop_store_borrow_item(of); }

static void resources(void) {
  caller_string_t name, err, text = words("ink");
  own_item pen = item_of("pen"), nothing = item_of(""), ink, cup;
  interop_shop_store_method_item_name(lend(pen), &name);
  require(name, "pen");
  interop_shop_store_method_item_name(lend(nothing), &name);
  require(name, "");
  assert(interop_shop_store_method_item_weigh(lend(pen), UINT32_MAX) == 3000 + (uint64_t)UINT32_MAX);
  assert(interop_shop_store_static_item_parse(&text, &ink, &err));
  assert(interop_shop_store_method_item_weigh(lend(ink), 7) == 3007);
  interop_shop_store_item_drop_own(ink);
  text = words("");
  assert(!interop_shop_store_static_item_parse(&text, &ink, &err));
  require(err, "empty");
  text = words("none");
  assert(!interop_shop_store_find(&text, &cup));
  text = words("cup");
  assert(interop_shop_store_find(&text, &cup));

  own_item given[] = {pen, cup, nothing};
  interop_shop_store_list_own_item_t items = {given, 3};
  caller_list_string_t names;
  interop_shop_store_take(&items, &names);
  assert(names.len == 3 && names.ptr[0].len == 3 && memcmp(names.ptr[1].ptr, "cup", 3) == 0 && names.ptr[2].len == 0);
  caller_list_string_free(&names);
}

static void values(void) {
  interop_shop_store_tuple5_s8_f32_grade_marks_char32_t echo;
  interop_shop_store_echo(false, -5, 40000, 0x1F600, INTEROP_SHOP_STORE_GRADE_HIGH, INTEROP_SHOP_STORE_MARKS_NEW, 0.5f,
                          0.25, &echo);
  assert(echo.f0 == -5 && echo.f1 == 0.75f && echo.f2 == INTEROP_SHOP_STORE_GRADE_HIGH && echo.f4 == 0x1F600);
  assert(echo.f3 == (INTEROP_SHOP_STORE_MARKS_NEW | INTEROP_SHOP_STORE_MARKS_LAST));

  price from[] = {{.tag = INTEROP_SHOP_STORE_PRICE_GIFT},
                  {.tag = INTEROP_SHOP_STORE_PRICE_CENTS, .val.cents = 12},
                  {.tag = INTEROP_SHOP_STORE_PRICE_WORDS, .val.words = words("w")},
                  {.tag = INTEROP_SHOP_STORE_PRICE_EACH, .val.each = 2}};
  interop_shop_store_list_price_t prices = {from, 4}, to;
  interop_shop_store_convert(&prices, &to);
  assert(to.len == 4 && to.ptr[0].tag == INTEROP_SHOP_STORE_PRICE_CENTS && to.ptr[1].val.each == 12);
  assert(to.ptr[2].tag == INTEROP_SHOP_STORE_PRICE_GIFT && to.ptr[3].val.words.len == 4);
  interop_shop_store_list_price_free(&to);

  own_item pen = item_of("pen"), book = item_of("book");
  interop_shop_store_line_t of[] = {{lend(pen), 3, {false, {NULL, 0}}},
                                    {lend(book), 1000, {false, {NULL, 0}}},
                                    {lend(pen), 1, {true, words("a gift")}}};
  interop_shop_store_list_line_t lines = {of, 2};
  price sum;
  caller_string_t err;
  assert(interop_shop_store_total(&lines, &sum, &err));
  assert(sum.tag == INTEROP_SHOP_STORE_PRICE_CENTS && sum.val.cents == 4009);
  lines.len = 3;
  assert(interop_shop_store_total(&lines, &sum, &err) && sum.tag == INTEROP_SHOP_STORE_PRICE_WORDS);
  require(sum.val.words, "a gift");
  lines.len = 0;
  assert(!interop_shop_store_total(&lines, &sum, &err));
  require(err, "nothing");
  interop_shop_store_item_drop_own(pen);
  interop_shop_store_item_drop_own(book);
}

static void parameters(void) {
  uint16_t of[] = {10, 20};
  caller_list_u16_t d = {of, 2};
  caller_string_t b = words("xy");
  uint32_t f = 5;
  const uint64_t rest = 1 + 2 + 30 + 4 + 5 - 6 + 7 + 8 + 9 + 1, weights[] = {1, 1ull << 40, 3, 40};
  price all[] = {{.tag = INTEROP_SHOP_STORE_PRICE_GIFT},
                 {.tag = INTEROP_SHOP_STORE_PRICE_CENTS, .val.cents = 1ull << 40},
                 {.tag = INTEROP_SHOP_STORE_PRICE_WORDS, .val.words = words("abc")},
                 {.tag = INTEROP_SHOP_STORE_PRICE_EACH, .val.each = 40}};
  for (int n = 0; n < 4; ++n) {
    uint64_t got;
    assert(interop_shop_store_many(1, &b, &all[n], &d, 4, &f, -6, 7, 8.5f, 9.5, true) == rest + weights[n]);
    assert(interop_shop_store_more(1, &b, &all[n], &d, 4, &f, -6, 7, 8.5f, 9.5, true, 100, &got));
    assert(got == rest + weights[n] + 100);
    assert(!interop_shop_store_more(1, &b, &all[n], &d, 4, NULL, -6, 7, 8.5f, 9.5, true, 0, &got));
  }
}

int main(void) {
  resources();
  values();
  parameters();
  puts("as by hand");
  return 0;
}
