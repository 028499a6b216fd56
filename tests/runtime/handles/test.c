#include "test.h"
#include "../check.h"

#ifdef UTF16
#define IS_TEXT(s, literal) same_bytes((s).ptr, (s).len * 2, u##literal, sizeof(u##literal) - 2)
#else
#define IS_TEXT(s, literal) IS(s, literal)
#endif

#define ITEM(name) exports_test_handles_items_##name
#define NAME(name) exports_test_handles_moves_##name
#define NAME_CHOICE(name) EXPORTS_TEST_HANDLES_MOVES_CHOICE_##name
#define NAME_LENT_CHOICE(name) EXPORTS_TEST_HANDLES_MOVES_LENT_CHOICE_##name

struct ITEM(item_t) {
  uint32_t n;
};

static uint32_t alive;

ITEM(own_item_t) ITEM(constructor_item)(uint32_t n) {
  ITEM(item_t) *made = malloc(sizeof *made);
  made->n = n;
  alive++;
  return ITEM(item_new)(made);
}

uint32_t ITEM(method_item_n)(ITEM(borrow_item_t) self) { return self->n; }

void ITEM(item_destructor)(ITEM(item_t) *rep) {
  alive--;
  rep->n = UINT32_MAX;
  free(rep);
}

uint32_t ITEM(alive)(void) { return alive; }

/* An owned handle is looked into by its owner, and one that is not handed on is dropped. */
static uint32_t look(NAME(own_item_t) item) { return ITEM(item_rep)(item)->n; }

NAME(own_thing_t) NAME(same)(NAME(own_item_t) v) { return v; }

bool NAME(maybe)(NAME(own_item_t) *maybe_v, NAME(own_item_t) *ret) {
  if (maybe_v == NULL) return false;
  *ret = *maybe_v;
  return true;
}

bool NAME(either)(NAME(result_own_item_string_t) *v, test_string_t *ret, NAME(own_item_t) *err) {
  if (v->is_err) *ret = v->val.err;
  else *err = v->val.ok;
  return v->is_err;
}

void NAME(reversed)(NAME(list_own_item_t) *v, NAME(list_own_item_t) *ret) {
  REVERSE(v, NAME(own_item_t));
  *ret = *v;
}

void NAME(swapped)(NAME(pair_t) *v, NAME(pair_t) *ret) {
  ret->left = v->right;
  ret->name = v->name;
  ret->right = v->left;
}

void NAME(chosen)(NAME(choice_t) *v, NAME(choice_t) *ret) {
  ret->tag = NAME_CHOICE(MANY);
  switch (v->tag) {
    case NAME_CHOICE(NONE):
      ret->tag = NAME_CHOICE(NONE);
      break;
    case NAME_CHOICE(ONE):
      LIST(&ret->val.many, 1);
      ret->val.many.ptr[0] = v->val.one;
      break;
    case NAME_CHOICE(MANY):
      ret->tag = NAME_CHOICE(ONE);
      ret->val.one = v->val.many.ptr[0];
      for (size_t i = 1; i < v->val.many.len; i++) ITEM(item_drop_own)(v->val.many.ptr[i]);
      NAME(choice_free)(v);
      break;
    default:
      assert(IS_TEXT(v->val.both.name, "both"));
      LIST(&ret->val.many, 2);
      ret->val.many.ptr[0] = v->val.both.left;
      ret->val.many.ptr[1] = v->val.both.right;
      NAME(choice_free)(v);
  }
}

void NAME(named)(NAME(map_string_own_item_t) *v, NAME(map_string_own_thing_t) *ret) {
  LIST(ret, v->len);
  for (size_t i = 0; i < v->len; i++) {
    ret->ptr[i].key = v->ptr[v->len - 1 - i].key;
    ret->ptr[i].value = v->ptr[i].value;
  }
  if (v->len) free(v->ptr);
}

