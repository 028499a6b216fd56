#include "runner.h"
#include "../check.h"

#define NAME(name) test_nested_nested_##name
#define CASE(name) TEST_NESTED_NESTED_##name

typedef NAME(tuple2_char32_result_shelf_list_result_u64_price_t) row_t;

static runner_string_t text(const char *s) {
  runner_string_t made;
  runner_string_set(&made, s);
  return made;
}

static runner_tuple2_u16_f32_t steps[] = {{1, 0.5f}, {UINT16_MAX, -2}};
static runner_option_string_t row_a[2], row_b[1];
static runner_list_option_string_t parts[3];
static runner_string_t words[2];
static NAME(price_t) prices[4];

static NAME(item_t) item(const char *name, bool full) {
  NAME(item_t) made = {.name = text(name), .price = prices[full ? 2 : 0], .marks = CASE(MARKS_NEW) | CASE(MARKS_COLD)};
  made.weight.is_some = full;
  made.weight.val.f0 = 2;
  made.weight.val.f1 = CASE(UNIT_T);
  made.parts.ptr = parts;
  made.parts.len = full ? 3 : 0;
  made.seen.is_err = !full;
  if (full) {
    made.seen.val.ok.f0 = 9;
    made.seen.val.ok.f1.ptr = prices;
    made.seen.val.ok.f1.len = 4;
  } else {
    made.seen.val.err.is_some = true;
    made.seen.val.err.val.ptr = words;
    made.seen.val.err.val.len = 2;
  }
  return made;
}

static bool is_item(const NAME(item_t) *i, const char *name, bool full) {
  if (!same_bytes(i->name.ptr, i->name.len, name, strlen(name)) || i->weight.is_some != full ||
      i->seen.is_err == full || i->marks != (CASE(MARKS_NEW) | CASE(MARKS_COLD)))
    return false;
  if (!full)
    return i->price.tag == CASE(PRICE_FREE) && i->parts.len == 0 && i->seen.val.err.is_some &&
           i->seen.val.err.val.len == 2 && IS(i->seen.val.err.val.ptr[1], "words");
  return i->price.tag == CASE(PRICE_SCALE) && i->price.val.scale.len == 2 &&
         i->price.val.scale.ptr[1].f0 == UINT16_MAX && i->price.val.scale.ptr[0].f0 == 1 &&
         i->price.val.scale.ptr[1].f1 == -2 && i->weight.val.f0 == 2 &&
         i->weight.val.f1 == CASE(UNIT_T) && i->parts.len == 3 && i->parts.ptr[0].len == 2 &&
         IS(i->parts.ptr[0].ptr[0].val, "screw") && !i->parts.ptr[0].ptr[1].is_some && i->parts.ptr[1].len == 0 &&
         i->parts.ptr[2].len == 1 && i->seen.val.ok.f0 == 9 && i->seen.val.ok.f1.len == 4 &&
         i->seen.val.ok.f1.ptr[1].val.cents == 199 && IS(i->seen.val.ok.f1.ptr[3].val.ask.val, "me");
}

static void fill(void) {
  row_a[0].is_some = true;
  row_a[0].val = text("screw");
  row_b[0].is_some = true;
  row_b[0].val = text("");
  parts[0].ptr = row_a;
  parts[0].len = 2;
  parts[2].ptr = row_b;
  parts[2].len = 1;
  words[0] = text("some");
  words[1] = text("words");
  prices[0].tag = CASE(PRICE_FREE);
  prices[1].tag = CASE(PRICE_CENTS);
  prices[1].val.cents = 199;
  prices[2].tag = CASE(PRICE_SCALE);
  prices[2].val.scale.ptr = steps;
  prices[2].val.scale.len = 2;
  prices[3].tag = CASE(PRICE_ASK);
  prices[3].val.ask.is_some = true;
  prices[3].val.ask.val = text("me");
}

