#include "test.h"
#include "../check.h"

#define NAME(name) exports_test_nested_nested_##name
#define CASE(name) EXPORTS_TEST_NESTED_NESTED_##name

typedef NAME(tuple2_char32_result_shelf_list_result_u64_price_t) row_t;

void NAME(turn)(NAME(stock_t) *s, NAME(stock_t) *ret) {
  REVERSE(s, row_t)
  *ret = *s;
}

static uint64_t price_sum(const NAME(price_t) *p) {
  uint64_t sum = 0;
  switch (p->tag) {
  case CASE(PRICE_CENTS): return p->val.cents;
  case CASE(PRICE_SCALE):
    for (size_t i = 0; i < p->val.scale.len; i++) sum += p->val.scale.ptr[i].f0;
    return sum;
  case CASE(PRICE_ASK): return p->val.ask.is_some ? p->val.ask.val.len : 0;
  default: return 0;
  }
}

static uint64_t item_sum(const NAME(item_t) *item) {
  uint64_t sum = item->name.len + price_sum(&item->price) + item->marks;
  if (item->weight.is_some) sum += (uint64_t)item->weight.val.f0 * (item->weight.val.f1 + 1u);
  for (size_t i = 0; i < item->parts.len; i++)
    for (size_t k = 0; k < item->parts.ptr[i].len; k++)
      if (item->parts.ptr[i].ptr[k].is_some) sum += item->parts.ptr[i].ptr[k].val.len;
  if (!item->seen.is_err)
    for (size_t i = 0; i < item->seen.val.ok.f1.len; i++) sum += price_sum(&item->seen.val.ok.f1.ptr[i]);
  else if (item->seen.val.err.is_some)
    for (size_t i = 0; i < item->seen.val.err.val.len; i++) sum += item->seen.val.err.val.ptr[i].len;
  return sum;
}

uint64_t NAME(sum)(NAME(stock_t) *s) {
  uint64_t sum = 0;
  for (size_t i = 0; i < s->len; i++) {
    const row_t *row = &s->ptr[i];
    sum += row->f0;
    if (row->f1.is_err) {
      for (size_t k = 0; k < row->f1.val.err.len; k++)
        sum += row->f1.val.err.ptr[k].is_err ? price_sum(&row->f1.val.err.ptr[k].val.err)
                                             : row->f1.val.err.ptr[k].val.ok;
    } else {
      const NAME(shelf_t) *shelf = &row->f1.val.ok;
      for (size_t k = 0; k < shelf->items.len; k++) sum += item_sum(&shelf->items.ptr[k]);
      for (size_t k = 0; k < shelf->by_name.len; k++)
        sum += shelf->by_name.ptr[k].key.len + item_sum(&shelf->by_name.ptr[k].value);
      if (shelf->best.is_some) sum += item_sum(&shelf->best.val);
    }
  }
  NAME(stock_free)(s);
  return sum;
}

bool NAME(pick)(NAME(stock_t) *s, uint32_t n, NAME(result_shelf_list_result_u64_price_t) *ret) {
  bool found = n < s->len;
  if (found) {
    *ret = s->ptr[n].f1;
    /* What is given away must not be freed with the rest. */
    s->ptr[n].f1.is_err = true;
    s->ptr[n].f1.val.err.len = 0;
  }
  NAME(stock_free)(s);
  return found;
}

void NAME(split)(NAME(item_t) *i, NAME(tuple2_item_option_tuple2_price_list_list_option_string_t) *ret) {
  ret->f0 = *i;
  ret->f1.is_some = true;
  ret->f1.val.f0 = i->price;
  ret->f1.val.f1 = i->parts;
  ret->f0.price.tag = CASE(PRICE_FREE);
  ret->f0.parts.len = 0;
}