void NAME(spread)(NAME(tuple3_own_item_u8_own_thing_t) *v, NAME(tuple2_own_thing_own_item_t) *ret) {
  assert(v->f1 == 7);
  ret->f0 = v->f2;
  ret->f1 = v->f0;
}

void NAME(fixed)(NAME(list2_own_item_t) *v, NAME(list2_own_item_t) *ret) {
  ret->items[0] = v->items[1];
  ret->items[1] = v->items[0];
}

void NAME(deep)(NAME(list_option_tuple2_string_list_own_item_t) *v,
                NAME(list_option_tuple2_string_list_own_item_t) *ret) {
  for (size_t i = 0; i < v->len; i++)
    if (v->ptr[i].is_some) REVERSE(&v->ptr[i].val.f1, NAME(own_item_t));
  *ret = *v;
}

void NAME(spilled)(NAME(pair_t) *a, NAME(pair_t) *b, NAME(pair_t) *c, NAME(pair_t) *d, NAME(own_item_t) e,
                   NAME(borrow_item_t) f, NAME(list_pair_t) *ret) {
  assert(look(e) + 1 == f->n);
  ITEM(item_drop_own)(e);
  LIST(ret, 4);
  ret->ptr[0] = *d;
  ret->ptr[1] = *c;
  ret->ptr[2] = *b;
  ret->ptr[3] = *a;
}

static uint32_t sum(const NAME(list_borrow_item_t) *v) {
  uint32_t total = 0;
  for (size_t i = 0; i < v->len; i++) total += v->ptr[i]->n;
  return total;
}

uint32_t NAME(sum_one)(NAME(borrow_item_t) v) { return v->n; }

uint32_t NAME(sum_maybe)(NAME(borrow_item_t) *maybe_v) { return maybe_v ? (*maybe_v)->n : 0; }

uint32_t NAME(sum_either)(NAME(result_borrow_item_string_t) *v) {
  uint32_t n = v->is_err ? (uint32_t)v->val.err.len : v->val.ok->n;
  NAME(result_borrow_item_string_free)(v);
  return n;
}

uint32_t NAME(sum_list)(NAME(list_borrow_item_t) *v) {
  uint32_t total = sum(v);
  NAME(list_borrow_item_free)(v);
  return total;
}

uint32_t NAME(sum_lent)(NAME(lent_t) *v) {
  uint32_t n = v->of->n + (uint32_t)v->name.len;
  NAME(lent_free)(v);
  return n;
}

uint32_t NAME(sum_choices)(NAME(list_lent_choice_t) *v) {
  uint32_t total = 0;
  for (size_t i = 0; i < v->len; i++) {
    const NAME(lent_choice_t) *one = &v->ptr[i];
    if (one->tag == NAME_LENT_CHOICE(ONE)) total += one->val.one->n;
    if (one->tag == NAME_LENT_CHOICE(MANY))
      for (size_t j = 0; j < one->val.many.len; j++) total += one->val.many.ptr[j]->n;
    if (one->tag == NAME_LENT_CHOICE(NAMED)) total += one->val.named.of->n + (uint32_t)one->val.named.name.len;
  }
  NAME(list_lent_choice_free)(v);
  return total;
}

uint32_t NAME(sum_named)(NAME(map_string_borrow_thing_t) *v) {
  uint32_t total = 0;
  for (size_t i = 0; i < v->len; i++) total += v->ptr[i].value->n * (uint32_t)v->ptr[i].key.len;
  NAME(map_string_borrow_thing_free)(v);
  return total;
}

uint32_t NAME(sum_deep)(NAME(list_option_tuple2_string_list_borrow_item_t) *v) {
  uint32_t total = 0;
  for (size_t i = 0; i < v->len; i++)
    if (v->ptr[i].is_some) total += sum(&v->ptr[i].val.f1);
  NAME(list_option_tuple2_string_list_borrow_item_free)(v);
  return total;
}
