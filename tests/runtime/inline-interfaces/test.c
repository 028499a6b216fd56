#include "test.h"
#include "../check.h"

static store_item_t kept[8];
static size_t count;

uint32_t store_put(store_item_t *i) {
  assert(count < 8);
  kept[count] = *i;
  return (uint32_t)++count;
}

/* Gives the item away: it is not kept any longer. */
bool store_get(test_string_t *key, store_item_t *ret) {
  bool found = false;
  for (size_t i = 0; i < count && !found; i++) {
    found = same_bytes(kept[i].key.ptr, kept[i].key.len, key->ptr, key->len);
    if (found) {
      *ret = kept[i];
      kept[i] = kept[--count];
    }
  }
  test_string_free(key);
  return found;
}

void store_keys(test_list_string_t *ret) {
  LIST(ret, count);
  for (size_t i = 0; i < count; i++) test_string_dup_n(&ret->ptr[i], (const char *)kept[i].key.ptr, kept[i].key.len);
}

void math_2d_add(math_2d_vec_t *a, math_2d_vec_t *b, math_2d_vec_t *ret) {
  ret->f0 = a->f0 + b->f0;
  ret->f1 = a->f1 + b->f1;
}
