#include "provider.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct exports_fuzz_pool_counters_counter_t {
  provider_string_t label;
  atomic_uint_fast64_t count;
};
typedef exports_fuzz_pool_counters_counter_t counter;
typedef exports_fuzz_pool_counters_own_counter_t own_counter;

static own_counter new_counter(const char *label, size_t length) {
  counter *made = malloc(sizeof *made);
  provider_string_dup_n(&made->label, label, length);
  atomic_init(&made->count, 0);
  return exports_fuzz_pool_counters_counter_new(made);
}

own_counter exports_fuzz_pool_counters_constructor_counter(provider_string_t *label) {
  own_counter made = new_counter((const char *)label->ptr, label->len);
  provider_string_free(label);
  return made;
}
void exports_fuzz_pool_counters_counter_destructor(counter *rep) {
  provider_string_free(&rep->label);
  free(rep);
}
uint64_t exports_fuzz_pool_counters_method_counter_bump(counter *self, uint64_t by) {
  return atomic_fetch_add(&self->count, by) + by;
}
void exports_fuzz_pool_counters_method_counter_label(counter *self, provider_string_t *ret) {
  provider_string_dup_n(ret, (const char *)self->label.ptr, self->label.len);
}
uint64_t exports_fuzz_pool_counters_static_counter_merge(exports_fuzz_pool_counters_list_own_counter_t *counters,
                                                         counter *into) {
  uint64_t sum = 0;
  for (size_t i = 0; i < counters->len; ++i) {
    sum += atomic_load(&exports_fuzz_pool_counters_counter_rep(counters->ptr[i])->count);
    exports_fuzz_pool_counters_counter_drop_own(counters->ptr[i]);
  }
  exports_fuzz_pool_counters_list_own_counter_free(counters);
  return exports_fuzz_pool_counters_method_counter_bump(into, sum);
}
void exports_fuzz_pool_counters_spread(uint32_t count, exports_fuzz_pool_counters_list_own_counter_t *ret) {
  ret->len = count;
  ret->ptr = count ? malloc(count * sizeof *ret->ptr) : NULL;
  for (uint32_t i = 0; i < count; ++i) ret->ptr[i] = new_counter("spread", 6);
}
uint64_t exports_fuzz_pool_counters_total(exports_fuzz_pool_counters_list_borrow_counter_t *counters) {
  uint64_t sum = 0;
  for (size_t i = 0; i < counters->len; ++i) sum += atomic_load(&counters->ptr[i]->count);
  exports_fuzz_pool_counters_list_borrow_counter_free(counters);
  return sum;
}
own_counter exports_fuzz_pool_counters_pass(own_counter c) { return c; }
void exports_fuzz_pool_counters_join(provider_list_string_t *texts, provider_string_t *ret) {
  size_t length = 0;
  for (size_t i = 0; i < texts->len; ++i) length += texts->ptr[i].len;
  ret->len = 0;
  ret->ptr = length ? malloc(length) : NULL;
  for (size_t i = 0; i < texts->len; ++i) {
    memcpy(ret->ptr + ret->len, texts->ptr[i].ptr, texts->ptr[i].len);
    ret->len += texts->ptr[i].len;
  }
  provider_list_string_free(texts);
}
