/* A component that makes, reads and gives back another one's counters. */
#include "keeper.h"
typedef t_counters_counters_own_counter_t own;
typedef t_counters_counters_borrow_counter_t lent;
own exports_t_counters_shop_make(uint32_t n) { return t_counters_counters_constructor_counter(n); }
uint32_t exports_t_counters_shop_read(lent c) { return t_counters_counters_method_counter_add(c, 0); }
own exports_t_counters_shop_merge(exports_t_counters_shop_list_own_counter_t *all) {
  own into = t_counters_counters_constructor_counter(0);
  for (size_t i = 0; i < all->len; i++)
    t_counters_counters_method_counter_absorb(t_counters_counters_borrow_counter(into), all->ptr[i]);
  exports_t_counters_shop_list_own_counter_free(all);
  return into;
}
void exports_t_counters_shop_both(exports_t_counters_shop_pair_t *p, exports_t_counters_shop_pair_t *ret) {
  ret->one = p->two;
  ret->two = p->one;
}
bool exports_t_counters_shop_find(keeper_string_t *name, own *ret, keeper_string_t *err) {
  return t_counters_counters_static_counter_open(name, ret, err);
}
