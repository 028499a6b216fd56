/* Counters, and how many of them there are. */
#include "tally.h"

#include <stdlib.h>

typedef exports_t_counters_counters_counter_t counter;
typedef exports_t_counters_counters_own_counter_t own;

struct exports_t_counters_counters_counter_t {
  uint32_t value;
};
struct exports_t_counters_counters_silent_t {
  char none;
};

static uint32_t alive;

static own made(uint32_t value) {
  counter *c = malloc(sizeof *c);
  if (c == NULL) abort();
  c->value = value;
  alive++;
  return exports_t_counters_counters_counter_new(c);
}

static uint32_t ended(own handle) {
  uint32_t value = exports_t_counters_counters_counter_rep(handle)->value;
  exports_t_counters_counters_counter_drop_own(handle);
  return value;
}

own exports_t_counters_counters_constructor_counter(uint32_t start) { return made(start); }

uint32_t exports_t_counters_counters_method_counter_add(counter *self, uint32_t n) { return self->value += n; }

void exports_t_counters_counters_method_counter_absorb(counter *self, own other) { self->value += ended(other); }

bool exports_t_counters_counters_method_counter_compare(counter *self, counter *other) {
  return self->value == other->value;
}

bool exports_t_counters_counters_static_counter_open(tally_string_t *name, own *ret, tally_string_t *err) {
  if (name->len != 0) {
    *err = *name;
    return false;
  }
  *ret = made(0);
  return true;
}

void exports_t_counters_counters_split(own c, exports_t_counters_counters_pair_t *ret) {
  uint32_t value = ended(c);
  ret->one = made(value / 2);
  ret->two = made(value - value / 2);
}

uint32_t exports_t_counters_counters_total(exports_t_counters_counters_list_borrow_counter_t *all) {
  uint32_t sum = 0;
  for (size_t i = 0; i < all->len; i++) sum += all->ptr[i]->value;
  exports_t_counters_counters_list_borrow_counter_free(all);
  return sum;
}

uint32_t exports_t_counters_counters_take(exports_t_counters_counters_list_own_counter_t *all, counter **maybe_more) {
  uint32_t sum = maybe_more != NULL ? (*maybe_more)->value : 0;
  for (size_t i = 0; i < all->len; i++) sum += ended(all->ptr[i]);
  exports_t_counters_counters_list_own_counter_free(all);
  return sum;
}

uint32_t exports_t_counters_counters_weigh(own c, tally_list_u32_t *weights) {
  uint32_t value = ended(c), sum = 0;
  for (size_t i = 0; i < weights->len; i++) sum += value * weights->ptr[i];
  tally_list_u32_free(weights);
  return sum;
}

uint32_t exports_t_counters_counters_alive(void) { return alive; }

void exports_t_counters_counters_counter_destructor(counter *rep) {
  alive--;
  free(rep);
}

void exports_t_counters_counters_silent_destructor(exports_t_counters_counters_silent_t *rep) { free(rep); }
