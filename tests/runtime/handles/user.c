#include "user.h"
#include "../check.h"

#define ITEM(name) test_handles_items_##name
#define NAME(name) exports_test_handles_keeping_##name

static NAME(option_box_t) kept;
static NAME(list_own_item_t) all;

void NAME(put)(NAME(box_t) *v) {
  assert(!kept.is_some);
  kept.is_some = true;
  kept.val = *v;
}

void NAME(put_all)(NAME(list_own_item_t) *v) {
  assert(all.len == 0);
  all = *v;
}

bool NAME(take)(NAME(box_t) *ret) {
  bool some = kept.is_some;
  *ret = kept.val;
  kept.is_some = false;
  return some;
}

/* All but the first, which is dropped here. */
void NAME(take_all)(NAME(list_own_item_t) *ret) {
  ITEM(item_drop_own)(all.ptr[0]);
  memmove(all.ptr, all.ptr + 1, (all.len - 1) * sizeof *all.ptr);
  *ret = all;
  ret->len--;
  all.len = 0;
}

/* On wasm each borrow is dropped before the call is over. */
static uint32_t look(ITEM(borrow_item_t) item) {
  uint32_t n = ITEM(method_item_n)(item);
  ITEM(item_drop_borrow)(item);
  return n;
}

uint32_t NAME(look)(NAME(view_t) *v) {
  uint32_t total = look(v->of);
  for (size_t i = 0; i < v->others.len; i++) total += look(v->others.ptr[i]);
  NAME(view_free)(v);
  return total;
}

uint32_t NAME(look_at)(NAME(borrow_item_t) v, NAME(borrow_item_t) *maybe_other) {
  return look(v) + (maybe_other ? look(*maybe_other) : 0);
}
