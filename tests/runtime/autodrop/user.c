//@ args = '--autodrop-borrows=yes'
#include "user.h"
#include "../check.h"

#define ITEM(name) test_autodrop_items_##name
#define NAME(name) exports_test_autodrop_looking_##name
#define CHOICE(name) EXPORTS_TEST_AUTODROP_LOOKING_CHOICE_##name

static uint32_t n(ITEM(borrow_item_t) of) { return ITEM(method_item_n)(of); }

static uint32_t look(NAME(view_t) *v) {
  uint32_t found = n(v->of) + (uint32_t)v->name.len;
  NAME(view_free)(v);
  return found;
}

uint32_t NAME(plain)(NAME(borrow_item_t) v) { return n(v); }

/* What the glue drops is what was lent, whatever is written over it. */
void NAME(in_record)(NAME(view_t) *v, user_string_t *ret) {
  *ret = v->name;
  v->of.__handle = 0;
}

uint32_t NAME(maybe)(NAME(borrow_item_t) *maybe_v) { return maybe_v ? n(*maybe_v) : 0; }

uint32_t NAME(either)(NAME(result_borrow_item_view_t) *v) {
  v->is_err = !v->is_err;
  return v->is_err ? n(v->val.ok) : look(&v->val.err);
}

uint32_t NAME(chosen)(NAME(choice_t) *v) {
  switch (v->tag) {
    case CHOICE(NONE):
      return 0;
    case CHOICE(ONE):
      return n(v->val.one);
    case CHOICE(BOTH):
      return n(v->val.both.f0) + n(v->val.both.f1);
    default:
      return look(&v->val.view);
  }
}

uint32_t NAME(spilled)(NAME(view_t) *a, NAME(view_t) *b, NAME(view_t) *c, NAME(view_t) *d, NAME(choice_t) *e,
                       NAME(view_t) *maybe_f) {
  return look(a) + look(b) + look(c) + look(d) + NAME(chosen)(e) + (maybe_f ? look(maybe_f) : 0);
}

NAME(own_item_t) NAME(kept)(NAME(own_item_t) v, NAME(borrow_item_t) more) {
  uint32_t sum = n(ITEM(borrow_item)(v)) + n(more);
  ITEM(item_drop_own)(v);
  return ITEM(constructor_item)(sum);
}