static void whole(NAME(stock_t) *stock) {
  NAME(stock_t) turned;
  NAME(turn)(stock, &turned);
  assert(turned.len == 3 && turned.ptr[0].f0 == 0x10FFFF && turned.ptr[0].f1.is_err);
  assert(turned.ptr[0].f1.val.err.len == 0);
  assert(turned.ptr[1].f0 == 'b' && turned.ptr[1].f1.is_err && turned.ptr[1].f1.val.err.len == 2);
  assert(turned.ptr[1].f1.val.err.ptr[0].val.ok == UINT64_C(1) << 40);
  assert(turned.ptr[1].f1.val.err.ptr[1].val.err.val.cents == 199);
  const NAME(shelf_t) *shelf = &turned.ptr[2].f1.val.ok;
  assert(turned.ptr[2].f0 == 'a' && !turned.ptr[2].f1.is_err && shelf->items.len == 2 && shelf->by_name.len == 1);
  assert(is_item(&shelf->items.ptr[0], "full", true) && is_item(&shelf->items.ptr[1], "", false));
  assert(IS(shelf->by_name.ptr[0].key, "key") && is_item(&shelf->by_name.ptr[0].value, "value", true));
  assert(shelf->best.is_some && is_item(&shelf->best.val, "best", false));
  assert(NAME(sum)(&turned) == NAME(sum)(stock));
  NAME(stock_free)(&turned);
}

void exports_runner_run(void) {
  fill();
  NAME(item_t) items[] = {item("full", true), item("", false)};
  NAME(map_string_item_entry_t) entries[] = {{text("key"), item("value", true)}};
  NAME(result_u64_price_t) left[2] = {{.is_err = false, .val = {.ok = UINT64_C(1) << 40}},
                                      {.is_err = true, .val = {.err = prices[1]}}};
  row_t rows[3] = {{.f0 = 'a', .f1 = {.is_err = false}}, {.f0 = 'b', .f1 = {.is_err = true}},
                   {.f0 = 0x10FFFF, .f1 = {.is_err = true}}};
  rows[0].f1.val.ok.items.ptr = items;
  rows[0].f1.val.ok.items.len = 2;
  rows[0].f1.val.ok.by_name.ptr = entries;
  rows[0].f1.val.ok.by_name.len = 1;
  rows[0].f1.val.ok.best.is_some = true;
  rows[0].f1.val.ok.best.val = item("best", false);
  rows[1].f1.val.err.ptr = left;
  rows[1].f1.val.err.len = 2;
  NAME(stock_t) stock = {rows, 3};
  whole(&stock);

  /* 'a' + full (4 + 65536 + 5 + 6 + 5 + 199 + 65536 + 2) + bare (5 + 9) + key + value + best, and so on. */
  uint64_t full = 65536 + 5 + 6 + 5 + 199 + 65536 + 2, bare = 5 + 9;
  uint64_t shelf = 'a' + (4 + full) + bare + 3 + (5 + full) + (4 + bare);
  assert(NAME(sum)(&stock) == shelf + 'b' + (UINT64_C(1) << 40) + 199 + 0x10FFFF);

  NAME(result_shelf_list_result_u64_price_t) picked;
  assert(NAME(pick)(&stock, 0, &picked) && !picked.is_err && is_item(&picked.val.ok.items.ptr[0], "full", true));
  assert(picked.val.ok.items.len == 2 && is_item(&picked.val.ok.best.val, "best", false));
  NAME(result_shelf_list_result_u64_price_free)(&picked);
  assert(NAME(pick)(&stock, 1, &picked) && picked.is_err && picked.val.err.len == 2);
  NAME(result_shelf_list_result_u64_price_free)(&picked);
  assert(!NAME(pick)(&stock, 3, &picked));

  NAME(tuple2_item_option_tuple2_price_list_list_option_string_t) halves;
  NAME(split)(&items[0], &halves);
  assert(IS(halves.f0.name, "full") && halves.f0.price.tag == CASE(PRICE_FREE) && halves.f0.parts.len == 0);
  assert(halves.f1.is_some && halves.f1.val.f0.tag == CASE(PRICE_SCALE) && halves.f1.val.f1.len == 3);
  assert(halves.f0.seen.val.ok.f1.ptr[1].val.cents == 199 && IS(halves.f1.val.f1.ptr[0].ptr[0].val, "screw"));
  NAME(tuple2_item_option_tuple2_price_list_list_option_string_free)(&halves);
}
